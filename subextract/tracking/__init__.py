"""How long each text stays up: frame-exact clips."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from subextract.tracking.zones import Detect, Gate, Stay, ZoneTracker
from subextract.types import Box, Clip, Frame, Image, Zone

__all__ = ["track"]

TOGETHER = 90  # ms; lines of one cue appear and leave on the same frame, two at most where a fade blurs the edge


def track(
    frames: Iterable[Frame], zones: Sequence[Zone], *, detect: Detect, gate: Callable[[], Gate]
) -> Iterator[Clip]:
    """Clips of the texts in the zones, each as soon as its end is certain, nearly in order of their ends.

    ``detect`` finds lines on RGB pictures; ``gate`` makes one gate per zone.
    """
    trackers = [ZoneTracker(zone, detect, gate()) for zone in zones]
    waiting: list[list[Stay]] = [[] for _ in zones]
    for frame in frames:
        for tracker, stays in zip(trackers, waiting, strict=True):
            stays += tracker.feed(frame)
            if stays and not tracker.busy:
                yield from clips(stays)
                stays.clear()
    for tracker, stays in zip(trackers, waiting, strict=True):
        stays += tracker.finish()
        yield from clips(stays)


def clips(stays: Iterable[Stay]) -> Iterator[Clip]:
    """Lines that come and go together are one clip."""
    groups: list[list[Stay]] = []
    for stay in sorted(stays, key=lambda stay: (stay.start, stay.box.top)):
        for group in groups:
            if _together(group[0], stay):
                group.append(stay)
                break
        else:
            groups.append([stay])
    for group in groups:
        yield _clip(group)


def _together(one: Stay, other: Stay) -> bool:
    return abs(one.end - other.end) <= TOGETHER and abs(one.start - other.start) <= TOGETHER


def _clip(group: Sequence[Stay]) -> Clip:
    """One picture of the whole group, each line taken from where it shows best."""
    order = sorted(group, key=lambda stay: stay.box.top)
    box = order[0].pictures[0].box
    for stay in order:
        box = box.union(stay.pictures[0].box)
    canvas = np.zeros((box.height, box.width, 3), np.uint8)
    for stay in order:
        place = stay.pictures[0].box.moved(-box.left, -box.top)
        canvas[place.top : place.bottom, place.left : place.right] = fused(stay)
    lines = tuple(stay.box.moved(-box.left, -box.top).intersection(Box(0, 0, box.width, box.height)) for stay in order)
    strongest = max(group, key=lambda stay: float(stay.strokes.energy.sum()))
    return Clip(strongest.start, strongest.end, canvas, box, lines)


def fused(stay: Stay) -> Image:
    """The mean of the pictures on which the text is wholly there: the text stays, the ground blurs."""
    best = max(picture.contrast for picture in stay.pictures)
    whole = [picture.image for picture in stay.pictures if picture.contrast > 0.85 * best]
    return np.asarray(np.mean(whole, axis=0).round(), dtype=np.uint8)
