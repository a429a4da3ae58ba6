"""When a picture is shown: from the stream's ticks to milliseconds, exactly.

Times are rounded down, never to the nearest: players show a cue on pictures whose exact time is not before its start,
so that a start must not lie behind its picture, not even by a third of a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Clock:
    """Integers only: ``time = floor((ticks * up - origin) / down)``."""

    up: int
    origin: int
    down: int

    @classmethod
    def of(cls, time_base: Fraction, start: int) -> Clock:
        """``time_base`` in seconds per tick; ``start`` in microseconds is where the video's time is 0.

        It means the tick beside it: a third of a microsecond more would put every picture a millisecond earlier.
        """
        up, down = 1000 * time_base.numerator, time_base.denominator
        return cls(up, round(Fraction(start * down, 1000 * up)) * up, down)

    def milliseconds(self, ticks: int) -> int:
        """The time of a presentation timestamp: the last whole ms that is not behind it."""
        return (ticks * self.up - self.origin) // self.down

    def length(self, ticks: int) -> int:
        """A number of ticks as a length in ms, to the nearest."""
        return (ticks * self.up + self.down // 2) // self.down

    def ticks(self, milliseconds: int) -> int:
        """The last tick that has this time or an earlier one."""
        return ((milliseconds + 1) * self.down + self.origin - 1) // self.up


@dataclass(slots=True)
class Going:
    """A clock that goes on where that of a stream starts again, as in recordings that were joined.

    All in ticks: ``typical`` is the length of a picture, a step back by more than ``limit`` is a new clock, by less a
    shuffled time stamp. ``latest`` is the time of the latest picture, ``shift`` what is added to time stamps now and
    ``before`` what was added to those of the clock before.
    """

    typical: int
    limit: int
    latest: int | None = None
    shift: int = 0
    before: int = 0

    @property
    def following(self) -> int | None:
        """When the next picture is due."""
        return None if self.latest is None else self.latest + self.typical

    def of_picture(self, ticks: int) -> int:
        """The time of the next picture, by its time stamp."""
        time = ticks + self.shift
        if self.latest is not None and time < self.latest - self.limit:
            self.before, self.shift = self.shift, self.latest + self.typical - ticks
            time = ticks + self.shift
        self.latest = time if self.latest is None else max(self.latest, time)
        return time

    def beside(self, ticks: int) -> int:
        """The time of what another stream has there: by the new clock or the one before, whichever is nearer."""
        times = (ticks + self.shift, ticks + self.before)
        return times[0] if self.latest is None else min(times, key=lambda time: abs(time - (self.latest or 0)))
