"""How jobs of some folders are worked on: claimed, read by processes of their own, judged, and handed back."""

from __future__ import annotations

import logging
import signal
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from subextract.concurrency.processes import COMMAND
from subextract.errors import UsageError
from subextract.ledger import Ending, Job, Ledger
from subextract.watch import retry, spool
from subextract.watch.messages import Order
from subextract.watch.metrics import Numbers
from subextract.watch.running import Running
from subextract.watch.wakeup import Wakeup

log = logging.getLogger(__name__)

LEASE = 60.0  # s; so long after a daemon's death its jobs wait for another one. Renewed four times as often
LEDGER_EVERY = 2.0  # s between two looks at the ledger, in which others queue, pause and resume
GRACE = 8.0  # s for the workers to keep what they have; container engines kill after ten


class Limits(Protocol):
    """The limits of the work: how many jobs at once, how long (s) one may stall and take, and its retries."""

    @property
    def jobs(self) -> int: ...

    @property
    def stall(self) -> float: ...

    @property
    def limit(self) -> float: ...

    @property
    def retries(self) -> int: ...

    @property
    def pause(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Work:
    """The work of a crew: for whom, and how.

    ``order`` says how a job is read, ``limits`` what is set now. ``told`` is called when a job has ended; None: nobody
    is to be told. With a status of ``hopeless`` a video is not tried again.
    """

    ledger: Path
    folders: Sequence[str]
    order: Callable[[Job], Order]
    limits: Callable[[], Limits]
    told: Callable[[], None] | None = None
    hopeless: Collection[int] = retry.HOPELESS
    command: Sequence[str] = COMMAND
    lease: float = LEASE


class Crew:
    """The processes that read videos; for the thread that holds the ledger. ``wakeup`` is rung when one has news."""

    def __init__(self, work: Work, wakeup: Wakeup, numbers: Numbers) -> None:
        self.numbers, self.ended_badly = numbers, False
        self._work, self._wakeup = work, wakeup
        self._turns = deque(work.folders)
        self._running: list[Held] = []

    @property
    def running(self) -> list[Held]:
        """Whom it holds now; any thread may ask."""
        return list(self._running)

    def turn(self, ledger: Ledger) -> None:
        """Look after the workers, and begin what is due; to be called every few seconds, and when the wakeup rings."""
        for held in self.running:
            self._attend(ledger, held)
            if held.is_over:
                self._running.remove(held)
                self._conclude(ledger, held)
        # Only after all leases are renewed: a clock that was put forward must not make our own jobs claimable.
        while len(self._running) < self._work.limits().jobs and self._begin_next(ledger):
            pass
        self.numbers.running = len(self._running)

    def _begin_next(self, ledger: Ledger) -> bool:
        """Begin a job that is due; each folder in its turn."""
        for folder in list(self._turns):
            self._turns.rotate(-1)
            if job := ledger.claim(folder, self._work.lease):
                self._begin(ledger, job)
                return True
        return False

    def _begin(self, ledger: Ledger, job: Job) -> None:
        if retry.is_deadly(job):
            reason = "The watch ended each time while it was read; it is not tried again."
            self._settle(ledger, job, Ending("failed", reason))
            return
        try:
            order = self._work.order(job)
        except UsageError as error:
            self._settle(ledger, job, Ending("failed", str(error)))
            return
        log.info("%s is read (attempt %d).", job.video, job.attempts, extra=_about(job))
        self._running.append(Held(Running(job, order, self._wakeup.ring, self._work.command)))

    def _attend(self, ledger: Ledger, held: Held) -> None:
        """Hold on to the job as long as its worker makes progress; otherwise end the worker."""
        worker, limits = held.worker, self._work.limits()
        if worker.status is not None or held.ended_for:
            return
        if missed := worker.deadlines.missed(limits.stall, limits.limit):
            held.end(missed)
        elif held.needs_renewal(self._work.lease, time.time()):
            held.until = time.time() + self._work.lease
            renewed = ledger.renew(worker.job, self._work.lease, worker.report.position, worker.report.duration)
            if not renewed and not self._is_settled(ledger, worker.job):
                held.end("The job is somebody else's now.")

    def _conclude(self, ledger: Ledger, held: Held) -> None:
        """Settle the job of a worker that has ended."""
        worker, report = held.worker, held.worker.report
        if worker.status == 0 and report.state not in (None, "error", "lost"):
            self._count(worker)
            outputs = ", ".join(report.outputs)
            told = f"{outputs}: {report.cues} cues, {report.seconds:g} s" if report.outputs else report.reason
            log.info("%s is %s: %s", worker.job.video, report.state, told, extra=_about(worker.job, report.state))
        elif report.state == "lost":
            log.info("%s is somebody else's now.", worker.job.video, extra=_about(worker.job))
        else:
            self._judge(ledger, held)
        if not ledger.is_open(worker.job.id):  # it may have been killed before it could tidy up
            spool.drop(spool.folder(self._work.ledger), worker.job.id)
        if self._work.told:
            self._work.told()

    def _is_settled(self, ledger: Ledger, job: Job) -> bool:
        """Whether the worker has ended the job itself; it may still be about to say so."""
        found = ledger.job(job.id)
        return found is not None and found.token == job.token and found.state != "running"

    def _judge(self, ledger: Ledger, held: Held) -> None:
        worker, limits = held.worker, self._work.limits()
        status = -signal.SIGKILL if worker.status is None else worker.status
        reason = held.ended_for or worker.report.reason or retry.crash(status, worker.last_words)
        patience = retry.Patience(limits.retries, limits.pause, self._work.hopeless)
        self._settle(ledger, worker.job, retry.judge(worker.job, status, reason, now=time.time(), patience=patience))

    def _settle(self, ledger: Ledger, job: Job, ending: Ending) -> None:
        if ending.state == "failed":
            ending = replace(ending, tell=time.time() if self._work.told else None)
        if not ledger.settle(job, ending):
            log.info("%s is somebody else's now, or was cancelled.", job.video, extra=_about(job))
            return
        self.ended_badly = True
        if ending.state == "failed":
            self.numbers.finished["failed"] += 1
            log.warning("%s is set aside: %s", job.video, ending.reason, extra=_about(job, "failed"))
        else:
            self.numbers.retries += 1
            wait = max(0.0, ending.due - time.time())
            log.warning("%s is tried again in %.0f s: %s", job.video, wait, ending.reason, extra=_about(job, "queued"))

    def _count(self, worker: Running) -> None:
        report = worker.report
        self.numbers.finished[report.state or ""] += 1
        self.numbers.cues += report.cues or 0
        self.numbers.seconds += report.seconds or 0.0

    def stop(self, ledger: Ledger) -> None:
        """Have the workers keep what they have; the jobs of those that take too long are handed back all the same."""
        for held in self._running:
            held.worker.stop()
        until = time.monotonic() + GRACE
        while any(held.worker.status is None for held in self._running) and time.monotonic() < until:
            self._wakeup.wait(LEDGER_EVERY)
        for held in self._running:
            held.worker.kill()
            back = Ending("queued", "It was interrupted and goes on.", blamed=False)
            if ledger.settle(held.worker.job, back) or held.worker.status:
                log.info("%s is handed back.", held.worker.job.video, extra=_about(held.worker.job, "queued"))
            else:
                self._conclude(ledger, held)
        self._running.clear()


class Held:
    """A worker whose job this daemon holds."""

    def __init__(self, worker: Running) -> None:
        self.worker = worker
        self.until = worker.job.due  # when its lease ends
        self.ended_for: str | None = None
        self._ended_at = float("inf")

    def end(self, reason: str) -> None:
        self.ended_for, self._ended_at = reason, time.monotonic()
        self.worker.kill()

    def needs_renewal(self, lease: float, now: float) -> bool:
        """Whether a quarter of the lease is gone, or the clock was set so that it seems much longer or over."""
        return not 0.75 * lease < self.until - now <= lease

    @property
    def is_over(self) -> bool:
        """Also when a disk that does not answer keeps the system from ending it."""
        return self.worker.status is not None or time.monotonic() - self._ended_at > GRACE


def _about(job: Job, state: str | None = None) -> dict[str, Any]:
    """The fields about a job in a log of JSON, besides the sentence."""
    return {"about": {"job": job.id, "video": job.video} | ({"state": state} if state else {})}
