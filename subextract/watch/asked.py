"""How jobs that somebody asked for are worked on, in a thread beside the server that takes them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from subextract.errors import SubextractError
from subextract.ledger import Job, Ledger
from subextract.watch import metrics, spool
from subextract.watch.crew import LEDGER_EVERY, Crew, Work
from subextract.watch.wakeup import Wakeup

log = logging.getLogger(__name__)

CANCELLED = "It was cancelled."


class Workers:
    """A crew in a thread of its own; all methods may be called from any other one."""

    def __init__(self, work: Work) -> None:
        self.numbers = metrics.Numbers()
        self._work, self._wakeup = work, Wakeup()
        self._crew = Crew(work, self._wakeup, self.numbers)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="workers")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Have what is being read kept and handed back, and end; takes some seconds."""
        self._ended.set()
        self._wakeup.ring()
        self._thread.join()

    def wake(self) -> None:
        """There may be something to do."""
        self._wakeup.ring()

    def end(self, number: int) -> None:
        """End the process that reads for a job which is not wanted any more."""
        for held in self._crew.running:
            if held.worker.job.id == number:
                held.end(CANCELLED)
        self._wakeup.ring()

    def progress(self, number: int) -> tuple[int, int | None] | None:
        """How far the reading of a job is, and of how much (ms); None where it is not read here."""
        for held in self._crew.running:
            if held.worker.job.id == number:
                return held.worker.report.position, held.worker.report.duration
        return None

    def work_of(self, job: Job) -> Path:
        """The folder in which its results grow; it need not be there."""
        return spool.attempt(spool.folder(self._work.ledger), job.id, job.token)

    @property
    def is_well(self) -> bool:
        """Whether the thread turns as it should."""
        return self._thread.is_alive() and time.monotonic() - self.numbers.turned < metrics.STUCK

    def metrics(self, counts: Mapping[str, int]) -> str:
        """The counts of work done, in the text format of Prometheus; ``counts`` are the jobs of each state."""
        return metrics.written(metrics.of_work(self.numbers, counts))

    def _run(self) -> None:
        with Ledger(self._work.ledger) as ledger:
            spool.sweep(spool.folder(self._work.ledger), ledger.is_open)
            while not self._ended.is_set():
                self._turn_safely(ledger)
                self._wakeup.wait(min(LEDGER_EVERY, self._work.lease / 4))
            self._crew.stop(ledger)

    def _turn_safely(self, ledger: Ledger) -> None:
        try:
            self._crew.turn(ledger)
        except SubextractError as error:  # a ledger on a full disk, for one
            log.warning("%s", error)
        except Exception:  # whatever it is, the other jobs are still wanted
            log.exception("Unexpected; the work goes on.")
        self.numbers.turned = time.monotonic()
