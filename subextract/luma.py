"""How planes of brightness are scaled, turned into what detectors take, and cropped like other images."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.types import Box, Image, Luma

Pixels = TypeVar("Pixels", Luma, NDArray[np.float32], NDArray[np.bool_])


def downscale(luma: Luma, scale: float) -> Luma:
    """The plane at another size; averaging when it gets smaller, so that strokes stay whole.

    Large planes are halved as often as it goes, the rest is interpolated: 13 times faster than averaging over fractions
    of pixels.
    """
    if scale == 1:
        return luma
    width, height = max(1, round(luma.shape[1] * scale)), max(1, round(luma.shape[0] * scale))
    small: cv2.typing.MatLike = luma
    while small.shape[1] >= 2 * width and small.shape[0] >= 2 * height:
        across, down = small.shape[1] // 2, small.shape[0] // 2
        small = cv2.resize(small[: 2 * down, : 2 * across], (across, down), interpolation=cv2.INTER_AREA)
    method = cv2.INTER_AREA if small is luma and scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(small, (width, height), interpolation=method), dtype=np.uint8)


def grey(luma: Luma) -> Image:
    """The plane as an RGB picture."""
    return np.repeat(luma[:, :, None], 3, axis=2)


def crop(pixels: Pixels, box: Box) -> Pixels:
    """The part of a plane or picture in a box: a view, so what is written to it is written to the whole."""
    return pixels[box.top : box.bottom, box.left : box.right]


def cropped(image: Image, box: Box) -> Image:
    """The part of an image in a box, as an array of its own."""
    return np.ascontiguousarray(crop(image, box))
