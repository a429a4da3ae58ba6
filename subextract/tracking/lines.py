"""How long one line of text stays up in one zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from subextract.rows import level
from subextract.tracking.fades import LONGEST, Sample, first_frame, full_contrast, past_last_frame
from subextract.tracking.places import ALL, BESIDE, HOME, LEAST, Way, beside, goes_on, stands, wandered, wanders
from subextract.tracking.strokes import (
    Floats,
    Match,
    Strokes,
    compare,
    compare_high,
    cut,
    high_pass,
    lost_ink,
    remember,
    seen_on,
)
from subextract.types import Box, Image, Luma

Mask = NDArray[np.bool_]

PRESENT = 0.55  # share of a line's text that must agree for the line to be up
LETTER_LOST = 0.3  # correlation under which a block that agreed before shows something else
LETTER_HELD = 0.75  # correlation of a block that agrees
STANDING = 0.7  # of the full contrast: the line is neither fading in nor out
LITTLE = 0.35  # of the line's height; by less the detector's boxes differ from frame to frame
PIECE = 7  # px of a stroke; b and p differ by 7 at this scale
OPAQUE = 0.93  # mean correlation over the blocks; text that the ground shines through has less
SETTLING = (4, 8, 16, 24)  # frames after which the mean picture is remembered anew; later ones change nothing
RISE, STEADY = 0.25, 0.02  # of the full contrast: by how much it rises when a text appears, at least so much a frame
OTHER = 0.9  # share of agreeing text below which a frame does not show the text, but a ground that resembles it
DROP = 0.2  # of the share of text that agrees, by which it varies less on a changing ground
LETTER_DROP = 0.35  # of the correlation of a block from one frame to the next: t for l, and a shift by one pixel
FIRM = 0.4  # of the full contrast: text that fades agrees with itself until then
PALE = 0.85  # of its contrast, over which it varies with the ground
MOST = 4096  # samples of a line; no subtitle stays for a minute at 60 frames a second
TRIED = 200  # ms after which a text that is seen beside its place has moved again, or is another one that stands there
AWAY = 0.3  # of the frames meanwhile must show it there
LEFT = 0.25  # of the energy of a text must lie beside another one that lies over it
AFTERGLOW = 1500  # ms for which a line that went is still followed: the slowest fades of subtitle editors last 1 s


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame as the tracker remembers it: its time, the time of the next, and the strip of the zone."""

    time: int
    end: int
    strip: Luma


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a line for the reader, and how strongly it shows there. ``box`` is in pixels of the video."""

    time: int
    contrast: float
    box: Box
    image: Image

    def between(self, left: int, right: int) -> Picture:
        """The columns of the video from ``left`` to ``right`` alone."""
        box = self.box._replace(left=max(left, self.box.left), right=min(right, self.box.right))
        image = self.image[:, box.left - self.box.left : box.right - self.box.left]
        return replace(self, box=box, image=image)


@dataclass(slots=True, eq=False)  # each is itself alone: two lines of equal box would compare their arrays
class LiveLine:
    """A line that is on the screen, or was until a moment ago. Boxes are in pixels of the strip.

    ``since`` is when it appeared, as far as was known when it was found, ``seen`` the index of the last sample that
    shows it, ``extent`` how far the detector saw it reach, ``ground`` the strip from before any text was at its place,
    ``apart`` the columns at which it was cut off from older text at its left and its right, ``layered`` whether another
    text lies over it, or under it, ``behind`` the strip that shows what it came over, ``sealed`` that no more pictures
    are taken, because something came under it, ``fresh`` whether its place
    was seen to be clear between another text and it, ``noise`` the largest piece of a stroke that was missing by
    chance. ``ways`` are where it was seen since it was first seen beside its place (see places.py), ``restless`` says
    that it wanders about there.
    """

    strokes: Strokes
    total: Floats
    samples: list[Sample]
    seen: int
    since: int
    extent: Box
    ground: Luma | None = None
    mask: Mask | None = None
    summed: int = 1
    hits: int = 1
    looks: int = 1
    lost: int = 0
    successor: LiveLine | None = None
    follows: bool = False
    begun: int | None = None
    written: bool = False
    apart: tuple[int | None, int | None] = (None, None)
    fresh: bool = False
    layered: bool = False
    sealed: bool = False
    behind: Luma | None = None
    over: bool = False
    moving: bool = False
    full: float = 0.0
    noise: int = 0
    wobble: float = 0.0
    held: Floats | None = None
    restless: bool = False
    ways: list[tuple[int, Way]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    @property
    def box(self) -> Box:
        return self.strokes.box

    def follow(self, moment: Moment) -> bool:
        """Take the next frame; False when the line, or a letter of it, is no longer what it was."""
        high, match, changed = self._seen_on(moment)
        self.samples.append(Sample(moment.time, moment.end, match.share, match.contrast))
        self._forget()
        if match.share < PRESENT or self._goes_on() or self._stands_beside():
            return False
        if changed:
            self.lost += 1
            if self.lost == 2:  # not a flash: another text that shares most letters
                del self.samples[self.seen + 1 :]
            return self.lost < 2
        self.lost = 0
        self.seen = len(self.samples) - 1
        self.held = match.agreement if self.held is None else 0.8 * self.held + 0.2 * match.agreement
        self.full = max(self.full, match.contrast)
        if self.restless or not self.ways:
            self._learn(high)
        return True

    def _seen_on(self, moment: Moment) -> tuple[Floats, Match, bool]:
        """The pixels of its place, how they agree, and whether a letter of them changed; where it wandered to, if all
        of it is there."""
        high = high_pass(cut(moment.strip, self.box))
        match = compare_high(self.strokes, high)
        changed = match.share >= PRESENT and self._letter_changed(high, match)
        known = self.restless or bool(self.ways)
        if not known and match.share >= PRESENT and not changed:
            return high, match, False
        found = beside(self.strokes, moment.strip)
        if found is None or not (known or found[0].length >= BESIDE):
            return high, match, changed
        way, high, match = found
        self.ways.append((moment.time, way))
        return high, match, self._letter_changed(high, match)

    def _goes_on(self) -> bool:
        """Whether it left its place on a straight way."""
        self.moving = not self.restless and goes_on([way for _, way in self.ways])
        return self.moving

    def _stands_beside(self) -> bool:
        """Whether what was seen beside its place turns out to stand there: another text, with the same letters."""
        if self.restless or not self.ways or self.samples[-1].time - self.ways[0][0] < TRIED:
            return False
        since, ways = self.ways[0][0], [way for _, way in self.ways]
        if stands(ways):
            self.samples = [sample for sample in self.samples if sample.time < since]
            self.seen = len(self.samples) - 1
            self.pictures = [picture for picture in self.pictures if picture.time < since] or self.pictures[:1]
            return True
        self.restless = sum(way.length >= BESIDE for way in ways) >= AWAY * len(ways)
        self.ways = self.ways if self.restless else []  # a strange frame or two
        return False

    @property
    def away(self) -> Way:
        """How far from its place the latest frame shows it."""
        return self.ways[-1][1] if self.ways and self.ways[-1][0] == self.samples[-1].time else HOME

    @property
    def roams(self) -> bool:
        """Whether it was seen at several places, and does not just wander about its own."""
        ways = [way for _, way in self.ways]
        return bool(ways) and not stands(ways) and not wanders(ways)

    def _forget(self) -> None:
        """Let go of what was long ago; a line that stays for so long has begun for good."""
        if len(self.samples) > MOST:
            self.begun = self.start
            del self.samples[: MOST // 2]
            self.seen = max(0, self.seen - MOST // 2)

    def fade(self, moment: Moment) -> bool:
        """Take a frame after the line went; False when nothing more can come of it."""
        match = compare(self.strokes, moment.strip)
        self.samples.append(Sample(moment.time, moment.end, match.share, match.contrast))
        dark = match.contrast < 0.05 * full_contrast(self.samples)
        return not dark and moment.time - self.samples[self.seen].time < AFTERGLOW

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
        return self.held is not None and float(self.held.mean()) >= OPAQUE

    @property
    def pales(self) -> bool:
        """Whether it is there, but fainter than a moment ago: it fades out."""
        now = self.samples[-1]
        lately = [sample.contrast for sample in self.samples if now.time - sample.time < LONGEST]
        return now.share >= PRESENT and now.contrast < PALE * max(lately)

    def cut_off(self, box: Box) -> list[Box]:
        """A box that was found, without what the line was cut off from, and that; what lies elsewhere stays whole."""
        left, right = self.apart
        start = box.left if left is None else min(max(box.left, left), box.right)
        stop = box.right if right is None else max(min(box.right, right), start)
        if not level(self.box, box) or stop <= start:
            return [box]
        parts = [box._replace(left=start, right=stop), box._replace(right=start), box._replace(left=stop)]
        return [part for part in parts if part.width > 0]

    def cover(self, box: Box, recent: Sequence[Moment]) -> bool:
        """Count only what lies beside a box from now on, because another text lies over it; False where too little of
        it is left, or is there no more."""
        mask = np.ones((self.box.height, self.box.width), np.bool_) if self.mask is None else self.mask.copy()
        cut(mask, box.intersection(self.box).moved(-self.box.left, -self.box.top))[:] = False
        strokes = remember(self.box, self.total / np.float32(self.summed), mask)
        left = float(strokes.energy.sum()) >= LEFT * float(self.strokes.energy.sum())
        if not left or not self._goes_on_as(strokes, recent):
            return False
        self.mask = mask
        return True

    def stay_over(self, recent: Sequence[Moment]) -> bool:
        """Go on over another text that came under it, with its strokes as they look now; False where they are gone."""
        mask = self.strokes.inked > 0
        high = high_pass(cut(recent[-1].strip, self.box))
        if not self._goes_on_as(remember(self.box, high, mask), recent):
            return False
        self.mask, self.total, self.summed = mask, high, 1
        return True

    def _goes_on_as(self, strokes: Strokes, recent: Sequence[Moment]) -> bool:
        """Go on with other strokes, if all moments since it was seen last show these."""
        again = history(strokes, [moment for moment in recent if moment.time > self.last_time])
        if any(sample.share < PRESENT for sample in again):
            return False
        self.strokes, self.held, self.full, self.lost = strokes, None, 0.0, 0
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

    def shows(self, moment: Moment) -> bool:
        """Whether a moment shows all of it."""
        return compare(self.strokes, moment.strip).share > OTHER

    def clear(self, recent: Sequence[Moment], ground: Luma | None) -> None:
        """Keep only the pixels that came with the text: those that differ between now and just before it appeared, and
        between now and the ``ground`` before the texts at whose place it came.

        Edges of a ground that stands still would otherwise count as text, and would still be there when the text is
        not. Nothing changes where the text was there all along, or where too little is left.
        """
        past = [moment for moment in recent if moment.time >= self.samples[0].time]
        before = self._before()
        lately = None if before is None else past[before].strip
        for strip in (lately, ground):
            if strip is not None:
                self.ground = strip
                self._clear_of(high_pass(cut(strip, self.box)))
        if self.mask is not None:
            self._remember_again(past)

    def lift(self, old: Mask, behind: Luma, recent: Sequence[Moment]) -> None:
        """Keep only the pixels that are not of the ``old`` strokes which lie behind the text, as that strip shows."""
        self.layered, self.behind = True, behind
        self.mask = ~old if self.mask is None else self.mask & ~old
        self._remember_again([moment for moment in recent if moment.time >= self.samples[0].time])

    def _remember_again(self, past: Sequence[Moment]) -> None:
        """Take its strokes from the pixels that are its own, and look for them in the past."""
        self.strokes = remember(self.box, self.total, self.mask)
        self.samples = history(self.strokes, past)
        self.since = first_frame(self.samples, self.seen) if self.begun is None else self.since

    def _clear_of(self, ground: Floats) -> None:
        mask = np.asarray(np.abs(self.total - ground) > 0.5 * np.abs(self.total))
        mask = mask if self.mask is None else mask & self.mask
        if mask.mean() > 0.3:
            self.mask = mask

    def without_ground(self, box: Box, moment: Moment) -> Box:
        """A box found at its place, without shapes beside it that were there before any text was."""
        here, little = self.box, LITTLE * self.box.height
        left, right = here._replace(left=box.left, right=here.left), here._replace(left=here.right, right=box.right)
        if left.width > little and self._was_there(left, moment):
            box = box._replace(left=here.left)
        if right.width > little and self._was_there(right, moment):
            box = box._replace(right=here.right)
        return box

    def _was_there(self, box: Box, moment: Moment) -> bool:
        return self.ground is not None and compare(seen_on(moment.strip, box), self.ground).share > PRESENT

    def _before(self) -> int | None:
        """The index of the last sample before the text, or what it was before, appeared."""
        if self.begun is None:
            return _before_rise(self.samples)
        earlier = [index for index, sample in enumerate(self.samples) if sample.time < self.begun]
        return max(earlier, default=None)

    def gave_way(self) -> bool:
        """Whether the latest frames show less of it than those before, because another text took its place.

        Letters of one width stand below one another, and may resemble each other enough to be taken for the same text.
        """
        shares = [sample.share for sample in self.samples if sample.share >= PRESENT]
        usual = float(np.median(shares)) if shares else 0.0
        shown = len(self.samples) - 1
        while shown > 0 and self.samples[shown].share < usual - DROP:
            shown -= 1
        changed = shown < len(self.samples) - 1
        if changed:
            del self.samples[shown + 1 :]
            self.seen = shown
        return changed

    def _letter_changed(self, high: Floats, match: Match) -> bool:
        """Whether a block, or a piece of a stroke, that was there until now is not."""
        if self.held is None:
            return False
        if bool(((self.held > LETTER_HELD) & (match.agreement < LETTER_LOST) & self.strokes.solid).any()):
            return True
        fading = match.contrast / max(self.full, 1e-3)
        if self.summed < SETTLING[1] or not self.is_firm or self.restless:  # between whole pixels strokes are blurred
            return False
        drop = float((self.held - match.agreement)[self.strokes.solid].max())
        if fading > FIRM and drop > max(LETTER_DROP, 3 * self.wobble):
            return True
        self.wobble = max(self.wobble, drop)
        if fading < STANDING:
            return False
        piece = lost_ink(self.strokes, high, min(1.0, fading))
        changed = piece >= max(PIECE, 3 * self.noise)
        self.noise = self.noise if changed else max(self.noise, piece)
        return changed

    def _learn(self, high: Floats) -> None:
        if self.summed >= SETTLING[-1]:
            return
        self.total += high
        self.summed += 1
        if self.summed in SETTLING:
            self.strokes = remember(self.box, self.total / np.float32(self.summed), self.mask)
            self.held = None

    def reach(self, box: Box) -> None:
        """The detector saw the line a little longer."""
        left, right = min(self.extent.left, box.left), max(self.extent.right, box.right)
        self.extent = Box(left, self.extent.top, right, self.extent.bottom)


def born(box: Box, recent: Sequence[Moment], *, after: int = -1) -> LiveLine:
    """A line found on the last of the recent moments, with its history from before it appeared.

    ``after`` is the time of the last frame on which another text had the same place; the last moment shows this one
    whatever else was seen on it.
    """
    past = [moment for moment in recent if moment.time > after] or [recent[-1]]
    high = high_pass(cut(recent[-1].strip, box))
    strokes = remember(box, high)
    samples = history(strokes, past)
    seen = len(samples) - 1
    return LiveLine(strokes, high.copy(), samples, seen, first_frame(samples, seen), box)


def history(strokes: Strokes, recent: Sequence[Moment]) -> list[Sample]:
    """Samples of the strokes on the recent moments, oldest first."""
    matches = [compare(strokes, moment.strip) for moment in recent]
    matches = _wandering(strokes, recent, matches)
    return [
        Sample(moment.time, moment.end, match.share, match.contrast)
        for moment, match in zip(recent, matches, strict=True)
    ]


def _wandering(strokes: Strokes, recent: Sequence[Moment], matches: list[Match]) -> list[Match]:
    """The matches, those of the latest frames on which it was beside its place as of where it was then.

    Unless it was always at the same place, or on its way: then it was another text with the same letters, or moves.
    """
    seen: list[tuple[int, Way, Match]] = []
    missed = 0
    for index in range(len(recent) - 1, -1, -1):
        if matches[index].share >= ALL:
            seen.append((index, HOME, matches[index]))
        elif there := beside(strokes, recent[index].strip):
            seen.append((index, there[0], there[2]))
        missed = 0 if seen and seen[-1][0] == index else missed + 1
        if missed == 2:
            break
    ways = [way for _, way, _ in seen]
    if all(way.length < BESIDE for way in ways):
        return matches
    among = {index: match for index, _, match in seen[: wandered(ways) if len(ways) >= LEAST else len(ways)]}
    return [among.get(index, match) for index, match in enumerate(matches)]


def _before_rise(samples: Sequence[Sample]) -> int | None:
    """The index of the last sample before the latest steady rise of the contrast from something else than this text."""
    full = samples[-1].contrast
    top = len(samples) - 1
    while top > 0:
        foot = top
        while foot > 0 and samples[foot].contrast - samples[foot - 1].contrast > STEADY * full:
            foot -= 1
        rise = samples[top].contrast - samples[foot].contrast
        if rise > RISE * full and samples[foot].share < OTHER:
            return foot
        top = min(foot, top - 1)
    return None
