"""Which pixels of a line of text are ink: dark letters on a white page, made from a busy picture.

Letters have one colour, one width of stroke, and all around a background of another colour: an outline, a box, a scene
that happens to be plain. So the picture is thresholded at several distances between the two colours, and at each the
connected shapes that are no wider than the typical stroke and as well set off from their surroundings as most are taken
for letters (a small component tree, after Matas et al. 2002, "Robust wide-baseline stereo from maximally stable
extremal regions"). A letter that runs into a white wall at one threshold is free of it at the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.types import Box, Clip, Image, Luma

BOX_HEIGHT = 96  # px of a line's box on the page; its strokes are 4 px wide at least, so that their width can be told
LOWEST_LEGIBLE = 6  # px of a box; no letter can be told from another in less
WHITE_MARGIN = 32  # px of white around the text
COLOUR_BIN = 16  # levels; noise and the blocks of a codec spread one colour over about three of them
THIN = 0.85  # share of the pixels of a line's box that are no strokes at the most

# On the way from the colour of the background, 0, to that of the ink, 1:
LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9)  # the thresholds
STROKE_LEVEL = 0.7  # where the width of a stroke is measured, without its soft edge
PURE, PUREST = 0.85, 0.95  # every letter reaches the first somewhere, and one inside the loop of another the second
PALLOR = 0.15  # by which the ring around a shape may be nearer to the ink than that around the typical letter
OFF_COLOUR = 0.5  # the distance from that way at which a colour is another one
WHITE, BLACK = 0.35, 0.9  # between them lies the soft edge that the page keeps

BOLDEST = 0.85  # of the typical stroke's width; a disc of that radius fits into no letter, crossings included
SMALLEST_SHAPE = 0.12  # of the square of the stroke's width; dots and accents are larger
TALLEST_LETTER = 1.3  # of the line's box; letters with marks above and below

Mask = NDArray[np.bool_]
Plane = NDArray[np.float32]
Colour = NDArray[np.float32]


class Guess(NamedTuple):
    """A guess at the colour of the letters: that of the thin bright or of the thin dark structures in the line's box.

    ``second``: not the commonest such colour, but the next one; the commonest may be that of a wall between letters.
    """

    dark: bool = False
    second: bool = False


# White, black, and each where the scene shows more of another such colour.
GUESSES = (Guess(), Guess(dark=True), Guess(second=True), Guess(dark=True, second=True))


@dataclass(frozen=True, slots=True)
class Shapes:
    """The connected shapes at one threshold; number 0 is what lies between them."""

    labels: NDArray[np.int32]
    stats: NDArray[np.int32]
    pallor: NDArray[np.float64]
    plausible: Mask


def page(clip: Clip, line: Box, guess: Guess) -> Luma | None:
    """One line of a clip as dark letters on white, (H, W) uint8; None where the guess leads to no letters."""
    picture, box = _around(clip, line)
    if box.height < LOWEST_LEGIBLE or box.width < LOWEST_LEGIBLE:
        return None
    scale = BOX_HEIGHT / box.height
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    large = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way), dtype=np.uint8)
    return _trimmed(ink(large, box.scaled(scale, scale), guess))


def _around(clip: Clip, line: Box) -> tuple[Image, Box]:
    """The picture of a line with some background on all sides, up to halfway to its neighbours, and its box there."""
    height, width = clip.image.shape[:2]
    room = line.padded(line.height, line.height // 3, width, height)
    top, bottom = room.top, room.bottom
    for other in clip.lines:
        if other.left < line.right and line.left < other.right:
            if other.top + other.bottom < line.top + line.bottom:
                top = max(top, min((other.bottom + line.top) // 2, line.top + line.height // 4))
            elif other.top + other.bottom > line.top + line.bottom:
                bottom = min(bottom, max((other.top + line.bottom + 1) // 2, line.bottom - line.height // 4))
    inside = Box(room.left, top, room.right, bottom)
    return clip.image[top:bottom, room.left : room.right], line.intersection(inside).moved(-room.left, -top)


def ink(picture: Image, box: Box, guess: Guess) -> Plane:
    """How much ink is in each pixel of ``picture``, 0 to 1, (H, W); ``box`` is where the line of text lies in it."""
    nothing = np.zeros(picture.shape[:2], np.float32)
    pixels = picture.astype(np.float32)
    first = _first_colours(picture, box, guess)
    if first is None:
        return nothing
    colour, background = first
    shapes = np.zeros(nothing.shape, np.bool_)
    share = nothing
    for _ in range(2):  # the second time with the colours of the shapes that were found the first time
        share, off = _share(pixels, colour, background)
        share = np.where(off < OFF_COLOUR, share, 0).astype(np.float32)
        stroke = _stroke(share, box)
        if not stroke:
            return nothing
        shapes = _letters(share, box, stroke)
        if not shapes.any():
            return nothing
        colour, background = _colours(pixels, share, shapes, stroke)
    reach = cv2.dilate(shapes.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.asarray(np.clip((share - WHITE) / (BLACK - WHITE), 0, 1) * reach, dtype=np.float32)


def _first_colours(picture: Image, box: Box, guess: Guess) -> tuple[Colour, Colour] | None:
    """The colours of the strokes and of their background, from the thin bright and the thin dark structures, if any."""
    pixels = picture[box.top : box.bottom, box.left : box.right].reshape(-1, 3)
    bright, deep = (_contrast(picture, kind, box) for kind in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT))
    strokes, around = (deep, bright) if guess.dark else (bright, deep)
    if not strokes.any() or not around.any():
        return None
    colour, elsewhere = _commonest(pixels, strokes)
    if guess.second and elsewhere.any():
        colour, _ = _commonest(pixels, elsewhere)
    return colour, _commonest(pixels, around)[0]


def _contrast(picture: Image, kind: int, box: Box) -> Plane:
    """How much each pixel of a box stands out in the channel where it does most, 0 for all but the outstanding ones."""
    hats = cv2.morphologyEx(picture, kind, _disc(box.height * 0.25))
    hat = hats[box.top : box.bottom, box.left : box.right].max(axis=2)
    return np.where(hat >= np.quantile(hat, THIN), hat, 0).astype(np.float32).ravel()


def _commonest(colours: NDArray[np.uint8], weights: Plane) -> tuple[Colour, Plane]:
    """The heaviest spot among (N, 3) colours, and the weights of the colours elsewhere.

    A median would mix the letters with the wall behind them.
    """
    bins = (colours // COLOUR_BIN).astype(np.intp)
    side = 256 // COLOUR_BIN
    counts = np.bincount(bins @ (side * side, side, 1), weights, side**3).reshape(side, side, side)
    padded = np.pad(counts, 1)
    around = sum(padded[x : x + side, y : y + side, z : z + side] for x, y, z in np.ndindex(3, 3, 3))
    peak = np.array(np.unravel_index(np.argmax(around), counts.shape))
    distance = np.abs(bins - peak).max(axis=1)
    spot = np.median(colours[(distance <= 1) & (weights > 0)], axis=0).astype(np.float32)
    return spot, np.where(distance > 3, weights, 0)


def _colours(pixels: Plane, share: Plane, shapes: Mask, stroke: float) -> tuple[Colour, Colour]:
    """The colours of the core of the letters, and of what is least like them right beside."""
    beside = (cv2.dilate(shapes.astype(np.uint8), _disc(stroke)) > 0) & ~shapes
    core = shapes & (share >= np.median(share[shapes]))
    apart = beside & (share <= np.quantile(share[beside], 0.3)) if beside.any() else ~shapes
    colour, background = (np.median(pixels[mask], axis=0).astype(np.float32) for mask in (core, apart))
    return colour, background


def _share(pixels: Plane, colour: Colour, background: Colour) -> tuple[Plane, Plane]:
    """How far each pixel is on the way from the background's colour to the ink's, and how far off that way."""
    way = colour - background
    length = max(1.0, float(way @ way))
    share = (pixels - background) @ way / length
    off = np.linalg.norm(pixels - background - share[..., None] * way, axis=2) / np.sqrt(length)
    return share.astype(np.float32), off.astype(np.float32)


def _stroke(share: Plane, box: Box) -> float:
    """The width in pixels of the strokes of the typical letter; 0 where there is none.

    A shape counts by how many times longer than wide it is: a stone among the letters is wide, but no longer than that.
    """
    mask = (share > STROKE_LEVEL).astype(np.uint8)
    count, labels, stats = _connected(mask)
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    widest = np.zeros(count)
    np.maximum.at(widest, labels[mask > 0], depth[mask > 0])
    shapes = np.flatnonzero(_free(stats, mask.shape) & (stats[:, 3] > 0.15 * box.height) & _low(stats, box))
    return 2 * _weighted_median(widest[shapes], stats[shapes, 4] / widest[shapes] ** 2) if len(shapes) else 0


def _letters(share: Plane, box: Box, stroke: float) -> Mask:
    """The shapes that look like letters at one threshold at least."""
    found = list(_shapes(share, box, stroke))
    pallor = np.concatenate([one.pallor[one.plausible] for one in found])
    letters = np.zeros(share.shape, np.bool_)
    if len(pallor):
        areas = np.concatenate([one.stats[one.plausible, 4] for one in found]).astype(np.float64)
        limit = _weighted_median(pallor, areas) + PALLOR
        for one in found:
            letters |= (one.plausible & (one.pallor <= limit))[one.labels]
    return letters


def _shapes(share: Plane, box: Box, stroke: float) -> Iterator[Shapes]:
    ring = _disc(1.2 * stroke)
    for level in LEVELS:
        mask = (share > level).astype(np.uint8)
        count, labels, stats = _connected(mask)
        around = cv2.dilate(labels.astype(np.float32), ring).astype(np.int32) * (1 - mask)
        rim = around > 0
        sums = np.bincount(around[rim], weights=share[rim].clip(0, 1), minlength=count)
        pallor = sums / np.maximum(1, np.bincount(around[rim], minlength=count))
        bold = np.bincount(labels[cv2.distanceTransform(mask, cv2.DIST_L2, 3) > BOLDEST * stroke], minlength=count) > 0
        pure = np.bincount(labels[share > PURE], minlength=count) > 0
        pure &= (np.bincount(labels[share > PUREST], minlength=count) > 0) | _open(mask, around, count)
        sized = _low(stats, box) & (stats[:, 4] > SMALLEST_SHAPE * stroke**2)
        yield Shapes(labels, stats, pallor, _free(stats, mask.shape) & _near(stats, box) & sized & pure & ~bold)


def _connected(mask: Luma) -> tuple[int, NDArray[np.int32], NDArray[np.int32]]:
    """How many connected shapes there are, counting what lies between them as number 0; where, and their measures."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    return count, np.asarray(labels, dtype=np.int32), np.asarray(stats, dtype=np.int32)


def _open(mask: Luma, around: NDArray[np.int32], count: int) -> Mask:
    """Which shapes border on the background outside of all letters; the others lie inside a loop, or a piece of wall.

    ``around`` names for each pixel of a rim the shape whose rim it is.
    """
    number, backgrounds = cv2.connectedComponents(1 - mask, connectivity=4)
    edges = np.concatenate([backgrounds[0], backgrounds[-1], backgrounds[:, 0], backgrounds[:, -1]])
    reaches = np.bincount(edges[edges > 0], minlength=number) > 0
    outside = reaches[backgrounds] & (around > 0)
    return np.bincount(around[outside], minlength=count) > 0


def _free(stats: NDArray[np.int32], shape: tuple[int, ...]) -> Mask:
    """Which shapes do not touch the edge of the picture; what lies between the shapes is none."""
    left, top, width, height, _ = stats.T
    free: Mask = (left > 0) & (top > 0) & (left + width < shape[1]) & (top + height < shape[0])
    free[0] = False
    return free


def _low(stats: NDArray[np.int32], box: Box) -> Mask:
    low: Mask = stats[:, 3] <= TALLEST_LETTER * box.height
    return low


def _near(stats: NDArray[np.int32], box: Box) -> Mask:
    """Which shapes lie in the line, or at most half its height before or after it."""
    left, top, width, height, _ = stats.T
    room = box.height / 2
    along = (left < box.right + room) & (left + width > box.left - room)
    near: Mask = along & (top < box.bottom) & (top + height > box.top)
    return near


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, sums[-1] / 2)])


def _disc(diameter: float) -> Luma:
    size = max(3, round(diameter) | 1)
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), dtype=np.uint8)


def _trimmed(found: Plane) -> Luma | None:
    """The page: white around what is black."""
    rows, columns = (np.flatnonzero((found > 0.5).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    inside = found[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.asarray(
        np.pad((255 * (1 - inside)).round().astype(np.uint8), WHITE_MARGIN, constant_values=255), dtype=np.uint8
    )
