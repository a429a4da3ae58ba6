"""Whether a text that was found is known, more of a known one, or new."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import reduce
from itertools import combinations

from subextract.boxes import alike, fills, inside, same_row
from subextract.tracking.ages import OLDER
from subextract.tracking.births import TOUCHING, Births
from subextract.tracking.changes import untouched
from subextract.tracking.covering import cover, lay_over, learn_whole, show_whole, stay_over
from subextract.tracking.finding import Finder
from subextract.tracking.layers import WORD_WIDTH, Layer, on_row
from subextract.tracking.layout import ZoneLayout
from subextract.tracking.lines import LineTrack, Phase
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import LITTLE, STAYS_UP, body_rows, compare, on_one_level, seen_on, strength
from subextract.tracking.tracks import Tracks
from subextract.tracking.uncovering import pictures_without, uncovered
from subextract.types import Box, Luma

log = logging.getLogger(__name__)

UNTOUCHED = 0.75  # of the pixels of a text that may lie over another one; compression changes some
WITHIN = 0.8  # of the area of a box; detectors differ by less


class Recognition:
    """Takes what a ``finder`` found on the strip of a zone for known lines, or for new ones."""

    def __init__(self, tracks: Tracks, layout: ZoneLayout, finder: Finder, births: Births) -> None:
        self._tracks, self._layout, self._finder, self._births = tracks, layout, finder, births

    def take_layer(self, layer: Layer, frame: StripFrame) -> None:
        """Take a text that came over others, or under them, for one that is known since then, or for a new one."""
        box, since = layer.box, layer.before.time
        log.debug("%d: %s came over another text, or under it", frame.time, tuple(box))
        same = [line for line in self._mates(box, frame) if not any(line.strokes is under for under in layer.under)]
        mates = [line for line in same if line.since > since or _is_all_of(line, box, frame)]
        if mates:
            for mate in mates:
                mate.hits += 1
            return
        others = [line for line in self._tracks.shown if same_row(line.box, box) and line.last_time >= since]
        for line in others:
            over = untouched(line.strokes, box, frame.strip, layer.before.strip) >= UNTOUCHED
            line.sealed |= over
            if stay_over(line, self._tracks.recent) if over else cover(line, box, self._tracks.recent):
                line.layered = True
                if line.phase is Phase.LEAVING:
                    self._tracks.move(line, Phase.UP)
        self._births.begin(box, frame, layer.before.strip)

    def uncover(self, found: Sequence[Box], frame: StripFrame) -> None:
        """Tell lines that have just gone from the texts, known or ``found`` now, that they were drawn over."""
        gone = [line for line in self._tracks.leaving if not line.layered and not line.moving]
        if not gone:
            return
        below = [seen_on(frame.strip, box) for box in found] + [line.strokes for line in self._tracks.live]
        for line in gone:
            one = uncovered(line, below, self._tracks.recent, self._finder.lines_on)
            if one is not None and not self._is_known(one.box, line):
                log.debug("%d: %s was %s over another text", frame.time, tuple(line.box), tuple(one.box))
                lay_over(line, one.box, one.last, self._tracks.recent, bare=one.bare)
                line.pictures = pictures_without(line.pictures, self._layout, one.last.strip, frame.strip)
                if one.bare:
                    self._take_up(one.below.box, line.first, frame)

    def _keep_apart(self, mates: list[LineTrack], box: Box, frame: StripFrame) -> None:
        """Texts of which one lies over another stay what they are; what goes on beside them is none of them."""
        for mate in mates:
            show_whole(mate, frame)
        known = reduce(Box.union, (mate.box for mate in mates))
        self._begin_beside([part for part in _beyond(known, box) if part.width >= WORD_WIDTH * part.height], frame)

    def _take_up(self, box: Box, since: int, frame: StripFrame) -> None:
        """Take a text that was uncovered for one that is known, or for one that was there since a time (ms)."""
        mates = [mate for mate in self._mates(box, frame) if fills(mate.box, box)]
        for mate in mates:
            learn_whole(mate, frame)
        if not mates:
            self._births.take_up(box, since)

    def _is_known(self, box: Box, line: LineTrack) -> bool:
        """Whether the text in a box is a line that is known, and was there with another one until that went."""
        return any(
            other is not line and other.last_time > line.last_time - TOUCHING and fills(other.box, box)
            for other in self._tracks.known
            if other.samples
        )

    def take(self, box: Box, frame: StripFrame, others: Sequence[Box]) -> None:
        """Take a line that was found, without the older text beside it, unless that is known."""
        height, width = frame.strip.shape
        new, *old = self._finder.cut_apart(box, frame, others)
        if self._layout.is_line(new, frame.strip):
            self._take_part(new, frame)
            for line in self._tracks.live:
                line.apart = _walls(new, box) if line.box == new else line.apart
        for part in inside(old, width, height):
            if self._mates(part, frame):
                self._take_part(part, frame)

    def _take_part(self, box: Box, frame: StripFrame) -> None:
        """Take a text for one that is known, or for a new one."""
        if mates := self._mates(box, frame):
            self._recognise(mates, box, frame)
        else:
            self._births.begin(box, frame)

    def _begin_beside(self, parts: Sequence[Box], frame: StripFrame) -> None:
        """Begin the texts that lie beside a known one and are no part of it."""
        height, width = frame.strip.shape
        for part in inside(parts, width, height):
            if self._layout.is_line(part, frame.strip) and not self._mates(part, frame):
                self._births.begin(part, frame)

    def _mates(self, box: Box, frame: StripFrame) -> list[LineTrack]:
        return [line for line in self._tracks.live if _one_text(line.box, box, frame.strip)]

    def _recognise(self, mates: list[LineTrack], box: Box, frame: StripFrame) -> None:
        """The box shows lines that are known; it may show more of them."""
        for mate in mates:
            mate.hits += 1
        if any(mate.layered for mate in mates) or _are_layered(mates):
            self._keep_apart(mates, box, frame)
            return
        line = mates[0]
        more = [part for part in _beyond(line.box, box) if _continues(frame.strip, line.box, part)]
        if len(mates) == 1 and (others := _others_beside(line, more, self._tracks.recent)):
            self._begin_beside(others, frame)
            return
        if len(mates) == 1 and not more:
            line.reach(box)
            return
        if any(mate.pales and fills(mate.box, box) for mate in mates):
            return  # another text fades in at its place, and will be found when it has gone
        changed = [mate for mate in mates if mate.gave_way()]
        for mate in changed:
            self._tracks.move(mate, Phase.LEAVING)
        if len(changed) == len(mates):
            self._births.begin(box, frame)
        else:
            self._births.widen([mate for mate in mates if mate not in changed], box)


def _others_beside(line: LineTrack, more: list[Box], recent: Sequence[StripFrame]) -> list[Box]:
    """What is seen beside a line and is no part of it: it stands on another level, or it came under the line."""
    if _came_under(line, more, recent):
        line.layered = line.sealed = True
        return more
    return [part for part in more if not _on_level_of(line, part, recent[-1].strip)]


def _came_under(line: LineTrack, parts: list[Box], recent: Sequence[StripFrame]) -> bool:
    """Whether words came on both sides of a line at once, long after it, as what is written never does."""
    before = next((frame for frame in reversed(recent) if recent[-1].time - frame.time >= OLDER), None)
    if len(parts) < 2 or before is None or line.first > before.time:
        return False
    now = recent[-1].strip
    return all(
        part.width >= WORD_WIDTH * part.height and compare(seen_on(now, part), before.strip).share < STAYS_UP
        for part in parts
    )


def _beyond(line: Box, box: Box) -> list[Box]:
    """What a box has to the left of a line, and to the right, on the rows of the box."""
    little = LITTLE * line.height
    parts = [box._replace(right=line.left)] * (box.left < line.left - little)
    return parts + [box._replace(left=line.right)] * (box.right > line.right + little)


def _on_level_of(line: LineTrack, part: Box, strip: Luma) -> bool:
    """Whether what is seen beside a line stands on its level, as more of it does; of a letter that cannot be told."""
    narrow = min(part.width, line.box.width) < WORD_WIDTH * part.height
    return narrow or on_one_level(body_rows(line.strokes), body_rows(seen_on(strip, part)))


def _are_layered(lines: Sequence[LineTrack]) -> bool:
    """Whether some of the lines share columns, but no row: then they are no parts of one."""
    return any(
        one.box.intersection(other.box).width > LITTLE * one.box.height and not on_row(one.box, other.box)
        for one, other in combinations(lines, 2)
    )


def _is_all_of(line: LineTrack, box: Box, frame: StripFrame) -> bool:
    """Whether what is seen in a box is a known line that is wholly there, or a part of it: it fades in, or shines."""
    return line.box.intersection(box).area > WITHIN * box.area and line.shows(frame)


def _walls(part: Box, whole: Box) -> tuple[int | None, int | None]:
    """The columns at which a part was cut off at its left and its right."""
    return (part.left if part.left > whole.left else None), (part.right if part.right < whole.right else None)


def _one_text(line: Box, box: Box, strip: Luma) -> bool:
    """Whether a known line is what a box shows, or a part of it, and not a shape in the scene that it touches."""
    common = line.intersection(box)
    mostly = 2 * common.width > min(line.width, box.width)
    return same_row(line, box) and (mostly or alike(strength(strip, line), strength(strip, box)))


def _continues(strip: Luma, line: Box, part: Box) -> bool:
    """Whether the columns of a part beside a line show strokes as strong as its own: more of it, and not a shape in the
    scene."""
    return alike(strength(strip, line), strength(strip, part._replace(top=line.top, bottom=line.bottom)))
