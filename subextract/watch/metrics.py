"""How a watch reports on itself over HTTP: /metrics for Prometheus and /healthz for supervisors."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from subextract.errors import OutputError, SubextractError

STUCK = 60.0  # s; the loop turns every few seconds, so then it does not any more


@dataclass
class Numbers:
    """The counts since the start; written by the loop alone."""

    finished: Counter[str] = field(default_factory=Counter)
    cues: int = 0
    seconds: float = 0.0
    retries: int = 0
    running: int = 0
    turned: float = field(default_factory=time.monotonic)


def render(numbers: Numbers, counts: Mapping[str, int], folders: Mapping[str, bool], scanned: float) -> str:
    """Everything there is to know; ``folders`` says which are there, ``scanned`` when they were looked through."""
    up = GaugeMetricFamily("subextract_folder_up", "Whether a watched folder is there.", labels=["folder"])
    when = GaugeMetricFamily("subextract_last_scan_timestamp_seconds", "When the folders were looked through.", scanned)
    return written([*of_work(numbers, counts), _by(up, folders), when])


def of_work(numbers: Numbers, counts: Mapping[str, int]) -> Iterator[Metric]:
    """The numbers of jobs, wherever they come from; ``counts`` are those of each state."""
    ended = {state: numbers.finished[state] for state in ("done", "failed", "skipped", "gone")}
    yield _by(GaugeMetricFamily("subextract_jobs", "Jobs in the ledger.", labels=["state"]), counts)
    yield GaugeMetricFamily("subextract_jobs_running", "Videos that are being read here.", numbers.running)
    finished = CounterMetricFamily(
        "subextract_jobs_finished", "Jobs that ended here since the start.", labels=["state"]
    )
    yield _by(finished, ended)
    yield CounterMetricFamily("subextract_retries", "Attempts that went wrong and are repeated.", numbers.retries)
    yield CounterMetricFamily("subextract_cues", "Subtitles that were written.", numbers.cues)
    yield CounterMetricFamily("subextract_job_seconds", "Time that finished jobs took.", numbers.seconds)


def written(metrics: Iterable[Metric]) -> str:
    """Metrics as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(_Snapshot([*metrics]))
    return generate_latest(registry).decode("utf-8")


class _Snapshot(Collector):
    """Hands metrics to Prometheus's client."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _by(family: GaugeMetricFamily | CounterMetricFamily, values: Mapping[str, float]) -> Metric:
    """The family with a value for each label."""
    for label, value in values.items():
        family.add_metric([label], value)
    return family


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
