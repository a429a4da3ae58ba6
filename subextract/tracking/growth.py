"""What a line was before: a part of itself, while it was written bit by bit, or the same text on another row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from subextract.boxes import fills, level
from subextract.tracking.history import OTHER
from subextract.tracking.lines import PRESENT, LiveLine, Phase
from subextract.tracking.moments import Moment
from subextract.tracking.places import resemblance
from subextract.tracking.strokes import SAME, Floats, Strokes, compare, cut, high_pass
from subextract.types import Box, Luma

CLEARLY = 0.8  # correlation of what is there of a growing line: 0.85 and more; ground or another text: up to 0.75
FIRM = 0.7  # of the contrast it has now: neither a fade nor a ground that resembles it
STEP = 0.1  # of a growing line is there before its latest word; a shape beside a line that comes at once is less
LEAST = 36  # px on the strip; three letters, which a ground and other texts resemble less easily than one
QUIET, LETTERS = 12, 3  # frames to compare the first letter with; of those the last ones may show it
LEAST_INK = 0.1  # of a block; a hyphen
LONGER = 0.35  # line heights; a line that grew did so by a letter at least
CERTAIN = 3  # line heights; shapes in the scene that are taken for letters are shorter
EDGE, MIDDLE = 3, 20  # px by which edges of a line, or the rooms on both sides of it, may differ by chance: a block
BLUR = 1  # px by which letters that stand still may seem to move
WHOLE = 0.9  # of the blocks of a text that is found again at another place
TOUCHING = 100  # ms from frame to frame; two frames where one blends both
NEXT_ROW = (0.6, 2.2)  # line heights from one row to the next


def trace(line: LiveLine, known: Sequence[LiveLine], recent: Sequence[Moment]) -> list[LiveLine]:
    """Let a new line begin with what it was before; answers with the known lines that it was."""
    comes_in = line.box.left <= EDGE or line.box.right >= recent[-1].strip.shape[1] - EDGE
    if line.box.width < LEAST or comes_in:  # over the edge of the picture, as tickers do
        return []
    return _grown_from(line, known, recent) or _pushed_from(line, known, recent)


def _grown_from(line: LiveLine, known: Sequence[LiveLine], recent: Sequence[Moment]) -> list[LiveLine]:
    """Follow the line back while a part of it was there, and nothing else in its place."""
    inside = [
        one for one in known if one.phase is not Phase.OVER and not one.pales and _contains(line, one, recent[-1].strip)
    ]
    parts: list[LiveLine] = []
    begun, least, slides = line.since, max(STEP * line.box.width, LEAST), False
    for moment in reversed(recent):
        parts += [one for one in inside if one not in parts and one.last_time > begun - TOUCHING]
        begun = min([begun, *(one.since for one in parts)])
        if moment.time >= begun:
            continue
        part = part_on(line.strokes, moment.strip)
        least = min([least, *(STEP * one.box.width for one in parts)])
        others = [one for one in known if one not in inside and one.since <= moment.time <= one.last_time]
        if part is None or part.width < least or any(fills(one.box, part.box) for one in others):
            break
        begun, least, slides = moment.time, STEP * part.width, slides or part.slides(line.box)
    whole = line.shown_since(OTHER) - TOUCHING
    earlier = [one.start for one in parts if (one.shown_since(PRESENT) if one.begun is None else one.begun) < whole]
    came = recent[0].time < begun  # and was not there all along
    traced = came and begun < min([line.since, *(one.since for one in parts)]) and not slides
    if earlier or traced:
        line.since = line.begun = _first_letter(line, min([begun] * traced + earlier), recent)
        line.written = True
    return parts


def _first_letter(line: LiveLine, begun: int, recent: Sequence[Moment]) -> int:
    """When the first letter came, which is less than a block: as more ink in its place than there was before."""
    blocks = _blocks(line.strokes)
    first = next((moment for moment in recent if moment.time == begun), None)
    part = part_on(line.strokes, first.strip) if first else None
    if part is None or part.box.left > line.box.left + EDGE or part.width > blocks[:2][-1].stop:
        return begun  # more came at once: a word
    before = [moment for moment in recent if moment.time < begun][-QUIET:]
    ink = [_ink(line.strokes, blocks[0], 0, moment.strip) for moment in before]
    still = ink[:-LETTERS]
    if len(still) < LETTERS:
        return begun
    least = float(np.mean(still)) + max(LEAST_INK, 3 * float(np.std(still)))
    for moment, shown in list(zip(before, ink, strict=True))[: -LETTERS - 1 : -1]:
        if shown < least:
            break
        begun = moment.time
    return begun


def _contains(line: LiveLine, one: LiveLine, strip: Luma) -> bool:
    """Whether the whole text of a known line is in the new one, and more."""
    box, whole = one.box, line.box
    longer = box.width + LONGER * box.height < whole.width
    certain = box.width > CERTAIN * box.height
    kept = certain or _keeps(box.left - whole.left, whole.right - box.right, edge=box.height // 2)
    if not longer or not kept or not level(box, whole):
        return False
    return _found(one.strokes, whole, strip)


def _pushed_from(line: LiveLine, known: Sequence[LiveLine], recent: Sequence[Moment]) -> list[LiveLine]:
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
    around = place.grown(*reach, strip.shape[1], strip.shape[0])
    if around.width < box.width or around.height < box.height:
        return False
    likeness = resemblance(strokes.pattern, high_pass(cut(strip, around)))
    _, best, _, (left, top) = cv2.minMaxLoc(likeness)
    there = box.moved(around.left + left - box.left, around.top + top - box.top)
    return bool(best > CLEARLY) and compare(replace(strokes, box=there), strip).share > WHOLE


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
        from_left = max(abs(before), abs(before - self.way)) <= EDGE
        from_right = max(abs(after), abs(after + self.way)) <= EDGE
        return abs(self.way) > BLUR and abs(before - after) > MIDDLE and (from_left or from_right)


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
            if way is not None and _ink(strokes, _columns(some[: max(1, run - 1)]), way, strip) > FIRM:
                part = Box(box.left + columns.start + way, box.top, box.left + columns.stop + way, box.bottom)
                return None if box.width - part.width + abs(way) <= EDGE else Part(part, way)
    return None


def _way(agreement: Floats, run: int, columns: slice) -> int | None:
    """How far to the right of its place a part of so many blocks is seen, by the agreement of all blocks with each way.

    The last of them may hold the beginning of a letter more than was there then; the next one shows something else.
    """
    width = agreement.shape[1] // 2
    agrees = (agreement[: run - 1] > CLEARLY).all(axis=0) & (agreement[run - 1] > (SAME if run > 1 else CLEARLY))
    if run < len(agreement):
        agrees &= agreement[run] < SAME
    ways = [int(way) for way in np.flatnonzero(agrees) - width]
    fitting = [way for way in ways if _keeps(columns.start + way, width - columns.stop - way, edge=EDGE)]
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
    high = high_pass(cut(strip, around))
    found = np.full((len(blocks), 2 * box.width + 1), -1, np.float32)
    for row, block in zip(found, blocks, strict=True):
        seen = resemblance(np.ascontiguousarray(strokes.pattern[:, block]), high)[0]
        first = around.left - box.left - block.start + box.width  # the way of the first place, as an index
        row[max(0, first) : first + len(seen)] = seen[max(0, -first) : len(row) - first]
    return found


def _keeps(before: int, after: int, *, edge: int) -> bool:
    """Whether a line that grows by so many px at its ends keeps its left edge, its right one, or its middle."""
    return min(abs(before), abs(after)) <= edge or abs(before - after) <= MIDDLE


def _ink(strokes: Strokes, columns: slice, way: int, strip: Luma) -> float:
    """How strongly a strip shows these columns, moved, as a share of how strongly they show now."""
    box, pattern = strokes.box, strokes.pattern[:, columns]
    place = Box(box.left + columns.start + way, box.top, box.left + columns.stop + way, box.bottom)
    return float((high_pass(cut(strip, place)) * pattern).sum() / (np.square(pattern).sum() + 1e-3))
