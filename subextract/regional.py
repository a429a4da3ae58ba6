"""Where the user wants text to be looked for, in which language it is there, and who reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from subextract import ocr
from subextract.options import Options
from subextract.types import Box, Clip, Line

HOLDS = 0.5  # of a line's area, from which it lies in a region


@dataclass(frozen=True, slots=True)
class Regions:
    """The parts of a picture in which text counts (none: all of it), with the language of each (None: not known)."""

    parts: tuple[tuple[Box, str | None], ...] = ()

    @classmethod
    def of(cls, options: Options, width: int, height: int) -> Regions:
        """Those that are set, in a picture of that size."""
        return cls(tuple((region.box(width, height), region.language) for region in options.regions))

    @property
    def boxes(self) -> tuple[Box, ...]:
        return tuple(box for box, _ in self.parts)

    def language(self, box: Box) -> str | None:
        """The language of a line: that of the first region in which it lies."""
        for part, language in self.parts:
            if part.intersection(box).area > HOLDS * box.area:
                return language
        return None


class RegionalReader:
    """Lets each line be read by the reader of its language."""

    def __init__(self, readers: Mapping[str | None, ocr.Reader], language: Callable[[Box], str | None]) -> None:
        self._readers, self._language = readers, language
        self.batch = max(map(ocr.batch, readers.values()))

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        """The lines of each clip in the order of its boxes; boxes are those of the video. Raises EngineError."""
        found = [[Line("", box) for box in clip.lines] for clip in clips]
        for language, reader in self._readers.items():
            wanted = [self._of(language, clip) for clip in clips]
            rows = [row for row, columns in enumerate(wanted) if columns]
            parts = [replace(clips[row], lines=tuple(clips[row].lines[one] for one in wanted[row])) for row in rows]
            for row, lines in zip(rows, reader.read(parts) if parts else [], strict=True):
                for column, line in zip(wanted[row], lines, strict=True):
                    found[row][column] = line
        return found

    def close(self) -> None:
        """Let go of all readers."""
        for reader in self._readers.values():
            reader.close()

    def _of(self, language: str | None, clip: Clip) -> list[int]:
        """The numbers of a clip's lines that are in a language; None is that of all lines of which nothing is known."""
        places = [box.moved(clip.box.left, clip.box.top) for box in clip.lines]
        return [number for number, box in enumerate(places) if self._language(box) == language]


def reader(engine: str, options: Options, regions: Regions, threads: int | None) -> ocr.Reader:
    """Who reads the text of a video; several where the regions are in languages that need a reader each.

    Raises what ocr.reader raises.
    """

    def one(language: str | None) -> ocr.Reader:
        return ocr.reader(engine, language=language, asked=options.asked, threads=threads)

    spoken = languages(options, regions)
    if len(spoken) == 1:
        return one(spoken[0])
    if engine in ocr.VLM_ENGINES:  # a model takes much memory and needs to know no language; what checks it does
        return one(next((language for language in spoken if ocr.refusal("rapidocr", language)), None))
    readers = {language: one(language) for language in spoken}
    return RegionalReader(readers, lambda box: regions.language(box) or options.language)


def languages(options: Options, regions: Regions) -> list[str | None]:
    """The languages that are read; None is one that nobody named. Without regions that of the video."""
    spoken = [language or options.language for _, language in regions.parts]
    return list(dict.fromkeys(spoken)) or [options.language]
