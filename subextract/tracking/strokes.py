"""Tells whether the strokes of a text are on a picture, and how strongly.

A text is remembered as the high-passed pixels of its box. Comparing is a matched filter: the normalised
cross-correlation (Lewis, "Fast normalized cross-correlation", 1995) of the remembered pixels with those of another
picture, per block of about one character, so that one changed letter shows although the rest of the line stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.luma import crop
from subextract.types import Box, Luma

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

STROKE_SHARE = 0.3  # of the strongest strokes; weaker pixels are background, not text
FAINT_BLOCK = 0.15  # of the median block's energy; blocks below are gaps between words
INKED_ROW = 0.06  # of the energy of the strongest row; a lone accent has less
ACCENT_ABOVE, STOP_BESIDE = 0.2, 0.2  # of the height of the ink: an accent on a capital, a full stop
INK_BEYOND = 0.1  # of the height of the box, by which the result may be higher on either side
BODY = 0.35  # of the energy of the strongest row: a row of small letters, or of capitals
FEET_DIFFER, HEADS_DIFFER = 0.2, 0.45  # of the height of those rows: how far words of one text differ
CORE, GONE = 0.5, 0.4  # of the strongest strokes: what is the middle of one; of its own height: when it is not there
STAYS_UP = 0.55  # share of a text's strokes that must agree for the text to be there
LITTLE = 0.35  # line heights; by less the detector's boxes differ from frame to frame
LONGEST_STROKE = 2  # line heights; a dash is one
SAME_STROKES = 0.5  # correlation from which a block shows the same strokes; other text has up to 0.35, its own 0.7


class Match(NamedTuple):
    """How a picture compares with remembered strokes.

    ``agreement`` is the correlation from -1 to 1 per block, ``share`` the part of the text (0 to 1) whose blocks agree,
    and ``contrast`` the mean height in luma levels of the strokes over their surround.
    """

    agreement: Floats
    share: float
    contrast: float


@dataclass(frozen=True, slots=True)
class Strokes:
    """The remembered pixels of one line. ``pattern`` is (h, w) for ``box``, ``inked`` 1 where it has any and else 0;
    ``core`` (h, w) are the middles of the strokes, ``height`` is that of all its pixels together.

    Of its blocks ``edges`` are the first columns and ``solid`` those with enough ink to be judged, whose shares of the
    energy are their ``weight``. What every frame is compared with is worked out once.
    """

    box: Box
    pattern: Floats
    inked: Floats
    core: NDArray[np.bool_]
    edges: NDArray[np.intp]
    energy: Floats
    solid: NDArray[np.bool_]
    weight: Floats
    height: float

    @property
    def blocks(self) -> list[slice]:
        """The columns of each block, from the left edge of the box."""
        return [slice(start, stop) for start, stop in pairwise((*self.edges.tolist(), self.box.width))]


def body_rows(strokes: Strokes, blocks: Sequence[int] | NDArray[np.intp] | None = None) -> tuple[int, int]:
    """The rows of the strip, the last one excluded, with most of the ink of a text, or of some of its blocks.

    That are the small letters, which all words have, or the capitals; accents and descenders have less.
    """
    if blocks is None:
        return rows_over(BODY, strokes.box.top, strokes.pattern)
    columns = strokes.blocks
    return rows_over(BODY, strokes.box.top, np.hstack([strokes.pattern[:, columns[block]] for block in blocks]))


def on_one_level(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether texts with these body rows stand on one line, as high, as those of one text do."""
    height = max(one[1] - one[0], other[1] - other[0])
    return abs(one[1] - other[1]) <= FEET_DIFFER * height and abs(one[0] - other[0]) <= HEADS_DIFFER * height


def rows_over(share: float, top: int, pattern: Floats) -> tuple[int, int]:
    """The first row with so much of the energy of the strongest one, and the first one below the last."""
    rows = np.square(pattern).sum(axis=1)
    inked = np.flatnonzero(rows > share * rows.max())
    return (top + int(inked[0]), top + int(inked[-1]) + 1) if len(inked) else (top, top)


def tight(strokes: Strokes, extent: Box) -> Box:
    """The rows of the ink itself and the columns of ``extent``, with room for accents and for a missed full stop.

    A reader scales the box to a fixed height, so room above and below costs sharpness.
    """
    first, past = rows_over(INKED_ROW, strokes.box.top, strokes.pattern)
    height = past - first
    if not height:
        return extent
    above, beside, max_beyond = (
        round(ACCENT_ABOVE * height),
        round(STOP_BESIDE * height),
        round(INK_BEYOND * strokes.box.height),
    )
    top = max(strokes.box.top - max_beyond, first - above)
    bottom = min(strokes.box.bottom + max_beyond, past + above)
    return Box(extent.left - beside, top, extent.right + beside, bottom)


def high_pass(picture: Luma | Floats) -> Floats:
    """The picture without what is wider than a letter: itself minus its local mean."""
    pixels = np.asarray(picture, dtype=np.float32)
    span = max(3, picture.shape[0] // 2 | 1)
    return np.asarray(pixels - cv2.blur(pixels, (span, span)), dtype=np.float32)


def strength(strip: Luma, box: Box) -> float:
    """How strongly the strongest strokes in a box stand out, in luma levels."""
    return float(np.percentile(np.abs(high_pass(crop(strip, box))), 95))


def remember(box: Box, high: Floats, mask: NDArray[np.bool_] | None = None) -> Strokes:
    """Strokes from the high-passed pixels of a box (of one picture, or the mean of several).

    ``mask`` (h, w) says which pixels may be text; without it all that stand out are taken.
    """
    top = float(np.percentile(np.abs(high), 95))
    strong = _without_edges(high, STROKE_SHARE * top)
    pattern = np.where(strong if mask is None else strong & mask, high, np.float32(0))
    width = max(6, box.height * 3 // 4)
    edges = np.arange(0, max(1, box.width - width // 2), width)
    energy, height = _per_block(pattern * pattern, edges), np.abs(pattern)
    solid = np.asarray(energy > FAINT_BLOCK * np.median(energy))
    weight = np.asarray(energy * solid / (energy[solid].sum() + 1e-6), dtype=np.float32)
    inked = np.asarray(pattern != 0, dtype=np.float32)
    return Strokes(box, pattern, inked, height > CORE * top, edges, energy, solid, weight, float(height.sum()) + 1e-3)


def seen_on(strip: Luma, box: Box) -> Strokes:
    """Strokes from one picture alone."""
    return remember(box, high_pass(crop(strip, box)))


def part_of(strokes: Strokes, box: Box) -> Strokes:
    """The strokes in a part of the columns."""
    pattern = strokes.pattern[:, box.left - strokes.box.left : box.right - strokes.box.left]
    return remember(box, pattern, pattern != 0)


def _without_edges(high: Floats, min_level: float) -> NDArray[np.bool_]:
    """Which pixels stand out by ``min_level``, but for level edges longer than any stroke: of a box, of a shelf."""
    line = np.ones((1, LONGEST_STROKE * high.shape[0]), np.uint8)
    bright, dark = (high >= min_level).astype(np.uint8), (high <= -min_level).astype(np.uint8)
    strokes = [each - cv2.morphologyEx(each, cv2.MORPH_OPEN, line) for each in (bright, dark)]
    return np.asarray(strokes[0] + strokes[1] > 0)


def lost_ink(strokes: Strokes, high: Floats, fading: float) -> int:
    """The size in pixels of the largest piece of stroke that a picture no longer shows.

    ``high`` are its high-passed pixels, ``fading`` its contrast as a share of the full one. Letters as alike as b and p
    differ by a piece of a stroke; noise and another background take single pixels.
    """
    wanted = GONE * fading * np.abs(strokes.pattern)
    gone = strokes.core & (high * np.sign(strokes.pattern) < wanted)
    if int(gone.sum()) < 4:
        return 0
    _, _, pieces, _ = cv2.connectedComponentsWithStats(gone.astype(np.uint8), connectivity=8)
    return int(pieces[1:, cv2.CC_STAT_AREA].max())


def compare(strokes: Strokes, strip: Luma) -> Match:
    """How far the strip shows these strokes where they were."""
    return compare_high(strokes, high_pass(crop(strip, strokes.box)))


def compare_high(strokes: Strokes, high: Floats) -> Match:
    """The same for pixels that are cut out and high-passed already."""
    seen = high * strokes.inked
    common = _per_block(seen * strokes.pattern, strokes.edges)
    scale = np.sqrt(_per_block(seen * seen, strokes.edges) * strokes.energy) + 1e-3
    agreement = np.asarray(common / scale, dtype=np.float32)
    share = round(float(strokes.weight @ (agreement > SAME_STROKES)), 5)  # the whole is 1, whatever was rounded
    return Match(agreement, share, float(common.sum()) / strokes.height)


def _per_block(values: Floats, edges: NDArray[np.intp]) -> Floats:
    return np.asarray(np.add.reduceat(values.sum(axis=0), edges), dtype=np.float32)
