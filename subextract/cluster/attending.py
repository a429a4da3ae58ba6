"""How a process that works on one video is heard, and ended where it hangs."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from subextract.concurrency.cores import opencv_threads
from subextract.concurrency.processes import Died, Process
from subextract.errors import SubextractError, WorkerDied

log = logging.getLogger(__name__)

LOADING = 120.0  # s that a process may take for its libraries at least, before its first word: disks may be far away
LOOK = 1.0  # s between two looks whether a process has said something
KEPT_LINES = 20  # of what it says; the last one may be the only reason for a crash


def attended(job: Callable[[Callable[[Any], None]], object], cores: int, stall: float, limit: float) -> Any:
    """Have a job done in a process of its own; what it told last is the answer.

    ``stall`` is for how long (s) it may tell nothing once it has begun to, ``limit`` how long it may take. Raises
    WorkerDied where it ended otherwise, and a SubextractError of whatever else the job raises.
    """
    said: deque[str] = deque(maxlen=KEPT_LINES)
    process = Process(environment=opencv_threads(cores), level=logging.WARNING, on_line=said.append)
    watchdog = _Watchdog(process, stall, limit)
    try:
        process.do(job, watchdog.hear, lambda record: None)
    except Died as death:
        words = f": {said[-1]}" if said else ""
        reason = watchdog.bark or f"The process that worked on it {death}{words}"
        raise WorkerDied(f"{reason}; it may be damaged, or need more memory.") from None
    except SubextractError:
        raise
    except Exception as error:
        log.info("In detail:", exc_info=error)
        raise SubextractError(f"Unexpected {type(error).__name__} ({' '.join(str(error).split())}).") from error
    finally:
        watchdog.end()
        process.close()
    return watchdog.heard


class _Watchdog:
    """Ends a process that tells nothing for too long, or takes too long. ``bark`` says why it did."""

    def __init__(self, process: Process, stall: float, limit: float) -> None:
        self.heard: Any = None
        self.bark: str | None = None
        self._process, self._stall, self._later = process, max(stall, LOADING), stall
        self._due, self._last = time.monotonic() + limit, time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def hear(self, item: Any) -> None:
        self.heard, self._last, self._stall = item, time.monotonic(), self._later

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(min(LOOK, max(0.0, min(self._last + self._stall, self._due) - time.monotonic()))):
            now = time.monotonic()
            if now >= self._due:
                self.bark = "It took longer than --limit allows"
            elif now >= self._last + self._stall:
                self.bark = f"It made no progress for {self._stall:g} s"
            if self.bark:
                self._process.kill()
                return
