"""How each format of picture tracks is coded, and how its pictures become lines that can be read."""
