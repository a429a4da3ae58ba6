"""Which parts of a long video can be worked on apart, and where what was found in them is joined.

Neighbouring parts overlap. Where exactly one ends and the next begins is decided when both have been looked at: at a
time at which neither saw a text begin, so that every text belongs to one of them, whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from subextract.durations import LOGO_TIME, NEVER
from subextract.types import Batch, Clip

USUAL_LENGTH = 300_000  # ms; the longer a part, the less is looked at twice; the shorter, the sooner is it done
MIN_LENGTH = 60_000  # ms; of which a fifth is looked at twice
SEAM = 5_000  # ms around a cut in which the parts may be joined; longer than nearly any pause between two beginnings
LEAD = 8_000  # ms before a cut in which a tracker becomes familiar with what is there: more than SEAM and its memory


class Segment(NamedTuple):
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


def split(start: int, end: int, workers: int) -> list[Segment]:
    """The parts between two times (ms), as many as keep the workers equally busy."""
    workers = max(1, min(workers, (end - start) // MIN_LENGTH))
    count = workers * max(1, round((end - start) / (workers * USUAL_LENGTH))) if workers > 1 else 1
    cuts = [start + (end - start) * number // count for number in range(count)]
    return [Segment(max(start, cut - LEAD), cut, end) for cut, end in zip(cuts, [*cuts[1:], None], strict=True)]


def stitch(parts: Iterable[tuple[Segment, Iterator[Batch[Clip]]]]) -> Iterator[Batch[Clip]]:
    """The clips of neighbouring parts, as if they had been found in one.

    What stays where a part ends is a logo: it comes in pieces that overlap.
    """
    waiting: list[Clip] = []  # clips that begin near the end of a part: the next one may have them, too
    over: int | None = None  # what ends later than this was cut off at the end of the part before
    for segment, batches in parts:
        first = Batch[Clip](segment.start, [])
        if over is not None:
            early = _until(segment.start + SEAM, batches)
            seam = _quiet([clip.start for clip in (*waiting, *early.items)], segment.start)
            yield Batch(seam, [clip for clip in waiting if clip.start < seam])
            first = early._replace(items=[clip for clip in early.items if clip.start >= seam or clip.end > over])
        waiting, over = [], 0
        near = NEVER if segment.end is None else segment.end - SEAM
        for complete_until, clips in chain([first], batches):
            yield Batch(min(complete_until, near), [clip for clip in clips if clip.start < near])
            waiting += [clip for clip in clips if clip.start >= near]
            over = max([over, complete_until, *(clip.end for clip in clips)])
    if waiting:  # there is no next part: the video broke off
        yield Batch(over or 0, waiting)


def _until(time: int, batches: Iterator[Batch[Clip]]) -> Batch[Clip]:
    """The batches that are needed to know what begins before a time, as one."""
    clips: list[Clip] = []
    complete_until = 0
    for complete_until, more in batches:
        clips += more
        if complete_until >= time:
            break
    return Batch(complete_until, clips)


def _quiet(starts: Sequence[int], cut: int) -> int:
    """The middle of the longest time near a cut in which nothing begins."""
    low, high = cut - SEAM, cut + SEAM
    edges = sorted({low, high, *(start for start in starts if low < start < high)})
    gap, begin = max((after - before, before) for before, after in pairwise(edges))
    return begin + gap // 2
