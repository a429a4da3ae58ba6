"""How lines of the same clips are dealt out to several readers, and their answers put together again."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from subextract.ocr.protocols import Reader
from subextract.types import Box, Clip, Line

Key = TypeVar("Key", bound=Hashable)


def dealt(clips: Sequence[Clip], keys: Sequence[Sequence[Key]], readers: Mapping[Key, Reader]) -> list[list[Line]]:
    """The lines of each clip in the order of its boxes, each read by the reader of its key.

    ``keys`` has one for each line. A line whose key has no reader has the text ``""``. Raises what the readers raise.
    """
    found = [[Line("", place) for place in places_of(clip)] for clip in clips]
    for key, reader in readers.items():
        wanted = [[number for number, one in enumerate(row) if one == key] for row in keys]
        rows = [row for row, numbers in enumerate(wanted) if numbers]
        parts = [replace(clips[row], lines=tuple(clips[row].lines[one] for one in wanted[row])) for row in rows]
        for row, lines in zip(rows, reader.read(parts) if parts else [], strict=True):
            for number, line in zip(wanted[row], lines, strict=True):
                found[row][number] = line
    return found


def places_of(clip: Clip) -> list[Box]:
    """Where the lines of a clip lie in the video."""
    return [box.moved(clip.box.left, clip.box.top) for box in clip.lines]
