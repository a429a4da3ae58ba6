"""Which columns a table of cues has, and what stands in them.

Times are ``HH:MM:SS.mmm``, a box is ``left top right bottom`` in pixels, and what is not known is empty. Where
"decimal_comma" is wished, it stands for the points in times and scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from subextract.errors import InputError
from subextract.formats.legal import GUARD, legal_cues
from subextract.formats.timed import timestamp
from subextract.formats.wishes import wished
from subextract.types import Box, Cue

COLUMNS = ("start", "end", "text", "original", "language", "score", "kind", "box")
NEEDED = COLUMNS[:3]

BYTE_ORDER_MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@")  # what Excel computes instead of showing it; "- Yes." is dialogue

TIME = re.compile(r"(\d+):([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,3}))?")


def rows(cues: Sequence[Cue], details: Mapping[str, object] | None) -> Iterator[list[str]]:
    """The head of the table and a row for each cue. Where "excel" is wished, no text of it reads as a formula."""
    yield list(COLUMNS)
    guarded, comma = wished(details, "excel"), has_decimal_comma(details)
    for cue in legal_cues(cues):
        fields = _fields(cue, "," if comma else ".")
        yield [GUARD + field if guarded and field.startswith(FORMULA) else field for field in fields]


def has_decimal_comma(details: Mapping[str, object] | None) -> bool:
    """Whether numbers are written as in 0,93."""
    return wished(details, "decimal_comma")


def mark(details: Mapping[str, object] | None) -> str:
    """The byte order mark, where "excel" is wished: without it Excel takes UTF-8 for something else."""
    return BYTE_ORDER_MARK if wished(details, "excel") else ""


def _fields(cue: Cue, point: str) -> list[str]:
    return [
        timestamp(cue.start).replace(".", point),
        timestamp(cue.end).replace(".", point),
        cue.text,
        cue.original or "",
        cue.language or "",
        "" if cue.score is None else str(float(cue.score)).replace(".", point),
        cue.kind or "",
        "" if cue.box is None else " ".join(map(str, cue.box)),
    ]


def cues(table: Sequence[Sequence[str]], name: str) -> list[Cue]:
    """The cues of a table with a head, whatever else it holds; InputError where it has none, or a row is damaged."""
    head = [field.strip().lower() for field in table[0]] if table else []
    if any(column not in head for column in NEEDED):
        raise InputError(f"this {name} has no columns {', '.join(NEEDED)}; name them in its first line.")
    found = []
    for number, row in enumerate(table[1:], 2):
        if any(row):
            try:
                found.append(_cue(dict(zip(head, row, strict=False))))
            except (KeyError, ValueError) as exc:
                raise InputError(f"row {number} of this {name} is damaged ({exc}); correct it there.") from exc
    return legal_cues(found)


def _cue(row: Mapping[str, str]) -> Cue:
    score, box = row.get("score", "").strip().replace(",", "."), row.get("box", "").split()
    return Cue(
        _milliseconds(row["start"]),
        _milliseconds(row["end"]),
        row["text"],
        Box(*map(int, box)) if len(box) == len(Box._fields) else None,
        float(score) if score else None,
        row.get("language") or None,
        row.get("kind") or None,
        original=row.get("original", "").removeprefix(GUARD) or None,
    )


def _milliseconds(text: str) -> int:
    time = TIME.fullmatch(text.strip())
    if time is None:
        raise ValueError(f"{text!r} is not a time like 00:01:30.500")
    hours, minutes, seconds, fraction = time.groups()
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int((fraction or "0").ljust(3, "0"))
