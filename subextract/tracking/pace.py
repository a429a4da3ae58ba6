"""Do texts come and go at the pace of speech at one place of a zone: a word or three, soon followed by the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from subextract.boxes import fills, same_row
from subextract.tracking.lines import LineTrack
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import compare, seen_on
from subextract.types import Box, Luma

BRIEF_TEXT = 800  # ms; a word or three that are spoken; subtitles are up for longer, or nobody could read them
IN_TOUCH = 1500  # ms from one of them to the next: speakers pause
LOOKS_EARNED, MAX_LOOKS = 4, 16  # quick looks that each brief text gives, and what is kept of them
WORDY = 0.6  # of the lines that the survey saw must be words for looks to begin with; else lines are cut into words
TEXTS_KEPT = 8  # brief texts that are remembered
WORDS_WIDTH, WORD_ROWS = 10, 4  # line heights: the width of a word or three, and the rows that such texts stand on
SCALES = (1.5, 1.0, 2.0)  # detectors miss words of two letters at the size of the strip, and others at other sizes
CLOSER = 2.0  # times as large as the strip, where words come and go; a look at all of it misses half of them else
ENDS_DIFFER = 0.25  # line heights by which the ends of a text that is found again differ
SHINES_THROUGH, FLASH = 0.35, 25.0  # of a text's contrast that a clear place shows; luma levels that a flash adds
CLEAR_FRAMES, CLEAR_TIME = 2, 50  # at least, and ms; a single doubtful frame says nothing
REACHES_BEYOND = 0.35  # line heights by which a line may reach beyond what came; what was there before may be a shape
THERE = 0.7  # of a shape is to be seen
JUST_NOW = 100  # ms; before something came that is seen on its second frame
FRAME_APART, OTHERS = 30, 0.2  # ms from the frame on which something came; the correlation that other strokes take away
SPOKEN_TEXTS = 5  # brief texts, from which on words are spoken
FRAMES_A_SAMPLE, TURNS = 2, 5  # frames of which one tells what is there most of the time; and how many must
SHOT = 16.0  # luma levels by which another shot differs in the mean
A_FRAME = 30  # ms, or a little less
PLACE_ROOM = 0.7  # line heights above and below a place that is looked at


Stay = tuple[int, int]
"""The times in ms of the first and of the last frame that show a text."""


@dataclass(frozen=True, slots=True)
class Brief:
    """A text that was gone soon."""

    box: Box
    first: int
    last: int


class Pace:
    """What is known of the pace of a zone, and how many quick looks it has left.

    Each such look takes one and each brief text that follows another one at its place gives some. So where nobody
    speaks fast, and where a restless background makes one look in vain, they come to an end.
    """

    def __init__(self, words: float = 0.0) -> None:
        """``words`` is the share of the lines seen in the zone that are as short as a word."""
        self._left, self._vain = MAX_LOOKS if words >= WORDY else 0, 0
        self._briefs: deque[Brief] = deque(maxlen=TEXTS_KEPT)
        self._is_fast, self._turns = False, 0

    @property
    def may_look(self) -> bool:
        """Whether a quick look may be taken."""
        return self._left > 0

    @property
    def is_spoken(self) -> bool:
        """Whether so many brief texts took turns that words are spoken.

        One with the ends of another is the same again: a line that was lost for a moment.
        """
        return self._turns >= SPOKEN_TEXTS

    @property
    def is_first_try(self) -> bool:
        """Whether the last quick look was not in vain: something has just come, then, and has not been looked at."""
        return self._vain == 0

    @property
    def wait(self) -> int:
        """For how many ms what has come must have stood: a frame more before anything is known of the pace."""
        return 0 if self._is_fast else A_FRAME

    @property
    def scale(self) -> float:
        """How many times as large as the strip the next quick look is: another one if the last ones were in vain."""
        return SCALES[self._vain % len(SCALES)]

    def looked(self, found: int) -> None:
        """Count a quick look, and the number of lines that it showed."""
        self._left -= 1
        self._vain = 0 if found else self._vain + 1

    def part(self, came: Box, height: int, size: tuple[int, ...]) -> Box | None:
        """The part of a strip to look at where something came; None for what is no word or three at the usual place."""
        if came.width > WORDS_WIDTH * height:
            return None
        if not self._is_fast:
            return Box(0, came.top, size[1], came.bottom).padded(0, round(PLACE_ROOM * height), size[1], size[0])
        around = came
        for one in list(self._briefs)[-2:]:
            around = around.union(one.box)
        if around.height > WORD_ROWS * height:
            return None
        return around.padded(2 * height, round(PLACE_ROOM * height), size[1], size[0])

    def gone(self, box: Box, stay: Stay) -> None:
        """A text is gone."""
        if self.among_others(box, stay):
            self._is_fast = True
            self._turns += not any(_has_extent(one.box, box) for one in self._briefs)
            self._left = min(MAX_LOOKS, self._left + LOOKS_EARNED)
        if _is_brief(box, stay):
            self._briefs.append(Brief(box, *stay))

    def awaits_next(self, box: Box, stay: Stay) -> bool:
        """Whether the text that comes after one that is gone will be told by a quick look."""
        return self._is_fast and self.may_look and self.among_others(box, stay)

    def among_others(self, box: Box, stay: Stay) -> bool:
        """Whether a text is one of several brief ones, one after the other at one place."""
        first, last = stay
        return _is_brief(box, stay) and any(
            (one.last < first <= one.last + IN_TOUCH or last < one.first <= last + IN_TOUCH)
            and (fills(one.box, box) or fills(box, one.box))
            for one in self._briefs
        )


def _has_extent(one: Box, other: Box) -> bool:
    return max(abs(one.left - other.left), abs(one.right - other.right)) < ENDS_DIFFER * other.height


def _is_brief(box: Box, stay: Stay) -> bool:
    return stay[1] - stay[0] <= BRIEF_TEXT and box.width <= WORDS_WIDTH * box.height


def was_clear(old: LineTrack, new: LineTrack, recent: Sequence[StripFrame]) -> bool:
    """Whether the place of two texts was seen to be clear after the one and before the other, and not in a flash."""
    between = [frame for frame in recent if old.last_time < frame.time < new.since]
    if len(between) < CLEAR_FRAMES or new.since - between[0].time < CLEAR_TIME:
        return False
    lines = [(line, SHINES_THROUGH * max(1.0, line.samples[line.seen].contrast)) for line in (old, new)]
    light = _light(next((frame for frame in reversed(recent) if frame.time <= old.last_time), between[0]))
    return all(
        abs(_light(frame) - light) < FLASH
        and all(compare(line.strokes, frame.strip).contrast < min_contrast for line, min_contrast in lines)
        for frame in between
    )


def gave_way(line: LineTrack, came: Box, recent: Sequence[StripFrame]) -> bool:
    """Whether what came took the place of a line whose strokes resemble its own; it ends with the frame before then."""
    since = next((frame for frame in reversed(recent) if recent[-1].time - frame.time >= FRAME_APART), recent[-1])
    before = next((frame for frame in reversed(recent) if frame.time < since.time), None)
    if not same_row(came, line.box) or before is None or max(line.first, line.samples[0].time) >= since.time:
        return False
    earlier, now = (_agreement(line, frame) for frame in (before, recent[-1]))
    changed = earlier - now > OTHERS
    if changed:
        line.stop(since.time)
    return changed


def median_strip(recent: Sequence[StripFrame]) -> Luma | None:
    """The background on which words take turns: the temporal median of a shot's recent frames (Cucchiara et al.,
    "Detecting moving objects, ghosts, and shadows in video streams", 2003); None where there are too few."""
    now = recent[-1].strip
    strips: list[Luma] = []
    for frame in list(recent)[::-FRAMES_A_SAMPLE]:
        if float(np.abs(frame.strip.astype(np.int16) - now).mean()) > SHOT:
            break
        strips.append(frame.strip)
    return np.asarray(np.median(strips, axis=0), dtype=np.uint8) if len(strips) >= TURNS else None


def _agreement(line: LineTrack, frame: StripFrame) -> float:
    return float(line.strokes.weight @ compare(line.strokes, frame.strip).agreement)


def without_old(box: Box, came: Box, recent: Sequence[StripFrame], known: Sequence[LineTrack]) -> Box:
    """A line that was found where something has just come, without shapes beside it that were there before.

    What a text showed that was up then is no shape: the next one may go on with it.
    """
    room, now = round(REACHES_BEYOND * box.height), recent[-1]
    before = next((frame for frame in reversed(recent) if now.time - frame.time >= JUST_NOW), None)
    if before is None or min(box.right, came.right) <= max(box.left, came.left):
        return box
    texts = [line.box for line in known if line.first <= before.time <= line.last_time]
    left, right = box._replace(right=min(came.left, box.right)), box._replace(left=max(came.right, box.left))
    if left.width > room and _is_shape(left, now, before, texts):
        box = box._replace(left=came.left)
    if right.width > room and _is_shape(right, now, before, texts):
        box = box._replace(right=came.right)
    return box


def _is_shape(part: Box, now: StripFrame, before: StripFrame, texts: Sequence[Box]) -> bool:
    if any(part.intersection(text).area > 0 for text in texts):
        return False
    return compare(seen_on(now.strip, part), before.strip).share > THERE


def _light(frame: StripFrame) -> float:
    return float(np.mean(frame.strip))
