"""Lets nobody talk to the server but who was given its link or its token, and no other page or machine.

The link carries the token, which becomes a cookie at the first visit; programs send it as a bearer token. The name in
``Host`` must be one of this server (else a page elsewhere could point its own name at it), and what changes anything
must come from the server's own page, or from no page at all.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from subextract.web.problems import problem

LARGEST_REQUEST = 4 << 20  # bytes of a request; a search and replace over 10,000 cues takes one
SAFE = {"GET", "HEAD"}
HTTP = "80"
LOCAL = ("127.0.0.1", "localhost", "[::1]")
STRANGE = (
    "The token is missing or wrong; open the page with its link, which ends with ?token=..., "
    "or send the header 'Authorization: Bearer ...'."
)
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


@dataclass(frozen=True, slots=True)
class Names:
    """By which names a server is known at its port: those of this machine, ``further`` ones with any port or none (of
    a proxy before it), and with ``addresses`` every IP address, which no other page can take for its name."""

    port: int
    further: frozenset[str] = frozenset()
    addresses: bool = False

    def know(self, host: str) -> bool:
        return self.are_direct(host) or self._are_of_a_proxy(host)

    def are_direct(self, host: str) -> bool:
        """Whether ``host`` leads to the port itself, where nothing but plain HTTP is spoken."""
        name, port = _parted(host)
        return port == str(self.port) and (name in LOCAL or (self.addresses and _is_address(name)))

    def _are_of_a_proxy(self, host: str) -> bool:
        name, port = _parted(host.lower())
        return host.lower() in self.further or (port.isdecimal() and name in self.further)


class Guard:
    """An application that only answers who may ask.

    Requests for ``public`` paths need no token. The bodies of those for ``streamed`` paths are not limited here.
    """

    def __init__(
        self,
        app: ASGIApp,
        token: str,
        port: int,
        *,
        names: Names | None = None,
        public: Iterable[str] = (),
        streamed: Iterable[str] = (),
    ) -> None:
        self._app, self._token, self._names = app, token, names or Names(port)
        self._cookie = f"subextract-{port}"  # cookies do not know of ports, and two pages may be open
        self._public, self._streamed = frozenset(public), frozenset(streamed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = self._refusal(scope) or self._entrance(scope)
        guarded = _with_headers(send)
        if answer:
            await answer(scope, receive, guarded)
        else:
            limited = receive if scope["path"] in self._streamed else _limited(receive)
            await self._app(scope, limited, guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._names.know(host):
            return _refused(headers, 421, "This address is not one of this server.")
        if scope["method"] not in SAFE and not self._comes_from_here(headers, host, origin):
            return _refused(headers, 403, "This request does not come from a page of this server.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or (int(length) > LARGEST_REQUEST and scope["path"] not in self._streamed):
            return _refused(headers, 413, "This request is too large.")
        return None

    def _comes_from_here(self, headers: Headers, host: str, origin: str | None) -> bool:
        """Programs say no origin, and send no cookie; browsers say one with all that changes anything."""
        is_program = origin is None and (self._has_bearer(headers) or not self._has_cookie(headers))
        return is_program or self._is_own(origin, host)

    def _is_own(self, origin: str | None, host: str) -> bool:
        """Whether a page of this server asks; a proxy, which has a further name, may speak HTTPS."""
        schemes = ("http",) if self._names.are_direct(host) else ("http", "https")
        return origin in {f"{scheme}://{host}" for scheme in schemes}

    def _entrance(self, scope: Scope) -> Response | None:
        """The cookie for who has the token, a refusal for who has neither, nothing for who may go on."""
        headers = Headers(scope=scope)
        query = parse_qs(scope["query_string"].decode("latin-1"))
        given = query.pop("token", [""])[0]
        if given and scope["method"] in SAFE and self._is_token(given):
            clean = scope["path"] + (f"?{urlencode(query, doseq=True)}" if query else "")
            answer = RedirectResponse(clean if clean.startswith("/") and not clean.startswith("//") else "/", 303)
            answer.set_cookie(self._cookie, self._token, httponly=True, samesite="strict", path="/")
            return answer
        if scope["path"] in self._public or self._has_bearer(headers):
            return None
        if self._has_cookie(headers):
            return None
        return _refused(headers, 401, STRANGE, {"WWW-Authenticate": "Bearer"})

    def _has_cookie(self, headers: Headers) -> bool:
        return any(map(self._is_token, _cookies(headers.getlist("cookie"), self._cookie)))

    def _has_bearer(self, headers: Headers) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self._is_token(given.strip())

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode("utf-8", "replace"), self._token.encode())


def _parted(host: str) -> tuple[str, str]:
    """Name and port of a server; the port of HTTP is left out by who asks there."""
    name, colon, port = host.rpartition(":")
    return (name, port) if colon and not port.endswith("]") else (host, HTTP)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def _refused(headers: Headers, status: int, title: str, more: dict[str, str] | None = None) -> Response:
    """In plain text for people, whose browsers ask for HTML."""
    if "text/html" in headers.get("accept", ""):
        return PlainTextResponse(title, status, headers=more)
    return problem(status, title, more)


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
        return {"type": "http.disconnect"} if seen > LARGEST_REQUEST else message

    return receiving
