"""Rectangles in pixels."""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in pixels; right and bottom are the first column and row outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def area(self) -> int:
        return max(0, self.width) * max(0, self.height)

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def intersection(self, other: Box) -> Box:
        """The common part; its area is 0 where there is none."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def moved(self, right: int, down: int) -> Box:
        """The same rectangle, shifted."""
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def scaled(self, across: float, down: float) -> Box:
        """The same rectangle in a picture of another size."""
        return Box(
            round(self.left * across), round(self.top * down), round(self.right * across), round(self.bottom * down)
        )

    def turned(self, around: Box) -> Box:
        """Where it lies in the part ``around`` of the picture once that is turned left, its right edge on top."""
        return Box(self.top - around.top, around.right - self.right, self.bottom - around.top, around.right - self.left)

    def turned_back(self, around: Box) -> Box:
        """Where a box of that turned part lies in the picture."""
        return Box(around.right - self.bottom, around.top + self.left, around.right - self.top, around.top + self.right)

    def padded(self, across: int, down: int, width: int, height: int) -> Box:
        """The rectangle with a margin, kept inside a picture of ``width`` by ``height``."""
        return Box(
            max(0, self.left - across),
            max(0, self.top - down),
            min(width, self.right + across),
            min(height, self.bottom + down),
        )
