"""How the jobs of a watched folder are looked at and steered from a terminal."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from subextract.cli.flags import Json
from subextract.cli.tables import print_json, print_table
from subextract.errors import UsageError
from subextract.options import clock, resolve_section
from subextract.watch.settings import Watching, ledger_path

if TYPE_CHECKING:
    from subextract.ledger import Job, Ledger

LISTED = 50  # jobs; the newest ones say what is going on

_LedgerFile = Annotated[
    Path | None, Parameter(name="--ledger", help="Database file of the jobs, if not in the default place.")
]
_Number = Annotated[int, Parameter(help="Number of the job.")]

jobs = App(name="jobs", help="Show and control the jobs of a watched folder.")


@jobs.default
@jobs.command(name="list")
def list_jobs(
    *,
    state: Annotated[
        str | None,
        Parameter(help="Only jobs in this state: queued, running, done, failed, skipped, gone or cancelled."),
    ] = None,
    limit: Annotated[int, Parameter(help="Number of jobs to list, newest first; 0 means all.")] = LISTED,
    json: Json = False,
    ledger: _LedgerFile = None,
) -> None:
    """List the newest jobs and the number of jobs in each state."""
    from subextract.ledger import STATES

    if state is not None and state not in STATES:
        raise UsageError(f"--state: there is no state {state!r}; the states are {', '.join(STATES)}.")
    with _opened(ledger) as opened:
        found, counts, paused = opened.jobs(state, limit or -1), opened.counts(), opened.paused()
    if json:
        print_json({"paused": paused, "counts": counts, "jobs": [asdict(job) for job in found]})
        return
    if found:
        print_table(["job", "state", "video", "what"], map(_row, found))
    summary = ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "no jobs"
    print(f"{summary}{'; paused' if paused else ''}")


@jobs.command
def show(number: _Number, /, *, json: Json = False, ledger: _LedgerFile = None) -> None:
    """Show all details of a job."""
    with _opened(ledger) as opened:
        job = opened.job(number)
        if job is None:
            raise _unknown(number)
        facts = asdict(job) | {"outputs": list(opened.results(job))}
    if json:
        print_json(facts)
        return
    for name in ("due", "updated", "tell"):
        facts[name] = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(facts[name])) if facts[name] else None
    print_table([], [(name, _shown(value)) for name, value in facts.items()])


@jobs.command
def retry(number: _Number, /, *, ledger: _LedgerFile = None) -> None:
    """Queue a job again, whatever its state."""
    with _opened(ledger) as opened:
        if not opened.retry(number):
            if opened.job(number):
                raise UsageError(f"Job {number} is being read just now; wait for its end.")
            raise _unknown(number)


@jobs.command
def forget(number: _Number, /, *, ledger: _LedgerFile = None) -> None:
    """Remove a job. If its video is still there, the watch finds it as a new one."""
    with _opened(ledger) as opened:
        if not opened.forget(number):
            raise _unknown(number)


@jobs.command
def cancel(number: _Number, /, *, ledger: _LedgerFile = None) -> None:
    """End a job that waits or runs; retry queues it again."""
    with _opened(ledger) as opened:
        if not opened.cancel(number):
            job = opened.job(number)
            raise UsageError(f"Job {number} has ended already: it is {job.state}.") if job else _unknown(number)


@jobs.command
def pause(*, ledger: _LedgerFile = None) -> None:
    """Start no new jobs. Running jobs finish."""
    with _opened(ledger) as opened:
        opened.pause(True)


@jobs.command
def resume(*, ledger: _LedgerFile = None) -> None:
    """Start jobs again."""
    with _opened(ledger) as opened:
        opened.pause(False)


def _unknown(number: int) -> UsageError:
    return UsageError(f"There is no job {number}; subextract jobs lists them.")


def _opened(chosen: Path | None) -> Ledger:
    """The ledger of the watch, which must be there: a mistyped name makes no new one."""
    from subextract.ledger import Ledger

    path = ledger_path(resolve_section(Watching, {"ledger": chosen} if chosen else {}, os.environ).ledger)
    if not path.exists():
        raise UsageError(f"There is no ledger {path}; name that of the watch with --ledger.")
    return Ledger(path)


def _row(job: Job) -> tuple[str, ...]:
    return str(job.id), job.state, job.title or job.video, _what(job)


def _what(job: Job) -> str:
    """In a few words what there is to know of a job in its state."""
    if job.state == "running":
        whole = f" of {clock(job.duration)}" if job.duration else ""
        return f"at {clock(job.position)}{whole}"
    if job.state == "done" and job.cues:
        return f"{job.cues} cues{f' in {job.language}' if job.language else ''}, {job.seconds or 0:g} s"
    return job.reason or ""


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
