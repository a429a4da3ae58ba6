"""What a run will cost, told before it: by some videos of the library, parts of which are read."""

from __future__ import annotations

import resource
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from subextract.cluster import work
from subextract.cluster.attending import attended
from subextract.cluster.messages import Found, Scanned, Video
from subextract.cluster.running import Plan
from subextract.errors import SubextractError

SAMPLED = 10  # videos
PART = 60_000  # ms of each


class Sample(NamedTuple):
    """A part of a video that was read: its bytes, ``duration`` and what was read of that (ms), core ``seconds``, and
    lines for a model."""

    size: int
    duration: int
    read: int
    seconds: float
    lines: int


class Estimate(NamedTuple):
    """What all videos will cost. ``samples`` is by how many it was told, ``failed`` how many could not be read."""

    videos: int
    bytes: int
    hours: float
    core_hours: float
    lines: float
    samples: int
    failed: int


def estimated(plan: Plan) -> Estimate:
    """The cost of what is missing, by parts of some videos spread over it, read one after the other on this machine."""
    wanted = [video for video in plan.missing if video.size >= 0 and not video.clash]
    chosen = wanted[:: max(1, len(wanted) // SAMPLED)][:SAMPLED]
    samples = [sample for video in chosen if (sample := _sample(video, plan))]
    return extrapolated(wanted, samples, len(chosen) - len(samples))


def extrapolated(videos: Sequence[Video], samples: Sequence[Sample], failed: int = 0) -> Estimate:
    """The cost of all videos by some: durations by their bytes, core hours and lines by their durations."""
    size = sum(video.size for video in videos)
    per_byte = sum(each.duration for each in samples) / max(1, sum(each.size for each in samples))
    hours = size * per_byte / 3_600_000
    read = max(1, sum(each.read for each in samples)) / 3_600_000
    cores = sum(each.seconds for each in samples) / 3600 / read
    lines = sum(each.lines for each in samples) / read
    return Estimate(len(videos), size, hours, hours * cores, hours * lines, len(samples), failed)


def sentences(cost: Estimate) -> Iterator[str]:
    """What a person is told of it."""
    yield f"Estimated by {cost.samples} videos, {cost.failed} more could not be read:"
    yield f"  {cost.videos} videos, about {cost.hours:.1f} hours, {cost.bytes / 1e9:.1f} GB to be read"
    yield f"  about {cost.core_hours:.1f} core hours"
    if cost.lines:
        yield f"  about {cost.lines:.0f} lines for the model: {cost.lines / 3600:.2f} GPU hours per 1/s that it reads"


def _sample(video: Video, plan: Plan) -> Sample | None:
    """One video, or its first minute; None where it cannot be read."""
    options = {**plan.order.options, "end": PART}
    order = replace(plan.order, options=options)
    job = work.scan if order.split else work.read_whole
    with TemporaryDirectory() as folder:
        task = work.Task(video, order, str(Path(folder, "work")))
        before = _core_seconds()
        try:
            found = attended(partial(job, task), order.cores, order.stall, order.limit)
        except SubextractError:
            return None
    duration, lines = _told(found)
    return Sample(video.size, duration, min(duration, PART), _core_seconds() - before, lines)


def _core_seconds() -> float:
    """What the processes that have ended took of the cores; how long they waited for busy ones says nothing."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _told(found: Found | Scanned) -> tuple[int, int]:
    """The duration (ms), and the lines for a model."""
    if isinstance(found, Found):
        return found.duration or 0, 0
    return found.duration, len(found.clips)
