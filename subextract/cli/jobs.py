"""How several videos are extracted at once, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Self

from subextract.cli.bar import Bar, Bars
from subextract.cli.saying import report
from subextract.cli.stopping import held, stoppable
from subextract.cli.worker import work
from subextract.concurrency.cores import cores, share
from subextract.concurrency.workers import ending
from subextract.errors import EngineError, SubextractError, UsageError, WorkerDied
from subextract.output import Plan

CORES_PER_VIDEO = 2  # one decodes while another one looks and reads


def at_once(plans: Sequence[Plan], jobs: int, verbosity: int, quiet: bool) -> list[int]:
    """The exit code of each video in the order in which they end; what any other would meet as well is raised."""
    waiting = deque(_sharing(plan, jobs) for plan in plans)
    codes: list[int] = []
    with stoppable(), Bars(quiet) as bars, Crew(bars, verbosity, quiet) as crew:
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


@dataclass(slots=True)
class _Worker:
    plan: Plan
    process: SpawnProcess
    connection: Connection
    bar: Bar
    open: ExitStack
    begun: bool = False

    def stop(self) -> None:
        """As Ctrl-C does; one that has not begun can lose nothing."""
        if self.begun or self.connection.poll():
            self.process.terminate()
        else:
            self.process.kill()

    def death(self) -> WorkerDied:
        self.process.join()
        how = ending(self.process.exitcode or 0)
        kept = f" What was found before is in {self.plan.targets[0].part}. {self.plan.way_on}"
        return WorkerDied(
            f"{self.plan.video}: the process that worked on it died ({how}), perhaps for want of memory; "
            f"run it again with fewer --jobs.{kept if self.plan.resume_path.exists() else ''}"
        )


class Crew:
    """The processes at work; leaving it stops those that still are, and waits until they wrote what they have."""

    def __init__(self, bars: Bars, verbosity: int, quiet: bool) -> None:
        self.workers: list[_Worker] = []
        self._bars, self._verbosity, self._quiet = bars, verbosity, quiet
        self._stopping = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, reason: BaseException | None, trace: object) -> None:
        self._stopping = True
        for worker in self.workers:
            worker.stop()
        while self.workers:
            for error in self.ended():
                if error and str(error) not in ("", str(reason)):
                    report(error)

    def start(self, plan: Plan) -> None:
        context = multiprocessing.get_context("spawn")  # a copy of this process would lack its threads
        with held(), ExitStack() as opened:  # a signal in the midst would leave a process that nobody knows
            ours, theirs = context.Pipe(duplex=False)
            bar = opened.enter_context(self._bars.bar(plan))
            process = context.Process(target=work, args=(plan, self._verbosity, self._quiet, theirs))
            process.start()
            theirs.close()  # so that the end of the process is the end of what it says
            opened.callback(process.join)
            opened.callback(ours.close)
            self.workers.append(_Worker(plan, process, ours, bar, opened.pop_all()))

    def ended(self) -> Iterator[SubextractError | None]:
        """Wait for news; of each video that is done, what went wrong with it."""
        news = wait([worker.connection for worker in self.workers])
        for worker in [worker for worker in self.workers if worker.connection in news]:
            try:
                message = worker.connection.recv()
            except (EOFError, OSError):
                message = ("ended", None if self._stopping else worker.death())
            if message[0] == "ended":
                self.workers.remove(worker)
                worker.open.close()
                yield message[1]
            else:
                _take(worker, message)


def _take(worker: _Worker, message: tuple[object, ...]) -> None:
    match message:
        case ("begun",):
            worker.begun = True
        case ("moved", int(done), int() | None as total):
            worker.bar.moved(done, total)
        case ("found", int(cues)):
            worker.bar.counted(cues)
        case ("said", str(lines)):
            sys.stderr.write(lines)
            sys.stderr.flush()
