"""A watch, or a service, whose videos are JSON: what the reading of them finds, or does to its process.

Run as a program it is ``subextract watch`` or ``subextract serve`` (and their worker) with that reading in the place of
the pipeline.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from subextract.errors import DecodeError, EngineError, NotMedia, OutputError
from subextract.options import Options
from subextract.past import Past
from subextract.types import Cue, Source, Track, Video

LEASE = 2.0  # s


def film(path: Path, *texts: str, **script: Any) -> Path:
    """Make a video that shows ``texts``, a second each; see ``Reading`` for what else it can do."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_text(json.dumps({"texts": texts or ["One", "Two"]} | script))
    return new.rename(path)


def subrip(*texts: str) -> str:
    return "".join(
        f"{number}\n00:00:{number:02},000 --> 00:00:{number:02},900\n{text}\n\n" for number, text in enumerate(texts, 1)
    )


def starts(path: Path) -> list[int]:
    """From where (ms) each reading of the video began."""
    notes = _notes(path)
    return [int(line) for line in notes.read_text().split()] if notes.exists() else []


def _notes(path: Path) -> Path:
    """Not beside the video: its disk may be full. Those of a job of a service are called like its folder."""
    root = next(parent for parent in path.parents if parent.name in ("films", "jobs"))
    name = path.parent.name if root.name == "jobs" else path.name
    return root.parent / f"{name[-60:]}.starts"


class Reading:
    """Hands out a cue every ``pause`` seconds. The first ``times`` readings do what ``does`` says after ``after``
    cues, the later ones go well. A soft track says what stands under ``soft``."""

    def __init__(
        self,
        path: Path,
        options: Options,
        on_progress: Callable[[int, int | None], None],
        past: Past | None = None,
        on_read: object = None,
        source: Source | None = None,
    ) -> None:
        self._found = list(past.cues) if past else []
        self._script = script = opened(path)
        with _notes(path).open("a") as notes:
            notes.write(f"{options.start}\n")
        self._bad = len(starts(path)) <= script.get("times", 99)
        self.video = source.video if source else probe(path)
        self.position = options.start
        self.skipped = 0
        self.left_out: dict[str, int] = {}
        self._options, self._on_progress = options, on_progress
        self._of_a_track = source is not None and source.track is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def likely(self) -> list[Cue]:
        return list(self._found)

    def past(self) -> Past:
        return Past(0, self.position, list(self._found))

    def rejected(self) -> list[Cue]:
        return []

    def steps(self) -> Iterator[list[Cue]]:
        for number, text in enumerate(self._script["soft" if self._of_a_track else "texts"], 1):
            if number - 1 == self._script.get("after", 0):
                self._misbehave()
            if number * 1000 >= self._options.start:
                time.sleep(self._script.get("pause", 0))
                self.position = number * 1000 + 950
                self._on_progress(self.position - self._options.start, 60_000)
                self._found.append(Cue(number * 1000, number * 1000 + 900, text))
                yield self._found[-1:]
        self.position = 60_000

    def _misbehave(self) -> None:
        if self._bad and "does" in self._script:
            MISDEEDS[self._script["does"]]()


def opened(path: Path) -> dict[str, Any]:
    try:
        script: dict[str, Any] = json.loads(Path(path).read_text())
    except ValueError as exc:
        raise NotMedia(f"{path} is not a video.") from exc
    return script


def probe(path: str | Path) -> Video:
    tracks = tuple(Track(number, *track) for number, track in enumerate(opened(Path(path)).get("tracks", []), 1))
    return Video(str(path), 100, 100, duration=60_000, tracks=tracks)


def is_readable(track: Track) -> bool:
    return True


def unheard(*_: object) -> None:
    raise AssertionError("no track of these videos has to be opened")


def fail(error: Exception) -> Callable[[], None]:
    def misdeed() -> None:
        raise error

    return misdeed


def hang() -> None:
    """Do nothing for long, in short sleeps: a signal that comes right before one is noticed after it."""
    until = time.monotonic() + 3600
    while time.monotonic() < until:
        time.sleep(0.05)


def hog() -> None:
    kept = []
    while True:
        kept.append(bytearray(16 << 20))


MISDEEDS: dict[str, Callable[[], object]] = {
    "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "die": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "vanish": lambda: os._exit(0),
    "hang": hang,
    "hog": hog,
    "bug": lambda: [][0],
    "break": fail(DecodeError("The video breaks off.")),
    "full": fail(OutputError("The disk is full.")),
    "engine": fail(EngineError("The server is gone.")),
}


def module(name: str, **contents: object) -> None:
    sys.modules[name] = made = ModuleType(name)
    vars(made).update(contents)


def main() -> int:
    asked = dict.fromkeys(("clips", "plane", "texts"), unheard)
    module("subextract.media", probe=probe, frames=unheard, Decoding=object)
    module("subextract.subtitles", contents=probe, is_readable=is_readable, **asked)
    module("subextract.pipeline", stream=Reading)
    role, *arguments = sys.argv[1:]
    if role == "worker":
        from subextract.concurrency import child

        child.main(int(arguments[0]))
        return 0
    from subextract import cli
    from subextract.watch import crew, loop

    command = (sys.executable, __file__, "worker")
    if role == "serve":
        crew.Work = functools.partial(crew.Work, command=command, lease=LEASE)  # type: ignore[misc, assignment]
    else:
        loop.Daemon = functools.partial(loop.Daemon, command=command, lease=LEASE)  # type: ignore[misc, assignment]
    return cli.main([role, *arguments])


if __name__ == "__main__":
    sys.exit(main())
