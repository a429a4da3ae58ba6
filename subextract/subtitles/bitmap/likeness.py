"""Which pictures show one text: in steps of a fade, coloured in another way, moved a little, grown, or pushed up.

Steps of an effect are often sent as pictures of their own, each with colours that were chosen anew, so that no two
pixels are equal. What is the same is the shape of the letters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from subextract.subtitles.bitmap.screens import Colours, Part
from subextract.subtitles.rolling import Row, grew, pushed
from subextract.types import Box

if TYPE_CHECKING:
    from subextract.subtitles.bitmap.binarize import Mask

STROKE_EDGE = 1  # px by which the edge of a stroke moves where its colours are chosen anew
FAINT_COLOUR = 64  # of 255; nobody can read what is less opaque or stands out less: it is a step of a fade
SPECK_CHANGE = 2  # px; a difference that is smaller in both ways is an edge, a larger one another letter
SAME_LINE = 0.5  # of the height of a line; its top moves by less where a letter with an accent comes
PUSHED_REACH = 3  # heights of a line; the next lines push one up by less
MOVED_OVERLAP = 0.5  # of the smaller height and width; what moves by more at once is not seen to move


class Change(Enum):
    """The change of a picture: the same text goes on, or its lower lines were pushed up by new ones."""

    GOES_ON = auto()
    PUSHED = auto()


@dataclass(frozen=True, slots=True, eq=False)
class InkRow:
    """A line of letters: ``ink`` is where they are in ``box``, of the screen. ``level`` is the same for lines of two
    screens that stand on one level."""

    box: Box
    ink: NDArray[np.bool_]
    level: int

    @property
    def top(self) -> int:
        return self.level

    def goes_on(self, other: Row) -> bool:
        """Whether it begins, at the left or the right, with the letters of the other one."""
        if not isinstance(other, InkRow) or other.box.width > self.box.width + 2 * STROKE_EDGE:
            return False
        if abs(self.box.width - other.box.width) <= 2 * STROKE_EDGE:
            return _agree(self.ink, other.ink)
        width = other.box.width
        return _begins(self.ink[:, :width], other.ink) or _begins(self.ink[:, -width:], other.ink)


def rows_of(part: Part) -> list[InkRow]:
    """The lines of a picture, from top to bottom."""
    from subextract.subtitles.bitmap.binarize import (  # only where pictures are compared: it needs OpenCV
        DARK,
        evenly_dark,
        lines_of,
    )

    found = []
    for line in lines_of(evenly_dark(part.colours)):
        ink = line.picture < DARK
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        tight = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
        box = tight.moved(line.box.left + part.box.left, line.box.top + part.box.top)
        found.append(InkRow(box, ink[tight.top : tight.bottom, tight.left : tight.right], box.bottom))
    return found


def change(before: Part, after: Part) -> tuple[Change, int] | None:
    """The change of a picture in the next one, None where that is another text; with it the row of the screen from
    which on the next one holds what is new."""
    if passes(before, after) or _is_faded(before, after):
        return Change.GOES_ON, 0
    old, new = rows_of(before), rows_of(after)
    if not old or not new:
        return None
    new = _levelled(new, old)
    if grew(old, new) or _moved(old, new):
        return Change.GOES_ON, 0
    carried = [row for row in new if pushed(row, [each for each in old if _is_near(row, each)])]
    if not carried or carried != new[: len(carried)]:
        return None
    if len(carried) == len(new):
        return Change.PUSHED, after.box.bottom
    return Change.PUSHED, (carried[-1].box.bottom + new[len(carried)].box.top) // 2


def passes(before: Part, after: Part) -> bool:
    """Whether a window passes over one large bitmap, as a line runs through or a blind is drawn up."""
    one, other = before.window, after.window
    if one is None or other is None or not np.array_equal(one.numbers, other.numbers):
        return False
    return one.crop.intersection(other.crop).area > MOVED_OVERLAP * min(one.crop.area, other.crop.area)


def together(best: Part, after: Part) -> Part:
    """All that was seen of a large bitmap, where its window is now."""
    one, other = best.window, after.window
    assert one is not None
    assert other is not None
    window = replace(other, crop=one.crop.union(other.crop))
    numbers, colours = window.seen()
    return replace(after, numbers=numbers, colours=colours, window=window)


def clearness(colours: Colours) -> int:
    """How much there is to see: more where it is more opaque, brighter, or complete."""
    opacity = colours[..., 3].astype(np.int64)
    return int((opacity * (255 + colours[..., :3].max(axis=2).astype(np.int64))).sum())


def _is_near(row: InkRow, below: InkRow) -> bool:
    return below.box.bottom - row.box.bottom <= PUSHED_REACH * below.box.height


def _levelled(rows: list[InkRow], others: list[InkRow]) -> list[InkRow]:
    """The rows, those that stand where one of the others stands with its level."""

    def level(row: InkRow) -> int:
        middle = row.box.top + row.box.bottom
        near = [
            other for other in others if abs(other.box.top + other.box.bottom - middle) < SAME_LINE * row.box.height * 2
        ]
        best = min(near, key=lambda other: abs(other.box.top + other.box.bottom - middle), default=None)
        return best.level if best else row.level

    return [InkRow(row.box, row.ink, level(row)) for row in rows]


def _moved(old: list[InkRow], new: list[InkRow]) -> bool:
    """Whether all lines are there, moved by one way that leaves them over where they were."""
    if len(old) != len(new):
        return False
    ways = [
        (after.box.left - before.box.left, after.box.top - before.box.top)
        for before, after in zip(old, new, strict=True)
    ]
    across, down = ways[0]
    if any(abs(left - across) > 2 * STROKE_EDGE or abs(top - down) > 2 * STROKE_EDGE for left, top in ways):
        return False
    smallest = old[0].box
    near = abs(across) <= MOVED_OVERLAP * smallest.width and abs(down) <= MOVED_OVERLAP * smallest.height
    return near and all(_agree(before.ink, after.ink) for before, after in zip(old, new, strict=True))


def _is_faded(before: Part, after: Part) -> bool:
    """Whether one of two pictures is too faint to be read, and has the outer shape of the other one."""
    if not (_is_faint(before.colours) or _is_faint(after.colours)):
        return False
    shapes = [_shape(part.colours) for part in (before, after)]
    boxes = [box.moved(part.box.left, part.box.top) for (box, _), part in zip(shapes, (before, after), strict=True)]
    near = all(abs(one - other) <= 2 * STROKE_EDGE for one, other in zip(*boxes, strict=True))
    return near and _agree(shapes[0][1], shapes[1][1], STROKE_EDGE + 1)


def _is_faint(colours: Colours) -> bool:
    opacity = colours[..., 3]
    seen = colours[opacity >= max(1, int(opacity.max(initial=0)) // 2)][:, :3]
    return bool(
        opacity.max(initial=0) < FAINT_COLOUR or (len(seen) > 0 and int(seen.max()) - int(seen.min()) < FAINT_COLOUR)
    )


def _shape(colours: Colours) -> tuple[Box, Mask]:
    opacity = colours[..., 3]
    mask = opacity >= max(1, int(opacity.max(initial=0)) // 2)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return Box(0, 0, 0, 0), mask[:0, :0]
    box = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return box, mask[box.top : box.bottom, box.left : box.right]


def _begins(ink: Mask, other: Mask) -> bool:
    """Whether the ink of a part of a line is that of a whole one; letters behind it may make the line higher."""
    rows = np.flatnonzero(ink.any(axis=1))
    return len(rows) > 0 and _agree(ink[rows[0] : rows[-1] + 1], other)


def _agree(one: Mask, other: Mask, edge: int = STROKE_EDGE) -> bool:
    """Whether two shapes differ by no more than their edges."""
    import cv2

    height, width = max(one.shape[0], other.shape[0]), max(one.shape[1], other.shape[1])
    if height - min(one.shape[0], other.shape[0]) > 2 * edge or width - min(one.shape[1], other.shape[1]) > 2 * edge:
        return False
    planes = [np.zeros((height, width), np.uint8) for _ in range(2)]
    for plane, mask in zip(planes, (one, other), strict=True):
        plane[: mask.shape[0], : mask.shape[1]] = mask
    near = np.ones((2 * edge + 1,) * 2, np.uint8)
    lone = [mine & (1 - cv2.dilate(theirs, near)) for mine, theirs in (planes, planes[::-1])]
    return not any(cv2.erode(each, np.ones((SPECK_CHANGE, SPECK_CHANGE), np.uint8)).any() for each in lone)
