"""How the videos of a library are read on many machines, by an engine that others keep: Ray Data."""
