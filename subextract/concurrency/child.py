"""The program of a process that does jobs for its parent: ``python -m subextract.concurrency.child LEVEL``.

Jobs come on its standard input, messages go to its standard output; ``processes`` describes both. Unlike a process of
``multiprocessing`` it does not run the user's own script once more.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import signal
import sys
import threading
import traceback
from logging.handlers import QueueHandler
from queue import SimpleQueue

from subextract.concurrency.processes import Job
from subextract.errors import Interrupted, SubextractError


class _Wire(QueueHandler):
    """Carries messages to the parent, one at a time; as a log handler it carries log records too."""

    def __init__(self) -> None:
        super().__init__(SimpleQueue())
        self._one_at_a_time = threading.Lock()
        self._pipe = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)  # whatever else is printed

    def enqueue(self, record: logging.LogRecord) -> None:
        self.send("log", record)

    def tell(self, item: object) -> None:
        self.send("item", item)

    def send(self, kind: str, value: object) -> None:
        """Write a message. Without a parent nobody reads it; the end of the input then stops the job."""
        message = pickle.dumps((kind, value), pickle.HIGHEST_PROTOCOL)
        with self._one_at_a_time, contextlib.suppress(OSError):
            self._pipe.write(message)
            self._pipe.flush()


class _Jobs:
    """The jobs that wait, and how many are not done."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Job | None] = SimpleQueue()
        self._unfinished = 0
        self._pipe = os.fdopen(os.dup(0), "rb")  # not sys.stdin, whose lock would make the interpreter abort at its end
        threading.Thread(target=self._receive, daemon=True).start()

    def next(self) -> Job | None:
        return self._waiting.get()

    def done(self) -> None:
        self._unfinished -= 1

    def _receive(self) -> None:
        """Take jobs in a thread, so that the end of the input is noticed while one is being done."""
        with contextlib.suppress(EOFError):
            while True:
                job = pickle.load(self._pipe)
                self._unfinished += 1
                self._waiting.put(job)
        if self._unfinished:
            os.kill(os.getpid(), signal.SIGTERM)  # the parent is gone: a job that handles SIGTERM keeps what it has
        self._waiting.put(None)


def main(level: int) -> None:
    """Do the jobs that come until the input ends; log from ``level`` on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where a session of one's own does not keep it away
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})  # the parent may have blocked it while it forked
    wire = _Wire()
    logging.getLogger().addHandler(wire)
    logging.getLogger("subextract").setLevel(level)
    jobs = _Jobs()
    while job := jobs.next():
        error = _error_of(job, wire)
        jobs.done()
        wire.send("error" if error else "end", error)


def _error_of(job: Job, wire: _Wire) -> Exception | None:
    try:
        job(wire.tell)
    except KeyboardInterrupt:  # it was stopped before it had begun, or after its end
        return Interrupted()
    except SubextractError as error:
        return error
    except Exception as error:
        error.add_note(traceback.format_exc())  # the only part of a traceback that pickle takes along
        return error
    return None


if __name__ == "__main__":
    main(int(sys.argv[1]))
