"""Which part of a line stands in an opaque box: what sticks out from under the box is another text, and cut off."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.tracking.looks import Ink
from subextract.tracking.strokes import Strokes
from subextract.types import Box, Image

PLAIN = 20  # levels of the channel that differs most; the pixels of a box differ by less, compressed
COVERED = 0.55  # of the pixels around here are letters or plain; in a box three quarters are, beside it a fifth
BARE = 0.35  # of those beside it, above it or below it, on average, at most
AROUND = 0.5  # heights of the line; so many columns are judged together
SIDE = 0.5  # heights of the line, as wide as what sticks out is at least: a letter
BOXED_SHARE = 0.3  # of the columns of the line stand in the box, at least


def boxed_part(strokes: Strokes, ink: Ink, picture: Image, around: Box, place: Box) -> Box | None:
    """The part of a line that stands in a box, in px of the strip, where something of another text sticks out from
    under it; None where the line is one text.

    ``picture`` (h, w, 3) shows the part ``around`` of the video, ``place`` is where the line stands in it. A box ends
    right above the text and right below it; a plain wall behind one half of a line does not.
    """
    colour = _usual(ink)
    plain = _letters(ink) | _like(ink.pixels, colour)
    height, width = plain.shape
    plain = plain[height // 4 : max(1, height - height // 4)]  # what it covers may be higher than the box
    share = cv2.blur(plain.mean(axis=0, dtype=np.float32)[None], (max(1, round(AROUND * height)), 1))[0]
    start, stop = _longest(share >= COVERED)
    sides = [side for side in (plain[:, :start], plain[:, stop:]) if side.shape[1] >= SIDE * height]
    if stop - start < BOXED_SHARE * width or not sides or any(side.mean() > BARE for side in sides):
        return None
    left = place.left - around.left
    outside = picture[[0, -1], left + start : left + stop]
    if min(_like(row[None], colour).mean() if len(row) else 1.0 for row in outside) > BARE:
        return None
    return _on_strip(strokes.box, start / width, stop / width, SIDE * height / width)


def _on_strip(box: Box, start: float, stop: float, least: float) -> Box:
    """The part of a box from one share of its width to another one; an end that is nearer than ``least`` stays."""
    left = box.left + round(start * box.width) if start >= least else box.left
    right = box.left + round(stop * box.width) if 1 - stop >= least else box.right
    return box._replace(left=left, right=right)


def _letters(ink: Ink) -> NDArray[np.bool_]:
    """Which pixels (h, w) are letters, with their blurred edges."""
    return np.asarray(cv2.dilate(ink.masks[0].astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)


def _usual(ink: Ink) -> NDArray[np.float64]:
    """The colour that is usual around the letters."""
    around = ink.pixels[~_letters(ink)]
    return np.median(around, axis=0) if len(around) else np.zeros(3)


def _like(pixels: Image, colour: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray(np.abs(pixels.astype(np.float32) - colour).max(axis=2) <= PLAIN)


def _longest(row: NDArray[np.bool_]) -> tuple[int, int]:
    """Where the longest run of a row of flags begins, and where it is over."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
    runs = [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    return max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
