"""Sums up a line, or each text in it, when its stay is over."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from subextract.tracking.layout import ZoneLayout
from subextract.tracking.lines import LineTrack
from subextract.tracking.looks import Ink, ink_of, look_of
from subextract.tracking.patchwork import parts_by_look
from subextract.tracking.strip_frames import Picture
from subextract.tracking.strokes import Strokes, part_of, tight
from subextract.types import Box, Evidence

log = logging.getLogger(__name__)

KEPT_BESIDE = 0.25  # line heights kept beside a text that is cut off from another one


@dataclass(frozen=True, slots=True, eq=False)  # each is itself alone: equal boxes would compare their arrays
class Stay:
    """One line's stay on the screen, with what tells whether it is a subtitle; ``box`` is in pixels of the video."""

    start: int
    end: int
    box: Box
    strokes: Strokes
    pictures: tuple[Picture, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Life:
    """The stay of a line: from its first frame to the first one without it (ms), whether those are the ends of what was
    looked at, and whether it came and went at the pace of speech."""

    start: int
    end: int
    from_first: bool
    to_last: bool
    brief: bool


def stays_of(line: LineTrack, life: Life, layout: ZoneLayout) -> list[Stay]:
    """The stay of a line, or of each text in it."""
    ink = _ink(line, line.strokes, layout)
    # Of a line that is not firm, the background shines through.
    parts = parts_by_look(line.strokes, ink) if ink and line.is_firm else [line.box]
    if len(parts) == 1:
        box = layout.on_video(tight(line.strokes, line.extent))
        evidence = _evidence(line, life, box, ink)
        return [Stay(life.start, life.end, box, line.strokes, tuple(line.pictures), evidence)]
    log.debug("%d: %s touch", life.end, [tuple(part) for part in parts])
    return [_part_of_stay(line, life, part, layout) for part in parts]


def plain_stay(line: LineTrack, layout: ZoneLayout) -> Stay:
    """The stay of a line whose edges and look cannot be worked out: it is where it was seen."""
    end, box = max(sample.end for sample in line.samples[: line.seen + 1]), layout.on_video(line.extent)
    return Stay(line.first, end, box, line.strokes, tuple(line.pictures), Evidence(line.first, end, box))


def _part_of_stay(line: LineTrack, life: Life, part: Box, layout: ZoneLayout) -> Stay:
    """The stay of a text that is a part of a line."""
    strokes = part_of(line.strokes, part)
    box = layout.on_video(tight(strokes, part))
    evidence = _evidence(line, life, box, _ink(line, strokes, layout))
    return Stay(life.start, life.end, box, strokes, tuple(_cropped(line.pictures, part, layout)), evidence)


def _evidence(line: LineTrack, life: Life, box: Box, ink: Ink | None) -> Evidence:
    return Evidence(
        life.start,
        life.end,
        box,
        look=look_of(ink) if ink else None,
        from_first=life.from_first,
        to_last=life.to_last,
        steadiness=1.0 if line.constancy.mean is None else line.constancy.mean,
        found=min(1.0, line.hits / line.looks),
        follows=line.follows,
        written=line.written,
        brief=life.brief,
        fresh=line.fresh,
    )


def _ink(line: LineTrack, strokes: Strokes, layout: ZoneLayout) -> Ink | None:
    best = _best(line)
    return ink_of(strokes, layout.on_video(strokes.box), best.image, best.box)


def _best(line: LineTrack) -> Picture:
    """The picture on which a line stands out most."""
    return max(line.pictures, key=lambda picture: picture.contrast)


def _cropped(pictures: Sequence[Picture], part: Box, layout: ZoneLayout) -> list[Picture]:
    """The pictures of a line without what lies beside a part of it."""
    place = layout.on_video(part)
    room = round(KEPT_BESIDE * place.height)
    return [picture.between(place.left - room, place.right + room) for picture in pictures]
