r"""How cues become a table with tabs, and such tables cues. The columns are in table.py.

A row is a line and nothing is quoted, so that a program may split at line feeds and tabs: where these stand in a text
they are written ``\n`` and ``\t``, and a backslash ``\\``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from subextract.formats import table
from subextract.types import Cue, Video

ESCAPES = {"\\": r"\\", "\n": r"\n", "\t": r"\t", "\r": r"\r"}
TABLE = str.maketrans({**ESCAPES})
ESCAPED = re.compile(r"\\([\\ntr])")
MEANT = {escape[1]: character for character, escape in ESCAPES.items()}


def dumps(cues: Sequence[Cue], video: Video | None = None, details: Mapping[str, Any] | None = None) -> str:
    """A table, a line for each cue. A byte order mark in front where "excel" is wished, points of numbers as
    commas where "decimal_comma" is."""
    lines = ("\t".join(field.translate(TABLE) for field in row) for row in table.rows(cues, details))
    return table.mark(details) + "".join(f"{line}\n" for line in lines)


def loads(text: str) -> list[Cue]:
    """The cues of a table whose first line names its columns; InputError where it is not one."""
    lines = re.split(r"\r\n|\r|\n", text.removeprefix(table.BYTE_ORDER_MARK))
    return table.cues([[_meant(field) for field in line.split("\t")] for line in lines], "TSV")


def _meant(field: str) -> str:
    return ESCAPED.sub(lambda escape: MEANT[escape[1]], field)
