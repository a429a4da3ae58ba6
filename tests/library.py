"""A library of videos on several machines, all of them this one: for tests of the cluster, and for its soak."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from subextract.cluster.index import Index, Row
from tests.muxing import Stream, mux

ROOT = Path(__file__).parent.parent
MARK = "LIBRARY_MARK"  # the variable by which all processes of a library are known
PATIENCE = 240  # s; longer than anything takes on cores that others keep busy
STORE = 100 << 20  # bytes of memory of each machine for what passes between stages

# Python runs this file first in each process that finds it on its path: a decoder that crashes, for want of one.
CRASH = """
import os, signal, sys
if "subextract.concurrency.child" in sys.orig_argv:
    true_stat = os.stat
    def stat(path, *more, **named):
        if "crash" in os.fspath(path) if not isinstance(path, int) else False:
            os.kill(os.getpid(), signal.SIGSEGV)
        return true_stat(path, *more, **named)
    os.stat = stat
"""


def videos(folder: Path, count: int) -> list[Path]:
    """Short videos, each with a line of its own in a track."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        mux(folder / f"film{number:03}.mkv", Stream("subrip", [(0, 900, f"Line {number}".encode())]), frames=25)
        for number in range(count)
    ]


def odd_ones(folder: Path) -> dict[str, str]:
    """What is no good video, and how the sentence about each begins (behind its path)."""
    (folder / "broken.mkv").write_bytes(b"no video")
    (folder / "crash.mkv").write_bytes(b"ends its process")
    os.mkfifo(folder / "hang.mkv")
    names = {"broken.mkv": "is not a video", "crash.mkv": "Segmentation fault", "hang.mkv": "made no progress"}
    return {str(folder / name): sentence for name, sentence in names.items()} | {str(folder / "gone.mkv"): "not exist"}


def listed(folder: Path, *more: str) -> Path:
    """A list of all that is in a folder, and more."""
    path = folder.parent / "library.txt"
    path.write_text("\n".join([*sorted(str(each) for each in folder.iterdir()), *more]), "utf-8")
    return path


def rows(place: Path) -> dict[str, Row]:
    """The rows of an index by the path of the video; it may be written just now."""
    found = list(Index(str(place)).rows().values()) if place.is_dir() else []
    assert len({row["path"] for row in found}) == len(found)
    return {row["path"]: row for row in found}


def wait_until(holds: Callable[[], object], process: subprocess.Popen[str] | None = None) -> None:
    """Wait for a state; who was to bring it about must not end before."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it takes too long"
        assert process is None or process.poll() is None, process and process.communicate()
        time.sleep(0.2)


@contextmanager
def machines(folder: Path, cores: tuple[int, ...] = (1, 1, 1)) -> Iterator[Machines]:
    """A cluster with a machine for each number of cores; at the end not one process of it is left."""
    made = Machines(folder, cores)
    try:
        yield made
    finally:
        made.end()


class Machines:
    """Machines as Ray sees them; the first one holds the cluster together."""

    def __init__(self, folder: Path, cores: tuple[int, ...]) -> None:
        from ray.cluster_utils import Cluster

        (folder / "site").mkdir(parents=True)
        (folder / "site" / "sitecustomize.py").write_text(CRASH, "utf-8")
        self._mark = uuid4().hex
        self._before = dict(os.environ)
        os.environ |= {MARK: self._mark, "PYTHONPATH": f"{folder / 'site'}{os.pathsep}{ROOT}"}
        first, *others = ({"num_cpus": number, "object_store_memory": STORE} for number in cores)
        self._cluster = Cluster(initialize_head=True, head_node_args={**first, "include_dashboard": False})
        self._others = [self._cluster.add_node(wait=False, **more) for more in others]
        self._cluster.wait_for_nodes(PATIENCE)

    def lose_one(self) -> None:
        """End a machine without a word."""
        self._cluster.remove_node(self._others.pop(), allow_graceful=False)

    def drive(self, source: Path, out: Path, *more: str) -> subprocess.Popen[str]:
        """Start the command in a process of its own."""
        arguments = ["cluster", str(source), "--out", str(out), "--address", self._cluster.address, *more]
        command = [sys.executable, "-m", "subextract", *arguments, "--cpus-per-video", "1"]
        return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def processes(self, program: str = "") -> list[int]:
        """The processes of this library that are there now, those whose command names a program."""
        return [pid for pid in map(int, filter(str.isdecimal, os.listdir("/proc"))) if self._is_of_it(pid, program)]

    def end(self) -> None:
        """Let all machines go, and wait until the last process has."""
        self._cluster.shutdown()
        os.environ.clear()
        os.environ |= self._before
        wait_until(lambda: not self.processes())

    def _is_of_it(self, pid: int, program: str) -> bool:
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
        return f"{MARK}={self._mark}".encode() in environment and program.encode() in command and pid != os.getpid()


def outcome(process: subprocess.Popen[str]) -> tuple[int, str]:
    """How a command ended, and what it said."""
    _, said = process.communicate(timeout=PATIENCE)
    return process.returncode, said


def texts(folder: Path) -> dict[str, Any]:
    """All result files below a folder, by their names."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.srt"))}
