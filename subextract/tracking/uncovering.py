"""Which text another one was drawn over, told when that has gone.

Where both came with one cut, no earlier moment shows the one without the other, and they are found as one text. A later
moment does: what stays is the older text, what went is the other one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from subextract.luma import crop
from subextract.tracking.changes import cleaned, lies_under, old_ink, stroke_signs
from subextract.tracking.endings import clear_frames
from subextract.tracking.layers import new_texts
from subextract.tracking.layout import ZoneLayout
from subextract.tracking.lines import LineTrack
from subextract.tracking.strip_frames import Picture, StripFrame
from subextract.tracking.strokes import Strokes, high_pass
from subextract.types import Box, Image, Luma

STAYS = 0.1  # of the pixels of the strokes of what seemed one text; few texts give way to one with more of the same


class Uncovered(NamedTuple):
    """Where on the strip a text stood of which another one is left, and the last moment that shows both."""

    box: Box
    last: StripFrame


def uncovered(
    line: LineTrack, others: Sequence[Strokes], recent: Sequence[StripFrame], lines: Callable[[Luma, Box], list[Box]]
) -> Uncovered | None:
    """The text that has gone of a line that was found as one text with one of the ``others``, which is still there.

    ``lines`` finds text on a strip in the rows of a box.
    """
    below = [other for other in others if _reaches_into(other.box, line.box)]
    shown = [frame for frame in recent if line.since <= frame.time <= line.last_time]
    if not below or not shown:
        return None
    last, now = clear_frames(line, shown)[-1], recent[-1].strip
    ink = stroke_signs(high_pass(crop(last.strip, line.box))) != 0
    if int(old_ink(last.strip, now, line.box).sum()) < STAYS * int(ink.sum()):
        return None
    for box in new_texts(line.box, last.strip, now, lines):
        if any(lies_under(other, box, last.strip, now) for other in below):
            return Uncovered(box, last)
    return None


def _reaches_into(other: Box, box: Box) -> bool:
    """Whether two boxes share enough rows and columns to be taken for one text."""
    common = other.intersection(box)
    return common.width > box.height and 2 * common.height > min(other.height, box.height)


def without_behind(picture: Image, around: Box, layout: ZoneLayout, now: Luma, behind: Luma) -> Image:
    """A picture (h, w, 3) of a part of the video without the strokes that the strip ``behind`` shows there, too."""
    place = layout.on_strip(around).intersection(Box(0, 0, now.shape[1], now.shape[0]))
    return picture if min(place.width, place.height) < 3 else cleaned(picture, now, behind, place)


def pictures_without(pictures: Sequence[Picture], layout: ZoneLayout, now: Luma, behind: Luma) -> list[Picture]:
    """Pictures of a text without the strokes behind it."""
    return [replace(each, image=without_behind(each.image, each.box, layout, now, behind)) for each in pictures]
