"""How a text came to its place: it slides there, or jumps up to its size, before it stands."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.boxes import same_row
from subextract.luma import crop
from subextract.tracking.lines import LineTrack
from subextract.tracking.motion import located
from subextract.tracking.places import resemblance
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import Floats, Strokes, high_pass
from subextract.types import Box, Luma

LONGEST_WAY = 600  # ms; what moves for longer is not on its way to its place, but goes by
MIN_STEP = 1  # px from frame to frame, at least, on the way; what stands beside its place is another text
FASTEST_WAY = 0.6  # line heights from one frame to the next
FAR = 0.5  # line heights, at least, from where it comes; shapes in the scene creep
FOUND_ON_ITS_WAY = 0.6  # correlation with itself on the way, where it is blurred; a background gives up to 0.4
ON_ITS_WAY, MAY_BE_ANOTHER = 200, 60  # ms for which what is known as a line may be another one that comes
SMALLEST_SIZE, LARGEST_SIZE = 0.5, 1.2  # of its size, between which a text jumps up to it
COARSE_STEP = 0.03  # from one size to the next that is tried on the middle of the line
CHANGE = 0.01  # of its size, at least, by which it is another one on the frame before
MIDDLE_WIDTH = 1.5  # line heights on both sides of it
ENDS_MISS = 0.7  # px by which the ends of a line may miss
MIN_SIDE = 4  # px of a text that can be told from a background
MIDDLE_ROOM = 3  # px by which a text may lie beside the middle


def entrance(
    line: LineTrack, known: Sequence[LineTrack], recent: Sequence[StripFrame], *, words: Sequence[LineTrack] = ()
) -> int | None:
    """When a text that stands since ``line.since`` began to come there; None where it was there at once.

    ``known`` are other lines; those of them that are ``words`` stood there by themselves, if on two frames or more: a
    text that jumps up to its size is another one on each.
    """
    beside = [one for one in known if same_row(line.box, one.box)]
    stood = [one.last_time for one in beside if (one in words and one.first < one.last_time) or _stood(one)]
    earliest = max([line.since - LONGEST_WAY, *(time + 1 for time in stood)])
    before = [frame for frame in reversed(recent) if earliest <= frame.time < line.since]
    slid = _slid(line.strokes, before)
    return _jumped_up(line.strokes, before) if slid is None else slid


def _stood(one: LineTrack) -> bool:
    """Whether a line that is gone stood by itself, and was not another one that came: that moves on, or looks the same
    for a moment only."""
    return not one.moving and one.last_time - one.first > (MAY_BE_ANOTHER if one.is_firm else ON_ITS_WAY)


def _slid(strokes: Strokes, before: Sequence[StripFrame]) -> int | None:
    """When it began to slide to its place, if it did so on two frames or more; ``before`` are the latest ones first."""
    place, way = strokes.box, np.zeros(2, int)
    count = 0
    for frame in before:
        guess = place.moved(int(way[0]), int(way[1]))
        found, agreement = located(strokes, frame, guess, round(FASTEST_WAY * strokes.box.height))
        step = np.array([found.left - place.left, found.top - place.top])
        if agreement < FOUND_ON_ITS_WAY or np.abs(step).max() < MIN_STEP or step @ way < 0:
            break
        place, way, count = found, step, count + 1
    far = max(abs(place.left - strokes.box.left), abs(place.top - strokes.box.top)) >= FAR * strokes.box.height
    return _over_the_edge(strokes, place, way, before[count - 1 :]) if count > 1 and far else None


def _over_the_edge(strokes: Strokes, place: Box, way: NDArray[np.intp], before: Sequence[StripFrame]) -> int:
    """When a text that slides began to come over the edge of the picture; on the moments after the first of these too
    little of it is seen to be found but where it must be."""
    height, width = before[0].strip.shape
    since = before[0].time
    for frame in before[1:]:
        place = place.moved(int(way[0]), int(way[1]))
        seen = place.intersection(Box(0, 0, width, height))
        if seen == place or min(seen.width, seen.height) < MIN_SIDE:
            break
        part = crop(strokes.pattern, seen.moved(-place.left, -place.top))
        around = high_pass(crop(frame.strip, seen.padded(MIDDLE_ROOM, MIDDLE_ROOM, width, height)))
        if float(resemblance(part, around).max()) < FOUND_ON_ITS_WAY:
            break
        since = frame.time
    return since


def _jumped_up(strokes: Strokes, before: Sequence[StripFrame]) -> int | None:
    """When it began to grow to its size, or to shrink to it; what is of one size for long is something else."""
    since, after = None, 1.0
    for frame in before:
        size = _other_size(strokes, frame.strip)
        if size is None or abs(size - after) < CHANGE:
            break
        since, after = frame.time, size
    return since


def _other_size(strokes: Strokes, strip: Luma) -> float | None:
    """How large, of its size, a strip shows the text around the same middle; None where it does not."""
    box = strokes.box
    reach = min(box.width // 2, round(MIDDLE_WIDTH * box.height))
    middle = strokes.pattern[:, box.width // 2 - reach : box.width // 2 + reach]
    size = max(_sizes(SMALLEST_SIZE, LARGEST_SIZE, COARSE_STEP), key=lambda size: _likeness(middle, size, box, strip))
    fine = 2 * ENDS_MISS / box.width
    sizes = _sizes(size - COARSE_STEP, size + COARSE_STEP, fine) if fine < COARSE_STEP else [size]
    found = max((_likeness(strokes.pattern, size, box, strip), size) for size in sizes)
    return found[1] if found[0] >= FOUND_ON_ITS_WAY else None


def _sizes(smallest: float, largest: float, step: float) -> list[float]:
    return [float(size) for size in np.arange(smallest, largest, step)]


def _likeness(pattern: Floats, size: float, box: Box, strip: Luma) -> float:
    """How much what lies around the middle of a box resembles a pattern of another size."""
    width, height = round(size * pattern.shape[1]), round(size * pattern.shape[0])
    scaled = cv2.resize(pattern, (width, height), interpolation=cv2.INTER_AREA if size < 1 else cv2.INTER_LINEAR)
    left, top = (box.left + box.right - width) // 2, (box.top + box.bottom - height) // 2
    down = MIDDLE_ROOM + max(0, (box.height - height) // 2)  # it may stand on the same foot
    around = Box(left, top, left + width, top + height).padded(MIDDLE_ROOM, down, strip.shape[1], strip.shape[0])
    if around.width < width or around.height < height:
        return 0.0
    return float(resemblance(np.asarray(scaled, dtype=np.float32), high_pass(crop(strip, around))).max())
