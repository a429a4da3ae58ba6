"""How a service runs: its application behind its guards, until a signal ends it."""

from __future__ import annotations

import contextlib
import socket
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from subextract.web.guard import LOCAL, Guard, Names
from subextract.web.service.application import PUBLIC, STREAMED, Application
from subextract.web.service.desk import Desk
from subextract.web.service.pace import Pace
from subextract.web.serving import configured

CONNECTIONS = 1000  # at once; the system gives a process 1024 files unless told otherwise
ANY = ("0.0.0.0", "::")


class _Server(uvicorn.Server):
    """Tells who follows a job that the end is near, so that no stream has to be cut off."""

    def __init__(self, config: uvicorn.Config, desk: Desk) -> None:
        super().__init__(config)
        self._desk = desk

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._desk.stopped.set()
        super().handle_exit(sig, frame)


def guarded(desk: Desk, token: str, port: int) -> ASGIApp:
    """The application of a service at a port, for who has the token."""
    is_local = desk.settings.host in LOCAL or desk.settings.host == "::1"
    names = Names(port, frozenset(desk.settings.names), addresses=not is_local)
    return Pace(Guard(Application(desk).app(), token, port, names=names, public=PUBLIC, streamed=STREAMED))


def server_of(desk: Desk, token: str, port: int) -> uvicorn.Server:
    return _Server(configured(guarded(desk, token, port), connections=CONNECTIONS, lifespan="on"), desk)


def run(desk: Desk, token: str, listening: socket.socket) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    server = server_of(desk, token, listening.getsockname()[1])
    with contextlib.suppress(KeyboardInterrupt):  # the usual way to end it
        server.run(sockets=[listening])


def address(listening: socket.socket) -> str:
    """Where a browser on this machine finds what listens there."""
    host, port = listening.getsockname()[:2]
    if host in ANY:
        host = "127.0.0.1" if host == ANY[0] else "::1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
