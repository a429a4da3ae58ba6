"""The plan of a run over one video: which files it writes, and where it starts."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from subextract import formats
from subextract.options import Options
from subextract.output import naming
from subextract.output.naming import NO_MARKS, Marks
from subextract.output.resuming import Checkpoint
from subextract.past import Past
from subextract.types import Source, Track
from subextract.unfinished import unfinished

RICHEST = ("json", "ass", "vtt", "ttml", "srt", "csv", "tsv")  # what can be read again; the first ones say most


@dataclass(frozen=True, slots=True)
class Target:
    """One result: ``path`` is its final name, or that from which those of its languages are made; ``marks`` are what
    the name says.

    Where it is ``parted``, what is marked as forced among the rest gets a file of its own besides. ``translated`` is
    the final name of its translation where there is to be one; ``kept`` says whether the original is a result as well.
    """

    path: Path
    format: str
    marks: Marks = NO_MARKS
    split: bool = False
    parted: bool = False
    translated: Path | None = None
    kept: bool = True

    @property
    def part(self) -> Path:
        return unfinished(self.path, formats.PART)

    @property
    def names(self) -> list[Path]:
        """Its final names, as far as they are known before the end."""
        return [*([self.path] if self.kept else []), *([self.translated] if self.translated else [])]

    @property
    def shortest(self) -> list[Path]:
        """The shortest names that its results can have; codes of languages have two letters or more."""
        return [naming.with_part(self.path, "en")] if self.split else self.names

    def standing(self) -> list[Path]:
        """The files under final names that are there; the languages of a video are not known before its end."""
        if not self.split:
            return [path for path in self.names if os.path.lexists(path)]
        names: list[str] = []
        with contextlib.suppress(OSError):  # the folder is made later, or that it cannot be is said then
            names = sorted(os.listdir(self.path.parent))
        return naming.of_languages(self.path, names)


@dataclass(frozen=True, slots=True)
class Plan:
    """The files that a run over one video writes, and where it starts.

    ``source`` is the video as it was examined, with the track that is read; None where that was not needed to plan, or
    not possible. ``notice`` is what the user should know about the start. Where all of it is ``made`` but the copy of
    the video, nothing is read: the copy is made of what is there.
    """

    video: Path
    targets: tuple[Target, ...]
    options: Options
    source: Source | None = None
    checkpoint: Checkpoint | None = None
    notice: str | None = None
    made: bool = False

    @property
    def track(self) -> Track | None:
        """The subtitle track that is read, where one is."""
        return self.source.track if self.source else None

    @property
    def resume_path(self) -> Path:
        return unfinished(self.targets[0].path, ".resume")

    @property
    def sidecar(self) -> Path:
        """Where what was seen is kept for a review."""
        return naming.review_of(self.targets[0].path)

    @property
    def muxed(self) -> Path | None:
        """Where a copy of the video with the results as tracks is to be; None where none is."""
        if not self.options.mux:
            return None
        from subextract.media import container_for  # not at the top: mistakes are answered before that is loaded

        suffix, _ = container_for(self.video)
        return naming.copy_of(self.targets[0].path, suffix)

    @property
    def richest(self) -> Target | None:
        """The result that says most of those that can be read again."""
        found = [target for target in self.targets if target.format in RICHEST]
        return min(found, key=lambda target: RICHEST.index(target.format), default=None)

    def may_replace(self, path: Path) -> bool:
        """Whether a file that the run did not know of before its end can be written: nothing of others is there."""
        left = self.checkpoint is not None and self.checkpoint.left(path)
        return self.options.overwrite or left or not os.path.lexists(path)

    @property
    def way_on(self) -> str:
        """How a run that is stopped can be taken up again."""
        if not self.options.resume:
            return "Run it again with --overwrite to start over."
        return f"The same command{' without --overwrite' if self.options.overwrite else ''} goes on from there."

    @property
    def remaining(self) -> Options:
        """The options for the part of the video that is left to do."""
        if self.checkpoint is None:
            return self.options
        position = self.checkpoint.past.position
        last = position if self.options.end is None else self.options.end - 1
        return self.options.model_copy(update={"start": min(position, last)})

    @property
    def past(self) -> Past | None:
        """The past that a stopped run leaves to this one."""
        return self.checkpoint.past if self.checkpoint else None


def tally(count: int) -> str:
    """How many cues there are: ``14 cues``."""
    return f"{count} cue{'' if count == 1 else 's'}"
