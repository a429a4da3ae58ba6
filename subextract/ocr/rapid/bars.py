"""Which bars of a line are a capital I and which an l: by their height where a typeface has two, else by neighbours.

In typefaces without serifs the two are one shape, but in most of them ascenders are higher than capitals: by 3 to 7% of
their height, one or two pixels of the picture that a recogniser sees. Where an edge lies between two pixels, their
brightness tells to a tenth of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np

from subextract.ocr.rapid.binarize import Mask, Plane, Span
from subextract.ocr.rapid.layout import Glyph, Layout
from subextract.types import Image

BARS = frozenset("Il")
FLAT = frozenset("BDEFHKLMNPRTUVWXYZ")  # capitals that end at their height; round ones and A reach beyond
ASCENDING = frozenset("bdhk")
TOLD = 0.015  # of the height of capitals, by which heights must differ: by chance they do by 0.008, also in JPEG
OFF = 0.15  # of the height of capitals, by which the ends of a high letter may be off its lines
FILLED_BOX = 0.85  # of its box that a bar fills; italics are not measured
EDGE_BLUR = 2  # rows on both sides of an edge that hold its blur
FAINTEST_EDGE = 20  # grey levels between letter and background, below which no edge is measured
CAPITALS = 2  # capitals and no small letter: what begins or ends such a word is a capital

Word = Sequence[int]


def told_apart(picture: Image, ink: Mask, layout: Layout, glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs with each bar as it is, for a line (RGB) whose letters and ``ink`` stand upright."""
    texts = [glyph.letter.text for glyph in glyphs]
    if not BARS & set(texts):
        return list(glyphs)
    tops = _tops(picture, ink, layout, glyphs)
    words = list(_words(glyphs))
    inside = {index for word in words for index in word if _is_inside(texts, word, index)}
    capital = _level([top for top, text in zip(tops, texts, strict=True) if text in FLAT])
    ascender = _level([tops[index] for index, text in enumerate(texts) if text in ASCENDING or index in inside])
    result = list(glyphs)
    for word in words:
        for index in word:
            if texts[index] in BARS and index not in inside:
                top = tops[index] if _is_bar(ink, layout.spans[glyphs[index].span]) else None
                by_height = _by_height(top, capital, ascender, TOLD * layout.unit)
                text = by_height or _by_neighbours(texts, word, index)
                result[index] = glyphs[index]._replace(letter=replace(glyphs[index].letter, text=text))
    return result


def _tops(picture: Image, ink: Mask, layout: Layout, glyphs: Sequence[Glyph]) -> list[float | None]:
    """Where the upper edge of each letter is that is high and touches no other."""
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    owners = [glyph.span for glyph in glyphs]
    whole = [owners.count(owner) == 1 and _stands(layout, layout.spans[owner]) for owner in owners]
    return [_top(luma, ink, layout.spans[owner]) if one else None for owner, one in zip(owners, whole, strict=True)]


def _stands(layout: Layout, span: Span) -> bool:
    """Whether a shape can be one high letter: it reaches from the feet to the height of capitals."""
    reach = OFF * layout.unit
    return len(span.large) == 1 and abs(span.bottom - layout.feet) <= reach and abs(span.top - layout.tall) <= reach


def _is_bar(ink: Mask, span: Span) -> bool:
    """Whether a shape fills its box, which a t beside it does not; nor does an I with serifs, which is read well."""
    return float(ink[span.top : span.bottom, span.left : span.right].mean()) >= FILLED_BOX


def _words(glyphs: Sequence[Glyph]) -> Iterator[Word]:
    """The numbers of the letters of each word."""
    word: list[int] = []
    for index, (letter, _) in enumerate(glyphs):
        if word and (letter.space >= 0.5 or not letter.text.isalpha()):
            yield word
            word = []
        if letter.text.isalpha():
            word.append(index)
    if word:
        yield word


def _is_inside(texts: Sequence[str], word: Word, index: int) -> bool:
    """Whether a bar, or the bars it is one of, stand between small letters, or behind one at the end."""
    before = [texts[one] for one in word if one < index and texts[one] not in BARS]
    behind = [texts[one] for one in word if one > index and texts[one] not in BARS]
    return texts[index] in BARS and _is_small("".join(before[-1:])) and (not behind or _is_small(behind[0]))


def _is_small(text: str) -> bool:
    return text.islower() and text not in BARS


def _is_capital(text: str) -> bool:
    return text.isupper() and text not in BARS


def _top(luma: Plane, ink: Mask, span: Span) -> float | None:
    """Where the upper edge of a letter is, in fractions of a row; None where it cannot be measured."""
    first, last = span.top - EDGE_BLUR, span.top + EDGE_BLUR
    if first < 0 or last >= len(luma):
        return None
    columns = span.left + np.flatnonzero(ink[span.top : span.top + EDGE_BLUR, span.left : span.right].all(axis=0))
    if not len(columns):
        return None
    rows = luma[first : last + 1][:, columns].mean(axis=1)
    if abs(rows[-1] - rows[0]) < FAINTEST_EDGE:
        return None
    covered = np.clip((rows - rows[0]) / (rows[-1] - rows[0]), 0, 1)
    return last + 1 - float(covered.sum())


def _level(tops: Sequence[float | None]) -> float | None:
    known = [top for top in tops if top is not None]
    return float(np.median(known)) if known else None


def _by_height(top: float | None, capital: float | None, ascender: float | None, told: float) -> str:
    """Which letter is as high as the bar; nothing where both are, or where what is known is not enough."""
    if top is None:
        return ""
    if capital is None or ascender is None:
        higher = capital is not None and top < capital - told
        lower = ascender is not None and top > ascender + told
        return "l" if higher else "I" if lower else ""
    for text, level in (("l", ascender), ("I", capital)):
        if capital - ascender >= told and abs(top - level) <= told:
            return text
    return ""


def _by_neighbours(texts: Sequence[str], word: Word, index: int) -> str:
    """I in a word of capitals, and before a capital that no small letter follows; l beside a middle dot; else what was
    read."""
    if "·" in texts[max(0, index - 1) : index + 2]:
        return "l"
    others = [texts[one] for one in word if texts[one] not in BARS]
    of_capitals = sum(map(_is_capital, others)) >= CAPITALS and not any(map(_is_small, others))
    rest = [texts[one] for one in word if one > index]
    before_capitals = bool(rest) and _is_capital(rest[0]) and not any(map(_is_small, rest))
    return "I" if of_capitals or before_capitals else texts[index]
