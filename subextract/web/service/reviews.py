"""How the page of a review is had for each job: the same that ``subextract review`` serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from subextract.errors import InputError
from subextract.ledger import Job
from subextract.output.naming import review_of
from subextract.review import Sidecar
from subextract.web.problems import Problem
from subextract.web.reviewing import Reviewing
from subextract.web.service.desk import Desk, is_over

MAX_OPEN = 16  # reviews; of further ones the one that nobody has asked for longest is closed


@dataclass(slots=True)
class _Open:
    sidecar: Sidecar
    app: ASGIApp
    users: int = 0


class Reviews:
    """An application that hands a request on to the review of its job."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: dict[int, _Open] = {}
        self._opening = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        job = await self._desk.look(scope["path_params"]["id"])  # a page asks for much at once
        job = job if is_over(job) else await self._desk.job(job.id)
        async with self._review(job) as app:
            await app(scope, receive, send)

    @asynccontextmanager
    async def _review(self, job: Job) -> AsyncIterator[ASGIApp]:
        async with self._opening:
            opened = self._open.pop(job.id, None)
            if opened is None:
                opened = await run_in_threadpool(_opened, job)
            self._open[job.id] = opened  # now the last one
        opened.users += 1
        try:
            self._close_idle()
            yield opened.app
        finally:
            opened.users -= 1

    def _close_idle(self) -> None:
        for number in list(self._open)[:-MAX_OPEN]:
            if not self._open[number].users:
                self._open.pop(number).sidecar.close()

    def forget(self, number: int) -> None:
        """Close the review of a job that is being deleted."""
        if opened := self._open.pop(number, None):
            opened.sidecar.close()

    def close(self) -> None:
        for number in list(self._open):
            self.forget(number)


def _opened(job: Job) -> _Open:
    video = Path(job.video)
    path = review_of(video)
    if job.state != "done" or not path.exists():
        raise Problem(409 if job.state in ("queued", "running") else 404, f"Job {job.id} has nothing to be looked at.")
    try:
        sidecar = Sidecar(path)
    except InputError as error:
        raise Problem(
            500, "The review of this job is damaged; delete the job, and have the video read again."
        ) from error
    return _Open(sidecar, Reviewing(sidecar, video, job.title).app())
