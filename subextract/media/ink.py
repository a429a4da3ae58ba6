"""How coloured letters on a transparent ground become dark letters on a light one, and which rows are lines of text."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.media.shown import Colours
from subextract.types import Box, Luma

NEAR = 64  # of 255; colours that differ by less in each channel are shades of one
OUTSIDE = 0.1  # share of the letters' own edge that a closed outline may leave open
INSIDE = 0.04  # share of the opaque pixels that letters take at least, in the box of a single short word
DARK = 128  # of 255; from here on a pixel is ink
MARK = 0.5  # of the highest row of letters; lower rows are accents, dots or dashes
CLOSE = 0.25  # of the same; how far an accent or a dot is from its letter at most
LIGHT = 0.25  # of the ink of a line; what its accents and dots hold at most, small letters above it hold more
LINE = 1.4  # of the letters' height; what a line takes, with what reaches below and above
VALLEY = 0.3  # of the usual row of letters; what a row between two lines that touch may hold

Mask = NDArray[np.bool_]


def darkened(colours: Colours) -> Luma:
    """The letters dark on white, (H, W) uint8, whatever their colours.

    Letters in an outline or on a box are what differs from the colour that meets the transparent ground: as different,
    as dark. Letters without one are as dark as they are bright, so that a shadow stays pale.
    """
    rgb, opacity = colours[..., :3].astype(np.int16), colours[..., 3]
    opaque = opacity >= max(1, int(opacity.max(initial=0)) // 2)
    if not opaque.any():
        return np.full(opacity.shape, 255, np.uint8)
    edge = opaque & ~_inner(opaque)
    around = np.median(rgb[edge], axis=0).astype(np.int16)
    apart = np.abs(rgb - around).max(axis=2)
    letters = opaque & (apart >= NEAR)
    if letters.sum() < INSIDE * opaque.sum() or (letters & edge).sum() > OUTSIDE * letters.sum():
        apart = rgb.max(axis=2)
        letters = opaque
    peak = int(np.percentile(apart[letters], 90))
    strength = np.minimum(apart / peak, 1) if peak >= NEAR else np.ones(apart.shape)
    return np.asarray(255 - np.rint(strength * opacity), dtype=np.uint8)


def _inner(opaque: Mask) -> Mask:
    """The pixels whose neighbours are all opaque; beyond the picture there is nothing."""
    kernel = np.ones((3, 3), np.uint8)
    kept = cv2.erode(opaque.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(kept, dtype=bool)


def line_boxes(picture: Luma) -> list[Box]:
    """The boxes of the lines of dark text, from top to bottom, tight around their ink."""
    ink = picture < DARK
    letters = _letter_height(ink)
    found = []
    for top, bottom in _joined(_bands(ink), ink):
        for first, last in _cut(ink, top, bottom, letters):
            columns = np.flatnonzero(ink[first:last].any(axis=0))
            if len(columns):
                found.append(Box(int(columns[0]), first, int(columns[-1]) + 1, last))
    return found


def _bands(ink: Mask) -> list[tuple[int, int]]:
    """The rows with ink, without a break between."""
    rows = np.concatenate(([False], ink.any(axis=1), [False]))
    edges = np.flatnonzero(rows[1:] != rows[:-1]).tolist()
    return list(zip(edges[0::2], edges[1::2], strict=True))


def _joined(bands: list[tuple[int, int]], ink: Mask) -> list[tuple[int, int]]:
    """The bands with accents and dots put to the letters next to them, which are higher and hold more ink."""
    highest = max((bottom - top for top, bottom in bands), default=0)
    weights = [int(ink[top:bottom].sum()) for top, bottom in bands]
    joints = [_joint(bands, weights, place, highest) for place in range(len(bands))]
    joined: list[tuple[int, int]] = []
    for place, (top, bottom) in enumerate(bands):
        if place in joints:  # this band and the one above are one
            joined[-1] = (joined[-1][0], bottom)
        else:
            joined.append((top, bottom))
    return joined


def _joint(bands: list[tuple[int, int]], weights: list[int], place: int, highest: int) -> int | None:
    """The lower one of the two bands that belong together because this one is a mark of the other."""
    if bands[place][1] - bands[place][0] > MARK * highest:
        return None
    gaps = {
        lower: bands[lower][0] - bands[lower - 1][1]
        for lower in (place, place + 1)
        if 0 < lower < len(bands) and weights[place] < LIGHT * weights[2 * lower - 1 - place]
    }
    nearest = min(gaps, key=gaps.__getitem__, default=None)
    return nearest if nearest is not None and gaps[nearest] <= CLOSE * highest else None


def _letter_height(ink: Mask) -> float:
    """How high letters are: a quarter of the ink is in higher ones."""
    _, _, found, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    heights, areas = found[1:, cv2.CC_STAT_HEIGHT], found[1:, cv2.CC_STAT_AREA]
    order = np.argsort(heights)
    if not len(order):
        return 0.0
    return float(heights[order][np.searchsorted(np.cumsum(areas[order]), 0.75 * areas.sum())])


def _cut(ink: Mask, top: int, bottom: int, letters: float) -> list[tuple[int, int]]:
    """A band of several lines that touch is cut where the rows between them hold least ink."""
    lines = round((bottom - top) / (LINE * letters)) if letters else 1
    profile = ink[top:bottom].sum(axis=1)
    cuts = [0]
    for number in range(1, lines):
        middle, reach = number * len(profile) / lines, len(profile) / lines / 4
        first, last = round(middle - reach), round(middle + reach) + 1
        row = first + int(np.argmin(profile[first:last]))
        if profile[row] < VALLEY * np.median(profile):
            cuts.append(row)
    return [(top + above, top + below) for above, below in pairwise([*cuts, len(profile)])]
