"""How terms are to be translated, as a file says: a line for each, ``term = translation``."""

from __future__ import annotations

from pathlib import Path

from subextract.errors import UsageError


def glossary(path: Path) -> dict[str, str]:
    """The terms of a file and their translations; ``=`` or a tab between them, ``#`` begins a comment.

    Raises UsageError where the file cannot be read or a line is none.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"--glossary: {path} cannot be read ({reason}); name a text file.") from error
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        term, separator, wanted = line.partition("\t" if "\t" in line else "=")
        if not (separator and term.strip() and wanted.strip()):
            raise UsageError(f"--glossary: line {number} of {path} is not like: term = translation.")
        found[term.strip()] = wanted.strip()
    return found
