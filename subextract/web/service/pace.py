"""How fast one client may ask."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from subextract.web.problems import problem

A_SECOND = 50.0  # requests of one client in the long run; the page of a review asks for a dozen pictures at once
REQUEST_BURST = 400.0  # requests that may come in a burst
MAX_CLIENTS = 4096  # that are remembered


class Pace:
    """An application that sends away who asks too fast (a token bucket for each address)."""

    def __init__(self, app: ASGIApp, now: Callable[[], float] = time.monotonic) -> None:
        self._app, self._now = app, now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._may(str((scope.get("client") or ("",))[0])):
            title = "Too many requests came at once; ask again in some seconds."
            await problem(429, title, {"Retry-After": "5"})(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _may(self, client: str) -> bool:
        now = self._now()
        left, then = self._left.pop(client, (REQUEST_BURST, now))
        left = min(REQUEST_BURST, left + (now - then) * A_SECOND)
        self._left[client] = (max(0.0, left - 1), now)
        if len(self._left) > MAX_CLIENTS:
            self._left.popitem(last=False)
        return left >= 1
