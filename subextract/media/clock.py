"""When a picture is shown: from the stream's ticks to milliseconds, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Clock:
    """Integers only: ``time = floor((ticks * up - origin) / down)``, with the half for rounding inside ``origin``."""

    up: int
    origin: int
    down: int

    @classmethod
    def of(cls, time_base: Fraction, start: int) -> Clock:
        """``time_base`` in seconds per tick; ``start`` in microseconds is where the video's time is 0."""
        down = 2000 * time_base.denominator
        up = 2_000_000 * time_base.numerator
        return cls(up, 2 * start * time_base.denominator - down // 2, down)

    def milliseconds(self, ticks: int) -> int:
        """The time of a presentation timestamp, rounded to the nearest ms."""
        return (ticks * self.up - self.origin) // self.down

    def length(self, ticks: int) -> int:
        """A number of ticks as a length in ms."""
        return (ticks * self.up + self.down // 2) // self.down

    def ticks(self, milliseconds: int) -> int:
        """The last tick that is not later than a time."""
        return (milliseconds * self.down + self.origin + self.down // 2) // self.up
