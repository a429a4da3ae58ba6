"""Runs whose results are looked at: a video that is a name, and time that passes as the test says.

Run as a program, this file is one whose disk gets full.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Any

import pytest

from subextract.errors import Interrupted, OutputError, UsageError
from subextract.formats import load
from subextract.options import Options
from subextract.output import Plan, Writer, plan
from subextract.past import Past
from subextract.types import Box, Cue, Video

FIRST = Cue(1000, 2000, "One", Box(10, 80, 90, 95), 0.5, "en")
SECOND = Cue(3000, 4000, "Two\nlines")
BLOCKS = [
    "1\n00:00:01,000 --> 00:00:02,000\nOne\n\n",
    "2\n00:00:03,000 --> 00:00:04,000\nTwo\nlines\n\n",
]


class Run:
    """A run over a video of which only the size and the time of change matter; time passes as the test says."""

    def __init__(self, video: Path, **settings: Any) -> None:
        self.position = 0
        self.seconds = 0.0
        (self.plan,) = plan([video], Options(**settings))
        self.found = list(self.plan.past.cues) if isinstance(self.plan, Plan) and self.plan.past else []

    def likely(self) -> list[Cue]:
        return list(self.found)

    def past(self) -> Past:
        return Past(0, self.position, self.found)

    def writer(self) -> Following:
        assert isinstance(self.plan, Plan)
        return Following(self.plan, Video(str(self.plan.video), 100, 100), self)


class Following(Writer):
    """The results of a run in which cues are found one by one."""

    def __init__(self, plan: Plan, video: Video, run: Run) -> None:
        super().__init__(plan, video, run, now=lambda: run.seconds)
        self._run = run

    def add(self, cue: Cue) -> None:
        self._run.found.append(cue)
        self.renew()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def interrupted(run: Run, *cues: Cue) -> str:
    """What the user is told when Ctrl-C comes after ``cues``."""
    with pytest.raises(Interrupted) as caught:
        leave(run, KeyboardInterrupt(), *cues)
    return str(caught.value)


def leave(run: Run, error: BaseException, *cues: Cue) -> None:
    with run.writer() as writer:
        for cue in cues:
            writer.add(cue)
        run.position = 3500
        raise error


def refusal(video: Path, **settings: Any) -> str:
    (answer,) = plan([video], Options(**settings))
    assert isinstance(answer, UsageError)
    return str(answer)


def finished(run: Run, *cues: Cue) -> list[str]:
    with run.writer() as writer:
        for cue in cues:
            writer.add(cue)
        return [path.name for path in writer.finish()]


def subrip(part: Path) -> list[Cue]:
    shown = part.with_name("shown.srt")
    shown.write_bytes(part.read_bytes())
    cues = load(shown)
    shown.unlink()
    return cues


def fill_the_disk(film: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (60, 60))
    try:
        run = Run(film, resume=False)
        with run.writer() as writer:
            writer.add(FIRST)
            run.seconds = 2
            writer.add(SECOND)
    except OutputError as error:
        print(error, error.__notes__, sep="\n")


if __name__ == "__main__":
    fill_the_disk(Path(sys.argv[1]))
