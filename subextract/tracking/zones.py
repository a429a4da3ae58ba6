"""Which lines are up in one zone, frame by frame."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from subextract.durations import LOGO_TIME, LONG, SHORTEST
from subextract.planes import grey, shrink
from subextract.tracking.lines import LiveLine, Moment, Picture, born
from subextract.tracking.motion import moves, slipped
from subextract.tracking.rows import alike, covers, join_rows, same_row
from subextract.tracking.strokes import Strokes, strength, tight
from subextract.types import Box, Frame, Image, Luma, Zone

log = logging.getLogger(__name__)

Detect = Callable[[Sequence[Image]], list[list[Box]]]

LINE_HEIGHT = 24.0  # px of a line's box on the strip: letters of 14 to 18 px, the least that is found without loss
LOWEST, HIGHEST = 0.45, 1.7  # of that height: other boxes are parts of letters, or shapes that resemble text
MEMORY = 2000  # ms of strips kept to look back on; typewriter lines may begin that long before they are found
PAUSE = 200  # ms between looks while something changes: half of the shortest cue (0.4 s)
OFF_CENTRE = 0.05  # of the width of the zone, by which a line is not where the others are centred
SMALL, LARGE = 0.65, 1.5  # of the zone's height of text: the range of bilingual lines and of odd detector boxes
SLIPPING = 600  # ms; what moves is lost sooner, and letters that two lines share stand beside their place, too
UNSURE = 500  # ms by which a start may turn out earlier than it seemed at first, in a fade
MISSED = 90  # ms; by so little the start of a line that was known in parts is not known better
ONE_MOVEMENT = 1000  # ms; moving text that is found again within this time is the same
SHORT = 2.0  # line heights; three letters, which shapes in the scene resemble more often than sentences
PICTURES = 5  # to read from; each costs a colour conversion
PICTURE_PAUSE = 120  # ms from the first picture of a line to the second; doubled for each further one
GROWTH = 0.35  # of the line's height; by less the detector's boxes differ from frame to frame


class Gate(Protocol):
    """What decides which strips deserve a look (sampling.Gate)."""

    def opens(self, time: int, strip: Luma, *, pause: int, ignore: tuple[Box, ...]) -> bool: ...

    def looked(self, time: int, strip: Luma) -> None: ...


@dataclass(frozen=True, slots=True)
class Stay:
    """One line's stay on the screen; ``box`` is in pixels of the video, ``fits`` and ``written`` as in Clip."""

    start: int
    end: int
    box: Box
    strokes: Strokes
    pictures: tuple[Picture, ...]
    fits: bool
    written: bool


class ZoneTracker:
    """Follows the lines of one zone: fed every frame, it answers with the lines whose stay is over."""

    def __init__(self, zone: Zone, detect: Detect, gate: Gate, leave_out: Callable[[str], None]) -> None:
        self.zone = zone
        self._leave_out = leave_out
        self._detect = detect
        self._gate = gate
        self._scale = min(1.0, LINE_HEIGHT / zone.text_height)
        self._logos = [self._on_strip(logo) for logo in zone.logos]
        self._recent: deque[Moment] = deque()
        self._live: list[LiveLine] = []
        self._leaving: list[LiveLine] = []
        self._over: list[Stay] = []
        self._first = 0
        self._moved = -ONE_MOVEMENT

    @property
    def open_since(self) -> int:
        """The time in ms before which no line can start that is not handed out yet."""
        now = self._recent[-1].time if self._recent else 0
        live = [line.since for line in self._live if now - line.since < LOGO_TIME]
        leaving = [line.since for line in self._leaving]
        return min([now - MEMORY, *(since - UNSURE for since in live + leaving), *(stay.start for stay in self._over)])

    def feed(self, frame: Frame) -> list[Stay]:
        """Take the next frame; answer with lines whose stay is over, all that left together in one answer."""
        moment = Moment(frame.time, frame.time + frame.duration, self._strip(frame.luma))
        self._first = self._first if self._recent else moment.time
        self._remember(moment)
        self._follow_leaving(moment)
        left = [line for line in self._live if not line.follow(moment)]
        self._live = [line for line in self._live if line not in left]
        self._leaving += left
        for line in left:
            line.moving = moment.time - line.since < SLIPPING and slipped(line.strokes, moment)
            log.debug("%d: %s left, moving %s", moment.time, tuple(line.box), line.moving)
        ignore = tuple(line.box for line in self._live) + tuple(self._logos)
        if self._gate.opens(moment.time, moment.strip, pause=PAUSE, ignore=ignore) or left:
            self._look(moment)
        for line in self._live:
            self._picture(line, frame)
        return [] if self._leaving else self._hand_out()

    def finish(self) -> list[Stay]:
        """The video is over: answer with what is still up."""
        for line in self._leaving + self._live:
            self._end(line)
        self._leaving, self._live = [], []
        return self._hand_out()

    def _hand_out(self) -> list[Stay]:
        over, self._over = self._over, []
        return over

    def _strip(self, luma: Luma) -> Luma:
        box = self.zone.box
        return np.ascontiguousarray(shrink(luma[box.top : box.bottom, box.left : box.right], self._scale))

    def _remember(self, moment: Moment) -> None:
        self._recent.append(moment)
        while moment.time - self._recent[0].time > MEMORY:
            self._recent.popleft()

    def _follow_leaving(self, moment: Moment) -> None:
        for line in list(self._leaving):
            if line.replaced or not line.fade(moment):
                self._leaving.remove(line)
                self._end(line)

    def _look(self, moment: Moment) -> None:
        self._gate.looked(moment.time, moment.strip)
        boxes = join_rows(self._detect([grey(moment.strip)])[0], lambda box: strength(moment.strip, box))
        found = [box for box in boxes if self._plausible(box)]
        log.debug("%d: looked, found %s", moment.time, [tuple(box) for box in found])
        for line in self._live:
            line.looks += 1
        for box in found:
            mates = [line for line in self._live if same_row(line.box, box)]
            if mates:
                self._recognise(mates, box, moment)
            else:
                self._begin(box, moment)

    def _plausible(self, box: Box) -> bool:
        height = self._scale * self.zone.text_height
        return LOWEST * height < box.height < HIGHEST * height and not any(covers(logo, box) for logo in self._logos)

    def _recognise(self, mates: list[LiveLine], box: Box, moment: Moment) -> None:
        """The box shows lines that are known; it may show more of them."""
        for mate in mates:
            mate.hits += 1
        line = mates[0].box
        left = box.left < line.left - GROWTH * line.height and _continues(moment.strip, line, box.left, line.left)
        right = box.right > line.right + GROWTH * line.height and _continues(moment.strip, line, line.right, box.right)
        if len(mates) > 1 or left or right:
            self._widen(mates, box)
        else:
            mates[0].reach(box)

    def _widen(self, mates: list[LiveLine], box: Box) -> None:
        """The known lines are parts of a longer one: of one that was there all along, or of one that grows."""
        left = min(box.left, *(mate.box.left for mate in mates))
        right = max(box.right, *(mate.box.right for mate in mates))
        box = Box(left, box.top, right, box.bottom)
        line = born(box, self._recent)
        remembered = line.since > self._recent[0].time  # else it may have been up for longer than the memory reaches
        for mate in mates:
            self._live.remove(mate)
            if line.since > mate.since + (MISSED if remembered else 0):
                mate.stop(line.since)
                mate.follows |= not remembered
                self._leaving.append(mate)
        self._live.append(line)

    def _begin(self, box: Box, moment: Moment) -> None:
        before = [line for line in self._leaving if same_row(line.box, box)]
        line = born(box, self._recent, after=max((old.last_time for old in before), default=-1))
        if moves(line.strokes, self._recent):
            self._count("moving", moment.time)
            return
        for old in before:
            old.replaced = True
            line.follows |= old.lost >= 2  # perhaps only a bad picture of the same text: merging will tell
        self._live.append(line)

    def _picture(self, line: LiveLine, frame: Frame) -> None:
        taken = len(line.pictures)
        if taken >= PICTURES or (taken and frame.time < line.pictures[-1].time + (PICTURE_PAUSE << (taken - 1))):
            return
        box = self._on_video(line.box)
        across, down = box.height, box.height // 3
        around = box.grown(across, down, frame.luma.shape[1], frame.luma.shape[0])
        line.pictures.append(Picture(frame.time, line.samples[-1].contrast, around, frame.colour(around)))

    def _end(self, line: LiveLine) -> None:
        """The line's stay is over; it counts if it can be a subtitle."""
        if line.seen < 0 or not line.pictures:
            return
        start, end = line.span()
        box = self._on_video(tight(line.strokes, line.extent))
        kind = self._foreign(line, box, end - start)
        if kind:
            log.debug("left out %s at %d-%d: %s", tuple(line.box), start, end, kind)
            self._count(kind, end)
        elif end - start >= SHORTEST or line.follows:
            fits = not self._aside(box) and not self._odd(box)
            self._over.append(Stay(start, end, box, line.strokes, tuple(line.pictures), fits, line.written))

    def _count(self, kind: str, time: int) -> None:
        """Tell of a text that is left out; what moves is found again at every look, and told of once a while."""
        if kind != "moving" or time > self._moved + ONE_MOVEMENT:
            self._leave_out(kind)
        self._moved = time if kind == "moving" else self._moved

    def _foreign(self, line: LiveLine, box: Box, duration: int) -> str | None:
        """What kind of text it is that is no subtitle: it moves, stays too long, is rarely found, or lies elsewhere."""
        if line.moving:
            return "moving"
        if duration > LOGO_TIME or (duration > LONG and line.since <= self._first and line in self._live):
            return "static"  # too long for a cue, or there from the first frame to the last
        rare = line.looks >= 4 and line.hits < line.looks / 4
        return "scene" if rare or (self._aside(box) and self._odd(box)) else None

    def _aside(self, box: Box) -> bool:
        """Whether the line is not where the others are centred."""
        centre = self.zone.centre
        return centre is not None and abs((box.left + box.right) / 2 - centre) > OFF_CENTRE * self.zone.box.width

    def _odd(self, box: Box) -> bool:
        """Whether the line is larger or smaller than the others, or hardly a line."""
        return not SMALL < box.height / self.zone.text_height < LARGE or box.width < SHORT * box.height

    def _on_strip(self, box: Box) -> Box:
        return box.moved(-self.zone.box.left, -self.zone.box.top).scaled(self._scale, self._scale)

    def _on_video(self, box: Box) -> Box:
        return box.scaled(1 / self._scale, 1 / self._scale).moved(self.zone.box.left, self.zone.box.top)


def _continues(strip: Luma, line: Box, left: int, right: int) -> bool:
    """Whether the columns beside a line show strokes as strong as its own: more of it, and not a shape in the scene."""
    return alike(strength(strip, line), strength(strip, Box(left, line.top, right, line.bottom)))
