"""What the whole extraction of a fixture says: done once for all tests, in whichever of their processes."""

from __future__ import annotations

import fcntl
import functools
import pickle
from pathlib import Path
from typing import NamedTuple

from subextract import Cue, Options, stream
from tests.helpers.files import FIXTURES

folders: list[Path] = []  # the one that all processes of this run share, named by conftest.py


class Result(NamedTuple):
    """What an extraction said besides its cues; ``positions`` after each step and at the end."""

    cues: list[Cue]
    positions: list[int]
    progress: list[tuple[int, int | None]]
    left_out: dict[str, int]
    skipped: int


@functools.cache
def result(name: str) -> Result:
    """A fixture as it is extracted in one go; the process that asks second waits for the first."""
    saved = folders[0] / f"{name}.extracted"
    with (folders[0] / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not saved.exists():
            saved.write_bytes(pickle.dumps(_extracted(FIXTURES / name)))
    found: Result = pickle.loads(saved.read_bytes())
    return found


def _extracted(path: Path) -> Result:
    progress: list[tuple[int, int | None]] = []
    cues: list[Cue] = []
    positions: list[int] = []
    with stream(path, Options(processes=1), on_progress=lambda *both: progress.append(both)) as extraction:
        for certain in extraction.steps():
            cues += certain
            positions.append(extraction.position)
    return Result(cues, positions, progress, dict(extraction.left_out), extraction.skipped)
