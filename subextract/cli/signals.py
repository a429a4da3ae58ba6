"""How signals stop a run."""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from subextract.errors import Interrupted

if TYPE_CHECKING:
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
IMPATIENCE = 1.0  # s; a second Ctrl-C within this time may be the first one, sent to the whole process group


@contextmanager
def stoppable(at_last: Callable[[], None] = lambda: None) -> Iterator[list[int]]:
    """Let SIGTERM end a run as Ctrl-C does; yields the list of the signals that came.

    The first one raises KeyboardInterrupt, so that what was found is written. The same one again ends the process at
    once, after ``at_last``. A different signal does not: the parent may pass on its own signal much later.
    """
    came: list[int] = []
    first = math.inf

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal first
        is_first = not came  # another signal may come in the midst of this
        came.append(number)
        if is_first:
            first = time.monotonic()
            raise KeyboardInterrupt
        if number == came[0] and time.monotonic() - first > IMPATIENCE:
            at_last()
            os._exit(Interrupted.exit_code)

    if threading.current_thread() is not threading.main_thread():  # only the main thread may set handlers
        yield came
        return
    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def deferred() -> Iterator[None]:
    """Let signals wait, also for ever in threads that are started meanwhile, which inherit the mask.

    The mask holds for one thread only, and any other may be given the signal, whose handler then runs in this one all
    the same: so the handlers wait as well.
    """
    if threading.current_thread() is not threading.main_thread():  # only the main thread may set handlers
        yield
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in SIGNALS}
    if sys.platform != "win32":  # no mask there
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])
