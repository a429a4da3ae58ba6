"""How far the videos at work have come, shown on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from subextract.options import clock

if TYPE_CHECKING:
    from subextract.output import Plan
    from subextract.types import Cue


class Bars:
    """The progress of all videos at work; nothing is shown where stderr is no terminal, or with --quiet."""

    def __init__(self, quiet: bool) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[where]}"),
            TextColumn("{task.fields[speed]}"),
            TextColumn("{task.fields[cues]} cues"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=quiet or not sys.stderr.isatty(),
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @contextmanager
    def bar(self, plan: Plan) -> Iterator[Bar]:
        """The line of one more video, until it is done."""
        bar = Bar(self._progress, plan)
        try:
            yield bar
        finally:
            self._progress.remove_task(bar.task)


class Bar:
    """The progress of one video."""

    def __init__(self, progress: Progress, plan: Plan) -> None:
        self._progress = progress
        self._start = plan.remaining.start
        self._since = time.monotonic()
        self.task = progress.add_task(plan.video.name, total=None, where="", speed="", cues=0)

    def moved(self, done: int, total: int | None) -> None:
        """``done`` of ``total`` milliseconds of the video have been looked at."""
        whole = f" of {clock(self._start + total)}" if total else ""
        speed = done / 1000 / max(time.monotonic() - self._since, 0.001)
        where = f"{clock(self._start + done)}{whole}"
        self._progress.update(self.task, completed=done, total=total, where=where, speed=f"{speed:.1f}x")

    def found(self, cues: Sequence[Cue]) -> None:
        self.counted(len(cues))

    def counted(self, cues: int) -> None:
        """Show the number of cues."""
        self._progress.update(self.task, cues=cues)

    def translated(self, done: int, total: int | None) -> None:
        pass  # the line says how far the video is


@contextmanager
def counting(name: str, quiet: bool) -> Iterator[Callable[[int, int | None], None]]:
    """Show how many lines of a file are translated; yields the callback for progress."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=None), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=quiet or not sys.stderr.isatty()) as progress:
        task = progress.add_task(name, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def bar(plan: Plan, quiet: bool) -> Iterator[Bar]:
    """The progress of a video that is alone at work."""
    with Bars(quiet) as bars, bars.bar(plan) as shown:
        yield shown
