"""Which parts of a long video can be worked on apart, and where what was found in them is joined.

Neighbouring parts overlap. Where exactly one ends and the next begins is decided when both have been looked at: at a
time at which neither saw a text begin, so that every text belongs to one of them, whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from subextract.durations import LOGO_TIME, NEVER
from subextract.types import Clip

USUAL = 300_000  # ms; the longer a part, the less is looked at twice; the shorter, the sooner is it done
LEAST = 60_000  # ms; of which a fifth is looked at twice
SEAM = 5_000  # ms around a cut in which the parts may be joined; longer than nearly any pause between two beginnings
LEAD = 8_000  # ms before a cut in which a tracker becomes familiar with what is there: more than SEAM and its memory

Found = tuple[int, Sequence[Clip]]


class Window(NamedTuple):
    """A part of a video from ``start`` to ``end`` (ms; None is the end of the video), looked at from ``first`` on."""

    first: int
    start: int
    end: int | None

    @property
    def settled(self) -> int | None:
        """The time until which it must be known what begins."""
        return None if self.end is None else self.end + SEAM

    @property
    def last(self) -> int | None:
        """The time at which looking ends, even if a text is still up: it is no subtitle."""
        return None if self.end is None else self.end + SEAM + LOGO_TIME + LEAD


def windows(start: int, end: int, workers: int) -> list[Window]:
    """The parts of what lies between two times (ms), as many as keep so many workers equally busy."""
    workers = max(1, min(workers, (end - start) // LEAST))
    count = workers * max(1, round((end - start) / (workers * USUAL))) if workers > 1 else 1
    cuts = [start + (end - start) * number // count for number in range(count)]
    return [Window(max(start, cut - LEAD), cut, end) for cut, end in zip(cuts, [*cuts[1:], None], strict=True)]


def joined(parts: Iterable[tuple[Window, Iterator[Found]]]) -> Iterator[Found]:
    """What was found in neighbouring parts, as if it had been found in one.

    Each part yields clips in order of start with the time (ms) before which no further one will start; so does the
    answer. What stays where a part ends is a logo: it comes in pieces that overlap.
    """
    waiting: list[Clip] = []  # clips that begin near the end of a part: the next one may have them, too
    over: int | None = None  # what ends later than this was cut off at the end of the part before
    for window, found in parts:
        first = window.start, list[Clip]()
        if over is not None:
            known, early = _until(window.start + SEAM, found)
            seam = _quiet([clip.start for clip in (*waiting, *early)], window.start)
            yield seam, [clip for clip in waiting if clip.start < seam]
            first = known, [clip for clip in early if clip.start >= seam or clip.end > over]
        waiting, over = [], 0
        near = NEVER if window.end is None else window.end - SEAM
        for known, clips in chain([first], found):
            yield min(known, near), [clip for clip in clips if clip.start < near]
            waiting += [clip for clip in clips if clip.start >= near]
            over = max([over, known, *(clip.end for clip in clips)])
    if waiting:  # there is no next part: the video broke off
        yield over or 0, waiting


def _until(time: int, found: Iterator[Found]) -> tuple[int, list[Clip]]:
    """What begins before a time, and a little more; with the time before which no further one will start."""
    clips: list[Clip] = []
    known = 0
    for known, more in found:
        clips += more
        if known >= time:
            break
    return known, clips


def _quiet(starts: Sequence[int], cut: int) -> int:
    """The middle of the longest time near a cut in which nothing begins."""
    low, high = cut - SEAM, cut + SEAM
    edges = sorted({low, high, *(start for start in starts if low < start < high)})
    gap, begin = max((after - before, before) for before, after in pairwise(edges))
    return begin + gap // 2
