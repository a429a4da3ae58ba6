"""The work on one video in a process of its own: all of it, or the part before or after a model elsewhere."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from subextract import ocr, output
from subextract.cluster.addresses import bare, is_url, parted
from subextract.cluster.clips import Collector, Replayer, Waiting
from subextract.cluster.messages import Found, Long, Order, Scanned, Video
from subextract.cluster.parts import Cut, Kept
from subextract.cluster.stores import Store
from subextract.concurrency.limits import limit
from subextract.concurrency.liveness import alive, heard
from subextract.durations import NEVER
from subextract.errors import DecodeError, SubextractError, UsageError
from subextract.languages.identification import language_of_cues
from subextract.media import lent, probe
from subextract.output import Checkpoint, Plan
from subextract.runner import Outcome, Unheard, run, stream
from subextract.subtitles import contents
from subextract.types import Line, Source

PIECE = 8 << 20  # bytes of a copy at a time

Tell = Callable[[Any], None]


class Task(NamedTuple):
    """A video and how it is done; ``folder`` is for files that nobody needs afterwards."""

    video: Video
    order: Order
    folder: str


def read_whole(task: Task, tell: Tell) -> None:
    """Read a video as the command line does, and tell its results (Found), or that it is long (Long)."""
    with _begun(task, tell) as (path, results):
        plan = _plan(path, task, results)
        tell(_cut(plan, task) or _found(run(plan, _Alive()), path, task))


def scan(task: Task, tell: Tell) -> None:
    """Find the lines of a video that a model is to read, and tell them (Scanned).

    What needs no model, as a track of text does, is read whole, and told as Found; what is long is told as Long.
    """
    with _begun(task, tell) as (path, results):
        plan = _plan(path, task, results)
        if plan.track and plan.track.kind == "text":
            tell(_found(run(plan, _Alive()), path, task))
        else:
            tell(_cut(plan, task) or _collected(plan, task))


def scan_part(task: Task, rest: bytes, number: int, tell: Tell) -> None:
    """Scan a part of a long video (counted from 0), and tell its findings, pickled."""
    cut: Cut = pickle.loads(rest)
    found = []
    with _begun(task, tell) as (path, _):
        for answer in cut.scanned(number, str(path)):
            found.append(answer)
            alive()
    tell(pickle.dumps(found))


def join(task: Task, rest: bytes, tell: Tell) -> None:
    """Join the parts of a long video and go on as after its scan: tell its results (Found), or its clips (Scanned)."""
    cut: Cut = pickle.loads(rest)
    kept = Kept(task.video, task.order)
    with _begun(task, tell) as (path, results), cut.together(str(path), list(map(kept.read, range(len(cut.parts))))):
        plan = _plan(path, task, results)
        if task.order.split:
            tell(_collected(plan, task))
        else:
            tell(_found(run(plan, _Alive()), path, task))


def _cut(plan: Plan, task: Task) -> Long | None:
    """The parts of a video that is long, and burned in; None of others."""
    video = plan.source.video if plan.source else probe(plan.video)
    until = min(plan.options.end or NEVER, video.duration or 0)
    if plan.track or until - plan.options.start <= task.order.longest:
        return None
    with ocr.standing_in(plan.options.engine, Collector()), stream(plan, lambda done, total: None) as extraction:
        surveyed = extraction.surveyed()
    assert surveyed is not None
    cut = Cut.of(surveyed, until - plan.options.start)
    return Long(len(cut.parts), pickle.dumps(cut)) if len(cut.parts) > 1 else None


def _collected(plan: Plan, task: Task) -> Scanned:
    collector = Collector()
    with ocr.standing_in(task.order.options["engine"], collector):
        return _scanned(plan, collector)


def finish(task: Task, rest: bytes, answers: Sequence[Sequence[Line]], tell: Tell) -> None:
    """Decide and write with the lines that were read (those of each clip, in order), and tell the results (Found)."""
    waiting: Waiting = pickle.loads(rest)
    with _begun(task, tell) as (path, results):
        source = replace(waiting.source, video=replace(waiting.source.video, path=str(path)))
        plan = output.plan_for(source, task.order.options_in(results))
        if past := waiting.told(answers):
            plan = replace(plan, checkpoint=Checkpoint(past, 0, {}))
        with ocr.standing_in(task.order.options["engine"], Replayer(answers)):
            found = _found(run(plan, _Alive()), path, task)
        if waiting.broken:
            found = replace(found, broken=waiting.broken, files=found.files if found.cues else {})
        tell(found)


@contextmanager
def _begun(task: Task, tell: Tell) -> Iterator[tuple[Path, Path]]:
    """The path by which the video is opened, and an empty folder for results; errors name the place of the video."""
    import subextract.pipeline  # noqa: F401 - its libraries take long; the silence until they are there is no stall

    limit(task.order.memory)
    tell(None)
    results = Path(task.folder, "results")
    results.mkdir(parents=True)
    place, path = task.video.place, _path(task)
    try:
        with heard(lambda: tell(None)), _there(task, path):
            yield path, results
    except MemoryError:
        raise SubextractError(f"It needs more than {task.order.memory} MiB of memory; --memory allows more.") from None
    except SubextractError as error:
        raise type(error)(str(error).replace(str(path), place)) from None


def _path(task: Task) -> Path:
    """A file of a store has no path; its address with one slash less serves as one."""
    if task.order.copy:
        return Path(task.folder, Path(bare(task.video.place)).name)
    return Path(bare(task.video.place))


@contextmanager
def _there(task: Task, path: Path) -> Iterator[None]:
    """As long as this lasts, the video can be opened by its path."""
    if not is_url(task.video.place) and not task.order.copy:
        yield
        return
    folder, name = parted(task.video.place)
    file = Store(folder).ahead(name, task.video.size)
    try:
        if task.order.copy:
            _copy(file.stream(), path)
            yield
        else:
            with lent(path, file):
                yield
    finally:
        file.close()


def _copy(source: Any, path: Path) -> None:
    with path.open("wb") as copy:
        while piece := source.read(PIECE):
            copy.write(piece)
            alive()


def _plan(path: Path, task: Task, results: Path) -> Plan:
    (plan,) = output.plan([path], task.order.options_in(results))
    if isinstance(plan, UsageError):
        raise plan
    return plan


class _Alive(Unheard):
    """Says of each progress that there is one, and nothing else."""

    def moved(self, done: int, total: int | None) -> None:
        alive()

    def translated(self, done: int, total: int | None) -> None:
        alive()


def _scanned(plan: Plan, collector: Collector) -> Scanned:
    """The clips of a video for a model, and what waits for their lines."""
    broken = None
    with stream(plan, _Alive().moved) as extraction:
        try:
            for _ in extraction.steps():
                pass
        except DecodeError as error:
            broken = error.exit_code, str(error)
        source = Source(extraction.video if plan.track is None else contents(plan.video), plan.track)
        waiting = Waiting.of(source, extraction.whole(), collector, broken)
    return Scanned(collector.clips, pickle.dumps(waiting), source.video.duration or 0)


def _found(outcome: Outcome, path: Path, task: Task) -> Found:
    failure, cues = outcome.failure, outcome.cues
    named = {result.path.name: result.path.read_bytes() for result in outcome.results}
    shown = {name: _as_placed(data, path, task) if name.endswith(".json") else data for name, data in named.items()}
    return Found(
        shown,
        cues,
        outcome.video.duration,
        [f"{track.index} {track.codec} {track.language or 'und'}" for track in outcome.video.tracks],
        language_of_cues(cues, outcome.plan.options.one_language) if cues else None,
        dict(outcome.left_out),
        (failure.exit_code, str(failure).replace(str(path), task.video.place)) if failure else None,
    )


def _as_placed(data: bytes, path: Path, task: Task) -> bytes:
    """A file that names the video, by its place and not by the path that it had here."""
    place = bare(task.video.place)
    return data if str(path) == place else data.replace(str(path).encode(), place.encode())


def clear(folder: str) -> None:
    """Take the folder of a task away, with whatever is in it."""
    shutil.rmtree(folder, ignore_errors=True)
