"""How the clips of a video travel to the reader, and its lines travel back."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import cv2
import numpy as np

from subextract.ocr import BATCH, places_of
from subextract.output.packing import packed, unpacked
from subextract.past import Past
from subextract.types import Clip, Image, Line, Source

FAST = [cv2.IMWRITE_PNG_COMPRESSION, 1]  # loses nothing, like any other

Place = tuple[int, int]
"""The number of a clip, and of a line in it."""


def to_bytes(clip: Clip, *, evidence: bool = False) -> bytes:
    """Pickle a clip, its pictures as PNG; ``evidence`` takes along how it came and went, which no reader needs."""
    pictures = [cv2.imencode(".png", picture, FAST)[1].tobytes() for picture in (clip.image, *clip.frames)]
    nothing = np.zeros((0, 0, 3), np.uint8)
    return pickle.dumps((replace(clip, image=nothing, frames=(), evidence=clip.evidence if evidence else ()), pictures))


def from_bytes(data: bytes) -> Clip:
    """The same clip."""
    clip, pictures = pickle.loads(data)
    image, *frames = (cast(Image, cv2.imdecode(np.frombuffer(each, np.uint8), cv2.IMREAD_COLOR)) for each in pictures)
    return cast(Clip, replace(clip, image=image, frames=tuple(frames)))


class Collector:
    """A reader that reads nothing, and keeps what it is shown for another one, elsewhere and later."""

    def __init__(self) -> None:
        self.clips: list[bytes] = []
        self.batch = BATCH
        self._promised: list[Line] = []  # held, so that no other line comes to have the identity of one
        self._places: dict[int, Place] = {}

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        return [self._kept(clip) for clip in clips]

    def close(self) -> None:
        """Nothing is held open."""

    def place(self, line: Line) -> Place | None:
        """Of which clip and line this is the empty answer; None where it is another one's."""
        return self._places.get(id(line))

    def _kept(self, clip: Clip) -> list[Line]:
        lines = [Line("", box) for box in places_of(clip)]
        for number, line in enumerate(lines):
            self._places[id(line)] = len(self.clips), number
        self._promised += lines
        self.clips.append(to_bytes(clip))
        return lines


class Replayer:
    """A reader that knows all answers, in the order in which it is asked."""

    def __init__(self, answers: Iterable[Sequence[Line]]) -> None:
        self.batch = BATCH
        self._answers = iter(answers)

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        return [list(next(self._answers)) for _ in clips]

    def close(self) -> None:
        """Nothing is held open."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A video whose lines are being read: what another process needs to decide and to write.

    ``seen`` is what was seen of burned-in text, packed; ``places`` says of which clip and line the answer goes to which
    text and line of it. A track of pictures has neither: it is gone through once more.
    """

    source: Source
    past: Past | None
    seen: Sequence[Sequence[Any]] = ()
    places: Mapping[tuple[int, int], Place] = field(default_factory=dict)
    broken: tuple[int, str] | None = None

    @classmethod
    def of(cls, source: Source, past: Past | None, collector: Collector, broken: tuple[int, str] | None) -> Waiting:
        """Keep a video until its lines are read.

        Args:
            source: The video and its track.
            past: All that was seen of burned-in text; None of a track of pictures.
            collector: Was shown its clips.
            broken: Exit code and sentence of a video that breaks off.
        """
        if past is None:
            return cls(source, None, broken=broken)
        places = {
            (number, line): place
            for number, one in enumerate(past.seen)
            for line, told in enumerate(one.told)
            if (place := collector.place(told))
        }
        return cls(source, replace(past, seen=()), [packed(one) for one in past.seen], places, broken)

    def told(self, answers: Sequence[Sequence[Line]]) -> Past | None:
        """All that was seen, with the lines of each clip (in order) in its places; None of a track of pictures."""
        if self.past is None:
            return None
        seen = [unpacked(values) for values in self.seen]
        for number, one in enumerate(seen):
            told = list(one.told)
            for line in range(len(told)):
                if place := self.places.get((number, line)):
                    told[line] = answers[place[0]][place[1]]
            one.told = told
        return replace(self.past, seen=seen)
