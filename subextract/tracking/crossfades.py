"""Separates the contrasts of two texts that fade into one another at one place, by least squares on their strokes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from subextract.luma import crop
from subextract.tracking.fades import Sample, full_contrast
from subextract.tracking.lines import LineTrack
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import Floats, Strokes, compare_high, high_pass
from subextract.types import Box, Luma

FULL_AT_ONCE = 0.85  # of its full contrast is there on the first frame of a text that does not fade in


def parted(old: LineTrack, new: LineTrack, recent: Sequence[StripFrame]) -> bool:
    """Sample both anew, each without the other, if the new one fades in where the old one was; False if it does not."""
    wanders = old.wandering.restless or new.wandering.restless  # it shows less where it is beside its place
    shown = [sample for sample in new.samples if sample.time >= new.since]
    if wanders or not shown or shown[0].contrast > FULL_AT_ONCE * full_contrast(new.samples):
        return False
    seen = [frame for frame in recent if frame.time <= new.samples[-1].time]  # it is still followed
    for line, other, frames in ((old, new, recent), (new, old, seen)):
        if frames:
            line.resample([_sample(line.strokes, other.strokes, frame) for frame in frames])
    return True


def _sample(strokes: Strokes, other: Strokes, frame: StripFrame) -> Sample:
    match = compare_high(strokes, _without(strokes, other, frame.strip))
    return Sample(frame.time, frame.end, match.share, match.contrast)


def _without(strokes: Strokes, other: Strokes, strip: Luma) -> Floats:
    """The high-passed pixels of the strokes' place, less as much as they show of the other strokes.

    Both shares are found at once, by least squares, because the strokes of two texts overlap.
    """
    high = high_pass(crop(strip, strokes.box))
    own, alien = strokes.pattern.ravel(), _placed(other, strokes.box).ravel()
    either = (own != 0) | (alien != 0)
    patterns = np.stack([own[either], alien[either]], axis=1)
    shares, *_ = np.linalg.lstsq(patterns, high.ravel()[either], rcond=None)
    return np.asarray(high - max(0.0, float(shares[1])) * alien.reshape(high.shape), dtype=np.float32)


def _placed(strokes: Strokes, box: Box) -> Floats:
    """The pattern of the strokes in the pixels of another box."""
    placed = np.zeros((box.height, box.width), np.float32)
    common = strokes.box.intersection(box)
    if common.width > 0 and common.height > 0:
        target = common.moved(-box.left, -box.top)
        source = common.moved(-strokes.box.left, -strokes.box.top)
        placed[target.top : target.bottom, target.left : target.right] = strokes.pattern[
            source.top : source.bottom, source.left : source.right
        ]
    return placed
