"""How signals stop a run."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from subextract.concurrency.deferring import SIGNALS
from subextract.errors import Interrupted

if TYPE_CHECKING:
    from types import FrameType

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
