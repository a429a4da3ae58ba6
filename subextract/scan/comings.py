"""Which text has come since the frame before, where words come and go at the pace of speech."""

from __future__ import annotations

from collections import deque

import numpy as np

from subextract.scan.cells import CELL, LONGEST_FRAME, NEW_INK, STEEP, Mask, Seen, ink, standing_still, without
from subextract.types import Box, Luma

LOOK_AGAIN = 500  # ms until strokes without a found text are looked at again: detectors miss fading texts
FRAME_BEFORE = 30  # ms between two frames that are compared where words come and go quickly: 30 a second
TRIES, RETRY = 3, 60  # looks at what came and stays, and the ms between: detectors miss a short word now and then
RISING = 1.12  # times the ink of the frame before; a fade gains more on its first eight frames


class Comings:
    """Tells on its second frame what has come to a strip, and again what is still there and not ignored."""

    def __init__(self) -> None:
        self._recent: deque[tuple[Seen, Mask | None]] = deque()
        self._pending: Mask | None = None
        self._tries = self._again = self._last = 0

    def feed(self, time: int, strip: Luma, wait: int, ignore: tuple[Box, ...]) -> Box | None:
        """Take the next frame; where something came, or None."""
        now = Seen(time, strip, ink(strip))
        earlier, stands, came = self._compared(now)
        old = self._still_waiting(time, stands, ignore)
        came = without(came, tuple(box for box in ignore if not _is_other(came, stands, box))) & ~old
        if int(came.sum()) >= NEW_INK:
            self._tries, self._again = 0, time + wait
        if came.any():
            self._last = time
        self._pending = pending = old | came
        if int(pending.sum()) < NEW_INK:
            self._tries = 0
        elif time >= self._again and self._tries < TRIES and not _rises(earlier, now, pending):
            self._tries, self._again = self._tries + 1, time + RETRY
            return _around(pending)
        return None

    def _still_waiting(self, time: int, stands: Mask, ignore: tuple[Box, ...]) -> Mask:
        """The cells that came before and still stand, without having been found or waited for too long."""
        if self._pending is None or time - self._last > LOOK_AGAIN:
            return np.zeros_like(stands)
        return without(self._pending & stands, ignore)

    def _compared(self, now: Seen) -> tuple[Seen, Mask, Mask]:
        """The frame of a moment ago, the cells whose strokes stand still since, and those that did not until then."""
        if self._recent and now.time - self._recent[-1][0].time > LONGEST_FRAME:
            self._recent.clear()
        while len(self._recent) > 1 and now.time - self._recent[1][0].time >= FRAME_BEFORE:
            self._recent.popleft()
        earlier, stood = self._recent[0] if self._recent else (now, None)
        stands = (now.cells > STEEP) & standing_still(now, earlier) if now.time - earlier.time >= FRAME_BEFORE else None
        self._recent.append((now, stands))
        if stands is None or stood is None:  # it may have been there all along
            nothing = np.zeros(now.cells.shape, np.bool_)
            return earlier, nothing, nothing
        return earlier, stands, stands & ~stood


def _rises(earlier: Seen, now: Seen, cells: Mask) -> bool:
    """Whether what stands in some cells has still become stronger: it fades in, and will show better."""
    return float(now.cells[cells].sum()) > RISING * float(earlier.cells[cells].sum())


def _is_other(came: Mask, stands: Mask, box: Box) -> bool:
    """Whether a good part of the strokes that stand in a box have only come."""
    part = slice(box.top // CELL, -(-box.bottom // CELL)), slice(box.left // CELL, -(-box.right // CELL))
    return 4 * int(came[part].sum()) > max(4 * NEW_INK - 1, int(stands[part].sum()))


def _around(cells: Mask) -> Box:
    """The pixels of the strip around some cells."""
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    left, top, right, bottom = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    return Box(CELL * int(left), CELL * int(top), CELL * int(right), CELL * int(bottom))
