"""Whether a line that left its place is over, or moved on from there."""

from __future__ import annotations

from collections.abc import Sequence

from subextract.tracking.constancy import STANDING
from subextract.tracking.lines import LineTrack
from subextract.tracking.motion import drifts, jumps, risen, slipped
from subextract.tracking.places import PLACE_REACH
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import seen_on, strength
from subextract.types import Box

PALE_ENDING = 0.7  # of the contrast of a line; of one that fades out less is seen, and the background more
SLIPPING = 600  # ms; what moves is lost sooner, and letters that two lines share stand beside their place, too


def went_by(line: LineTrack, recent: Sequence[StripFrame], *, spoken: bool, rolling: bool) -> bool:
    """Whether a line that is up no more on the last of the recent moments moved on.

    Words that are ``spoken`` one after the other have each other's letters; text was ``rolling`` by a
    moment ago, or not.
    """
    shown = [each for each in recent if line.since <= each.time <= line.last_time]
    if not shown:
        return line.wandering.roams
    if line.wandering.restless or line.wandering.roams:
        return line.wandering.roams and not jumps(seen_on(shown[-1].strip, line.box), reversed(shown))
    frame = recent[-1]
    young = frame.time - line.first < SLIPPING and not spoken
    if young and slipped(line.strokes, frame):
        return not jumps(seen_on(shown[-1].strip, line.box), reversed(shown))
    if young and rolling and risen(seen_on(shown[0].strip, line.box), frame):
        return True
    clear = clear_frames(line, shown)
    return not line.is_firm and drifts(seen_on(clear[-1].strip, line.box), reversed(clear))


def _within(one: Box, other: Box) -> bool:
    """Whether all edges of two boxes are as near as a text that jumps about its place comes."""
    return all(abs(a - b) <= PLACE_REACH for a, b in zip(one, other, strict=True))


def clear_frames(line: LineTrack, shown: Sequence[StripFrame]) -> Sequence[StripFrame]:
    """The frames on which a line was up, without the last, pale ones: those show the background instead."""
    contrast = {sample.time: sample.contrast for sample in line.samples}
    min_contrast = PALE_ENDING * max(contrast.values(), default=0.0)
    last = max(
        (number for number, each in enumerate(shown) if contrast.get(each.time, 0.0) >= min_contrast), default=-1
    )
    return shown[: last + 1] or shown


def goes_on(line: LineTrack, recent: Sequence[StripFrame]) -> bool:
    """Whether a line that left its place sways on beside it, and did not fade away over a background that moves."""
    shown = [frame.strip for frame in recent if line.since <= frame.time <= line.last_time]
    after = [frame for frame in recent if frame.time >= line.last_time]
    if len(after) < 2 or not shown:
        return False
    if line.successor is not None and line.wandering.is_likely and _within(line.box, line.successor.box):
        return False  # the same one, found anew where it was
    full = max(strength(shown[0], line.box), strength(shown[len(shown) // 2], line.box))
    if line.wandering.restless:
        return line.wandering.roams
    stands_out = strength(shown[-1], line.box) > STANDING * full
    return stands_out and drifts(seen_on(shown[-1], line.box), after)
