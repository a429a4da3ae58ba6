"""Reads columns, whose characters stand below one another.

PP-OCR has learned to read columns that lie on their left side. It knows the marks there, but confuses characters that
differ by how their strokes are turned. So the characters are also set upright side by side, those with a form of their
own for columns in that for lines; of the two readings, the line knows the characters better, the lying column the
marks.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.ocr.rapid.vertical_cells import BARS, CLOSING, Cell, Column, is_mark
from subextract.text import Letter, Reading, is_wide
from subextract.types import Box, Image

LYING_ROOM = 0.2  # of a character's height: what is left above and below the line
EQUAL_LETTERS = 0.5  # share of equal letters below which the line was cut at wrong places
FEW_CHARACTERS = 3  # characters that may be read in any shape
LIKELY_MARK, SURE_CHARACTER = 0.7, 0.95  # score of a mark, and a character, that only the line shows
SURER_MARK = 0.15  # by which the line must be surer than the lying column about a mark
UNSURE_LETTER, UNSURE_MARK = 0.3, 0.6  # score up to which a letter of the lying column is none, and a mark another one
ALONE_WEIGHT = 0.5  # of its score, for a character that only one of the readings shows
FULL_SIZE = str.maketrans("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ", "あいうえおつやゆよわアイウエオツヤユヨワ")
TWINS = ({"日", "目"}, {"口", "ロ"}, {"く", "<"}, {"一", "ー"})  # which of them it is, the lying column does not show


def set_as_line(image: Image, box: Box, column: Column) -> Image:
    """The characters of a column, which stands in the box of an image, side by side."""
    scale = box.width / column.height
    right, size = box.right - round(column.top * scale), max(1, round((column.bottom - column.top) * scale))
    across = np.clip(np.arange(right - size, right), 0, image.shape[1] - 1)
    cells = [cell._replace(start=box.top + scale * cell.start, end=box.top + scale * cell.end) for cell in column.cells]
    line = np.hstack([_set(image, cell, across) for cell in cells])
    room = round(LYING_ROOM * size)
    return np.asarray(cv2.copyMakeBorder(line, room, room, 0, 0, cv2.BORDER_REPLICATE), dtype=np.uint8)


def _set(image: Image, cell: Cell, across: NDArray[np.intp]) -> Image:
    """One character as a square as large as the line is high."""
    size = len(across)
    top, bottom = (min(max(0, round(edge)), image.shape[0] - 1) for edge in (cell.start, cell.end))
    rows = np.clip(np.arange(size) + round(cell.middle - size / 2), top, max(top, bottom - 1))
    picture = image[rows][:, across]
    if cell.form in ("high", "end"):
        return np.roll(picture, (size // 2, -(size // 2)), (0, 1))
    return np.rot90(picture) if cell.form in ("bar", "bracket") else picture


def agreed(lying: Reading, line: Reading, column: Column) -> Reading:
    """The joint result of the two readings of a column, seen in pictures of the same height."""
    side = column.height / (1 + 2 * LYING_ROOM)
    owners = [min(len(column.cells) - 1, int(letter.place / side)) for letter in line.letters]
    forms = [column.cells[owner].form for owner in owners]
    shown = [_set_off(letter, column.cells, owner) for letter, owner in zip(line.letters, owners, strict=True)]
    texts = [[letter.text for letter in letters] for letters in (lying.letters, shown)]
    matcher = difflib.SequenceMatcher(a=texts[0], b=texts[1], autojunk=False)
    if matcher.ratio() < EQUAL_LETTERS:
        surer = max(lying, line, key=lambda reading: reading.score)
        return surer if len(surer.letters) > FEW_CHARACTERS else Reading(tuple(map(_doubted, surer.letters)))
    letters: list[Letter] = []
    for tag, start, end, begin, stop in matcher.get_opcodes():
        old, new = lying.letters[start:end], shown[begin:stop]
        if tag == "equal":
            letters += [replace(b, score=max(a.score, b.score)) for a, b in zip(old, new, strict=True)]
        else:
            letters += [_doubted(letter) for letter in _chosen(old, new, forms[begin:stop])]
    return Reading(tuple(_cleared(letters)))


def _cleared(letters: Sequence[Letter]) -> Iterator[Letter]:
    """The letters without the full stop of the column beside, seen at the end of a shorter one."""
    before = ""
    for letter in letters:
        text = "。" if letter.text == "°" else letter.text
        if text != "。" or before != "。":
            yield replace(letter, text=text)
        before = text


def is_text(reading: Reading) -> bool:
    """Whether what was read in a column can be text: one character may be a window, and bars a post."""
    return len(reading.letters) > 1 and any(letter.text not in BARS for letter in reading.letters)


def _set_off(letter: Letter, cells: Sequence[Cell], owner: int) -> Letter:
    """The letter with a space where a cell before it is empty, and as the bar that its cell shows.

    A bar along the column is the long vowel, one across the column the number one.
    """
    form, text = cells[owner].form, letter.text
    if text in "ー一" and form in ("bar", "flat"):
        text = "ー" if form == "bar" else "一"
    return replace(letter, text=text, space=float(owner > 1 and cells[owner - 1].form == "empty"))


def _doubted(letter: Letter) -> Letter:
    """A letter on which the readings do not agree."""
    return letter if is_mark(letter.text) else replace(letter, score=ALONE_WEIGHT * letter.score)


def _chosen(lying: Sequence[Letter], line: Sequence[Letter], forms: Sequence[str]) -> Sequence[Letter]:
    """Which letters hold where the readings differ: the surer ones, but a mark of the lying column is believed."""
    old, new = (min((letter.score for letter in letters), default=0.0) for letters in (lying, line))
    if not line:
        return lying if old > UNSURE_LETTER else ()
    if not lying:
        return [letter for letter, form in zip(line, forms, strict=True) if _is_missed(letter, form)]
    if {letter.text for letter in (*lying, *line)} in TWINS:
        return line
    if _full_size(lying) == _full_size(line):
        return lying
    if all(is_mark(letter.text) for letter in lying) and old >= max(UNSURE_MARK, new - SURER_MARK):
        set_right = not {"plain", "empty"} & set(forms) and all(is_mark(letter.text) for letter in line)
        return line if set_right and new >= old else lying
    return line if new >= old or all(is_mark(letter.text) for letter in lying) else lying


def _full_size(letters: Sequence[Letter]) -> str:
    """The text with its small kana as large ones; small ones stand where large ones do in columns, and look alike."""
    return "".join(letter.text for letter in letters).translate(FULL_SIZE)


def _is_missed(letter: Letter, form: str) -> bool:
    """Whether the lying column missed a letter that the line shows."""
    is_certain = form not in ("plain", "empty", "end") or letter.text in CLOSING
    return is_wide(letter.text) and letter.score > (LIKELY_MARK if is_certain else SURE_CHARACTER)
