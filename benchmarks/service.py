"""What the service costs beside the command line, how much it carries, and whether kills lose anything.

    python -m benchmarks.service [--videos 8] [--jobs 2] [--streams 100] [--kills 10]

Sends copies of fixtures to a real ``subextract serve`` and has the same ones read by ``subextract --jobs``. Prints jobs
per minute and CPU time of both, the memory of the service with event streams open, and the time to the first byte.
Then readers and the service are killed while jobs are sent and read; every job must have one whole result in the end.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import resource
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx2

CLIP = Path(__file__).parent.parent / "fixtures" / "fade.mp4"
COMMAND = (sys.executable, "-m", "subextract")
ASKED = 50  # times, for a median
PATIENCE = 600  # s


class Server:
    """A running service."""

    def __init__(self, data: Path, jobs: int) -> None:
        self._data, self._jobs, self.port = data, jobs, 0
        self.start()

    def start(self) -> None:
        log = self._data.with_suffix(".log")
        flags = [f"--data={self._data}", f"--port={self.port}", f"--jobs={self._jobs}", "--queue=1000", "--pause=0.1"]
        with log.open("wb") as stream:
            self.process = subprocess.Popen([*COMMAND, "serve", *flags], stderr=stream)
        wait_for(lambda: b"http://" in log.read_bytes())
        (self.port,) = {int(port) for port in re.findall(r"http://127.0.0.1:(\d+)/", log.read_text())}
        token = (self._data / "token").read_text().strip()
        self.headers = {"Authorization": f"Bearer {token}"}
        base = f"http://127.0.0.1:{self.port}"
        self.client = httpx2.Client(base_url=base, headers=self.headers, timeout=PATIENCE)
        wait_for(self._is_there)

    def _is_there(self) -> bool:
        try:
            return self.client.get("/healthz").status_code == 200
        except httpx2.TransportError:
            return False

    def end(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        self.process.wait(PATIENCE)
        self.client.close()

    def send(self, content: bytes, key: str) -> int:
        files = {"file": (f"{key}.mp4", content)}
        answer = self.client.post("/v1/jobs", files=files, headers={"Idempotency-Key": key})
        answer.raise_for_status()
        return int(answer.json()["id"])

    def state(self, number: int, wait: int = 60) -> str:
        return str(self.client.get(f"/v1/jobs/{number}", params={"wait": wait}).json()["state"])

    def finish(self, numbers: list[int]) -> list[str]:
        """The states in which jobs end."""
        for number in numbers:
            wait_for(lambda number=number: self.state(number) not in ("queued", "running"))  # type: ignore[misc]
        return [self.state(number) for number in numbers]

    def memory(self) -> float:
        """MiB that the service itself holds."""
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text())
        assert found
        return int(found[1]) / 1024

    def readers(self) -> list[int]:
        """The processes that read for it."""
        threads = Path(f"/proc/{self.process.pid}/task").iterdir()
        return [int(number) for thread in threads for number in (thread / "children").read_text().split()]


def wait_for(condition: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("The service does not get on.")
        time.sleep(0.05)


def copies(number: int, path: Path = CLIP) -> list[bytes]:
    """Copies of a clip, each a file of its own: an empty box at its end makes no difference to who reads it."""
    clip = path.read_bytes()
    return [clip + struct.pack(">I4sI", 12, b"free", place) for place in range(number)]


@contextmanager
def started(jobs: int) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data", jobs)
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.end()


def by_service(videos: list[bytes], jobs: int, sendings: list[float]) -> float:
    """How long (s) all take; how long each was being sent is noted in ``sendings``."""
    with started(jobs) as server:
        began = time.monotonic()
        numbers = []
        for place, video in enumerate(videos):
            before = time.monotonic()
            numbers.append(server.send(video, str(place)))
            sendings.append(time.monotonic() - before)
        states = server.finish(numbers)
        assert set(states) == {"done"}, states
        return time.monotonic() - began


def by_command(videos: list[bytes], jobs: int) -> float:
    """How long (s) ``subextract --jobs`` takes for the same."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{place}.mp4" for place in range(len(videos))]
        for path, video in zip(paths, videos, strict=True):
            path.write_bytes(video)
        began = time.monotonic()
        flags = [f"--jobs={jobs}", "--quiet", "--format=json,srt", "--review"]
        subprocess.run([*COMMAND, *map(str, paths), *flags], check=True)
        return time.monotonic() - began


def first_byte(server: Server, path: str) -> float:
    """Milliseconds until an answer begins; the median of some."""
    taken = []
    for _ in range(ASKED):
        before = time.monotonic()
        with server.client.stream("GET", path) as answer:
            taken.append(time.monotonic() - before)
            answer.read()
    return 1000 * statistics.median(taken)


def stream_of(server: Server, number: int) -> socket.socket:
    """A connection on which the events of a job come."""
    connection = socket.create_connection(("127.0.0.1", server.port))
    lines = (f"GET /v1/jobs/{number}/events HTTP/1.1", f"Host: 127.0.0.1:{server.port}")
    head = "\r\n".join((*lines, f"Authorization: {server.headers['Authorization']}", "", ""))
    connection.sendall(head.encode())
    assert b" 200 " in connection.recv(4096)
    return connection


def carried(streams: int) -> Iterator[str]:
    """Lines on what the service holds and how soon it answers, with ``streams`` streams open and without."""
    with started(1) as server:
        server.finish([server.send(copies(1)[0], "first")])
        number = server.send(copies(2)[1], "second")
        pages = ("/", "/v1/jobs", "/static/jobs.js")
        before = server.memory()
        alone = [first_byte(server, path) for path in pages]
        with contextlib.ExitStack() as opened:
            for _ in range(streams):
                opened.enter_context(stream_of(server, number))
            crowded = [first_byte(server, path) for path in pages]
            yield f"memory: {before:.0f} MiB, with {streams} event streams open {server.memory():.0f} MiB"
        for path, one, other in zip(pages, alone, crowded, strict=True):
            yield f"first byte of {path}: {one:.1f} ms, with the streams open {other:.1f} ms (median of {ASKED})"


def killed(kills: int, chance: random.Random) -> Iterator[str]:
    """Lines on what became of jobs while readers and the service were killed at random moments."""
    videos, faults = copies(kills + 4), Counter[str]()
    with started(2) as server:
        numbers: dict[int, int] = {}
        for place in range(kills):
            with contextlib.suppress(httpx2.HTTPError):
                numbers[place] = server.send(videos[place], str(place))
            time.sleep(chance.uniform(0, 4))
            if readers := server.readers() if place % 2 else []:
                os.kill(chance.choice(readers), signal.SIGKILL)
                faults["readers killed"] += 1
            else:
                server.end(signal.SIGKILL)
                faults["services killed"] += 1
                server.start()
        again = {place: server.send(video, str(place)) for place, video in enumerate(videos)}
        states = Counter(server.finish([*again.values()]))
        texts = {number: server.client.get(f"/v1/jobs/{number}/result").text for number in again.values()}
        listed = server.client.get("/v1/jobs?limit=200").json()["jobs"]
        moved = sum(again[place] != number for place, number in numbers.items())
        yield f"faults: {', '.join(f'{count} {name}' for name, count in sorted(faults.items()))}"
        yield f"jobs: {len(videos)}, in the end {json.dumps(states)}"
        yield f"lost: {moved + sum(not text for text in texts.values())}; twice: {len(listed) - len(videos)}"
        yield f"different results of one clip: {len({*texts.values()}) - 1}"


class Cost(NamedTuple):
    """What some jobs took: s by the clock, and s of the processors by all processes."""

    wall: float
    cpu: float


def cost_of(work: Callable[[], float]) -> Cost:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("videos", 8), ("jobs", 2), ("streams", 100), ("kills", 10), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    videos, sendings = copies(asked.videos), list[float]()
    served = cost_of(lambda: by_service(videos, asked.jobs, sendings))
    plain = cost_of(lambda: by_command(videos, asked.jobs))
    print(f"{asked.videos} copies of {CLIP.name}, {asked.jobs} at a time; load {os.getloadavg()[0]:.1f}")
    for name, cost in (("the service", served), ("--jobs", plain)):
        minute, each = 60 * asked.videos / cost.wall, cost.cpu / asked.videos
        print(f"{name}: {minute:.1f} jobs a minute, {each:.2f} CPU s a job")
    print(f"sending and noting one: {1000 * statistics.median(sendings):.0f} ms", flush=True)
    for line in carried(asked.streams):
        print(line, flush=True)
    for line in killed(asked.kills, random.Random(asked.seed)):
        print(line, flush=True)


if __name__ == "__main__":
    main()
