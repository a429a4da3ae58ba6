"""How one video gets its subtitles, in a process of its own, so that whatever a file does to a decoder stays there.

``concurrency.processes`` starts it and carries the order and the reports. SIGTERM stops it, also when the daemon is
gone; then the job is handed back.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from subextract import output, soft
from subextract.concurrency.deferring import deferred
from subextract.concurrency.limits import limit
from subextract.concurrency.liveness import alive, heard
from subextract.errors import Interrupted, SubextractError, UsageError
from subextract.languages.identification import language_of_cues
from subextract.ledger import Ending, Job, Ledger, Lost, Stamp, Taken
from subextract.options import Options
from subextract.output import Plan
from subextract.output.unread import unread
from subextract.runner import Outcome, Unheard, run
from subextract.subtitles import contents
from subextract.types import Source, Track, Video
from subextract.watch import publishing, spool
from subextract.watch.messages import Order, Report

log = logging.getLogger(__name__)

Tell = Callable[[Report], None]


@dataclass(frozen=True, slots=True)
class _Result:
    """How an attempt ended without an error; ``outputs`` are the files (path: digest) that it wrote."""

    state: str
    reason: str | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)
    cues: int | None = None
    language: str | None = None


def work(order: Order, tell: Tell) -> None:
    """Do one order; the last report says how it ended.

    Raises:
        SubextractError: its sentence says why the attempt went wrong, its exit code whose fault that was.
    """
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        limit(order.memory)
        tell(_do(order, tell))
    except MemoryError:
        raise SubextractError(f"It needs more than {order.memory} MiB of memory; --memory allows more.") from None
    except (SubextractError, KeyboardInterrupt):
        raise
    except Exception as error:
        log.exception("In detail:")
        raise SubextractError(f"Unexpected {type(error).__name__} ({_sentence(error)}).") from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())


def _stop(number: int, frame: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough
    raise KeyboardInterrupt


def _do(order: Order, tell: Tell) -> Report:
    started = time.monotonic()
    with Ledger(order.ledger) as ledger:
        job = ledger.job(order.job)
        if job is None or job.token != order.token:
            return Report("lost")
        try:
            with deferred():
                _load()
            tell(Report())
            return _finish(ledger, job, order, _attempt(ledger, job, order, tell), started)
        except Lost:
            return Report("lost")
        except (KeyboardInterrupt, Interrupted):
            ledger.settle(job, Ending("queued", "It was interrupted and goes on.", blamed=False))
            raise Interrupted("Stopped; the job is handed back.") from None


def _load() -> None:
    """Load the libraries of a run: one whose loading a stop broke off could not be loaded to keep what there is."""
    from subextract import pipeline  # noqa: F401
    from subextract.output import packing  # noqa: F401


def _finish(ledger: Ledger, job: Job, order: Order, result: _Result, started: float) -> Report:
    """Tell the ledger and drop the unfinished work, unless it will be needed."""
    ending = Ending(
        result.state,
        result.reason,
        due=time.time() + order.pause if result.state == "queued" else 0.0,
        blamed=result.state == "done",
        cues=result.cues,
        language=result.language,
        seconds=round(time.monotonic() - started, 1),
        tell=time.time() if order.tell and result.state == "done" else None,
    )
    if not ledger.settle(job, ending, result.outputs if result.state == "done" else None):
        return Report("lost")
    if result.state != "queued":
        spool.drop(Path(order.work), job.id)
    return Report(
        result.state,
        reason=result.reason,
        outputs=tuple(result.outputs),
        cues=ending.cues,
        language=ending.language,
        seconds=ending.seconds,
    )


def _attempt(ledger: Ledger, job: Job, order: Order, tell: Tell) -> _Result:
    options = Options.model_validate(order.options)
    if obstacle := _obstacle(job):
        return obstacle
    places = [Path(job.video).parent, publishing.destination(order)]
    wanted = options.translate or options.one_language
    if there := publishing.in_the_way(ledger, job, places, wanted, forced=options.forced == "only"):
        return _Result("skipped", f"{there} is there already.")
    try:
        source = _source_to_take(job, order, options)
    except UsageError as error:  # there are no forced ones, and nothing else is wanted
        return _Result("skipped", _sentence(error))
    if isinstance(source, _Result):
        return source
    read = _read(job, order, options, source, tell)
    return _obstacle(job) or _publish(ledger, job, order, options, read)


def _obstacle(job: Job) -> _Result | None:
    """Why there is nothing to read: the file is not what it was."""
    try:
        status = os.stat(job.video)
    except (FileNotFoundError, NotADirectoryError):
        return _Result("gone", "It is not there any more; it is queued again when it is back.")
    except OSError:
        return None  # opening it will give the reason
    if Stamp(status.st_size, status.st_mtime_ns) != job.stamp:
        return _Result("queued", "It has changed; it is waited for until it keeps still.")
    return None


def _source_to_take(job: Job, order: Order, options: Options) -> Source | _Result | None:
    """The video and the soft track of it that is read, if any, or why nothing is; None where no track matters."""
    if order.needs_no_look:
        return None
    video = contents(job.video)
    track = _soft_track(video, options, options.translate or options.one_language)
    if track and order.wish(track) == "skip":
        return _Result("skipped", _enough(track))
    if options.translate and options.translator != "vlm" and not track:
        track = _soft_track(
            video, options, options.one_language
        )  # better to translate than what is read off the picture
    return Source(video, track if track and order.wish(track) != "hard" else None)


def _soft_track(video: Video, options: Options, language: str | None) -> Track | None:
    """The soft track that already is what is wanted; a forced one is not unless it is asked for, for it shows only some
    of it. UsageError where only forced ones are wanted and there are none."""
    found = soft.chosen(video, Options(language=language, forced=options.forced))
    return found if found and (options.forced == "only" or not found.forced) else None


def _enough(track: Track) -> str:
    language = f" in {track.language}" if track.language else ""
    flag = "--if-pictures" if track.kind == "image" else "--if-soft"
    return f"It has a soft subtitle track{language} ({track.codec}); {flag} extract takes it, hard reads the picture."


def _read(job: Job, order: Order, options: Options, source: Source | None, tell: Tell) -> Outcome:
    """Read the video into files in the folder for unfinished work, going on where an earlier attempt stopped.

    A translator that is gone is waited for as an engine is: what it said is remembered.
    """
    work = spool.take_over(Path(order.work), job.id, job.token)
    inside = options.model_copy(update={"output": work, "overwrite": False, "resume": True, "mux": False})
    plan = output.plan_for(source, inside) if source else _plan_of(job, inside, order.track)
    progress = _Progress(plan.remaining.start, tell)
    with heard(progress.tell):
        return run(plan, progress, accept_partial=False)


def _plan_of(job: Job, options: Options, track: str) -> Plan:
    (plan,) = output.plan([job.video], options.model_copy(update={"track": track}))
    if isinstance(plan, UsageError):
        raise plan
    return plan


class _Progress(Unheard):
    """Reports how far the reading is, whenever there is a sign of life."""

    def __init__(self, start: int, tell: Tell) -> None:
        self._start, self._tell = start, tell
        self._report = Report(position=start)

    def moved(self, done: int, total: int | None) -> None:
        self._report = Report(position=self._start + done, duration=None if total is None else self._start + total)
        alive()

    def translated(self, done: int, total: int | None) -> None:
        alive()

    def tell(self) -> None:
        """Where it is; the same place once more where something else makes progress there."""
        self._tell(self._report)


def _publish(ledger: Ledger, job: Job, order: Order, options: Options, read: Outcome) -> _Result:
    cues = read.cues
    language = language_of_cues(cues, options.one_language) if cues else None
    place, stem = publishing.destination(order), Path(job.video).stem
    wanted = options.translate or options.one_language
    results = [result for result in read.results if cues]
    forced = options.forced == "only"
    if options.translate and publishing.in_the_way(ledger, job, [place], language, forced=forced):
        results = [result for result in results if result.role != "original"]
    files = {publishing.final(place, result, stem, language): result for result in results}
    files = publishing.without_forced_of_others(ledger, job, files)
    texts = {path: result.path.read_bytes().decode("utf-8") for path, result in files.items()}
    outputs = {str(path): publishing.digest(text) for path, text in texts.items()}
    try:
        ledger.promise(job, outputs)
    except Taken:
        return _Result("queued", "Another video of that name gets its subtitles just now.")
    # Asked again: after a promise no other job of this ledger writes there, and hours may have gone by.
    if cues and (there := publishing.in_the_way(ledger, job, [place], wanted, forced=forced)):
        return _Result("skipped", f"{there} is there already.")
    publishing.write(order, job, texts)
    if read.review:
        publishing.keep_review(read.review, place / f"{stem}.review", files)
    publishing.remove_former(ledger, job, texts)
    lost = read.translation.failed if read.translation else 0
    failed = f"{lost} of {len(cues)} cues are not translated." if lost else ""
    reason = " ".join(filter(None, (failed, unread(cues)))) or None
    language = (options.translate or language) if cues else None
    return _Result("done", reason if cues else "No subtitles were found in it.", outputs, len(cues), language)
