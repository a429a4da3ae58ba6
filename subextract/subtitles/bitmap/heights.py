"""How high the lines of a track are: by that its dots and commas are told from letters."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from subextract.subtitles.bitmap.binarize import PALE_EDGE, TextLine

LATEST_LINES = 50  # lines; a track may hold songs and signs of other sizes
LETTER_HEIGHT = 0.4  # of the lowest line there can be; ink that is lower is a mark
USUAL_SHARE = 0.75  # of the lines are no higher: those have ascenders and tails, or are of a script without
LINE_ROOM = 1.2  # times as high as the ink of such a line


@dataclass(slots=True)
class Heights:
    """The heights seen of a track. ``min_height`` (px) is the lowest line there can be, by the height of its plane."""

    min_height: float
    seen: deque[int] = field(default_factory=lambda: deque(maxlen=LATEST_LINES))

    def take(self, lines: Iterable[TextLine]) -> None:
        """Learn from the lines of a picture."""
        heights = (line.box.height - 2 * PALE_EDGE for line in lines)
        self.seen.extend(height for height in heights if height >= LETTER_HEIGHT * self.min_height)

    @property
    def usual(self) -> float:
        """How high a line is (px), from the top of its letters to the foot of its tails and a little more."""
        return LINE_ROOM * sorted(self.seen)[int(USUAL_SHARE * len(self.seen))] if self.seen else self.min_height
