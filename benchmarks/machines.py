"""Several machines that are all this one, and what a library looks like that they have read."""

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

ROOT = Path(__file__).parent.parent
MARK = "LIBRARY_MARK"  # the variable by which all processes of a library are known
PATIENCE = 240  # s; longer than anything takes on cores that others keep busy
# A machine that is lost is noticed after 3 s, and not after a quarter of a minute.
NOTICING = {"health_check_initial_delay_ms": 1000, "health_check_period_ms": 1000, "health_check_failure_threshold": 3}
HEAD = {"include_dashboard": False, "_system_config": NOTICING}
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


def rows(place: Path) -> dict[str, Row]:
    """The rows of an index by the path of the video; it may be written just now."""
    found = list(Index(str(place)).rows().values()) if place.is_dir() else []
    assert len({row["path"] for row in found}) == len(found)
    return {row["path"]: row for row in found}


def wait_until(
    holds: Callable[[], object], process: subprocess.Popen[str] | None = None, patience: float = PATIENCE
) -> None:
    """Wait for a state; who was to bring it about must not end before."""
    until = time.monotonic() + patience
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
        self._cluster: Any = Cluster(initialize_head=True, head_node_args={**first, **HEAD})
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

    def stored(self) -> int:
        """Bytes in the object stores of all machines now: they lie in files of shared memory, which Ray makes at once
        and fills as it needs them."""
        names = [Path(f"/proc/{pid}/smaps_rollup") for pid in self.processes("raylet/raylet")]
        return sum(_shared(path) for path in names)

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


def _shared(path: Path) -> int:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss_Shmem:"))


def outcome(process: subprocess.Popen[str], patience: float = PATIENCE) -> tuple[int, str]:
    """How a command ended, and what it said."""
    _, said = process.communicate(timeout=patience)
    return process.returncode, said


def texts(folder: Path) -> dict[str, bytes]:
    """All result files below a folder, by their names."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.srt"))}
