"""How a server with OpenAI's protocol behaves, and misbehaves: one that tests run themselves."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

import numpy as np

NAME = "tencent/HunyuanOCR"
QUICKLY = {"retry-after-ms": "10"}  # the client would wait half a second and more

Running = TypeVar("Running", bound="Fake")
Fault = Callable[["Handler"], bool]
"""Answers a request in place of the server and says whether it did."""


def completion(text: str, *, chances: list[float] | None = None, finish: str = "stop") -> dict[str, Any]:
    tokens: list[dict[str, Any]] = [
        {"token": "x", "logprob": float(np.log(chance)), "bytes": None, "top_logprobs": []} for chance in chances or []
    ]
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": finish,
        "logprobs": {"content": tokens, "refusal": None} if chances else None,
    }
    return {"id": "1", "object": "chat.completion", "created": 0, "model": NAME, "choices": [choice]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Fake

    def do_GET(self) -> None:
        models = [{"id": name, "object": "model", "created": 0, "owned_by": "me"} for name in self.server.models]
        self.reply(200, {"object": "list", "data": models})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.server.lock:
            self.server.asked.append(body)
            self.server.keys.append(self.headers["authorization"])
            self.server.busy += 1
            self.server.max_busy = max(self.server.max_busy, self.server.busy)
            fault = self.server.faults.pop(0) if self.server.faults else None
        try:
            if fault is None or not fault(self):
                self.reply(200, self.server.answer(body))
        finally:
            with self.server.lock:
                self.server.busy -= 1

    def reply(self, status: int, value: object, **headers: str) -> None:
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, content in {"content-type": "application/json", "content-length": str(len(raw)), **headers}.items():
            self.send_header(name, content)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


class Fake(ThreadingHTTPServer):
    """A server that answers after the faults that it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.faults: list[Fault] = []
        self.models = [NAME]
        self.busy = self.max_busy = 0
        self.url = f"http://127.0.0.1:{self.server_port}/v1"

    def answer(self, body: dict[str, Any]) -> object:
        """What is said to a request without a fault."""
        raise NotImplementedError

    def handle_error(self, request: Any, address: Any) -> None:
        """A client that went away is no fault of ours."""


@contextmanager
def running(fake: Running) -> Iterator[Running]:
    """The server, until it is done with."""
    with fake:
        thread = threading.Thread(target=fake.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield fake
        fake.shutdown()
        thread.join()


def status(code: int, message: str = "no", **headers: str) -> Fault:
    def answer(handler: Handler) -> bool:
        handler.reply(code, {"error": {"message": message}}, **QUICKLY, **headers)
        return True

    return answer


def cut(handler: Handler) -> bool:
    """The connection ends in the middle of the answer."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"id": "1", "cho')
    handler.close_connection = True
    return True


def slow(handler: Handler) -> bool:
    time.sleep(0.4)
    return False


def plain(handler: Handler) -> bool:
    handler.reply(200, b"<html>Hello</html>", **{"content-type": "text/html"})
    return True


def damaged(handler: Handler) -> bool:
    handler.reply(200, b'{"choices": [')
    return True


def other(handler: Handler) -> bool:
    handler.reply(200, {"answer": 42})
    return True
