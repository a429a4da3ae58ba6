"""How what was seen of a text is kept in a line of a resume file: as lists without names, for there are thousands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from subextract.types import Box, Clip, Evidence, Line, Look
from subextract.verdict import NOTHING, Seen


def packed(seen: Seen) -> list[Any]:
    """A text as JSON values."""
    clip = seen.clip
    return [
        clip.start,
        clip.end,
        clip.box,
        clip.lines,
        [clip.written, clip.vertical, clip.forced, clip.kind, clip.slants],
        [_evidence(one) for one in clip.evidence],
        _lines(seen.read),
        None if seen.told is seen.read else _lines(seen.told),
    ]


def unpacked(values: Sequence[Any]) -> Seen:
    """The same text, but that what only a tracker needs to know of it is gone."""
    start, end, box, boxes, (written, vertical, forced, kind, slants), evidence, read, told = values
    clip = Clip(
        start,
        end,
        NOTHING,
        Box(*box),
        tuple(Box(*each) for each in boxes),
        written=written,
        kind=kind,
        vertical=vertical,
        forced=forced,
        evidence=tuple(map(_evidence_of, evidence)),
        slants=tuple(slants),
    )
    return Seen.of(clip, _lines_of(read), None if told is None else _lines_of(told))


def _evidence(one: Evidence) -> list[Any]:
    look = one.look
    return [getattr(one, name) for name in _PLAIN] + [one.box, look and [getattr(look, name) for name in _LOOK]]


def _evidence_of(values: Sequence[Any]) -> Evidence:
    *plain, box, look = values
    known = None if look is None else Look(**dict(zip(_LOOK, map(_as_tuple, look), strict=True)))
    return Evidence(box=Box(*box), look=known, **dict(zip(_PLAIN, plain, strict=True)))


_LOOK = tuple(Look.__dataclass_fields__)
_PLAIN = tuple(name for name in Evidence.__dataclass_fields__ if name not in ("box", "look"))


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _lines(lines: Sequence[Line]) -> list[Any]:
    return [[line.text, line.box, line.score, line.alternative, line.unread] for line in lines]


def _lines_of(values: Sequence[Any]) -> list[Line]:
    return [Line(text, None if box is None else Box(*box), *more) for text, box, *more in values]
