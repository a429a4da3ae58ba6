"""How the daemon holds a process that reads one video: its reports, its end, and the power to end it."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence

from subextract.concurrency.cores import opencv_threads
from subextract.concurrency.liveness import Deadlines
from subextract.concurrency.processes import COMMAND, Died, Process
from subextract.errors import SubextractError
from subextract.ledger import Job
from subextract.watch.messages import Order, Report

log = logging.getLogger(__name__)

KEPT_LINES = 20  # of what a worker says; the last one may be the only reason for a crash


class Running:
    """A worker. ``status`` is None while it runs, then its exit status (negative: the signal that ended it).

    ``wake`` is called, from another thread, when there is something new.
    """

    def __init__(self, job: Job, order: Order, wake: Callable[[], None], command: Sequence[str] = COMMAND) -> None:
        self.job = job
        self.report = Report()
        self.status: int | None = None
        self.deadlines = Deadlines()
        self._said: deque[str] = deque(maxlen=KEPT_LINES)
        self._wake = wake
        threads = order.options.get("threads")
        self._process = Process(
            environment=opencv_threads(threads), level=logging.INFO, on_line=self._keep, command=command
        )
        threading.Thread(target=self._attend, args=(order,), name=f"job {job.id}", daemon=True).start()

    @property
    def last_words(self) -> str:
        """The last line it said on stderr."""
        return self._said[-1] if self._said else ""

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """Ask it to keep what it has and end."""
        if self.status is None:
            self._process.stop()

    def kill(self) -> None:
        """End it at once, with everything that it started."""
        if self.status is None:
            self._process.kill()

    def _attend(self, order: Order) -> None:
        """Listen to it until it has ended."""
        status = 0
        try:
            self._process.do(order, self._take, self._keep_record)
        except Died as death:
            status = death.status
        except Exception as error:
            status = error.exit_code if isinstance(error, SubextractError) else SubextractError.exit_code
            self.report = Report("error", reason=" ".join(str(error).split()))
        self._process.close()
        self.status = status
        self._wake()

    def _take(self, report: Report) -> None:
        self.report = report
        self.deadlines.sign()
        if report.state:
            self._wake()

    def _keep_record(self, record: logging.LogRecord) -> None:
        for line in f"{record.name}: {record.getMessage()}".splitlines():
            self._keep(line)

    def _keep(self, line: str) -> None:
        if text := line.strip():
            self._said.append(text)
            log.debug("job %d: %s", self.job.id, text)
