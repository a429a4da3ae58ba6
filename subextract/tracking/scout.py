"""Where text appears for which no zone is open.

The survey sees some stills; what comes once in a long film, or for a second in a short one, it misses. The scout
watches the whole picture, small and within a budget, and says where to open a zone; what it remembers tells when the
text came.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from subextract.bands import TALLEST_LINE, TALLEST_OF_WIDTH, takes, with_logos, zones_of
from subextract.boxes import covers, inside, join_rows
from subextract.durations import NEVER
from subextract.luma import grey
from subextract.mishaps import Mishaps
from subextract.tracking.buffer import ROWS_MEMORY, FrameBuffer
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import STAYS_UP, Strokes, compare, seen_on, strength
from subextract.tracking.zones import UNFOLLOWED, Gate
from subextract.types import Box, Detect, Frame, Rows, Zone

log = logging.getLogger(__name__)

WATCHED = 480  # px of the longer side of what is watched for new strokes
LOOK_SIDE = 640  # the same of what is looked at
COARSE_SIDE = 448  # the same for looks at most of the picture, as at a new shot; they cost half of it
SCOUTED_EVERY = 150  # ms between two frames that are examined; strokes on two of them stand still
SCOUT_PAUSE = 300  # ms between looks
RARELY = 60_000  # ms between looks at strokes that never stand still
HOLDS_STILL = 150  # ms for which a text that was found must stay where it is; the scene goes on
LOOK_ROOM = 16  # px above and below new strokes, for the detector
BURST = 30.0  # looks at the whole picture that can be saved, and that there are at the beginning
EARNED_PER_MINUTE, MAX_EARNED_PER_MINUTE = 4.0, 9.0  # of 720p, and of larger pictures, slower to decode
HD = 1280 * 720  # px
LOOKS_RESERVE = 10.0  # of these are left to looks at a few rows
OPENING_COST = 1.0  # what a zone costs
LARGE_LOOK = 0.5  # of the picture; larger looks are coarse, and spare the reserve
NEAR_A_LINE = 3.0  # line heights; where one line was found, others are near
BARREN = 60_000  # ms for which a place where nothing came of a zone is not tried again


@dataclass(frozen=True, slots=True)
class Found:
    """A line that was found: its strokes in a picture with so many px at the longer ``side``, its box in the video."""

    time: int
    side: int
    strokes: Strokes
    box: Box


@dataclass(frozen=True, slots=True)
class Known:
    """Where text stands for which no zone is wanted, and until when (ms) that holds."""

    box: Box
    until: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where text counts besides the zones: within ``limits`` (none: anywhere), but not on ``logos``, which stay."""

    limits: tuple[Box, ...] = ()
    logos: tuple[Box, ...] = ()


class Scout:
    """Fed every frame, it answers with zones to open. ``gate`` is one for the whole picture, ``leave_out`` is told
    UNFOLLOWED of failures."""

    def __init__(self, detect: Detect, gate: Gate, leave_out: Callable[[str], None], where: Elsewhere) -> None:
        self.past = FrameBuffer()
        self._detect, self._gate = detect, gate
        self._limits, self._logos = where.limits, where.logos
        self._looks = Mishaps(leave_out, UNFOLLOWED)
        self._known: list[Known] = []
        self._found: list[Found] = []
        self._tokens, self._time, self._examined = BURST, -1, -SCOUTED_EVERY
        self.began = 0

    @property
    def open_since(self) -> int:
        """The time (ms) before which no text can begin in a zone that it will ask for."""
        return self._time - ROWS_MEMORY

    def feed(self, frame: Frame, zones: Sequence[Zone]) -> list[Zone]:
        """Take the next frame; ``zones`` are open."""
        self._earn(frame)
        self.past.take(frame)
        if frame.time - self._examined < SCOUTED_EVERY:
            return []
        self._examined = frame.time
        opened: list[Zone] = []
        with self._looks.survived("looking for text elsewhere", frame.time):
            opened = self._wanted(zones, frame)
            self._watch(frame.time, zones)
        return opened

    def close(self, zone: Zone, standing: Sequence[Box], *, barren: bool) -> None:
        """A zone is given up in which lines still stand, or, if it was ``barren``, nothing ever came of it."""
        self._known += [Known(box, NEVER) for box in standing]
        if barren:
            self._known.append(Known(zone.box, self._time + BARREN))

    def strips(self, box: Box, scale: float) -> list[StripFrame]:
        """What was there before the latest frame."""
        return self.past.strips(box, scale)

    def _earn(self, frame: Frame) -> None:
        if self._time < 0:
            self.began = self._time = frame.time
        pace = min(MAX_EARNED_PER_MINUTE, EARNED_PER_MINUTE * max(1.0, frame.luma.shape[0] * frame.luma.shape[1] / HD))
        self._tokens = min(BURST, self._tokens + pace * (frame.time - self._time) / 60_000)
        self._time = frame.time

    def _wanted(self, zones: Sequence[Zone], frame: Frame) -> list[Zone]:
        """Zones for what was found a moment ago and is still there."""
        if not self._found or frame.time - self._found[0].time < HOLDS_STILL:
            return []
        strip, _ = self.past.picture(self._found[0].side)
        held = [one for one in self._found if compare(one.strokes, strip).share > STAYS_UP]
        held = [one for one in held if not any(takes(zone, one.box) for zone in zones)]
        self._found = []
        height, width = frame.luma.shape[:2]
        wanted: list[Zone] = []
        for limit in self._limits or (Box(0, 0, width, height),):
            inside_it = [one for one in held if not self._limits or covers(limit, one.box)]
            held = [one for one in held if one not in inside_it]
            wanted += zones_of(inside_it, limit, self._logos) if inside_it else ()
        opened = [self._among(zone, zones) for zone in wanted]
        self._tokens -= OPENING_COST * len(opened)
        for zone in opened:
            log.debug("%d: a zone at %s for lines of %.1f px", frame.time, tuple(zone.box), zone.text_height)
        return opened

    def _among(self, zone: Zone, zones: Sequence[Zone]) -> Zone:
        """A new zone, which leaves to those that are open what they take."""
        others = tuple(other for other in zones if other.box.intersection(zone.box).height > 0)
        return replace(with_logos(zone, self._logos), lasting=False, others=others)

    def _watch(self, time: int, zones: Sequence[Zone]) -> None:
        """Look at the latest moment, if it deserves that and it can be afforded."""
        small, step = self.past.picture(WATCHED)
        ignore = [zone.box for zone in zones] + [known.box for known in self._known if known.until > time]
        boxes = tuple(box.scaled(1 / step, 1 / step) for box in ignore + list(self._logos))
        if not self._gate.opens(time, small, pause=SCOUT_PAUSE, ignore=boxes):
            return
        rows = self._rows(self._gate.rows, small.shape[0], [zone.box.scaled(1 / step, 1 / step) for zone in zones])
        part = rows[0] / small.shape[0], rows[1] / small.shape[0]
        whole = part[1] - part[0] > LARGE_LOOK
        affordable = self._tokens >= part[1] - part[0] + LOOKS_RESERVE * whole
        if affordable or whole:  # what is too dear stays unseen; what comes next need not
            self._gate.looked(time, small, self._gate.rows)
        if affordable:
            new = self._look(time, zones, part)
            self._found = (
                self._look(time, zones, _widened(part, new, small.shape[0] * step)) if new and not whole else new
            )

    def _rows(self, rows: Rows, height: int, zones: Sequence[Box]) -> tuple[int, int]:
        """The rows to look at: with room, and without what zones take of the picture at its edges."""
        if rows:
            return max(0, rows[0] - LOOK_ROOM), min(height, rows[1] + LOOK_ROOM)
        top = max([0, *(box.bottom - LOOK_ROOM for box in zones if box.top <= LOOK_ROOM)])
        bottom = min([height, *(box.top + LOOK_ROOM for box in zones if box.bottom >= height - LOOK_ROOM)])
        return (top, bottom) if bottom - top >= LOOK_ROOM else (0, height)

    def _look(self, time: int, zones: Sequence[Zone], part: tuple[float, float]) -> list[Found]:
        """The lines in a part of the rows (from 0 to 1) that no zone takes."""
        side = COARSE_SIDE if part[1] - part[0] > LARGE_LOOK else LOOK_SIDE
        self._tokens -= (part[1] - part[0]) * (side / LOOK_SIDE) ** 2
        picture, step = self.past.picture(side)
        height, width = picture.shape
        top, bottom = round(part[0] * height), round(part[1] * height)
        boxes = [box.moved(0, top) for box in self._detect([grey(picture[top:bottom])])[0]]
        whole = [box for box in boxes if not (0 < top >= box.top - 1 or height > bottom <= box.bottom + 1)]
        lines = join_rows(inside(whole, width, height), lambda box: strength(picture, box))
        tallest = max(TALLEST_LINE * height, TALLEST_OF_WIDTH * width)
        texts = [box for box in lines if box.width > box.height and box.height <= tallest]
        found = [Found(time, side, seen_on(picture, box), box.scaled(step, step)) for box in texts]
        new = [one for one in found if self._is_new(one.box, zones)]
        log.debug("%d: scouted %.2f to %.2f, new %s", time, *part, [tuple(one.box) for one in new])
        return new

    def _is_new(self, box: Box, zones: Sequence[Zone]) -> bool:
        """Whether a line is to be followed and no zone does so."""
        self._known = [known for known in self._known if known.until > self._time]
        known = [*self._logos, *(known.box for known in self._known)]
        outside = self._limits and not any(covers(limit, box) for limit in self._limits)
        return not outside and not any(covers(one, box) for one in known) and not any(takes(z, box) for z in zones)


def _widened(part: tuple[float, float], found: Sequence[Found], height: float) -> tuple[float, float]:
    """The rows in which lines were found, with room for those above and below them: what stands at the place of another
    text brings few new strokes. ``height`` is that of the video."""
    room = NEAR_A_LINE * max(one.box.height for one in found) / height
    return max(0.0, part[0] - room), min(1.0, part[1] + room)
