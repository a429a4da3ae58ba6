"""Which other text there is, wherever it stands or moves: signs, credits, logos.

Subtitles are followed in their zones; this is for who wants the rest, too. Each text is remembered by its strokes and
searched for on every frame near where it was, so that it may move with the scene, roll, or stand still.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from subextract.boxes import covers, inside, join_rows, row_count, same_row
from subextract.durations import LOGO_TIME, LONG_STAY
from subextract.luma import downscale, grey
from subextract.mishaps import Mishaps
from subextract.tracking.motion import drifts, located, rolls, way
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import Strokes, seen_on, strength
from subextract.tracking.zones import UNFOLLOWED, Gate
from subextract.types import Box, Clip, Detect, Frame, Image, Zone

PICTURE_SIDE = 640  # px of the longer side of the picture that is looked at, as in the survey
SCENE_PAUSE = 400  # ms between looks while something changes; what can be read in passing stays for longer
PICTURES_MEMORY = 3000  # ms of pictures kept to look back on: credits are found only when they are well inside
MOVEMENT_REACH = 5  # px per frame by which a movement may change
HELD = 0.5  # correlation with the remembered strokes, at which the text is still there
LASTING_TEXT = 500  # ms; what is there for less is a shape in passing
MISSING = 1200  # ms for which a text may be hidden: by a flash, by someone who walks by
TALLEST_TEXT = 0.25  # of the height of the picture: what is larger resembles letters, but cannot be read as a line
COMES_NEARER = 1.5  # times the height, by which a text may come nearer between two looks
SCENE_PAGE = 5  # lines below one another: credits, or the page of a book
CENTRED = 0.06  # of the width, between the middle of a title and that of the picture
CAMERA_SWAY = 1.5  # line heights; less is the sway of a camera


@dataclass(slots=True, eq=False)
class Wanderer:
    """A text that is followed. Boxes are pixels of the small picture; ``velocity`` is in pixels per frame.

    ``first`` is where it came, ``box`` where it is, ``end`` the time of the first frame that no longer shows it.
    """

    strokes: Strokes
    start: int
    end: int
    first: Box
    box: Box
    velocity: tuple[int, int]
    image: Image
    place: Box
    weight: float
    on_page: bool = False

    def follow(self, strip_frame: StripFrame) -> bool:
        """Take the next frame; False when the text has been missing for too long."""
        found, agreement = located(self.strokes, strip_frame, self.box.moved(*self.velocity), MOVEMENT_REACH)
        if agreement >= HELD:
            self.velocity = (found.left - self.box.left, found.top - self.box.top)
            self.box, self.end = found, strip_frame.end
        return strip_frame.end - self.end < MISSING


class SceneTracker:
    """Follows all text outside the zones, and in them what moves or never leaves: fed every frame, it answers with
    clips of the kinds that are kept, when their stay is over. ``leave_out`` is told UNFOLLOWED of each text for which
    the work fails."""

    def __init__(
        self, zones: Sequence[Zone], keep: frozenset[str], detect: Detect, gate: Gate, leave_out: Callable[[str], None]
    ) -> None:
        self.zones, self._keep, self._detect, self._gate = zones, keep, detect, gate
        self._recent: deque[StripFrame] = deque()
        self._live: list[Wanderer] = []
        self._lines, self._looks = Mishaps(leave_out, UNFOLLOWED), Mishaps(leave_out, UNFOLLOWED)
        self._scale = 1.0
        self._began: int | None = None

    @property
    def open_since(self) -> int:
        """The time in ms before which no text can start that is not handed out yet, logos excepted."""
        now = self._recent[-1].time if self._recent else 0
        return min([now - PICTURES_MEMORY, *(one.start for one in self._live if now - one.start < LOGO_TIME)])

    def feed(self, frame: Frame) -> list[Clip]:
        """Take the next frame; answer with what is gone for good."""
        self._scale = min(1.0, PICTURE_SIDE / max(frame.luma.shape))
        self._began = frame.time if self._began is None else self._began
        strip_frame = StripFrame(
            frame.time, frame.time + frame.duration, np.ascontiguousarray(downscale(frame.luma[:, :], self._scale))
        )
        self._recent.append(strip_frame)
        while strip_frame.time - self._recent[0].time > PICTURES_MEMORY:
            self._recent.popleft()
        gone = [one for one in self._live if not self._stays(one, strip_frame)]
        self._live = [one for one in self._live if one not in gone]
        ignore = tuple(one.box for one in self._live)
        if self._gate.opens(strip_frame.time, strip_frame.strip, pause=SCENE_PAUSE, ignore=ignore):
            self._gate.looked(strip_frame.time, strip_frame.strip)
            with self._looks.survived("looking for text", strip_frame.time):
                self._look(strip_frame, frame)
        return [clip for one in gone for clip in self._clips(one)]

    def finish(self) -> list[Clip]:
        """The video is over: answer with what is still up."""
        return [clip for one in self._live for clip in self._clips(one)]

    def _stays(self, one: Wanderer, strip_frame: StripFrame) -> bool:
        """Let a text take the next frame; False when it is gone, or cannot be followed."""
        stays = False
        with self._lines.survived("following a text", strip_frame.time):
            stays = one.follow(strip_frame)
        return stays

    def _look(self, strip_frame: StripFrame, frame: Frame) -> None:
        height, width = strip_frame.strip.shape
        seen = inside(self._detect([grey(strip_frame.strip)])[0], width, height)
        boxes = join_rows(seen, lambda box: strength(strip_frame.strip, box))
        page = row_count(boxes) >= SCENE_PAGE
        for box in (box for box in boxes if box.width > box.height and box.height < TALLEST_TEXT * height):
            with self._lines.survived("a text that was found", strip_frame.time):
                self._take(box, strip_frame, frame, page=page)

    def _take(self, box: Box, strip_frame: StripFrame, frame: Frame, *, page: bool) -> None:
        """Take a line that was found for one that is known, or for a new one; ``page`` says what it stands on."""
        known = next((one for one in self._live if one.end == strip_frame.end and _same_line(one.box, box)), None)
        if known:
            self._recognise(known, box, strip_frame, frame)
        elif (one := self._born(box, strip_frame, frame)) is not None:
            self._live.append(known := one)
        if known:
            known.on_page |= page

    def _recognise(self, one: Wanderer, box: Box, strip_frame: StripFrame, frame: Frame) -> None:
        """Remember the text as it is now: it may have come nearer, turned, or entered the picture further."""
        one.strokes, one.box, one.end = seen_on(strip_frame.strip, box), box, strip_frame.end
        if (weight := _weight(strip_frame, box)) > one.weight:
            one.place, one.image = self._picture(box, frame)
            one.weight = weight

    def _born(self, box: Box, strip_frame: StripFrame, frame: Frame) -> Wanderer | None:
        """A text that is seen for the first time; None where that is not worth it, or up to the tracker of a zone."""
        if (
            box.top <= 1 or box.bottom >= strip_frame.strip.shape[0] - 1
        ):  # cut off: it is known already, or not yet whole
            return None
        strokes = seen_on(strip_frame.strip, box)
        moves = way(strokes, self._recent) is not None or drifts(strokes, reversed(self._recent))
        if self._is_subtitle(box) and not moves:
            return None
        start, first, velocity = self._came(strokes)
        place, image = self._picture(box, frame)
        return Wanderer(strokes, start, strip_frame.end, first, box, velocity, image, place, _weight(strip_frame, box))

    def _is_subtitle(self, box: Box) -> bool:
        on_video = box.scaled(1 / self._scale, 1 / self._scale)
        return any(
            covers(zone.box, on_video) and not any(covers(logo, on_video) for logo in zone.logos)
            for zone in self.zones  # those that are open now
        )

    def _came(self, strokes: Strokes) -> tuple[int, Box, tuple[int, int]]:
        """When and where the text came, walking back frame by frame, and how it moves now (px per frame)."""
        place, velocity, start = strokes.box, (0, 0), self._recent[-1].time
        now: tuple[int, int] | None = None
        for strip_frame in list(self._recent)[-2::-1]:
            found, agreement = located(strokes, strip_frame, place.moved(*velocity), MOVEMENT_REACH)
            if agreement < HELD:
                break
            velocity = (found.left - place.left, found.top - place.top)
            now = now or (-velocity[0], -velocity[1])
            place, start = found, strip_frame.time
        return start, place, now or (0, 0)

    def _picture(self, box: Box, frame: Frame) -> tuple[Box, Image]:
        """Where the text is in the video, and its picture with some room."""
        whole = box.scaled(1 / self._scale, 1 / self._scale)
        around = whole.padded(whole.height // 2, whole.height // 4, frame.luma.shape[1], frame.luma.shape[0])
        return around, frame.colour(around)

    def _clips(self, one: Wanderer) -> list[Clip]:
        kind = self._kind(one)
        if kind not in self._keep or one.end - one.start < LASTING_TEXT:
            return []
        lines = (Box(0, 0, one.place.width, one.place.height),)
        return [Clip(one.start, one.end, one.image, one.place, lines, kind=kind)]

    def _kind(self, one: Wanderer) -> str:
        """What kind of text it is, by how long it stayed, how it moved and what stood around it."""
        right, down = one.box.left - one.first.left, one.box.top - one.first.top
        duration, height = one.end - one.start, one.box.height
        ever = duration > LONG_STAY and one.start == self._began and one.end >= self._recent[-1].end
        if duration > LOGO_TIME or ever:
            return "static"
        if one.on_page or (rolls(right, down) and abs(down) > CAMERA_SWAY * height):
            return "credits"
        middle = (one.box.left + one.box.right) / 2 - self._recent[-1].strip.shape[1] / 2
        stands = max(abs(right), abs(down)) < CAMERA_SWAY * height
        return "credits" if stands and abs(middle) < CENTRED * self._recent[-1].strip.shape[1] else "sign"


def _same_line(one: Box, other: Box) -> bool:
    return same_row(one, other) and max(one.height, other.height) < COMES_NEARER * min(one.height, other.height)


def _weight(strip_frame: StripFrame, box: Box) -> float:
    """How well a text can be read in a picture: how much of it there is, and how strongly it shows."""
    return box.width * strength(strip_frame.strip, box)
