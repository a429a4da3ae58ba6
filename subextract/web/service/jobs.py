"""Which requests there are about jobs, and how they are answered."""

from __future__ import annotations

import asyncio
import string
import time
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from subextract.ledger import STATES, Job, Ledger
from subextract.output.naming import review_of
from subextract.web.problems import Problem
from subextract.web.service.desk import API, Desk, is_over
from subextract.web.service.events import Growing, events
from subextract.web.service.places import drop
from subextract.web.service.results import KINDS, text_of
from subextract.web.service.reviews import Reviews
from subextract.web.service.submitting import Submitting

MAX_LISTED = 200
LISTED = 50
LONGEST_WAIT = 60  # s; proxies give up soon after
MAX_STREAMS = 500  # each holds a connection
DAY = 86_400.0  # s
PLAIN = frozenset(string.ascii_letters + string.digits + " -_.,+()[]")  # need no quoting, in headers and shells


class _Number(Convertor[int]):
    """A number that is surely one of SQLite's."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", _Number())


class Jobs:
    """The requests about the jobs of a service."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._growing, self._submitting = desk, Growing(desk), Submitting(desk)
        self._reviews, self._streams = Reviews(desk), 0

    def routes(self) -> list[Route | Mount]:
        one = f"{API}/{{id:number}}"
        return [
            Route(API, self.make, methods=["POST"]),
            Route(API, self.all, methods=["GET"]),
            Route(one, self.one, methods=["GET"]),
            Route(one, self.delete, methods=["DELETE"]),
            Route(f"{one}/cancel", self.cancel, methods=["POST"]),
            Route(f"{one}/result", self.result, methods=["GET"]),
            Route(f"{one}/events", self.events, methods=["GET"]),
            Mount(f"{one}/review", self._reviews),
        ]

    def close(self) -> None:
        self._reviews.close()

    async def make(self, request: Request) -> Response:
        _parameters(request, ())
        job = await self._submitting.job(request)
        return JSONResponse(self._desk.told(job), 202, headers={"Location": f"{API}/{job.id}"})

    async def all(self, request: Request) -> Response:
        asked = _parameters(request, ("state", "limit", "before"))
        state = asked.get("state")
        if state is not None and state not in STATES:
            raise Problem(422, f"There is no state {state!r}; the states are {', '.join(STATES)}.")
        limit = _whole(asked, "limit", LISTED, range(1, MAX_LISTED + 1))
        before = _whole(asked, "before", 0, range(1, 1 << 62)) or None
        return JSONResponse(await self._desk.books.ask(lambda ledger: self._page(ledger, state, limit, before)))

    def _page(self, ledger: Ledger, state: str | None, limit: int, before: int | None) -> dict[str, object]:
        found = ledger.asked(self._desk.folder, state, limit + 1, before)
        shown = found[:limit]
        way_on = {"limit": limit, "before": shown[-1].id} | ({"state": state} if state else {}) if shown else {}
        following = f"{API}?{urlencode(way_on)}" if len(found) > limit else None
        return {"jobs": [self._desk.told(job) for job in shown], "next": following}

    async def one(self, request: Request) -> Response:
        wait = _whole(_parameters(request, ("wait",)), "wait", 0, range(LONGEST_WAIT + 1))
        job, until = await self._job(request), time.monotonic() + wait
        while not is_over(job) and time.monotonic() < until and not self._desk.stopped.is_set():
            await asyncio.sleep(min(0.5, max(0.0, until - time.monotonic())))
            job = await self._desk.look(job.id)
        return JSONResponse(self._desk.told(job))

    async def delete(self, request: Request) -> Response:
        _parameters(request, ())
        await self._remove(await self._job(request))
        return Response(status_code=204)

    async def cancel(self, request: Request) -> Response:
        _parameters(request, ())
        job = await self._job(request)
        if not await self._desk.books.ask(lambda ledger: ledger.cancel(job.id)):
            raise Problem(409, f"Job {job.id} has ended already: it is {job.state}.")
        self._desk.books.forget(job.id)
        self._desk.workers.end(job.id)
        return JSONResponse(self._desk.told(await self._job(request)))

    async def result(self, request: Request) -> Response:
        asked = _parameters(request, ("format", "part"))
        job, form = await self._job(request), asked.get("format", "srt").lower()
        if job.state != "done":
            reason = self._desk.told(job)["reason"]
            raise Problem(409, f"Job {job.id} is {job.state}{f': {reason}' if reason else ', and has no result.'}")
        text = await run_in_threadpool(text_of, job, form, asked.get("part"))
        return Response(text, media_type=KINDS[form], headers=_attachment(job, asked.get("part"), form))

    async def events(self, request: Request) -> Response:
        _parameters(request, ())
        job = await self._job(request)
        if self._streams >= MAX_STREAMS:
            raise Problem(503, "Too many clients follow jobs; ask for the job itself instead.")
        headers = {"X-Accel-Buffering": "no"}
        return StreamingResponse(self._counted(job.id), media_type="text/event-stream", headers=headers)

    async def _counted(self, number: int) -> AsyncIterator[str]:
        self._streams += 1
        try:
            async for event in events(self._desk, self._growing, number):
                yield event
        finally:
            self._streams -= 1

    async def tidy(self) -> None:
        """Delete the jobs that ended longer ago than they are kept."""
        days = self._desk.settings.keep_days
        if not days:
            return
        oldest = time.time() - days * DAY
        for job in await self._desk.books.ask(lambda ledger: ledger.asked(self._desk.folder)):
            if is_over(job) and _last_touched(job) < oldest:
                await self._remove(job)

    async def _job(self, request: Request) -> Job:
        return await self._desk.job(request.path_params["id"])

    async def _remove(self, job: Job) -> None:
        """Delete a job with all its files, whatever it is about."""
        await self._desk.books.ask(lambda ledger: _dropped(ledger, job.id))
        self._desk.books.forget(job.id)
        self._desk.workers.end(job.id)
        self._reviews.forget(job.id)
        await run_in_threadpool(drop, Path(job.video).parent)


def _last_touched(job: Job) -> float:
    """When a job ended, or somebody last mended its cues."""
    try:
        return max(job.updated, review_of(Path(job.video)).stat().st_mtime)
    except OSError:
        return job.updated


def _dropped(ledger: Ledger, number: int) -> None:
    """Take a job out of the ledger, and from who is at it."""
    with ledger.together():
        ledger.cancel(number)
        ledger.forget(number)


def _parameters(request: Request, known: Collection[str]) -> dict[str, str]:
    """The parameters of a request; Problem where one is unknown or there twice."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in known or name in found:
            raise Problem(422, f"The parameters here are: {', '.join(known) or 'none'}; each once.")
        found[name] = value
    return found


def _whole(asked: dict[str, str], name: str, default: int, allowed: range) -> int:
    value = asked.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdecimal() and len(value) < 20 and int(value) in allowed):
        raise Problem(422, f"{name} is a whole number from {allowed[0]} to {allowed[-1]}.")
    return int(value)


def _attachment(job: Job, part: str | None, form: str) -> dict[str, str]:
    name = ".".join(filter(None, (Path(job.title or "video").stem or "video", part, form)))
    plain = "".join(letter if letter in PLAIN else "_" for letter in name)  # for curl, which knows no other
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"}
