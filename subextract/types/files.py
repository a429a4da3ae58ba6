"""Video files and their subtitle tracks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Track:
    """A subtitle stream inside a container; ``page`` is the page of teletext that it stands for, where it is one."""

    index: int
    kind: str
    codec: str
    language: str | None = None
    title: str | None = None
    forced: bool = False
    default: bool = False
    hearing_impaired: bool = False
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Video:
    """A video file and its content.

    ``width`` and ``height`` are of the displayed picture: rotated, with square pixels not enforced (``pixel_aspect`` is
    the width of a stored pixel over its height, after rotation). ``script`` is what an ASS track says before its
    events, where the cues come from one. ``origin`` is what the clock of the file says where times here are 0 (ms);
    ``late`` is when the file begins on a time line that was not moved, though it begins after 0.
    """

    path: str
    width: int
    height: int
    duration: int | None = None
    frame_rate: float | None = None
    variable_rate: bool = False
    codec: str = ""
    pixel_format: str = ""
    rotation: int = 0
    pixel_aspect: float = 1.0
    interlaced: bool = False
    container: str = ""
    stream: int = 0
    tracks: tuple[Track, ...] = ()
    script: str = ""
    origin: int = 0
    late: int = 0
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was examined, and which of its subtitles are meant: those of a track, or burned-in ones (None)."""

    video: Video
    track: Track | None = None
