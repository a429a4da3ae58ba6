"""The cost of a run, told before it: by some videos of the library, parts of which are read."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

from subextract.cluster import work
from subextract.cluster.messages import Found, Scanned, Video
from subextract.cluster.node import attended_by, refuse
from subextract.cluster.running import Plan
from subextract.errors import SubextractError

Result = TypeVar("Result")

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
    """The expected cost of all videos: hours of video, core hours, and lines for a model.

    ``samples`` is the number of videos by which it was told, ``failed`` that of those which could not be read.
    """

    videos: int
    bytes: int
    hours: float
    core_hours: float
    lines: float
    samples: int
    failed: int


def estimated(plan: Plan, tell: Callable[[Video, SubextractError], None]) -> Estimate:
    """The cost of what is missing, by parts of some videos spread over it, read one after the other on this machine.

    ``tell`` is called with each video that is not there or cannot be read, and its error.
    """
    wanted = list(_without_errors(plan.missing, _accepted, tell))
    chosen = wanted[:: max(1, len(wanted) // SAMPLED)][:SAMPLED]
    samples = list(_without_errors(chosen, partial(_sample, plan=plan), tell))
    return extrapolated(wanted, samples, len(chosen) - len(samples))


def _without_errors(
    videos: Iterable[Video], work: Callable[[Video], Result], tell: Callable[[Video, SubextractError], None]
) -> Iterator[Result]:
    for video in videos:
        try:
            yield work(video)
        except SubextractError as error:
            tell(video, error)


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
    """Say what all videos will cost, line by line."""
    failed = f"; {cost.failed} more could not be read" if cost.failed else ""
    yield f"Estimated by {cost.samples} of {cost.videos} videos{failed}:"
    yield f"  about {_short(cost.hours)} hours of video, {_short(cost.bytes / 1e9)} GB to be read"
    yield f"  about {_short(cost.core_hours)} core hours"
    if cost.lines:
        gpu_hours = _short(cost.lines / 3600)
        yield f"  about {cost.lines:.0f} lines for the model: {gpu_hours} GPU hours per 1/s that it reads"


def _short(number: float) -> str:
    """A number with one decimal, or two digits of a small one."""
    return f"{number:,.1f}" if number >= 1 else f"{number:.2g}"


def _accepted(video: Video) -> Video:
    refuse(video)
    return video


def _sample(video: Video, plan: Plan) -> Sample:
    """Read one video, or its first minute. SubextractError where it cannot be read."""
    options = {**plan.order.options, "end": PART}
    order = replace(plan.order, options=options)
    job = work.scan if order.split else work.read_whole
    with TemporaryDirectory() as folder:
        task = work.Task(video, order, str(Path(folder, "work")))
        before = _core_seconds()
        found = attended_by(order, partial(job, task))
    duration, lines = _told(found)
    return Sample(video.size, duration, min(duration, PART), _core_seconds() - before, lines)


def _core_seconds() -> float:
    """The time (s) for which processes that have ended used cores; waiting for busy ones is no cost."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _told(found: Found | Scanned) -> tuple[int, int]:
    """The duration (ms), and the lines for a model."""
    if isinstance(found, Found):
        return found.duration or 0, 0
    return found.duration, len(found.clips)
