"""How cues become a table with commas (RFC 4180, with line feeds), and such tables cues; table.py has the columns.

Where a comma stands in numbers, spreadsheets want semicolons between the fields.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

from subextract.errors import InputError
from subextract.formats import table
from subextract.types import Cue, Video


def dumps(cues: Sequence[Cue], video: Video | None = None, details: Mapping[str, Any] | None = None) -> str:
    """A table; lines of a text are lines inside its quotes. A byte order mark in front where "excel" is wished,
    semicolons for commas where "decimal_comma" is."""
    text, between = StringIO(), ";" if table.has_decimal_comma(details) else ","
    csv.writer(text, delimiter=between, lineterminator="\n").writerows(table.rows(cues, details))
    return table.mark(details) + text.getvalue()


def loads(text: str) -> list[Cue]:
    """The cues of a table whose first line names its columns; InputError where it is not one."""
    text = text.removeprefix(table.BYTE_ORDER_MARK)
    head, *_ = text.splitlines() or [""]
    try:
        found = list(csv.reader(StringIO(text, newline=""), delimiter=max(",;", key=head.count), strict=True))
    except csv.Error as exc:
        raise InputError(f"this CSV is damaged ({exc}); check that the file is whole.") from exc
    return table.cues(found, "CSV")
