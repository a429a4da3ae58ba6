"""How strongly two texts show that fade into one another at the same place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from subextract.tracking.fades import Sample, full_contrast
from subextract.tracking.lines import LiveLine
from subextract.tracking.moments import Moment
from subextract.tracking.strokes import Floats, Strokes, compare_high, cut, high_pass
from subextract.types import Box, Luma

AT_ONCE = 0.85  # of its full contrast is there on the first frame of a text that does not fade in


def parted(old: LiveLine, new: LiveLine, recent: Sequence[Moment]) -> bool:
    """Sample both anew, each without the other, if the new one fades in where the old one was; False if it does not."""
    wanders = (
        old.wandering.restless or new.wandering.restless
    )  # and shows less on some frames because it is beside its place
    if wanders or not new.samples or new.samples[0].contrast > AT_ONCE * full_contrast(new.samples):
        return False
    seen = [moment for moment in recent if moment.time <= new.samples[-1].time]  # it is still followed
    for line, other, moments in ((old, new, recent), (new, old, seen)):
        if moments:
            line.resample([_sample(line.strokes, other.strokes, moment) for moment in moments])
    return True


def _sample(strokes: Strokes, other: Strokes, moment: Moment) -> Sample:
    match = compare_high(strokes, _without(strokes, other, moment.strip))
    return Sample(moment.time, moment.end, match.share, match.contrast)


def _without(strokes: Strokes, other: Strokes, strip: Luma) -> Floats:
    """The high-passed pixels of the strokes' place, less as much as they show of the other strokes.

    Both shares are found at once, by least squares, because the strokes of two texts overlap.
    """
    high = high_pass(cut(strip, strokes.box))
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
