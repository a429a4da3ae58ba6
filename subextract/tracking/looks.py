"""How do the letters of a line look: their height, strokes and colours, measured from the ink of a picture."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.luma import crop
from subextract.tracking.strokes import INKED_ROW, Strokes
from subextract.types import Box, Colour, Image, Look

STRONG = 0.5  # of the strongest strokes: the middle of one, or of its edge
MIN_COLOUR_PIXELS = 12  # of either; fewer say nothing about a colour
BACKGROUND_WITHIN = 5  # px at most from the ink to the background that is looked at

Mask = NDArray[np.bool_]


class Ink(NamedTuple):
    """The strokes of a line on a picture: its ``pixels`` (h, w, 3), the ``pattern`` (h, w) by which the strokes stand
    out from what is around them, in luma levels, and whether the ``bright`` ones are the letters."""

    pixels: Image
    pattern: NDArray[np.float32]
    bright: bool

    @property
    def masks(self) -> tuple[Mask, Mask]:
        """Where the strokes are, and what lies right around them."""
        strong = STRONG * float(np.percentile(np.abs(self.pattern), 95))
        fill, edge = self.pattern > strong, self.pattern < -strong
        return (fill, edge) if self.bright else (edge, fill)


def ink_of(strokes: Strokes, place: Box, picture: Image, around: Box) -> Ink | None:
    """The strokes of a line that lie at ``place``, on a picture of the part ``around`` (both px of the video); None
    where there are too few pixels of them.

    What rises from its surround and what falls below it are told apart by the high-passed pixels; the outer ones of the
    two are the edge, or the background right beside the strokes.
    """
    part = place.intersection(around)
    if part.width < 2 or part.height < 2:
        return None
    pixels = crop(picture, part.moved(-around.left, -around.top))
    whole = cv2.resize(strokes.pattern, (place.width, place.height), interpolation=cv2.INTER_LINEAR)
    pattern = crop(np.asarray(whole, dtype=np.float32), part.moved(-place.left, -place.top))
    if pattern.shape != pixels.shape[:2]:
        return None
    bright, dark = Ink(pixels, pattern, bright=True).masks
    if min(int(bright.sum()), int(dark.sum())) < MIN_COLOUR_PIXELS:
        return None
    return Ink(pixels, pattern, bright=_outer(bright, dark) is dark)


def look_of(ink: Ink) -> Look:
    """The look of a line with these strokes."""
    fill, edge = ink.masks
    background = ~cv2.dilate(
        (fill | edge).astype(np.uint8), np.ones((BACKGROUND_WITHIN, BACKGROUND_WITHIN), np.uint8)
    ).astype(bool)
    grey = np.asarray(cv2.cvtColor(ink.pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return Look(
        height=_height(np.asarray(np.abs(ink.pattern))),
        stroke=_width(fill),
        fill=_colour(ink.pixels, fill),
        edge=_colour(ink.pixels, edge),
        fill_spread=_spread(grey[fill]),
        edge_spread=_spread(grey[edge]),
        background_spread=_spread(grey[background]) if int(background.sum()) >= MIN_COLOUR_PIXELS else 0.0,
    )


def _outer(bright: Mask, dark: Mask) -> Mask:
    """Which of the two lies around the other: on the rim of all the ink there is more of it."""
    ink = (bright | dark).astype(np.uint8)
    inner = cv2.erode(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.ones((3, 3), np.uint8))
    rim = (ink > 0) & (inner == 0)
    shares = [float((rim & each).sum()) / max(1, int(each.sum())) for each in (bright, dark)]
    return bright if shares[0] > shares[1] else dark


def _height(strength: NDArray[np.float32]) -> float:
    """The rows that hold ink, from the first to the last."""
    rows = np.square(strength).sum(axis=1)
    inked = np.flatnonzero(rows > INKED_ROW * rows.max())
    return float(inked[-1] - inked[0] + 1) if len(inked) else 0.0


def _width(strokes: Mask) -> float:
    """The mean width of strokes: twice their area over the length of their outline."""
    area = int(strokes.sum())
    flat = strokes.astype(np.uint8)
    outline = area - int(cv2.erode(flat, np.ones((3, 3), np.uint8), borderValue=0).sum())
    return 2.0 * area / max(1, outline)


def _colour(pixels: Image, mask: Mask) -> Colour:
    red, green, blue = (round(float(np.median(pixels[:, :, channel][mask]))) for channel in range(3))
    return red, green, blue


def _spread(levels: NDArray[np.uint8]) -> float:
    """Between the 20th and the 80th percentile: a few pixels of another colour do not count."""
    low, high = np.percentile(levels, (20, 80))
    return float(high - low)
