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
SMALL, TALL, SMALL_TO_TALL = "acemnorsuvwxz", "ABDEFHIKLMNPRTUXYZbdfhkl1234567890!?", 0.73  # height of x over H
LETTER_GAPS, WORD_GAP = 2.0, 0.6  # of the line's median gap between letters, and between words: a space is wider
USUAL_GAP = 0.16  # of the line's height; the narrowest space of condensed typefaces
SURE_SPACE = 0.9  # chance from which a space was seen, whatever stands beside it
MARKS = {"high": "'’", "middle": "-–—", "low": ","}
QUOTES = "\"“”„…%"  # their parts look like marks of their own


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
    """A letter and the number of the span it was read from, which neighbours may share."""

    letter: Letter
    span: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A line's ink from left to right, what was read from it, and the rows of the letters' feet, of the top of x, of H."""

    spans: tuple[Span, ...]
    glyphs: tuple[Glyph, ...]
    feet: float
    small: float
    tall: float

    @property
    def unit(self) -> float:
        """The height of capitals."""
        return self.feet - self.tall

    def read_from(self, span: int) -> list[Glyph]:
        return [glyph for glyph in self.glyphs if glyph.span == span]

    def text_before(self, span: int) -> str:
        return next((glyph.letter.text for glyph in reversed(self.glyphs) if glyph.span < span), "")

    def behind(self, span: int) -> Letter | None:
        return next((glyph.letter for glyph in self.glyphs if glyph.span > span), None)


def mended(picture: Image, reading: Reading) -> Reading:
    """The reading with the spaces and marks that the line's picture (RGB, as the recogniser saw it) proves."""
    scripts = {is_wide(letter.text) for letter in reading.letters}
    ink = separated(picture, reading.letters) if False in scripts else None
    layout = laid_out(spans(upright(ink)), reading.letters) if ink is not None else None
    if layout is None:
        return reading
    glyphs = list(layout.glyphs)
    if True not in scripts:
        layout = replace(layout, glyphs=tuple(reshaped(layout, glyph, reading.faint) for glyph in layout.glyphs))
        glyphs = with_marks(layout, reading.faint)
    return replace(reading, letters=tuple(with_spaces(layout.spans, glyphs, picture.shape[0])))


def separated(picture: Image, letters: Sequence[Letter]) -> Mask | None:
    """Which pixels of a line are ink, (H, W); None where that is not certain.

    Ink is brighter or darker than its ground. Outlined letters offer both; the colour inside is theirs.
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
    """The brightest pixels around each letter's place; None if they are not set off from the rest."""
    reach = plane.shape[0] // 6
    columns = np.clip(places[:, None].astype(int) + np.arange(-reach, reach), 0, plane.shape[1] - 1)
    around = np.sort(plane[reach:-reach].T[columns].reshape(len(places), -1), axis=1)
    few = max(1, around.shape[1] // 12)  # about the pixels of the thinnest letter
    ink, ground = np.median(around[:, -few:].mean(axis=1)), np.median(around[:, :few].mean(axis=1))
    rim = np.percentile(np.concatenate([plane[: reach // 2], plane[-reach // 2 :]]), 90)
    best, most = None, INKED
    for other in (ground, max(ground, rim)):
        if ink - other > FAINTEST * (ink - ground):
            mask = _without_clutter(plane > (ink + other) / 2)
            inked = float(mask.any(axis=0)[columns].any(axis=1).mean())
            if inked > most or (best is None and inked == most):
                best, most = mask, inked
    return best


def _without_clutter(mask: Mask) -> Mask:
    """Without specks, and without shapes that run along the edge of the picture."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    keep = (np.bincount(edge, minlength=count) <= mask.shape[0] // 4) & (stats[:, cv2.CC_STAT_AREA] >= SPECK)
    keep[0] = False
    return np.asarray(keep[labels])


def _enclosed(mask: Mask, other: Mask) -> float:
    """The share of a mask that lies inside the shapes of the other."""
    outside = np.pad(~other, 1, constant_values=True).astype(np.uint8)
    _, labels = cv2.connectedComponents(outside, connectivity=4)
    return float((mask & (labels != labels[0, 0])[1:-1, 1:-1]).sum() / max(1, mask.sum()))


def upright(mask: Mask) -> Mask:
    """The mask with italics set upright: leaned so that most columns between its letters are empty."""
    height, width = mask.shape
    best, most = mask, -1.0
    for slant in SLANTS:
        shear = np.array([[1, slant, -slant * height / 2], [0, 1, 0]], np.float32)
        leaned = cv2.warpAffine(mask.astype(np.uint8), shear, (width, height), flags=cv2.INTER_NEAREST) > 0
        inked = np.flatnonzero(leaned.any(axis=0))
        empty = np.ptp(inked) + 1 - len(inked) if len(inked) else 0
        if empty > 1.03 * most + 2:  # by more than a chance column
            best, most = leaned, float(empty)
    return best


def spans(mask: Mask) -> list[Span]:
    """The shapes of a line that stand apart, from left to right."""
    return [
        Span(left, right, tuple(_runs(mask[:, left:right].any(axis=1)))) for left, right in _runs(mask.any(axis=0))
    ]


def _runs(flags: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def laid_out(found: Sequence[Span], letters: Sequence[Letter]) -> Layout | None:
    """Which letter was read from which ink; None if the line's height cannot be told."""
    if not found:
        return None
    glyphs = tuple(Glyph(letter, span) for letter, span in zip(letters, _owners(found, letters), strict=True))
    count = np.bincount([glyph.span for glyph in glyphs], minlength=len(found))
    single = [glyph for glyph in glyphs if count[glyph.span] == 1]
    feet = float(np.median([span.bottom for span in found]))
    small, tall = (
        [found[glyph.span].top for glyph in single if glyph.letter.text in texts] for texts in (SMALL, TALL)
    )
    if not small and not tall:
        return None
    top = float(np.median(tall)) if tall else feet - (feet - float(np.median(small))) / SMALL_TO_TALL
    low = float(np.median(small)) if small else feet - (feet - top) * SMALL_TO_TALL
    return Layout(tuple(found), glyphs, feet, low, top) if feet - top >= LEAST_UNIT else None


def _owners(found: Sequence[Span], letters: Sequence[Letter]) -> list[int]:
    """The number of the nearest span for each letter; a span without one takes from a neighbour that has two."""
    places = np.array([letter.place for letter in letters])[:, None]
    edges = np.array([(span.left, span.right) for span in found])
    far = np.maximum(np.maximum(edges[:, 0] - places, places - edges[:, 1]), 0)
    owners: list[int] = far.argmin(axis=1).tolist()
    for index, owner in enumerate(owners):
        for step in (-1, 1):
            other, beside = owner + step, index + step
            last = not 0 <= beside < len(owners) or owners[beside] != owner
            if last and owners.count(owner) > 1 and 0 <= other < len(found) and other not in owners:
                if far[index, other] <= ASTRAY:
                    owners[index] = other
    return owners


def reshaped(layout: Layout, glyph: Glyph, faint: Sequence[Letter]) -> Glyph:
    """A letter whose ink has an accent, the height of a capital or the dot of an exclamation mark that it lacks."""
    letter, span = glyph.letter, layout.spans[glyph.span]
    if len(layout.read_from(glyph.span)) > 1:
        return glyph
    texts = [letter.text]
    if letter.text in "lI1|" and _is_exclamation(layout, glyph.span):
        texts.append("!")
    for rival in sorted(faint, key=lambda rival: rival.score):
        if abs(rival.place - letter.place) <= ASTRAY and rival.score >= LEAST_RIVAL:
            if _is_capital(layout, glyph, rival) or _is_accented(layout, texts[-1], span, rival):
                texts.append(rival.text)
    return glyph._replace(letter=replace(letter, text=texts[-1]))


def _is_exclamation(layout: Layout, number: int) -> bool:
    """Whether a span is a bar above a dot, at the end of a word."""
    span, behind = layout.spans[number], layout.behind(number)
    if len(span.large) != 2 or (behind and behind.text.isalnum() and behind.space == 0):
        return False
    (top, end), (begin, bottom) = span.large
    on_line = abs(bottom - layout.feet) <= 0.12 * layout.unit and top <= layout.small - 0.1 * layout.unit
    return on_line and bottom - begin <= 0.4 * (end - top)


def _is_capital(layout: Layout, glyph: Glyph, rival: Letter) -> bool:
    """Whether the first letter of a sentence is as tall as the rival, its capital."""
    starts = layout.text_before(glyph.span) in ("", *"-–—¿¡\"«.!?…")
    clear = layout.small - layout.tall >= 0.12 * layout.unit
    tall = abs(layout.spans[glyph.span].top - layout.tall) <= 0.08 * layout.unit
    return starts and clear and tall and rival.text == glyph.letter.text.upper() != glyph.letter.text


def _is_accented(layout: Layout, text: str, span: Span, rival: Letter) -> bool:
    """Whether there is ink for the accent that the rival has more than the letter; the dot of an i proves nothing."""
    base, *accents = unicodedata.normalize("NFD", rival.text)
    if base != text or not accents or text in "ij":
        return False
    if unicodedata.combining(accents[0]) < 220:  # a cedilla or an ogonek, attached below
        return span.bottom > layout.feet + 0.1 * layout.unit
    return span.top < (layout.tall if text.isupper() else layout.small) - 0.12 * layout.unit


def with_marks(layout: Layout, faint: Sequence[Letter]) -> list[Glyph]:
    """The glyphs, and the marks that stand where nothing was read."""
    glyphs = list(layout.glyphs)
    for number in range(len(layout.spans)):
        if mark := _mark(layout, number, faint):
            _put(glyphs, number, mark)
    return glyphs


def _mark(layout: Layout, number: int, faint: Sequence[Letter]) -> Letter | None:
    span, read = layout.spans[number], layout.read_from(number)
    middle = (span.left + span.right) / 2
    if opening := _opening(layout, number):
        return Letter(opening, middle, 1.0)
    if read:
        return None
    if _is_third_dot(layout, number):
        return Letter(".", middle, 1.0)
    behind = layout.behind(number)
    beside = layout.text_before(number) + (behind.text if behind else "")
    texts = MARKS.get(_sort(layout, span), "")
    seen = [
        letter
        for letter in faint
        if letter.text in texts and letter.score >= LEAST_RIVAL and span.left - ASTRAY <= letter.place <= span.right + ASTRAY
    ]
    return None if set(beside) & set(QUOTES + texts) else max(seen, key=lambda letter: letter.score, default=None)


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


def _is_third_dot(layout: Layout, number: int) -> bool:
    """Whether a span is one of three equal dots of which two were read."""
    first = last = number
    def dot(other: int) -> bool:
        return 0 <= other < len(layout.spans) and _sort(layout, layout.spans[other]) == "low" and _alike(layout.spans[other], layout.spans[number])
    while dot(first - 1): first -= 1
    while dot(last + 1): last += 1
    texts = "".join(glyph.letter.text for glyph in layout.glyphs)
    at = sum(glyph.span <= number for glyph in layout.glyphs)
    before, behind = texts[:at], texts[at:]
    read = len(before) - len(before.rstrip(".")) + len(behind) - len(behind.lstrip("."))
    return last - first == 2 and read == 2 and all(layout.read_from(other) for other in range(first, number))


def _alike(one, other):
    return abs(one.height - other.height) <= max(1, .35 * one.height) and abs(one.width - other.width) <= max(1, .35 * one.width)


def _opening(layout: Layout, number: int) -> str:
    """'¡' where an exclamation mark stands on its head before a letter; the recogniser does not know that symbol."""
    span, behind = layout.spans[number], layout.behind(number)
    read = layout.read_from(number)
    if not behind or not (behind.text.isalnum() or behind.text in "¿\"") or len(read) > 1 or any(g.letter.text not in "iIl|1!" for g in read): return ""
    if read and layout.text_before(number).isalnum() and read[0].letter.space == 0: return ""
    if span.width > .35 * layout.unit or len(span.large) != 2: return ""
    u = layout.unit
    (top, end), (begin, bottom) = span.large
    dot, bar = end - top, bottom - begin
    if not (bar >= 1.8 * dot and bottom >= layout.feet + .12 * u and top >= layout.tall + .1 * u and .7 * u <= bottom - top <= 1.3 * u): return ""
    own = [layout.spans[g.span] for g in layout.glyphs if g.letter.text == '!']
    own = [s for s in own if len(s.large) == 2]
    if own and not any(abs(s.height - span.height) <= .2 * span.height for s in own): return ""
    return "¡"


def _put(glyphs, number, mark):
    at = sum(g.span <= number for g in glyphs)
    if at and glyphs[at-1].span == number:
        glyphs[at-1] = Glyph(replace(mark, space=glyphs[at-1].letter.space), number); return
    chance = glyphs[at].letter.space if at < len(glyphs) else 0
    if mark.text in "¡¿„": before, after = (chance if chance >= SURE_SPACE else min(.4, chance)), 0
    elif mark.text in '.,': before, after = 0, chance
    else: before, after = .4, .4
    glyphs.insert(at, Glyph(replace(mark, space=before), number))
    if at + 1 < len(glyphs): glyphs[at+1] = glyphs[at+1]._replace(letter=replace(glyphs[at+1].letter, space=after))


def with_spaces(found, glyphs, height) -> list[Letter]:
    """The letters; where a space was nearly read and the gap in the ink is a word gap, it is there."""
    gaps = _gaps(found, glyphs)
    between = [gap for gap, glyph in zip(gaps, glyphs) if gap and glyph.letter.space >= .5]
    inside = [gap for gap, glyph in zip(gaps, glyphs) if gap and glyph.letter.space == 0]
    if between: least = WORD_GAP * float(np.median(between))
    else: least = max(USUAL_GAP * height, LETTER_GAPS * float(np.median(inside)) if inside else 0)
    letters = [glyph.letter for glyph in glyphs[:1]]
    for gap, glyph in zip(gaps[1:], glyphs[1:], strict=True):
        l, before = glyph.letter, letters[-1]
        if l.space < LEAST_RIVAL and glyph.span - glyphs[len(letters)-1].span > 1: gap = 0
        if 0 < l.space < .5 and gap >= least and not (l.text == before.text == '.') and not is_wide(l.text) and not is_wide(before.text):
            l = replace(l, space=.5)
        letters.append(l)
    return letters


def _gaps(found, glyphs) -> list[int]:
    """The widest empty space before each letter, behind the one before."""
    widest = [0] * len(glyphs)
    owner = np.array([g.span for g in glyphs])
    for number, (one, other) in enumerate(pairwise(found)):
        index = int((owner <= number).sum())
        if 0 < index < len(glyphs):
            widest[index] = max(widest[index], other.left - one.right)
    return widest
