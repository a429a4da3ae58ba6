"""Chooses the part and size of a zone's strip that a detector gets, and maps its boxes back to the strip."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from subextract.luma import downscale, grey
from subextract.types import Box, Detect, Luma, Plane

SHOWN_EDGE = 1  # px; what reaches it goes on beyond the picture that was shown


class View(NamedTuple):
    """A part of the strip of a zone, as a picture that is ``scale`` times as large."""

    part: Box
    whole: tuple[int, int]
    picture: Luma
    scale: float = 1.0

    def lines(self, detect: Detect) -> list[Box]:
        """The lines that a detector sees, as boxes of the strip, but those that the edges of the part cut."""
        left, top = self.part.left, self.part.top
        found = detect([grey(self.picture)])[0]
        boxes = [box.scaled(1 / self.scale, 1 / self.scale).moved(left, top) for box in found]
        return [box for box in boxes if not self._is_cut(box)]

    def _is_cut(self, box: Box) -> bool:
        """Whether it reaches an edge of the part that is none of the strip."""
        (height, width), part = self.whole, self.part
        rows = 0 < part.top >= box.top - SHOWN_EDGE or height > part.bottom <= box.bottom + SHOWN_EDGE
        return rows or 0 < part.left >= box.left - SHOWN_EDGE or width > part.right <= box.right + SHOWN_EDGE


def seen(strip: Luma, rows: tuple[int, int] | None) -> View:
    """Some rows of the strip as it is, or all of them."""
    height, width = strip.shape
    top, bottom = rows or (0, height)
    return View(Box(0, top, width, bottom), (height, width), strip[top:bottom])


def closer(strip: Luma, part: Box, luma: Plane, zone: Box, scale: float) -> View:
    """A part of the strip, from the picture of which the strip shows a ``zone``, at another scale than its own."""
    height, width = strip.shape
    own = width / max(1, zone.width)
    place = part.scaled(1 / own, 1 / own).moved(zone.left, zone.top).intersection(zone)
    pixels = np.ascontiguousarray(luma[place.top : place.bottom, place.left : place.right])
    return View(part, (height, width), downscale(pixels, own * scale), scale)
