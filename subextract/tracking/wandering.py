"""Follows where one line is seen beside its place, frame after frame."""

from __future__ import annotations

from subextract.tracking.places import HOME, UNALIGNED, Way, beside, goes_on, stands, wanders
from subextract.tracking.strokes import Floats, Match, Strokes
from subextract.types import Luma

TRIED = 200  # ms after which a text that is seen beside its place has moved again, or is another one that stands there
AWAY = 0.3  # of the frames meanwhile must show it there


class Wandering:
    """The places at which a line is seen since it was first seen beside its own (see places.py).

    ``restless`` says that it wanders about there.
    """

    def __init__(self) -> None:
        self.restless = False
        self._ways: list[tuple[int, Way]] = []

    @property
    def is_likely(self) -> bool:
        """Whether it was seen beside its place lately."""
        return self.restless or bool(self._ways)

    @property
    def stays(self) -> bool:
        """Whether what it looks like at its place can be learned: it stands there, or returns there always."""
        return self.restless or not self._ways

    @property
    def roams(self) -> bool:
        """Whether it was seen at several places, and does not just wander about its own."""
        ways = self._seen()
        return bool(ways) and not stands(ways) and not wanders(ways)

    def away(self, time: int) -> Way:
        """How far from its place the frame at a time (ms), the latest one, shows it."""
        return self._ways[-1][1] if self._ways and self._ways[-1][0] == time else HOME

    def find(self, time: int, strokes: Strokes, strip: Luma) -> tuple[Floats, Match] | None:
        """The pixels of the strokes near their place, and how they agree, if all of them are there."""
        found = beside(strokes, strip)
        if found is None or not (self.is_likely or found[0].length >= UNALIGNED):
            return None
        way, high, match = found
        self._ways.append((time, way))
        return high, match

    def goes_on(self) -> bool:
        """Whether it left its place on a straight way."""
        return not self.restless and goes_on(self._seen())

    def stands_since(self, time: int) -> int | None:
        """Since when (ms) it stands beside its place, if that turns out at a time: it is another text then, with the
        same letters."""
        if self.restless or not self._ways or time - self._ways[0][0] < TRIED:
            return None
        ways = self._seen()
        if stands(ways):
            return self._ways[0][0]
        self.restless = sum(way.length >= UNALIGNED for way in ways) >= AWAY * len(ways)
        self._ways = self._ways if self.restless else []  # a strange frame or two
        return None

    def _seen(self) -> list[Way]:
        return [way for _, way in self._ways]
