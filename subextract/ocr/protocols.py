"""The protocols of a detector and a reader, so that one can take the place of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from subextract.types import Box, Clip, Image, Line

BATCH = 12  # lines that are worth a call


class Detector(Protocol):
    """Finds where in a picture there is text."""

    def detect(self, images: Sequence[Image]) -> list[list[Box]]:
        """The boxes of the lines of text in each image, in its own pixels and inside it."""
        ...


class Reader(Protocol):
    """Reads the text of clips."""

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        """One Line for each of a clip's boxes, in their order; an illegible one has the text ``""``.

        The boxes of the lines are pixels of the video: ``clip.box`` says where the clip's image lies there. A score is
        from 0 to 1, or None where the reader does not know how sure it is. Raises EngineError.
        """
        ...

    def close(self) -> None:
        """Let go of what is held open; closing twice does no harm."""
        ...


def batch(reader: Reader) -> int:
    """How many lines a reader wants at once: what it says itself, or a few."""
    return max(BATCH, getattr(reader, "batch", 0))


@dataclass(frozen=True, slots=True)
class Engine:
    """A reader that can be named; ``missing`` is one sentence on what to install first, or None when it is ready."""

    name: str
    description: str
    missing: str | None = None
