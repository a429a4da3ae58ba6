"""Which text of a place came over another one: text before a text, on any level.

A text, its edges and its box are drawn over what is behind them. What did not change when it came is of something else,
and is wiped away before the text is looked for; so are old strokes in its picture before it is read. The reference is a
moment right before it came (background subtraction by one earlier frame), mended where older texts have gone since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.tracking.moments import Moment
from subextract.tracking.strokes import (
    STROKE_SHARE,
    Floats,
    Mask,
    Strokes,
    cut,
    high_pass,
)
from subextract.types import Box, Image, Luma

AGES = (100, 200, 300, 400)  # ms before a look: what is new has come since one of these
UNCHANGED = 14  # luma levels; compression makes pixels of one picture differ by less
NEW = 0.6  # of the energy of the strokes of what has come
SHORT = 1.5  # times the height of a box, as wide as a word
CAME = 0.03  # of the pixels of all strokes in a box, at least, are of what came; thin text over fat text has few
BESIDE = 0.2  # of the strokes from before, at least, lie beside what came: it took nothing's place
LEFT = 0.5  # of the middles of its strokes are there where another text lies over one; of what gave way a third
WHOLE = 0.9  # of the middles of the strokes of a letter that nothing came over
LESS = 0.35  # of the height of a box, by which what came is less than the box; detectors differ by less
BEYOND = 2  # px between two strokes that came, which are filled
OVERLAP = 0.25  # of the height of the lower one of two texts that lie over one another
ROW = 0.2  # of the height of a box, by which boxes of one row differ
UNTOUCHED = 0.75  # of the pixels of a text that lies over another one; compression changes some
ROOM = 1  # px around a stroke, which it blurs into
SOME = 0.02  # of the pixels around must be ground to tell what that looks like


class Layer(NamedTuple):
    """A text that came over others, or under them, and the moment from before it came."""

    box: Box
    before: Moment


class Earlier:
    """The moments from before the latest change, the nearest one first, for all boxes of one look at the last of the
    ``recent`` ones.

    Of the ``known`` texts those that gave way since are no part of them: where they had a stroke, another one may be by
    chance. What texts that are known lie over, or did, is shown by the strips ``behind`` them: where it is seen again
    now, it was there then.
    """

    def __init__(self, recent: Sequence[Moment], known: Sequence[Strokes], behind: Sequence[Luma]) -> None:
        self.now = recent[-1]
        self._moments = [moment for age in AGES if (moment := _before(recent, age))]
        self._known = known
        self._behind = list({id(each): each for each in behind}.values())
        self._revealed: dict[int, Moment] = {}

    def __iter__(self) -> Iterator[Moment]:
        """As they were."""
        return iter(self._moments)

    def revealed(self, moment: Moment) -> Moment:
        """A moment without the texts that gave way since, and with what is seen now of what lay behind them; worked
        out once."""
        if moment.time not in self._revealed:
            gave_way = [each for each in self._known if not goes_on(each, self.now.strip, moment.strip)]
            strip = _without(gave_way, moment.strip)
            for each in self._behind:
                strip = np.where(_same(self.now.strip, each), each, strip)
            self._revealed[moment.time] = replace(moment, strip=strip)
        return self._revealed[moment.time]


def _before(recent: Sequence[Moment], age: int) -> Moment | None:
    """The latest moment that is so old (ms)."""
    return next((moment for moment in reversed(recent) if recent[-1].time - moment.time >= age), None)


def layers(
    box: Box,
    earlier: Earlier,
    known: Sequence[Strokes],
    standing: Sequence[Box],
    lines: Callable[[Luma, Box], list[Box]],
) -> list[Layer]:
    """What is new in a box that was found at a look, where that lies over something old, or under it; ``lines`` finds
    text on a strip in the rows of a box.

    What is old must be one of the ``known`` texts; else it is a ground like any other. The change of colour of known
    strokes is nothing new, nor is what comes on the row of those that are still ``standing`` there, whole.
    """
    now = earlier.now
    ink = _ink(high_pass(cut(now.strip, box))) != 0
    for moment in earlier:
        changed = ink & ~_same(cut(now.strip, box), cut(moment.strip, box))
        if int(changed.sum()) < CAME * int(ink.sum()):
            continue  # most looks end here
        before = earlier.revealed(moment)
        if not _lies_over(_came(now.strip, before.strip, box), before.strip, box):
            continue
        new = new_ink(now.strip, before.strip, box) & ~_known_ink(box, now.strip, known)
        if int(new.sum()) >= CAME * int(ink.sum()):
            over = [strokes.box for strokes in known if goes_on(strokes, now.strip, moment.strip)]
            found = _new_texts(box, now.strip, before.strip, lines)
            return [Layer(each, before) for each in found if _overlaps(each, over) and not _is_on_row(each, standing)]
    return []


def goes_on(strokes: Strokes, now: Luma, before: Luma) -> bool:
    """Whether a text is still there since something else came: half of it, or an end of it, is what it was before.

    Of one that gave way a third is left: where the next one has a stroke, too, or the ground counts as a part of it.
    """
    side = 1 if float(strokes.pattern[strokes.core].sum()) > 0 else -1
    own = strokes.core & (strokes.pattern * side > 0)
    kept = own & _same(cut(now, strokes.box), cut(before, strokes.box))
    if not own.any() or int(kept.sum()) > LEFT * int(own.sum()):
        return bool(own.any())
    blocks, whole = (np.add.reduceat(each.sum(axis=0), strokes.edges)[strokes.solid] for each in (kept, own))
    changed = np.flatnonzero(blocks < WHOLE * whole)
    ends = whole[: changed[0]].sum(), whole[changed[-1] + 1 :].sum()
    return float(max(ends)) > BESIDE * float(own.sum())


def _without(texts: Sequence[Strokes], strip: Luma) -> Luma:
    """The strip with the ground in the place of some texts."""
    clean = strip.copy()
    for strokes in texts:
        part, ink = cut(clean, strokes.box), cv2.dilate(strokes.inked.astype(np.uint8), _square(ROOM)) > 0
        part[:] = np.where(ink, _ground(part, ~ink), part)
    return clean


def _came(now: Luma, before: Luma, box: Box) -> Mask:
    """What changed in a box, (h, w): strokes with their edges, or a box with all that is on it."""
    changed = (~_same(cut(now, box), cut(before, box))).astype(np.uint8)
    whole = cv2.morphologyEx(cv2.medianBlur(changed, 3), cv2.MORPH_CLOSE, _square(BEYOND))
    return np.asarray(cv2.dilate(whole, _square(ROOM)) > 0)


def _lies_over(came: Mask, before: Luma, box: Box) -> bool:
    """Whether what ``came`` in a box (h, w) does not fill it, and left some of the strokes from before.

    Of two texts one after the other, the second one leaves nothing of the first.
    """
    past = _ink(high_pass(cut(before, box))) != 0
    columns, rows = (np.flatnonzero(came.sum(axis=axis) > 1) for axis in (0, 1))
    if not len(columns) or not len(rows) or int((past & ~came).sum()) <= BESIDE * int(past.sum()):
        return False
    room = LESS * box.height
    beside = max(int(columns[0]), box.width - int(columns[-1])) > room
    return beside or 2 * max(int(rows[0]), box.height - int(rows[-1])) > room


def _new_texts(box: Box, now: Luma, before: Luma, lines: Callable[[Luma, Box], list[Box]]) -> Iterator[Box]:
    """The texts in the rows of a box that are new, found on a strip with nothing but what came."""
    height, width = now.shape
    rows = box.grown(width, box.height, width, height)
    clean = only_new(now, before, rows)
    for each in lines(clean, rows):
        if _is_new(each, clean, new_ink(now, before, each)):
            yield each


def _overlaps(box: Box, others: Sequence[Box]) -> bool:
    """Whether a text has some of the rows, and of the columns, of another one."""
    return any(
        box.intersection(other).width > 0 and box.intersection(other).height > OVERLAP * min(box.height, other.height)
        for other in others
    )


def _is_on_row(box: Box, others: Sequence[Box]) -> bool:
    """Whether a text lies on the row of another one that it touches, or in it: it is more of that, or the same, as it
    fades or is coloured."""
    for other in others:
        room = ROW * max(box.height, other.height)
        touches = max(box.left, other.left) - min(box.right, other.right) < box.height
        same = max(abs(box.left - other.left), abs(box.right - other.right)) <= 2 * room
        within = box.intersection(other).height > min(box.height, other.height) - room
        if (on_row(box, other) and touches) or (same and within):
            return True
    return False


def on_row(box: Box, other: Box) -> bool:
    """Whether two boxes are of one row, as detectors see the parts of one."""
    return max(abs(box.top - other.top), abs(box.bottom - other.bottom)) <= ROW * max(box.height, other.height)


def _is_new(box: Box, clean: Luma, new: Mask) -> bool:
    """Whether most strokes of a box, on a strip with nothing but what came, are ``new`` (h, w)."""
    high = high_pass(cut(clean, box))
    energy = np.square(high) * (_ink(high) != 0)
    return float(energy[new].sum()) > NEW * float(energy.sum()) and box.width >= SHORT * box.height


def _known_ink(box: Box, now: Luma, known: Sequence[Strokes]) -> Mask:
    """Where known texts still have their strokes in a box, (h, w)."""
    ink = np.zeros((box.height, box.width), np.bool_)
    for strokes in known:
        part = strokes.box.intersection(box)
        if part.width > 0 and part.height > 0:
            own = cut(strokes.pattern, part.moved(-strokes.box.left, -strokes.box.top))
            shown = cut(high_pass(cut(now, strokes.box)), part.moved(-strokes.box.left, -strokes.box.top))
            cut(ink, part.moved(-box.left, -box.top))[own * shown > 0] = True
    return ink


def old_ink(now: Luma, before: Luma, box: Box) -> Mask:
    """The pixels of a box, (h, w), that belong to strokes which are the same on both strips."""
    return same_ink(now, before, box) & _same(cut(now, box), cut(before, box))


def same_ink(now: Luma, before: Luma, box: Box) -> Mask:
    """The pixels of a box, (h, w), where strokes are as bright, or as dark, as strokes that were there before: these
    tell nothing about what came."""
    return np.asarray(_ink(high_pass(cut(now, box))) * _ink(high_pass(cut(before, box))) > 0)


def new_ink(now: Luma, before: Luma, box: Box) -> Mask:
    """The pixels of a box, (h, w), that belong to strokes which were not there before."""
    one, other = cut(now, box), cut(before, box)
    return np.asarray((_ink(high_pass(one)) != 0) & ~_same(one, other))


def is_untouched(strokes: Strokes, now: Luma, before: Luma) -> bool:
    """Whether the pixels of a text are what they were before something else came: it lies over that."""
    inked = strokes.inked > 0
    same = _same(cut(now, strokes.box), cut(before, strokes.box))
    return float(same[inked].mean()) >= UNTOUCHED if inked.any() else False


def only_new(now: Luma, before: Luma, box: Box) -> Luma:
    """The strip ``now`` with nothing in the rows of a box but what came since ``before``."""
    clean, came = now.copy(), _came(now, before, box)
    ink = cv2.dilate((_ink(high_pass(cut(now, box))) != 0).astype(np.uint8), _square(ROOM)) > 0
    cut(clean, box)[:] = np.where(came, cut(now, box), _ground(cut(now, box), ~ink & ~came))
    return clean


def cleaned(image: Image, now: Luma, before: Luma, box: Box) -> Image:
    """A picture of a box of the strip, at any size, without those strokes that were there ``before``."""
    size = image.shape[1], image.shape[0]
    mask, ink = (
        cv2.resize(each.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        for each in _to_wipe(now, before, box)
    )
    return np.asarray(np.where(mask[..., None], _ground(image, ~ink), image), dtype=np.uint8)


def _to_wipe(now: Luma, before: Luma, box: Box) -> tuple[Mask, Mask]:
    """The pixels of old strokes of a box and right around them that did not change, and those of all strokes.

    Where strokes of one colour cross, those of the old text are within new ones, and stay.
    """
    new = cv2.morphologyEx(new_ink(now, before, box).astype(np.uint8), cv2.MORPH_CLOSE, _square(ROOM)) > 0
    old = cv2.dilate(old_ink(now, before, box).astype(np.uint8), _square(ROOM)) > 0
    ink = cv2.dilate((_ink(high_pass(cut(now, box))) != 0).astype(np.uint8), _square(ROOM)) > 0
    return np.asarray(old & ~new & _same(cut(now, box), cut(before, box))), np.asarray(ink)


def _ground(picture: Luma | Image, ground: Mask) -> Floats:
    """What the pixels of the ``ground`` (h, w) look like near each pixel, whatever is there."""
    weight = ground.astype(np.float32)
    pixels = picture.astype(np.float32) * (weight if picture.ndim == 2 else weight[..., None])
    result = np.full(picture.shape, float(picture.mean()), np.float32)
    for span in (
        4 * picture.shape[0] | 1,
        picture.shape[0] | 1,
        picture.shape[0] // 4 | 1,
    ):  # the nearest, where there is any
        total, share = cv2.blur(pixels, (span, span)), cv2.blur(weight, (span, span))
        share = share if picture.ndim == 2 else share[..., None]
        result = np.where(share > SOME, total / np.maximum(share, SOME), result)
    return np.asarray(result, dtype=np.float32)


def _ink(high: Floats) -> NDArray[np.int8]:
    """1 and -1 where bright and dark strokes are, else 0."""
    least = STROKE_SHARE * float(np.percentile(np.abs(high), 95))
    return np.asarray(np.sign(high) * (np.abs(high) >= max(least, 1.0)), dtype=np.int8)


def _same(one: Luma, other: Luma) -> Mask:
    return np.asarray(cv2.absdiff(one, other) <= UNCHANGED)


def _square(room: int) -> NDArray[np.uint8]:
    return np.ones((2 * room + 1, 2 * room + 1), np.uint8)
