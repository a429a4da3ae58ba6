"""Corrections that the ink of a line proves: spaces, and marks that the recogniser left out.

Nothing is changed that the picture does not show. Where ink cannot be told from background, or a shape is not plainly
the mark in question, the reading stays as it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from subextract.ocr.rapid.bars import told_apart
from subextract.ocr.rapid.binarize import Span, separated, spans, upright
from subextract.ocr.rapid.ellipsis import counted
from subextract.ocr.rapid.layout import ASTRAY, Glyph, Layout, laid_out
from subextract.ocr.rapid.pitch import with_gaps
from subextract.ocr.rapid.punctuation import with_marks
from subextract.ocr.rapid.spaces import with_likely_space, with_spaces
from subextract.text import NEARLY_READ_SPACE, Letter, Reading, is_wide, with_notes
from subextract.types import Image

MIN_ACCENT = 0.1  # chance from which an accent that was not read counts as seen; noise above a letter is common
SENTENCE_STARTS = ("", *'-–—¿¡"«.!?…♪')


def mended(picture: Image, reading: Reading) -> Reading:
    """The reading with the spaces and marks that the line's picture (RGB, as the recogniser saw it) proves."""
    scripts = {is_wide(letter.text) for letter in reading.letters}
    if True not in scripts:
        reading = replace(reading, letters=tuple(_of_the_alphabet(letter) for letter in reading.letters))
    if True in scripts:
        reading = replace(reading, letters=with_gaps(picture, reading.letters))
    return with_notes(_by_ink(picture, reading, True in scripts) if False in scripts else reading)


def _of_the_alphabet(letter: Letter) -> Letter:
    """The capital I in place of the numeral one, which Chinese writes as a sign of its own."""
    return replace(letter, text="I") if letter.text == "\N{ROMAN NUMERAL ONE}" else letter


def _by_ink(picture: Image, reading: Reading, mixed: bool) -> Reading:
    """The reading of a line with narrow letters; ``mixed`` where it has wide ones, too."""
    ink = separated(picture, reading.letters)
    level = ink if ink is None else upright(ink)
    found = [] if level is None else spans(level)
    if ink is None or level is None or not found:
        return replace(reading, letters=tuple(with_likely_space(letter) for letter in reading.letters))
    layout = laid_out(found, counted(found, reading.letters) if mixed else reading.letters)
    glyphs = list(layout.glyphs)
    if not mixed and layout.is_whole:
        layout = replace(layout, glyphs=tuple(reshaped(layout, glyph, reading.faint) for glyph in layout.glyphs))
        glyphs = with_marks(layout, reading.faint)
    spaced = with_spaces(layout, glyphs, picture.shape[0])
    glyphs = [glyph._replace(letter=letter) for glyph, letter in zip(glyphs, spaced, strict=True)]
    if layout.is_whole and np.array_equal(level, ink):
        glyphs = told_apart(picture, level, layout, glyphs)
    return replace(reading, letters=tuple(glyph.letter for glyph in glyphs))


def reshaped(layout: Layout, glyph: Glyph, faint: Sequence[Letter]) -> Glyph:
    """The letter with the dot of an exclamation mark, the height of a capital or the accent that its ink has."""
    letter, span = glyph.letter, layout.spans[glyph.span]
    if len(layout.read_from(glyph.span)) > 1:
        return glyph
    text = "!" if letter.text in "lI1|" and _is_exclamation(layout, glyph.span) else letter.text
    alternatives = [
        alternative
        for alternative in faint
        if abs(alternative.place - letter.place) <= ASTRAY and alternative.score >= MIN_ACCENT
    ]
    for alternative in sorted(alternatives, key=lambda alternative: alternative.score):
        if _stands_as_capital(layout, glyph, alternative.text) or _is_accented(layout, text, span, alternative.text):
            text = alternative.text
    return glyph._replace(letter=replace(letter, text=text))


def _is_exclamation(layout: Layout, number: int) -> bool:
    """Whether a span is a bar above a dot, and the end of a word."""
    span, behind, unit = layout.spans[number], layout.behind(number), layout.unit
    at_end = not behind or behind.space >= NEARLY_READ_SPACE or behind.text in '!?"”»)'
    if len(span.large) != 2 or not at_end or layout.begins_word(number):
        return False
    (top, end), (start, bottom) = span.large
    on_line = abs(bottom - layout.feet) <= 0.12 * unit and top <= layout.small - 0.1 * unit
    return on_line and bottom - start <= 0.5 * (end - top)


def _stands_as_capital(layout: Layout, glyph: Glyph, capital: str) -> bool:
    """Whether the first letter of a sentence is as tall as its capital."""
    if capital == glyph.letter.text or capital != glyph.letter.text.upper():
        return False
    distinct = layout.small - layout.tall >= 0.12 * layout.unit
    tall = abs(layout.spans[glyph.span].top - layout.tall) <= 0.08 * layout.unit
    return distinct and tall and layout.text_before(glyph.span) in SENTENCE_STARTS


def _is_accented(layout: Layout, text: str, span: Span, accented: str) -> bool:
    """Whether there is ink for the accent that ``text`` lacks; the dot of an i proves nothing."""
    parts = unicodedata.normalize("NFD", accented)
    if parts[0] != text or len(parts) < 2 or text in "ij":
        return False
    if unicodedata.combining(parts[1]) <= 220:  # a cedilla, an ogonek or a dot below
        return span.bottom > layout.feet + 0.1 * layout.unit
    return span.top < (layout.tall if text.isupper() else layout.small) - 0.12 * layout.unit
