"""A job, and the states that it can have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

STATES = ("queued", "running", "done", "failed", "skipped", "gone", "cancelled")
OPEN = ("queued", "running")


class Stamp(NamedTuple):
    """By what a file is known again: its size in bytes and the time of its last change in ns."""

    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The request for one video by which a job was made; jobs for videos found in a watched folder have none.

    ``title`` is how people call the video, ``options`` are the settings (as JSON values) that are its own. By ``key``
    the one who asks knows the job again, by ``digest`` the same video with the same options.
    """

    title: str
    options: Mapping[str, Any]
    key: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One video and what became of it.

    ``attempts`` counts the claims, ``strikes`` those that were the video's own fault, ``deaths`` those in which reader
    and daemon died together. ``position`` and ``duration`` (ms) say how far the reading is. ``tell`` is when somebody
    is to be told of its end; None: nobody (any more). The last four are what Asked says of one that was asked for.
    """

    id: int
    video: str
    folder: str
    size: int
    changed: int
    state: str
    due: float
    token: int
    attempts: int
    strikes: int
    deaths: int
    position: int
    duration: int | None
    reason: str | None
    cues: int | None
    language: str | None
    seconds: float | None
    updated: float
    tell: float | None
    title: str | None = None
    options: Mapping[str, Any] | None = None
    key: str | None = None
    digest: str | None = None

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.size, self.changed)


@dataclass(frozen=True, slots=True)
class Ending:
    """The state in which an attempt leaves its job, and the facts about it.

    ``due`` is when it may be claimed again (queued jobs), ``blamed`` whether the attempt counts against the video and
    ``tell`` when somebody is to be told.
    """

    state: str
    reason: str | None = None
    due: float = 0.0
    blamed: bool = True
    cues: int | None = None
    language: str | None = None
    seconds: float | None = None
    tell: float | None = None


class Lost(Exception):
    """Somebody else has the job now: what was done for it must not be published."""


class Taken(Exception):
    """Another running job is about to write the same file."""
