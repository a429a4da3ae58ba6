"""Lets an onlooker see the pictures that a reader gets, and its answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from subextract.ocr.protocols import Reader, batch
from subextract.types import Clip, Line

Onlooker = Callable[[Sequence[Clip], Sequence[Sequence[Line]]], None]
"""Called with clips, pictures and all, and the lines that were read of each."""


class WatchedReader:
    """A reader whose clips and answers an onlooker is given, too."""

    def __init__(self, reader: Reader, onlooker: Onlooker) -> None:
        self._reader, self._onlooker = reader, onlooker

    @property
    def batch(self) -> int:
        return batch(self._reader)

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        lines = self._reader.read(clips)
        self._onlooker(clips, lines)
        return lines

    def close(self) -> None:
        self._reader.close()


def watched(reader: Reader, onlooker: Onlooker | None) -> Reader:
    """The reader, with its onlooker where there is one."""
    return WatchedReader(reader, onlooker) if onlooker else reader
