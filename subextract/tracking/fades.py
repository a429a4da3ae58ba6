"""Finds when a text appears and disappears, from its contrast on each frame.

The contrast of a linear fade is a straight line; its zero is the first or last frame that shows any of the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

STRAIGHT_ABOVE, STRAIGHT_BELOW = 0.2, 0.75  # of the full contrast; between them a fade is straight, without noise
WHOLE_FADE = 0.8  # of the text shows, however weakly, on the frames of a fade
LONGEST_HIDDEN = 500  # ms of a fade that are hidden behind another text
TRACE_OF_CONTRAST, FAINT_CONTRAST, CLEAR_CONTRAST = 0.02, 0.06, 0.3  # of the full contrast
BACKGROUND = 0.15  # of the strongest; a background that resembles half of a brief text for many more frames shows less
SHOWS_ON_FRAME = 0.5  # of the text agrees: the frame shows it


class Sample(NamedTuple):
    """What a frame (from ``time`` to ``end`` ms) shows of a text.

    ``share`` is the part of the text that agrees, and ``contrast`` its height over the background in luma levels.
    """

    time: int
    end: int
    share: float
    contrast: float


def full_contrast(samples: Sequence[Sample]) -> float:
    """The contrast of the text when it is wholly there: the upper quartile over the frames that show it."""
    shown = [sample.contrast for sample in samples if sample.share >= SHOWS_ON_FRAME]
    min_contrast = BACKGROUND * max(shown, default=0.0)
    return float(np.percentile([contrast for contrast in shown if contrast >= min_contrast], 75)) if shown else 0.0


def first_frame(samples: Sequence[Sample], seen: int) -> int:
    """The time of the first frame that shows the text, given that the frame with index ``seen`` does."""
    full = full_contrast(samples)
    first = _most_shown(samples, seen)
    ramp = _ramp(samples, first, +1, full)
    if ramp is None:
        return samples[first].time
    while first > 0 and samples[first - 1].time >= ramp and samples[first - 1].contrast > TRACE_OF_CONTRAST * full:
        first -= 1
    hidden = samples[0].time - ramp if first == 0 else 0  # behind the text that it fades into
    return samples[first].time - _whole_frames(samples[0], hidden)


def past_last_frame(samples: Sequence[Sample], seen: int) -> int:
    """The time of the first frame that no longer shows the text, given that the frame with index ``seen`` does."""
    full = full_contrast(samples)
    last = seen
    while last + 1 < len(samples) and _shows(samples[last + 1], full):
        last += 1
    ramp = _ramp(samples, last, -1, full)
    while ramp is not None and last + 1 < len(samples) and samples[last + 1].time < ramp:
        last += 1
    if last + 1 < len(samples):
        return samples[last + 1].time
    hidden = ramp - samples[last].end if ramp is not None else 0
    return samples[last].end + _whole_frames(samples[last], hidden)


def _whole_frames(sample: Sample, duration: float) -> int:
    """So much of a duration as frames of the sample's length fit in; 0 for what is no fade any more."""
    length = max(1, sample.end - sample.time)
    return round(duration // length * length) if 0 < duration < LONGEST_HIDDEN else 0


def _most_shown(samples: Sequence[Sample], seen: int) -> int:
    """The index of the first frame from which on most of the text shows, until it shows best (by ``seen``)."""
    full = full_contrast(samples)
    first = best = seen
    while first > 0 and samples[first - 1].share >= SHOWS_ON_FRAME:
        first -= 1
        best = first if samples[first].contrast > samples[best].contrast else best
    first = best
    while first > 0 and _shows(samples[first - 1], full):
        first -= 1
    return first


def _shows(sample: Sample, full: float) -> bool:
    """Whether the frame shows the text: all of it, if faintly, or most of it clearly (background may resemble half)."""
    clear = sample.share >= SHOWS_ON_FRAME and sample.contrast > CLEAR_CONTRAST * full
    return clear or (sample.share >= WHOLE_FADE and sample.contrast > FAINT_CONTRAST * full)


def _ramp(samples: Sequence[Sample], edge: int, inward: int, full: float) -> float | None:
    """The time at which the contrast, straight in a fade, comes to zero outside ``edge``; None without a fade."""
    inside: list[Sample] = []
    index = edge
    while 0 <= index < len(samples) and samples[index].contrast < STRAIGHT_BELOW * full:
        inside.append(samples[index])
        index += inward
    steep = [sample for sample in inside if sample.contrast > STRAIGHT_ABOVE * full]
    if len({sample.time for sample in steep}) < 2 or not 0 <= index < len(samples):  # no line goes through one point
        return None
    if np.mean([sample.share for sample in steep]) < WHOLE_FADE:
        return None
    origin = samples[edge].time
    slope, base = np.polyfit([sample.time - origin for sample in steep], [sample.contrast for sample in steep], 1)
    if slope * inward <= 0 or _jumps(samples, edge, inward, abs(slope)):
        return None
    return float(origin - base / slope)


def _jumps(samples: Sequence[Sample], edge: int, inward: int, slope: float) -> bool:
    """Whether the contrast leaps at the edge: dim text that brightens later (karaoke) is no fade."""
    outside = edge - inward
    if not 0 <= outside < len(samples):
        return False
    step = abs(samples[edge].time - samples[outside].time)
    return samples[edge].contrast - samples[outside].contrast > 3 * slope * step
