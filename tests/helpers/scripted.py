"""What the command line does when the pipeline is a script: the videos are JSON that lists what is found in them.

Run as a program, this file is subextract with that pipeline, in every process that it starts; its first argument is how
many seconds pass after each cue. The libraries of the true pipeline are loaded where the variable LIBRARIES says so.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np

from subextract import cli, runner
from subextract.cli import parallel, sequential
from subextract.concurrency import child, processes
from subextract.errors import DecodeError, EngineError, InputError, NotMedia, UsageError
from subextract.ocr.watched import Onlooker
from subextract.options import Options
from subextract.output import Plan
from subextract.past import Past
from subextract.types import Box, Clip, Cue, Line, Video

ERRORS: dict[str, tuple[type[Exception], str]] = {
    "broken": (DecodeError, "film.mp4 is incomplete: copy it again."),
    "engine": (EngineError, "The server is gone: start it."),
    "usage": (UsageError, "There is no engine 'x': choose rapidocr."),
    "media": (NotMedia, "film.mp4 is not a video."),
    "bug": (ZeroDivisionError, "division by\nzero"),
}
DEATHS = {"killed": signal.SIGKILL, "crashed": signal.SIGSEGV}
LIBRARIES = "SCRIPTED_WITH_LIBRARIES"
CHILD = "--child"  # the argument of a process that was started to do jobs
PATIENCE = 120  # s; longer than anything takes on cores that others keep busy
pauses = [0.0]  # s after each cue, or where there is none


class FakeExtraction:
    """Hands out what a JSON file lists, from the wanted start on."""

    def __init__(
        self,
        script: dict[str, Any],
        options: Options,
        on_progress: Callable[[int, int | None], None],
        past: Past | None = None,
        on_read: Onlooker | None = None,
    ) -> None:
        self.video = Video("film.mp4", 100, 100, duration=60_000)
        self.skipped = script.get("skipped", 0)
        self.left_out = script.get("left_out", {})
        self.position = options.start
        self._found = list(past.cues) if past else []
        self._script, self._options, self._on_progress, self._on_read = script, options, on_progress, on_read

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        pass

    def likely(self) -> list[Cue]:
        return list(self._found)

    def rejected(self) -> list[Cue]:
        return [Cue(cue[0], cue[1], cue[2], kind="sign") for cue in self._script.get("rejected", [])]

    def past(self) -> Past:
        return Past(0, self.position, list(self._found))

    def steps(self) -> Iterator[list[Cue]]:
        for cue in self._cues():
            self._found.append(cue)
            if self._on_read:
                image = np.full((20, 100, 3), 90, np.uint8)
                self._on_read([Clip(cue.start, cue.end, image, Box(0, 0, 100, 20))], [[Line(cue.text)]])
            yield [cue]
            time.sleep(self._script.get("pause", pauses[0]))

    def _cues(self) -> Iterator[Cue]:
        for start, end, text, score, *unread in self._script.get("cues", []):
            if start >= self._options.start:
                self.position = end
                self._on_progress(end - self._options.start, 60_000 - self._options.start)
                said = text.replace("{threads}", str(self._options.threads))
                yield Cue(start, end, said, None, score, unread=unread[0] if unread else None)
        if not self._script.get("cues"):
            time.sleep(self._script.get("pause", pauses[0]))
        if following := self._script.get("after"):
            wait_for(following)
            time.sleep(0.3)  # until it is said, too
        fail(self._script.get("later"))
        self.position = 60_000


def stream(
    plan: Plan, on_progress: Callable[[int, int | None], None], on_read: Onlooker | None = None
) -> FakeExtraction:
    try:
        script = json.loads(plan.video.read_text())
    except OSError as exc:
        raise InputError(f"{plan.video} does not exist: check the name and the folder.") from exc
    fail(script.get("opening"))
    return FakeExtraction(script, plan.remaining, on_progress, plan.past, on_read)


def fail(name: str | None) -> None:
    if name in DEATHS:
        os.kill(os.getpid(), DEATHS[name])
    elif name:
        kind, sentence = ERRORS[name]
        raise kind(sentence)


def wait_for(path: str) -> None:
    """Until a file has something in it."""
    deadline = time.monotonic() + PATIENCE
    while not (Path(path).exists() and Path(path).stat().st_size):
        assert time.monotonic() < deadline, f"{path} did not grow"
        time.sleep(0.02)


def load_the_rest() -> None:
    """Load what the notes of a run need; a stop that breaks off an import in its midst may be lost."""
    from subextract.output import packing  # noqa: F401


def main() -> int:
    pause, *arguments = sys.argv[1:]
    pauses[0] = float(pause)
    vars(runner).update(stream=stream)
    if LIBRARIES not in os.environ:
        for module in (parallel, sequential):
            vars(module).update(load_libraries=load_the_rest)
    if arguments[0] == CHILD:
        child.main(int(arguments[1]))
        return 0
    vars(processes).update(COMMAND=(sys.executable, __file__, pause, CHILD))
    return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
