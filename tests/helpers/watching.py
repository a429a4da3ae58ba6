"""A folder with videos, its ledger, and the daemons that watch it; the readings are stand-ins, in real processes."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from subextract import cli
from subextract.ledger import Job, Ledger
from subextract.watch import loop
from tests.helpers.watched import LEASE, film, starts

PROGRAM = Path(__file__).with_name("watched.py")
PATIENCE = 180  # s; longer than anything takes on cores that others keep busy
QUICK = {"settle": 0.2, "interval": 0.5, "pause": 0.1, "stall": 60}


class Folder:
    """A folder with videos, its ledger, and the daemons that watch it."""

    def __init__(self, root: Path) -> None:
        self.films, self.ledger, self.log = root / "films", root / "state" / "jobs.db", root / "log"
        self.films.mkdir()
        self.daemons: list[subprocess.Popen[bytes]] = []

    def watch(self, *arguments: str, **settings: object) -> subprocess.Popen[bytes]:
        """A daemon in a process of its own."""
        with self.log.open("ab") as log:
            daemon = subprocess.Popen(
                [sys.executable, str(PROGRAM), *self._command(*arguments, **settings)], stderr=log
            )
        self.daemons.append(daemon)
        return daemon

    def once(self, *arguments: str, **settings: object) -> int:
        """What is there is done by a daemon in this process; its exit status."""
        daemon = partial(loop.Daemon, command=(sys.executable, str(PROGRAM), "worker"), lease=LEASE)
        with (
            self.log.open("a") as log,
            contextlib.redirect_stderr(log),
            mock.patch.object(loop, "Daemon", daemon),
        ):
            return cli.main(self._command("--once", *arguments, **settings))

    def _command(self, *arguments: str, **settings: object) -> list[str]:
        flags = [f"--{name.replace('_', '-')}={value}" for name, value in (QUICK | settings).items()]
        return ["watch", str(self.films), f"--ledger={self.ledger}", "--recursive", *flags, *arguments]

    def film(self, name: str, *texts: str, **script: Any) -> Path:
        return film(self.films / name, *texts, **script)

    def jobs(self) -> dict[str, Job]:
        with Ledger(self.ledger) as ledger:
            return {os.path.relpath(job.video, self.films): job for job in ledger.jobs()}

    def states(self) -> dict[str, str]:
        return {name: job.state for name, job in self.jobs().items()}

    def wait_for(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.05)

    def wait_until_read(self, path: Path, number: int = 1) -> None:
        self.wait_for(lambda: len(starts(path)) >= number)

    def wait_for_cues(self, number: int = 1) -> None:
        """Until so many cues of a reading that goes on are saved."""
        self.wait_for(lambda: any(part.read_text().count("-->") >= number for part in self._parts()))

    def _parts(self) -> list[Path]:
        return list(Path(f"{self.ledger}.work").glob("*/*.part"))

    def wait_for_states(self, **states: str) -> None:
        self.wait_for(lambda: self.ledger.exists() and {Path(n).stem: s for n, s in self.states().items()} == states)

    def files(self) -> list[str]:
        """Everything but the videos and the notes of their readings."""
        found = (path for path in self.films.rglob("*") if path.is_file())
        return sorted(
            str(path.relative_to(self.films)) for path in found if path.suffix != ".mkv" and path.name[0] != "."
        )

    def text(self, name: str) -> str:
        return (self.films / name).read_text("utf-8")

    def unfinished(self) -> list[str]:
        work = Path(f"{self.ledger}.work")
        return sorted(path.name for path in work.iterdir()) if work.exists() else []
