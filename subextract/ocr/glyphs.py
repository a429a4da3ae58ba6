"""What the ink of a line proves about its reading: spaces, and marks that the recogniser left out.

Nothing is changed that the picture does not show. Where ink cannot be told from ground, or a shape is not plainly the
mark in question, the reading stays as it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.text import LEAST_RIVAL, Letter, Reading, is_wide
from subextract.types import Image

Mask = NDArray[np.bool_]
Plane = NDArray[np.float32]

INKED = 0.9  # share of the letters in whose place there must be ink; less, and ink is confused with ground
FAINTEST = 0.15  # of the contrast of the strokes, by which they must differ from what surrounds the line
ENCLOSED = 0.5  # share of one colour inside the shapes of the other, from which that one is its outline
SPECK = 3  # px; smaller shapes are noise, and a full stop in a line of 48 px is larger
SLANTS = (0.0, 0.1, 0.18, 0.25)  # columns per row: upright to the steepest italics
ASTRAY = 6  # px by which the place of a letter may miss its ink
LEAST_UNIT = 8  # px from the feet of the letters to the top of capitals; below, marks are blots
FEW, BROKEN = 3, 0.33  # spans without a letter, and their share, from which letters are in pieces
SMALL, TALL = "acemnorsuvwxz", "ABCDEFGHIJKLMNOPRSTUVWXYZbdfhkl1234567890!?"
SMALL_TO_TALL = 0.73  # height of x over that of H in common typefaces
WORD_GAP = 0.6  # of the line's own median gap between words; letters stand within 0.45, words from 0.8
LETTER_GAPS, USUAL_GAP = 2.0, 0.16  # where a line has one word: of the gap between letters, of the line's height
LIKELY_SPACE = 0.35  # chance of a space that is taken for one where no gap can be measured: 9 in 10 are
BETWEEN_LETTERS = 0.05  # chance that a space between two letters needs besides the gap: r and l stand apart, too
SURE_SPACE = 0.9  # chance from which a space was seen, whatever stands beside it
LEAST_ACCENT = 0.1  # chance from which an accent that was not read counts as seen; noise above a letter is common
PROVEN = 0.9  # the least score of a mark that ink and recogniser both show
MARKS = {"high": "'’", "middle": "-–—", "low": ","}
OPENING, QUOTES = "¡„", '"“”„…%'  # parts of quotes look like marks of their own
SENTENCE_STARTS = ("", *'-–—¿¡"«.!?…')


class Span(NamedTuple):
    """Neighbouring columns of ink: the first, the one behind the last, and the runs of rows that they fill."""

    left: int
    right: int
    parts: tuple[tuple[int, int], ...]

    @property
    def top(self) -> int:
        return self.parts[0][0]

    @property
    def bottom(self) -> int:
        return self.parts[-1][1]

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def large(self) -> list[tuple[int, int]]:
        """The parts that are more than a blot."""
        return [part for part in self.parts if part[1] - part[0] > 1]


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
        return self.unit >= LEAST_UNIT and unread <= max(FEW, BROKEN * len(self.spans))

    def read_from(self, number: int) -> list[Letter]:
        return [glyph.letter for glyph in self.glyphs if glyph.span == number]

    def text_before(self, number: int) -> str:
        return next((glyph.letter.text for glyph in reversed(self.glyphs) if glyph.span < number), "")

    def behind(self, number: int) -> Letter | None:
        return next((glyph.letter for glyph in self.glyphs if glyph.span > number), None)

    def begins_word(self, number: int) -> bool:
        """Whether what was read from a span, or from the next, follows a space or a mark."""
        letter = next((glyph.letter for glyph in self.glyphs if glyph.span >= number), None)
        return letter is None or letter.space > 0 or not self.text_before(number).isalnum()


def mended(picture: Image, reading: Reading) -> Reading:
    """The reading with the spaces and marks that the line's picture (RGB, as the recogniser saw it) proves."""
    scripts = {is_wide(letter.text) for letter in reading.letters}
    if False not in scripts:
        return reading
    ink = separated(picture, reading.letters)
    found = spans(upright(ink)) if ink is not None else []
    if not found:
        return replace(reading, letters=tuple(_with_likely_space(letter) for letter in reading.letters))
    layout = laid_out(found, reading.letters)
    glyphs = list(layout.glyphs)
    if True not in scripts and layout.is_whole:
        layout = replace(layout, glyphs=tuple(reshaped(layout, glyph, reading.faint) for glyph in layout.glyphs))
        glyphs = with_marks(layout, reading.faint)
    return replace(reading, letters=with_spaces(layout.spans, glyphs, picture.shape[0]))


def separated(picture: Image, letters: Sequence[Letter]) -> Mask | None:
    """Which pixels of a line are ink, (H, W); None where that is not certain.

    Ink is brighter or darker than its ground. Outlined letters offer both; theirs is the colour inside.
    """
    if not letters:
        return None
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    places = np.array([letter.place for letter in letters])
    bright, dark = _strokes(luma, places), _strokes(-luma, places)
    if bright is None or dark is None:
        return dark if bright is None else bright
    return dark if _enclosed(dark, bright) > ENCLOSED > _enclosed(bright, dark) else bright


def _strokes(plane: Plane, places: NDArray[np.float64]) -> Mask | None:
    """The brightest pixels around each letter's place; None if they are not set off from the rest.

    They are brighter than half way from the darkest pixels there, or from what is around the line, if that makes fewer
    shapes: on a bright ground only the outline is dark.
    """
    reach = plane.shape[0] // 6
    columns = np.clip(places[:, None].astype(int) + np.arange(-reach, reach), 0, plane.shape[1] - 1)
    around = plane[reach:-reach].T[columns].reshape(len(places), -1)
    few = max(1, around.shape[1] // 12)  # about the pixels of the thinnest letter
    around = np.partition(around, (few, -few), axis=1)
    ink, ground = np.median(around[:, -few:].mean(axis=1)), np.median(around[:, :few].mean(axis=1))
    rim = np.percentile(np.concatenate([plane[: reach // 2], plane[-reach // 2 :]]), 90)
    found: list[tuple[int, int, Mask]] = []
    for number, other in enumerate((ground, max(ground, rim))):
        if ink - other > FAINTEST * (ink - ground):
            mask, count = _without_clutter(np.greater(plane, (ink + other) / 2))
            if np.mean(_any(mask, 0)[columns].any(axis=1)) >= INKED:
                found.append((count, number, mask))
    return min(found)[2] if found else None


def _without_clutter(mask: Mask) -> tuple[Mask, int]:
    """Without specks, shapes that run along the edge of the picture, and crumbs of other lines there; how many stay."""
    height = mask.shape[0]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    contact = np.bincount(edge, minlength=count)
    crumb = (contact > 0) & (stats[:, cv2.CC_STAT_HEIGHT] < height // 8)
    keep = (contact <= height // 4) & ~crumb & (stats[:, cv2.CC_STAT_AREA] >= SPECK)
    keep[0] = False
    return np.asarray(keep[labels]), int(keep.sum())


def _enclosed(mask: Mask, other: Mask) -> float:
    """The share of a mask that lies inside the shapes of the other."""
    outside = np.pad(~other, 1, constant_values=True).astype(np.uint8)
    _, labels = cv2.connectedComponents(outside, connectivity=4)
    return float((mask & (labels != labels[0, 0])[1:-1, 1:-1]).sum() / max(1, mask.sum()))


def upright(mask: Mask) -> Mask:
    """The mask with italics set upright: leaned so that most columns between its letters are empty."""
    height, width = mask.shape
    best, most = mask, -2.0
    for slant in SLANTS:
        shear = np.array([[1, slant, -slant * height / 2], [0, 1, 0]], np.float32)
        leaned = cv2.warpAffine(mask.astype(np.uint8), shear, (width, height), flags=cv2.INTER_NEAREST) > 0
        inked = np.flatnonzero(_any(leaned, 0))
        empty = int(inked[-1] - inked[0]) + 1 - len(inked) if len(inked) else 0
        if empty > 1.03 * most + 2:  # by more than a chance column
            best, most = leaned, empty
    return best


def spans(mask: Mask) -> list[Span]:
    """The shapes of a line that stand apart, from left to right."""
    return [Span(left, right, tuple(_runs(_any(mask[:, left:right], 1)))) for left, right in _runs(_any(mask, 0))]


def _any(mask: Mask, axis: int) -> Mask:
    return np.asarray(mask.any(axis=axis))


def _runs(flags: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def laid_out(found: Sequence[Span], letters: Sequence[Letter]) -> Layout:
    """Which letter was read from which ink, and how high the letters are."""
    glyphs = tuple(Glyph(letter, span) for letter, span in zip(letters, _owners(found, letters), strict=True))
    count = np.bincount([glyph.span for glyph in glyphs], minlength=len(found))
    single = [glyph for glyph in glyphs if count[glyph.span] == 1]
    feet = _median([span.bottom for span in found], 0)
    small, tall = (
        _median([found[glyph.span].top for glyph in single if glyph.letter.text in texts], feet)
        for texts in (SMALL, TALL)
    )
    if tall == feet:
        tall = feet - (feet - small) / SMALL_TO_TALL
    if small == feet:
        small = feet - (feet - tall) * SMALL_TO_TALL
    return Layout(tuple(found), glyphs, feet, small, tall)


def _median(values: Sequence[int], otherwise: float) -> float:
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


def reshaped(layout: Layout, glyph: Glyph, faint: Sequence[Letter]) -> Glyph:
    """The letter with the dot of an exclamation mark, the height of a capital or the accent that its ink has."""
    letter, span = glyph.letter, layout.spans[glyph.span]
    if len(layout.read_from(glyph.span)) > 1:
        return glyph
    text = "!" if letter.text in "lI1|" and _is_exclamation(layout, glyph.span) else letter.text
    rivals = [rival for rival in faint if abs(rival.place - letter.place) <= ASTRAY and rival.score >= LEAST_ACCENT]
    for rival in sorted(rivals, key=lambda rival: rival.score):
        if _is_capital(layout, glyph, rival.text) or _is_accented(layout, text, span, rival.text):
            text = rival.text
    return glyph._replace(letter=replace(letter, text=text))


def _is_exclamation(layout: Layout, number: int) -> bool:
    """Whether a span is a bar above a dot, and the end of a word."""
    span, behind, unit = layout.spans[number], layout.behind(number), layout.unit
    at_end = not behind or behind.space > 0 or behind.text in '!?"”»)'
    if len(span.large) != 2 or not at_end or layout.begins_word(number):
        return False
    (top, end), (start, bottom) = span.large
    on_line = abs(bottom - layout.feet) <= 0.12 * unit and top <= layout.small - 0.1 * unit
    return on_line and bottom - start <= 0.5 * (end - top)


def _is_capital(layout: Layout, glyph: Glyph, capital: str) -> bool:
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


def with_marks(layout: Layout, faint: Sequence[Letter]) -> list[Glyph]:
    """The glyphs, and the marks whose ink stands where nothing was read."""
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
    behind = layout.behind(number)
    texts = MARKS.get(_sort(layout, span), "")
    if set(layout.text_before(number) + (behind.text if behind else "")) & set(QUOTES + texts + "." * (texts == ",")):
        return None
    seen = [letter for letter in faint if span.left - ASTRAY <= letter.place <= span.right + ASTRAY]
    fitting = [letter for letter in seen if letter.text in texts and letter.score >= LEAST_RIVAL]
    best = max(fitting, key=lambda letter: letter.score, default=None)
    return best and replace(best, score=max(best.score, PROVEN))


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


def _with_likely_space(letter: Letter) -> Letter:
    likely = LIKELY_SPACE <= letter.space < 0.5 and not is_wide(letter.text)
    return replace(letter, space=0.5) if likely else letter


def _least_word_gap(gaps: Sequence[int], glyphs: Sequence[Glyph], height: int) -> float:
    """The narrowest gap (px) between words: by the line's own words, else by its letters and its height."""
    words = [gap for gap, glyph in zip(gaps, glyphs, strict=True) if gap and glyph.letter.space >= 0.5]
    letters = [gap for gap, glyph in zip(gaps, glyphs, strict=True) if gap and glyph.letter.space == 0]
    if words:
        return WORD_GAP * _median(words, 0)
    return max(USUAL_GAP * height, LETTER_GAPS * _median(letters, 0))


def _gaps(found: Sequence[Span], glyphs: Sequence[Glyph]) -> list[int]:
    """The widest empty space (px) before each letter, behind the one before."""
    widest = [0] * len(glyphs)
    owners = np.array([glyph.span for glyph in glyphs])
    for number, (one, other) in enumerate(pairwise(found)):
        index = int((owners <= number).sum())
        if 0 < index < len(glyphs):
            widest[index] = max(widest[index], other.left - one.right)
    return widest
