"""A service: its application in this process with nobody who works, or a real one whose reading is a stand-in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from starlette.testclient import TestClient

from subextract import formats
from subextract.errors import UsageError
from subextract.ledger import Ending, Job, Ledger
from subextract.options import Options
from subextract.types import Cue, Video
from subextract.web.service.books import Books
from subextract.web.service.desk import Desk
from subextract.web.service.places import Places
from subextract.web.service.running import guarded
from subextract.web.settings import Service
from tests.helpers.watched import starts
from tests.helpers.watching import PATIENCE

PROGRAM = Path(__file__).with_name("watched.py")
TOKEN = "a-token-of-the-tests"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
HOME = "http://127.0.0.1:8642"
CUES = (Cue(1000, 2500, "One", score=0.9), Cue(3000, 4500, "Two & <b>three</b>", score=0.8))


class Nobody:
    """Workers that do nothing but remember what they were told."""

    def __init__(self, root: Path) -> None:
        self.root, self.ended, self.woken, self.is_well = root, list[int](), 0, True
        self.at: dict[int, tuple[int, int | None]] = {}

    def wake(self) -> None:
        self.woken += 1

    def end(self, number: int) -> None:
        self.ended.append(number)

    def progress(self, number: int) -> tuple[int, int | None] | None:
        return self.at.get(number)

    def work_of(self, job: Job) -> Path:
        return self.root / "jobs.db.work" / f"{job.id}-{job.token}"

    def metrics(self, counts: Mapping[str, int]) -> str:
        return "".join(f"{name} {number}\n" for name, number in counts.items())


def check(options: Options) -> None:
    if options.engine == "none":
        raise UsageError("There is no engine 'none'.")


class Bench:
    """An application and what stands behind it."""

    def __init__(self, root: Path, **settings: Any) -> None:
        self.settings = Service.model_validate(settings)
        self.places = Places(root / "data")
        self.books = Books(self.places.ledger)
        self.workers = Nobody(self.places.root)
        self.desk = Desk(self.places, self.books, self.workers, self.settings, Options(), check)
        self.app = guarded(self.desk, TOKEN, 8642)
        self.client = TestClient(self.app, base_url=HOME, headers=BEARER, raise_server_exceptions=False)

    def close(self) -> None:
        self.books.close()
        self.places.close()

    def sent(self, content: bytes = b"video", name: str = "film.mkv", options: object = None, **headers: str) -> Any:
        data = {} if options is None else {"options": json.dumps(options)}
        return self.client.post("/v1/jobs", files={"file": (name, content)}, data=data, headers=headers)

    def named(self, path: str, **more: Any) -> Any:
        return self.client.post("/v1/jobs", json={"path": path, **more})

    def job(self, number: int) -> Job:
        return self.books.at_once(lambda ledger: known(ledger, number))

    def claim(self) -> Job:
        job = self.books.at_once(lambda ledger: ledger.claim(self.desk.folder, 60))
        assert job
        return job

    def finish(self, number: int, *names: str, ending: Ending | None = None) -> Job:
        """End a job as a worker does; its results have these names."""
        job = self.claim()
        assert job.id == number
        folder = Path(job.video).parent
        for name in names:
            formats.save(CUES, folder / name, Video(job.video, 640, 360, duration=5000))
        self.books.at_once(
            lambda ledger: ledger.settle(job, ending or Ending("done", cues=2, language="en", seconds=1))
        )
        return self.job(number)

    def left(self) -> list[str]:
        """Everything that is kept of videos."""
        return sorted(
            str((folder / name).relative_to(root))
            for root in (self.places.jobs, self.places.incoming)
            for folder, name in files_in(root)
        )


def files_in(root: Path) -> Iterator[tuple[Path, str]]:
    """Folder and name of every file; what goes while one looks does no harm."""
    for folder, _, names in os.walk(root):
        yield from ((Path(folder), name) for name in names)


def known(ledger: Ledger, number: int) -> Job:
    job = ledger.job(number)
    assert job
    return job


@contextmanager
def bench(root: Path, **settings: Any) -> Iterator[Bench]:
    made = Bench(root, **settings)
    try:
        with made.client:
            yield made
    finally:
        made.close()


class Program:
    """A real ``subextract serve`` and what it did; only the reading is a stand-in, unless ``command`` is another."""

    def __init__(self, root: Path, command: Sequence[str] = (sys.executable, str(PROGRAM))) -> None:
        self._command = command
        self.data, self.log, self.port = root / "data", root / "log", 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str, **settings: object) -> None:
        flags = [f"--{name.replace('_', '-')}={value}" for name, value in ({"pause": 0.1} | settings).items()]
        command = [*self._command, "serve", f"--data={self.data}", f"--port={self.port}"]
        with self.log.open("ab") as log:
            before = log.tell()
            self.process = subprocess.Popen([*command, *flags, *arguments], stderr=log)
        self.wait_for(lambda: re.search(r"http://127.0.0.1:(\d+)/", self.log.read_text()[before:]))
        found = re.findall(r"http://127.0.0.1:(\d+)/", self.log.read_text())
        self.port = int(found[-1])
        token = (self.data / "token").read_text().strip()
        headers = {"Authorization": f"Bearer {token}"}
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=60)

    def end(self, number: int = 15) -> int:
        assert self.process
        self.process.send_signal(number)
        self.client.close()
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.end(9)

    def send(self, *texts: str, name: str = "film.mkv", **script: Any) -> int:
        content = json.dumps({"texts": texts or ["One", "Two"]} | script).encode()
        answer = self.client.post("/v1/jobs", files={"file": (name, content)})
        assert answer.status_code == 202, answer.text
        return int(answer.json()["id"])

    def told(self, number: int, wait: int = 0) -> dict[str, Any]:
        answer = self.client.get(f"/v1/jobs/{number}", params={"wait": wait})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def ended(self, number: int) -> dict[str, Any]:
        """A job when it has ended."""
        self.wait_for(lambda: self.told(number, 30)["state"] not in ("queued", "running"))
        return self.told(number)

    def wait_for(self, condition: Callable[[], object]) -> None:
        until = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.05)

    def readings(self, number: int) -> list[int]:
        with Ledger(self.data / "jobs.db") as ledger:
            return starts(Path(known(ledger, number).video))

    def files(self) -> list[str]:
        """What is kept, without the folders' random names."""
        roots = (self.data / "jobs", self.data / "incoming", self.data / "jobs.db.work")
        return sorted(name for root in roots for _, name in files_in(root))


def in_threads(number: int, work: Callable[[int], object]) -> list[object]:
    """What ``work`` answers in that many threads at once."""
    answers: list[object] = [None] * number
    ready = threading.Barrier(number)

    def one(place: int) -> None:
        ready.wait()
        answers[place] = work(place)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def children_of(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    return [int(number) for number in path.read_text().split()] if os.path.exists(path) else []
