"""How work goes on in other threads and processes, and how the cores are shared."""
