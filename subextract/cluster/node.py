"""The work of a machine on one row: a video becomes results, and these become files and a row of the index."""

from __future__ import annotations

import logging
import os
import pickle
import platform
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

from subextract.cluster import work
from subextract.cluster.addresses import bare
from subextract.cluster.attending import attended
from subextract.cluster.index import Index
from subextract.cluster.messages import Found, Long, Order, Scanned, Video
from subextract.cluster.parts import Kept
from subextract.cluster.stores import Store
from subextract.distribution import DISTRIBUTION
from subextract.errors import EngineError, InputError, OutputError, SubextractError, UsageError
from subextract.review.beginning import DOUBTFUL_CUE
from subextract.types import Line

log = logging.getLogger(__name__)

FOR_ALL = (EngineError, OutputError)  # what any other video would meet as well: the run ends

Row = dict[str, Any]


class Part:
    """A part of a long video was scanned."""


def read(row: Row, order: Order) -> Row:
    """Read a video whole, and write its results and its row of the index.

    Returns:
        The row with the numbers of the video; ``code`` and ``error`` where it could not be read, ``stop`` where no
        other video could be, either, ``parts`` where it is long and nothing was read yet.
    """
    return _tried(row, order, "read", lambda task: attended_by(order, partial(work.read_whole, task)))


def scan(row: Row, order: Order) -> Row:
    """Find what a model is to read: ``clips`` of the answer, where ``done`` is not set because that is all."""
    return _tried(row, order, "scan", lambda task: attended_by(order, partial(work.scan, task)))


def scan_part(row: Row, order: Order) -> Row:
    """Scan the ``part`` of a long video, unless a run before did; what is found waits in a file for the others."""
    kept = Kept(_video(row), order)
    if kept.has(row["part"]):
        return {**row, "done": True}

    def act(task: work.Task) -> Part:
        job = partial(work.scan_part, rest=row["rest"], number=row["part"])
        kept.put(row["part"], attended_by(order, partial(_finished, job, task)))
        return Part()

    return _tried(row, order, "scan", act)


def join(row: Row, order: Order) -> Row:
    """Do with all parts of a long video what ``read`` or ``scan`` does with others after they have scanned."""
    job = partial(work.join, rest=row["rest"])
    joined = _tried(
        {**row, "rest": b"", "joined": True},
        order,
        "join",
        lambda task: attended_by(order, partial(_finished, job, task)),
    )
    if not joined["stop"]:
        Kept(_video(row), order).clear(row["parts"])
    return joined


def finish(row: Row, order: Order) -> Row:
    """Write what came of a video whose lines were read; one that is long waits for its parts."""
    if row["done"] or (row["parts"] and not row["joined"]):
        return row
    answers: Sequence[Sequence[Line]] = pickle.loads(row["lines"])
    job = partial(work.finish, rest=row["rest"], answers=answers)
    slim = {**row, "clips": [], "rest": b"", "lines": b""}
    return _tried(slim, order, "write", lambda task: attended_by(order, partial(_finished, job, task)))


def _finished(job: Callable[..., None], task: work.Task, tell: Callable[[Any], None]) -> None:
    job(task, tell=tell)


def attended_by(order: Order, job: Callable[[Callable[[Any], None]], object]) -> Any:
    """Do a job in a process of its own within the bounds of the order; the answer and the errors of ``attended``."""
    return attended(job, order.cores, order.stall, order.limit)


def first_row(video: Video) -> Row:
    """The row with which a video begins."""
    numbers = dict.fromkeys(("code", "cues", "duration", "parts", "part"), 0)
    states = dict.fromkeys(("done", "stop", "joined"), False)
    more = {"error": "", "seconds": 0.0, "stages": pickle.dumps({}), "clips": [], "rest": b"", "lines": b""}
    return {**video._asdict(), **numbers, **states, **more}


def _tried(row: Row, order: Order, stage: str, act: Callable[[work.Task], Found | Scanned | Long | Part]) -> Row:
    """The row after a stage; what goes wrong with one video is written into the index and stops nothing."""
    began = time.monotonic()
    video = _video(row)
    folder = _folder(video)
    work.clear(folder)  # what a process left that had this number before
    stages: dict[str, float] = pickle.loads(row["stages"])
    try:
        refuse(video)
        found = act(work.Task(video, order, folder))
        stages[stage] = round(time.monotonic() - began, 3)
        if isinstance(found, Part):
            return {**row, "done": True, "stages": pickle.dumps(stages)}
        if isinstance(found, Long):
            return {**row, "parts": found.parts, "rest": found.rest, "stages": pickle.dumps(stages)}
        if isinstance(found, Scanned):
            return {**row, "clips": list(found.clips), "rest": found.rest, "stages": pickle.dumps(stages)}
        return _published(row, order, found, stages)
    except SubextractError as error:
        log.info("%s: %s", video.place, error)
        stages[stage] = round(time.monotonic() - began, 3)
        return failed(row, order, error, stages)
    finally:
        work.clear(folder)


def _video(row: Row) -> Video:
    return Video(**{name: row[name] for name in Video._fields})


def refuse(video: Video) -> None:
    """InputError for a video that is not there, UsageError for one that would replace the results of another."""
    if video.clash:
        name = PurePosixPath(video.name).name
        raise UsageError(f"{video.clash} has results called {name}, too; put one of the two into another folder.")
    if video.size < 0:
        raise InputError(f"{video.place} does not exist: check the name and the folder.")


def failed(row: Row, order: Order, error: SubextractError, stages: Mapping[str, float]) -> Row:
    """The row of a video that cannot be read, which is written into the index unless the error is one for all videos.

    No result is written, and none of an earlier run is taken away.
    """
    sentence = " ".join(str(error).split())
    done = {**row, "done": True, "code": error.exit_code, "error": sentence, "seconds": sum(stages.values())}
    if isinstance(error, FOR_ALL):
        return {**done, "stop": True}
    Index(order.index, order.cues_index).put(index_row(row, order, Found({}, ()), stages, (error.exit_code, sentence)))
    return done


def _published(row: Row, order: Order, found: Found, stages: Mapping[str, float]) -> Row:
    """Put the files where they belong, then the cues, then the row."""
    folder, store = PurePosixPath(row["name"]).parent, Store(order.out)
    files = {str(folder / name): data for name, data in found.files.items()}
    for name, data in files.items():
        store.put(name, data)
    found = replace(found, files=files)
    Index(order.index, order.cues_index).put(index_row(row, order, found, stages, found.broken), found.cues)
    code, error = found.broken or (0, "")
    known = {"code": code, "error": error, "cues": len(found.cues), "duration": found.duration or 0}
    return {**row, **known, "done": True, "seconds": sum(stages.values())}


def index_row(
    row: Row, order: Order, found: Found, stages: Mapping[str, float], error: tuple[int, str] | None
) -> dict[str, Any]:
    """The row of the index for a video (``index.video_schema``).

    Args:
        row: The row of the run, with the facts of the video.
        order: Of the run.
        found: The results; ``files`` by their names below --out.
        stages: Seconds by stage.
        error: Exit code and sentence, where it has one.
    """
    code, sentence = error or (0, "")
    return {
        "id": row["id"],
        "path": bare(row["place"]),
        "size": row["size"],
        "changed": row["changed"],
        "duration": found.duration,
        "tracks": list(found.tracks),
        "engine": order.options.get("engine", "auto"),
        "version": version(DISTRIBUTION),
        "settings": order.settings,
        "language": found.language,
        "cues": len(found.cues),
        "doubtful": sum(cue.score is not None and cue.score < DOUBTFUL_CUE for cue in found.cues),
        "left_out": dict(found.left_out),
        "outputs": sorted(found.files),
        "seconds": dict(stages),
        "node": platform.node(),
        "code": code,
        "error": sentence or None,
    }


def _folder(video: Video) -> str:
    """Where a process keeps its files; those of processes that were lost go when the next one begins."""
    every = Path(tempfile.gettempdir(), f"subextract-cluster-{os.getuid()}")
    for other in every.glob("*-*"):
        if not _is_alive(other.name.rpartition("-")[2]):
            work.clear(str(other))
    return str(every / f"{video.id}-{os.getpid()}")


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
