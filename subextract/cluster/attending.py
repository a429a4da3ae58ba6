"""How a process that works on one video is heard, and ended where it hangs."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from subextract.concurrency.cores import opencv_threads
from subextract.concurrency.liveness import Deadlines
from subextract.concurrency.processes import Died, Process
from subextract.errors import SubextractError, WorkerDied

log = logging.getLogger(__name__)

LOOK = 0.5  # s between two looks whether a process has said something
KEPT_LINES = 20  # of what it says; the last one may be the only reason for a crash


def attended(job: Callable[[Callable[[Any], None]], object], cores: int, stall: float, limit: float) -> Any:
    """Do a job in a process of its own.

    Args:
        job: Something that pickle takes. What it tells last is its answer; None is no more than a sign of life.
        cores: How many cores OpenCV may use there.
        stall: For how long (s) the process may be silent (``liveness.Deadlines``).
        limit: How long (s) it may take.

    Returns:
        The answer of the job.

    Raises:
        WorkerDied: The process crashed, was silent for too long, or took too long.
        SubextractError: Whatever else the job raised.
    """
    said: deque[str] = deque(maxlen=KEPT_LINES)
    process = Process(environment=opencv_threads(cores), level=logging.WARNING, on_line=said.append)
    watchdog = _Watchdog(process, stall, limit)
    try:
        process.do(job, watchdog.hear, lambda record: None)
    except Died as death:
        words = f": {said[-1]}" if said else ""
        crash = f"The process that worked on it {death}{words}; it may be damaged, or need more memory."
        raise WorkerDied(watchdog.bark or crash) from None
    except SubextractError:
        raise
    except Exception as error:
        log.info("In detail:", exc_info=error)
        raise SubextractError(f"Unexpected {type(error).__name__} ({' '.join(str(error).split())}).") from error
    finally:
        watchdog.end()
        process.close()
    return watchdog.answer


class _Watchdog:
    """Ends a process that misses its deadlines. ``bark`` says why it did, ``answer`` is what was told last."""

    def __init__(self, process: Process, stall: float, limit: float) -> None:
        self.answer: Any = None
        self.bark: str | None = None
        self._process, self._bounds, self._deadlines = process, (stall, limit), Deadlines()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def hear(self, item: Any) -> None:
        self._deadlines.sign()
        if item is not None:  # a thread that reads ahead may give a sign even after the answer
            self.answer = item

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK):
            if missed := self._deadlines.missed(*self._bounds):
                self.bark = missed
                self._process.kill()
                return
