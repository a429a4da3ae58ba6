"""How two boxes of text lie to one another: one definition for each relation.

On one row, in the order of how much is asked for:

- ``near_level``: about as high, and at about one level, as texts that take turns at one place
- ``level``: about as high and on one row, however far apart
- ``same_row``: they overlap so that they can only be the same line, or parts of it
- ``fills``: one has so much of the place of the other that it could be taken for it

At one place:

- ``touch``: they have a pixel in common
- ``covers``: most of one lies in the other
- ``same_place``: most of both is common to them
- ``same_box``: they differ by no more than a pixel or two
- ``same_anchor``: texts of one row each are set at the same place, by their middles or by one of their edges

Below one another: ``stacked``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from subextract.types import Box

SAME_PLACE, SAME_BOX = 0.7, 0.88  # of the larger of two boxes is common to both
TEXT_GAP = 0.8  # line heights; a wider gap on one row parts two texts
SMALLEST_BOX = 3  # px; the width of an i
ALIKE_STROKES = 0.5  # of the stronger strokes; a shape beside a line is fainter, or harder, than its letters


def join_rows(boxes: Sequence[Box], strength: Callable[[Box], float]) -> list[Box]:
    """Boxes that continue one another on a row become one line; lines from top to bottom.

    ``strength`` tells how strongly the strokes in a box stand out: those of one line do so alike.
    """
    lines: list[Box] = []
    for box in sorted(boxes):
        for index, line in enumerate(lines):
            if _beside(line, box) and alike(strength(line), strength(box)):
                lines[index] = line.union(box)
                break
        else:
            lines.append(box)
    return sorted(lines, key=lambda line: line.top)


def row_count(boxes: Iterable[Box]) -> int:
    """How many rows stand below one another."""
    count, bottom = 0, -1
    for box in sorted(boxes, key=lambda box: box.top):
        if box.top >= bottom:
            count, bottom = count + 1, box.bottom
    return count


def alike(one: float, other: float) -> bool:
    """Whether two strengths of strokes can be those of one line."""
    return min(one, other) > ALIKE_STROKES * max(one, other)


def near_level(one: Box, other: Box) -> bool:
    """Whether two boxes are about as high, and their middles less than one and a half lines apart."""
    height = max(one.height, other.height)
    return middles_apart(one, other) < 1.5 * height < 2.4 * min(one.height, other.height)


def level(one: Box, other: Box) -> bool:
    """Whether two boxes lie on one row and are about as high."""
    common = min(one.bottom, other.bottom) - max(one.top, other.top)
    lower = min(one.height, other.height)
    return common > 0.6 * lower and max(one.height, other.height) < 1.6 * lower


def same_row(one: Box, other: Box) -> bool:
    """Whether two boxes overlap so that they can only be the same line, or parts of it."""
    common = one.intersection(other)
    return common.height > 0.5 * min(one.height, other.height) and common.width > 0


def covers(outer: Box, inner: Box) -> bool:
    """Whether most of the inner box lies in the outer one."""
    common = outer.intersection(inner)
    return common.height > 0 and common.width > 0 and common.area > 0.6 * inner.area


def touch(one: Box, other: Box) -> bool:
    """Whether two boxes have a pixel in common."""
    return one.intersection(other).area > 0


def same_place(one: Box, other: Box) -> bool:
    """Whether most of the larger of two boxes is common to both."""
    return one.intersection(other).area > SAME_PLACE * max(one.area, other.area)


def same_box(one: Box, other: Box) -> bool:
    """Whether two boxes are the same but for a pixel or two."""
    return one.intersection(other).area > SAME_BOX * max(one.area, other.area)


def same_anchor(one: Box, other: Box) -> bool:
    """Whether two texts of one row each are set at the same place: by their middles, or by one of their edges."""
    height = max(one.height, other.height)
    left, right = one.left - other.left, one.right - other.right
    aside = min(abs(left), abs(right), abs(left + right) / 2)
    return max(middles_apart(one, other), aside) < height < 2 * min(one.height, other.height)


def stacked(one: Box, other: Box) -> bool:
    """Whether one line stands right above the other; their boxes may overlap where accents and margins meet."""
    across = min(one.right, other.right) - max(one.left, other.left)
    height = (one.height + other.height) / 2
    return across > 0 and 0.4 * height < middles_apart(one, other) < 2 * height


def middles_apart(one: Box, other: Box) -> float:
    """How many pixels the middle of one box lies above or below that of the other."""
    return abs(one.top + one.bottom - other.top - other.bottom) / 2


def inside(boxes: Iterable[Box], width: int, height: int) -> list[Box]:
    """The boxes, cut at the edges of a picture of that size, without those of which no text can be left."""
    cut = (box.intersection(Box(0, 0, width, height)) for box in boxes)
    return [box for box in cut if box.width >= SMALLEST_BOX and box.height >= SMALLEST_BOX]


def fills(line: Box, box: Box) -> bool:
    """Whether a line has so much of the place of another that it could be taken for it."""
    return same_row(line, box) and 2 * line.intersection(box).width > box.width


def _beside(line: Box, box: Box) -> bool:
    gap = max(line.left, box.left) - min(line.right, box.right)
    return level(line, box) and gap < TEXT_GAP * min(line.height, box.height)
