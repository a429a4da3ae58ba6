"""Which lines of text a still shows, and when two of them are the same text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.bands import TALLEST_LINE, TALLEST_OF_WIDTH
from subextract.boxes import covers
from subextract.luma import downscale, grey
from subextract.types import Box, Detect, Frame, Luma

LOOK_SIDE = 640  # px of the longer side: text of 3% of the height is still 11 px high, and one look costs 40 ms
JITTER = 2  # px on the small picture
SAME_PIXELS = 0.5  # correlation of two pictures of one logo: 0.5 to 1; two texts in one place stay below 0.45
SLENDER = 2  # heights of a box for its width; columns of a few characters are higher, posts are, too


@dataclass(frozen=True, slots=True, eq=False)  # each is itself alone: pixels have no single truth value
class Detection:
    """A line of text on one still; ``pixels`` is what lies at ``place`` and a little around it in the small picture."""

    time: int
    box: Box
    place: Box
    pixels: Luma


def look(still: Frame, detect: Detect, region: Box) -> tuple[list[Detection], list[Detection]]:
    """The lines in a region of a still, and its columns: as lines in the region turned to the left."""
    plane = np.ascontiguousarray(still.luma[region.top : region.bottom, region.left : region.right])
    scale = LOOK_SIDE / max(plane.shape)
    small = downscale(plane, scale)
    tallest = max(TALLEST_LINE * small.shape[0], TALLEST_OF_WIDTH * small.shape[1])
    boxes = detect([grey(small)])[0]
    lines = [box for box in boxes if box.width > box.height and box.height <= tallest]
    slender = [box for box in boxes if box.height >= SLENDER * box.width]
    detections = [_detection(still, small, box, scale) for box in lines]
    return (
        [replace(one, box=one.box.moved(region.left, region.top)) for one in detections],
        [one for one in _columns(still, small, slender, detect, scale) if one.box.height <= tallest / scale],
    )


def _columns(still: Frame, small: Luma, slender: Sequence[Box], detect: Detect, scale: float) -> Iterator[Detection]:
    """The boxes as high as a column that, on their side, still resemble text: a post or a lamp does not."""
    if not slender:
        return
    whole = Box(0, 0, small.shape[1], small.shape[0])
    turned = np.ascontiguousarray(np.rot90(small))
    for box in detect([grey(turned)])[0]:
        if box.width > box.height and any(covers(box, one.turned(whole)) for one in slender):
            yield _detection(still, turned, box, scale)


def _detection(still: Frame, small: Luma, box: Box, scale: float) -> Detection:
    around = np.pad(small, JITTER, mode="edge")[box.top : box.bottom + 2 * JITTER, box.left : box.right + 2 * JITTER]
    return Detection(still.time, box.scaled(1 / scale, 1 / scale), box, around)


def same_pixels(one: Detection, other: Detection) -> bool:
    """Whether both show the same where their boxes overlap, which do not lie to the pixel where the text does."""
    common = one.place.intersection(other.place)
    if common.width <= 0 or common.height <= 0:
        return False
    seen = _part(one, common)[JITTER:-JITTER, JITTER:-JITTER]
    return float(cv2.matchTemplate(_part(other, common), seen, cv2.TM_CCOEFF_NORMED).max()) > SAME_PIXELS


def _part(one: Detection, box: Box) -> NDArray[np.float32]:
    """The pixels of a still in a box and around it, minus the mean of each row, which all lines of text share."""
    left, top = box.left - one.place.left, box.top - one.place.top
    pixels = one.pixels[top : top + box.height + 2 * JITTER, left : left + box.width + 2 * JITTER]
    return np.asarray(pixels - pixels.mean(axis=1, keepdims=True), dtype=np.float32)
