"""How columns are tracked: as lines of a picture that is turned to the left, on which the first column is on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from subextract.types import Box, Clip, Detect, Frame, Image, Zone

KNOWN = 0.6  # of the length of a column, that is found the other way, too
SLENDER = 2  # heights of a box for its width, from which it is a column as it stands; windows and bricks are less


def lying(zone: Zone) -> Zone:
    """The zone as the tracker sees it: itself, or the whole of the picture that ``turned`` makes of it."""
    if not zone.vertical:
        return zone
    return replace(
        zone,
        box=zone.box.turned(zone.box),
        logos=tuple(logo.turned(zone.box) for logo in zone.logos),
    )


def turned(frame: Frame, zone: Zone) -> Frame:
    """What the tracker of a zone sees of a frame."""
    if not zone.vertical:
        return frame
    box = zone.box

    def colour(part: Box) -> Image:
        return np.ascontiguousarray(np.rot90(frame.colour(part.turned_back(box))))

    return replace(frame, luma=np.rot90(frame.luma[box.top : box.bottom, box.left : box.right]), colour=colour)


def both_ways(detect: Detect) -> Detect:
    """A detector for turned pictures that sees them as they stand, too: each way misses columns that the other finds.

    Where both find a column, the turned one has the closer box, but for the small marks at its end.
    """

    def found(images: Sequence[Image]) -> list[list[Box]]:
        return [_with_columns(lines, image, detect) for image, lines in zip(images, detect(images), strict=True)]

    return found


def _with_columns(lines: list[Box], turned_image: Image, detect: Detect) -> list[Box]:
    columns = _columns(turned_image, detect)
    whole = [
        line._replace(right=max([line.right, *(box.right for box in columns if _is_most_of(line, box))]))
        for line in lines
    ]
    return whole + [box for box in columns if not any(_is_most_of(line, box) for line in lines)]


def _is_most_of(line: Box, box: Box) -> bool:
    common = line.intersection(box)
    return common.height > 0 and common.width > KNOWN * box.width


def _columns(turned_image: Image, detect: Detect) -> list[Box]:
    """The columns that show when a picture is turned back, as they lie in it."""
    image = np.ascontiguousarray(np.rot90(turned_image, -1))
    whole = Box(0, 0, image.shape[1], image.shape[0])
    return [box.turned(whole) for box in detect([image])[0] if box.height >= SLENDER * box.width]


def standing(clip: Clip, zone: Zone) -> Clip:
    """The clip that a zone's tracker found, as it stands in the video."""
    if not zone.vertical:
        return clip
    return replace(
        clip,
        image=np.ascontiguousarray(np.rot90(clip.image, -1)),
        frames=tuple(np.ascontiguousarray(np.rot90(frame, -1)) for frame in clip.frames),
        box=clip.box.turned_back(zone.box),
        lines=tuple(line.turned_back(Box(0, 0, clip.box.height, clip.box.width)) for line in clip.lines),
        vertical=True,
    )
