"""Tells whether a text moves over the picture.

A text moves if it is displaced twice as far at twice the lag: the test of a constant-velocity model (Bar-Shalom, Li,
Kirubarajan, "Estimation with applications to tracking and navigation", 2001, ch. 6) on three frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice, takewhile

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.luma import crop
from subextract.tracking.places import FOUND_ELSEWHERE, Way, beside, resemblance, step, wandered
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import Strokes, high_pass
from subextract.types import Box

LAGS = (80, 500)  # ms to look back: for what crosses the picture in seconds, and for what creeps
SHIFT = 2  # px on the strip; less is jitter of the encoder
EVEN_SPEED = 0.35  # by how much of the way the second half of a movement may differ from the first
SWAY_STEP = 80  # ms from one place of a text that sways to the next
CREEP = 6  # px on the strip between them; what moves faster is found by its steady way, or slides in on purpose
SWAY_FRAMES = 8  # frames; what sways seems to turn back on fewer, between two pixels
LEAP = 0.5  # px from one frame to the next
LOOKED_AT = 24  # frames that show whether a text turns back from each to the next
PLACES = 3  # a line that follows another and shares its letters stands at one other place, not at several


def way(strokes: Strokes, recent: Sequence[StripFrame]) -> NDArray[np.intp] | None:
    """The displacement of strokes that move at constant velocity.

    Args:
        strokes: those that the last of the frames shows.
        recent: frames in order of time.

    Returns:
        (right, down) in px over the shortest of LAGS that shows the movement; None if the strokes stand or jump.
    """
    found = next((found for lag in LAGS if (found := _way(strokes, recent, lag)) is not None), None)
    return None if found is None or jumps(strokes, reversed(recent)) else found


def jumps(strokes: Strokes, frames: Iterable[StripFrame]) -> bool:
    """Whether the strokes jump about their place from frame to frame; ``frames`` begin at their place."""
    found = (beside(strokes, frame.strip) for frame in islice(frames, LOOKED_AT))
    ways = [each[0] for each in takewhile(bool, found) if each]
    count = wandered(ways, min(len(ways), SWAY_FRAMES))
    return count > 0 and step(ways[:count]) > LEAP


def _way(strokes: Strokes, recent: Sequence[StripFrame], lag: int) -> NDArray[np.intp] | None:
    """How far away they were ``lag`` ms ago, if they were as far from there the same time before."""
    now = recent[-1].time
    near = next((frame for frame in reversed(recent) if frame.time <= now - lag), None)
    far = next((frame for frame in reversed(recent) if near and frame.time <= 2 * near.time - now), None)
    if near is None or far is None:
        return None
    reach = 2 * strokes.box.height
    first, second = shift(strokes, near, reach), shift(strokes, far, reach)
    if first is None or second is None:
        return None
    steady = float(np.abs(second - 2 * first).max()) <= max(1.0, EVEN_SPEED * float(np.abs(second).max()))
    return first if steady else None


def drifts(strokes: Strokes, frames: Iterable[StripFrame]) -> bool:
    """Whether the strokes sway like a thing in a hand: they are at several places by small steps, and do not just jump
    about one.

    ``frames`` are those before or after the strokes were at their place, from then on.
    """
    home, place, time = strokes.box, strokes.box, -SWAY_STEP
    frames = list(frames)
    path = [Way(0, 0)]
    for frame in frames:
        if abs(frame.time - time) < SWAY_STEP:
            continue
        place, agreement = located(strokes, frame, place, CREEP)
        if agreement < FOUND_ELSEWHERE:
            break
        time = frame.time
        path.append(Way(place.left - home.left, place.top - home.top))
    return len(set(path)) >= PLACES and max(way.length for way in path) >= SHIFT and not jumps(strokes, frames)


def rolls(right: float, down: float) -> bool:
    """Whether a way is that of rolling credits: straight up or down."""
    return abs(right) < abs(down) / 4


def risen(strokes: Strokes, frame: StripFrame) -> bool:
    """Whether a moment shows the strokes above or below their place."""
    found, agreement = located(strokes, frame, strokes.box, strokes.box.height // 2)
    return agreement >= FOUND_ELSEWHERE and found.top != strokes.box.top


def slipped(strokes: Strokes, frame: StripFrame) -> bool:
    """Whether the strokes, which were at their place on the frame before, are now a little beside it."""
    return shift(strokes, frame, strokes.box.height // 2) is not None


def shift(strokes: Strokes, frame: StripFrame, reach: int) -> NDArray[np.intp] | None:
    """How far (right, down) from their place a moment shows the strokes, up to ``reach`` px; None at their place."""
    strip = frame.strip
    box = _with_room(strokes.box, reach, strip.shape[1])
    around = box.padded(reach, reach, strip.shape[1], strip.shape[0])
    pattern = crop(strokes.pattern, box.moved(-strokes.box.left, -strokes.box.top))
    agreement = resemblance(pattern, high_pass(crop(strip, around)))
    home_left, home_top = box.left - around.left, box.top - around.top
    home = float(agreement[home_top, home_left])
    _, best, _, (left, top) = cv2.minMaxLoc(agreement)
    way = np.array([left - home_left, top - home_top])
    return way if best > max(FOUND_ELSEWHERE, home + 0.2) and np.abs(way).max() >= SHIFT else None


def _with_room(box: Box, reach: int, width: int) -> Box:
    """The part of a box that can be moved to both sides in a picture of that width: tickers are as wide as it is."""
    left, right = max(box.left, reach), min(box.right, width - reach)
    return box._replace(left=left, right=right) if right - left > 2 * box.height else box


def located(strokes: Strokes, frame: StripFrame, place: Box, reach: int) -> tuple[Box, float]:
    """Where within ``reach`` px of a place a moment shows the strokes best, and their correlation there.

    At the edge of the picture the part inside it counts; of a text that is mostly outside nothing is left.
    """
    height, width = frame.strip.shape
    inside = place.intersection(Box(0, 0, width, height))
    if inside.width <= 0 or inside.height <= 0 or 2 * inside.area < place.area:
        return place, 0.0
    around = inside.padded(reach, reach, width, height)
    part = inside.moved(-place.left, -place.top)
    agreement = resemblance(crop(strokes.pattern, part), high_pass(crop(frame.strip, around)))
    _, best, _, (left, top) = cv2.minMaxLoc(agreement)
    return place.moved(around.left + left - inside.left, around.top + top - inside.top), float(best)
