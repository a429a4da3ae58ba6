"""Which text of a place came over another one: text before a text, on any level.

A text, its edges and its box are drawn over what is behind them. What did not change when it came is of something else,
and is wiped away before the text is looked for (``changes``); so are old strokes in its picture before it is read. The
reference is a moment right before it came (background subtraction by one earlier frame), mended where older texts have
gone since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from subextract.luma import crop
from subextract.tracking.changes import (
    area_of_change,
    goes_on,
    lies_under,
    new_ink,
    only_new,
    stroke_signs,
    unchanged,
    without_texts,
)
from subextract.tracking.history import OTHER_TEXT
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import Mask, Strokes, body_rows, compare, high_pass
from subextract.types import Box, Luma

AGES = (100, 200, 300, 400, 700)  # ms before a look: what is new has come since one of these; looks come each 500 ms
NEW_ENERGY = 0.6  # of the energy of the strokes of what has come
WORD_WIDTH = 1.5  # times the height of a box, as wide as a word
CAME = 0.03  # of the pixels of all strokes in a box, at least, are of what came; thin text over fat text has few
OLD_BESIDE = 0.2  # of the strokes from before, at least, lie beside what came: it took nothing's place
LESS = 0.35  # of the height of a box, by which what came is less than the box; detectors differ by less
LYING_OVER = 0.25  # of the height of the lower one of two texts that lie over one another
AT_END = 0.6  # of the height of a box; a letter, into which the boxes of both may reach
SAME_ROW = 0.2  # of the height of a box, by which boxes of one row differ


class Layer(NamedTuple):
    """A text that came over others, or under them, the moment from before it came, and those that are seen to lie
    under it on its own row."""

    box: Box
    before: StripFrame
    under: Sequence[Strokes] = ()


class Known(NamedTuple):
    """The strokes of a known text, and the strip that shows what it lies over, if that is known."""

    strokes: Strokes
    behind: Luma | None = None


class Earlier:
    """The moments from before the latest change, the nearest one first, for all boxes of one look at the last of the
    ``recent`` ones.

    Of the ``known`` texts those that gave way since are no part of them: where they had a stroke, another one may be by
    chance. What texts that are known lie over, or did, is shown by the strips ``behind`` them: where it is seen again
    now, it was there then.
    """

    def __init__(self, recent: Sequence[StripFrame], known: Sequence[Known]) -> None:
        self.now = recent[-1]
        self._frames = [frame for age in AGES if (frame := _before(recent, age))]
        self._known = known
        self.known = [each.strokes for each in known]
        self._behind = list({id(each.behind): each.behind for each in known if each.behind is not None}.values())
        self._revealed: dict[int, StripFrame] = {}
        self._there: dict[int, list[bool]] = {}

    def __iter__(self) -> Iterator[StripFrame]:
        """As they were."""
        return iter(self._frames)

    def revealed(self, frame: StripFrame) -> StripFrame:
        """A moment without the texts that gave way since, and with what is seen now of what lay behind them; worked
        out once."""
        if frame.time not in self._revealed:
            known = zip(self._known, self._go_on(frame), strict=True)
            gone = [(each.strokes, each.behind) for each, there in known if not there]
            strip = without_texts(gone, frame.strip)
            for each in self._behind:
                strip = np.where(unchanged(self.now.strip, each), each, strip)
            self._revealed[frame.time] = replace(frame, strip=strip)
        return self._revealed[frame.time]

    def standing_since(self, frame: StripFrame) -> list[Box]:
        """Where the bodies of the known texts are that are still there since a moment.

        Boxes have room above and below: that of the next line reaches into them, which lies over none of their ink.
        """
        return [_body(strokes) for strokes, there in zip(self.known, self._go_on(frame), strict=True) if there]

    def is_younger(self, box: Box, frame: StripFrame) -> bool:
        """Whether some of a known text in a box that is still there came after a moment."""
        return any(
            there and each.box.intersection(box).area > 0 and compare(each, frame.strip).share < OTHER_TEXT
            for each, there in zip(self.known, self._go_on(frame), strict=True)
        )

    def _go_on(self, frame: StripFrame) -> list[bool]:
        """Whether each known text is still there since a moment; told once."""
        if frame.time not in self._there:
            self._there[frame.time] = [goes_on(each, self.now.strip, frame.strip) for each in self.known]
        return self._there[frame.time]


def _before(recent: Sequence[StripFrame], age: int) -> StripFrame | None:
    """The latest moment that is so old (ms)."""
    return next((frame for frame in reversed(recent) if recent[-1].time - frame.time >= age), None)


def layers(
    box: Box,
    earlier: Earlier,
    standing: Sequence[Strokes],
    lines: Callable[[Luma, Box], list[Box]],
) -> list[Layer]:
    """What is new in a box that was found at a look, where that lies over something old, or under it; ``lines`` finds
    text on a strip in the rows of a box.

    What is old must be one of the known texts; else it is a background like any other. The change of colour of known
    strokes is nothing new. What comes on the row of a text that is still ``standing`` there, whole, is more of that,
    unless it was drawn over it.
    """
    now = earlier.now
    ink = stroke_signs(high_pass(crop(now.strip, box))) != 0
    nearest = next(iter(earlier), None)
    for frame in earlier:
        changed = ink & ~unchanged(crop(now.strip, box), crop(frame.strip, box))
        if int(changed.sum()) < CAME * int(ink.sum()):
            continue  # most looks end here
        if frame is not nearest and earlier.is_younger(box, frame):
            break  # what is new since then is in part of that
        before = earlier.revealed(frame)
        if not _lies_over(area_of_change(now.strip, before.strip, box), before.strip, box):
            continue
        new = new_ink(now.strip, before.strip, box) & ~_known_ink(box, now.strip, earlier.known)
        if int(new.sum()) >= CAME * int(ink.sum()):
            over = earlier.standing_since(frame)
            found = new_texts(box, now.strip, before.strip, lines)
            return [
                Layer(each, before, under)
                for each in found
                if _overlaps(each, over) and (under := _under(each, standing, now.strip, before.strip)) is not None
            ]
    return []


def _lies_over(came: Mask, before: Luma, box: Box) -> bool:
    """Whether what ``came`` in a box (h, w) does not fill it, and left some of the strokes from before.

    Of two texts one after the other, the second one leaves nothing of the first.
    """
    past = stroke_signs(high_pass(crop(before, box))) != 0
    columns, rows = (np.flatnonzero(came.sum(axis=axis) > 1) for axis in (0, 1))
    if not len(columns) or not len(rows) or int((past & ~came).sum()) <= OLD_BESIDE * int(past.sum()):
        return False
    room = LESS * box.height
    beside = max(int(columns[0]), box.width - int(columns[-1])) > room
    return beside or 2 * max(int(rows[0]), box.height - int(rows[-1])) > room


def new_texts(box: Box, now: Luma, before: Luma, lines: Callable[[Luma, Box], list[Box]]) -> Iterator[Box]:
    """The texts in the rows of a box that are new, found on a strip with nothing but what came."""
    height, width = now.shape
    rows = box.padded(width, box.height, width, height)
    clean = only_new(now, before, rows)
    for each in lines(clean, rows):
        if _is_new(each, clean, new_ink(now, before, each)):
            yield each


def _body(strokes: Strokes) -> Box:
    """The columns of a text, and the rows with most of its ink."""
    top, bottom = body_rows(strokes)
    return strokes.box._replace(top=top, bottom=bottom)


def _overlaps(box: Box, others: Sequence[Box]) -> bool:
    """Whether a text has some of the rows, and of the columns, of the body of another one."""
    for other in others:
        common, room = box.intersection(other), LYING_OVER * min(box.height, other.height)
        if common.width > room and common.height > room:
            return True
    return False


def _under(box: Box, others: Sequence[Strokes], now: Luma, before: Luma) -> list[Strokes] | None:
    """Which of the texts that stand on the row of what came lie under it; None where it is more of one of them, or the
    same, as it fades or is coloured."""
    on_its_row = [other for other in others if _is_on_row(box, other.box)]
    return on_its_row if all(lies_under(other, box, now, before) for other in on_its_row) else None


def _is_on_row(box: Box, other: Box) -> bool:
    """Whether a text lies on the row of another one that it touches, or in it."""
    room = SAME_ROW * max(box.height, other.height)
    touches = max(box.left, other.left) - min(box.right, other.right) < box.height
    same = max(abs(box.left - other.left), abs(box.right - other.right)) <= 2 * room
    within = box.intersection(other).height > min(box.height, other.height) - room
    return (on_row(box, other) and touches) or (same and within) or (within and _goes_on_at_end(box, other))


def _goes_on_at_end(box: Box, other: Box) -> bool:
    """Whether a text begins where another one ends, on its level: letters without ascenders have a lower box."""
    beyond = max(other.left - box.right, box.left - other.right)
    return -AT_END * other.height < beyond < other.height and abs(box.bottom - other.bottom) <= SAME_ROW * other.height


def on_row(box: Box, other: Box) -> bool:
    """Whether two boxes are of one row, as detectors see the parts of one."""
    return max(abs(box.top - other.top), abs(box.bottom - other.bottom)) <= SAME_ROW * max(box.height, other.height)


def _is_new(box: Box, clean: Luma, new: Mask) -> bool:
    """Whether most strokes of a box, on a strip with nothing but what came, are ``new`` (h, w)."""
    high = high_pass(crop(clean, box))
    energy = np.square(high) * (stroke_signs(high) != 0)
    return float(energy[new].sum()) > NEW_ENERGY * float(energy.sum()) and box.width >= WORD_WIDTH * box.height


def _known_ink(box: Box, now: Luma, known: Sequence[Strokes]) -> Mask:
    """Where known texts still have their strokes in a box, (h, w)."""
    ink = np.zeros((box.height, box.width), np.bool_)
    for strokes in known:
        part = strokes.box.intersection(box)
        if part.width > 0 and part.height > 0:
            own = crop(strokes.pattern, part.moved(-strokes.box.left, -strokes.box.top))
            shown = crop(high_pass(crop(now, strokes.box)), part.moved(-strokes.box.left, -strokes.box.top))
            crop(ink, part.moved(-box.left, -box.top))[own * shown > 0] = True
    return ink
