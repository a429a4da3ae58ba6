"""What a signal from outside does to a run."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from subextract.errors import Interrupted

if TYPE_CHECKING:
    from types import FrameType

IMPATIENCE = 1.0  # s; a second Ctrl-C within this time may be the first one, sent to the whole process group


@contextmanager
def stoppable() -> Iterator[list[int]]:
    """Let SIGTERM end a run as Ctrl-C does; yields the list of the signals that came.

    The first one raises KeyboardInterrupt, so that what was found is written. Another one ends the process at once.
    """
    came: list[int] = []
    first = 0.0

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal first
        came.append(number)
        if len(came) == 1:
            first = time.monotonic()
            raise KeyboardInterrupt
        if time.monotonic() - first > IMPATIENCE:
            os._exit(Interrupted.exit_code)

    if threading.current_thread() is not threading.main_thread():  # only the main thread may set handlers
        yield came
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
