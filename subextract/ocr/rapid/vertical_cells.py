"""Where the characters of a column are, and what becomes of each of them in a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from subextract.ocr.rapid.binarize import separated
from subextract.text import Reading
from subextract.types import Box, Image

Mask = NDArray[np.bool_]
Counts = NDArray[np.float64]
Form = Literal["plain", "high", "bar", "bracket", "flat", "empty", "end"]

FAINT_EDGE = 0.2  # of the ink of the densest strips along a column, from which a strip belongs to it
PITCH = 1.05  # from one character to the next over the width of the ink, as most fonts are set
TIGHTEST_PITCH, WIDEST_PITCH = 0.4, 1.5  # of that pitch, between which it is looked for
SKIPPED, UNUSUAL = 0.25, 0.05  # what a place without a letter, and an unusual pitch, weigh against places that miss
BROADEST = 1.25  # pitches that characters are wide, where a program sets them closer than they are wide
TRACE_OF_INK = 0.02  # pitches of ink across the column; less is a speck
SHORTEST_CELL, LONGEST_CELL = 0.7, 1.35  # pitches from one cut to the next
STRAIN = 10.0  # what a step of another length weighs against ink that is cut
CUT_BLUR = 0.04  # pitches on both sides that a cut takes in
NEAR_LETTER = 0.6  # pitches from the middle of a cell to the place of the letter that was read there
COLUMN_MARGIN = 0.15  # of the width of a column: the room that is left on both sides

BARS = frozenset("ー—–-―…‥～〜一|｜")  # what is a bar, or dots, from top to bottom in a column
CLOSING = frozenset("。、，…）」』》")  # the last of a column: no mark follows


class Cell(NamedTuple):
    """The part of a column from ``start`` to ``end`` (px) that holds one character.

    ``form`` is what becomes of it in a line: "plain" stays; "high", a small mark in the upper right corner, goes to
    the lower left one; "bar" and "bracket" are turned to the left; "flat" is a bar across the column and stays. "empty"
    holds no ink, and the "end" no more than a mark that cannot be told from the background.
    """

    start: float
    end: float
    form: Form

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Column:
    """The cells of a lying column in a picture ``height`` px high, and the rows ``top`` to ``bottom`` they take."""

    cells: tuple[Cell, ...]
    top: int
    bottom: int
    height: int

    def box(self, around: Box) -> Box:
        """Where the column and some room lie, given the box that the picture shows."""
        scale, room = around.width / self.height, COLUMN_MARGIN * (self.bottom - self.top)
        left, right = (around.right - round(row * scale) for row in (self.bottom + room, self.top - room))
        return Box(max(around.left, left), around.top, min(around.right, right), around.bottom)


def apart(column: Box, columns: Sequence[Box]) -> Box:
    """The box of a column, up to halfway to those beside it: detectors take in a piece of the next one."""
    left, right = column.left, column.right
    for other in columns:
        if other.top < column.bottom and column.top < other.bottom:
            halfway = round((column.left + column.right + other.left + other.right) / 4)
            if other.left + other.right < column.left + column.right:
                left = max(left, halfway)
            elif other.left + other.right > column.left + column.right:
                right = min(right, halfway)
    return column._replace(left=left, right=right)


def measured(picture: Image, reading: Reading) -> Column | None:
    """The characters of a column that lies on its left side (RGB, as the recogniser saw it); None where its ink cannot
    be told from the background."""
    ink = separated(picture, reading.letters)
    if ink is None:
        return None
    width = _column_width(ink)
    pitch = _fitted_pitch(PITCH * width, [letter.place for letter in reading.letters])
    cuts = _cuts(np.asarray(ink.sum(axis=0) / pitch), pitch)
    if len(cuts) < 2:
        return None
    height = min(ink.shape[0], round(min(max(pitch, width), BROADEST * pitch)))
    top = int(np.convolve(ink.sum(axis=1), np.ones(height), "valid").argmax())
    cells = [_cell(ink[top : top + height], cut, pitch, reading) for cut in pairwise(cuts)]
    if reading.letters[-1].text not in CLOSING and cells[-1].form not in ("high", "bracket"):
        cells.append(Cell(cuts[-1], cuts[-1] + pitch, "end"))
    return Column(tuple(cells), top, top + height, ink.shape[0])


def _column_width(ink: Mask) -> int:
    """How wide (px) the column is, without what little ink is beside it."""
    across = ink.sum(axis=1)
    rows = np.flatnonzero(across > FAINT_EDGE * np.percentile(across, 90))
    return int(rows[-1] - rows[0]) + 1 if len(rows) else ink.shape[0]


def _fitted_pitch(usual: float, places: Sequence[float]) -> float:
    """How far (px) it is from one character to the next, by the places of the letters and what is usual."""
    if len(places) < 3:
        return usual
    found = np.array(places)
    return min(_fitted(found, pitch, usual) for pitch in np.linspace(TIGHTEST_PITCH, WIDEST_PITCH, 100) * usual)[1]


def _fitted(places: Counts, pitch: float, usual: float) -> tuple[float, float]:
    """How badly the places lie at multiples of about this pitch, and the pitch at which they do best."""
    numbers = np.round((places - places[0]) / pitch)
    if np.ptp(numbers) == 0:
        return np.inf, pitch
    slope, first = np.polyfit(numbers, places, 1)
    miss = float(np.sqrt(np.mean((slope * numbers + first - places) ** 2))) / pitch
    skipped = float(np.abs(np.diff(numbers) - 1).mean())
    return miss + SKIPPED * skipped + UNUSUAL * abs(float(np.log(pitch / usual))), float(slope)


def _cuts(ink: Counts, pitch: float) -> list[int]:
    """Where the column is cut: through as little ink as possible, at steps of about the pitch.

    ``ink`` is what each place holds, in pitches. The first and the last cut may lie outside.
    """
    room, width = int(np.ceil(pitch)), 2 * max(1, round(CUT_BLUR * pitch)) + 1
    ink = np.convolve(np.pad(ink, (room, room + 1)), np.ones(width) / width, "same")
    inked = np.flatnonzero(ink > TRACE_OF_INK)
    if not len(inked):
        return []
    first, last = int(inked[0]), int(inked[-1]) + 1
    costs, before = _cheapest(ink, pitch, range(max(0, first - room + 1), first + 1))
    cuts = [last + int(costs[last : last + room].argmin())]
    while before[cuts[-1]] >= 0:
        cuts.append(int(before[cuts[-1]]))
    return [cut - room for cut in reversed(cuts)]


def _cheapest(ink: Counts, pitch: float, starts: range) -> tuple[Counts, NDArray[np.intp]]:
    """The least that cutting costs up to a cut at each place, and the place of the cut before (dynamic programming)."""
    steps = np.arange(max(1, int(SHORTEST_CELL * pitch)), int(np.ceil(LONGEST_CELL * pitch)) + 1)
    strain = STRAIN * (steps / pitch - 1) ** 2
    costs, before = np.full(len(ink), np.inf), np.full(len(ink), -1, np.intp)
    costs[starts.start : starts.stop] = 0
    for place in range(starts.stop, len(ink)):
        reach = steps[steps <= place]
        ways = costs[place - reach] + strain[: len(reach)]
        if len(ways) and np.isfinite(ways.min()):
            costs[place], before[place] = ways.min() + ink[place], place - reach[ways.argmin()]
    return costs, before


def _cell(ink: Mask, cut: tuple[int, int], pitch: float, reading: Reading) -> Cell:
    """The cell between two cuts; what was read there says whether it can have that form."""
    start, end = cut
    form = _form(ink[:, max(0, start) : end], pitch, max(0, -start))
    cell = Cell(start, end, form)
    letter = min(reading.letters, key=lambda letter: abs(letter.place - cell.middle))
    if abs(letter.place - cell.middle) > NEAR_LETTER * pitch:
        return cell
    strange = (form == "bar" and letter.text not in BARS) or (form == "bracket" and not is_mark(letter.text))
    return cell._replace(form="plain") if strange else cell


def _form(ink: Mask, pitch: float, missing: int) -> Form:
    """The form of a character in a line, by where its ink lies; ``missing`` px are before the picture."""
    across, along = np.nonzero(ink)
    if len(across) < 3:
        return "empty"
    first, last = (np.percentile(along, [1, 99]) + missing) / pitch
    right, left = 1 - np.percentile(across, [1, 99]) / len(ink)
    width, height = right - left + 1 / len(ink), last - first + 1 / pitch
    middle, level = (left + right) / 2 - 0.5 / len(ink), (first + last) / 2 + 0.5 / pitch
    if width < 0.3 and height > 0.5:  # but an exclamation mark is a bar above a dot, a colon a dot above a dot
        parts = int((np.diff(ink.any(axis=0).astype(np.int8), prepend=0) > 0).sum())
        return "plain" if parts == 2 else "bar"
    if width > 0.6 and height < 0.5:
        return "bracket" if abs(level - 0.5) > 0.13 else "flat" if height < 0.3 else "plain"
    if width < 0.5 and height < 0.5 and level < 0.5 < middle:
        return "high"
    corner = (middle > 0.5 and level > 0.55) or (middle < 0.5 and level < 0.45)
    return "bracket" if corner and width < 0.85 and height < 0.68 else "plain"


def is_mark(text: str) -> bool:
    """Whether it is no character of a word; the long vowel has a form of its own in columns as marks have."""
    return not text.isalnum() or text == "ー"
