"""Where a line has spaces: they were nearly read, and the gap in the ink is one between words; or the gap alone tells.

Heavy typefaces have narrow spaces, which recognisers overlook. But whatever the typeface, the gaps of a line are of two
kinds, and nothing lies between the widest one between letters and the narrowest one between words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from subextract.ocr.rapid.binarize import Span
from subextract.ocr.rapid.layout import Glyph, Layout, median
from subextract.text import MIN_ALTERNATIVE, NEARLY_READ_SPACE, Letter, is_wide

WORD_GAP = 0.6  # of the line's own median gap between words; letters stand within 0.45, words from 0.8
LETTER_GAPS, USUAL_GAP = 2.0, 0.16  # where a line has one word: of the gap between letters, of the line's height
SIGNS = "&#♪"  # stand for words, or before and behind them
LIKELY_SPACE = 0.35  # chance of a space that is taken for one where no gap can be measured: 9 in 10 are
WIDE_GAP, UNREAD_GAP = 0.3, 1.4  # of the height of capitals, and of the widest gap between letters: between words
SLIGHT = 0.1  # of the height of capitals; gaps between letters below that are alike
BETWEEN_LETTERS = 0.05  # chance that a space between two letters needs besides the gap: r and l stand apart, too


def with_spaces(layout: Layout, glyphs: Sequence[Glyph], height: int) -> tuple[Letter, ...]:
    """The letters of a line ``height`` px high, with the spaces whose gap is one between words."""
    gaps = _gaps(layout.spans, glyphs)
    min_gap = _min_word_gap(gaps, glyphs, height)
    plain = _plain_word_gap(gaps, glyphs, layout.unit)
    letters = [glyph.letter for glyph in glyphs[:1]]
    for gap, (before, glyph) in zip(gaps[1:], pairwise(glyphs), strict=True):
        letter = glyph.letter
        may_be = 0 < letter.space < 0.5 and _may_part(before, glyph)
        nearly_read = gap >= min_gap and letter.space > _min_chance(before.letter, letter)
        if may_be and (nearly_read or (gap >= plain and _are_beside(before, glyph))):
            letter = replace(letter, space=0.5)
        letters.append(letter)
    return tuple(_beside_ampersand(letters, index) for index in range(len(letters)))


def _beside_ampersand(letters: Sequence[Letter], index: int) -> Letter:
    """The letter; beside an & that has a space on its other side with one on this, if there is a trace of it."""
    letter = letters[index]
    behind_sign = index > 0 and letters[index - 1].text == "&" and letters[index - 1].space >= 0.5
    before_sign = letter.text == "&" and index + 1 < len(letters) and letters[index + 1].space >= 0.5
    return replace(letter, space=0.5) if 0 < letter.space < 0.5 and (behind_sign or before_sign) else letter


def _may_part(before: Glyph, glyph: Glyph) -> bool:
    """Whether a space between two letters can be told by the gap; it may be beside a third letter that was not read."""
    pair = before.letter.text + glyph.letter.text
    doubtful = glyph.letter.space < MIN_ALTERNATIVE and glyph.span - before.span > 1
    return pair != ".." and not set("'’") & set(pair) and not any(map(is_wide, pair)) and not doubtful


def _min_chance(before: Letter, letter: Letter) -> float:
    """The chance that a space needs besides its gap: between a letter and a mark a trace; a one stands far from all."""
    pair = before.text + letter.text
    return BETWEEN_LETTERS if pair.isalpha() else NEARLY_READ_SPACE if any(map(str.isdigit, pair)) else 0.0


def _are_beside(before: Glyph, glyph: Glyph) -> bool:
    """Whether two letters or signs that stand for words are from neighbouring shapes; digits are all equally wide."""
    pair = before.letter.text + glyph.letter.text
    words = all(text.isalnum() or text in SIGNS for text in pair) and not pair.isdigit()
    return words and glyph.span - before.span == 1


def _plain_word_gap(gaps: Sequence[int], glyphs: Sequence[Glyph], unit: float) -> float:
    """The narrowest gap (px) between words where the line's gaps are plainly of two kinds; else infinite.

    Letters that are set wide apart have gaps of all widths, and a line of one word has but one kind.
    """
    pairs = zip(gaps[1:], pairwise(glyphs), strict=True)
    sizes = sorted(gap for gap, pair in pairs if _are_beside(*pair))
    steps = [(wider / max(gap, SLIGHT * unit, 1), wider) for gap, wider in pairwise(sizes) if wider >= WIDE_GAP * unit]
    step, narrowest = max(steps, default=(0.0, 0))
    return narrowest if step >= UNREAD_GAP else np.inf


def with_likely_space(letter: Letter) -> Letter:
    likely = LIKELY_SPACE <= letter.space < 0.5 and not is_wide(letter.text)
    return replace(letter, space=0.5) if likely else letter


def _min_word_gap(gaps: Sequence[int], glyphs: Sequence[Glyph], height: int) -> float:
    """The narrowest gap (px) between words: by the line's own words, else by its letters and its height."""
    words = [gap for gap, glyph in zip(gaps, glyphs, strict=True) if gap and glyph.letter.space >= 0.5]
    letters = [gap for gap, glyph in zip(gaps, glyphs, strict=True) if gap and glyph.letter.space < NEARLY_READ_SPACE]
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
