"""Which lines of one zone are known: up, about to end, or gone a moment ago."""

from __future__ import annotations

from collections import deque

from subextract.tracking.lines import LiveLine, Moment

MEMORY = 2000  # ms of strips kept to look back on; typewriter lines may begin that long before they are found


class Tracks:
    """The lines of a zone, by what is known of them, and the moments of the last two seconds.

    A line is ``live`` while its frames show it, ``leaving`` while it may still fade or give way to another one, and
    ``gone`` when its stay is over, or will be soon, but a new line may turn out to go on with it.
    """

    def __init__(self) -> None:
        self.recent: deque[Moment] = deque()
        self.live: list[LiveLine] = []
        self.leaving: list[LiveLine] = []
        self.gone: list[LiveLine] = []

    @property
    def known(self) -> list[LiveLine]:
        return self.live + self.leaving + self.gone

    @property
    def shown(self) -> list[LiveLine]:
        """Those that are up, or were until a moment ago."""
        return self.live + self.leaving

    @property
    def before(self) -> list[LiveLine]:
        """Those that are up no more."""
        return self.leaving + self.gone

    @property
    def going(self) -> list[LiveLine]:
        """Those that are about to end."""
        return self.leaving + [line for line in self.gone if not line.over]

    def remember(self, moment: Moment) -> None:
        self.recent.append(moment)
        while moment.time - self.recent[0].time > MEMORY:
            self.recent.popleft()

    def forget(self, time: int) -> None:
        """Let go of the lines that are gone and were seen last before a time (ms)."""
        self.gone = [line for line in self.gone if line.samples and line.last_time >= time]

    def leave(self, lines: list[LiveLine]) -> None:
        """These live lines are up no more."""
        self.live = [line for line in self.live if line not in lines]
        self.leaving += lines

    def revive(self, line: LiveLine) -> None:
        """A line that seemed to leave is up all the same."""
        if line in self.leaving:
            self.leaving.remove(line)
            self.live.append(line)

    def absorb(self, parts: list[LiveLine]) -> None:
        """These were parts of another line, and are none of their own any more."""
        for lines in (self.live, self.leaving, self.gone):
            lines[:] = [one for one in lines if one not in parts]
        for part in parts:
            part.over = True
