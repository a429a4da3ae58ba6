"""What a column says, whose characters stand below one another: read lying on its side, and set as a line.

PP-OCR has learned to read columns that lie on their left side, as PaddleOCR turns them. It knows the marks there, but
confuses characters that differ by a turn of their strokes. So the characters are also cut apart at the gaps of the
column and set side by side, those with a form of their own for columns put into that for lines; of the two readings,
the second knows the characters better, the first the marks.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.ocr.glyphs import separated
from subextract.text import Letter, Reading, is_wide
from subextract.types import Box, Image

Mask = NDArray[np.bool_]
Counts = NDArray[np.float64]

FAINT_EDGE = 0.2  # of the ink of a column's densest strips, from which a strip belongs to it
PITCH = 1.05  # from one character to the next over the width of its ink, as most fonts are set
TIGHTEST, WIDEST = 0.4, 1.5  # of that pitch, between which it is looked for
SKIPPED, UNUSUAL = 0.25, 0.05  # what a place without a letter, and an unusual pitch, weigh against places that miss
SHORTEST, LONGEST = 0.7, 1.35  # of the pitch: a character's share of the column
STRAIN = 10.0  # what a share of another length weighs against ink that is cut
BLUR = 0.04  # of the pitch: how wide a cut is
BROADEST = 1.25  # pitches that characters are wide; they are set closer than they are wide in some programs
MARGIN = 0.15  # of the width of a column: what is left on both sides
ROOM = 0.2  # of a character's height: what is left above and below the line
LIKELY, PLAIN = 0.7, 0.98  # score from which a mark counts that the lying column did not show; and a character
UNSURE = 0.3  # score below which a letter counts not that the line did not show
UNSURE_MARK = 0.6  # score below which a mark of the lying column counts less than what the line showed
ALIKE = 0.5  # share of equal letters below which the line was cut at wrong places
STOPS = frozenset("。、，…）」』》")  # after which no other mark is missed at the end of a column
ALONE = 0.5  # of its score: what a letter counts that only one of the readings shows
TWINS = ({"日", "目"}, {"口", "ロ"}, {"く", "<"}, {"一", "ー"})  # whose difference is lost in a lying column
BARS = frozenset("ー—–-―…‥～〜一|｜")  # what is a bar, or a row of dots, from top to bottom in a column


class Cell(NamedTuple):
    """The part of a column from ``start`` to ``end`` (px) that holds one character.

    ``form`` is what becomes of it in a line: "plain" stays; "high", a mark in the upper right corner, moves to the lower
    left; "bar" and "bracket" are turned; "flat" is a bar across the column and stays; "empty" holds nothing, and the "end"
    nothing but a mark too faint to be told from the ground.
    """

    start: float
    end: float
    form: str

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Column:
    """The cells of a lying column in a picture ``height`` px high, and the rows ``top`` to ``bottom`` that they take."""

    cells: tuple[Cell, ...]
    top: int
    bottom: int
    height: int

    def box(self, around: Box) -> Box:
        """Where the column and some room lie, given the box that the picture shows."""
        scale, room = around.width / self.height, MARGIN * (self.bottom - self.top)
        left, right = (around.right - round(row * scale) for row in (self.bottom + room, self.top - room))
        return Box(max(around.left, left), around.top, min(around.right, right), around.bottom)


def measured(picture: Image, reading: Reading) -> Column | None:
    """The characters of a lying column (RGB, as the recogniser saw it); None where they cannot be told apart."""
    ink = separated(picture, reading.letters)
    if ink is None:
        return None
    width = _breadth(ink)
    pitch = _pitch(PITCH * width, [letter.place for letter in reading.letters])
    cuts = _cuts(np.asarray(ink.sum(axis=0) / pitch), pitch)
    height = min(ink.shape[0], round(min(max(pitch, width), BROADEST * pitch)))
    top = int(np.convolve(ink.sum(axis=1), np.ones(height), "valid").argmax())
    cells = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        part = ink[top : top + height, max(0, start) : end]
        form = _form(part, pitch, max(0, -start))
        cells.append(Cell(start, end, _unlike(form, reading, (start + end) / 2, pitch)))
    if not cells:
        return None
    if reading.letters[-1].text not in STOPS and cells[-1].form not in ("high", "bracket"):
        end = cells[-1].end
        cells.append(Cell(end, end + round(pitch), "end"))
    return Column(tuple(cells), top, top + height, ink.shape[0])


def _breadth(ink: Mask) -> int:
    """How wide (px) the column is, without what little ink is beside it."""
    across = ink.sum(axis=1)
    rows = np.flatnonzero(across > FAINT_EDGE * np.percentile(across, 90))
    return int(rows[-1] - rows[0]) + 1 if len(rows) else ink.shape[0]


def _pitch(usual: float, places: Sequence[float]) -> float:
    """How far (px) it is from one character to the next, by the places of the letters and what is usual."""
    if len(places) < 3:
        return usual
    found = np.array(places)
    fits = [_fitted(found, pitch, usual) for pitch in np.linspace(TIGHTEST, WIDEST, 100) * usual]
    return min(fits)[1]


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
    """Where the column is cut: through as little ink as possible, at steps of about the pitch (dynamic programming)."""
    room = int(np.ceil(pitch))
    width = 2 * max(1, round(BLUR * pitch)) + 1
    ink = np.convolve(np.pad(ink, (room, room + 1)), np.ones(width) / width, "same")
    inked = np.flatnonzero(ink > 0.02)
    if not len(inked):
        return []
    first, last = int(inked[0]), int(inked[-1]) + 1
    steps = np.arange(max(1, int(SHORTEST * pitch)), int(np.ceil(LONGEST * pitch)) + 1)
    strain = STRAIN * (steps / pitch - 1) ** 2
    costs = np.full(len(ink), np.inf)
    costs[max(0, first - room + 1) : first + 1] = 0
    before = np.full(len(ink), -1)
    for place in range(first + 1, len(ink)):
        reach = steps[steps <= place]
        ways = costs[place - reach] + strain[: len(reach)]
        best = int(ways.argmin()) if len(ways) else 0
        if len(ways) and ways[best] + ink[place] < costs[place]:
            costs[place], before[place] = ways[best] + ink[place], place - reach[best]
    cuts = [last + int(costs[last : last + room].argmin())]
    while before[cuts[-1]] >= 0:
        cuts.append(int(before[cuts[-1]]))
    return [cut - room for cut in reversed(cuts)]


def _form(ink: Mask, pitch: float, missing: int) -> str:
    """What becomes of a character in a line, by where in its cell the ink lies; ``missing`` px are before the picture."""
    across, along = np.nonzero(ink)
    if len(across) < 3:
        return "empty"
    top, bottom = (np.percentile(along, [1, 99]) + [missing, missing + 1]) / pitch
    right, left = 1 - (np.percentile(across, [1, 99]) + [0, 1]) / len(ink)
    width, height, middle, level = right - left, bottom - top, (left + right) / 2, (top + bottom) / 2
    if width < 0.5 and height < 0.5 and middle > 0.5 and level < 0.5:
        return "high"
    if width < 0.3 and height > 0.5:  # but an exclamation mark is a bar above a dot, a colon a dot above a dot
        parts = int((np.diff(ink.any(axis=0).astype(np.int8), prepend=0) > 0).sum())
        return "plain" if parts == 2 else "bar"
    if height < 0.5 and width > 0.6:
        return "bracket" if abs(level - 0.5) > 0.13 else "flat" if height < 0.3 else "plain"
    lower_right, upper_left = middle > 0.5 and level > 0.55, middle < 0.5 and level < 0.45
    return "bracket" if width < 0.85 and height < 0.68 and (lower_right or upper_left) else "plain"


def _unlike(form: str, reading: Reading, middle: float, pitch: float) -> str:
    """The form, unless what was read there has no such form."""
    letter = min(reading.letters, key=lambda letter: abs(letter.place - middle))
    if abs(letter.place - middle) >= 0.6 * pitch:
        return form
    strange = (form == "bar" and letter.text not in BARS) or (form == "bracket" and not _is_mark(letter.text))
    return "plain" if strange else form


def _is_mark(text: str) -> bool:
    return not text.isalnum() or text == "ー"


def set_as_line(image: Image, box: Box, column: Column) -> Image:
    """The characters of a column, which stands in the box of an image, side by side."""
    scale = box.width / column.height
    right, size = box.right - round(column.top * scale), max(1, round((column.bottom - column.top) * scale))
    columns = np.clip(np.arange(right - size, right), 0, image.shape[1] - 1)
    cells = [cell._replace(start=box.top + scale * cell.start, end=box.top + scale * cell.end) for cell in column.cells]
    line = np.hstack([_set(image, cell, columns) for cell in cells])
    room = round(ROOM * size)
    return np.asarray(cv2.copyMakeBorder(line, room, room, 0, 0, cv2.BORDER_REPLICATE), dtype=np.uint8)


def _set(image: Image, cell: Cell, columns: NDArray[np.intp]) -> Image:
    """One character as a square of the size of the line."""
    size = len(columns)
    top, bottom = (min(max(0, round(edge)), image.shape[0] - 1) for edge in (cell.start, cell.end))
    rows = np.clip(np.arange(size) + round(cell.middle - size / 2), top, max(top, bottom - 1))
    picture = image[rows][:, columns]
    if cell.form in ("high", "end"):
        return np.roll(picture, (size // 2, -(size // 2)), (0, 1))
    return np.rot90(picture) if cell.form in ("bar", "bracket") else picture


def agreed(lying: Reading, line: Reading, column: Column) -> Reading:
    """What the two readings of a column say together."""
    side = column.height / (1 + 2 * ROOM)
    forms = [column.cells[min(len(column.cells) - 1, int(letter.place / side))].form for letter in line.letters]
    set_letters = [_barred(letter, form) for letter, form in zip(line.letters, forms, strict=True)]
    texts = [[letter.text for letter in letters] for letters in (lying.letters, set_letters)]
    matcher = difflib.SequenceMatcher(a=texts[0], b=texts[1], autojunk=False)
    if matcher.ratio() < ALIKE:
        return max(lying, line, key=lambda reading: reading.score)
    letters: list[Letter] = []
    for tag, start, end, begin, stop in matcher.get_opcodes():
        old, new = lying.letters[start:end], set_letters[begin:stop]
        if tag == "equal":
            letters += [max(pair, key=lambda letter: letter.score) for pair in zip(old, new, strict=True)]
        else:
            chosen = _chosen(old, new, forms[begin:stop])
            letters += [letter if _is_mark(letter.text) else replace(letter, score=ALONE * letter.score) for letter in chosen]
    return Reading(tuple(replace(letter, text="。" if letter.text == "°" else letter.text) for letter in letters))


def is_text(reading: Reading) -> bool:
    """Whether what was read in a column can be text: one character may be a window, and bars a post."""
    return len(reading.letters) > 1 and any(letter.text not in BARS for letter in reading.letters)


def _barred(letter: Letter, form: str) -> Letter:
    """The letter, where it is a bar: the one that stands is the long vowel, the one across is the number one."""
    if letter.text in "ー一" and form in ("bar", "flat"):
        return replace(letter, text="ー" if form == "bar" else "一")
    return letter


def _chosen(lying: Sequence[Letter], line: Sequence[Letter], forms: Sequence[str]) -> list[Letter]:
    """Which letters hold where the readings differ: the surer ones, but a mark of the lying column is believed."""
    old, new = (min((letter.score for letter in letters), default=0.0) for letters in (lying, line))
    if not line:
        return list(lying) if old > UNSURE else []
    if not lying:
        return [letter for letter, form in zip(line, forms, strict=True) if _is_missed(letter, form)]
    if {letter.text for letter in (*lying, *line)} in TWINS:
        return list(line)
    special = "plain" not in forms and "empty" not in forms
    if all(_is_mark(letter.text) for letter in lying):
        as_sure = special and new >= old and all(_is_mark(letter.text) for letter in line)
        return list(line if as_sure or old < UNSURE_MARK else lying)
    return list(line if new >= old else lying)


def _is_missed(letter: Letter, form: str) -> bool:
    """Whether the lying column missed a letter that the line shows."""
    if not is_wide(letter.text):
        return False
    if form in ("plain", "empty", "end"):
        return letter.score > (LIKELY if letter.text in STOPS else PLAIN)
    return letter.score > LIKELY
