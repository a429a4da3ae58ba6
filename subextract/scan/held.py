"""How a picture that stays for long is seen again and again while it is shown.

Slide shows and recordings of screens hold one frame for seconds, where other films repeat it. What follows text
compares frames over time, and must see such text stand still, too.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import replace
from itertools import pairwise

from subextract.types import Frame

HELD_FRAME = 400  # ms until the next frame, from which on one is held; slower than any film
REPEAT_STEP, SLOW_REPEAT_STEP = 100, 1000  # ms between two repeats, within the first second and after it
SETTLED_PICTURE = 1000  # ms after which whatever stands still is known to


def held(frames: Iterable[Frame]) -> Generator[Frame, None, None]:
    """The frames in order, each repeated at later times for as long as it is shown alone."""
    before: Frame | None = None
    for frame in frames:
        if before:
            yield from _shown(before, frame.time)
        before = frame
    if before:
        yield before


def _shown(frame: Frame, until: int) -> Generator[Frame, None, None]:
    """The frame, and its repeats until a time (ms); together they last until then."""
    if until - frame.time < HELD_FRAME:
        yield frame
        return
    quick = range(frame.time, min(until, frame.time + SETTLED_PICTURE), REPEAT_STEP)
    times = [*quick, *range(frame.time + SETTLED_PICTURE, until, SLOW_REPEAT_STEP)]
    for time, end in pairwise([*times, until]):
        yield replace(frame, time=time, duration=end - time)
