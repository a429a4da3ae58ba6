"""Which name the package is installed by: on the Python Package Index, ``subextract`` is somebody else's program."""

from __future__ import annotations

DISTRIBUTION = "subextract-video"  # as pyproject.toml has it; the module and the command stay ``subextract``


def installing(extra: str) -> str:
    """The command that adds what ``extra`` needs to this installation."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"
