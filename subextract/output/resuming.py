"""How far a stopped run came, and whether another one can go on from there.

The resume file is JSON, line by line: first of which run it is, then what was found, one thing a line, and after it how
far the run had come by then. It is only ever added to, because a film has thousands of texts. What stands behind the
last line that says how far it came was not saved to its end, and does not count.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subextract import formats
from subextract.options import Options
from subextract.past import Past
from subextract.types import Box, Cue, Word

if TYPE_CHECKING:
    from subextract.verdict import Seen

RESUME_VERSION = 2


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a stopped run came. ``results`` are the files it left under their final names: size and change time.

    ``cues`` is how many were likely until there, ``written`` the names of the files that it wrote itself.
    """

    past: Past
    cues: int
    results: Mapping[str, list[int]]
    written: tuple[str, ...] = ()

    def left(self, path: Path) -> bool:
        """Whether ``path`` is as the stopped run left it, so that going on may replace it."""
        return self.results.get(path.name) == stamp(path)


def read(path: Path, video: Path, options: Options) -> Checkpoint | str | None:
    """The content of a resume file, or the reason why it does not fit; None where there is no such file."""
    try:
        first, *rest = path.read_text("utf-8", errors="replace").split("\n")
        return _misfit(json.loads(first), video, options) or _checkpoint(rest)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as exc:
        return f"it cannot be read ({exc.strerror})"
    except (ValueError, LookupError, TypeError, AttributeError):
        return "it is damaged"


class Trail:
    """The resume file of one run: written in one step at first, then added to."""

    def __init__(self, path: Path, video: Path, options: Options) -> None:
        self._path = path
        # As it is now: a video that is replaced while it is read is another one for who goes on.
        self._whose = {"version": RESUME_VERSION, "video": stamp(video), "options": options.fingerprint()}
        self._cues = 0  # how many of a track are there
        self._told: list[Sequence[Any]] = []  # of each text that is there, as what it is
        self._begun = False

    def save(self, checkpoint: Checkpoint) -> None:
        """Write what is new. OSError or OutputError where that fails; then what was there before still holds."""
        lines = [*self._news(checkpoint.past), {"state": _state(checkpoint)}]
        text = "".join(f"{json.dumps(line, separators=(',', ':'))}\n" for line in lines)
        if self._begun:
            _append(self._path, text)
        else:
            formats.write(f"{json.dumps(self._whose)}\n{text}", self._path)
        self._begun = True
        self._cues, self._told = len(checkpoint.past.cues), [seen.told for seen in checkpoint.past.seen]

    def _news(self, past: Past) -> Iterator[Mapping[str, Any]]:
        """The texts that are not there yet, and later readings of texts that are."""
        from subextract.output.packing import packed  # not at the top: mistakes are answered before numpy is loaded

        for cue in past.cues[self._cues :]:
            yield {"cue": asdict(cue)}
        for seen in past.seen[len(self._told) :]:
            yield {"seen": packed(seen)}
        for number, (told, seen) in enumerate(zip(self._told, past.seen, strict=False)):
            if told is not seen.told:
                yield {"seen": packed(seen), "number": number}


def _state(checkpoint: Checkpoint) -> Mapping[str, Any]:
    past = checkpoint.past
    return {
        "start": past.start,
        "position": past.position,
        "cues": checkpoint.cues,
        "left_out": past.left_out,
        "skipped": past.skipped,
        "results": checkpoint.results,
        "written": checkpoint.written,
    }


def _append(path: Path, text: str) -> None:
    """Add all or nothing: what a full disk took is cut off again."""
    data = text.encode("utf-8")
    with path.open("ab", buffering=0) as file:
        before = file.tell()
        try:
            if file.write(data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file.fileno())
        except OSError:
            file.truncate(before)
            raise


def _misfit(saved: Mapping[str, Any], video: Path, options: Options) -> str | None:
    if saved["version"] != RESUME_VERSION:
        return "another version of subextract wrote it"
    if saved["video"] != stamp(video):
        return f"{video} has changed since"
    wanted = options.fingerprint()
    other = [name for name in wanted if wanted[name] != saved["options"].get(name)]
    return f"it is of a run with other settings ({', '.join(other)})" if other else None


@dataclass(slots=True)
class _Found:
    cues: list[Cue] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def take(self, line: Mapping[str, Any]) -> None:
        from subextract.output.packing import unpacked  # not at the top, as above

        if "cue" in line:
            self.cues.append(_cue(line["cue"]))
        elif "number" in line:
            self.seen[line["number"]] = unpacked(line["seen"])
        else:
            self.seen.append(unpacked(line["seen"]))


def _checkpoint(lines: Sequence[str]) -> Checkpoint:
    """The last checkpoint that was saved to its end."""
    parsed = list(_intact(lines))
    last = max((number for number, line in enumerate(parsed) if "state" in line))
    found, state = _Found(), parsed[last]["state"]
    for line in parsed[:last]:
        if "state" not in line:
            found.take(line)
    position = int(state["position"])
    past = Past(
        state["start"],
        position,
        # What starts later will be found again.
        tuple(cue for cue in found.cues if cue.start < position),
        tuple(seen for seen in found.seen if seen.clip.start < position),
        state["left_out"],
        state["skipped"],
    )
    return Checkpoint(past, state["cues"], state["results"], tuple(state["written"]))


def _intact(lines: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """The lines up to the first that was torn."""
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            return


def _cue(entry: Mapping[str, Any]) -> Cue:
    box, words = entry["box"], entry.get("words", ())
    made = {
        "box": None if box is None else Box(*box),
        "italics": tuple(entry.get("italics", ())),
        "words": tuple(Word(**word) for word in words),
        "turns": tuple(entry.get("turns", ())),
    }
    return Cue(**{**entry, **made})


def stamp(path: Path) -> list[int] | None:
    """By what a file is known again: its size and the time of its last change; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns]
