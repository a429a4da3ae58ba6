"""How a request that cannot be done is answered: as problem+json (RFC 9457), in one sentence, without a traceback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

KIND = "application/problem+json"
WRONG = {404: "There is nothing at this address.", 405: "This address knows no such method."}


class Problem(Exception):
    """The fault of a request; ``more`` are further fields of the answer."""

    def __init__(self, status: int, title: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(title)
        self.status, self.title, self.headers, self.more = status, title, headers, more

    def response(self) -> JSONResponse:
        return problem(self.status, self.title, self.headers, **self.more)


def problem(status: int, title: str, headers: Mapping[str, str] | None = None, **more: Any) -> JSONResponse:
    content = {"type": "about:blank", "status": status, "title": title, **more}
    return JSONResponse(content, status, headers=headers, media_type=KIND)


async def unrouted(request: Request, error: Exception) -> Response:
    """The answer to a request that no route takes."""
    assert isinstance(error, HTTPException)
    return problem(error.status_code, WRONG.get(error.status_code, error.detail), error.headers)
