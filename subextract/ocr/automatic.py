"""How lines are read when no engine was named: by the bundled models where they know the script, by others elsewhere.

The script of a line is told from its picture, and from how sure the bundled reader is of what it reads there. A line
that nobody here can read keeps its place and its time, and says in which script it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from subextract.luma import cropped
from subextract.ocr.dealing import dealt
from subextract.ocr.expecting import Expecting
from subextract.ocr.protocols import Reader, batch
from subextract.ocr.script import NONE, ScriptTeller
from subextract.ocr.standing import stand_in
from subextract.ocr.surety import odds_by_answer
from subextract.types import Box, Clip, Line

log = logging.getLogger(__name__)

BUNDLED = frozenset({"Latn", "Hani", NONE})  # what is not a letter, the bundled reader knows best
Odds = NDArray[np.float32]
Find = Callable[[str], Reader | None]


class AutoReader:
    """Lets each line be read by who knows its script. ``find`` makes the reader of a script, None where there is none.

    ``spoken`` are the scripts of the languages that the user named.
    """

    def __init__(self, bundled: Reader, find: Find, teller: ScriptTeller, spoken: Sequence[str] = ()) -> None:
        self._teller, self._expecting, self._find = teller, Expecting(spoken), find
        self._bundled = bundled
        self._readers: dict[str, Reader | None] = dict.fromkeys(BUNDLED, bundled)

    @property
    def batch(self) -> int:
        """Lines that are worth a call: as many as the most demanding of the readers that were needed so far wants."""
        return max(batch(reader) for reader in self._readers.values() if reader)

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        """The lines of each clip in the order of its boxes; boxes are those of the video. Raises EngineError."""
        pictures = [[self._teller.odds(cropped(clip.image, box)) for box in clip.lines] for clip in clips]
        found = self._first_read(clips, pictures)
        scripts = self._scripts(clips, pictures, found)
        self._make_readers({script for row in scripts for script in row})
        wanted = [
            [
                None if script in BUNDLED and line.score is not None else script
                for script, line in zip(row, lines, strict=True)
            ]
            for row, lines in zip(scripts, found, strict=True)
        ]
        readers: dict[str | None, Reader] = {script: reader for script, reader in self._readers.items() if reader}
        again = dealt(clips, wanted, readers)
        for clip, row, lines, better in zip(clips, wanted, found, again, strict=True):
            for number, script in enumerate(row):
                if script:
                    known = self._readers[script]
                    lines[number] = better[number] if known else _unread(clip, clip.lines[number], script)
        return found

    def close(self) -> None:
        """Let go of all readers."""
        for reader in {id(one): one for one in (self._bundled, *self._readers.values()) if one}.values():
            reader.close()

    def _make_readers(self, scripts: Collection[str]) -> None:
        for script in sorted(set(scripts) - self._readers.keys()):
            reader = self._readers[script] = self._find(script)
            log.info("Lines in %s are read by %s.", script, type(reader).__name__ if reader else "nobody here")

    def _first_read(self, clips: Sequence[Clip], pictures: Sequence[Sequence[Odds]]) -> list[list[Line]]:
        """The bundled reader's readings of all lines that may be in its scripts."""
        unasked = [
            [self._expecting.is_sure(odds, BUNDLED) and not clip.vertical for odds in row]
            for clip, row in zip(clips, pictures, strict=True)
        ]
        return dealt(clips, unasked, {False: self._bundled})

    def _scripts(
        self, clips: Sequence[Clip], pictures: Sequence[Sequence[Odds]], found: Sequence[Sequence[Line]]
    ) -> list[list[str]]:
        """The script of each line, by its picture and by what the bundled reader ``found`` there, if it was asked;
        columns are written in Chinese characters and kana."""
        odds = [
            picture if line.score is None else picture + odds_by_answer(line)
            for clip, row, lines in zip(clips, pictures, found, strict=True)
            for picture, line in zip(row, lines, strict=True)
            if not clip.vertical
        ]
        told = iter(self._expecting.told(odds))
        return [["Hani" if clip.vertical else next(told) for _ in clip.lines] for clip in clips]


def _unread(clip: Clip, box: Box, script: str) -> Line:
    place = box.moved(clip.box.left, clip.box.top)
    return Line(stand_in(cropped(clip.image, box), script), place, unread=script)
