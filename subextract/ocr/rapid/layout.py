"""Which letter of a line was read from which ink, and how high the letters are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from subextract.ocr.rapid.binarize import Span
from subextract.text import NEARLY_READ_SPACE, Letter

ASTRAY = 6  # px by which the place of a letter may miss its ink
MIN_UNIT = 8  # px from the feet of the letters to the top of capitals; below, marks are blots
FEW_SPANS, BROKEN_SHARE = 3, 0.33  # spans without a letter, and their share, from which letters are in pieces
SMALL, TALL = "acemnorsuvwxz", "ABCDEFGHIJKLMNOPRSTUVWXYZbdfhkl1234567890!?"
SMALL_TO_TALL = 0.73  # height of x over that of H in common typefaces


class Glyph(NamedTuple):
    """A letter and the number of the span that it was read from; neighbours that touch share one."""

    letter: Letter
    span: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A line's ink from left to right, what was read from it, and the rows of the feet and of the tops of x and H."""

    spans: tuple[Span, ...]
    glyphs: tuple[Glyph, ...]
    feet: float
    small: float
    tall: float

    @property
    def unit(self) -> float:
        """The height of capitals."""
        return self.feet - self.tall

    @property
    def is_whole(self) -> bool:
        """Whether letters are high enough to tell their parts, and few of them are broken into pieces."""
        unread = len(self.spans) - len({glyph.span for glyph in self.glyphs})
        return self.unit >= MIN_UNIT and unread <= max(FEW_SPANS, BROKEN_SHARE * len(self.spans))

    def read_from(self, number: int) -> list[Letter]:
        return [glyph.letter for glyph in self.glyphs if glyph.span == number]

    def text_before(self, number: int) -> str:
        return next((glyph.letter.text for glyph in reversed(self.glyphs) if glyph.span < number), "")

    def behind(self, number: int) -> Letter | None:
        return next((glyph.letter for glyph in self.glyphs if glyph.span > number), None)

    def begins_word(self, number: int) -> bool:
        """Whether what was read from a span, or from the next, follows a space or a mark."""
        letter = next((glyph.letter for glyph in self.glyphs if glyph.span >= number), None)
        return letter is None or letter.space >= NEARLY_READ_SPACE or not self.text_before(number).isalnum()


def laid_out(found: Sequence[Span], letters: Sequence[Letter]) -> Layout:
    """Which letter was read from which ink, and how high the letters are."""
    glyphs = tuple(Glyph(letter, span) for letter, span in zip(letters, _owners(found, letters), strict=True))
    count = np.bincount([glyph.span for glyph in glyphs], minlength=len(found))
    single = [glyph for glyph in glyphs if count[glyph.span] == 1]
    feet = median([span.bottom for span in found], 0)
    small, tall = (
        median([found[glyph.span].top for glyph in single if glyph.letter.text in texts], feet)
        for texts in (SMALL, TALL)
    )
    if tall == feet:
        tall = feet - (feet - small) / SMALL_TO_TALL
    if small == feet:
        small = feet - (feet - tall) * SMALL_TO_TALL
    return Layout(tuple(found), glyphs, feet, small, tall)


def median(values: Sequence[int], otherwise: float) -> float:
    return float(np.median(values)) if values else otherwise


def _owners(found: Sequence[Span], letters: Sequence[Letter]) -> list[int]:
    """The number of the nearest span for each letter; a span without one takes from a neighbour that has several."""
    places = np.array([letter.place for letter in letters])[:, None]
    edges = np.array([(span.left, span.right) for span in found])
    far = np.maximum(np.maximum(edges[:, 0] - places, places - edges[:, 1]), 0)
    owners: list[int] = far.argmin(axis=1).tolist()
    for index, owner in enumerate(owners):
        for step in (-1, 1):
            beside, free = index + step, owner + step
            outermost = not 0 <= beside < len(owners) or owners[beside] != owner
            may_go = outermost and owners.count(owner) > 1 and 0 <= free < len(found) and free not in owners
            if may_go and far[index, free] <= ASTRAY:
                owners[index] = free
    return owners
