"""Where unfinished work is kept: one folder for each attempt, beside the ledger, so that the library sees whole files
alone."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

from subextract.errors import OutputError

KEPT = (".resume", ".review.part", ".review.part-journal")
"""How the names end of what an attempt goes on with; SQLite's journal belongs to its file."""


def folder(ledger: Path) -> Path:
    """The folder of all unfinished work of a ledger."""
    return ledger.with_name(ledger.name + ".work")


def take_over(place: Path, job: int, token: int) -> Path:
    """The folder of an attempt, with the place where an earlier one stopped.

    It is the earlier one's folder under a new name: should that attempt still be running somewhere, it cannot write any
    more.
    """
    mine = attempt(place, job, token)
    try:
        place.mkdir(parents=True, exist_ok=True)
        earlier = sorted(_attempts(place, job), key=_token)
        if earlier:
            earlier[-1].rename(mine)
        mine.mkdir(exist_ok=True)
        for path in mine.iterdir():
            if not path.name.endswith(KEPT):
                path.unlink()
    except OSError as exc:
        raise OutputError(
            f"{place} cannot be written ({exc.strerror}); free some space or choose another --ledger."
        ) from exc
    for stale in earlier[:-1]:
        shutil.rmtree(stale, ignore_errors=True)
    return mine


def attempt(place: Path, job: int, token: int) -> Path:
    """The folder of an attempt, be it there or not."""
    return place / f"{job}-{token}"


def drop(place: Path, job: int) -> None:
    """Forget the unfinished work of a job."""
    for attempt in _attempts(place, job):
        shutil.rmtree(attempt, ignore_errors=True)


def sweep(place: Path, is_wanted: Callable[[int], bool]) -> None:
    """Forget the unfinished work of all jobs but the wanted ones: nobody was there when they ended."""
    for attempt in place.glob("*-*"):
        with contextlib.suppress(ValueError):
            if not is_wanted(int(attempt.name.split("-")[0])):
                shutil.rmtree(attempt, ignore_errors=True)


def _attempts(place: Path, job: int) -> list[Path]:
    return list(place.glob(f"{job}-*"))


def _token(attempt: Path) -> int:
    return int(attempt.name.split("-")[1])
