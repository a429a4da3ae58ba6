"""Which part of a found line was there before the rest came: another text beside it on the same row, or behind it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from subextract.tracking.lines import Moment
from subextract.tracking.strokes import SAME, compare, cut, high_pass, seen_on
from subextract.types import Box

PACE = 80  # ms between the moments that are compared
OLDER = 1000  # ms; lines that are written word by word go on sooner
LEAST_BLOCKS = 2  # of either part: a letter is less than a block
AGREED, FEW = 0.8, 0.34  # of all blocks are as old as their part; and of those of a part are not
CHANGED = 0.5  # of the height of a pixel of a stroke, by which it is another one
LEAST_PIXELS = 2  # of a column, that changed


def parts_by_age(box: Box, recent: Sequence[Moment]) -> list[Box]:
    """A box found on the last of the recent moments: itself, or the part that came last and then those from before.

    Each block of the line is followed back for as long as it looks as it does now. Where the blocks at one end came a
    second after those at the other, they are another text than these.
    """
    strokes = seen_on(recent[-1].strip, box)
    solid = np.flatnonzero(strokes.solid)
    if len(solid) < 2 * LEAST_BLOCKS:
        return [box]
    moments = _thinned(recent)
    agrees = np.array([compare(strokes, moment.strip).agreement[solid] >= SAME for moment in moments])
    ages = _ages(agrees, moments)
    step = _step(ages)
    if step is None:
        return [box]
    before = moments[min(len(moments) - 1, _index(moments, step))]
    new = _changed(box, recent[-1], before)
    if new is None:
        return [box]
    rest = [box._replace(right=new.left), box._replace(left=new.right)]
    return [new, *(part for part in rest if part.width > box.height)]


def _thinned(recent: Sequence[Moment]) -> list[Moment]:
    """Moments from the last one back, at a steady pace."""
    moments = [recent[-1]]
    for moment in reversed(recent):
        if moments[-1].time - moment.time >= PACE:
            moments.append(moment)
    return moments


def _ages(agrees: NDArray[np.bool_], moments: Sequence[Moment]) -> NDArray[np.int64]:
    """For how many ms each block has looked as it does now."""
    lasted = np.where(agrees.all(axis=0), len(agrees), np.argmin(agrees, axis=0))
    times = np.array([moments[0].time - moment.time for moment in moments])
    return np.asarray(times[np.maximum(lasted - 1, 0)])


def _step(ages: NDArray[np.int64]) -> int | None:
    """The age of the younger part, where one end is young and the other one much older; None else.

    Single blocks may be wrong: where the new text lies over an old one, or letters resemble each other.
    """
    best, found = AGREED * len(ages), None
    is_old = ages >= np.percentile(ages, 10) + OLDER
    for cut_at in range(LEAST_BLOCKS, len(ages) - LEAST_BLOCKS + 1):
        for old_first in (False, True):
            expected = (np.arange(len(ages)) < cut_at) == old_first
            agreed = int((is_old == expected).sum())
            if agreed > best and (~is_old[expected]).mean() < FEW > is_old[~expected].mean():
                best, found = agreed, int(np.median(ages[~expected]))
    return found


def _index(moments: Sequence[Moment], age: int) -> int:
    """Of the first moment that is older than the young part, and one more: a fade may hide it."""
    return next(
        (number + 1 for number, one in enumerate(moments) if moments[0].time - one.time > age), len(moments) - 1
    )


def _changed(box: Box, now: Moment, before: Moment) -> Box | None:
    """The columns that show other strokes than before."""
    high, past = high_pass(cut(now.strip, box)), high_pass(cut(before.strip, box))
    strong = seen_on(now.strip, box).inked > 0
    differs = strong & (np.abs(high - past) > CHANGED * np.abs(high))
    columns = np.flatnonzero(differs.sum(axis=0) >= LEAST_PIXELS)
    if not len(columns):
        return None
    first, last = (int(column) for column in np.percentile(columns, (1, 99)))
    if first < box.width - last:  # the old part is at the right; at the other end the detector knows better
        return box._replace(right=min(box.right, box.left + last + 2))
    return box._replace(left=max(box.left, box.left + first - 1))
