"""How terms are to be translated, as a file says: a line for each, ``term = translation``."""

from __future__ import annotations

from pathlib import Path

from subextract.errors import UsageError
from subextract.listed import entries

FLAG = "--glossary"


def glossary(path: Path, called: str = FLAG) -> dict[str, str]:
    """The terms of a file and their translations; ``=`` or a tab between them, ``#`` begins a comment.

    ``called`` is the setting as the user wrote it. Raises UsageError where the file cannot be read or a line is none.
    """
    found: dict[str, str] = {}
    for number, line in entries(path, called):
        term, separator, wanted = line.partition("\t" if "\t" in line else "=")
        if not (separator and term.strip() and wanted.strip()):
            raise UsageError(f"{called}: line {number} of {path} is not like: term = translation.")
        found[term.strip()] = wanted.strip()
    return found
