"""What a watch does from its start to its end: claims jobs, has them read, judges how that went, and ends well."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from subextract.concurrency.processes import COMMAND
from subextract.errors import SubextractError
from subextract.ledger import Ending, Job, Ledger
from subextract.watch import metrics, publishing, retry, spool
from subextract.watch.hooks import Teller
from subextract.watch.running import Running
from subextract.watch.scanner import Scanner
from subextract.watch.settings import ledger_path
from subextract.watch.setup import Setup
from subextract.watch.wakeup import Wakeup

log = logging.getLogger(__name__)

LEASE = 60.0  # s; so long after a daemon's death its jobs wait for another one. Renewed four times as often
TURN = 2.0  # s between two looks at the ledger, in which others queue, pause and resume
GRACE = 8.0  # s for the workers to keep what they have; container engines kill after ten
OPEN = ("queued", "running")


class Daemon:
    """One watch over some folders. ``read_setup`` reads what is set; it may raise UsageError.

    With ``once`` it ends when everything that was there has had its turn.
    """

    def __init__(
        self,
        folders: Sequence[str],
        read_setup: Callable[[], Setup],
        *,
        once: bool = False,
        command: Sequence[str] = COMMAND,
        lease: float = LEASE,
    ) -> None:
        self._folders = [os.path.abspath(folder) for folder in folders]
        self._read_setup, self._once, self._command, self._lease = read_setup, once, command, lease
        self._setup = read_setup()
        self._path = ledger_path(self._setup.settings.ledger)
        self._disk = publishing.mount_of(str(out)) if (out := self._setup.settings.out) else None
        self._turns = deque(self._folders)
        self._running: list[_Held] = []
        self._numbers = metrics.Numbers()
        self._wakeup = Wakeup()
        self._ended_badly = False

    def run(self) -> int:
        """Watch until SIGTERM or SIGINT, or with ``once`` until all is done; 1 where a video went wrong, else 0."""
        with Ledger(self._path) as ledger, self._wakeup.noting_signals(), self._shown():
            spool.sweep(spool.folder(self._path), partial(self._is_open, ledger))
            self._start_looking()
            teller = self._start_telling()
            log.info("Watching %s; the ledger is %s.", ", ".join(self._folders), self._path)
            try:
                while not self._is_over(ledger):
                    self._turn_safely(ledger, teller)
                    self._wakeup.wait(min(TURN, self._lease / 4))
            finally:
                self._scanner.stop()
                self._stop_workers(ledger, teller)
                if teller:
                    teller.stop(GRACE if self._once else 1.0)
        log.info("The watch has ended.")
        return int(self._once and self._ended_badly)

    # Around the loop

    @contextmanager
    def _shown(self) -> Iterator[None]:
        address = self._setup.settings.metrics
        server = metrics.Server(address, self._metrics, self._health) if address else None
        try:
            yield
        finally:
            if server:
                server.close()

    def _start_looking(self) -> None:
        self._scanner = Scanner(
            self._folders,
            self._setup.settings,
            self._path,
            once=self._once,
            found=self._wakeup.ring,
        )
        self._scanner.start()
        self._looked_since = time.monotonic()

    def _start_telling(self) -> Teller | None:
        target = self._setup.settings.on_done
        return Teller(target, self._folders, self._path) if target else None

    def _is_over(self, ledger: Ledger) -> bool:
        if self._wakeup.is_stopped:
            return True
        if not self._once or self._running or not self._scanner.finished:
            return False
        return ledger.paused() or not any(self._is_due(ledger, folder) for folder in self._folders)

    def _is_due(self, ledger: Ledger, folder: str) -> bool:
        due = ledger.next_due(folder)
        return due is not None and due <= time.time()

    # The loop

    def _turn_safely(self, ledger: Ledger, teller: Teller | None) -> None:
        try:
            if self._wakeup.take_hangup():
                self._reload()
            self._turn(ledger, teller)
        except SubextractError as error:  # a ledger on a full disk, for one
            log.warning("%s", error)
        except Exception:  # whatever it is, the other videos still want their subtitles
            log.exception("Unexpected; the watch goes on.")
        self._numbers.turned = time.monotonic()

    def _turn(self, ledger: Ledger, teller: Teller | None) -> None:
        for held in list(self._running):
            self._attend(ledger, held)
            if held.is_over:
                self._running.remove(held)
                self._conclude(ledger, held, teller)
        # Only after all leases are renewed: a clock that was put forward must not make our own jobs claimable.
        while len(self._running) < self._setup.settings.jobs and self._begin_next(ledger):
            pass
        self._numbers.running = len(self._running)

    def _reload(self) -> None:
        try:
            self._setup = self._read_setup().without_skipping()
        except SubextractError as error:
            log.error("The settings stay as they were: %s", error)
            return
        log.info("The settings were read again.")
        self._scanner.stop()
        self._start_looking()

    # One job

    def _begin_next(self, ledger: Ledger) -> bool:
        """Begin a job that is due; each folder in its turn."""
        for folder in list(self._turns):
            self._turns.rotate(-1)
            if job := ledger.claim(folder, self._lease):
                self._begin(ledger, job)
                return True
        return False

    def _begin(self, ledger: Ledger, job: Job) -> None:
        if retry.is_deadly(job):
            reason = "The watch ended each time while it was read; it is not tried again."
            self._settle(ledger, job, Ending("failed", reason))
            return
        log.info("%s is read (attempt %d).", job.video, job.attempts, extra=_about(job))
        order = self._setup.order(job, self._path, self._folders, self._disk)
        self._running.append(_Held(Running(job, order, self._wakeup.ring, self._command)))

    def _attend(self, ledger: Ledger, held: _Held) -> None:
        """Hold on to the job as long as its worker makes progress; otherwise end the worker."""
        worker, now = held.worker, time.monotonic()
        if worker.status is not None or held.ended_for:
            return
        if now - worker.progressed > self._setup.settings.stall:
            held.end(f"The reader made no progress for {self._setup.settings.stall:g} seconds.")
        elif now - worker.started > self._setup.settings.limit:
            held.end(f"The reader took more than {self._setup.settings.limit:g} seconds.")
        elif held.needs_renewal(self._lease, time.time()):
            held.until = time.time() + self._lease
            renewed = ledger.renew(worker.job, self._lease, worker.report.position, worker.report.duration)
            if not renewed and not self._is_settled(ledger, worker.job):
                held.end("The job is somebody else's now.")

    def _conclude(self, ledger: Ledger, held: _Held, teller: Teller | None) -> None:
        """What a worker that has ended leaves."""
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
        if not self._is_open(ledger, worker.job.id):  # it may have been killed before it could tidy up
            spool.drop(spool.folder(self._path), worker.job.id)
        if teller:
            teller.news()

    def _is_settled(self, ledger: Ledger, job: Job) -> bool:
        """Whether the worker has ended the job itself; it may still be about to say so."""
        found = ledger.job(job.id)
        return found is not None and found.token == job.token and found.state != "running"

    def _is_open(self, ledger: Ledger, number: int) -> bool:
        job = ledger.job(number)
        return job is not None and job.state in OPEN

    def _judge(self, ledger: Ledger, held: _Held) -> None:
        worker, settings = held.worker, self._setup.settings
        status = -signal.SIGKILL if worker.status is None else worker.status
        reason = held.ended_for or worker.report.reason or retry.crash(status, worker.last_words)
        ending = retry.judge(
            worker.job, status, reason, now=time.time(), retries=settings.retries, pause=settings.pause
        )
        self._settle(ledger, worker.job, ending)

    def _settle(self, ledger: Ledger, job: Job, ending: Ending) -> None:
        if ending.state == "failed":
            ending = replace(ending, tell=self._tell_at())
        if not ledger.settle(job, ending):
            log.info("%s is somebody else's now.", job.video, extra=_about(job))
            return
        self._ended_badly = True
        if ending.state == "failed":
            self._numbers.finished["failed"] += 1
            log.warning("%s is set aside: %s", job.video, ending.reason, extra=_about(job, "failed"))
        else:
            self._numbers.retries += 1
            wait = max(0.0, ending.due - time.time())
            log.warning("%s is tried again in %.0f s: %s", job.video, wait, ending.reason, extra=_about(job, "queued"))

    def _tell_at(self) -> float | None:
        return time.time() if self._setup.settings.on_done else None

    def _count(self, worker: Running) -> None:
        report = worker.report
        self._numbers.finished[report.state or ""] += 1
        self._numbers.cues += report.cues or 0
        self._numbers.seconds += report.seconds or 0.0

    # The end

    def _stop_workers(self, ledger: Ledger, teller: Teller | None) -> None:
        """Have the workers keep what they have; the jobs of those that take too long are handed back all the same."""
        for held in self._running:
            held.worker.stop()
        until = time.monotonic() + GRACE
        while any(held.worker.status is None for held in self._running) and time.monotonic() < until:
            self._wakeup.wait(TURN)
        for held in self._running:
            held.worker.kill()
            back = Ending("queued", "It was interrupted and goes on.", blamed=False)
            if ledger.settle(held.worker.job, back) or held.worker.status:
                log.info("%s is handed back.", held.worker.job.video, extra=_about(held.worker.job, "queued"))
            else:
                self._conclude(ledger, held, teller)
        self._running.clear()

    # What it shows

    def _metrics(self) -> str:
        look = self._scanner.look
        with Ledger(self._path) as ledger:
            counts = ledger.counts()
        folders = {folder: folder not in look.missing for folder in self._folders}
        return metrics.render(self._numbers, counts, folders, look.wall)

    def _health(self) -> dict[str, Any]:
        look = self._scanner.look
        age = time.monotonic() - max(look.at, self._looked_since)
        ok, status = metrics.health(self._numbers, age, self._setup.settings.interval)
        return {"ok": ok, "status": status, "running": self._numbers.running, "missing": list(look.missing)}


class _Held:
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
    """What a log in JSON says of a job besides the sentence."""
    return {"about": {"job": job.id, "video": job.video} | ({"state": state} if state else {})}
