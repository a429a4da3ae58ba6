"""How the page is served on this machine, and opened in a browser."""

from __future__ import annotations

import contextlib
import errno
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from subextract.errors import OutputError
from subextract.web.guard import Guard

HOST = "127.0.0.1"  # this machine alone
TOKEN_BYTES = 24
GRACE = 2  # s that requests get to end after Ctrl-C; a video that plays would keep it open for ever


def serve(app: ASGIApp, port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; ``say`` is given the link. OutputError where the port cannot be had."""
    with bound(port) as listening:
        taken = listening.getsockname()[1]
        token = secrets.token_urlsafe(TOKEN_BYTES)
        link = f"http://{HOST}:{taken}/?token={token}"
        say(link)
        if browser:
            _open(link, say)
        with contextlib.suppress(KeyboardInterrupt):  # the usual way to end it
            server(app, token, taken).run(sockets=[listening])


def server(app: ASGIApp, token: str, port: int) -> uvicorn.Server:
    """The server of an application, for who has the token."""
    return uvicorn.Server(configured(Guard(app, token, port)))


def configured(
    app: ASGIApp, *, connections: int | None = None, lifespan: Literal["on", "off"] = "off"
) -> uvicorn.Config:
    """How an application is served; ``connections`` is the most at once (None: any)."""
    return uvicorn.Config(
        app,
        limit_concurrency=connections,
        log_level="error",  # tracebacks are for the terminal, and addresses with tokens in them for nobody
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        ws="none",
        lifespan=lifespan,
    )


def bound(port: int, host: str = HOST) -> socket.socket:
    """A socket at a port of this machine, 0 for any; OutputError where it cannot be had."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # from now on: who follows the link at once waits for the server
    except OSError as exc:
        listening.close()
        if exc.errno in (errno.EADDRNOTAVAIL, None) or isinstance(exc, socket.gaierror):
            raise OutputError(
                f"--host: {host} is no address of this machine; 127.0.0.1 is, or 0.0.0.0 for all."
            ) from exc
        reason = "is taken" if exc.errno == errno.EADDRINUSE else f"cannot be had ({exc.strerror})"
        raise OutputError(f"The port {port} {reason}; choose another one with --port (0: any free one).") from exc
    return listening


def _open(link: str, say: Callable[[str], None]) -> None:
    """In a thread: some browsers keep who starts them waiting until they are closed."""

    def work() -> None:
        try:
            opened = webbrowser.open(link)
        except (webbrowser.Error, OSError):
            opened = False
        if not opened:
            say("No browser could be opened; open the link above in one.")

    threading.Thread(target=work, name="browser", daemon=True).start()
