"""Which frames deserve a look: where strokes are new and stand still, and where a shot has just begun."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray
from scenedetect import FrameTimecode  # type: ignore[import-untyped]
from scenedetect.detectors import ContentDetector  # type: ignore[import-untyped]

from subextract.scan.cells import CELL, LONGEST_FRAME, NEW_INK, STEEP, Cells, Seen, ink, standing_still, without
from subextract.scan.comings import LOOK_AGAIN, Comings
from subextract.types import Box, Frame, Luma, Rows

FAINT_STROKES = 10.0  # the same for pale strokes on a plain background; on any other one, by so much more than it was
PLAIN_BACKGROUND = 8.0  # levels per px that the background of a new shot may have; so much steeper than that is text
PLACES_APART = 3  # rows of cells without new ink, which part two places
EXAMINED_EVERY = 80  # ms between two frames that are examined; a line that stays for 0.4 s is seen on five of them
SETTLED_STROKES = 150  # ms for which new strokes must stand still: text does at once, what moves never
JUMP, SAME_PICTURE = 7, 0.6  # px by which a shaken picture jumps; correlation with itself
THUMBNAIL = (64, 16)  # px
SPARSE_SIDE = 48  # rows and columns of the whole picture that tell a cut
NEIGHBOURS = 4  # cuts within LONGEST_FRAME before and after
OTHER_INK = 0.4  # of the ink; for who asks at a small price whether another shot began
STIRRED = 8.0  # luma levels between two thumbnails, below which it is not worth asking for a cut
HEARTBEAT = 3000  # ms between looks at strokes that never stand still; faint text over them is found in no other way


class Gate:
    """Remembers the strip of the last look and says when another look could show another text.

    A ``sparing`` one is for who cannot look whenever something changes: new strokes must stand side by side, as those
    of a word do, only the rows with most of them deserve a look, also of a new shot, and what went is new when it comes
    again.
    """

    def __init__(self, *, heartbeat: int = HEARTBEAT, sparing: bool = False) -> None:
        self._heartbeat, self._sparing = heartbeat, sparing
        self._looked: Cells | None = None
        self._before: Cells | None = None  # what was looked at before that, until it is clear what is new since
        self._last_look = 0
        self._recent: deque[Seen] = deque()
        self._shot = -1  # when the shot began; -1 once it was looked at
        self._cuts = CutDetector()
        self._comings = Comings()
        self.rows: Rows = None

    def comes(self, time: int, strip: Luma, *, wait: int = 0, ignore: tuple[Box, ...] = ()) -> Box | None:
        """Where something has come to stand still since a frame or two, and ``wait`` ms; None where nothing has.

        To be asked for every frame while words come and go quickly. What lies in boxes to ``ignore`` does not count,
        unless a good part of it is new.
        """
        return self._comings.feed(time, strip, wait, ignore)

    def opens(self, time: int, strip: Luma, *, pause: int, ignore: tuple[Box, ...] = ()) -> bool:
        """Whether this strip deserves a look, in its ``rows``; at most one does within ``pause`` ms.

        To be asked for every frame. ``ignore`` are boxes whose content is known to be unchanged.
        """
        self.rows = None
        if self._looked is None:
            return True
        if self._recent and time - self._recent[-1].time < EXAMINED_EVERY:
            return False
        now = Seen(time, strip, ink(strip))
        earlier = self._remember(now)
        if self._sparing:
            self._looked = np.minimum(self._looked, now.cells)
        if self._changed(now) if self._sparing else self._cuts.cuts(strip):
            self._shot = time
        if time - self._last_look < pause or earlier is None:
            return False
        if self._shot >= 0 and time - self._shot >= SETTLED_STROKES:
            if not self._sparing:
                return True
            self._looked, self._before, self._shot = np.full_like(now.cells, PLAIN_BACKGROUND), None, -1
        return self._has_news(now, earlier, ignore)

    def _has_news(self, now: Seen, earlier: Seen, ignore: tuple[Box, ...]) -> bool:
        """Whether strokes are new and stand still, or never do; in which ``rows``."""
        assert self._looked is not None
        known = self._looked
        if self._before is not None and now.time - self._last_look >= LOOK_AGAIN:
            known, self._before = self._before, None
        new = without(now.cells - known > np.minimum(STEEP, FAINT_STROKES + known), ignore)
        if int(new.sum()) < NEW_INK:
            return False
        rested = now.time - self._last_look
        still = new & standing_still(now, earlier)
        if rested >= LOOK_AGAIN and int(still.sum()) < NEW_INK:
            still = new & self._still_but_for_jumps(now)
        still = _words(still) if self._sparing else still
        if rested < self._heartbeat and int(still.sum()) < NEW_INK:
            return False
        inked = np.flatnonzero((still if still.any() else new).any(axis=1))
        inked = _strongest(inked, still.sum(axis=1)) if self._sparing else inked
        self.rows = CELL * int(inked[0]), CELL * int(inked[-1] + 1)
        return True

    def looked(self, time: int, strip: Luma, rows: Rows = None) -> None:
        """A look was taken at this strip, or at some rows of it.

        Rows that the gate did not ask for, such as those of a line that left, keep no others waiting: a ticker that
        leaves its place on every frame would keep the gate shut for the whole strip.
        """
        now = ink(strip)
        if rows is not None and self._looked is not None:
            part = slice(rows[0] // CELL, -(-rows[1] // CELL))
            now, seen = self._looked.copy(), now
            now[part] = seen[part]
        if rows is None or self.rows is not None:
            new_shot = rows is None and self._shot >= 0 and time - self._shot >= SETTLED_STROKES
            self._shot = -1 if new_shot else self._shot
            self._before = None if new_shot else self._looked
            self._last_look = time
        self._looked = now

    def _changed(self, now: Seen) -> bool:
        """Whether most of the ink is another than on the picture examined before: a cut, told at no cost."""
        before = self._recent[-2].cells if len(self._recent) > 1 else now.cells
        return float(np.abs(now.cells - before).sum()) > OTHER_INK * float(np.maximum(now.cells, before).sum())

    def _still_but_for_jumps(self, now: Seen) -> NDArray[np.bool_]:
        """Which cells show what they showed earlier where the whole picture jumps about, and does not go on."""
        first, *between, _ = self._recent
        middle = between[-1] if between else first
        way, before = _way(now.strip, middle.strip), _way(middle.strip, first.strip)
        if way is None or before is None or np.dot(way, before) >= 0:
            return np.zeros(now.cells.shape, np.bool_)
        return standing_still(now, first._replace(strip=_moved(first.strip, way + before)))

    def _remember(self, now: Seen) -> Seen | None:
        """Keep what was examined; the answer is what was seen long enough ago to tell what stands still."""
        self._recent.append(now)
        while len(self._recent) > 1 and now.time - self._recent[1].time >= SETTLED_STROKES:
            self._recent.popleft()
        first = self._recent[0]
        return first if now.time - first.time >= SETTLED_STROKES else None


class CutDetector:
    """Whether another shot begins: PySceneDetect's content detector on thumbnails, its threshold as it comes.

    It is asked only where a thumbnail differs from the one before, because it takes longer than all the rest.
    """

    def __init__(self) -> None:
        self._before: cv2.typing.MatLike | None = None
        self._detector = ContentDetector(min_scene_len=1, luma_only=True)
        self._frames = 0

    def cuts(self, picture: Luma) -> bool:
        """Take the next picture; whether it is the first one of a shot."""
        before, now = self._before, cv2.resize(picture, THUMBNAIL, interpolation=cv2.INTER_AREA)
        self._before = now
        if before is None or cv2.mean(cv2.absdiff(before, now))[0] < STIRRED:
            return False
        self._ask(before)
        return self._ask(now)

    def _ask(self, thumbnail: cv2.typing.MatLike) -> bool:
        self._frames += 1
        colour = cv2.cvtColor(thumbnail, cv2.COLOR_GRAY2BGR)
        return bool(self._detector.process_frame(FrameTimecode(self._frames, 25.0), colour))


class Cuts:
    """The times (ms) at which shots begin, found on rows and columns of the whole picture that lie far apart."""

    def __init__(self) -> None:
        self._detector = CutDetector()
        self._times: list[tuple[int, int]] = []

    def feed(self, frame: Frame) -> None:
        """Take the next frame."""
        height, width = frame.luma.shape[:2]
        step = max(1, height // SPARSE_SIDE), max(1, width // SPARSE_SIDE)
        if self._detector.cuts(np.ascontiguousarray(frame.luma[:: step[0], :: step[1]])):
            self._times.append((frame.time, frame.duration))

    def near(self, time: int) -> bool:
        """Whether a shot begins at this time, or one frame before or after it."""
        first = bisect_left(self._times, (time - LONGEST_FRAME, 0))
        return any(abs(cut - time) <= 1.5 * length for cut, length in self._times[first : first + NEIGHBOURS])


def _words(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The cells of which NEW_INK stand side by side."""
    kernel = np.ones((1, NEW_INK), np.uint8)
    return np.asarray(cv2.morphologyEx(cells.astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0)


def _strongest(rows: NDArray[np.intp], ink: NDArray[np.intp]) -> NDArray[np.intp]:
    """Of rows those that lie together and have most ink."""
    groups = np.split(rows, np.flatnonzero(np.diff(rows) > PLACES_APART) + 1)
    return max(groups, key=lambda group: int(ink[group].sum()))


def _way(strip: Luma, earlier: Luma) -> NDArray[np.intp] | None:
    """How far (right, down) the picture jumped since an earlier one; None where it shows something else."""
    height, width = strip.shape
    if min(height, width) <= 4 * JUMP:
        return None
    middle = earlier[JUMP : height - JUMP, JUMP : width - JUMP]
    _, best, _, (left, top) = cv2.minMaxLoc(cv2.matchTemplate(strip, middle, cv2.TM_CCOEFF_NORMED))
    return np.array([left - JUMP, top - JUMP]) if best > SAME_PICTURE else None


def _moved(strip: Luma, way: NDArray[np.intp]) -> Luma:
    """The picture moved (right, down); what comes in is like its edge."""
    move = np.array([[1, 0, way[0]], [0, 1, way[1]]], np.float32)
    size = strip.shape[1], strip.shape[0]
    moved = cv2.warpAffine(strip, move, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.uint8)
