"""The things that all requests to a service share, and what is told of a job."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from subextract.ledger import OPEN, Job
from subextract.options import Options
from subextract.web.problems import Problem
from subextract.web.service.books import Books
from subextract.web.service.places import Places
from subextract.web.service.results import results_of
from subextract.web.settings import Service

API = "/v1/jobs"
HIGHEST_NUMBER = 1 << 62  # of the numbers of jobs; SQLite knows no larger ones than twice as many


class Workers(Protocol):
    """The workers on the jobs; all methods may be called from any thread."""

    def wake(self) -> None:
        """There may be something to do."""
        ...

    def end(self, number: int) -> None:
        """Nobody wants this job any more."""
        ...

    def progress(self, number: int) -> tuple[int, int | None] | None:
        """How far the reading of a job is, and of how much (ms); None where it is not read here."""
        ...

    def work_of(self, job: Job) -> Path:
        """The folder in which its results grow; it need not be there."""
        ...

    @property
    def is_well(self) -> bool:
        """Whether they work as they should."""
        ...

    def metrics(self, counts: Mapping[str, int]) -> str:
        """The counts of their work, in the text format of Prometheus; ``counts`` are the jobs of each state."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """The things that all requests share.

    ``options`` are those of every job that does not say otherwise; ``check`` raises UsageError or EngineError for what
    cannot be read with. ``stopped`` is set when the service is about to end.
    """

    places: Places
    books: Books
    workers: Workers
    settings: Service
    options: Options
    check: Callable[[Options], None]
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def folder(self) -> str:
        """By what the ledger knows the jobs of this service."""
        return str(self.places.jobs)

    async def job(self, number: int) -> Job:
        """A job of this service as it is now; Problem where there is none."""
        return self._own(
            await self.books.ask(lambda ledger: ledger.job(number)) if number < HIGHEST_NUMBER else None, number
        )

    async def look(self, number: int) -> Job:
        """The same a moment old, for many who ask often."""
        return self._own(await self.books.look(number) if number < HIGHEST_NUMBER else None, number)

    def _own(self, job: Job | None, number: int) -> Job:
        if job is None or job.folder != self.folder or job.options is None:
            raise Problem(404, f"There is no job {number}.")
        return job

    def told(self, job: Job) -> dict[str, Any]:
        """All that is told of a job. Paths of the server are no part of it."""
        position, duration = self.workers.progress(job.id) or (job.position, job.duration)
        here = f"{API}/{job.id}"
        return {
            "id": job.id,
            "title": job.title,
            "state": job.state,
            "options": dict(job.options or {}),
            "position": position,
            "duration": duration,
            "attempts": job.attempts,
            "reason": self._without_paths(job),
            "cues": job.cues,
            "language": job.language,
            "seconds": job.seconds,
            "updated": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(job.updated)),
            "url": here,
            "events": f"{here}/events",
            "review": f"{here}/review/",
            "results": [each._asdict() for each in results_of(job, here)] if job.state == "done" else [],
        }

    def _without_paths(self, job: Job) -> str | None:
        if job.reason is None:
            return None
        names = {job.video: job.title or "", str(self.workers.work_of(job)): "work", str(Path(job.video).parent): "job"}
        reason = job.reason
        for path, name in names.items():
            reason = reason.replace(path, name)
        return reason.replace(str(self.places.root), "data")


def is_over(job: Job) -> bool:
    """Whether nothing more becomes of a job by itself."""
    return job.state not in OPEN
