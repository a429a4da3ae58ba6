"""How far a stopped run came, and whether another one can go on from there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from subextract import formats
from subextract.options import Options
from subextract.types import Box, Cue, Word

RESUME_VERSION = 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a stopped run came. ``results`` are the files it left under their final names: size and change time.

    ``written`` are the names of those that it wrote itself.
    """

    position: int
    cues: tuple[Cue, ...]
    results: Mapping[str, list[int]]
    written: tuple[str, ...] = ()

    def left(self, path: Path) -> bool:
        """Whether ``path`` is as the stopped run left it, so that going on may replace it."""
        return self.results.get(path.name) == stamp(path)


def read(path: Path, video: Path, options: Options) -> Checkpoint | str | None:
    """What a resume file says, or the reason why it does not fit; None where there is no such file."""
    try:
        saved = json.loads(path.read_text("utf-8"))
        return _misfit(saved, video, options) or _checkpoint(saved)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return "it is damaged"


def save(checkpoint: Checkpoint, path: Path, video: Path, options: Options) -> None:
    """Write the resume file in one step; OutputError where that fails."""
    state = {
        "version": RESUME_VERSION,
        "video": stamp(video),
        "options": options.fingerprint(),
        "position": checkpoint.position,
        "results": checkpoint.results,
        "written": checkpoint.written,
        "cues": [asdict(cue) for cue in checkpoint.cues],
    }
    formats.write(json.dumps(state) + "\n", path)


def _misfit(saved: Mapping[str, Any], video: Path, options: Options) -> str | None:
    if saved["version"] != RESUME_VERSION:
        return "another version of subextract wrote it"
    if saved["video"] != stamp(video):
        return f"{video} has changed since"
    wanted = options.fingerprint()
    other = [name for name in wanted if wanted[name] != saved["options"].get(name)]
    return f"it is of a run with other settings ({', '.join(other)})" if other else None


def _checkpoint(saved: Mapping[str, Any]) -> Checkpoint:
    position = int(saved["position"])
    cues = tuple(_cue(entry) for entry in saved["cues"])
    # A cue that starts later was handed out early, and will be found again.
    before = tuple(cue for cue in cues if cue.start < position)
    return Checkpoint(position, before, saved["results"], tuple(saved.get("written", ())))


def _cue(entry: Mapping[str, Any]) -> Cue:
    box, words = entry["box"], entry.get("words", ())
    made = {
        "box": None if box is None else Box(*box),
        "italics": tuple(entry.get("italics", ())),
        "words": tuple(Word(**word) for word in words),
    }
    return Cue(**{**entry, **made})


def stamp(path: Path) -> list[int] | None:
    """By what a file is known again: its size and the time of its last change; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns]
