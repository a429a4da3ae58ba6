"""Which lines are up in one zone, frame by frame."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from typing import Protocol

import numpy as np

from subextract.durations import AWAITED, NEVER, SHORTEST, TOGETHER
from subextract.mishaps import Mishaps
from subextract.planes import shrink
from subextract.rows import alike, fills, inside, join_rows, same_row
from subextract.tracking.ages import OLDER, parts_beside, parts_by_age
from subextract.tracking.crossfades import parted
from subextract.tracking.entrances import entrance
from subextract.tracking.growth import trace
from subextract.tracking.layers import Layer, cleaned, is_untouched, layers, old_ink, on_row
from subextract.tracking.lines import LITTLE, STANDING, LiveLine, Moment, Picture, born
from subextract.tracking.motion import drifts, jumps, risen, rolls, slipped, way
from subextract.tracking.pace import CLOSER, Pace, gave_way, usual_strip, was_clear, without_old
from subextract.tracking.stays import Life, Stay, plain_stay, stays_of
from subextract.tracking.strokes import body_rows, compare, on_one_level, seen_on, strength
from subextract.tracking.usual import SHORT, Usual
from subextract.tracking.views import View, closer, seen
from subextract.types import Box, Detect, Frame, Image, Luma, Plane, Rows, Zone

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
PART = 0.6  # of the height of a strip; to look at more costs as much as to look at all of it
FADING = 0.3  # of a text that fades, or changes its colour, is still seen; of one that gave way less
CLAIM = 300  # ms after the end of a line in which another one may turn out to go on with it; a look takes PAUSE


class Gate(Protocol):
    """What decides which strips deserve a look, and in which of their rows (sampling.Gate)."""

    rows: Rows

    def opens(self, time: int, strip: Luma, *, pause: int, ignore: tuple[Box, ...]) -> bool: ...

    def comes(self, time: int, strip: Luma, *, wait: int, ignore: tuple[Box, ...]) -> Box | None: ...

    def looked(self, time: int, strip: Luma, rows: Rows = None) -> None: ...


class ZoneTracker:
    """Follows the lines of one zone: fed every frame, it answers with the lines whose stay is over.

    Text that moves is not among them: ``leave_out`` is told its kind, unless that is in ``keep`` and somebody else
    follows it. It is told UNFOLLOWED of each text for which the work fails; such a text ends with the last frame that
    showed it.
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
        self._doubtful: Rows = None
        self._pace = Pace()
        self._moved = self._rolled = -ONE_MOVEMENT

    @property
    def open_since(self) -> int:
        """The time in ms before which no line can start that is not handed out yet."""
        now = self._recent[-1].time if self._recent else 0
        live = [line.first for line in self._live if now - line.first < AWAITED]
        going = [line.first for line in self._going]
        return min([now - MEMORY, *(first - UNSURE for first in live + going), *(stay.start for stay in self._over)])

    @property
    def _going(self) -> list[LiveLine]:
        """The lines that are about to end."""
        return self._leaving + [line for line in self._gone if not line.over]

    @property
    def scale(self) -> float:
        """How large the strip is to the zone in the video."""
        return self._usual.scale

    @property
    def standing(self) -> list[tuple[int, Box]]:
        """Since when (ms) and where in the video the lines stand that are up, or whose stay is not handed out yet."""
        lines = [(line.first, self._usual.on_video(line.box)) for line in self._live + self._going]
        return lines + [(stay.start, stay.box) for stay in self._over]

    def recall(self, moments: Sequence[Moment], began: int) -> None:
        """Take what was there before the first frame; ``began`` is the time in ms of the first one of all."""
        self._recent.extend(moments)
        self._first = began if moments else self._first

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
            self._pace.gone(line.box, line.stay)
        ignore = tuple(line.box for line in self._live) + tuple(self._usual.logos)
        opens = self._gate.opens(moment.time, moment.strip, pause=PAUSE, ignore=ignore)
        came = self._came(moment, ignore)
        part = came and self._pace.part(came, round(self._usual.height), moment.strip.shape)
        ended = [line for line in left if not self._pace.awaits_next(line.box, line.stay)]
        if came and part and not ended:
            self._look_closer(moment, frame, came, part)
        elif opens or ended or moment.time >= self._recheck:
            self._look_around(moment, frame, left, [self._gate.rows] * opens)
        for line in self._live:
            with self._lines.survived("keeping the picture of a text", moment.time):
                self._picture(line, frame)
        return self._hand_out()

    def _look_closer(self, moment: Moment, frame: Frame, came: Box, part: Box) -> None:
        """Look at the part of the strip in which something brief has come; in vain, that changes nothing else."""
        for line in [line for line in self._live if gave_way(line, came, self._recent)]:
            self._live.remove(line)
            self._leaving.append(line)
            self._pace.gone(line.box, line.stay)
        view = closer(moment.strip, part, frame.luma, self.zone.box, self._pace.scale)
        found = self._see(moment, view, came if self._pace.is_first_try else None)
        self._pace.looked(found)
        if found:
            self._gate.looked(moment.time, moment.strip, (part.top, part.bottom))
            self._recheck = min(self._recheck, moment.time + RECHECK)

    def _look_around(self, moment: Moment, frame: Frame, left: list[LiveLine], wanted: list[Rows]) -> None:
        """Look at what is wanted, at where lines left, and at what is due to be looked at once more."""
        due = moment.time >= self._recheck
        before = list(self._live)
        rows = self._rows(wanted + [self._doubtful] * due, left)
        view = seen(moment.strip, rows)
        if self._pace.is_spoken:
            view = closer(moment.strip, view.part, frame.luma, self.zone.box, CLOSER)
        self._gate.looked(moment.time, moment.strip, rows)
        for line in self._live:
            line.looks += view.part.union(line.box) == view.part
        self._see(moment, view)
        unsure = left or self._live != before or any(line.pales for line in before)
        self._recheck = moment.time + RECHECK if unsure else NEVER
        self._doubtful = rows

    def _came(self, moment: Moment, ignore: tuple[Box, ...]) -> Box | None:
        """Where something brief has just come, if texts come and go quickly."""
        if not self._pace.may_look:
            return None
        return self._gate.comes(moment.time, moment.strip, wait=self._pace.wait, ignore=ignore)

    def _rows(self, wanted: list[Rows], left: list[LiveLine]) -> Rows:
        """The rows to look at: what is wanted, and where lines left, with room; all where that is most of the strip."""
        height, room = round(self._usual.scale * self.zone.box.height), round(self._usual.height)
        parts = [*wanted, *((line.box.top, line.box.bottom) for line in left)]
        if any(part is None for part in parts):
            return None
        top = max(0, min(part[0] for part in parts if part) - room)
        bottom = min(height, max(part[1] for part in parts if part) + room)
        touched = [line.box for line in self._live if line.box.top < bottom and line.box.bottom > top]
        top = max(0, min([top, *(box.top - room // 2 for box in touched)]))
        bottom = min(height, max([bottom, *(box.bottom + room // 2 for box in touched)]))
        return (top, bottom) if bottom - top < PART * height else None

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
        spoken = self._pace.among_others(line.box, line.stay)  # the next word may have its letters
        young = moment.time - line.first < SLIPPING and not spoken
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

    def _see(self, moment: Moment, view: View, came: Box | None = None) -> int:
        """Take what a view shows, if that is ``came`` alone; answers with how many lines that are."""
        found: list[Box] = []
        with self._looks.survived("looking for text", moment.time):
            known = self._live + self._leaving + self._gone
            found = self._found(moment, view)
            found = [without_old(box, came, self._recent, known) for box in found] if came else found
            log.debug("%d: looked at %s, found %s", moment.time, tuple(view.part), [tuple(box) for box in found])
            new = [] if came else self._layers(found, moment)
            for layer in new:
                with self._lines.survived("a text that was found", moment.time):
                    self._take_layer(layer, moment)
            for box in [box for box in found if not any(fills(layer.box, box) or same_row(layer.box, box) for layer in new)]:
                with self._lines.survived("a text that was found", moment.time):
                    self._take(box, moment, [other for other in found if other != box])
        return len(found)

    def _found(self, moment: Moment, view: View) -> list[Box]:
        """The lines that the detector sees in a view, without what is no part of them."""
        height, width = moment.strip.shape
        whole = view.lines(self._detect)
        boxes = inside(whole, width, height)
        parts = inside((part for box in boxes if (part := self._usual.beside_logos(box))), width, height)
        joined = join_rows(parts, lambda box: strength(moment.strip, box))
        lines = [self._usual.trimmed(box, moment.strip) for box in joined]
        found = [self._without_ground(box, moment) for box in lines if self._usual.is_line(box, moment.strip)]
        return inside(found, width, height)

    def _layers(self, found: Sequence[Box], moment: Moment) -> list[Layer]:
        """What has come over older text, or under it, among what was found."""
        lines_here = self._live + self._leaving
        known = [line.strokes for line in lines_here]
        standing = [line.box for line in lines_here if compare(line.strokes, moment.strip).share > FADING]
        behind = [line.behind for line in lines_here if line.behind is not None]

        def lines(strip: Luma, place: Box) -> list[Box]:
            shown = Moment(moment.time, moment.end, strip)
            return self._found(shown, seen(strip, (place.top, place.bottom)))

        height, width = moment.strip.shape
        around = [line.box.grown(0, line.box.height // 2, width, height) for line in self._live]
        new: list[Layer] = []
        for box in [*found, *around]:
            for layer in layers(box, self._recent, known, standing, behind, lines):
                if not any(same_row(layer.box, other.box) for other in new):
                    new.append(layer)
        return new

    def _take_layer(self, layer: Layer, moment: Moment) -> None:
        """Take a text that came over others, or under them, for one that is known since then, or for a new one."""
        box, since = layer.box, layer.before.time
        log.debug("%d: %s came over another text, or under it", moment.time, tuple(box))
        mates = [line for line in self._mates(box, moment) if line.since > since or _is_all_of(line, box, moment)]
        if mates:
            for mate in mates:
                mate.hits += 1
            return
        others = [line for line in self._live + self._leaving if same_row(line.box, box) and line.last_time >= since]
        for line in others:
            over = is_untouched(line.strokes, moment.strip, layer.before.strip)
            line.sealed |= over
            if line.stay_over(self._recent) if over else line.cover(box, self._recent):
                line.layered = True
                if line in self._leaving:
                    self._leaving.remove(line)
                    self._live.append(line)
        self._begin(box, moment, layer.before.strip)

    def _take(self, box: Box, moment: Moment, others: Sequence[Box]) -> None:
        """Take a line that was found, without the older text beside it, unless that is known."""
        height, width = moment.strip.shape
        new, *old = self._cut_apart(box, moment, others)
        if self._usual.is_line(new, moment.strip):
            self._take_part(new, moment)
            for line in self._live:
                line.apart = _walls(new, box) if line.box == new else line.apart
        for part in inside(old, width, height):
            if self._mates(part, moment):
                self._take_part(part, moment)

    def _cut_apart(self, box: Box, moment: Moment, others: Sequence[Box]) -> list[Box]:
        """The part of a box that came last, and those that were there before; the box itself where it is one text.

        Where one of the ``others`` that were found reaches into that part, what came is that one.
        """
        for line in self._live:
            if len(parts := line.cut_off(box)) > 1:
                return parts
        if any(same_row(line.box, box) and reaches(line.box, box) for line in self._live):
            return [box]
        parts = parts_by_age(box, self._recent)
        if len(parts) > 1 and not self._are_apart(parts, moment):
            return [box]
        if len(parts) == 1:
            parts = parts_beside(box, [line.strokes for line in self._known_on(box)], moment)
        return [box] if any(other.intersection(parts[0]).area > 0 for other in others) else parts

    def _known_on(self, box: Box) -> list[LiveLine]:
        """The lines on the row of a box that stood for so long that they do not belong to what has come."""
        known = self._live + self._leaving + self._gone
        return [one for one in known if one.last_time - one.first >= OLDER and same_row(one.box, box)]

    def _are_apart(self, parts: list[Box], moment: Moment) -> bool:
        """Whether the youngest part is no more of a line that is being written, and shares no words with one before.

        A line with which it shares words reaches, or reached, into another part, and stands on the level of both.
        """
        young, *old = (seen_on(moment.strip, part) for part in parts)
        level = body_rows(young)
        return not any(
            _shares(line.box, part.box)
            and (line.written or (_shares(line.box, young.box) and on_one_level(body_rows(line.strokes), level)))
            and on_one_level(body_rows(line.strokes), body_rows(part))
            for line in self._live + self._leaving + self._gone
            for part in old
        )

    def _take_part(self, box: Box, moment: Moment) -> None:
        """Take a text for one that is known, or for a new one."""
        if mates := self._mates(box, moment):
            self._recognise(mates, box, moment)
        else:
            self._begin(box, moment)

    def _mates(self, box: Box, moment: Moment) -> list[LiveLine]:
        return [line for line in self._live if _one_text(line.box, box, moment.strip)]

    def _without_ground(self, box: Box, moment: Moment) -> Box:
        for line in self._live + self._leaving:
            if same_row(line.box, box):
                box = line.without_ground(box, moment)
        return box

    def _recognise(self, mates: list[LiveLine], box: Box, moment: Moment) -> None:
        """The box shows lines that are known; it may show more of them."""
        for mate in mates:
            mate.hits += 1
        if any(mate.layered for mate in mates) or _are_layered(mates):
            return
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

    def _begin(self, box: Box, moment: Moment, behind: Luma | None = None) -> None:
        line = self._born(box, alone=behind is not None)
        if behind is not None:
            line.lift(old_ink(moment.strip, behind, box), behind, self._recent)
        if line.begun is None and (kind := self._passing(line)):
            self._pass_by(line, kind, moment.time)
            return
        known = self._leaving + self._gone
        words = [one for one in known if self._pace.among_others(one.box, one.stay)]
        if line.begun is None and (came := entrance(line, known, self._recent, words=words)) is not None:
            line.since = line.begun = came
        for old in self._leaving:
            behind_it = old.layered and line.since < old.last_time - TOUCHING
            if same_row(old.box, box) and not behind_it:
                old.successor = line
                line.follows |= line.since - old.last_time < TOUCHING  # perhaps the same text: merging will tell
        before = [old for old in self._leaving + self._gone if fills(old.box, box) and old.last_time < line.since]
        latest = max(before, key=lambda old: old.last_time, default=None)
        line.fresh = latest is not None and was_clear(latest, line, self._recent)
        self._live.append(line)

    def _passing(self, line: LiveLine) -> str | None:
        """What kind of text a new line is, if it moves."""
        came = way(line.strokes, self._recent)
        if came is not None:
            return "credits" if rolls(*came) else "sign"
        return "sign" if drifts(line.strokes, reversed(self._recent)) else None

    def _born(self, box: Box, *, alone: bool = False) -> LiveLine:
        """A new line, which begins with what it was before, if that is known; that is no line of its own any more.

        One that lies over others, or under them, comes ``alone``: what is seen of them in its box is none of it.
        """
        before = [line for line in self._leaving + self._gone if fills(line.box, box)]
        others = [line.last_time for line in before if line.lost >= 2 or not line.shows(self._recent[-1])]
        line = born(box, self._recent, after=max(others, default=-1))
        parts = [] if alone else trace(line, self._live + self._leaving + self._gone, self._recent)
        line.clear(self._recent, self._ground(line))
        for lines in (self._live, self._leaving, self._gone):
            lines[:] = [one for one in lines if one not in parts]
        for part in parts:
            part.over = True
        self._gone += [part for part in parts if not same_row(part.box, box)]  # it had its own place until then
        return line

    def _ground(self, line: LiveLine) -> Luma | None:
        """What was there before the texts that a new line took the place of, or was a part of.

        Where words take turns, that is what was there most of the time.
        """
        if self._pace.is_spoken and (usual := usual_strip(self._recent)) is not None:
            return usual
        known = self._live + self._leaving + self._gone
        before = [one for one in known if one.last_time > line.first - TOUCHING and fills(one.box, line.box)]
        return next((one.ground for one in before if one.ground is not None), None)

    def _picture(self, line: LiveLine, frame: Frame) -> None:
        taken = len(line.pictures)
        if taken >= PICTURES or (taken and line.sealed) or (taken and frame.time < line.pictures[-1].time + (PICTURE_PAUSE << (taken - 1))):
            return
        box = self._usual.on_video(line.box)
        across, down = box.height, box.height // 3
        around = box.grown(across, down, frame.luma.shape[1], frame.luma.shape[0])
        right, down = (round(px / self._usual.scale) for px in line.away)
        there = around.moved(right, down)
        if there == there.grown(0, 0, frame.luma.shape[1], frame.luma.shape[0]):  # else it would be of another size
            image = frame.colour(there)
            if line.behind is not None:
                image = self._without_behind(image, line, around)
            line.pictures.append(Picture(frame.time, line.samples[-1].contrast, around, image))

    def _without_behind(self, image: Image, line: LiveLine, around: Box) -> Image:
        """A picture of a line without the strokes of what it came over."""
        now, behind = self._recent[-1].strip, line.behind
        place = self._usual.on_strip(around).intersection(Box(0, 0, now.shape[1], now.shape[0]))
        if behind is None or place.width < 3 or place.height < 3:
            return image
        return cleaned(image, now, behind, place)

    def _end(self, line: LiveLine) -> None:
        """The line's stay is over; it counts if it stood still and was no flash."""
        line.over = True
        new = line.successor
        while new and not new.samples:  # it gave way at once to another one
            new = new.successor
        brief = self._pace.among_others(line.box, line.stay)  # spoken words do not fade
        fades = new and not brief and new.since > line.since and new.begun is None
        replaced = new and not (fades and parted(line, new, self._recent))
        if new and replaced:
            line.stop(new.since)
        if line.seen < 0 or not line.pictures or line.is_rare:
            return
        start, end = line.span()
        if new and replaced and 0 < 2 * (end - new.span()[0]) < end - line.last_time:
            end = new.span()[0]  # the frame was shorter than its file says, at a variable rate
        if line.moving or (not brief and self._goes_on(line)):
            self._pass_by(line, "sign", end)
        elif end - start >= SHORTEST or line.follows or (brief and start < line.last_time):  # two frames
            spoken = start < line.last_time and self._pace.among_others(line.box, line.stay)
            life = Life(start, end, start <= self._first, line in self._live, spoken)
            self._over += stays_of(line, life, self._usual)

    def _end_plainly(self, line: LiveLine) -> None:
        """The stay of a line is over for which something failed."""
        line.over = True
        if line.samples and line.pictures and not line.moving and not line.is_rare:
            self._over.append(plain_stay(line, self._usual))

    def _pass_by(self, line: LiveLine, kind: str, time: int) -> None:
        """Leave a text that moves to the tracker of the scene; it is found at every look, and told of once a while.

        Of what is shorter than a word nothing is told: mostly it is no text.
        """
        is_word = line.box.width >= SHORT * line.box.height
        if is_word and kind not in self._keep and time > self._moved + ONE_MOVEMENT:
            self._leave_out(kind)
        self._moved = time
        self._rolled = time if kind == "credits" else self._rolled


def reaches(line: Box, box: Box) -> bool:
    """Whether a known line has all columns of a box, but for what detectors differ by."""
    little = LITTLE * line.height
    return line.left - box.left < little and box.right - line.right < little


def _are_layered(lines: Sequence[LiveLine]) -> bool:
    """Whether some of the lines share columns, but no row: then they are no parts of one."""
    return any(
        one.box.intersection(other.box).width > LITTLE * one.box.height and not on_row(one.box, other.box)
        for one, other in combinations(lines, 2)
    )


def _is_all_of(line: LiveLine, box: Box, moment: Moment) -> bool:
    """Whether what is seen in a box is a known line that is wholly there, or a part of it: it fades in, or shines."""
    little = LITTLE * line.box.height
    row = max(abs(line.box.top - box.top), abs(line.box.bottom - box.bottom)) < little
    inside = box.left > line.box.left - little and box.right < line.box.right + little
    return row and inside and line.shows(moment)


def _shares(line: Box, part: Box) -> bool:
    """Whether a line has more of a part's place than boxes of texts beside one another have in common."""
    return same_row(line, part) and line.intersection(part).width > LITTLE * line.height


def _walls(part: Box, whole: Box) -> tuple[int | None, int | None]:
    """The columns at which a part was cut off at its left and its right."""
    return (part.left if part.left > whole.left else None), (part.right if part.right < whole.right else None)


def _one_text(line: Box, box: Box, strip: Luma) -> bool:
    """Whether a known line is what a box shows, or a part of it, and not a shape in the scene that it touches."""
    common = line.intersection(box)
    most = 2 * common.width > min(line.width, box.width)
    return same_row(line, box) and (most or alike(strength(strip, line), strength(strip, box)))


def _continues(strip: Luma, line: Box, left: int, right: int) -> bool:
    """Whether the columns beside a line show strokes as strong as its own: more of it, and not a shape in the scene."""
    return alike(strength(strip, line), strength(strip, Box(left, line.top, right, line.bottom)))
