"""The application of a service: its jobs, its pages, and what it says of itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from subextract.errors import SubextractError
from subextract.web import page
from subextract.web.problems import WRONG, Problem, problem, unrouted
from subextract.web.service.desk import API, Desk
from subextract.web.service.jobs import Jobs
from subextract.web.service.openapi import description

log = logging.getLogger(__name__)

PUBLIC = ("/healthz",)
STREAMED = (API,)
TIDYING = 3600.0  # s between two looks for jobs that are too old


class Application:
    """The application of a service; nothing of it asks who is there (guard.py does)."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._jobs = desk, Jobs(desk)

    def app(self) -> Starlette:
        routes = [
            Route("/", self.index),
            Route("/docs", self.docs),
            Route("/openapi.json", self.openapi),
            Route("/static/{name}", self.static),
            Route("/healthz", self.healthz),
            Route("/metrics", self.metrics),
            *self._jobs.routes(),
        ]
        handlers: dict[Any, Any] = {
            Problem: _problem,
            HTTPException: unrouted,
            SubextractError: _told,
            Exception: _broken,
        }
        return Starlette(routes=routes, exception_handlers=handlers, lifespan=self._lifespan)

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        tidying = asyncio.create_task(self._tidy())
        try:
            yield
        finally:
            tidying.cancel()
            self._jobs.close()

    async def _tidy(self) -> None:
        while True:
            try:
                await self._jobs.tidy()
            except SubextractError as error:
                log.warning("%s", error)
            await asyncio.sleep(TIDYING)

    async def index(self, request: Request) -> Response:
        return Response(page.of_service("jobs"), media_type="text/html")

    async def docs(self, request: Request) -> Response:
        return Response(page.of_service("docs"), media_type="text/html")

    async def openapi(self, request: Request) -> Response:
        return JSONResponse(description(self._desk.settings))

    async def static(self, request: Request) -> Response:
        found = page.files().get(request.path_params["name"])
        if found is None:
            raise Problem(404, WRONG[404])
        return Response(found[1], media_type=found[0])

    async def healthz(self, request: Request) -> Response:
        well = self._desk.workers.is_well
        return JSONResponse({"ok": well, "status": "ok" if well else "no jobs are worked on"}, 200 if well else 503)

    async def metrics(self, request: Request) -> Response:
        counts = await self._desk.books.ask(lambda ledger: ledger.counts())
        return PlainTextResponse(self._desk.workers.metrics(counts), media_type="text/plain; version=0.0.4")


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


async def _told(request: Request, error: Exception) -> Response:
    log.warning("%s", error)
    return problem(503, "The service cannot do that just now; its log says why.")


async def _broken(request: Request, error: Exception) -> Response:
    return problem(500, f"Unexpected {type(error).__name__}; the log of the service says more.")
