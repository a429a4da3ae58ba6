"""Which lines are up in one zone, frame by frame."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from subextract.durations import LOGO_TIME, LONG, NEVER, SHORTEST, TOGETHER
from subextract.mishaps import Mishaps
from subextract.planes import grey, shrink
from subextract.rows import alike, fills, inside, join_rows, replaces, same_row
from subextract.tracking.crossfades import parted
from subextract.tracking.entrances import entrance
from subextract.tracking.growth import trace
from subextract.tracking.lines import LITTLE, STANDING, LiveLine, Moment, Picture, born
from subextract.tracking.motion import drifts, jumps, risen, rolls, slipped, way
from subextract.tracking.strokes import Strokes, seen_on, strength, tight
from subextract.tracking.usual import SHORT, Usual
from subextract.types import Box, Detect, Frame, Luma, Plane, Zone

log = logging.getLogger(__name__)

RECHECK = 500  # ms after a line came, paled or went; the detector may have missed the end of one, or the next one
MEMORY = 2000  # ms of strips kept to look back on; typewriter lines may begin that long before they are found
PAUSE = 200  # ms between looks while something changes: half of the shortest cue (0.4 s)
SLIPPING = 600  # ms; what moves is lost sooner, and letters that two lines share stand beside their place, too
UNSURE = 500  # ms by which a start may turn out earlier than it seemed at first, in a fade
MISSED = 90  # ms; by so little the start of a line that was known in parts is not known better
TOUCHING = 100  # ms from frame to frame; two frames where one blends both
ONE_MOVEMENT = 1000  # ms; moving text that is found again within this time is the same
PICTURES = 5  # to read from; each costs a colour conversion
PICTURE_PAUSE = 120  # ms from the first picture of a line to the second; doubled for each further one
UNFOLLOWED = "unfollowed"  # the kind of a text for which something went wrong
CLAIM = 300  # ms after the end of a line in which another one may turn out to go on with it; a look takes PAUSE


class Gate(Protocol):
    """What decides which strips deserve a look (sampling.Gate)."""

    def opens(self, time: int, strip: Luma, *, pause: int, ignore: tuple[Box, ...]) -> bool: ...

    def looked(self, time: int, strip: Luma) -> None: ...


@dataclass(frozen=True, slots=True)
class Stay:
    """One line's stay on the screen; ``box`` is in pixels of the video, ``fits``, ``written``, ``kind`` as in Clip."""

    start: int
    end: int
    box: Box
    strokes: Strokes
    pictures: tuple[Picture, ...]
    fits: bool
    written: bool
    kind: str | None = None


class ZoneTracker:
    """Follows the lines of one zone: fed every frame, it answers with the lines whose stay is over.

    Text that is no subtitle is among them if its kind is in ``keep``; otherwise ``leave_out`` is told the kind. It is
    told UNFOLLOWED of each text for which the work fails; such a text ends with the last frame that showed it.
    """

    def __init__(
        self, zone: Zone, detect: Detect, gate: Gate, keep: frozenset[str], leave_out: Callable[[str], None]
    ) -> None:
        self.zone = zone
        self._keep, self._leave_out = keep, leave_out
        self._detect = detect
        self._gate = gate
        self._usual = Usual(zone)
        self._recent: deque[Moment] = deque()
        self._live: list[LiveLine] = []
        self._leaving: list[LiveLine] = []
        self._gone: list[LiveLine] = []
        self._over: list[Stay] = []
        self._lines, self._looks = Mishaps(leave_out, UNFOLLOWED), Mishaps(leave_out, UNFOLLOWED)
        self._first = 0
        self._recheck = NEVER
        self._moved = self._rolled = -ONE_MOVEMENT

    @property
    def open_since(self) -> int:
        """The time in ms before which no line can start that is not handed out yet."""
        now = self._recent[-1].time if self._recent else 0
        live = [line.first for line in self._live if now - line.first < LOGO_TIME]
        going = [line.first for line in self._going]
        return min([now - MEMORY, *(first - UNSURE for first in live + going), *(stay.start for stay in self._over)])

    @property
    def _going(self) -> list[LiveLine]:
        """The lines that are about to end."""
        return self._leaving + [line for line in self._gone if not line.over]

    def feed(self, frame: Frame) -> list[Stay]:
        """Take the next frame; answer with lines whose stay is over, all that left together in one answer."""
        moment = Moment(frame.time, frame.time + frame.duration, self._strip(frame.luma))
        self._first = self._first if self._recent else moment.time
        self._remember(moment)
        self._follow_leaving(moment)
        left = [line for line in self._live if not self._works(line, partial(line.follow, moment))]
        self._live = [line for line in self._live if line not in left]
        going = [line for line in left if not line.over]
        self._leaving += going
        for line in going:
            line.moving = line.moving or self._works(line, partial(self._went_by, line, moment))
            log.debug("%d: %s left, moving %s", moment.time, tuple(line.box), line.moving)
        ignore = tuple(line.box for line in self._live) + tuple(self._usual.logos)
        opens = self._gate.opens(moment.time, moment.strip, pause=PAUSE, ignore=ignore)
        if opens or left or moment.time >= self._recheck:
            before = list(self._live)
            self._look(moment)
            unsure = left or self._live != before or any(line.pales for line in before)
            self._recheck = moment.time + RECHECK if unsure else NEVER
        for line in self._live:
            with self._lines.survived("keeping the picture of a text", moment.time):
                self._picture(line, frame)
        return self._hand_out()

    def finish(self) -> list[Stay]:
        """The video is over: answer with what is still up."""
        for line in self._going + self._live:
            self._works(line, partial(self._end, line))
        self._gone, self._leaving, self._live = [], [], []
        return self._hand_out()

    def _works(self, line: LiveLine, work: Callable[[], object]) -> bool:
        """What the work for one line says; where it fails, the line is over, and that is False."""
        answer, failed = False, True
        with self._lines.survived("following a text", self._recent[-1].time):
            answer, failed = bool(work()), False
        if failed:
            self._end_plainly(line)
        return answer

    def _hand_out(self) -> list[Stay]:
        """Those that ended before all lines that are about to end: what left together is answered together."""
        pending = min((line.last_time for line in self._going), default=None)
        over = [stay for stay in self._over if pending is None or stay.end + TOGETHER < pending]
        self._over = [stay for stay in self._over if stay not in over]
        return over

    def _strip(self, luma: Plane) -> Luma:
        box = self.zone.box
        return np.ascontiguousarray(shrink(luma[box.top : box.bottom, box.left : box.right], self._usual.scale))

    def _remember(self, moment: Moment) -> None:
        self._recent.append(moment)
        while moment.time - self._recent[0].time > MEMORY:
            self._recent.popleft()

    def _went_by(self, line: LiveLine, moment: Moment) -> bool:
        """Whether a line that just left its place moved on."""
        shown = [each for each in self._recent if line.since <= each.time <= line.last_time]
        if not shown:
            return line.roams
        if line.restless or line.roams:
            return line.roams and not jumps(seen_on(shown[-1].strip, line.box), reversed(shown))
        young = moment.time - line.first < SLIPPING
        if young and slipped(line.strokes, moment):
            return not jumps(seen_on(shown[-1].strip, line.box), reversed(shown))
        if young and moment.time - self._rolled < ONE_MOVEMENT and risen(seen_on(shown[0].strip, line.box), moment):
            return True
        return not line.is_firm and drifts(seen_on(shown[-1].strip, line.box), reversed(shown))

    def _goes_on(self, line: LiveLine) -> bool:
        """Whether a line that left its place sways on beside it, and did not fade away over a ground that moves."""
        shown = [moment.strip for moment in self._recent if line.since <= moment.time <= line.last_time]
        after = [moment for moment in self._recent if moment.time >= line.last_time]
        if len(after) < 2 or not shown:
            return False
        full = max(strength(shown[0], line.box), strength(shown[len(shown) // 2], line.box))
        if line.restless:
            return line.roams
        stands_out = strength(shown[-1], line.box) > STANDING * full
        return stands_out and drifts(seen_on(shown[-1], line.box), after)

    def _follow_leaving(self, moment: Moment) -> None:
        for line in list(self._leaving):
            if line.successor or not self._works(line, partial(line.fade, moment)):
                self._leaving.remove(line)
                self._gone.append(line)
        for line in self._gone:
            if not line.over and moment.time - line.last_time > CLAIM:
                self._works(line, partial(self._end, line))
        self._gone = [line for line in self._gone if line.samples and moment.time - line.last_time <= MEMORY]

    def _look(self, moment: Moment) -> None:
        self._gate.looked(moment.time, moment.strip)
        with self._looks.survived("looking for text", moment.time):
            found = self._found(moment)
            log.debug("%d: looked, found %s", moment.time, [tuple(box) for box in found])
            for line in self._live:
                line.looks += 1
            for box in found:
                with self._lines.survived("a text that was found", moment.time):
                    self._take(box, moment)

    def _found(self, moment: Moment) -> list[Box]:
        """The lines that the detector sees, without what is no part of them."""
        height, width = moment.strip.shape
        boxes = inside(self._detect([grey(moment.strip)])[0], width, height)
        seen = inside((part for box in boxes if (part := self._usual.beside_logos(box))), width, height)
        joined = join_rows(seen, lambda box: strength(moment.strip, box))
        lines = [self._usual.trimmed(box, moment.strip) for box in joined]
        found = [self._without_ground(box, moment) for box in lines if self._usual.is_line(box, moment.strip)]
        return inside(found, width, height)

    def _take(self, box: Box, moment: Moment) -> None:
        """Take a line that was found for one that is known, or for a new one."""
        mates = [line for line in self._live if _one_text(line.box, box, moment.strip)]
        if mates:
            self._recognise(mates, box, moment)
        else:
            self._begin(box, moment)

    def _without_ground(self, box: Box, moment: Moment) -> Box:
        for line in self._live + self._leaving:
            if same_row(line.box, box):
                box = line.without_ground(box, moment)
        return box

    def _recognise(self, mates: list[LiveLine], box: Box, moment: Moment) -> None:
        """The box shows lines that are known; it may show more of them."""
        for mate in mates:
            mate.hits += 1
        line = mates[0].box
        left = box.left < line.left - LITTLE * line.height and _continues(moment.strip, line, box.left, line.left)
        right = box.right > line.right + LITTLE * line.height and _continues(moment.strip, line, line.right, box.right)
        if len(mates) == 1 and not left and not right:
            mates[0].reach(box)
            return
        if any(mate.pales and fills(mate.box, box) for mate in mates):
            return  # another text fades in at its place, and will be found when it has gone
        changed = [mate for mate in mates if mate.gave_way()]
        self._live = [line for line in self._live if line not in changed]
        self._leaving += changed
        if len(changed) == len(mates):
            self._begin(box, moment)
        else:
            self._widen([mate for mate in mates if mate not in changed], box)

    def _widen(self, mates: list[LiveLine], box: Box) -> None:
        """The known lines are parts of a longer one: of one that was there all along, or of one that grows."""
        left = min(box.left, *(mate.box.left for mate in mates))
        right = max(box.right, *(mate.box.right for mate in mates))
        line = self._born(Box(left, box.top, right, box.bottom))
        for mate in [mate for mate in mates if mate in self._live]:
            self._live.remove(mate)
            if line.since > mate.since + MISSED:
                mate.successor = line
                self._leaving.append(mate)
        self._live.append(line)

    def _begin(self, box: Box, moment: Moment) -> None:
        line = self._born(box)
        if line.begun is None and (kind := self._passing(line)):
            self._pass_by(line, kind, moment.time)
            return
        known = self._leaving + self._gone
        if line.begun is None and (came := entrance(line, known, self._recent)) is not None:
            line.since = line.begun = came
        line.regular = not self._usual.is_strange(self._usual.on_video(tight(line.strokes, line.extent)))
        for old in self._leaving:
            if same_row(old.box, box):
                old.successor = line
                line.follows |= line.since - old.last_time < TOUCHING  # perhaps the same text: merging will tell
                line.regular |= line.follows and old.regular and replaces(old.box, box)
        self._live.append(line)

    def _passing(self, line: LiveLine) -> str | None:
        """What kind of text a new line is, if it moves."""
        came = way(line.strokes, self._recent)
        if came is not None:
            return "credits" if rolls(*came) else "sign"
        return "sign" if drifts(line.strokes, reversed(self._recent)) else None

    def _born(self, box: Box) -> LiveLine:
        """A new line, which begins with what it was before, if that is known; that is no line of its own any more."""
        before = [line for line in self._leaving + self._gone if fills(line.box, box)]
        others = [line.last_time for line in before if line.lost >= 2 or not line.shows(self._recent[-1])]
        line = born(box, self._recent, after=max(others, default=-1))
        parts = trace(line, self._live + self._leaving + self._gone, self._recent)
        line.clear(self._recent, self._ground(line))
        for lines in (self._live, self._leaving, self._gone):
            lines[:] = [one for one in lines if one not in parts]
        for part in parts:
            part.over = True
        self._gone += [part for part in parts if not same_row(part.box, box)]  # it had its own place until then
        return line

    def _ground(self, line: LiveLine) -> Luma | None:
        """What was there before the texts that a new line took the place of, or was a part of."""
        known = self._live + self._leaving + self._gone
        before = [one for one in known if one.last_time > line.first - TOUCHING and fills(one.box, line.box)]
        return next((one.ground for one in before if one.ground is not None), None)

    def _picture(self, line: LiveLine, frame: Frame) -> None:
        taken = len(line.pictures)
        if taken >= PICTURES or (taken and frame.time < line.pictures[-1].time + (PICTURE_PAUSE << (taken - 1))):
            return
        box = self._usual.on_video(line.box)
        across, down = box.height, box.height // 3
        around = box.grown(across, down, frame.luma.shape[1], frame.luma.shape[0])
        right, down = (round(px / self._usual.scale) for px in line.away)
        there = around.moved(right, down)
        if there == there.grown(0, 0, frame.luma.shape[1], frame.luma.shape[0]):  # else it would be of another size
            line.pictures.append(Picture(frame.time, line.samples[-1].contrast, around, frame.colour(there)))

    def _end(self, line: LiveLine) -> None:
        """The line's stay is over; it counts if it can be a subtitle."""
        line.over = True
        new = line.successor
        while new and not new.samples:  # it gave way at once to another one
            new = new.successor
        replaced = new and not (new.since > line.since and new.begun is None and parted(line, new, self._recent))
        if new and replaced:
            line.stop(new.since)
        if line.seen < 0 or not line.pictures or line.is_rare:
            return
        start, end = line.span()
        if new and replaced and 0 < 2 * (end - new.span()[0]) < end - line.last_time:
            end = new.span()[0]  # the frame was shorter than its file says, at a variable rate
        box = self._usual.on_video(tight(line.strokes, line.extent))
        if line.moving or self._goes_on(line):
            self._pass_by(line, "sign", end)
            return
        kind = self._foreign(line, box, end - start)
        if kind and kind not in self._keep:
            log.debug("left out %s at %d-%d: %s", tuple(line.box), start, end, kind)
            self._leave_out(kind)
        elif end - start >= SHORTEST or line.follows:
            fits = self._usual.fits(box)
            self._over.append(Stay(start, end, box, line.strokes, tuple(line.pictures), fits, line.written, kind))

    def _end_plainly(self, line: LiveLine) -> None:
        """The stay of a line is over whose edges cannot be worked out: it is where it was seen."""
        line.over = True
        if line.samples and line.pictures and not line.moving and not line.is_rare:
            end, box = max(sample.end for sample in line.samples[: line.seen + 1]), self._usual.on_video(line.extent)
            self._over.append(Stay(line.first, end, box, line.strokes, tuple(line.pictures), False, line.written))

    def _pass_by(self, line: LiveLine, kind: str, time: int) -> None:
        """Leave a text that moves to the tracker of the scene; it is found at every look, and told of once a while.

        Of what is shorter than a word nothing is told: mostly it is no text.
        """
        is_word = line.box.width >= SHORT * line.box.height
        if is_word and kind not in self._keep and time > self._moved + ONE_MOVEMENT:
            self._leave_out(kind)
        self._moved = time
        self._rolled = time if kind == "credits" else self._rolled

    def _foreign(self, line: LiveLine, box: Box, duration: int) -> str | None:
        """What kind of text it is that is no subtitle: it stays too long, or lies elsewhere."""
        if duration > LOGO_TIME or (duration > LONG and line.since <= self._first and line in self._live):
            return "static"  # too long for a cue, or there from the first frame to the last
        return "sign" if self._usual.is_strange(box) and not line.in_turn else None


def _one_text(line: Box, box: Box, strip: Luma) -> bool:
    """Whether a known line is what a box shows, or a part of it, and not a shape in the scene that it touches."""
    common = line.intersection(box)
    most = 2 * common.width > min(line.width, box.width)
    return same_row(line, box) and (most or alike(strength(strip, line), strength(strip, box)))


def _continues(strip: Luma, line: Box, left: int, right: int) -> bool:
    """Whether the columns beside a line show strokes as strong as its own: more of it, and not a shape in the scene."""
    return alike(strength(strip, line), strength(strip, Box(left, line.top, right, line.bottom)))
