"""Which lines are up in one zone, frame by frame."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import numpy as np

from subextract.boxes import same_row
from subextract.durations import AWAITED, NEVER, SHORTEST_STAY, TOGETHER
from subextract.luma import downscale
from subextract.mishaps import Mishaps
from subextract.tracking.births import Births
from subextract.tracking.covering import crosses_cut
from subextract.tracking.crossfades import parted
from subextract.tracking.endings import goes_on, went_by
from subextract.tracking.finding import Finder
from subextract.tracking.layout import ZoneLayout
from subextract.tracking.lines import LineTrack, Phase
from subextract.tracking.pace import CLOSER, Pace, gave_way, without_old
from subextract.tracking.passing import Passing
from subextract.tracking.recognition import Recognition
from subextract.tracking.stays import Life, Stay, plain_stay, stays_of
from subextract.tracking.strip_frames import Picture, StripFrame
from subextract.tracking.tracks import STRIPS_MEMORY, Tracks
from subextract.tracking.uncovering import leaves_strokes, without_behind
from subextract.tracking.views import View, closer, seen
from subextract.types import Box, Detect, Frame, Luma, Plane, Rows, Zone

log = logging.getLogger(__name__)

RECHECK = 500  # ms after a line came, paled or went; the detector may have missed the end of one, or the next one
ZONE_PAUSE = 200  # ms between looks while something changes: half of the shortest cue (0.4 s)
START_UNSURE = 500  # ms by which a start may turn out earlier than it seemed at first, in a fade
PICTURES = 5  # to read from; each costs a colour conversion
PICTURE_PAUSE = 120  # ms from the first picture of a line to the second; doubled for each further one
UNFOLLOWED = "unfollowed"  # the kind of a text for which something went wrong
LARGE_PART = 0.6  # of the height of a strip; to look at more costs as much as to look at all of it
CLAIMED_WITHIN = 300  # ms after the end of a line in which another may turn out to continue it; a look takes ZONE_PAUSE


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
        self._gate, self._passing = gate, Passing(keep, leave_out)
        self._layout, self._pace, self._tracks = ZoneLayout(zone), Pace(zone.words), Tracks()
        self._finder = Finder(self._tracks, self._layout, detect)
        self._births = Births(self._tracks, self._pace, self._passing.take)
        self._recognition = Recognition(self._tracks, self._layout, self._finder, self._births)
        self._over: list[Stay] = []
        self._lines, self._looks = Mishaps(leave_out, UNFOLLOWED), Mishaps(leave_out, UNFOLLOWED)
        self._first = 0
        self._recheck = NEVER
        self._doubtful: Rows = None

    @property
    def open_since(self) -> int:
        """The time in ms before which no line can start that is not handed out yet."""
        now = self._tracks.recent[-1].time if self._tracks.recent else 0
        live = [line.first for line in self._tracks.live if now - line.first < AWAITED]
        going = [line.first for line in self._tracks.going]
        return min(
            [
                now - STRIPS_MEMORY,
                *(first - START_UNSURE for first in live + going),
                *(stay.start for stay in self._over),
            ]
        )

    @property
    def scale(self) -> float:
        """How large the strip is to the zone in the video."""
        return self._layout.scale

    @property
    def standing(self) -> list[tuple[int, Box]]:
        """Since when (ms) and where in the video the lines stand that are up, or whose stay is not handed out yet."""
        lines = [(line.first, self._layout.on_video(line.box)) for line in self._tracks.live + self._tracks.going]
        return lines + [(stay.start, stay.box) for stay in self._over]

    def recall(self, strip_frames: Sequence[StripFrame], began: int) -> None:
        """Take what was there before the first frame; ``began`` is the time in ms of the first one of all."""
        self._tracks.recent.extend(strip_frames)
        self._first = began if strip_frames else self._first

    def feed(self, frame: Frame) -> list[Stay]:
        """Take the next frame; answer with lines whose stay is over, all that left together in one answer."""
        strip_frame = StripFrame(frame.time, frame.time + frame.duration, self._strip(frame.luma))
        self._first = self._first if self._tracks.recent else strip_frame.time
        self._tracks.remember(strip_frame)
        self._follow_leaving(strip_frame)
        left = [line for line in self._tracks.live if not self._works(line, partial(self._stays, line))]
        for line in [line for line in left if line.phase is Phase.UP]:
            self._tracks.move(line, Phase.LEAVING)
            line.moving = line.moving or self._works(line, partial(self._went_by, line))
            log.debug("%d: %s left, moving %s", strip_frame.time, tuple(line.box), line.moving)
            self._pace.gone(line.box, line.stay)
        ignore = tuple(line.box for line in self._tracks.live) + tuple(self._layout.logos)
        opens = self._gate.opens(strip_frame.time, strip_frame.strip, pause=ZONE_PAUSE, ignore=ignore)
        came = self._came(strip_frame, ignore)
        part = came and self._pace.part(came, round(self._layout.height), strip_frame.strip.shape)
        ended = [line for line in left if self._deserves_look(line)]
        if came and part and not ended:
            self._look_closer(strip_frame, frame, came, part)
        elif opens or ended or strip_frame.time >= self._recheck:
            self._look_around(strip_frame, frame, left, [self._gate.rows] * opens)
        for line in self._tracks.live:
            with self._lines.survived("keeping the picture of a text", strip_frame.time):
                self._picture(line, frame)
        return self._hand_out()

    def _stays(self, line: LineTrack) -> bool:
        """Whether a line is still up on the latest frame."""
        recent = self._tracks.recent
        stays = line.follow(recent[-1])
        return (stays and not line.lost) or crosses_cut(line, recent) or stays

    def _deserves_look(self, line: LineTrack) -> bool:
        """Whether to look at the place of a line that left; a quick look will tell the next word."""
        awaits_next = self._pace.awaits_next(line.box, line.stay)
        return not awaits_next or leaves_strokes(line, self._tracks.recent)

    def _look_closer(self, strip_frame: StripFrame, frame: Frame, came: Box, part: Box) -> None:
        """Look at the part of the strip in which something brief has come; in vain, that changes nothing else."""
        for line in [line for line in self._tracks.live if gave_way(line, came, self._tracks.recent)]:
            self._tracks.move(line, Phase.LEAVING)
            self._pace.gone(line.box, line.stay)
        view = closer(strip_frame.strip, part, frame.luma, self.zone.box, self._pace.scale)
        found = self._see(strip_frame, view, came if self._pace.is_first_try else None)
        self._pace.looked(found)
        if found:
            self._gate.looked(strip_frame.time, strip_frame.strip, (part.top, part.bottom))
            self._recheck = min(self._recheck, strip_frame.time + RECHECK)

    def _look_around(self, strip_frame: StripFrame, frame: Frame, left: list[LineTrack], wanted: list[Rows]) -> None:
        """Look at what is wanted, at where lines left, and at what is due to be looked at once more."""
        due = strip_frame.time >= self._recheck
        before = list(self._tracks.live)
        rows = self._rows(wanted + [self._doubtful] * due, left)
        view = seen(strip_frame.strip, rows)
        if self._pace.is_spoken:
            view = closer(strip_frame.strip, view.part, frame.luma, self.zone.box, CLOSER)
        self._gate.looked(strip_frame.time, strip_frame.strip, rows)
        for line in self._tracks.live:
            line.looks += view.part.union(line.box) == view.part
        self._see(strip_frame, view)
        unsure = left or self._tracks.live != before or any(line.pales for line in before)
        self._recheck = strip_frame.time + RECHECK if unsure else NEVER
        self._doubtful = rows

    def _came(self, strip_frame: StripFrame, ignore: tuple[Box, ...]) -> Box | None:
        """Where something brief has just come, if texts come and go quickly."""
        if not self._pace.may_look:
            return None
        return self._gate.comes(strip_frame.time, strip_frame.strip, wait=self._pace.wait, ignore=ignore)

    def _rows(self, wanted: list[Rows], left: list[LineTrack]) -> Rows:
        """The rows to look at: what is wanted, and where lines left, with room; all where that is most of the strip."""
        height, room = round(self._layout.scale * self.zone.box.height), round(self._layout.height)
        parts = [*wanted, *((line.box.top, line.box.bottom) for line in left)]
        if any(part is None for part in parts):
            return None
        top = max(0, min(part[0] for part in parts if part) - room)
        bottom = min(height, max(part[1] for part in parts if part) + room)
        touched = [line.box for line in self._tracks.live if line.box.top < bottom and line.box.bottom > top]
        top = max(0, min([top, *(box.top - room // 2 for box in touched)]))
        bottom = min(height, max([bottom, *(box.bottom + room // 2 for box in touched)]))
        return (top, bottom) if bottom - top < LARGE_PART * height else None

    def finish(self) -> list[Stay]:
        """The video is over: answer with what is still up."""
        for line in self._tracks.going + self._tracks.live:
            self._works(line, partial(self._end, line))
        self._tracks.drop(self._tracks.known)
        return self._hand_out()

    def _works(self, line: LineTrack, work: Callable[[], object]) -> bool:
        """The answer of the work for one line; if it fails, the line ends and the answer is False."""
        answer, failed = False, True
        with self._lines.survived("following a text", self._tracks.recent[-1].time):
            answer, failed = bool(work()), False
        if failed:
            self._end_plainly(line)
        return answer

    def _hand_out(self) -> list[Stay]:
        """Those that ended before all lines that are about to end: what left together is answered together."""
        pending = min((line.last_time for line in self._tracks.going), default=None)
        over = [stay for stay in self._over if pending is None or stay.end + TOGETHER < pending]
        self._over = [stay for stay in self._over if stay not in over]
        return over

    def _strip(self, luma: Plane) -> Luma:
        box = self.zone.box
        return np.ascontiguousarray(downscale(luma[box.top : box.bottom, box.left : box.right], self._layout.scale))

    def _went_by(self, line: LineTrack) -> bool:
        """Whether a line that just left its place moved on; spoken words may have the letters of the next one."""
        spoken = self._pace.among_others(line.box, line.stay)
        rolling = self._passing.is_rolling(self._tracks.recent[-1].time)
        return went_by(line, self._tracks.recent, spoken=spoken, rolling=rolling)

    def _follow_leaving(self, strip_frame: StripFrame) -> None:
        for line in self._tracks.leaving:
            if (
                line.successor or not self._works(line, partial(line.fade, strip_frame))
            ) and line.phase is Phase.LEAVING:
                self._tracks.move(line, Phase.GONE)
        for line in self._tracks.gone:
            if strip_frame.time - line.last_time > CLAIMED_WITHIN:
                self._works(line, partial(self._end, line))
        self._tracks.forget(strip_frame.time - STRIPS_MEMORY)

    def _see(self, strip_frame: StripFrame, view: View, came: Box | None = None) -> int:
        """Take what a view shows, if that is ``came`` alone; answers with how many lines that are."""
        found: list[Box] = []
        with self._looks.survived("looking for text", strip_frame.time):
            known = self._tracks.known
            found = self._finder.found(strip_frame, view)
            found = [without_old(box, came, self._tracks.recent, known) for box in found] if came else found
            log.debug("%d: looked at %s, found %s", strip_frame.time, tuple(view.part), [tuple(box) for box in found])
            self._recognition.uncover(found, strip_frame)
            new = self._finder.layers(found, strip_frame)
            for layer in new:
                with self._lines.survived("a text that was found", strip_frame.time):
                    self._recognition.take_layer(layer, strip_frame)
            rest = [box for box in found if not any(same_row(layer.box, box) for layer in new)]
            for box in rest:
                with self._lines.survived("a text that was found", strip_frame.time):
                    self._recognition.take(box, strip_frame, [other for other in found if other != box])
        return len(found)

    def _picture(self, line: LineTrack, frame: Frame) -> None:
        taken = len(line.pictures)
        paused = taken and frame.time < line.pictures[-1].time + (PICTURE_PAUSE << (taken - 1))
        if taken >= PICTURES or paused or (taken and line.sealed):
            return
        box = self._layout.on_video(line.box)
        across, down = box.height, box.height // 3
        around = box.padded(across, down, frame.luma.shape[1], frame.luma.shape[0])
        right, down = (round(px / self._layout.scale) for px in line.away)
        there = around.moved(right, down)
        if there == there.padded(0, 0, frame.luma.shape[1], frame.luma.shape[0]):  # else it would be of another size
            image = frame.colour(there)
            if line.own.behind is not None:
                image = without_behind(image, around, self._layout, self._tracks.recent[-1].strip, line.own.behind)
            line.pictures.append(Picture(frame.time, line.samples[-1].contrast, around, image))

    def _end(self, line: LineTrack) -> None:
        """The line's stay is over; it counts if it stood still and was no flash."""
        to_last = line.phase is Phase.UP
        self._tracks.end(line)
        new = line.successor
        while new and not new.samples:  # it gave way at once to another one
            new = new.successor
        brief = self._pace.among_others(line.box, line.stay)  # spoken words do not fade
        fades = new and not brief and new.since > line.since and new.begun is None
        replaced = new and not (fades and parted(line, new, self._tracks.recent))
        if new and replaced:
            line.stop(new.since)
        if line.seen < 0 or not line.pictures or line.is_rare:
            return
        start, end = line.span()
        if new and replaced and 0 < 2 * (end - new.span()[0]) < end - line.last_time:
            end = new.span()[0]  # the frame was shorter than its file says, at a variable rate
        if line.moving or (not brief and goes_on(line, self._tracks.recent)):
            self._passing.take(line, "sign", end)
        elif self._passing.has(line):
            self._passing.tell(line, "sign", end)
        elif end - start >= SHORTEST_STAY or line.follows or (brief and start < line.last_time):  # two frames
            spoken = start < line.last_time and self._pace.among_others(line.box, line.stay)
            life = Life(start, end, start <= self._first, to_last, spoken)
            self._over += stays_of(line, life, self._layout)

    def _end_plainly(self, line: LineTrack) -> None:
        """The stay of a line is over for which something failed."""
        self._tracks.end(line)
        if line.samples and line.pictures and not line.moving and not line.is_rare:
            self._over.append(plain_stay(line, self._layout))
