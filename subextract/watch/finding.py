"""Which files of the watched folders are videos that are there as a whole, each said once."""

from __future__ import annotations

import logging
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from subextract.kinds import may_be_video
from subextract.ledger import Stamp
from subextract.watch.extras import are_extras, is_extra, is_folder_of_extras

log = logging.getLogger(__name__)

MARKER = ".nosubextract"
"""A folder that holds a file of this name is left alone, with all that is in it."""

# What browsers, download managers and torrent clients call a file that is not whole yet.
_UNFINISHED = """
.!bt .!qb .!ut .aria2 .bc! .crdownload .download .filepart .opdownload .part .partial .resume .td .temp .tmp
.unconfirmed
"""
UNFINISHED = tuple(_UNFINISHED.split())


@dataclass(frozen=True, slots=True)
class Found:
    """A file in one of the watched folders."""

    folder: str
    path: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Search:
    """Where and for which names to look; ``extras`` are trailers and the like."""

    folders: Sequence[str]
    recursive: bool = False
    pattern: str = "*"
    extras: bool = False

    def everything(self) -> Iterator[Found]:
        """All files there are now. A folder that cannot be read is logged and passed over."""
        for folder in self.folders:
            yield from self._below(folder, folder)

    def one(self, path: str) -> Iterator[Found]:
        """The file of that path, or the files in it if it is a folder; nothing where it is not to be looked at."""
        is_folder = os.path.isdir(path) and not os.path.islink(path)
        for folder in self.folders:
            if self._covers(folder, path, is_folder):
                yield from self._below(folder, path) if is_folder else self._file(folder, path)
                return

    def _covers(self, folder: str, path: str, is_folder: bool) -> bool:
        if not path.startswith(os.path.join(folder, "")):
            return False
        parts = os.path.relpath(path, folder).split(os.sep)
        parents = parts if is_folder else parts[:-1]
        inside = [os.path.join(folder, *parents[:depth]) for depth in range(len(parents) + 1)]
        return (
            (self.recursive or not parents)
            and not any(_hidden(parent) for parent in parents)
            and not _marked(inside)
            and (self.extras or not are_extras(folder, parents))
        )

    def _below(self, folder: str, place: str) -> Iterator[Found]:
        if place != folder and not self.recursive:
            return
        try:
            with os.scandir(place) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            log.warning("%s cannot be looked into: %s", place, error.strerror)
            return
        if any(entry.name == MARKER for entry in entries):
            return
        beside = [entry.name for entry in entries] if place == folder else None
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):  # a loop of links would never end
                if not _hidden(entry.name) and (self.extras or not is_folder_of_extras(entry.name, beside)):
                    yield from self._below(folder, entry.path)
            else:
                yield from self._file(folder, entry.path)

    def _file(self, folder: str, path: str) -> Iterator[Found]:
        name = os.path.basename(path)
        if _hidden(name) or name.lower().endswith(UNFINISHED) or not fnmatch(name, self.pattern):
            return
        if not self.extras and is_extra(name):
            return
        try:
            status = os.stat(path)
        except OSError:  # gone again, or a link that leads nowhere
            return
        if stat.S_ISREG(status.st_mode):  # opening a pipe would block
            yield Found(folder, path, Stamp(status.st_size, status.st_mtime_ns))


def _hidden(name: str) -> bool:
    return name.startswith(".")


def _marked(folders: Iterable[str]) -> bool:
    return any(Path(folder, MARKER).exists() for folder in folders)


class Finder:
    """Says each video once, when it has kept its size and time of change for ``settle`` seconds.

    Each method gives the videos that have become ready. Only what was seen last time is remembered, so a file that
    comes back, or whose folder was away for a while, is said again.
    """

    def __init__(self, search: Search, settle: float, *, now: Callable[[], float] = time.monotonic) -> None:
        self._search, self._settle, self._now = search, settle, now
        self._said: dict[str, Stamp] = {}
        self._waiting: dict[str, tuple[Found, float]] = {}

    def scan(self) -> list[Found]:
        """Look through the folders."""
        there = {found.path: found for found in self._search.everything()}
        self._said = {path: stamp for path, stamp in self._said.items() if path in there}
        self._waiting = {path: seen for path, seen in self._waiting.items() if path in there}
        return self._ready(there.values())

    def look(self, paths: Iterable[str]) -> list[Found]:
        """Look at what has changed."""
        return self._ready(found for path in sorted(paths) for found in self._search.one(path))

    def recheck(self) -> list[Found]:
        """Look at those that were not ready."""
        paths = sorted(self._waiting)
        there = {found.path: found for path in paths for found in self._search.one(path)}
        self._waiting = {path: seen for path, seen in self._waiting.items() if path in there}
        return self._ready(there.values())

    def existing(self) -> list[Found]:
        """All videos that are there now, ready or not."""
        there = [found for found in self._search.everything() if may_be_video(found.path)]
        self._said.update({found.path: found.stamp for found in there})
        return there

    def forget(self) -> None:
        """Say everything again."""
        self._said.clear()

    @property
    def patience(self) -> float | None:
        """In how many seconds the next one may be ready; None where none is waited for."""
        if not self._waiting:
            return None
        return max(0.0, min(since for _, since in self._waiting.values()) + self._settle - self._now())

    @property
    def waiting(self) -> list[str]:
        return sorted(self._waiting)

    def _ready(self, there: Iterable[Found]) -> list[Found]:
        return [found for found in there if self._said.get(found.path) != found.stamp and self._is_ready(found)]

    def _is_ready(self, found: Found) -> bool:
        before, since = self._waiting.get(found.path, (None, self._now()))
        if before is None or before.stamp != found.stamp:
            since = self._now()
        if self._now() - since < self._settle:
            self._waiting[found.path] = found, since
            return False
        self._waiting.pop(found.path, None)
        self._said[found.path] = found.stamp
        return may_be_video(found.path)
