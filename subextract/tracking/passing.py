"""Remembers texts that moved on from their place in a zone, and recognises more of them."""

from __future__ import annotations

from collections.abc import Callable

from subextract.tracking.layers import on_row
from subextract.tracking.layout import SHORT_LINE
from subextract.tracking.lines import LineTrack
from subextract.types import Box

TICKER = 3  # lines that move along a row within that time; a ticker makes dozens, and one that stood may be mistaken
ONE_MOVEMENT = 1000  # ms; moving text that is found again within this time is the same


class Passing:
    """Remembers texts that moved, and reports the kind of each to ``leave_out`` unless another tracker follows it."""

    def __init__(self, elsewhere: frozenset[str], leave_out: Callable[[str], None]) -> None:
        self._elsewhere, self._leave_out = elsewhere, leave_out
        self._moved = self._rolled = -ONE_MOVEMENT
        self._ways: list[tuple[int, Box]] = []

    def take(self, line: LineTrack, kind: str, time: int) -> None:
        """Leave a text that moves to the tracker of the scene."""
        self.tell(line, kind, time)
        if kind == "credits":
            self._rolled = time
        else:
            recent = [(then, box) for then, box in self._ways if time - then < 3 * ONE_MOVEMENT]
            self._ways = [*recent, (time, line.box)]

    def tell(self, line: LineTrack, kind: str, time: int) -> None:
        """Tell of what moves, which is found at every look, once a while.

        Shapes shorter than a word are not reported: most are no text.
        """
        is_word = line.box.width >= SHORT_LINE * line.box.height
        if is_word and kind not in self._elsewhere and time > self._moved + ONE_MOVEMENT:
            self._leave_out(kind)
        self._moved = time

    def is_rolling(self, time: int) -> bool:
        """Whether credits rolled by a moment ago."""
        return time - self._rolled < ONE_MOVEMENT

    def has(self, line: LineTrack) -> bool:
        """Whether a line that was up for a moment is more of what moved along its row just before it, or after it.

        What lies over a ticker, or what of it comes into the picture, makes the ticker seem to stand.
        """
        if line.last_time - line.since >= ONE_MOVEMENT:
            return False
        near = [box for time, box in self._ways if line.since - ONE_MOVEMENT < time < line.last_time + ONE_MOVEMENT]
        along = [box for box in near if on_row(box, line.box) and box.intersection(line.box).width > 0]
        return len(along) >= TICKER
