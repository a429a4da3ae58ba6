"""The ink of a strip in cells of about one letter: where it is, and which of it stands still."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.types import Box, Luma

Cells = NDArray[np.float32]
Mask = NDArray[np.bool_]
CELL = 8  # px; about the width of one letter at the scale of the strips
STEEP = 24.0  # luma levels per px; strokes of text with a readable contrast are steeper, shaded background is not
NEW_INK = 3  # cells; one letter
STILL_INK = 0.45  # of a cell's ink, by which it may differ meanwhile: grain, or background that moves between letters
LONGEST_FRAME = 200  # ms; nothing is compared over a longer one


class Seen(NamedTuple):
    """A frame that was examined."""

    time: int
    strip: Luma
    cells: Cells


def ink(strip: Luma) -> Cells:
    """The mean steepness of each cell, (h / 8, w / 8)."""
    return _per_cell(cv2.absdiff(strip[:, 1:], strip[:, :-1]), strip.shape)


def standing_still(now: Seen, earlier: Seen) -> Mask:
    """Which cells show what they showed earlier."""
    change = _per_cell(cv2.absdiff(now.strip, earlier.strip), now.strip.shape)
    return np.asarray(change < STILL_INK * now.cells)


def without(cells: Mask, ignore: tuple[Box, ...]) -> Mask:
    """The cells, in place, but for those that boxes touch."""
    for box in ignore:
        cells[box.top // CELL : -(-box.bottom // CELL), box.left // CELL : -(-box.right // CELL)] = False
    return cells


def _per_cell(values: cv2.typing.MatLike, shape: tuple[int, ...]) -> Cells:
    height, width = max(1, shape[0] // CELL), max(1, shape[1] // CELL)
    cells = cv2.resize(values[: height * CELL, : width * CELL], (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cells, dtype=np.float32)
