"""What a watch shows of itself over HTTP: /metrics for Prometheus and /healthz for whoever restarts it."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from subextract.errors import OutputError, SubextractError

STUCK = 60.0  # s; the loop turns every few seconds, so then it does not any more


@dataclass
class Numbers:
    """What has been counted since the start; written by the loop alone."""

    finished: Counter[str] = field(default_factory=Counter)
    cues: int = 0
    seconds: float = 0.0
    retries: int = 0
    running: int = 0
    turned: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Metric:
    """One number by its labels, as the text format of Prometheus (version 0.0.4) has it."""

    name: str
    kind: str
    help: str
    values: dict[str, float]
    label: str = ""

    def lines(self) -> list[str]:
        head = [f"# HELP {self.name} {self.help}", f"# TYPE {self.name} {self.kind}"]
        return head + [f"{self.name}{self._labels(key)} {value:.10g}" for key, value in self.values.items()]

    def _labels(self, key: str) -> str:
        if not self.label:
            return ""
        escaped = key.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
        return f'{{{self.label}="{escaped}"}}'


def render(numbers: Numbers, counts: Mapping[str, int], folders: dict[str, bool], scanned: float) -> str:
    """Everything there is to know; ``folders`` says which are there, ``scanned`` when they were looked through."""
    there = {folder: float(is_there) for folder, is_there in folders.items()}
    metrics = (
        *of_work(numbers, counts),
        Metric("subextract_folder_up", "gauge", "Whether a watched folder is there.", there, "folder"),
        Metric(
            "subextract_last_scan_timestamp_seconds", "gauge", "When the folders were looked through.", {"": scanned}
        ),
    )
    return written(metrics)


def of_work(numbers: Numbers, counts: Mapping[str, int]) -> tuple[Metric, ...]:
    """What there is to know of jobs, wherever they come from; ``counts`` are those of each state."""
    return (
        Metric("subextract_jobs", "gauge", "Jobs in the ledger.", {k: float(v) for k, v in counts.items()}, "state"),
        Metric("subextract_jobs_running", "gauge", "Videos that are being read here.", {"": numbers.running}),
        Metric(
            "subextract_jobs_finished_total",
            "counter",
            "Jobs that ended here since the start.",
            {state: float(numbers.finished[state]) for state in ("done", "failed", "skipped", "gone")},
            "state",
        ),
        Metric(
            "subextract_retries_total", "counter", "Attempts that went wrong and are repeated.", {"": numbers.retries}
        ),
        Metric("subextract_cues_total", "counter", "Subtitles that were written.", {"": numbers.cues}),
        Metric("subextract_job_seconds_total", "counter", "Time that finished jobs took.", {"": numbers.seconds}),
    )


def written(metrics: Iterable[Metric]) -> str:
    """Metrics as Prometheus reads them."""
    return "\n".join(line for metric in metrics for line in metric.lines()) + "\n"


def health(numbers: Numbers, scan_age: float, interval: float) -> tuple[bool, str]:
    """Whether everything turns, and what does not."""
    if time.monotonic() - numbers.turned > STUCK:
        return False, "the loop is stuck"
    if scan_age > 3 * interval + STUCK:
        return False, "looking through the folders is stuck; does a disk not answer?"
    return True, "ok"


class Server:
    """Answers at ``address`` (HOST:PORT) until ``close``. OutputError where it cannot listen there."""

    def __init__(self, address: str, metrics: Callable[[], str], healthz: Callable[[], dict[str, Any]]) -> None:
        host, _, port = address.rpartition(":")
        handler = _handler({"/metrics": lambda: _text(metrics()), "/healthz": lambda: _verdict(healthz())})
        try:
            self._server = ThreadingHTTPServer((host.strip("[]"), int(port)), handler)
        except OSError as exc:
            reason = exc.strerror or exc
            raise OutputError(f"--metrics: nothing can listen at {address} ({reason}); choose another.") from exc
        threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


Answer = tuple[int, str, str]  # status, type, body


def _text(body: str) -> Answer:
    return 200, "text/plain; version=0.0.4; charset=utf-8", body


def _verdict(found: dict[str, Any]) -> Answer:
    return 200 if found["ok"] else 503, "application/json", json.dumps(found) + "\n"


def _handler(pages: dict[str, Callable[[], Answer]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10  # s; who says nothing holds no thread for long

        def do_GET(self) -> None:
            page = pages.get(self.path.split("?")[0], lambda: (404, "text/plain", "Try /metrics or /healthz.\n"))
            try:
                status, kind, body = page()
            except SubextractError as error:
                status, kind, body = 503, "text/plain; charset=utf-8", f"{error}\n"
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Being asked is no decision."""

    return Handler
