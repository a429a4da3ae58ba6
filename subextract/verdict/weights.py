"""What each piece of evidence weighs."""

FIRST: dict[str, float] = {"base": 0.0}
SECOND: dict[str, float] = {"base": 0.0}
