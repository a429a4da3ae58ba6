"""Whether work in another process goes on: how it says so, and when it has to be ended because it does not.

Whoever reads packets, fetches bytes, opens a model or asks one calls ``alive``, so that no stage has to hand a callback
through all others to be heard. A process of its own passes that on (``heard``); where nobody listens it costs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LOADING = 120.0  # s that a process may take for its libraries at least, before its first sign: disks may be far away
SIGN_SECONDS = 1.0  # between two signs of life that are passed on

_listeners: list[Callable[[], None]] = []


def alive() -> None:
    """Say that the work goes on; to be called, from any thread, after each piece of work that is real progress."""
    for listener in _listeners:
        listener()


@contextmanager
def heard(listener: Callable[[], None]) -> Iterator[None]:
    """As long as this lasts, ``listener`` is called when the work in this process goes on, once a second at most.

    It may be called from any thread.
    """
    last = time.monotonic()

    def now_and_then() -> None:
        nonlocal last
        if time.monotonic() - last >= SIGN_SECONDS:
            last = time.monotonic()
            listener()

    _listeners.append(now_and_then)
    try:
        yield
    finally:
        _listeners.remove(now_and_then)


class Deadlines:
    """When a process that begins now has to be ended, because it gives no sign of life or takes too long."""

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()
        self._is_loading = True

    def sign(self) -> None:
        """Note a sign of life."""
        self._last, self._is_loading = time.monotonic(), False

    def missed(self, stall: float, limit: float) -> str | None:
        """Why it has to be ended now, as a sentence; None where it may go on.

        Args:
            stall: For how long (s) it may be silent; before its first sign for LOADING at least.
            limit: How long (s) it may take.
        """
        now, silence = time.monotonic(), max(stall, LOADING) if self._is_loading else stall
        if now - self._last >= silence:
            return f"It made no progress for {silence:g} s; it may be damaged, or --stall too short for busy cores."
        if now - self._began >= limit:
            return f"It took longer than {limit:g} s; --limit allows more."
        return None
