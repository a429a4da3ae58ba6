"""The parts of a picture of an image track, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from subextract.types import Box

LARGEST_PLANE = 1 << 24  # px; 4096 by 4096, the largest plane of the formats here

Colours = NDArray[np.uint8]
"""(H, W, 4) uint8: red, green, blue, opacity."""

Palette = NDArray[np.uint8]
"""(256, 4) uint8: what each number of an index plane looks like."""


class Payload(NamedTuple):
    """The bytes of one packet; ``length`` is how long it is shown where the container says so. Times in ms."""

    time: int
    data: bytes
    length: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Through which part ``crop`` of a larger bitmap one looks, and its colours."""

    numbers: NDArray[np.uint8]
    palette: Palette
    crop: Box

    def seen(self) -> tuple[NDArray[np.uint8], Colours]:
        """The numbers and colours inside the crop."""
        numbers = self.numbers[self.crop.top : self.crop.bottom, self.crop.left : self.crop.right]
        return numbers, self.palette[numbers]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One bitmap on the screen. ``numbers`` are the (H, W) indices before any palette: a fade does not change them.

    ``window`` is there where only a part of what was sent is shown.
    """

    box: Box
    numbers: NDArray[np.uint8]
    colours: Colours
    forced: bool = False
    window: Window | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Screen:
    """The content from ``start`` on: until ``end`` where that is known, in any case until the next screen.

    ``width`` and ``height`` are of the plane in which the parts lie, 0 where the format does not say.
    """

    start: int
    end: int | None
    parts: tuple[Part, ...]
    width: int = 0
    height: int = 0


def blank(width: int, height: int) -> NDArray[np.uint8]:
    """An (H, W) plane of zeros; ValueError for a size that no picture has, which only damaged bytes ask for."""
    if not 0 < width * height <= LARGEST_PLANE:
        raise ValueError(f"a picture of {width} by {height}")
    return np.zeros((height, width), np.uint8)


def plane_of(lengths: list[int], numbers: list[int], width: int, height: int) -> NDArray[np.uint8]:
    """Runs of equal numbers as an (H, W) plane; what is missing at the end is 0, what is too much is left out."""
    plane = blank(width, height)
    flat = np.repeat(np.array(numbers, np.uint8), np.array(lengths, np.int64))[: plane.size]
    plane.reshape(-1)[: len(flat)] = flat
    return plane


def rgb_of(luma: int, red: int, blue: int, *, wide: bool) -> tuple[int, int, int]:
    """Y, Cr, Cb of a palette as red, green, blue; ``wide`` is BT.709, of pictures of more than 576 lines."""
    bright, to_red, to_blue = 1.164 * (luma - 16), red - 128, blue - 128
    if wide:
        mixed = (bright + 1.793 * to_red, bright - 0.213 * to_blue - 0.533 * to_red, bright + 2.112 * to_blue)
    else:
        mixed = (bright + 1.596 * to_red, bright - 0.392 * to_blue - 0.813 * to_red, bright + 2.017 * to_blue)
    first, second, third = (min(255, max(0, round(value))) for value in mixed)
    return first, second, third
