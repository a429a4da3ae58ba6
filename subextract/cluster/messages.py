"""The messages between the driver, the machines and the processes of the videos."""

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
    """The settings of a run, as each machine is given them. ``settings`` is a digest of all that decides its results.

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
        """The options of a run on this machine.

        Args:
            folder: For the results; the files of --replace, --ignore and --glossary are written into it, too.
        """
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
    """The results of a video: the contents of its ``files`` by their names, its cues, and facts for the index.

    ``duration`` is in ms, ``left_out`` counts by kind the texts that are no subtitles. ``broken`` is the exit code and
    the sentence of a video that was not read to its end.
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
    """A video whose lines are still to be read: the ``clips`` for a model, and the ``rest`` that is known, pickled.

    ``duration`` is in ms.
    """

    clips: Sequence[bytes]
    rest: bytes
    duration: int = 0


@dataclass(frozen=True, slots=True)
class Long:
    """A video that is scanned in so many parts; ``rest`` is its survey (``parts.Cut``), pickled."""

    parts: int
    rest: bytes
