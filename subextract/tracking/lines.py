"""How long one line of text stays up in one zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from subextract.boxes import level
from subextract.luma import crop
from subextract.tracking.constancy import Constancy
from subextract.tracking.fades import LONGEST_HIDDEN, Sample, first_frame, full_contrast, past_last_frame
from subextract.tracking.history import OTHER_TEXT, before_rises, history, was_even
from subextract.tracking.own_pixels import OwnPixels
from subextract.tracking.places import Way
from subextract.tracking.strip_frames import Picture, StripFrame
from subextract.tracking.strokes import (
    STAYS_UP,
    Floats,
    Mask,
    Match,
    Strokes,
    compare,
    compare_high,
    high_pass,
    remember,
)
from subextract.tracking.wandering import Wandering
from subextract.types import Box, Luma

SETTLING = (4, 8, 16, 24)  # frames after which the mean picture is remembered anew; later ones change nothing
DROP = 0.2  # of the share of text that agrees, by which it varies less on a changing background
PALE_VARYING = 0.85  # of its contrast, over which it varies with the background
MAX_SAMPLES = 4096  # samples of a line; no subtitle stays for a minute at 60 frames a second
AFTERGLOW = 1500  # ms for which a line that went is still followed: the slowest fades of subtitle editors last 1 s


class Phase(Enum):
    """Where a line is in its life."""

    UP = "its frames show it"
    LEAVING = "they do no longer; it may still fade, or give way to another one"
    GONE = "its stay will soon be over, unless a new line turns out to go on with it"
    OVER = "its stay is over, or it was a part of another one; it is remembered for a while"


@dataclass(slots=True, eq=False)  # each is itself alone: two lines of equal box would compare their arrays
class LineTrack:
    """A line that is on the screen, or was until a moment ago. Boxes are in pixels of the strip.

    ``since`` is when it appeared, as far as was known when it was found, ``begun`` when it did, if that is known
    better, ``seen`` the index of the last sample that shows it, ``extent`` how far the detector saw it reach,
    ``own`` which of its pixels are its own, ``apart`` the columns where it was cut from older text at its left and its
    right, ``layered`` whether another text lies over it, or under it, or did, ``whole`` its strokes and own pixels from
    before one lay over it, if one does, ``sealed`` that no more pictures are taken, because something came under it,
    ``fresh`` whether its place was seen to be clear between another text and it. Of ``looks`` at its place, ``hits``
    found it. ``lost`` counts the latest frames on which a letter was another one. The ``successor`` took its place.
    ``phase`` is changed by Tracks alone.
    """

    strokes: Strokes
    total: Floats
    samples: list[Sample]
    seen: int
    since: int
    extent: Box
    phase: Phase = Phase.UP
    summed: int = 1
    hits: int = 1
    looks: int = 1
    lost: int = 0
    successor: LineTrack | None = None
    follows: bool = False
    begun: int | None = None
    written: bool = False
    apart: tuple[int | None, int | None] = (None, None)
    fresh: bool = False
    layered: bool = False
    whole: tuple[Strokes, Mask | None] | None = None
    sealed: bool = False
    moving: bool = False
    own: OwnPixels = field(default_factory=OwnPixels)
    constancy: Constancy = field(default_factory=Constancy)
    wandering: Wandering = field(default_factory=Wandering)
    pictures: list[Picture] = field(default_factory=list)

    @property
    def box(self) -> Box:
        return self.strokes.box

    def follow(self, frame: StripFrame) -> bool:
        """Take the next frame; False when the line, or a letter of it, is no longer what it was."""
        high, match, changed = self._seen_on(frame)
        self.samples.append(Sample(frame.time, frame.end, match.share, match.contrast))
        self._forget()
        if match.share < STAYS_UP or self.own.are_gone(self.strokes, frame.strip):
            return False
        if self._goes_on() or self._stands_beside():
            return False
        if changed:
            self.lost += 1
            if self.lost == 2:  # not a flash: another text that shares most letters
                del self.samples[self.seen + 1 :]
            return self.lost < 2
        self.lost = 0
        self.seen = len(self.samples) - 1
        self.constancy.learn(match)
        if self.wandering.stays:
            self._learn(high)
        return True

    def _seen_on(self, frame: StripFrame) -> tuple[Floats, Match, bool]:
        """The pixels of its place, how they agree, and whether a letter of them changed; where it wandered to, if all
        of it is there."""
        high = high_pass(crop(frame.strip, self.box))
        match = compare_high(self.strokes, high)
        changed = match.share >= STAYS_UP and self._is_broken(high, match)
        if not self.wandering.is_likely and match.share >= STAYS_UP and not changed:
            return high, match, False
        found = self.wandering.find(frame.time, self.strokes, frame.strip)
        if found is None:
            return high, match, changed
        high, match = found
        return high, match, self._is_broken(high, match)

    def _is_broken(self, high: Floats, match: Match) -> bool:
        sharp = self.summed >= SETTLING[1] and not self.wandering.restless
        return self.constancy.is_broken(self.strokes, high, match, sharp=sharp)

    def _goes_on(self) -> bool:
        self.moving = self.wandering.goes_on()
        return self.moving

    def _stands_beside(self) -> bool:
        """Whether what was seen beside its place turns out to stand there: another text, with the same letters."""
        since = self.wandering.stands_since(self.samples[-1].time)
        if since is not None:
            self.samples = [sample for sample in self.samples if sample.time < since]
            self.seen = len(self.samples) - 1
            self.pictures = [picture for picture in self.pictures if picture.time < since] or self.pictures[:1]
        return since is not None

    @property
    def away(self) -> Way:
        """How far from its place the latest frame shows it."""
        return self.wandering.away(self.samples[-1].time)

    def _forget(self) -> None:
        """Let go of what was long ago; a line that stays for so long has begun for good."""
        if len(self.samples) > MAX_SAMPLES:
            self.begun = self.start
            del self.samples[: MAX_SAMPLES // 2]
            self.seen = max(0, self.seen - MAX_SAMPLES // 2)

    def fade(self, frame: StripFrame) -> bool:
        """Take a frame after the line went; False when nothing more can come of it."""
        match = compare(self.strokes, frame.strip)
        self.samples.append(Sample(frame.time, frame.end, match.share, match.contrast))
        dark = match.contrast < 0.05 * full_contrast(self.samples)
        return not dark and frame.time - self.samples[self.seen].time < AFTERGLOW

    def span(self) -> tuple[int, int]:
        """The time of the first frame that shows the line, and of the first that no longer does."""
        return self.start, past_last_frame(self.samples, self.seen)

    @property
    def start(self) -> int:
        """The time of the first frame that shows the line, or what it was before."""
        return first_frame(self.samples, self.seen) if self.begun is None else self.begun

    @property
    def first(self) -> int:
        """The time at which it, or what it was before, appeared, as far as was known when it was found."""
        return self.since if self.begun is None else self.begun

    @property
    def last_time(self) -> int:
        """The time of the last frame that showed the line."""
        return self.samples[self.seen].time

    @property
    def stay(self) -> tuple[int, int]:
        """The times of its first and its last frame, as far as they are known while it is followed."""
        return self.first, self.last_time

    @property
    def is_rare(self) -> bool:
        """Whether hardly a look found it: a shape that resembled text once."""
        return self.looks >= 4 and self.hits < self.looks / 4

    @property
    def is_firm(self) -> bool:
        """Whether it looks the same on all frames: nothing shines through, and it does not sway."""
        return self.constancy.is_firm

    @property
    def pales(self) -> bool:
        """Whether it is there, but fainter than a moment ago: it fades out."""
        now = self.samples[-1]
        lately = [sample.contrast for sample in self.samples if now.time - sample.time < LONGEST_HIDDEN]
        return now.share >= STAYS_UP and now.contrast < PALE_VARYING * max(lately)

    def cut_off(self, box: Box) -> list[Box]:
        """A box that was found, without what the line was cut off from, and that; what lies elsewhere stays whole."""
        left, right = self.apart
        start = box.left if left is None else min(max(box.left, left), box.right)
        stop = box.right if right is None else max(min(box.right, right), start)
        if not level(self.box, box) or stop <= start:
            return [box]
        parts = [box._replace(left=start, right=stop), box._replace(right=start), box._replace(left=stop)]
        return [part for part in parts if part.width > 0]

    @property
    def mean_high(self) -> Floats:
        """Its high-passed pixels (h, w), the mean of the frames that it was learned from."""
        return np.asarray(self.total / np.float32(self.summed))

    def learn_from(self, strokes: Strokes, high: Floats) -> None:
        """Go on with other strokes, which the high-passed pixels (h, w) of one frame show."""
        self.strokes, self.lost = strokes, 0
        self.total, self.summed = high, 1
        self.constancy.start_again()

    def goes_on_as(self, strokes: Strokes, recent: Sequence[StripFrame]) -> bool:
        """Go on with other strokes, if all moments since it was seen last show these."""
        again = history(strokes, [frame for frame in recent if frame.time > self.last_time])
        if any(sample.share < STAYS_UP for sample in again):
            return False
        self.strokes, self.lost = strokes, 0
        self.constancy.start_again()
        if again:
            self.resample(again)
            self.seen = len(self.samples) - 1
        return True

    def stop(self, time: int) -> None:
        """The line counts no more from ``time`` on: another text took its place."""
        kept = [sample for sample in self.samples if sample.time < time]
        self.samples, self.seen = kept, min(self.seen, len(kept) - 1)

    def resample(self, again: Sequence[Sample]) -> None:
        """Put other samples in the place of those of the same time, and before them."""
        seen = self.last_time
        before = [sample for sample in self.samples if sample.time < again[0].time]
        after = [sample for sample in self.samples if sample.time > again[-1].time]
        self.samples = [*before, *again, *after]
        self.seen = max(index for index, sample in enumerate(self.samples) if sample.time <= seen)

    def shown_since(self, share: float) -> int:
        """The time of the first of the latest frames that show that share of it."""
        first = self.seen
        while first > 0 and self.samples[first - 1].share >= share:
            first -= 1
        return self.samples[first].time

    def shows(self, frame: StripFrame) -> bool:
        """Whether a moment shows all of it."""
        return compare(self.strokes, frame.strip).share > OTHER_TEXT

    def clear(self, recent: Sequence[StripFrame], background: Luma | None) -> None:
        """Keep only the pixels that came with the text: those that differ between now and just before it appeared, and
        between now and the ``background`` before the texts at whose place it came.

        Nothing changes where the text was there all along, or where too little is left.
        """
        past = [frame for frame in recent if frame.time >= self.samples[0].time]
        before = self._before(past)
        lately = None if before is None else past[before].strip
        for strip in (lately, background):
            if strip is not None:
                self.own.clear(self.total, self.box, strip)
        if self.own.mask is not None:
            self.remember_again(past)

    def lift(self, old: Mask, behind: Luma, recent: Sequence[StripFrame]) -> None:
        """Keep only the pixels that are not of the ``old`` strokes which lie behind the text, as that strip shows."""
        self.layered = True
        self.own.lift(old, behind)
        self.remember_again([frame for frame in recent if frame.time >= self.samples[0].time])

    def remember_again(self, past: Sequence[StripFrame]) -> None:
        """Take its strokes from the pixels that are its own, and look for them in the past."""
        self.strokes = remember(self.box, self.total, self.own.mask)
        self.samples = history(self.strokes, past)
        self.since = first_frame(self.samples, self.seen) if self.begun is None else self.since

    def _before(self, past: Sequence[StripFrame]) -> int | None:
        """The index of the last sample before the text, or what it was before, appeared; ``past`` are its moments."""
        if self.begun is None:
            for index in before_rises(self.samples):
                if self.samples[index].share < OTHER_TEXT:
                    return index
                even = was_even(self.samples, index)
                if even and self.own.stood_already(self.total, self.box, past[index].strip):
                    return index
            return None
        earlier = [index for index, sample in enumerate(self.samples) if sample.time < self.begun]
        return max(earlier, default=None)

    def gave_way(self) -> bool:
        """Whether the latest frames show less of it than those before, because another text took its place.

        Letters of one width stand below one another, and may resemble each other enough to be taken for the same text.
        """
        shares = [sample.share for sample in self.samples if sample.share >= STAYS_UP]
        usual = float(np.median(shares)) if shares else 0.0
        shown = len(self.samples) - 1
        while shown > 0 and self.samples[shown].share < usual - DROP:
            shown -= 1
        changed = shown < len(self.samples) - 1
        if changed:
            del self.samples[shown + 1 :]
            self.seen = shown
        return changed

    def _learn(self, high: Floats) -> None:
        if self.summed >= SETTLING[-1]:
            return
        self.total += high
        self.summed += 1
        if self.summed in SETTLING:
            self.strokes = remember(self.box, self.total / np.float32(self.summed), self.own.mask)
            self.constancy.forget_blocks()

    def reach(self, box: Box) -> None:
        """The detector saw the line a little longer."""
        left, right = min(self.extent.left, box.left), max(self.extent.right, box.right)
        self.extent = Box(left, self.extent.top, right, self.extent.bottom)


def born(box: Box, recent: Sequence[StripFrame], *, after: int = -1) -> LineTrack:
    """A line found on the last of the recent moments, with its history from before it appeared.

    ``after`` is the time of the last frame on which another text had the same place; the last moment shows this one
    whatever else was seen on it.
    """
    past = [frame for frame in recent if frame.time > after] or [recent[-1]]
    high = high_pass(crop(recent[-1].strip, box))
    strokes = remember(box, high)
    samples = history(strokes, past)
    seen = len(samples) - 1
    return LineTrack(strokes, high.copy(), samples, seen, first_frame(samples, seen), box)
