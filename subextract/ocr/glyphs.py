"""What the ink of a line proves about its reading: spaces, and marks that the recogniser left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.types import Image

Mask = NDArray[np.bool_]
Plane = NDArray[np.float32]

SLANTS = (0.0, 0.1, 0.18, 0.25)  # columns per row: upright to the steepest italics
WORD_GAP = 0.6  # of the line's own median word gap; letter gaps stay below 0.45, spaces above 0.8
USUAL_GAP = 0.27  # of the picture's height: a word gap where the line shows none of its own


@dataclass(frozen=True, slots=True)
class Letter:
    """One character that was read; ``place`` is the column (px) of its middle, ``score`` how sure it is (0 to 1)."""

    text: str
    place: float
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a recogniser makes of a line: the letters from left to right, and those that it nearly read beside them."""

    letters: tuple[Letter, ...]
    faint: tuple[Letter, ...] = ()

    @property
    def text(self) -> str:
        return "".join(letter.text for letter in self.letters)


class Span(NamedTuple):
    """Neighbouring columns of ink, and the rows they fill; right and bottom are outside."""

    left: int
    right: int
    top: int
    bottom: int
    parts: tuple[tuple[int, int], ...]

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def mended(picture: Image, reading: Reading) -> Reading:
    """The reading with the spaces and marks that the picture (the line's own, RGB) proves."""
    ink = separated(picture, reading.letters)
    if ink is None:
        return reading
    found = spans(upright(ink))
    reading = with_marks(reading, found)
    return with_spaces(reading, found, picture.shape[0])


def with_spaces(reading, found, height):
    letters = [l for l in reading.letters if l.text != " "]
    read = [l for l in reading.letters if l.text == " "]
    faint = [l for l in reading.faint if l.text == " "]
    places = np.array([l.place for l in letters])
    gaps = widest_gaps(found, places)
    def between(spaces):
        out = {}
        for s in spaces:
            i = int((places < s.place).sum())
            if 0 < i < len(letters) and (i not in out or out[i].score < s.score):
                out[i] = s
        return out
    read_at, faint_at = between(read), between(faint)
    own = [gaps[i] for i in read_at if gaps[i] > 0]
    least = WORD_GAP * (float(np.median(own)) if own else USUAL_GAP * height)
    for i, s in faint_at.items():
        if i not in read_at and gaps[i] >= least:
            read_at[i] = s
    out = []
    for i, l in enumerate(letters):
        if i in read_at: out.append(read_at[i])
        out.append(l)
    return Reading(tuple(out), reading.faint)


def widest_gaps(found: Sequence[Span], places) -> list[float]:
    """The widest empty space before each letter, behind the one before."""
    widest = [0.0] * len(places)
    for one, other in pairwise(found):
        index = int((places < (one.right + other.left) / 2).sum())
        if 0 < index < len(places):
            widest[index] = max(widest[index], other.left - one.right)
    return widest


def metrics(found):
    base = float(np.median([s.bottom for s in found])); top = float(np.percentile([s.top for s in found], 15))
    return base, top


def with_marks(reading, found):
    if len(found) < 2: return reading
    base, top = metrics(found); cap = base - top
    letters = list(reading.letters)
    for span in found:
        if not inverted(span, base, top, cap): continue
        inside = [l for l in letters if l.span.left - 2 <= l.place <= span.right + 2]
        if any(l.text not in "iIl|1!j" for l in inside): continue
        if span.right-span.left > .35*cap and True:
            continue
        after = [l for l in letters if l.l.place > span.right + 2 and l not in inside]
        if not after or not (after[0].text.isalnum() or after[0].text in '¿"'): continue
        letters = [l for l in letters if l not in inside]
        i = sum(l.place < span.middle for l in letters)
        # a space read where the mark stands
        letters.insert(i, Letter("¡", span.middle, 1.0))
    return Reading(tuple(letters), reading.faint)


def inverted(span, base, top, cap):
    parts = [p for p in span.parts if p[1] - p[0] > 1]
    if len(parts) != 2: return False
    dot, bar = (b - a for a, b in parts)
    return (bar >= 1.8 * dot and span.bottom >= base + .12 * cap and span.top >= top + .1 * cap
            and .7 * cap <= span.bottom - span.top <= 1.3 * cap)


def separated(picture: Image, letters: Sequence[Letter]) -> Mask | None:
    """Which pixels are ink; None where that is not certain."""
    places = np.array([letter.place for letter in letters])
    if len(places) == 0:
        return None
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    bright, dark = strokes(luma, places), strokes(-luma, places)
    if bright is None or dark is None:
        return dark if bright is None else bright
    return dark if enclosed(dark, bright) > 0.5 > enclosed(bright, dark) else bright


LEVEL=.5
def strokes(plane: Plane, places) -> Mask | None:
    height, width = plane.shape
    reach = height // 6
    columns = np.clip(places[:, None].astype(int) + np.arange(-reach, reach), 0, width - 1)
    around = np.sort(plane[reach:-reach].T[columns].reshape(len(places), -1), axis=1)
    few = around.shape[1] // 12
    ink, ground = np.median(around[:, -few:].mean(axis=1)), np.median(around[:, :few].mean(axis=1))
    rim = height // 12
    beside = np.percentile(np.concatenate([plane[:rim], plane[-rim:]]), 90)
    best, best_share = None, 0.9
    for other in (max(ground, beside), ground):
        if ink - other < 0.15 * (ink - ground):
            continue
        mask = without_clutter(plane > other + LEVEL * (ink - other))
        share = float(mask.any(axis=0)[columns].any(axis=1).mean())
        if share >= best_share + (best is not None) * .02:
            best, best_share = mask, share
    return best


def without_clutter(mask: Mask) -> Mask:
    """Without specks, and without shapes that run along the edge of the picture."""
    height = mask.shape[0]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    keep = (np.bincount(edge, minlength=count) <= height // 4) & (stats[:, 4] >= (height / 20) ** 2)
    keep[0] = False
    return np.asarray(keep[labels])


def enclosed(mask: Mask, other: Mask) -> float:
    """The share of a mask that lies inside of the shapes of the other."""
    _, labels = cv2.connectedComponents(np.pad(~other, 1, constant_values=True).astype(np.uint8), connectivity=4)
    inside = (labels != labels[0, 0])[1:-1, 1:-1]
    return float((mask & inside).sum() / max(1, mask.sum()))


def upright(mask: Mask) -> Mask:
    """The mask with its italics set upright."""
    height, width = mask.shape
    best, best_empty = mask, -1.0
    for slant in SLANTS:
        matrix = np.array([[1, slant, -slant * height / 2], [0, 1, 0]], np.float32)
        leaned = mask if slant == 0 else cv2.warpAffine(mask.astype(np.uint8), matrix, (width, height), flags=cv2.INTER_NEAREST) > 0
        inked = np.flatnonzero(leaned.any(axis=0))
        empty = inked[-1] - inked[0] + 1 - len(inked)
        if empty > best_empty * 1.03 + 2:
            best, best_empty = leaned, empty
    return best


def runs(flags) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def spans(mask: Mask) -> list[Span]:
    found = []
    for left, right in runs(mask.any(axis=0)):
        parts = runs(mask[:, left:right].any(axis=1))
        found.append(Span(left, right, parts[0][0], parts[-1][1], tuple(parts)))
    return found
