"""How a line is read that lies over other text, or beside it: once more, with its letters alone.

A reader takes all strokes in a picture for the line's. What has the colour of the line's strokes, their width and their
background all around is told apart from the rest by `ink`, which makes dark letters on white of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

import cv2
import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from subextract.ocr.tesseract.binarize import GUESSES, WHITE_MARGIN, page
from subextract.text import Reading, letters_of
from subextract.types import Box, Clip, Image

NOISE, CLUTTERED = 0.6, 0.93  # scores between which a line may have other strokes among its own; below it is a shape
SURE_ALONE, SURER_ALONE = 0.95, 0.03  # score of a reading of letters alone that counts, and how much higher it is
CERTAIN_COLOUR = 0.97  # score from which no other guess at the colour of the letters is tried
MIN_KEPT = 0.5  # of the letters that were read must be left: the rest was other text, and not a part that was lost
THE_SAME = 70.0  # likeness (0 to 100) of the letters that are left and of those that were read
EQUAL_ENDS = 3  # letters by which the ends of two readings are the same
SURE_LETTER, HOLES = 0.9, 1  # score of a letter that is not clutter, and how many of them may be lost
# A mark where none is written: after a space and before a letter, or a low line; two of those that join letters.
STRAY, JOINING = re.compile(r"_|(?<=\s)[-.,·](?=[^\W\d])"), re.compile(r"(?<=[^\W\d])[-.,·](?=[^\W\d])")
MANY_JOINED = 2  # marks that join letters; a single one may be a hyphen
WHITE_ROOM = 8, 16  # px of white above and below, and at the sides; the page has lines twice as high as readers


def pages(clip: Clip, line: Box) -> Iterator[Image]:
    """The letters of a line alone, one picture for each guess at their colour that leads to letters."""
    clip = replace(clip, lines=(line,))  # other lines may lie over it; what is seen of those below touches the edge
    for guess in GUESSES[:-1]:  # the last one, dark letters among more of another dark, was never the better one
        found = page(clip, line, guess)
        if found is not None:
            rows, columns = (slice(WHITE_MARGIN - room, -(WHITE_MARGIN - room)) for room in WHITE_ROOM)
            yield np.asarray(cv2.cvtColor(found[rows, columns], cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def is_cluttered(reading: Reading) -> bool:
    """Whether other strokes may have been read with those of a line."""
    if not reading.letters or reading.score < NOISE:
        return False
    return reading.score < CLUTTERED or _stray_marks(reading.text) > 0


def _stray_marks(text: str) -> int:
    """How many marks may be level lines behind the letters, and not the text's."""
    joining = len(JOINING.findall(text))
    return len(STRAY.findall(text)) + (joining if joining >= MANY_JOINED else 0)


def is_clearer(new: Reading, old: Reading) -> bool:
    """Whether a reading of letters alone is the same text without what lay beside its letters."""
    left, read = letters_of(new.text), letters_of(old.text)
    if left == read and _stray_marks(new.text) < _stray_marks(old.text):
        return new.score >= SURE_ALONE and _marks(new.text) == _marks(old.text)
    if not left or len(left) < MIN_KEPT * len(read) or new.score < max(SURE_ALONE, old.score + SURER_ALONE):
        return False
    alike = (fuzz.partial_ratio if len(left) < len(read) else fuzz.ratio)(left, read) >= THE_SAME
    return alike and _holes(new, old) <= HOLES and not _loses_marks(new.text, old.text)


def _loses_marks(new: str, old: str) -> bool:
    """Whether a mark or a capital is gone though the letters beside it are the same: nothing else lay over them."""
    left, read = letters_of(new), letters_of(old)
    if left == read:  # only spaces can be better then
        return "".join(new.split()) != "".join(old.split())
    ends = [
        (new, old, left[:EQUAL_ENDS] == read[:EQUAL_ENDS]),
        (new[::-1], old[::-1], left[-EQUAL_ENDS:] == read[-EQUAL_ENDS:]),
    ]
    return any(same and not _marks(one).startswith(_marks(other)) for one, other, same in ends)


def _marks(text: str) -> str:
    """The marks before the first letter."""
    return "".join(takewhile(lambda each: not each.isalnum(), "".join(text.split())))


def _holes(new: Reading, old: Reading) -> int:
    """How many letters that were surely read are lost between others that are left, and not at the ends."""
    sure = [letter.score >= SURE_LETTER for letter in old.letters for _ in letters_of(letter.text)]
    steps = list(Levenshtein.opcodes(letters_of(old.text), letters_of(new.text)))
    lost = [step for step in steps if step.tag == "delete" and step.src_start > 0 and step.src_end < len(sure)]
    return sum(sum(sure[step.src_start : step.src_end]) for step in lost)
