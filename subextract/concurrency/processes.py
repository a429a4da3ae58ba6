"""How work is done in another process: the one protocol for parts of a video, for several videos, and for the watch.

A process runs ``child`` and does one ``Job`` after the other. Pickled jobs go to its standard input. On its standard
output it answers with pickled messages:

    ("item", value)    what the job tells meanwhile
    ("log", record)    what it logs
    ("end", None)      the job is done
    ("error", error)   the job raised an error

Its standard error carries text only. A process has a session of its own, so Ctrl-C at the terminal reaches the parent
alone. SIGTERM asks it to stop. When its input ends while it works, its parent is gone, and it sends SIGTERM to itself.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import IO, Any, cast

log = logging.getLogger(__name__)

Tell = Callable[[Any], None]
Job = Callable[[Tell], object]
"""Something that pickle takes. It is called in the process and tells items, which pickle takes, too."""

# -P: whatever lies in the user's folder is no module
COMMAND = (sys.executable, "-P", "-m", "subextract.concurrency.child")


class Died(Exception):
    """A process ended before its job did. ``status`` is its exit code, or minus the number of a signal."""

    def __init__(self, status: int) -> None:
        super().__init__(f"died ({ending(status)})")
        self.status = status


def ending(status: int) -> str:
    """How a process ended that should not have: by a signal, or with a code."""
    return str(signal.strsignal(-status)) if status < 0 else f"code {status}"


def relay(record: logging.LogRecord) -> None:
    """Log here what a process logged."""
    logging.getLogger(record.name).handle(record)


class Process:
    """A process that does jobs.

    Args:
        environment: variables that it has besides those of this process.
        level: from which level on it logs; by default as this process does.
        on_line: gets each line that it writes to standard error, from a thread. By default they go where ours go.
        command: the program; the level is its last argument.
    """

    def __init__(
        self,
        *,
        environment: Mapping[str, str] | None = None,
        level: int | None = None,
        on_line: Callable[[str], None] | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        path = os.pathsep.join(folder or os.getcwd() for folder in sys.path)
        level = log.getEffectiveLevel() if level is None else level
        self._process = subprocess.Popen(
            (*(command or COMMAND), str(level)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if on_line else None,
            env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8:backslashreplace", **(environment or {})},
            start_new_session=True,
        )
        self._input, self._output = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        self._reader = threading.Thread(target=self._read_lines, args=(on_line,), daemon=True) if on_line else None
        if self._reader:
            self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def do(self, job: Job, on_item: Callable[[Any], None], on_log: Callable[[logging.LogRecord], None] = relay) -> None:
        """Have a job done, and wait for its end; the callbacks run in this thread.

        Raises:
            Died: the process ended before.
            Exception: whatever the job raised.
        """
        for kind, value in self._messages(pickle.dumps(job, pickle.HIGHEST_PROTOCOL)):
            match kind:
                case "item":
                    on_item(value)
                case "log":
                    on_log(value)
                case "error":
                    raise value
                case _:
                    return

    def stop(self) -> None:
        """Ask it to keep what it has and to end."""
        self._signal("SIGTERM")

    def kill(self) -> None:
        """End it at once, with everything that it started."""
        self._signal("SIGKILL")

    def close(self) -> None:
        """Wait until it has ended, which it does when it has done its job, and end everything that it started."""
        with suppress(OSError):  # what it could not be told any more
            self._input.close()
        self._process.wait()
        self._signal("SIGKILL")
        if self._reader:
            self._reader.join()
        self._output.close()

    def _messages(self, job: bytes) -> Iterator[tuple[str, Any]]:
        try:
            self._input.write(job)
            self._input.flush()
            while True:
                yield pickle.load(self._output)
        except (EOFError, OSError, pickle.UnpicklingError):
            raise Died(self._process.wait()) from None

    def _signal(self, name: str) -> None:
        if sys.platform == "win32":  # no groups of processes there
            self._process.kill()
            return
        with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group that has ended
            os.killpg(self.pid, getattr(signal, name))

    def _read_lines(self, on_line: Callable[[str], None]) -> None:
        with cast("IO[bytes]", self._process.stderr) as lines:
            for line in lines:
                on_line(line.decode("utf-8", "backslashreplace").rstrip("\r\n"))
