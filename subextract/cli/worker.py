"""How one video is extracted in a process of its own, and what that process tells the one that started it.

A message is a tuple: ("begun",), ("moved", done ms, total ms), ("found", cues), ("said", lines) and at last
("ended", what went wrong or None).
"""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from multiprocessing.connection import Connection
from typing import Any

from subextract.cli.extracting import extract, load_libraries
from subextract.cli.saying import configure_logging, explained
from subextract.cli.stopping import let_in, stoppable
from subextract.concurrency.cores import OPENCV_THREADS
from subextract.errors import EngineError, Interrupted, SubextractError, UsageError
from subextract.output import Plan
from subextract.types import Cue

RENEWAL = 0.1  # s; the display is drawn ten times a second


def work(plan: Plan, verbosity: int, quiet: bool, connection: Connection) -> None:
    """Extract one video; stops as the command line does, and where nobody listens any more."""
    os.environ.setdefault(OPENCV_THREADS, str(plan.options.threads))
    load_libraries()
    wire = sys.stderr = Wire(connection)
    configure_logging(verbosity, quiet, plan.video.name)
    with suppress(OSError), stoppable():
        wire.send("ended", _outcome(plan, quiet, wire))


def _outcome(plan: Plan, quiet: bool, wire: Wire) -> SubextractError | None:
    try:
        wire.send("begun")
        let_in()
        extract(plan, nullcontext(wire), quiet)
    except KeyboardInterrupt:  # before there was anything to write
        return Interrupted()
    except Exception as error:
        return _named(explained(error), plan)
    return None


def _named(error: SubextractError, plan: Plan) -> SubextractError:
    """The error with the name of its video, unless it says that or would come with any video."""
    if isinstance(error, UsageError | EngineError) or str(plan.video) in str(error):
        return error
    return type(error)(f"{plan.video}: {error}")


class Wire(io.TextIOBase):
    """The way to the process that shows and says everything: takes the place of a display and of stderr."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._one_at_a_time = threading.Lock()
        self._line = ""
        self._moved_at = 0.0

    def send(self, *message: Any) -> None:
        with self._one_at_a_time:
            self._connection.send(message)

    def moved(self, done: int, total: int | None) -> None:
        if time.monotonic() - self._moved_at >= RENEWAL:
            self._moved_at = time.monotonic()
            self.send("moved", done, total)

    def found(self, cues: Sequence[Cue]) -> None:
        self.send("found", len(cues))

    def translated(self, done: int, total: int | None) -> None:
        pass

    def write(self, text: str) -> int:
        """Whole lines, so that those of several videos are not mixed."""
        lines, end, self._line = (self._line + text).rpartition("\n")
        if end:
            self.send("said", lines + end)
        return len(text)
