"""Wakes the loop: for signals, workers that end, and videos that are found."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any

STOPPING = {signal.SIGTERM, signal.SIGINT}


class Wakeup:
    """Rung from any thread and from signal handlers, for one thread that waits. It remembers which signals came."""

    def __init__(self) -> None:
        # Its put is the only one of the standard library that a signal handler may interrupt and call again.
        self._rings: SimpleQueue[None] = SimpleQueue()
        self._signals: list[int] = []

    def ring(self) -> None:
        self._rings.put(None)

    def wait(self, seconds: float) -> None:
        """Until it has rung, or so long."""
        try:
            self._rings.get(timeout=seconds)
            while True:
                self._rings.get_nowait()
        except Empty:
            pass

    @property
    def is_stopped(self) -> bool:
        """Whether a signal came that ends the watch."""
        return bool(STOPPING & {*self._signals})

    def take_hangup(self) -> bool:
        """Whether SIGHUP came since this was asked last."""
        came = signal.SIGHUP in self._signals
        self._signals = [number for number in self._signals if number != signal.SIGHUP]
        return came

    @contextmanager
    def noting_signals(self) -> Iterator[None]:
        """Note SIGTERM, SIGINT and SIGHUP instead of dying of them, where this is the main thread."""

        def note(number: int, frame: Any) -> None:
            self._signals.append(number)
            self.ring()

        if threading.current_thread() is not threading.main_thread():  # only that one may set handlers
            yield
            return
        before = {number: signal.signal(number, note) for number in (*STOPPING, signal.SIGHUP)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
