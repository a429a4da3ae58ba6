"""Reads lines of nothing but dots, commas and dashes: recognisers know no size, and take them for letters.

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

# Sizes are in heights of a line (``line``), of which letters without ascenders take a half.
DOT, FLAT = 0.3, 0.2  # the most that a dot is wide and high, a dash is high
WIDE_MARK = 0.38  # the same of the marks of Chinese and Japanese; a small o is 0.45
COMMA = (0.33, 0.4)  # the most that a comma is wide, and high
STROKE = 0.26  # the most that it is wide once it stands upright; an r or c in the smallest letters is wider
ROUND_SHAPE = (0.6, 1.5)  # widths in heights of a dot, and of the marks of Chinese and Japanese
FULL, SOLID = 0.58, 0.85  # of its box that a dot fills, and a dash
HOLLOW = 0.6  # the same of a comma that is a stroke, at least, once it stands upright
THIN = 0.45  # of the lowest quarter, the most that a comma fills
HEAD_FILLED = 0.7  # of its box that the upper half of a dot with a tail fills; of an r less
TAIL_WIDTH = 0.55  # of the widest row, the most that the lowest quarter of a dot with a tail is; of dots more
LOPSIDED = 0.62  # the same of the highest quarter
SLANTED = 0.3  # correlation of rows and columns; a dot has none
TAILED = (0.2, 0.9)  # widths in heights of a comma, once it stands upright
LONG_DASH = 1.6  # widths in heights of a dash, at least
WIDTHS = (0.31, 0.55)  # the most that a hyphen and an en dash are wide
PITCHES = (1.15, 2.25)  # the same from dot to dot; in 81 typefaces hyphens have 0.44 to 1.14, em dashes 2.3 and more
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


def marks_alone(picture: Luma, line: float) -> str:
    """The text of a line of dark marks on white; nothing where there is anything else, or dashes alone."""
    count, labels, found, _ = cv2.connectedComponentsWithStats((picture < DARK).astype(np.uint8))
    marks: list[Mark] = []
    for number in range(1, count):
        left, top, width, height = (int(value) for value in found[number][:4])
        box = Box(left, top, left + width, top + height)
        text = _mark(width / line, height / line, labels[top : box.bottom, left : box.right] == number)
        if not text:
            return ""
        marks.append(Mark(box, text))
    marks.sort(key=lambda mark: mark.box.left)
    return _written(marks, line)


def _mark(width: float, height: float, ink: Mask) -> str:
    """Which mark a shape is, its sizes in ``line``."""
    shape, fill = width / height, ink.mean()
    if max(ink.shape) <= SPECK_SHAPE:
        return UNTOLD
    may_be_comma = width <= COMMA[0] and height <= COMMA[1] and not _has_hole(ink) and _is_slim(width, height, ink)
    if may_be_comma and height > width and _is_dot_with_tail(ink):
        return ","
    if ROUND_SHAPE[0] <= shape <= ROUND_SHAPE[1] and (mark := _round_mark(max(width, height), ink)):
        return mark
    if may_be_comma and (_is_stroke(ink) or _thins_out(ink)):
        return ","
    if shape >= LONG_DASH and height <= FLAT and fill >= SOLID:
        return _dash(width, WIDTHS)
    return ""


def _round_mark(size: float, ink: Mask) -> str:
    """Which mark a shape is that is about as wide as high."""
    if size <= WIDE_MARK and _has_hole(ink):
        return "。"
    if size <= WIDE_MARK and _slope(ink) > SLANTED:
        return "、"
    return "." if size <= DOT and ink.mean() >= FULL and _slope(ink) > -SLANTED else ""


def _is_slim(width: float, height: float, ink: Mask) -> bool:
    """Whether a shape is as wide and high as a comma once it stands upright; its sizes in ``line``."""
    narrow = width * _upright(ink)[0]
    return narrow <= STROKE and TAILED[0] <= narrow / height <= TAILED[1]


def _is_stroke(ink: Mask) -> bool:
    """Whether a shape is a stroke that may lean to the right."""
    return _upright(ink)[1] >= HOLLOW and _slope(ink) < SLANTED


def _is_dot_with_tail(ink: Mask) -> bool:
    """Whether a shape is round above and thin below, wherever the tail bends to."""
    rows, half, quarter = ink.sum(axis=1), max(1, len(ink) // 2), max(1, len(ink) // 4)
    head, tail = ink[:half], float(rows[-quarter:].mean())
    is_round = head[:, head.any(axis=0)].mean() >= HEAD_FILLED
    return bool(is_round and tail <= TAIL_WIDTH * float(rows.max()) and tail <= LOPSIDED * float(rows[:quarter].mean()))


def _thins_out(ink: Mask) -> bool:
    """Whether a shape fills the upper half of its box, and little of the lowest quarter."""
    return bool(ink[: max(1, len(ink) // 2)].mean() >= FULL and ink[-max(1, len(ink) // 4) :].mean() <= THIN)


def _upright(ink: Mask) -> tuple[float, float]:
    """How wide a shape is once it leans no more, as a share of its width, and how much of its box it fills then."""
    rows, columns = np.nonzero(ink)
    away = rows - rows.mean()
    lean = float((away * (columns - columns.mean())).sum() / max(1.0, float((away**2).sum())))
    straight = columns - lean * away
    width = float(np.ptp(straight)) + 1
    return width / ink.shape[1], len(rows) / (width * ink.shape[0])


def _written(marks: list[Mark], line: float) -> str:
    """The marks of a line from left to right; nothing for what is no text: commas in a row, one mark above another."""
    others = [mark for mark in marks if mark.text not in DASHES]
    may_be_dots = len(others) > 1 or UNTOLD in {mark.text for mark in others}
    if may_be_dots and all(mark.text in ".,、" + UNTOLD for mark in others) and _are_alike(others):
        marks = _with_dashes([mark if mark.text in DASHES else mark._replace(text=".") for mark in marks])
    texts = "".join(mark.text for mark in marks)
    stacked = any(one.box.right > other.box.left for one, other in pairwise(marks))
    if stacked or UNTOLD in texts or not set(texts) & set(".,。、") or sum(texts.count(comma) for comma in ",、") > 1:
        return ""
    found = texts[:1]
    for number, (before, mark) in enumerate(pairwise(marks), 1):
        found += " " * (before.text in DASHES and _is_space(marks, number, line)) + mark.text
    runs = ((mark, len(list(run))) for mark, run in groupby(found))
    return "".join("……" if (mark, length) == (".", SIX) else mark * length for mark, length in runs)


def _with_dashes(marks: list[Mark]) -> list[Mark]:
    """The marks, no dash longer than it is beside the distance of dots, which grows with the letters as it does."""
    lefts = [mark.box.left for mark in marks if mark.text == "."]
    if len(lefts) < 2:
        return marks
    pitch = min(right - left for left, right in pairwise(lefts))
    return [
        mark._replace(text=min(mark.text, _dash(mark.box.width / pitch, PITCHES), key=DASHES.index))
        if mark.text in DASHES
        else mark
        for mark in marks
    ]


def _dash(width: float, longest: tuple[float, float]) -> str:
    """Which dash is so wide, where a hyphen and an en dash are that wide at most."""
    return DASHES[sum(width > most for most in longest)]


def _is_space(marks: list[Mark], number: int, line: float) -> bool:
    """Whether there is a space before a mark: wide by itself, or beside what lies between those behind it."""
    gaps = [other.box.left - one.box.right for one, other in pairwise(marks)]
    behind = gaps[number:]
    return gaps[number - 1] >= (min(DASH_SPACE * line, WIDER * max(behind)) if behind else DASH_SPACE * line)


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
