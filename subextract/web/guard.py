"""Who may talk to the page: the browser that was given its link, and no other page or machine.

The link carries a token, which becomes a cookie at the first visit. The name in ``Host`` must be that of this machine
(else a page elsewhere could point its own name at it), and what changes anything must come from the page itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 4 << 20  # bytes of a request; a search and replace over 10,000 cues takes one
SAFE = {"GET", "HEAD"}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """An application that only answers who may ask."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app, self._token = app, token
        self._cookie = f"subextract-{port}"  # cookies do not know of ports, and two pages may be open
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = self._refusal(scope) or self._entrance(scope)
        guarded = _with_headers(send)
        if answer:
            await answer(scope, receive, guarded)
        else:
            await self._app(scope, _limited(receive), guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host not in self._hosts:
            return PlainTextResponse("This address is not that of the page.", 421)
        if scope["method"] not in SAFE and headers.get("origin") != f"http://{host}":
            return PlainTextResponse("This request does not come from the page.", 403)
        if not headers.get("content-length", "0").isdecimal() or int(headers.get("content-length", "0")) > LARGEST:
            return PlainTextResponse("This request is too large.", 413)
        return None

    def _entrance(self, scope: Scope) -> Response | None:
        """The cookie for who has the token, a refusal for who has neither, nothing for who may go on."""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        given = query.pop("token", [""])[0]
        if given and scope["method"] in SAFE and self._is_token(given):
            clean = scope["path"] + (f"?{urlencode(query, doseq=True)}" if query else "")
            answer = RedirectResponse(clean if clean.startswith("/") and not clean.startswith("//") else "/", 303)
            answer.set_cookie(self._cookie, self._token, httponly=True, samesite="strict", path="/")
            return answer
        if any(map(self._is_token, _cookies(Headers(scope=scope).getlist("cookie"), self._cookie))):
            return None
        return PlainTextResponse("Open the page with the link that the terminal shows; it carries a token.", 401)

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode("utf-8", "replace"), self._token.encode())


def _cookies(lines: Iterable[str], name: str) -> list[str]:
    """The values of one cookie; what is no cookie has none."""
    found = []
    for line in lines:
        try:
            cookie = SimpleCookie(line).get(name)
        except CookieError:
            continue
        found += [cookie.value] if cookie else []
    return found


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending


def _limited(receive: Receive) -> Receive:
    """A body without a length is cut off where it is too large."""
    seen = 0

    async def receiving() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > LARGEST else message

    return receiving
