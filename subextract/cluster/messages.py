"""What the driver, the machines and the processes of the videos say to one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from subextract.options import Options
from subextract.types import Cue

LIST_SETTINGS = ("replace", "ignore", "glossary")  # settings that name files, which other machines do not have


class Video(NamedTuple):
    """A video of the library: where it lies, and what its results are called below --out, without a suffix.

    ``size`` (bytes) and ``changed`` (ns) tell it from another one that is put in its place; a size below 0 says that it
    is not there. ``clash`` is the place of another video whose results have the same name, where there is one.
    """

    id: str
    place: str
    name: str
    size: int = -1
    changed: int = 0
    clash: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """How all videos of a run are done. ``settings`` is a digest of all that decides what comes of them.

    ``options`` are those of reading a video that differ from the defaults, ``lists`` the texts of the files that they
    name, by setting. ``stall`` and ``limit`` are in s, ``memory`` in MiB. ``split`` says whether a model reads
    the lines in a stage of its own, ``longest`` (ms) from which length on a video is scanned in parts.
    """

    out: str
    index: str
    settings: str
    options: Mapping[str, Any]
    lists: Mapping[str, Sequence[tuple[str, bytes]]] = field(default_factory=dict)
    cues_index: str | None = None
    cores: int = 2
    copy: bool = False
    stall: float = 600
    limit: float = 86_400
    memory: int = 4096
    split: bool = False
    longest: int = 7_200_000

    def options_in(self, folder: Path) -> Options:
        """The settings of a run whose results go into a folder, into which the lists are put as well."""
        values = dict(self.options)
        for name, files in self.lists.items():
            paths = [_put(folder / f".{name}" / str(number) / file, text) for number, (file, text) in enumerate(files)]
            values[name] = tuple(paths) if name != "glossary" else paths[0]
        own = {"output": folder, "overwrite": True, "resume": False, "threads": self.cores, "processes": 1}
        return Options.model_validate(values | own)


def _put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a video: the files by their names beside it, and what the index says of it.

    ``broken`` is the exit code and the sentence of a video that was not read to its end.
    """

    files: Mapping[str, bytes]
    cues: Sequence[Cue]
    duration: int | None = None
    tracks: Sequence[str] = ()
    language: str | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    broken: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Scanned:
    """What is known of a video before its lines are read: the ``clips`` for a model, and the ``rest``, pickled.

    ``duration`` is in ms.
    """

    clips: Sequence[bytes]
    rest: bytes
    duration: int = 0


@dataclass(frozen=True, slots=True)
class Long:
    """A video that is scanned in so many parts; ``rest`` is what a machine needs to scan one, pickled."""

    parts: int
    rest: bytes
