"""What a line says that holds nothing but dots, commas and dashes: recognisers know no size, and take them for letters.

In a picture of a track the size is known, and so are the shapes, without a recogniser.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.media.ink import DARK
from subextract.types import Box, Luma

# Sizes are in heights of the lowest line there is (``least``), of which letters without ascenders take a half.
DOT, FLAT = 0.3, 0.2  # the most that a dot is wide and high, a dash is high
COMMA = (0.25, 0.38)  # the most that a comma is wide, and high; an r or c in the smallest letters is wider
ROUND = (0.6, 1.5)  # widths in heights of a dot, and of the marks of Chinese and Japanese
FULL, SOLID = 0.58, 0.85  # of its box that a dot fills, and a dash
HOLLOW = 0.5  # the same of a comma, at least
SLANTED = 0.3  # correlation of rows and columns; a dot has none
TAILED = (0.25, 0.9)  # widths in heights of a comma
LONG = 1.6  # widths in heights of a dash, at least
HYPHEN, EN_DASH = 0.35, 0.6  # of the same, the most that these are wide
SPACE = 0.18  # between a dash and what follows, at least
SIX = 6  # dots of a Chinese or Japanese ellipsis, which is two characters


SAME = 2  # px by which dots of one size differ
Mask = NDArray[np.bool_]


class Mark(NamedTuple):
    """A shape that is a mark."""

    box: Box
    text: str


def marks_alone(picture: Luma, least: float) -> str:
    """The text of a line of dark marks on white; nothing where there is anything else, or dashes alone."""
    count, labels, found, _ = cv2.connectedComponentsWithStats((picture < DARK).astype(np.uint8))
    marks: list[Mark] = []
    for number in range(1, count):
        left, top, width, height = (int(value) for value in found[number][:4])
        box = Box(left, top, left + width, top + height)
        text = _mark(width / least, height / least, labels[top : box.bottom, left : box.right] == number)
        if not text:
            return ""
        marks.append(Mark(box, text))
    marks.sort(key=lambda mark: mark.box.left)
    return _written(marks, least)


def _mark(width: float, height: float, ink: Mask) -> str:
    """Which mark a shape is, its sizes in ``least``."""
    shape, fill = width / height, ink.mean()
    if ROUND[0] <= shape <= ROUND[1] and max(width, height) <= DOT:
        if _has_hole(ink):
            return "。"
        if _slope(ink) > SLANTED:
            return "、"
        if fill >= FULL and _slope(ink) > -SLANTED:
            return "."
    if (
        TAILED[0] <= shape <= TAILED[1]
        and width <= COMMA[0]
        and height <= COMMA[1]
        and fill >= HOLLOW
        and not _has_hole(ink)
    ):
        return ","
    if shape >= LONG and height <= FLAT and fill >= SOLID:
        return "-" if width <= HYPHEN else "–" if width <= EN_DASH else "—"
    return ""


def _written(marks: list[Mark], least: float) -> str:
    """The marks of a line from left to right; nothing for what is no text: commas in a row, one mark above another."""
    if len(marks) > 1 and all(mark.text in ".," for mark in marks) and _are_alike(marks):
        marks = [mark._replace(text=".") for mark in marks]
    texts = "".join(mark.text for mark in marks)
    stacked = any(one.box.right > other.box.left for one, other in pairwise(marks))
    if stacked or not set(texts) & set(".,。、") or sum(texts.count(comma) for comma in ",、") > 1:
        return ""
    found = ""
    for number, mark in enumerate(marks):
        before = marks[number - 1] if number else None
        apart = before is not None and mark.box.left - before.box.right >= SPACE * least
        found += " " * (apart and (before is not None and before.text in "-–—")) + mark.text
    runs = ((mark, len(list(run))) for mark, run in groupby(found))
    return "".join("……" if (mark, length) == (".", SIX) else mark * length for mark, length in runs)


def _are_alike(marks: list[Mark]) -> bool:
    """Whether marks are of one size and on one level, as dots are; a comma hangs lower than the dot before it."""
    sides = np.array([(mark.box.width, mark.box.height, mark.box.top, mark.box.bottom) for mark in marks])
    return bool((np.ptp(sides, axis=0) <= SAME).all())


def _slope(ink: Mask) -> float:
    """How much a stroke goes down to the right, as the comma of Chinese and Japanese does; others go to the left."""
    rows, columns = np.nonzero(ink)
    spread = float(rows.std() * columns.std())
    return float(np.mean((rows - rows.mean()) * (columns - columns.mean()))) / spread if spread else 0.0


def _has_hole(shape: Mask) -> bool:
    outside = np.pad(~shape, 1, constant_values=True).astype(np.uint8)
    count, _ = cv2.connectedComponents(outside, connectivity=4)
    return count > 2
