"""How much sooner is a film translated in windows under way together: ``python -m benchmarks.translating``.

The server answers after a fifth of a second, whatever it is asked, and translates by turning words around. Line by line
is measured over a part of the film and scaled, because all of it takes five minutes.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from subextract.options import Options
from subextract.translation import Task
from subextract.translation.cache import Cache
from subextract.translation.server import ServerTranslator
from subextract.translation.translating import LineLimits, translated
from subextract.types import Cue

WAY = LineLimits.of(Options().translating)

CUES, PART = 1500, 60
LATENCY = 0.2  # s
REQUESTS = 16
WORDS = ("he", "said", "that", "nobody", "had", "been", "there", "before", "the", "train", "left", "for", "the", "city")


def turned(word: str) -> str:
    return word[::-1] if word.isalpha() else word


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    asked = 0

    def do_GET(self) -> None:
        self._reply({"object": "list", "data": [{"id": "turner", "object": "model", "created": 0, "owned_by": "me"}]})

    def do_POST(self) -> None:
        Handler.asked += 1
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        time.sleep(LATENCY)
        lines = json.loads(body["messages"][-1]["content"])["lines"]
        said = json.dumps({line["id"]: " ".join(turned(word) for word in line["text"].split()) for line in lines})
        choice = {"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}
        self._reply({"id": "1", "object": "chat.completion", "created": 0, "model": "turner", "choices": [choice]})

    def _reply(self, value: object) -> None:
        raw = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


class Server(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True


def film(number: int) -> list[Cue]:
    """Cues of three to eight words, none twice."""
    texts = (
        " ".join([*(WORDS[(7 * index + word) % len(WORDS)] for word in range(3 + index % 6)), f"{index}."])
        for index in range(number)
    )
    return [Cue(3_000 * index, 3_000 * index + 2_500, text) for index, text in enumerate(texts)]


def in_windows(url: str, cues: Sequence[Cue], requests: int) -> None:
    with Cache(Path(":memory:")) as cache:
        found = translated(
            cues,
            ServerTranslator(url, requests=requests),
            Task("de", "en"),
            cache=cache,
            way=WAY,
        )
    assert found.failed == 0


def line_by_line(url: str, cues: Sequence[Cue]) -> None:
    translator = ServerTranslator(url, requests=1)
    for cue in cues:
        with Cache(Path(":memory:")) as cache:
            assert translated([cue], translator, Task("de", "en"), cache=cache, way=WAY._replace(context=0)).failed == 0


def measured(work: Callable[[], None]) -> tuple[float, int]:
    """Seconds, and requests."""
    Handler.asked, started = 0, time.monotonic()
    work()
    return time.monotonic() - started, Handler.asked


def main() -> None:
    cues = film(CUES)
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/v1"
        part, asked = measured(lambda: line_by_line(url, cues[:PART]))
        single = part * CUES / PART, asked * CUES // PART
        serial = measured(lambda: in_windows(url, cues, 1))
        together = measured(lambda: in_windows(url, cues, REQUESTS))
        server.shutdown()
    print(f"{CUES} cues, {LATENCY * 1000:g} ms for each answer\n")
    print("| way | requests | s | times as fast |\n| :--- | ---: | ---: | ---: |")
    rows = {"line by line": single, "windows, one at a time": serial, f"windows, {REQUESTS} at a time": together}
    for name, (seconds, requests) in rows.items():
        print(f"| {name} | {requests} | {seconds:.1f} | {single[0] / seconds:.0f} |")


if __name__ == "__main__":
    main()
