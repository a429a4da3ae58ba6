"""How RapidOCR's models find and read lines, and what the ink of a line says of its reading."""
