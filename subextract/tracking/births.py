"""How a new line begins: with what it was before, and after what stood at its place."""

from __future__ import annotations

from collections.abc import Callable

from subextract.boxes import fills, same_row
from subextract.tracking.changes import old_ink, same_ink
from subextract.tracking.covering import cover
from subextract.tracking.entrances import entrance
from subextract.tracking.growth import trace
from subextract.tracking.lines import LineTrack, Phase, born
from subextract.tracking.motion import drifts, rolls, way
from subextract.tracking.pace import Pace, median_strip, was_clear
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.tracks import Tracks
from subextract.types import Box, Luma

MISSED = 90  # ms; by so little the start of a line that was known in parts is not known better
TOUCHING = 100  # ms from frame to frame; two frames where one blends both


class Births:
    """Makes lines of texts that were found; one that moves is told to ``pass_by`` with its kind."""

    def __init__(self, tracks: Tracks, pace: Pace, pass_by: Callable[[LineTrack, str, int], None]) -> None:
        self._tracks, self._pace, self._pass_by = tracks, pace, pass_by

    def begin(self, box: Box, frame: StripFrame, behind: Luma | None = None) -> None:
        """Begin a line for a text that is new; ``behind`` is the strip that shows what it came over, or under."""
        line = self._born(box, alone=behind is not None)
        if behind is not None:
            line.lift(same_ink(frame.strip, behind, box), behind, self._tracks.recent)
        elif (behind := self._inherited(box)) is not None:
            line.lift(old_ink(frame.strip, behind, box), behind, self._tracks.recent)
        if line.begun is None and (kind := self._passing(line)):
            self._pass_by(line, kind, frame.time)
            return
        known = self._tracks.before
        words = [one for one in known if self._pace.among_others(one.box, one.stay)]
        if line.begun is None and (came := entrance(line, known, self._tracks.recent, words=words)) is not None:
            line.since = line.begun = came
            for one in known:
                if one.first >= came and fills(line.box, one.box):  # it on its way
                    self._tracks.end(one)
        for old in self._tracks.leaving:
            behind_it = old.layered and line.since < old.last_time - TOUCHING
            if same_row(old.box, box) and not behind_it:
                old.successor = line
                line.follows |= line.since - old.last_time < TOUCHING  # perhaps the same text: merging will tell
        before = [old for old in self._tracks.before if fills(old.box, box) and old.last_time < line.since]
        latest = max(before, key=lambda old: old.last_time, default=None)
        line.fresh = latest is not None and was_clear(latest, line, self._tracks.recent)
        for over in [one for one in self._tracks.live if one.sealed and _is_in(one.box, box)]:
            cover(line, over.box, self._tracks.recent)
        self._tracks.add(line)

    def _inherited(self, box: Box) -> Luma | None:
        """The strip that shows what the text lay over that was at this place until now, if that is known."""
        old = [one for one in self._tracks.going if fills(one.box, box) and fills(box, one.box)]
        return next((one.own.behind for one in old if one.own.behind is not None), None)

    def take_up(self, box: Box, since: int) -> None:
        """Begin a line for a text that was there since a time (ms), under another one."""
        line = born(box, self._tracks.recent)
        line.since = line.begun = since
        line.layered = True
        self._tracks.add(line)

    def widen(self, mates: list[LineTrack], box: Box) -> None:
        """The known lines are parts of a longer one: of one that was there all along, or of one that grows."""
        left = min(box.left, *(mate.box.left for mate in mates))
        right = max(box.right, *(mate.box.right for mate in mates))
        line = self._born(Box(left, box.top, right, box.bottom))
        for mate in [mate for mate in mates if mate.phase is Phase.UP]:
            if line.since > mate.since + MISSED:
                mate.successor = line
                self._tracks.move(mate, Phase.LEAVING)
            else:
                self._tracks.drop([mate])
        self._tracks.add(line)

    def _passing(self, line: LineTrack) -> str | None:
        """What kind of text a new line is, if it moves."""
        came = way(line.strokes, self._tracks.recent)
        if came is not None:
            return "credits" if rolls(*came) else "sign"
        return "sign" if drifts(line.strokes, reversed(self._tracks.recent)) else None

    def _born(self, box: Box, *, alone: bool = False) -> LineTrack:
        """A new line, which begins with what it was before, if that is known; that is no line of its own any more.

        One that lies over others, or under them, comes ``alone``: what is seen of them in its box is none of it.
        """
        places = [line for line in self._tracks.before if fills(line.box, box)]
        before = [line for line in places if not line.moving]  # what moved on was this one on its way
        others = [line.last_time for line in before if line.lost >= 2 or not line.shows(self._tracks.recent[-1])]
        line = born(box, self._tracks.recent, after=max(others, default=-1))
        parts = [] if alone else trace(line, self._tracks.known, self._tracks.recent)
        line.clear(self._tracks.recent, self._background(line))
        elsewhere = [part for part in parts if not same_row(part.box, box)]  # it had its own place until then
        self._tracks.absorb(parts, elsewhere)
        return line

    def _background(self, line: LineTrack) -> Luma | None:
        """What was there before the texts that a new line took the place of, or was a part of.

        Where words take turns, that is what was there most of the time.
        """
        if self._pace.is_spoken and (median := median_strip(self._tracks.recent)) is not None:
            return median
        known = self._tracks.known
        before = [one for one in known if one.last_time > line.first - TOUCHING and fills(one.box, line.box)]
        return next((one.own.background for one in before if one.own.background is not None), None)


def _is_in(one: Box, box: Box) -> bool:
    """Whether a text lies on the row of another one that goes on at both of its sides."""
    return same_row(one, box) and min(one.left - box.left, box.right - one.right) > box.height
