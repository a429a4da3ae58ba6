"""Which lines of text a map of chances shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.types import Box

if TYPE_CHECKING:
    from cv2.typing import MatLike

Rectangle = tuple[Sequence[float], Sequence[float], float]

INKED_PIXEL, SURE_BOX = 0.3, 0.5  # chance of a pixel of a text, and mean chance of a text: PaddleOCR's settings
UNCLIP = 1.6  # the network sees the core of a line; by so much of area over perimeter it is grown on each side
THINNEST = 3  # px of such a core
LONG_LINE = 3  # times as wide as high is a line; half of it is filled on the rows of its core, if it is level
RAGGED = 1.2  # times as high as that is a core with pieces beside it; others are 0.9 to 1.1 times as high
KERNEL = np.ones((2, 2), np.uint8)


def text_boxes(chances: NDArray[np.float32]) -> list[Box]:
    """The upright boxes around the lines of text in a map (H, W) of chances from 0 to 1, from top to bottom.

    The second half of Differentiable Binarization (Liao et al. 2020) as PaddleOCR does it, but for the growth of a
    core, which needs no polygons because the cores are rectangles, and for the height of a level line with pieces of
    something beside it, which would be grown on both sides, too.
    """
    mask = np.asarray(cv2.dilate((chances > INKED_PIXEL).astype(np.uint8), KERNEL), np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxes = []
    for contour in contours:
        middle, (width, height), angle = _core(contour, mask)
        core = np.asarray(cv2.boxPoints((middle, (width, height), angle)), np.float32)
        if min(width, height) < THINNEST or _chance(chances, core) < SURE_BOX:
            continue
        growth = UNCLIP * width * height / (width + height)
        corners = np.round(cv2.boxPoints((middle, (width + growth, height + growth), angle))).astype(int)
        corners = corners.clip(0, (chances.shape[1], chances.shape[0]))
        boxes.append(Box(*map(int, corners.min(axis=0)), *map(int, corners.max(axis=0) + 1)))
    return sorted(boxes, key=lambda box: (box.top, box.left))


def _core(contour: MatLike, mask: NDArray[np.uint8]) -> Rectangle:
    """The middle, size (width, height) and angle in degrees of the rectangle that a contour fills."""
    rectangle = cv2.minAreaRect(contour)
    left, top, width, height = cv2.boundingRect(contour)
    rows = np.flatnonzero(mask[top : top + height, left : left + width].mean(axis=1) > 0.5)
    ragged = RAGGED * len(rows) < min(rectangle[1]) < 2 * len(rows)
    if width < LONG_LINE * height or not ragged:
        return rectangle
    first, last = int(rows[0]), int(rows[-1])
    return (left + (width - 1) / 2, top + (first + last) / 2), (width - 1, last - first + 1), 0.0


def _chance(chances: NDArray[np.float32], corners: NDArray[np.float32]) -> float:
    """The mean chance inside a rectangle."""
    height, width = chances.shape
    left, top = np.floor(corners.min(axis=0)).astype(int).clip(0, (width - 1, height - 1))
    right, bottom = np.ceil(corners.max(axis=0)).astype(int).clip(0, (width - 1, height - 1))
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).astype(np.int32)], 1)
    return cv2.mean(chances[top : bottom + 1, left : right + 1], mask)[0]
