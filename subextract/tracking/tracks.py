"""Which lines of one zone are known, and in which phase each of them is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from subextract.tracking.lines import LineTrack, Phase
from subextract.tracking.strip_frames import StripFrame

STRIPS_MEMORY = 2000  # ms of strips kept to look back on; typewriter lines may begin that long before they are found
NEXT = {
    Phase.UP: {Phase.LEAVING, Phase.OVER},
    Phase.LEAVING: {Phase.UP, Phase.GONE, Phase.OVER},
    Phase.GONE: {Phase.OVER},
    Phase.OVER: set[Phase](),
}


class Tracks:
    """The lines of a zone, each list of them in the order in which they came into their phase, and the moments of the
    last two seconds."""

    def __init__(self) -> None:
        self.recent: deque[StripFrame] = deque()
        self._lines: list[LineTrack] = []

    def _of(self, *phases: Phase) -> list[LineTrack]:
        return [line for line in self._lines if line.phase in phases]

    @property
    def live(self) -> list[LineTrack]:
        return self._of(Phase.UP)

    @property
    def leaving(self) -> list[LineTrack]:
        return self._of(Phase.LEAVING)

    @property
    def gone(self) -> list[LineTrack]:
        """Those whose stay is not over yet."""
        return self._of(Phase.GONE)

    @property
    def shown(self) -> list[LineTrack]:
        """Those that are up, or were until a moment ago."""
        return self.live + self.leaving

    @property
    def before(self) -> list[LineTrack]:
        """Those that are up no more."""
        return self.leaving + self._of(Phase.GONE, Phase.OVER)

    @property
    def known(self) -> list[LineTrack]:
        return self.live + self.before

    @property
    def going(self) -> list[LineTrack]:
        """Those that are about to end."""
        return self.leaving + self.gone

    def remember(self, frame: StripFrame) -> None:
        self.recent.append(frame)
        while frame.time - self.recent[0].time > STRIPS_MEMORY:
            self.recent.popleft()

    def add(self, line: LineTrack) -> None:
        """A line is up that is new."""
        self._lines.append(line)

    def move(self, line: LineTrack, phase: Phase) -> None:
        """The one way in which a line comes into another phase; one that is over stays where it was remembered."""
        if phase not in NEXT[line.phase]:
            raise ValueError(f"a line cannot go from {line.phase.name} to {phase.name}")
        line.phase = phase
        if phase is not Phase.OVER:
            self._lines.remove(line)
            self._lines.append(line)

    def end(self, line: LineTrack) -> None:
        """Its stay is over, or it has none of its own."""
        if line.phase is not Phase.OVER:
            self.move(line, Phase.OVER)

    def drop(self, lines: Iterable[LineTrack]) -> None:
        """Forget these."""
        self._lines = [line for line in self._lines if line not in lines]

    def forget(self, time: int) -> None:
        """Forget the lines that are gone and were seen last before a time (ms)."""
        old = self._of(Phase.GONE, Phase.OVER)
        self.drop([line for line in old if not line.samples or line.last_time < time])

    def absorb(self, parts: list[LineTrack], kept: list[LineTrack]) -> None:
        """These were parts of another line, and are none of their own any more; some of them are remembered."""
        for part in parts:
            self.end(part)
        self.drop(parts)
        self._lines += kept
