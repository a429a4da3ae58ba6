"""How the daemon holds a process that reads one video: its reports, its end, and the power to end it."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import IO

from subextract.concurrency.cores import OPENCV_THREADS
from subextract.ledger import Job
from subextract.watch.order import Order, Report

log = logging.getLogger(__name__)

WORKER = (sys.executable, "-m", "subextract.watch.worker")
KEPT_LINES = 20  # of what a worker says on stderr; the last one may be the only reason for a crash


class Running:
    """A worker. ``status`` is None while it runs, then its exit status (negative: the signal that ended it).

    ``wake`` is called, from another thread, when there is something new.
    """

    def __init__(self, job: Job, order: Order, wake: Callable[[], None], command: Sequence[str] = WORKER) -> None:
        self.job = job
        self.report = Report()
        self.status: int | None = None
        self.started = self.progressed = time.monotonic()
        self._said: deque[str] = deque(maxlen=KEPT_LINES)
        self._wake = wake
        threads = order.options.get("threads")
        # A session of its own: a signal for the daemon's group leaves it alone, and it can be ended with its children.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={OPENCV_THREADS: str(threads), **os.environ} if threads else None,
            start_new_session=True,
        )
        for work in (self._listen, self._keep_what_is_said):
            threading.Thread(target=work, name=f"{work.__name__} {job.id}", daemon=True).start()
        with contextlib.suppress(OSError, ValueError):  # it died at once, and may be closed: its status will tell
            _stream(self._process.stdin).write(order.dumps().encode())
            _stream(self._process.stdin).flush()

    @property
    def last_words(self) -> str:
        """The last line it said on stderr."""
        return self._said[-1] if self._said else ""

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """Ask it to keep what it has and end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, with everything that it started."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def _listen(self) -> None:
        for line in _stream(self._process.stdout):
            try:
                self.report = Report.loads(line.decode())
            except (ValueError, TypeError, AttributeError):
                log.debug("A worker said what is no report: %r", line)
                continue
            self.progressed = time.monotonic()
            if self.report.state:
                self._wake()
        self._end()

    def _end(self) -> None:
        """Its output has ended, so it has or soon will; what it started goes with it."""
        status = self._process.wait()
        self._signal(signal.SIGKILL)
        _stream(self._process.stdout).close()
        with contextlib.suppress(OSError):
            _stream(self._process.stdin).close()
        self.status = status
        self._wake()

    def _keep_what_is_said(self) -> None:
        with _stream(self._process.stderr) as said:
            for line in said:
                text = line.decode("utf-8", "backslashreplace").strip()
                if text:
                    self._said.append(text)
                    log.debug("job %d: %s", self.job.id, text)


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
