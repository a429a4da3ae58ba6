"""How one video is extracted in a process of its own, and what that process tells the one that started it.

An item that it tells is a tuple: ("moved", done ms, total ms) or ("found", cues).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext

from subextract.cli.extracting import extract, load_libraries
from subextract.cli.saying import explained
from subextract.cli.stopping import stoppable
from subextract.concurrency.processes import Tell
from subextract.errors import EngineError, SubextractError, UsageError
from subextract.output import Plan
from subextract.runner import Unheard
from subextract.types import Cue

RENEWAL = 0.1  # s; the display is drawn ten times a second


def work(plan: Plan, quiet: bool, tell: Tell) -> None:
    """Extract one video; SIGTERM stops it as it stops the command line."""
    load_libraries()
    try:
        with stoppable():
            extract(plan, nullcontext(_Telling(tell)), quiet)
    except Exception as error:
        raise _named(explained(error), plan) from None


def _named(error: SubextractError, plan: Plan) -> SubextractError:
    """The error with the name of its video, unless it says that or would come with any video."""
    if isinstance(error, UsageError | EngineError) or str(plan.video) in str(error):
        return error
    return type(error)(f"{plan.video}: {error}")


class _Telling(Unheard):
    """Passes on how far the run is."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._moved_at = 0.0

    def moved(self, done: int, total: int | None) -> None:
        if time.monotonic() - self._moved_at >= RENEWAL:
            self._moved_at = time.monotonic()
            self._tell(("moved", done, total))

    def found(self, cues: Sequence[Cue]) -> None:
        self._tell(("found", len(cues)))
