"""Which marks the ink of a line shows where the recogniser read none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from subextract.ocr.rapid.binarize import Span
from subextract.ocr.rapid.layout import ASTRAY, Glyph, Layout
from subextract.text import MIN_ALTERNATIVE, Letter

SURE_SPACE = 0.9  # chance from which a space was seen, whatever stands beside it
PROVEN = 0.9  # the least score of a mark that ink and recogniser both show
MARKS = {"high": "'’", "middle": "-–—", "low": ","}
MIDDLE_DOT, TAKEN_FOR_DOTS, DOTTED = "·", "·-–.•", ("l", "L", "I")  # of Catalan; I for an l that was read wrong
ROUND_DOT = 1.4  # times as wide as high: the most of a dot; the hyphens of heavy and narrow typefaces are 1.8
OPENING, QUOTES = "¡„", '"“”„…%'  # parts of quotes look like marks of their own


def with_marks(layout: Layout, faint: Sequence[Letter]) -> list[Glyph]:
    """The glyphs, and the marks whose ink stands where nothing was read."""
    layout = replace(layout, glyphs=tuple(_with_middle_dots(layout)))
    glyphs = list(layout.glyphs)
    for number in range(len(layout.spans)):
        if mark := _mark(layout, number, faint):
            _put(glyphs, number, mark)
    if any(glyph.letter.text == "„" for glyph in glyphs):
        return [glyph._replace(letter=_closing(glyph.letter, faint)) for glyph in glyphs]
    return glyphs


def _mark(layout: Layout, number: int, faint: Sequence[Letter]) -> Letter | None:
    span, read = layout.spans[number], layout.read_from(number)
    middle = (span.left + span.right) / 2
    if _is_turned_exclamation(layout, number):
        return Letter("¡", middle, 1.0)
    if _is_low_quote(layout, number) or (read and _is_low_quote(layout, number - 1)):
        return Letter("„", middle, 1.0)
    if read or _is_low_quote(layout, number - 1):
        return None
    if _is_third_dot(layout, number):
        return Letter(".", middle, 1.0)
    if _is_middle_dot(layout, number):
        return Letter(MIDDLE_DOT, middle, PROVEN)
    behind = layout.behind(number)
    texts = MARKS.get(_sort(layout, span), "")
    if set(layout.text_before(number) + (behind.text if behind else "")) & set(QUOTES + texts + "." * (texts == ",")):
        return None
    seen = [letter for letter in faint if span.left - ASTRAY <= letter.place <= span.right + ASTRAY]
    fitting = [letter for letter in seen if letter.text in texts and letter.score >= MIN_ALTERNATIVE]
    best = max(fitting, key=lambda letter: letter.score, default=None)
    return best and replace(best, score=max(best.score, PROVEN))


def _with_middle_dots(layout: Layout) -> Iterator[Glyph]:
    """The glyphs, with the dot of Catalan that was taken for a hyphen as what it is."""
    dotted = False
    for glyph in layout.glyphs:
        letter = replace(glyph.letter, space=0.0) if dotted else glyph.letter
        dotted = letter.text in TAKEN_FOR_DOTS and _is_middle_dot(layout, glyph.span)
        yield Glyph(replace(letter, text=MIDDLE_DOT, space=0.0) if dotted else letter, glyph.span)


def _is_middle_dot(layout: Layout, number: int) -> bool:
    """Whether a span is round, half way up, and between two letters l: a hyphen is twice as wide as high."""
    span, unit, behind = layout.spans[number], layout.unit, layout.behind(number)
    between = layout.text_before(number) in DOTTED and behind is not None and behind.text in DOTTED
    small = len(span.large) == 1 and max(span.width, span.height) <= 0.35 * unit
    high = layout.feet - 0.75 * unit <= span.top and span.bottom <= layout.feet - 0.2 * unit
    return between and small and high and span.width <= ROUND_DOT * span.height


def _sort(layout: Layout, span: Span) -> str:
    """Where in the line a small shape lies: high as an apostrophe, in the middle as a dash, or low as a comma."""
    unit, feet = layout.unit, layout.feet
    if len(span.large) > 1:
        return ""
    if span.height <= 0.45 * unit and span.bottom <= feet - 0.45 * unit:
        return "high"
    if span.height <= 0.25 * unit and feet - 0.65 * unit <= span.top and span.bottom <= feet - 0.1 * unit:
        return "middle" if span.width >= 1.3 * span.height else ""
    return "low" if span.height <= 0.5 * unit and span.top >= feet - 0.3 * unit else ""


def _is_turned_exclamation(layout: Layout, number: int) -> bool:
    """Whether a span is an exclamation mark turned by 180 degrees: a dot, and below it a bar that ends below the feet.

    Where the line has exclamation marks of its own, it is of their height, and the dot may have faded away.
    """
    span, unit = layout.spans[number], layout.unit
    if span.width > 0.35 * unit or not span.large or not _may_open(layout, number):
        return False
    whole = [layout.spans[glyph.span] for glyph in layout.glyphs if glyph.letter.text == "!"]
    own = [one for one in whole if len(one.large) == 2]
    (start, bottom), hang = span.large[-1], layout.small - layout.tall
    if len(span.large) == 1:
        bars = [one.large[0][1] - one.large[0][0] for one in own]
        as_low = abs(bottom - layout.feet - hang) <= 0.1 * unit and hang >= 0.12 * unit
        return as_low and any(abs(bottom - start - bar) <= 0.1 * bar for bar in bars)
    turned = len(span.large) == 2 and bottom - start >= 1.8 * (span.large[0][1] - span.top)
    low = bottom >= layout.feet + 0.12 * unit and span.top >= layout.tall + 0.1 * unit
    fitting = any(abs(one.height - span.height) <= 0.2 * span.height for one in own) or not own
    return turned and low and fitting and 0.7 * unit <= span.height <= 1.3 * unit


def _may_open(layout: Layout, number: int) -> bool:
    """Whether a span stands before a letter, and was read as nothing, or as a narrow letter that begins a word."""
    behind, narrow = layout.behind(number), all(letter.text in "iIl|1!" for letter in layout.read_from(number))
    before_letter = behind is not None and (behind.text.isalpha() or behind.text in '¿"')
    return before_letter and narrow and layout.begins_word(number)


def _is_low_quote(layout: Layout, number: int) -> bool:
    """Whether a span and the next are two commas before a letter, in a line with a quote that ends."""
    if not 0 <= number < len(layout.spans) - 1 or not any(glyph.letter.text in '"“”' for glyph in layout.glyphs):
        return False
    behind = layout.behind(number + 1)
    texts = [letter.text for index in (number, number + 1) for letter in layout.read_from(index)]
    hang = min(layout.spans[number].bottom, layout.spans[number + 1].bottom) >= layout.feet + 0.05 * layout.unit
    free = len(texts) < 2 and set(texts) <= set(',"') and layout.begins_word(number)
    before_letter = behind is not None and behind.text.isalpha()
    return before_letter and hang and free and _are_alike(layout, number, number + 1)


def _are_alike(layout: Layout, number: int, other: int) -> bool:
    """Whether two spans are equal marks at the feet of the letters."""
    if not 0 <= other < len(layout.spans):
        return False
    sizes = np.array([(span.width, span.height) for span in (layout.spans[number], layout.spans[other])])
    both_low = all(_sort(layout, layout.spans[index]) == "low" for index in (number, other))
    return both_low and bool((np.abs(sizes[0] - sizes[1]) <= np.maximum(1, 0.35 * sizes[0])).all())


def _is_third_dot(layout: Layout, number: int) -> bool:
    """Whether a span is the first unread one of three equal dots, of which two were read."""
    first = last = number
    while _are_alike(layout, number, first - 1):
        first -= 1
    while _are_alike(layout, number, last + 1):
        last += 1
    at = sum(glyph.span <= number for glyph in layout.glyphs)
    texts = "".join(glyph.letter.text for glyph in layout.glyphs)
    read = len(texts[:at]) - len(texts[:at].rstrip(".")) + len(texts[at:]) - len(texts[at:].lstrip("."))
    return last - first == 2 and read == 2 and all(layout.read_from(other) for other in range(first, number))


def _put(glyphs: list[Glyph], number: int, mark: Letter) -> None:
    """Put a mark in the place of what was read from its span, or between the letters there.

    An opening mark takes over the space before the next letter; beside others the gaps decide.
    """
    at = sum(glyph.span <= number for glyph in glyphs)
    if at and glyphs[at - 1].span == number:
        glyphs[at - 1] = Glyph(replace(mark, space=glyphs[at - 1].letter.space), number)
        return
    chance = glyphs[at].letter.space if at < len(glyphs) else 0.0
    before, after = (chance if chance >= SURE_SPACE else min(0.4, chance), 0.0)
    if mark.text in ".,":
        before, after = 0.0, chance
    elif mark.text == MIDDLE_DOT:
        before, after = 0.0, 0.0
    elif mark.text not in OPENING:
        before, after = 0.4, 0.4
    glyphs.insert(at, Glyph(replace(mark, space=before), number))
    if at + 1 < len(glyphs):
        glyphs[at + 1] = glyphs[at + 1]._replace(letter=replace(glyphs[at + 1].letter, space=after))


def _closing(letter: Letter, faint: Sequence[Letter]) -> Letter:
    """The curly quote that was nearly read in the place of a straight one."""
    curly = [one for one in faint if one.text in "“”" and abs(one.place - letter.place) <= 2 * ASTRAY]
    if letter.text != '"' or not curly:
        return letter
    return replace(letter, text=max(curly, key=lambda one: one.score).text)
