"""Where the user wants text to be looked for, in which language it is there, and who reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from subextract import ocr
from subextract.options import Options
from subextract.types import Box, Clip, Line

IN_REGION = 0.5  # of a line's area, from which it lies in a region


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
            if part.intersection(box).area > IN_REGION * box.area:
                return language
        return None


class RegionalReader:
    """Lets each line be read by the reader of its language."""

    def __init__(self, readers: Mapping[str | None, ocr.Reader], language: Callable[[Box], str | None]) -> None:
        self._readers, self._language = readers, language
        self.batch = max(map(ocr.batch, readers.values()))

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        """The lines of each clip in the order of its boxes; boxes are those of the video. Raises EngineError."""
        languages = [[self._language(place) for place in ocr.places_of(clip)] for clip in clips]
        return ocr.dealt(clips, languages, self._readers)

    def close(self) -> None:
        """Let go of all readers."""
        for reader in self._readers.values():
            reader.close()


def reader(engine: str, options: Options, regions: Regions, threads: int | None) -> ocr.Reader:
    """The reader of the text of a video; several in one where the regions are in languages that need a reader each.

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
