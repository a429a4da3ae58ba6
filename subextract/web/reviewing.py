"""Which requests the page of a review makes, and how they are answered."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from subextract.errors import DecodeError, InputError, SubextractError
from subextract.formats import vtt
from subextract.review import (
    Conflict,
    Refused,
    Sidecar,
    Stills,
    cues_of,
    document,
    save,
    usual_place,
    video_of,
    without_text,
)
from subextract.types import Box
from subextract.web import page
from subextract.web.problems import problem, unrouted

WIDEST_STILL = 1280  # px of a still
EDGE_WIDTH = 320  # px of a frame beside an edge

Answering = Callable[[Request], Awaitable[Response]]


class Reviewing:
    """The requests about one film, which people call ``name`` where its file has another one."""

    def __init__(self, sidecar: Sidecar, video: Path | None, name: str | None = None) -> None:
        self._sidecar, self._video = sidecar, video
        self._own = {"name": name} if name else {}
        self._stills = Stills(video) if video else None

    def app(self) -> Starlette:
        """All that is served; nothing of it asks who is there (guard.py does)."""
        routes = [
            Route("/", self.index),
            Route("/static/{name}", self.static),
            Route("/api/document", self.document),
            Route("/api/step", self.step, methods=["POST"]),
            Route("/api/undo", self.undo, methods=["POST"]),
            Route("/api/redo", self.redo, methods=["POST"]),
            Route("/api/save", self.save, methods=["POST"]),
            Route("/api/keep", self.keep, methods=["POST"]),
            Route("/api/pictures/{number:int}", self.picture),
            Route("/api/cues/{number:int}/crop", self.crop),
            Route("/api/cues/{number:int}/edge/{side}", self.edge),
            Route("/api/still", self.still),
            Route("/api/track.vtt", self.track),
            Route("/video", self.video),
        ]
        handlers: dict[Any, Any] = {
            SubextractError: self.told,
            HTTPException: unrouted,
            Refused: _refused,
            Conflict: _conflict,
            Exception: _broken,
        }
        return Starlette(routes=routes, exception_handlers=handlers)

    async def index(self, request: Request) -> Response:
        return Response(page.files()["index.html"][1], media_type="text/html")

    async def static(self, request: Request) -> Response:
        found = page.files().get(request.path_params["name"])
        return Response(found[1], media_type=found[0]) if found else PlainTextResponse("There is no such file.", 404)

    async def document(self, request: Request) -> Response:
        told = await run_in_threadpool(document, self._sidecar)
        return JSONResponse(told | self._own | {"playable": self._video is not None})

    async def step(self, request: Request) -> Response:
        asked = await _asked(request)
        changes = asked.get("changes")
        if not isinstance(changes, list) or not all(isinstance(change, dict) for change in changes):
            raise Refused("A step needs a list of changes.")
        name, join = str(asked.get("name", ""))[:40], asked.get("join") is True
        return _done(await run_in_threadpool(self._sidecar.step, name, changes, _revision(asked), join))

    async def undo(self, request: Request) -> Response:
        return _done(await run_in_threadpool(self._sidecar.undo, _revision(await _asked(request))))

    async def redo(self, request: Request) -> Response:
        return _done(await run_in_threadpool(self._sidecar.redo, _revision(await _asked(request))))

    async def save(self, request: Request) -> Response:
        replace = (await _asked(request)).get("replace") is True
        paths = await run_in_threadpool(lambda: save(self._sidecar, replace=replace))
        told = {"paths": [path.name for path in paths], "without_text": without_text(self._sidecar)}
        return JSONResponse(told | {"state": self._sidecar.state()})

    async def keep(self, request: Request) -> Response:
        wanted = (await _asked(request)).get("keep") is True
        await run_in_threadpool(lambda: self._sidecar.note(keep=wanted))
        return JSONResponse({"keep": wanted})

    async def picture(self, request: Request) -> Response:
        data = await run_in_threadpool(self._sidecar.picture, request.path_params["number"])
        return _jpeg(data) if data else PlainTextResponse("This picture was not kept.", 404)

    async def crop(self, request: Request) -> Response:
        """Answer with the picture in the middle of a cue, cut to its place."""
        entry = self._entry(request)
        time = (entry["start"] + entry["end"]) // 2
        return _jpeg(await run_in_threadpool(self._seen().still, time, WIDEST_STILL, self._place(entry)))

    async def edge(self, request: Request) -> Response:
        """The frames around the start or the end of a cue."""
        entry, side = self._entry(request), request.path_params["side"]
        if side not in ("start", "end"):
            raise Refused("The edges of a cue are its start and its end.")
        found = await run_in_threadpool(self._seen().around, entry[side], EDGE_WIDTH, self._place(entry))
        return JSONResponse([one._asdict() for one in found])

    async def still(self, request: Request) -> Response:
        time = request.query_params.get("time", "")
        if not time.isdecimal() or len(time) > 9:
            raise Refused("A still needs a time in milliseconds.")
        return _jpeg(await run_in_threadpool(self._seen().still, int(time), WIDEST_STILL))

    async def track(self, request: Request) -> Response:
        def text() -> str:
            return vtt.dumps(cues_of(self._sidecar), video_of(self._sidecar))

        return Response(await run_in_threadpool(text), media_type="text/vtt")

    async def video(self, request: Request) -> Response:
        if not self._video or not self._video.is_file():
            return PlainTextResponse("There is no video here.", 404)
        return FileResponse(self._video)

    async def told(self, request: Request, error: Exception) -> Response:
        """Answer with what went wrong; where the files lie on the server is nobody's business."""
        missing = isinstance(error, InputError | DecodeError)
        return problem(404 if missing else 500, str(error).replace(f"{self._sidecar.path.parent}{os.sep}", ""))

    def _entry(self, request: Request) -> dict[str, Any]:
        entry = self._sidecar.entry(request.path_params["number"])
        if entry is None:
            raise Refused("There is no such cue any more; load the page again.")
        return entry

    def _seen(self) -> Stills:
        if self._stills is None:
            raise InputError("There is no video here to look into; name it with --video.")
        return self._stills

    def _place(self, entry: dict[str, Any]) -> Box | None:
        if entry.get("box"):
            return Box(*entry["box"])
        video = video_of(self._sidecar)
        return usual_place(video.width, video.height) if video and video.width else None


async def _asked(request: Request) -> dict[str, Any]:
    """The JSON object in a request; Refused where there is none."""
    try:
        asked = json.loads(await request.body())
    except (ValueError, RecursionError, ClientDisconnect):
        raise Refused("The request is no JSON.") from None
    if not isinstance(asked, dict):
        raise Refused("The request is no JSON object.")
    return asked


def _revision(asked: dict[str, Any]) -> int:
    revision = asked.get("revision")
    if type(revision) is not int:
        raise Refused("The request does not say to which revision it belongs.")
    return revision


def _done(answer: Any) -> Response:
    return JSONResponse({"entries": list(map(list, answer.entries.items())), "state": answer.state})


def _jpeg(data: bytes) -> Response:
    # What a picture shows never changes, and the page asks for each anew when it scrolls back.
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})


async def _refused(request: Request, error: Exception) -> Response:
    return problem(422, str(error))


async def _conflict(request: Request, error: Exception) -> Response:
    return problem(409, "Something else has changed this meanwhile.")


async def _broken(request: Request, error: Exception) -> Response:
    return problem(500, f"Unexpected {type(error).__name__}; the terminal says more.")
