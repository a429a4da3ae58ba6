"""Which boxes lie on the same line of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from subextract.types import Box

WORD_GAP = 0.8  # line heights; a wider gap on one row parts two texts
SMALLEST = 3  # px; the width of an i
ALIKE = 0.5  # of the stronger strokes; a shape beside a line is fainter, or harder, than its letters


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
    return min(one, other) > ALIKE * max(one, other)


def same_row(one: Box, other: Box) -> bool:
    """Whether two boxes overlap so that they can only be the same line, or parts of it."""
    common = one.intersection(other)
    return common.height > 0.5 * min(one.height, other.height) and common.width > 0


def covers(outer: Box, inner: Box) -> bool:
    """Whether most of the inner box lies in the outer one."""
    common = outer.intersection(inner)
    return common.height > 0 and common.width > 0 and common.area > 0.6 * inner.area


def inside(boxes: Iterable[Box], width: int, height: int) -> list[Box]:
    """The boxes, cut at the edges of a picture of that size, without those of which no text can be left."""
    cut = (box.intersection(Box(0, 0, width, height)) for box in boxes)
    return [box for box in cut if box.width >= SMALLEST and box.height >= SMALLEST]


def fills(line: Box, box: Box) -> bool:
    """Whether a line has so much of the place of another that it could be taken for it."""
    return same_row(line, box) and 2 * line.intersection(box).width > box.width


def _beside(line: Box, box: Box) -> bool:
    gap = max(line.left, box.left) - min(line.right, box.right)
    return level(line, box) and gap < WORD_GAP * min(line.height, box.height)


def level(one: Box, other: Box) -> bool:
    """Whether two boxes lie on one row and are about as high."""
    common = min(one.bottom, other.bottom) - max(one.top, other.top)
    least = min(one.height, other.height)
    return common > 0.6 * least and max(one.height, other.height) < 1.6 * least
