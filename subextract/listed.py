"""Reads the lines of a text file that a user wrote by hand for a setting."""

from __future__ import annotations

from pathlib import Path

from subextract.errors import UsageError


def entries(path: Path, flag: str) -> list[tuple[int, str]]:
    """The number and the text of each line (UTF-8), without empty ones and those that ``#`` makes comments.

    Raises UsageError where the file cannot be read; ``flag`` is the setting that named it.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"{flag}: {path} cannot be read ({reason}); name a text file.") from error
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line) for number, line in lines if line and not line.startswith("#")]
