"""What the ink of a line proves about its reading: spaces, and marks that the recogniser left out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.text import Letter, Reading
from subextract.types import Image

Mask = NDArray[np.bool_]
Plane = NDArray[np.float32]
Columns = NDArray[np.intp]

SLANTS = (0.0, 0.1, 0.18, 0.25)  # columns per row: upright to the steepest italics
WORD_GAP = 0.6  # of the line's own median word gap; letter gaps stay below 0.45, spaces above 0.8
USUAL_GAP = 0.27  # of the picture's height: a word gap where the line shows none of its own


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
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass
class Layout:
    found: list[Span]
    owner: list[int]      # span of each letter
    base: float
    small: float  # top of x-height letters
    tall: float
    height: int

    @property
    def unit(self): return self.base - self.tall

    def alone(self, i):
        """the span that holds this letter and no other; None otherwise"""
        k = self.owner[i]
        return self.found[k] if self.owner.count(k) == 1 else None


def laid_out(found, letters, height):
    places = np.array([l.place for l in letters])
    a = np.array([s.left for s in found]); b = np.array([s.right for s in found])
    far = np.maximum(np.maximum(a[None] - places[:, None], places[:, None] - b[None]), 0)
    owner = far.argmin(axis=1).tolist()
    # a narrow span with two letters beside one without any gives one away
    for i in range(len(owner)):
        for step in (-1, 1):
            k = owner[i] + step
            if 0 <= k < len(found) and k not in owner and owner.count(owner[i]) > 1 and far[i, k] <= 6:
                j = i + step
                if not (0 <= j < len(owner)) or owner[j] != owner[i]:
                    owner[i] = k
    base = float(np.median([s.bottom for s in found]))
    lay = Layout(found, owner, base, 0, 0, height)
    def tops(chars):
        return [s.top for i, l in enumerate(letters) if l.text in chars and (s := lay.alone(i))]
    low, high = tops("acemnorsuvwxz"), tops("ABDEFHIKLMNPRTUXYZbdfhkl1234567890!?")
    if not low and not high: return None
    lay.small = float(np.median(low)) if low else base - .73 * (base - float(np.median(high)))
    lay.tall = float(np.median(high)) if high else base - (base - lay.small) / .73
    return lay


def mended(picture: Image, reading: Reading) -> Reading:
    """The reading with the spaces and marks that the picture (the line's own, RGB) proves."""
    if not any(l.text.isalpha() and ord(l.text) < 0x2E80 for l in reading.letters): return reading
    ink = separated(picture, reading.letters)
    if ink is None:
        return reading
    found = spans(upright(ink))
    lay = laid_out(found, reading.letters, picture.shape[0])
    if lay is None or lay.unit < 8: return reading
    letters = list(reading.letters)
    letters = reshaped(letters, reading.faint, lay)
    letters = with_marks(letters, reading.faint, lay)
    letters = with_spaces(letters, lay)
    return Reading(tuple(letters), reading.faint)

FLAGS = set("spaces inverted dots faint shape case accent".split())

def with_spaces(letters, lay):
    if 'spaces' not in FLAGS: return letters
    places = np.array([l.place for l in letters])
    gaps = widest_gaps(lay.found, places)
    own = [gap for gap, letter in zip(gaps[1:], letters[1:], strict=True) if letter.space >= 0.5 and gap > 0]
    least = WORD_GAP * (float(np.median(own)) if own else USUAL_GAP * lay.height)
    out = []
    for i, (gap, letter) in enumerate(zip(gaps, letters)):
        if i and 0 < letter.space < .5 and gap >= least and not (letter.text == letters[i-1].text == '.'):
            letter = replace(letter, space=.5)
        out.append(letter)
    return out


def widest_gaps(found: Sequence[Span], places) -> list[float]:
    """The widest empty space before each letter, behind the one before."""
    widest = [0.0] * len(places)
    for one, other in pairwise(found):
        index = int((places < (one.right + other.left) / 2).sum())
        if 0 < index < len(places):
            widest[index] = max(widest[index], other.left - one.right)
    return widest


def kind(span, lay):
    """What a span without letter may be, by size and position"""
    u = lay.unit; h = span.bottom - span.top
    if len([p for p in span.parts if p[1]-p[0] > 1]) > 1: return 'tall'
    if h <= .45 * u and span.bottom <= lay.base - .45 * u: return 'high'
    if h <= .25 * u and span.top >= lay.base - .65 * u and span.bottom <= lay.base - .1 * u and span.width >= 1.3 * h: return 'mid'
    if h <= .5 * u and span.top >= lay.base - .3 * u: return 'low'
    if h >= .6 * u: return 'tall'
    return ''

KINDS = {'high': "'’\"“”‘°", 'mid': '-–—', 'low': '.,„'}

def with_marks(letters, faint, lay):
    owned = set(lay.owner)
    first = {}  # span -> letters
    added = []; gone = set()
    for k, span in enumerate(lay.found):
        mine = [i for i, o in enumerate(lay.owner) if o == k]
        if 'inverted' in FLAGS and inverted(span, lay) and all(letters[i].text in "iIl|1!j" for i in mine):
            nxt = [i for i, o in enumerate(lay.owner) if o > k]
            if nxt and (letters[nxt[0]].text.isalnum() or letters[nxt[0]].text in '¿"') and (not mine or mine[0] == 0 or letters[mine[0]].space > .02 or not letters[mine[0]-1].text.isalnum()):
                sp = letters[mine[0]].space if mine else letters[nxt[0]].space
                gone |= set(mine)
                if not mine: letters[nxt[0]] = replace(letters[nxt[0]], space=0)
                added.append((nxt[0], Letter('¡', span.middle, 1.0, sp)))
            continue
        if mine: continue
        sort = kind(span, lay)
        beside = [letters[i].text for i, o in enumerate(lay.owner) if abs(o - k) == 1]
        nxt = next((i for i, o in enumerate(lay.owner) if o > k), len(letters))
        if sort == 'low' and 'dots' in FLAGS:
            twin = next((i for i, o in enumerate(lay.owner) if abs(o - k) == 1 and letters[i].text == '.' and lay.alone(i) and alike(lay.alone(i), span)), None)
            j = k
            while j > 0 and kind(lay.found[j-1], lay) == 'low' and alike(lay.found[j-1], span): j -= 1
            e = k
            while e + 1 < len(lay.found) and kind(lay.found[e+1], lay) == 'low' and alike(lay.found[e+1], span): e += 1
            dots = 0
            if twin is not None:
                a = b = twin
                while a > 0 and letters[a-1].text == '.': a -= 1
                while b + 1 < len(letters) and letters[b+1].text == '.': b += 1
                dots = b - a + 1
            if twin is not None and dots == 2 and e - j == 2:
                sp = letters[nxt].space if nxt < len(letters) and letters[nxt].text == '.' else 0
                if nxt < len(letters) and letters[nxt].text == '.': letters[nxt] = replace(letters[nxt], space=0)
                added.append((nxt, Letter('.', span.middle, letters[twin].score, sp))); continue
        if 'faint' in FLAGS and sort and not set(beside) & (set('"“”„…%') | ({'.'} if sort == 'low' else set())):
            fits = [f for f in faint if span.left - 6 <= f.place <= span.right + 6 and (f.text in KINDS[sort] if sort in KINDS else f.text in '!?¿')]
            if fits:
                best = max(fits, key=lambda f: f.score)
                if best.score >= .03:
                    sp = letters[nxt].space if nxt < len(letters) else 0
                    if sort == 'mid' and nxt < len(letters): letters[nxt] = replace(letters[nxt], space=max(sp, .4)); sp = 0 if nxt == 0 else sp
                    else:
                        # the space is on the side of the wider gap
                        left = span.left - lay.found[k-1].right if k else 0; right = lay.found[k+1].left - span.right if k + 1 < len(lay.found) else 0
                        if nxt < len(letters):
                            if left >= right: letters[nxt] = replace(letters[nxt], space=0)
                            else: sp = 0
                    added.append((nxt, Letter(best.text, span.middle, best.score, sp)))
    out = []
    for i in range(len(letters) + 1):
        out += [l for at, l in added if at == i]
        if i < len(letters) and i not in gone: out.append(letters[i])
    return out


def alike(one, other):
    h = lambda s: s.bottom - s.top
    return abs(h(one) - h(other)) <= max(1, .35 * h(one)) and abs(one.width - other.width) <= max(1, .35 * one.width)


def big(span): return [p for p in span.parts if p[1] - p[0] > 1]

def reshaped(letters, faint, lay):
    out = list(letters); u = lay.unit
    # how well are dots resolved here
    dotted = [len(big(s)) == 2 for i, l in enumerate(letters) if l.text in 'ij!?' and (s := lay.alone(i))]
    single = [len(big(s)) == 1 for i, l in enumerate(letters) if l.text in 'lIdbhkf1tT' and (s := lay.alone(i))]
    for i, l in enumerate(letters):
        s = lay.alone(i)
        if s is None: continue
        rivals = [f for f in faint if abs(f.place - l.place) <= 6]
        if 'shape' in FLAGS and l.text in 'ilI1!|' :
            parts = big(s)
            lonely = not any(x.text in 'ilI1!|' for x in letters[max(0,i-1):i] + letters[i+1:i+2])
            n_i = [x for j, x in enumerate(letters) if j != i and x.text in 'ij!?' and lay.alone(j)]
            good = [len(big(lay.alone(j))) == 2 for j, x in enumerate(letters) if j != i and x.text in 'ij!?' and lay.alone(j)]
            good1 = [len(big(lay.alone(j))) == 1 for j, x in enumerate(letters) if j != i and x.text in 'lIdbhkf1tTEFHLNMBDPRU' and lay.alone(j)]
            if len(parts) == 2 and l.text in 'lI1|' and good1 and np.mean(good1) >= .8:
                top, bot = (b - a for a, b in parts)
                if (i + 1 == len(letters) or not letters[i+1].text.isalnum() or letters[i+1].space > .02) and bot <= .4 * top and abs(parts[1][1] - lay.base) <= .12 * u and s.top <= lay.small - .1*u:
                    out[i] = replace(l, text='!'); continue
                if top <= .5 * bot and parts[0][1] <= lay.small + .05 * u and abs(parts[1][0] - lay.small) <= .12 * u and any(f.text == 'i' and f.score > .1 for f in rivals) and lonely:
                    out[i] = replace(l, text='i'); continue
            if len(parts) == 1 and l.text == 'i' and good and np.mean(good) >= .8 and lonely and s.top <= lay.tall + .1 * u and any(f.text in 'lI' and f.score > .1 for f in rivals):
                out[i] = replace(l, text=max((f for f in rivals if f.text in 'lI'), key=lambda f: f.score).text); continue
        if 'case' in FLAGS and l.text.lower() in 'cosuvwxzç' and lay.small - lay.tall >= .12 * u:
            other = [f for f in rivals if f.text == l.text.swapcase() and f.score >= .05]
            if other:
                upper = abs(s.top - lay.tall) < abs(s.top - lay.small); near = min(abs(s.top - lay.tall), abs(s.top - lay.small)) <= .08 * u
                if near and upper != l.text.isupper(): out[i] = replace(l, text=l.text.swapcase()); continue
        if 'accent' in FLAGS and l.text.isalpha() and l.text not in 'iIíìîïÍÌÎÏ':
            for f in sorted(rivals, key=lambda f: -f.score):
                if f.score >= .03 and plain(f.text) == plain(l.text) and (f.text == plain(f.text)) != (l.text == plain(l.text)):
                    marked_, bare = (f, l) if f.text != plain(f.text) else (l, f)
                    edge = lay.tall if l.text.isupper() else lay.small
                    if marked_.text.lower() in 'çşţ': has = s.bottom > lay.base + .1 * u
                    else: has = s.top < edge - .12 * u
                    out[i] = replace(l, text=(marked_ if has else l).text); break
    return out


def plain(text): return unicodedata.normalize('NFD', text)[0]


def inverted(span, lay):
    """Whether a span is an exclamation mark that stands on its head: dot above bar, down below the letters' feet."""
    parts = [p for p in span.parts if p[1] - p[0] > 1]
    if len(parts) != 2 or span.width > .35 * lay.unit: return False
    dot, bar = (b - a for a, b in parts)
    u = lay.unit
    return (bar >= 1.8 * dot and span.bottom >= lay.base + .12 * u and span.top >= lay.tall + .1 * u
            and .7 * u <= span.bottom - span.top <= 1.3 * u)


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
    return [
        Span(left, right, tuple(runs(mask[:, left:right].any(axis=1)))) for left, right in runs(mask.any(axis=0))
    ]
