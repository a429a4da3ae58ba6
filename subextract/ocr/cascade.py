"""How a quick reader reads all lines, and a slow one only those of which the quick one is not sure."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from subextract.ocr.protocols import Reader
from subextract.ocr.vlm.reader import VlmReader
from subextract.types import Clip, Line

log = logging.getLogger(__name__)

SURE_READING = 0.9  # score of RapidOCR from which one line in 25 is wrong; below, one in three (docs/cli.md)


class CascadeReader:
    """Reads with the quick reader, and what that one is not sure of with a vision-language model, too."""

    def __init__(self, quick: Reader, slow: VlmReader) -> None:
        self._quick, self._slow = quick, slow
        self.batch = slow.batch

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        """The lines of each clip in the order of its boxes; boxes are those of the video. Raises EngineError."""
        found = self._quick.read(clips)
        doubtful = [
            (row, column)
            for row, lines in enumerate(found)
            for column, line in enumerate(lines)
            if line.score is None or line.score < SURE_READING
        ]
        log.info("%d of %d lines are read again.", len(doubtful), sum(map(len, found)))
        asked = [replace(clips[row], lines=(clips[row].lines[column],)) for row, column in doubtful]
        answers = self._slow.again(asked, [[found[row][column]] for row, column in doubtful])
        for (row, column), (line,) in zip(doubtful, answers, strict=True):
            found[row][column] = line
        return found

    def close(self) -> None:
        """Let go of both."""
        self._slow.close()
        self._quick.close()
