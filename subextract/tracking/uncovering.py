"""Which text another one was drawn over, told when that has gone.

Where both came with one cut, no earlier moment shows the one without the other, and they are found as one text. A later
moment does: what stays is the older text, what went is the other one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from subextract.luma import crop
from subextract.tracking.changes import STROKE_BLUR, cleaned, grown, lies_under, new_ink, old_ink, strongest
from subextract.tracking.endings import clear_frames
from subextract.tracking.layers import new_texts
from subextract.tracking.layout import ZoneLayout
from subextract.tracking.lines import LineTrack
from subextract.tracking.strip_frames import Picture, StripFrame
from subextract.tracking.strokes import Strokes, high_pass
from subextract.types import Box, Image, Luma

UNDER = 0.99  # of the strongest strokes that were uncovered; of those of a text that came in its place up to 0.98
STAYS = 0.1  # of the pixels of the strokes of what seemed one text


class Uncovered(NamedTuple):
    """Where on the strip a text stood, which text it lay over, the last moment that shows both, and whether nothing
    came in its place."""

    box: Box
    below: Strokes
    last: StripFrame
    bare: bool


def uncovered(
    line: LineTrack, others: Sequence[Strokes], recent: Sequence[StripFrame], lines: Callable[[Luma, Box], list[Box]]
) -> Uncovered | None:
    """The text that has gone of a line that was found as one text with one of the ``others``, which is still there.

    ``lines`` finds text on a strip in the rows of a box.
    """
    below = [other for other in others if _reaches_into(other.box, line.box)]
    last, now = _last_of(line, recent), recent[-1].strip
    if not below or last is None or not _stays(line, last, now):
        return None
    for box in new_texts(line.box, last.strip, now, lines):
        for other in below:
            if lies_under(other, box, last.strip, now):
                return Uncovered(box, other, last, _is_bare(box, last.strip, now))
    return None


def _is_bare(box: Box, last: Luma, now: Luma) -> bool:
    """Whether what is new where a text was had been under its strokes; another text has strokes elsewhere, too."""
    came = strongest(new_ink(now, last, box), high_pass(crop(now, box)))
    return int((came & grown(new_ink(last, now, box), STROKE_BLUR)).sum()) >= UNDER * int(came.sum())


def leaves_strokes(line: LineTrack, recent: Sequence[StripFrame]) -> bool:
    """Whether some strokes of a line that has gone are still there, which may be those of another text."""
    last = _last_of(line, recent)
    return last is not None and _stays(line, last, recent[-1].strip)


def _last_of(line: LineTrack, recent: Sequence[StripFrame]) -> StripFrame | None:
    """The last moment that shows a line clearly."""
    shown = [frame for frame in recent if line.since <= frame.time <= line.last_time]
    return clear_frames(line, shown)[-1] if shown else None


def _stays(line: LineTrack, last: StripFrame, now: Luma) -> bool:
    inked = line.strokes.inked > 0
    return int((old_ink(last.strip, now, line.box) & inked).sum()) > STAYS * int(inked.sum())


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
