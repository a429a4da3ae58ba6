"""Pictures and their brightness, as they are decoded, and how the lines of text in them are detected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from subextract.types.geometry import Box

if TYPE_CHECKING:  # numpy is needed to make a picture, not to name its type
    import numpy as np
    from numpy.typing import NDArray

Image: TypeAlias = "NDArray[np.uint8]"
"""(H, W, 3) uint8, RGB."""

Luma: TypeAlias = "NDArray[np.uint8]"
"""(H, W) uint8, the brightness plane alone."""

Colour: TypeAlias = tuple[int, int, int]
"""Red, green, blue, from 0 to 255."""

Detect: TypeAlias = Callable[[Sequence[Image]], list[list[Box]]]
"""The boxes of the lines of text in each picture, from top to bottom."""

Rows: TypeAlias = tuple[int, int] | None
"""Rows of a picture, the last one excluded; None are all of them."""


def luma(colour: Colour) -> float:
    """Brightness from 0 to 255, as ITU-R BT.601 weighs the channels."""
    red, green, blue = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue


class Plane(Protocol):
    """The brightness of a whole picture, (H, W); slices of it are Luma."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __getitem__(self, part: tuple[slice, slice], /) -> Luma: ...


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture as the scan sees it.

    ``luma`` is a view on the decoder's own buffer for 8-bit formats, and of deeper ones narrows what is sliced;
    ``colour`` makes the RGB picture of a box on request, because converting every frame would cost more than decoding
    it.
    """

    time: int
    duration: int
    luma: Plane
    colour: Callable[[Box], Image]
