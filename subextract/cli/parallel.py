"""How several videos are extracted at once, each in a process of its own."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Self

from subextract.cli.messages import explained, report
from subextract.cli.progress import Bar, Bars
from subextract.cli.sequential import extract_one, load_libraries
from subextract.cli.signals import stoppable
from subextract.concurrency.cores import cores, opencv_threads, share
from subextract.concurrency.deferring import deferred
from subextract.concurrency.processes import Died, Process, Tell, relay
from subextract.errors import EngineError, SubextractError, UsageError, WorkerDied
from subextract.output import Plan
from subextract.runner import Unheard
from subextract.types import Cue

if TYPE_CHECKING:
    News = SimpleQueue[tuple["_Worker", str, Any]]

PATIENCE = 1.0  # s without news, after which no message is on its way any more
CORES_PER_VIDEO = 2  # one decodes while another one looks and reads
RENEWAL = 0.1  # s; the display is drawn ten times a second


def at_once(plans: Sequence[Plan], jobs: int, quiet: bool) -> list[int]:
    """The exit code of each video in the order in which they end; what any other would meet as well is raised."""
    waiting = deque(_sharing(plan, jobs) for plan in plans)
    codes: list[int] = []
    bars = Bars(quiet)
    crew = Crew(bars, quiet)
    with stoppable(crew.kill), bars, crew:
        while waiting or crew.workers:
            while waiting and len(crew.workers) < jobs:
                crew.start(waiting.popleft())
            for error in crew.ended():
                if isinstance(error, UsageError | EngineError):
                    raise error
                codes.append(report(error) if error else 0)
    return codes


def number_of_jobs(wanted: int, videos: int) -> int:
    """How many videos to work on at once; 0 is as many as suit the cores."""
    return min(wanted or max(1, cores() // CORES_PER_VIDEO), videos)


def _sharing(plan: Plan, jobs: int) -> Plan:
    """The plan of a video that is not alone: with its share of the cores, and named in what is said of it."""
    options = plan.options.model_copy(update={"threads": share(plan.options.threads, jobs)})
    return replace(plan, options=options, notice=plan.notice and f"{plan.video}: {plan.notice}")


class _Worker:
    """A process that works on one video; ``news`` gets what it tells, logs and writes, and how it ended."""

    def __init__(self, plan: Plan, bar: Bar, news: News, quiet: bool) -> None:
        self.plan, self.bar = plan, bar
        self._news, self._quiet = news, quiet
        self.has_ended = False  # and has said so
        self.process = Process(environment=opencv_threads(plan.options.threads), on_line=partial(self._put, "line"))
        threading.Thread(target=self._attend, daemon=True).start()

    def _attend(self) -> None:
        """Listen to the process until it has ended."""
        error: Exception | None = None
        try:
            self.process.do(
                partial(extract_there, self.plan, self._quiet), partial(self._put, "item"), partial(self._put, "log")
            )
        except Exception as raised:
            error = self._death(raised) if isinstance(raised, Died) else raised
        self.process.close()
        self._put("end", error)
        self.has_ended = True

    def _put(self, kind: str, value: Any) -> None:
        self._news.put((self, kind, value))

    def _death(self, died: Died) -> WorkerDied:
        kept = f" What was found before is in {self.plan.targets[0].part}. {self.plan.way_on}"
        return WorkerDied(
            f"{self.plan.video}: the process that worked on it {died}, perhaps because memory ran out; "
            f"run it again with fewer --jobs.{kept if self.plan.resume_path.exists() else ''}"
        )


class Crew:
    """The processes at work; leaving it stops those that still are, and waits until they wrote what they have."""

    def __init__(self, bars: Bars, quiet: bool) -> None:
        self.workers: dict[_Worker, ExitStack] = {}
        self._bars, self._quiet = bars, quiet
        self._news: News = SimpleQueue()
        self._stopping = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, reason: BaseException | None, trace: object) -> None:
        self._stopping = True
        for worker in self.workers:
            worker.process.stop()
        while self.workers:
            for error in self.ended():
                if error and str(error) not in ("", str(reason)):
                    report(error)

    def kill(self) -> None:
        """End all at once."""
        for worker in self.workers:
            worker.process.kill()

    def start(self, plan: Plan) -> None:
        with deferred(), ExitStack() as opened:  # a signal in the midst would leave a process that nobody knows
            bar = opened.enter_context(self._bars.bar(plan))
            self.workers[_Worker(plan, bar, self._news, self._quiet)] = opened.pop_all()

    def ended(self) -> Iterator[Exception | None]:
        """Wait for news, and yield what went wrong with a video that is done."""
        try:
            worker, kind, value = self._news.get(timeout=PATIENCE)
        except Empty:
            for worker in [worker for worker in self.workers if worker.has_ended]:
                self.workers.pop(worker).close()  # a signal came between the news of its end and this
            return
        match kind, value:
            case "end", error:
                self.workers.pop(worker).close()
                yield None if self._stopping and isinstance(error, WorkerDied) else error
            case "item", ("moved", done, total):
                worker.bar.moved(done, total)
            case "item", ("found", cues):
                worker.bar.counted(cues)
            case "line", line:
                print(line, file=sys.stderr, flush=True)
            case "log", record:
                record.video = f"{worker.plan.video.name}: "
                relay(record)


def extract_there(plan: Plan, quiet: bool, tell: Tell) -> None:
    """Extract one video in the process that calls; SIGTERM stops it as it stops the command line.

    It tells tuples: ("moved", done ms, total ms) and ("found", cues).
    """
    load_libraries()
    try:
        with stoppable():
            extract_one(plan, nullcontext(_Telling(tell)), quiet)
    except Exception as error:
        raise _named(explained(error), plan) from None


def _named(error: SubextractError, plan: Plan) -> SubextractError:
    """The error with the name of its video, unless it says that or would come with any video."""
    if isinstance(error, UsageError | EngineError) or str(plan.video) in str(error):
        return error
    return type(error)(f"{plan.video}: {error}")


class _Telling(Unheard):
    """Passes on how far the run is."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._moved_at = 0.0

    def moved(self, done: int, total: int | None) -> None:
        if time.monotonic() - self._moved_at >= RENEWAL:
            self._moved_at = time.monotonic()
            self._tell(("moved", done, total))

    def found(self, cues: Sequence[Cue]) -> None:
        self._tell(("found", len(cues)))
