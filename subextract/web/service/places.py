"""Where a service keeps what it is given and what comes of it: one folder for each job, under names of its own."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Collection
from pathlib import Path

from subextract.errors import OutputError, UsageError
from subextract.output import naming

STEM = "video"  # names that clients give never become paths
_CONTAINERS = """
3g2 3gp asf avi divx dv f4v flv ivf m1v m2t m2ts m2v m4v mkv mov mp4 mpeg mpg mts mxf nut ogm ogv rm rmvb ts vob webm
wmv wtv y4m
"""
CONTAINERS = frozenset(f".{name}" for name in _CONTAINERS.split())
"""Suffixes that are kept. FFmpeg believes others: a playlist called .m3u8 would have it open any file of the server."""
NO_VIDEOS = naming.SUBTITLES | naming.RESULTS


class Places:
    """The folder of a service, held by one process. OutputError where it cannot be used, UsageError where another
    service has it.

    ``jobs`` holds a folder for each job, with its video (or a link to it) and its results; ``incoming`` what is still
    being received.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.ledger = root, root / "jobs.db"
        self.jobs, self.incoming = root / "jobs", root / "incoming"
        try:
            for folder in (root, self.jobs, self.incoming):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as exc:
            raise OutputError(f"--data: {root} cannot be used ({exc.strerror}); choose another folder.") from exc
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            os.close(self._lock)
            raise UsageError(f"--data: another subextract serve uses {root}; choose another folder.") from exc

    def close(self) -> None:
        os.close(self._lock)

    def new(self) -> Path:
        """A new folder for what is received. OSError where there is no room for it."""
        folder = self.incoming / secrets.token_hex(8)
        folder.mkdir(mode=0o700)
        return folder

    def take_in(self, folder: Path) -> Path:
        """Make what was received the folder of a job; it is still there after a power cut. OSError: it is not."""
        _sync(folder)
        place = self.jobs / folder.name
        folder.rename(place)
        try:
            _sync(self.jobs)
        except OSError:
            drop(place)
            raise
        return place

    def sweep(self, known: Collection[str]) -> None:
        """Take away what belongs to no job: it came while a former process ended. ``known`` are the videos of jobs."""
        for path in self.incoming.iterdir():
            drop(path)
        wanted = {Path(video).parent for video in known}
        for path in self.jobs.iterdir():
            if path not in wanted:
                drop(path)

    def free(self) -> int:
        """How many bytes the disk has room for."""
        return shutil.disk_usage(self.incoming).free


def name_for(title: str) -> str:
    """How the video of that title is called in the folder of its job; UsageError where it is none by its name."""
    suffix = Path(title).suffix.lower()
    if suffix in NO_VIDEOS:
        raise UsageError(f"{suffix} is the suffix of a subtitle file; give the video itself.")
    return STEM + (suffix if suffix in CONTAINERS else "")


def drop(folder: Path) -> None:
    """Take away a folder with all that is in it, as far as that goes; what is left goes with the next start."""
    shutil.rmtree(folder, ignore_errors=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
