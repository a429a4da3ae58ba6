"""Where a line has spaces: they were nearly read, and the gap in the ink is one between words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from subextract.ocr.layout import Glyph, median
from subextract.ocr.separation import Span
from subextract.text import LEAST_RIVAL, Letter, is_wide

WORD_GAP = 0.6  # of the line's own median gap between words; letters stand within 0.45, words from 0.8
LETTER_GAPS, USUAL_GAP = 2.0, 0.16  # where a line has one word: of the gap between letters, of the line's height
LIKELY_SPACE = 0.35  # chance of a space that is taken for one where no gap can be measured: 9 in 10 are
BETWEEN_LETTERS = 0.05  # chance that a space between two letters needs besides the gap: r and l stand apart, too


def with_spaces(found: Sequence[Span], glyphs: Sequence[Glyph], height: int) -> tuple[Letter, ...]:
    """The letters of a line ``height`` px high, with the spaces that were nearly read and whose gap is a word gap."""
    gaps = _gaps(found, glyphs)
    least = _least_word_gap(gaps, glyphs, height)
    letters = [glyph.letter for glyph in glyphs[:1]]
    for gap, (before, glyph) in zip(gaps[1:], pairwise(glyphs), strict=True):
        letter = glyph.letter
        pair = before.letter.text + letter.text
        doubtful = letter.space < LEAST_RIVAL and glyph.span - before.span > 1  # the gap may be beside another letter
        spaced = pair != ".." and not set("'’") & set(pair) and not any(map(is_wide, pair))
        chance = BETWEEN_LETTERS if pair.isalpha() else 0.0
        if chance < letter.space < 0.5 and gap >= least and spaced and not doubtful:
            letter = replace(letter, space=0.5)
        letters.append(letter)
    return tuple(letters)


def with_likely_space(letter: Letter) -> Letter:
    likely = LIKELY_SPACE <= letter.space < 0.5 and not is_wide(letter.text)
    return replace(letter, space=0.5) if likely else letter


def _least_word_gap(gaps: Sequence[int], glyphs: Sequence[Glyph], height: int) -> float:
    """The narrowest gap (px) between words: by the line's own words, else by its letters and its height."""
    words = [gap for gap, glyph in zip(gaps, glyphs, strict=True) if gap and glyph.letter.space >= 0.5]
    letters = [gap for gap, glyph in zip(gaps, glyphs, strict=True) if gap and glyph.letter.space == 0]
    if words:
        return WORD_GAP * median(words, 0)
    return max(USUAL_GAP * height, LETTER_GAPS * median(letters, 0))


def _gaps(found: Sequence[Span], glyphs: Sequence[Glyph]) -> list[int]:
    """The widest empty space (px) before each letter, behind the one before."""
    widest = [0] * len(glyphs)
    owners = np.array([glyph.span for glyph in glyphs])
    for number, (one, other) in enumerate(pairwise(found)):
        index = int((owners <= number).sum())
        if 0 < index < len(glyphs):
            widest[index] = max(widest[index], other.left - one.right)
    return widest
