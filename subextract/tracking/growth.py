"""What a line was before: a part of itself, while it was written bit by bit, or the same text on another row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from subextract.boxes import fills, level
from subextract.luma import crop
from subextract.tracking.history import OTHER_TEXT
from subextract.tracking.lines import LineTrack, Phase
from subextract.tracking.places import resemblance
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import SAME_STROKES, STAYS_UP, Floats, Strokes, compare, high_pass
from subextract.types import Box, Luma

CLEARLY = 0.8  # correlation of what is there of a growing line: 0.85 and more; background or another text: up to 0.75
FIRM_CONTRAST = 0.7  # of the contrast it has now: neither a fade nor a background that resembles it
STEP_SHARE = 0.1  # of a growing line is there before its latest word; a shape beside a line that comes at once is less
MIN_WIDTH = 36  # px on the strip; three letters, which a background and other texts resemble less easily than one
QUIET_FRAMES, LETTER_FRAMES = 12, 3  # frames to compare the first letter with; of those the last ones may show it
MIN_INK = 0.1  # of a block; a hyphen
GREW_BY = 0.35  # line heights; a line that grew did so by a letter at least
CERTAIN_WIDTH = 3  # line heights; shapes in the scene that are taken for letters are shorter
EDGES_DIFFER, MIDDLES_DIFFER = 3, 20  # px by which edges of a line, or the rooms beside it, differ by chance: a block
STANDS_STILL = 1  # px by which letters that stand still may seem to move
WHOLE_TEXT = 0.9  # of the blocks of a text that is found again at another place
TOUCHING = 100  # ms from frame to frame; two frames where one blends both
NEXT_ROW = (0.6, 2.2)  # line heights from one row to the next


def trace(line: LineTrack, known: Sequence[LineTrack], recent: Sequence[StripFrame]) -> list[LineTrack]:
    """Let a new line begin with what it was before; answers with the known lines that it was."""
    comes_in = line.box.left <= EDGES_DIFFER or line.box.right >= recent[-1].strip.shape[1] - EDGES_DIFFER
    if line.box.width < MIN_WIDTH or comes_in:  # over the edge of the picture, as tickers do
        return []
    return _grown_from(line, known, recent) or _pushed_from(line, known, recent)


def _grown_from(line: LineTrack, known: Sequence[LineTrack], recent: Sequence[StripFrame]) -> list[LineTrack]:
    """Follow the line back while a part of it was there, and nothing else in its place."""
    inside = [
        one for one in known if one.phase is not Phase.OVER and not one.pales and _contains(line, one, recent[-1].strip)
    ]
    parts: list[LineTrack] = []
    begun, min_width, slides = line.since, max(STEP_SHARE * line.box.width, MIN_WIDTH), False
    for frame in reversed(recent):
        parts += [one for one in inside if one not in parts and one.last_time > begun - TOUCHING]
        begun = min([begun, *(one.since for one in parts)])
        if frame.time >= begun:
            continue
        part = part_on(line.strokes, frame.strip)
        min_width = min([min_width, *(STEP_SHARE * one.box.width for one in parts)])
        others = [one for one in known if one not in inside and one.since <= frame.time <= one.last_time]
        if part is None or part.width < min_width or any(fills(one.box, part.box) for one in others):
            break
        begun, min_width, slides = frame.time, STEP_SHARE * part.width, slides or part.slides(line.box)
    whole = line.shown_since(OTHER_TEXT) - TOUCHING
    earlier = [one.start for one in parts if (one.shown_since(STAYS_UP) if one.begun is None else one.begun) < whole]
    came = recent[0].time < begun  # and was not there all along
    traced = came and begun < min([line.since, *(one.since for one in parts)]) and not slides
    if earlier or traced:
        line.since = line.begun = _first_letter(line, min([begun] * traced + earlier), recent)
        line.written = True
    return parts


def _first_letter(line: LineTrack, begun: int, recent: Sequence[StripFrame]) -> int:
    """When the first letter came, which is less than a block: as more ink in its place than there was before."""
    blocks = _blocks(line.strokes)
    first = next((frame for frame in recent if frame.time == begun), None)
    part = part_on(line.strokes, first.strip) if first else None
    if part is None or part.box.left > line.box.left + EDGES_DIFFER or part.width > blocks[:2][-1].stop:
        return begun  # more came at once: a word
    before = [frame for frame in recent if frame.time < begun][-QUIET_FRAMES:]
    ink = [_ink(line.strokes, blocks[0], 0, frame.strip) for frame in before]
    still = ink[:-LETTER_FRAMES]
    if len(still) < LETTER_FRAMES:
        return begun
    min_width = float(np.mean(still)) + max(MIN_INK, 3 * float(np.std(still)))
    for frame, shown in list(zip(before, ink, strict=True))[: -LETTER_FRAMES - 1 : -1]:
        if shown < min_width:
            break
        begun = frame.time
    return begun


def _contains(line: LineTrack, one: LineTrack, strip: Luma) -> bool:
    """Whether the whole text of a known line is in the new one, and more."""
    box, whole = one.box, line.box
    longer = box.width + GREW_BY * box.height < whole.width
    certain = box.width > CERTAIN_WIDTH * box.height
    kept = certain or _keeps(box.left - whole.left, whole.right - box.right, edge=box.height // 2)
    if not longer or not kept or not level(box, whole):
        return False
    return _found(one.strokes, whole, strip)


def _pushed_from(line: LineTrack, known: Sequence[LineTrack], recent: Sequence[StripFrame]) -> list[LineTrack]:
    """The known line that stood on another row until the new one came there with the same text."""
    for one in known:
        touching = 0 < line.since - one.last_time < TOUCHING and one.phase is not Phase.OVER
        if touching and _on_next_row(one.box, line.box) and _found(one.strokes, line.box, recent[-1].strip):
            line.begun = one.start
            return [one]
    return []


def _on_next_row(one: Box, other: Box) -> bool:
    """Whether two boxes lie one above the other and have the same edges."""
    height = other.height
    rows = abs(one.top + one.bottom - other.top - other.bottom) / 2 / height
    return NEXT_ROW[0] < rows < NEXT_ROW[1] and max(abs(one.left - other.left), abs(one.right - other.right)) < height


def _found(strokes: Strokes, place: Box, strip: Luma) -> bool:
    """Whether a text is wholly there somewhere in a place."""
    box = strokes.box
    reach = max(box.height // 2, (box.width - place.width) // 2 + 2), max(2, box.height - place.height)
    around = place.padded(*reach, strip.shape[1], strip.shape[0])
    if around.width < box.width or around.height < box.height:
        return False
    likeness = resemblance(strokes.pattern, high_pass(crop(strip, around)))
    _, best, _, (left, top) = cv2.minMaxLoc(likeness)
    there = box.moved(around.left + left - box.left, around.top + top - box.top)
    return bool(best > CLEARLY) and compare(replace(strokes, box=there), strip).share > WHOLE_TEXT


@dataclass(frozen=True, slots=True)
class Part:
    """Where a part of a line is seen, and how far to the right of its place in the whole line, in px."""

    box: Box
    way: int

    @property
    def width(self) -> int:
        return self.box.width

    def slides(self, whole: Box) -> bool:
        """Whether it moves although the edge of the line from which it would grow stays: a shape that goes by."""
        before, after = self.box.left - whole.left, whole.right - self.box.right
        from_left = max(abs(before), abs(before - self.way)) <= EDGES_DIFFER
        from_right = max(abs(after), abs(after + self.way)) <= EDGES_DIFFER
        return abs(self.way) > STANDS_STILL and abs(before - after) > MIDDLES_DIFFER and (from_left or from_right)


def part_on(strokes: Strokes, strip: Luma) -> Part | None:
    """Where a strip shows a part of the line that is growing: its first letters, or its last ones (right to left).

    A line grows from its left edge, from its right one, or from its middle; its letters then move along.
    """
    blocks, box = _blocks(strokes), strokes.box
    agreement = _agreement(strokes, blocks, strip)
    for run in range(len(blocks), 0, -1):
        for ordered, rows in ((blocks, agreement), (blocks[::-1], agreement[::-1])):
            some = ordered[:run]
            columns = _columns(some)
            way = _way(rows, run, columns)
            if way is not None and _ink(strokes, _columns(some[: max(1, run - 1)]), way, strip) > FIRM_CONTRAST:
                part = Box(box.left + columns.start + way, box.top, box.left + columns.stop + way, box.bottom)
                return None if box.width - part.width + abs(way) <= EDGES_DIFFER else Part(part, way)
    return None


def _way(agreement: Floats, run: int, columns: slice) -> int | None:
    """How far to the right of its place a part of so many blocks is seen, by the agreement of all blocks with each way.

    The last of them may hold the beginning of a letter more than was there then; the next one shows something else.
    """
    width = agreement.shape[1] // 2
    agrees = (agreement[: run - 1] > CLEARLY).all(axis=0) & (
        agreement[run - 1] > (SAME_STROKES if run > 1 else CLEARLY)
    )
    if run < len(agreement):
        agrees &= agreement[run] < SAME_STROKES
    ways = [int(way) for way in np.flatnonzero(agrees) - width]
    fitting = [way for way in ways if _keeps(columns.start + way, width - columns.stop - way, edge=EDGES_DIFFER)]
    return max(fitting, key=lambda way: float(agreement[:run, way + width].sum()), default=None)


def _blocks(strokes: Strokes) -> list[slice]:
    """The columns of each block that holds ink."""
    return [block for block, solid in zip(strokes.blocks, strokes.solid, strict=True) if solid]


def _columns(blocks: Sequence[slice]) -> slice:
    return slice(min(block.start for block in blocks), max(block.stop for block in blocks))


def _agreement(strokes: Strokes, blocks: Sequence[slice], strip: Luma) -> Floats:
    """The correlation of each block with the strip, moved by -width to width px: (blocks, 2 * width + 1)."""
    box = strokes.box
    around = Box(max(0, box.left - box.height), box.top, min(strip.shape[1], box.right + box.height), box.bottom)
    high = high_pass(crop(strip, around))
    found = np.full((len(blocks), 2 * box.width + 1), -1, np.float32)
    for row, block in zip(found, blocks, strict=True):
        seen = resemblance(np.ascontiguousarray(strokes.pattern[:, block]), high)[0]
        first = around.left - box.left - block.start + box.width  # the way of the first place, as an index
        row[max(0, first) : first + len(seen)] = seen[max(0, -first) : len(row) - first]
    return found


def _keeps(before: int, after: int, *, edge: int) -> bool:
    """Whether a line that grows by these px at its ends keeps its left edge, its right edge, or its middle."""
    return min(abs(before), abs(after)) <= edge or abs(before - after) <= MIDDLES_DIFFER


def _ink(strokes: Strokes, columns: slice, way: int, strip: Luma) -> float:
    """How strongly a strip shows these columns, moved, as a share of how strongly they show now."""
    box, pattern = strokes.box, strokes.pattern[:, columns]
    place = Box(box.left + columns.start + way, box.top, box.left + columns.stop + way, box.bottom)
    return float((high_pass(crop(strip, place)) * pattern).sum() / (np.square(pattern).sum() + 1e-3))
