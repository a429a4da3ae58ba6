"""What is kept of single frames: the strip of a zone, and a picture of a line for the reader."""

from __future__ import annotations

from dataclasses import dataclass, replace

from subextract.types import Box, Image, Luma


@dataclass(frozen=True, slots=True)
class StripFrame:
    """A frame as the tracker remembers it: its time, the time of the next, and the strip of the zone."""

    time: int
    end: int
    strip: Luma


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a line for the reader, and how strongly it shows there. ``box`` is in pixels of the video."""

    time: int
    contrast: float
    box: Box
    image: Image

    def between(self, left: int, right: int) -> Picture:
        """The columns of the video from ``left`` to ``right`` alone."""
        box = self.box._replace(left=max(left, self.box.left), right=min(right, self.box.right))
        image = self.image[:, box.left - self.box.left : box.right - self.box.left]
        return replace(self, box=box, image=image)
