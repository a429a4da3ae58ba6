"""Where a picture shows a text that is not quite at its place, and whether it wanders about there.

Printed subtitles of a scanned film jump by a pixel or two from frame to frame, and all that a shaken camera films does.
Such a text returns again and again, while moving text goes on, and text on a thing in a hand sways smoothly. This is
measured by von Neumann's ratio ("Distribution of the ratio of the mean square successive difference to the variance",
1941): 2 for independent places, near 0 for a smooth path.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from subextract.luma import crop
from subextract.tracking.strokes import Floats, Match, Strokes, compare_high, high_pass
from subextract.types import Box, Luma

PLACE_REACH = 7  # px on the strip, from one frame to any other: a shaken picture
FOUND_ELSEWHERE = 0.75  # correlation of the strokes with another place: their own give 0.85 and more, chance up to 0.6
PERHAPS = 0.5  # the same half a pixel beside it
ALL = 0.9  # of a text must agree beside its place: of another text with the same letters less does
UNALIGNED = 0.5  # px from its place, below which there is nothing to align
STANDS_WITHIN = 0.4  # px by which a place that is found differs from frame to frame while the text stands still
ON_A_WAY, AWAY, STRAIGHT = 4, 2.0, 0.9  # frames; px from its place; length of the way there over that of all steps
MIN_FRAMES = 4  # frames
RESTLESS = 0.3  # half of von Neumann's ratio: 1 for chance, less for a path


class Way(NamedTuple):
    """How far to the right of its place, and below it, a text is seen, in px."""

    right: float
    down: float

    @property
    def length(self) -> float:
        return max(abs(self.right), abs(self.down))


HOME = Way(0.0, 0.0)


def resemblance(pattern: Floats, area: Floats) -> Floats:
    """The normalised correlation of the strokes with each place of an area, over the pixels of the strokes alone.

    Args:
        pattern: (h, w) high-passed pixels of the strokes, 0 elsewhere.
        area: (H, W) high-passed pixels, at least as large.

    Returns:
        (H - h + 1, W - w + 1) values from -1 to 1, one per place of the upper left corner of the pattern.
    """
    common = cv2.matchTemplate(area, pattern, cv2.TM_CCORR)
    energy = cv2.matchTemplate(area * area, (pattern != 0).astype(np.float32), cv2.TM_CCORR)
    own = float(np.square(pattern).sum())
    scale = np.sqrt(np.maximum(energy, 0.05 * own) * own) + 1e-3  # a flat place resembles nothing
    return np.asarray(common / scale, dtype=np.float32)


def beside(strokes: Strokes, strip: Luma) -> tuple[Way, Floats, Match] | None:
    """Where near its place a strip shows all of a text: how far off, its pixels there, and how they agree."""
    way = way_of(strokes, strip)
    if way is None:
        return None
    high = high_pass(pixels(strip, strokes.box, way))
    match = compare_high(strokes, high)
    sure = match.share >= ALL and float(strokes.weight @ match.agreement) >= FOUND_ELSEWHERE
    return (way, high, match) if sure else None


def way_of(strokes: Strokes, strip: Luma, reach: int = PLACE_REACH) -> Way | None:
    """How far from its place, up to ``reach`` px, a strip shows a text; to a part of a pixel."""
    height, width = strip.shape
    around = strokes.box.padded(reach, reach, width, height)
    likeness = resemblance(strokes.pattern, high_pass(crop(strip, around)))
    _, best, _, (left, top) = cv2.minMaxLoc(likeness)
    if best < PERHAPS:
        return None
    right = around.left + left - strokes.box.left + _between(likeness[top], left)
    down = around.top + top - strokes.box.top + _between(likeness[:, left], top)
    way = Way(right, down)
    return way if way.length < reach else None


def _between(values: Floats, peak: int) -> float:
    """By how much the top of the parabola through the greatest value and its neighbours lies beside it."""
    if not 0 < peak < len(values) - 1:
        return 0.0
    before, top, after = (float(value) for value in values[peak - 1 : peak + 2])
    bend = before - 2 * top + after
    return 0.0 if bend >= 0 else float(np.clip((before - after) / (2 * bend), -0.5, 0.5))


def pixels(strip: Luma, box: Box, way: Way) -> Floats:
    """What a box shows that lies a little off, between whole pixels, too."""
    middle = (box.left + (box.width - 1) / 2 + way.right, box.top + (box.height - 1) / 2 + way.down)
    return np.asarray(cv2.getRectSubPix(strip, (box.width, box.height), middle, patchType=cv2.CV_32F), dtype=np.float32)


def stands(ways: Sequence[Way]) -> bool:
    """Whether a text is at one place all the time."""
    spread = np.ptp(np.array(ways), axis=0)
    return float(spread.max()) < 2 * STANDS_WITHIN


def goes_on(ways: Sequence[Way]) -> bool:
    """Whether a text that was at its place until now is on a straight way from there."""
    path = np.array([HOME, *ways])
    steps = np.sqrt(np.square(np.diff(path, axis=0)).sum(axis=1))
    net = float(np.sqrt(np.square(path[-1]).sum()))
    return len(ways) >= ON_A_WAY and net >= AWAY and net > STRAIGHT * float(steps.sum())


def wanders(ways: Sequence[Way]) -> bool:
    """Whether a text jumps about a place, and neither goes on nor sways: it turns back as often as not."""
    if len(ways) < MIN_FRAMES:
        return False
    path = np.array(ways)
    steps = np.diff(path, axis=0)
    turns = float((steps[1:] * steps[:-1]).sum())
    spread = float(np.square(path - path.mean(axis=0)).sum(axis=1).mean())
    restless = float(np.square(steps).sum(axis=1).mean()) / 2
    return turns < 0 and restless > RESTLESS * spread and float(np.ptp(path, axis=0).max()) <= 2 * PLACE_REACH


def step(ways: Sequence[Way]) -> float:
    """How far a text jumps from frame to frame, in px."""
    return float(np.sqrt(np.square(np.diff(np.array(ways), axis=0)).sum(axis=1).mean()))


def wandered(ways: Sequence[Way], min_frames: int = MIN_FRAMES) -> int:
    """On how many of the first places, ``min_frames`` or more, a text wanders; it may have come on another way."""
    return max((count for count in range(min_frames, len(ways) + 1) if wanders(ways[:count])), default=0)
