"""How the pictures of a video become clips: all of them here, or parts of them in several processes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import starmap

from subextract import ocr
from subextract.concurrency.cores import cores
from subextract.concurrency.prefetch import prefetch
from subextract.concurrency.workers import run_in_processes
from subextract.errors import DecodeError
from subextract.media import Decoding, frames, reachable
from subextract.scan.gate import Cuts, Gate
from subextract.scan.held import held
from subextract.scan.segments import Segment, split, stitch
from subextract.tracking import Elsewhere, Sampling, track
from subextract.types import Batch, Clip, Detect, Frame, Video, Zone

log = logging.getLogger(__name__)

BYTES_AHEAD, MAX_AHEAD = 96 << 20, 24  # of decoded pictures, and pictures, that wait for being looked at
CORES_PER_PROCESS = 2  # one decodes while another one looks
MAX_PROCESSES = 4  # unless more are asked for; each takes as much memory as one that works alone


@dataclass(frozen=True, slots=True)
class ScanJob:
    """A scan: which part of a video is looked at, and how.

    ``start`` and ``end`` are in ms; ``keep`` are the kinds of other text (Cue.kind), ``elsewhere`` is where other text
    than that of the zones may be found.

    Where what comes before ``start`` is known, the pictures from ``first`` on make the trackers familiar with it.
    """

    video: Video
    zones: Sequence[Zone]
    how: Decoding
    start: int = 0
    end: int | None = None
    keep: frozenset[str] = frozenset()
    threads: int | None = None
    first: int | None = None
    elsewhere: Elsewhere = field(default_factory=Elsewhere)


@dataclass(frozen=True, slots=True)
class Scanned:
    """A batch of clips.

    ``seen`` is the time until which the pictures were looked at; where several parts are looked at, until which they
    would have been, one after the other. ``left_out`` and ``skipped`` count what was met since the answer before.
    """

    batch: Batch[Clip]
    seen: int
    left_out: Mapping[str, int]
    skipped: int


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The scan that a survey leads to, and how many texts of each kind the survey left out."""

    task: ScanJob
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Known:
    """Results of an earlier scan elsewhere: the survey, the ``parts``, and the answers of each."""

    surveyed: Surveyed
    parts: Sequence[Segment]
    answers: Sequence[Iterator[Scanned]]


# By the path of the video. Only what ``known`` puts in stands in it, and only for as long as that lasts.
_known: dict[str, Known] = {}


@contextmanager
def known(path: str, found: Known) -> Iterator[None]:
    """As long as this lasts, who scans the video in this process is given what was found of it before."""
    _known[path] = found
    try:
        yield
    finally:
        del _known[path]


def known_of(path: str) -> Known | None:
    """The results of an earlier scan of a video; None where it is to be looked at."""
    return _known.get(path)


def scan(task: ScanJob, detect: Detect, processes: int = 1) -> Generator[Scanned, None, None]:
    """The clips of a video; 0 is as many processes as suit the cores.

    Raises DecodeError after the last answer where the video breaks off, and WorkerDied.
    """
    if found := known_of(task.video.path):
        yield from _put_together(found.parts, found.answers, _Gathered(found.parts), arriving=True)
        return
    processes = processes or max(1, min(MAX_PROCESSES, (task.threads or cores()) // CORES_PER_PROCESS))
    parts = segments_of(task, processes)
    if len(parts) > 1:
        yield from _in_segments(task, parts, processes)
    else:
        yield from scan_segment(task, parts[0], detect)


def scan_segment(task: ScanJob, part: Segment, detect: Detect | None = None) -> Generator[Scanned, None, None]:
    """The clips of a part of a video. DecodeError after the last answer where the video breaks off."""
    detect = detect or ocr.detector(threads=task.threads).detect
    pictures = _Pictures(task, part)
    waiting = prefetch(pictures.shown(), _frames_ahead(task.video))
    sampling, tell = Sampling(Gate, Cuts(), task.elsewhere), pictures.met.leave_out
    following = track(waiting, task.zones, detect=detect, sampling=sampling, keep=task.keep, leave_out=tell)
    for batch in starmap(Batch[Clip], following):
        pictures.complete_until = batch.complete_until
        yield pictures.met.answer(batch, pictures.seen)
    if pictures.broken:
        raise pictures.broken


class _Met:
    """Counts of what was met besides subtitles since the answer before."""

    def __init__(self) -> None:
        self.left_out: Counter[str] = Counter()
        self.skipped = 0

    def leave_out(self, kind: str) -> None:
        self.left_out[kind] += 1

    def skip(self, packets: int) -> None:
        self.skipped += packets

    def answer(self, batch: Batch[Clip], seen: int) -> Scanned:
        """Clips, with what was met."""
        answer = Scanned(batch, seen, self.left_out, self.skipped)
        self.left_out, self.skipped = Counter(), 0
        return answer


class _Pictures:
    """The pictures of a part, and how far they are: the scan sets ``complete_until``."""

    def __init__(self, task: ScanJob, part: Segment) -> None:
        self.met = _Met()
        self.seen = self.complete_until = part.first
        self.broken: DecodeError | None = None
        self._task, self._part = task, part

    def shown(self) -> Generator[Frame, None, None]:
        """Each picture, until it is known what begins in the part."""
        task, part = self._task, self._part
        end = min((time for time in (task.end, part.last) if time is not None), default=None)
        try:
            decoded = frames(task.video.path, start=part.first, end=end, on_skip=self.met.skip, how=task.how)
            for frame in held(decoded):
                if part.settled is not None and self.complete_until >= part.settled:
                    return
                yield frame
                self.seen = frame.time + frame.duration
        except DecodeError as error:  # the tracker finishes what it has first
            self.broken = error


def _frames_ahead(video: Video) -> int:
    """How many decoded pictures may wait: a second's worth of small ones, few of 4K."""
    return max(2, min(MAX_AHEAD, BYTES_AHEAD // max(1, 3 * video.width * video.height)))


def segments_of(task: ScanJob, processes: int) -> Sequence[Segment]:
    """The parts for a number of processes; the whole video if it is not certain that parts can be entered."""
    end = task.end or task.video.duration
    first = task.start if task.first is None else task.first
    parts = split(task.start, end, processes) if processes > 1 and end else []
    if len(parts) > 1 and reachable(task.video.path, parts[-1].first):
        log.info("%d parts of the video are looked at in %d processes", len(parts), processes)
        return [parts[0]._replace(first=first), *parts[1:]]
    return [Segment(first, task.start, None)]


def _in_segments(task: ScanJob, parts: Sequence[Segment], processes: int) -> Generator[Scanned, None, None]:
    threads = max(1, (task.threads or cores()) // processes)
    task = replace(task, threads=threads, how=replace(task.how, threads=threads))
    gathered = _Gathered(parts)
    jobs = [partial(scan_segment, task, part) for part in parts]
    with run_in_processes(jobs, processes, threads=threads, on_item=gathered.arrived) as answers:
        yield from _put_together(parts, answers, gathered)


def _put_together(
    parts: Sequence[Segment], answers: Sequence[Iterator[Scanned]], gathered: _Gathered, *, arriving: bool = False
) -> Generator[Scanned, None, None]:
    """The answers of the parts as if they were one; ``arriving`` where nobody else counts them."""
    if arriving:
        answers = [_told(number, each, gathered) for number, each in enumerate(answers)]
    for batch in stitch(gathered.found(answers)):
        yield gathered.met.answer(batch, gathered.seen)
    if gathered.broken:
        raise gathered.broken


def _told(number: int, answers: Iterator[Scanned], gathered: _Gathered) -> Iterator[Scanned]:
    for answer in answers:
        gathered.arrived(number, answer)
        yield answer


class _Gathered:
    """The answers of the parts, one after the other, until one breaks off; and how far all of them are."""

    def __init__(self, parts: Sequence[Segment]) -> None:
        self.met = _Met()
        self.broken: DecodeError | None = None
        self._parts = parts
        self._done = [0] * len(parts)

    @property
    def seen(self) -> int:
        return self._parts[0].start + sum(self._done)

    def arrived(self, number: int, answer: Scanned) -> None:
        """A part has come so far, whether or not it is its turn."""
        part = self._parts[number]
        until = answer.seen if part.end is None else min(answer.seen, part.end)
        self._done[number] = max(0, until - part.start)

    def found(self, answers: Sequence[Iterator[Scanned]]) -> Iterator[tuple[Segment, Iterator[Batch[Clip]]]]:
        for part, its in zip(self._parts, answers, strict=True):
            if not self.broken:
                yield part, self._of(part, its)

    def _of(self, part: Segment, answers: Iterator[Scanned]) -> Iterator[Batch[Clip]]:
        try:
            for answer in answers:
                if part.start <= answer.seen and (part.end is None or answer.seen < part.end):  # else another tells it
                    self.met.left_out.update(answer.left_out)
                    self.met.skip(answer.skipped)
                yield answer.batch
        except DecodeError as error:
            self.broken = error
