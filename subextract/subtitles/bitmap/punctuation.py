"""What a line says that holds nothing but dots, commas and dashes: recognisers know no size, and take them for letters.

In a picture of a track the size is known, and so are the shapes, without a recogniser.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.subtitles.bitmap.binarize import DARK
from subextract.types import Box, Luma

# Sizes are in heights of the lowest line there is (``min_height``), of which letters without ascenders take a half.
DOT, FLAT = 0.3, 0.2  # the most that a dot is wide and high, a dash is high
COMMA = (0.33, 0.4)  # the most that a comma is wide, and high
STROKE = 0.26  # the most that it is wide once it stands upright; an r or c in the smallest letters is wider
ROUND_SHAPE = (0.6, 1.5)  # widths in heights of a dot, and of the marks of Chinese and Japanese
FULL, SOLID = 0.58, 0.85  # of its box that a dot fills, and a dash
HOLLOW = 0.6  # the same of a comma that is a stroke, at least, once it stands upright
HEAD_FILLED, TAIL_FILLED = 0.55, 0.45  # min of the upper half, max of the lowest quarter, of a dot with a tail
SLANTED = 0.3  # correlation of rows and columns; a dot has none
TAILED = (0.2, 0.9)  # widths in heights of a comma, once it stands upright
LONG_DASH = 1.6  # widths in heights of a dash, at least
HYPHEN, EN_DASH = 0.35, 0.6  # of the same, the most that these are wide
DASH_SPACE = 0.18  # between a dash and what follows, at least; narrow typefaces have less
WIDER = 1.8  # times as wide as between the dots that follow is such a space, too
SPECK_SHAPE = 4  # px; of what is no larger nobody sees the shape
SIX = 6  # dots of a Chinese or Japanese ellipsis, which is two characters


EQUAL_DOTS = 2  # px by which dots of one size differ
DASHES, UNTOLD = "-–—", "?"
Mask = NDArray[np.bool_]


class Mark(NamedTuple):
    """A shape that is a mark."""

    box: Box
    text: str


def marks_alone(picture: Luma, min_height: float) -> str:
    """The text of a line of dark marks on white; nothing where there is anything else, or dashes alone."""
    count, labels, found, _ = cv2.connectedComponentsWithStats((picture < DARK).astype(np.uint8))
    marks: list[Mark] = []
    for number in range(1, count):
        left, top, width, height = (int(value) for value in found[number][:4])
        box = Box(left, top, left + width, top + height)
        text = _mark(width / min_height, height / min_height, labels[top : box.bottom, left : box.right] == number)
        if not text:
            return ""
        marks.append(Mark(box, text))
    marks.sort(key=lambda mark: mark.box.left)
    return _written(marks, min_height)


def _mark(width: float, height: float, ink: Mask) -> str:
    """Which mark a shape is, its sizes in ``min_height``."""
    shape, fill = width / height, ink.mean()
    if max(ink.shape) <= SPECK_SHAPE:
        return UNTOLD
    if ROUND_SHAPE[0] <= shape <= ROUND_SHAPE[1] and max(width, height) <= DOT:
        if _has_hole(ink):
            return "。"
        if _slope(ink) > SLANTED:
            return "、"
        if fill >= FULL and _slope(ink) > -SLANTED:
            return "."
    if width <= COMMA[0] and height <= COMMA[1] and not _has_hole(ink) and _has_tail(width, height, ink):
        return ","
    if shape >= LONG_DASH and height <= FLAT and fill >= SOLID:
        return "-" if width <= HYPHEN else "–" if width <= EN_DASH else "—"
    return ""


def _has_tail(width: float, height: float, ink: Mask) -> bool:
    """Whether a shape is a stroke that may lean, or a dot with a tail below it; its sizes in ``min_height``."""
    share, fill = _upright(ink)
    narrow = width * share
    if narrow > STROKE or not TAILED[0] <= narrow / height <= TAILED[1]:
        return False
    rows = len(ink)
    is_stroke = fill >= HOLLOW and _slope(ink) < SLANTED
    return is_stroke or bool(
        ink[: max(1, rows // 2)].mean() >= HEAD_FILLED and ink[-max(1, rows // 4) :].mean() <= TAIL_FILLED
    )


def _upright(ink: Mask) -> tuple[float, float]:
    """How wide a shape is once it leans no more, as a share of its width, and how much of its box it fills then."""
    rows, columns = np.nonzero(ink)
    away = rows - rows.mean()
    lean = float((away * (columns - columns.mean())).sum() / max(1.0, float((away**2).sum())))
    straight = columns - lean * away
    width = float(np.ptp(straight)) + 1
    return width / ink.shape[1], len(rows) / (width * ink.shape[0])


def _written(marks: list[Mark], min_height: float) -> str:
    """The marks of a line from left to right; nothing for what is no text: commas in a row, one mark above another."""
    others = [mark for mark in marks if mark.text not in DASHES]
    may_be_dots = len(others) > 1 or UNTOLD in {mark.text for mark in others}
    if may_be_dots and all(mark.text in ".,、" + UNTOLD for mark in others) and _are_alike(others):
        marks = [mark if mark.text in DASHES else mark._replace(text=".") for mark in marks]
    texts = "".join(mark.text for mark in marks)
    stacked = any(one.box.right > other.box.left for one, other in pairwise(marks))
    if stacked or UNTOLD in texts or not set(texts) & set(".,。、") or sum(texts.count(comma) for comma in ",、") > 1:
        return ""
    found = texts[:1]
    for number, (before, mark) in enumerate(pairwise(marks), 1):
        found += " " * (before.text in DASHES and _is_space(marks, number, min_height)) + mark.text
    runs = ((mark, len(list(run))) for mark, run in groupby(found))
    return "".join("……" if (mark, length) == (".", SIX) else mark * length for mark, length in runs)


def _is_space(marks: list[Mark], number: int, min_height: float) -> bool:
    """Whether there is a space before a mark: wide by itself, or beside what lies between those behind it."""
    gaps = [other.box.left - one.box.right for one, other in pairwise(marks)]
    behind = gaps[number:]
    return gaps[number - 1] >= (
        min(DASH_SPACE * min_height, WIDER * max(behind)) if behind else DASH_SPACE * min_height
    )


def _are_alike(marks: list[Mark]) -> bool:
    """Whether marks are of one size and on one level, as dots are; a comma hangs lower than the dot before it."""
    sides = np.array([(mark.box.width, mark.box.height, mark.box.top, mark.box.bottom) for mark in marks])
    return bool((np.ptp(sides, axis=0) <= EQUAL_DOTS).all())


def _slope(ink: Mask) -> float:
    """How much a stroke goes down to the right, as the comma of Chinese and Japanese does; others go to the left."""
    rows, columns = np.nonzero(ink)
    spread = float(rows.std() * columns.std())
    return float(np.mean((rows - rows.mean()) * (columns - columns.mean()))) / spread if spread else 0.0


def _has_hole(shape: Mask) -> bool:
    outside = np.pad(~shape, 1, constant_values=True).astype(np.uint8)
    count, _ = cv2.connectedComponents(outside, connectivity=4)
    return count > 2
