"""Which part of a found line was there before the rest came: another text beside it on the same row, or behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from subextract.luma import crop
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import SAME_STROKES, Strokes, body_rows, compare, high_pass, on_one_level, seen_on
from subextract.types import Box

COMPARED_EVERY = 80  # ms between the moments that are compared
OLDER = 1000  # ms; lines that are written word by word go on sooner
LATER = 200  # ms; for text on another level: what fades in at once differs by less
MIN_BLOCKS = 2  # of either part: a letter is less than a block
AGREED_BLOCKS, STRAY_BLOCKS = 0.8, 0.34  # of all blocks are as old as their part; and of those of a part are not
AGED_COLUMNS = 0.5  # of the columns of a block
ON_ROWS = 0.5  # of the energy of the strokes of a text
CHANGED = 0.5  # of the height of a pixel of a stroke, by which it is another one
MIN_CHANGED_PIXELS = 2  # of a column, that changed


def parts_by_age(box: Box, recent: Sequence[StripFrame]) -> list[Box]:
    """A box found on the last of the recent moments: itself, or the part that came last and then those from before.

    Each block of the line is followed back for as long as it looks as it does now. Where blocks came a second after
    those at one end of the line, or at both, they are another text than these. Where they stand on another level, they
    may come sooner.
    """
    strokes = seen_on(recent[-1].strip, box)
    solid = np.flatnonzero(strokes.solid)
    if len(solid) < 2 * MIN_BLOCKS:
        return [box]
    frames = _thinned(recent)
    agrees = np.array([compare(strokes, frame.strip).agreement[solid] >= SAME_STROKES for frame in frames])
    ages = _ages(agrees, frames)
    parts = _parts(box, recent, frames, ages, OLDER)
    if len(parts) > 1:
        return parts
    parts = _parts(box, recent, frames, ages, LATER)
    return parts if len(parts) > 1 and not _stand_level(parts, recent[-1]) else [box]


def parts_beside(box: Box, known: Sequence[Strokes], now: StripFrame) -> list[Box]:
    """A box itself, or the part of it that covers known texts on another level, and then what is left of them.

    It tells these apart also where they have another background than before, and so seem to have changed.
    """
    shown = [(strokes, list(_agreeing(strokes, now))) for strokes in known if _on_rows(strokes, box)]
    old = np.zeros(box.width, np.bool_)
    for left, right in (columns for _, each in shown for columns in each):
        old[max(0, left - box.left) : max(0, right - box.left)] = True
    strokes = seen_on(now.strip, box)
    starts = strokes.edges[strokes.solid]
    young = _run_of_young(np.array([old[start : start + box.height // 2].mean() > AGED_COLUMNS for start in starts]))
    if young is None:
        return [box]
    columns = np.flatnonzero(old)
    left = max(columns[columns < starts[young.start]], default=-1) + 1
    right = min(columns[columns > starts[young.stop - 1]], default=box.width)
    new = box._replace(left=box.left + int(left), right=box.left + int(right))
    level = body_rows(seen_on(now.strip, new))
    return [box] if any(each and on_one_level(level, body_rows(one)) for one, each in shown) else _with_rest(new, box)


def _on_rows(strokes: Strokes, box: Box) -> bool:
    """Whether most of the strokes of a text lie on the rows of a box; a large one above may reach into them."""
    rows = np.square(strokes.pattern).sum(axis=1)
    inside = rows[max(0, box.top - strokes.box.top) : max(0, box.bottom - strokes.box.top)]
    return float(inside.sum()) > ON_ROWS * float(rows.sum())


def _agreeing(strokes: Strokes, now: StripFrame) -> Iterator[tuple[int, int]]:
    """The columns of the strip whose blocks still show known strokes."""
    agrees = strokes.solid & (compare(strokes, now.strip).agreement >= SAME_STROKES)
    for block, shown in zip(strokes.blocks, agrees, strict=True):
        if shown:
            yield strokes.box.left + block.start, strokes.box.left + block.stop


def _parts(
    box: Box, recent: Sequence[StripFrame], frames: Sequence[StripFrame], ages: NDArray[np.int64], older: int
) -> list[Box]:
    """The box, or the part with the blocks that are so much younger (ms), and what is beside it."""
    young = _young(ages, older)
    if young is None:
        return [box]
    before = frames[min(len(frames) - 1, _index(frames, int(np.median(ages[young]))))]
    new = _changed(box, recent[-1], before, at_left=young.start > 0, at_right=young.stop < len(ages))
    return [box] if new is None else _with_rest(new, box)


def _with_rest(new: Box, box: Box) -> list[Box]:
    """The new part of a box, and what is beside it."""
    rest = [box._replace(right=new.left), box._replace(left=new.right)]
    return [new, *(part for part in rest if part.width > box.height)]


def _stand_level(parts: Sequence[Box], now: StripFrame) -> bool:
    """Whether the first part stands on one level with another one."""
    young, *old = (body_rows(seen_on(now.strip, part)) for part in parts)
    return any(on_one_level(young, each) for each in old)


def _thinned(recent: Sequence[StripFrame]) -> list[StripFrame]:
    """Moments from the last one back, at a steady pace."""
    frames = [recent[-1]]
    for frame in reversed(recent):
        if frames[-1].time - frame.time >= COMPARED_EVERY:
            frames.append(frame)
    return frames


def _ages(agrees: NDArray[np.bool_], frames: Sequence[StripFrame]) -> NDArray[np.int64]:
    """For how many ms each block has looked as it does now."""
    lasted = np.where(agrees.all(axis=0), len(agrees), np.argmin(agrees, axis=0))
    times = np.array([frames[0].time - frame.time for frame in frames])
    return np.asarray(times[np.maximum(lasted - 1, 0)])


def _young(ages: NDArray[np.int64], older: int) -> slice | None:
    """The blocks that are young, where those on one side of them, or on both, are so much older (ms) and stand for
    a second; None else."""
    return _run_of_young(np.asarray(ages >= max(OLDER, np.percentile(ages, 10) + older)))


def _run_of_young(is_old: NDArray[np.bool_]) -> slice | None:
    """The blocks that are young where those on one side of them, or on both, are old; None else.

    Single blocks may be wrong: where the new text lies over an old one, or letters resemble each other.
    """
    count = len(is_old)
    best, found = AGREED_BLOCKS * count, None
    for start, stop in _runs(count):
        sides = [is_old[:start], is_old[stop:]]
        agreed = int((~is_old[start:stop]).sum()) + sum(int(side.sum()) for side in sides)
        agree = is_old[start:stop].mean() < STRAY_BLOCKS and all(
            (~side).mean() < STRAY_BLOCKS for side in sides if len(side)
        )
        if agreed > best and agree:
            best, found = agreed, slice(start, stop)
    return found


def _runs(count: int) -> Iterator[tuple[int, int]]:
    """The runs of some blocks that leave none, or some, on either side."""
    for start in (0, *range(MIN_BLOCKS, count - MIN_BLOCKS + 1)):
        for stop in (*range(start + MIN_BLOCKS, count - MIN_BLOCKS + 1), count):
            if stop - start >= MIN_BLOCKS and stop - start < count:
                yield start, stop


def _index(frames: Sequence[StripFrame], age: int) -> int:
    """Of the first moment that is older than the young part, and one more: a fade may hide it."""
    return next((number + 1 for number, one in enumerate(frames) if frames[0].time - one.time > age), len(frames) - 1)


def _changed(box: Box, now: StripFrame, before: StripFrame, *, at_left: bool, at_right: bool) -> Box | None:
    """The columns that show other strokes than before, where the line is cut at its left, or right, end; at the others
    the detector knows better."""
    high, past = high_pass(crop(now.strip, box)), high_pass(crop(before.strip, box))
    strong = seen_on(now.strip, box).inked > 0
    differs = strong & (np.abs(high - past) > CHANGED * np.abs(high))
    columns = np.flatnonzero(differs.sum(axis=0) >= MIN_CHANGED_PIXELS)
    if not len(columns):
        return None
    first, last = (int(column) for column in np.percentile(columns, (1, 99)))
    left = max(box.left, box.left + first - 1) if at_left else box.left
    right = min(box.right, box.left + last + 2) if at_right else box.right
    return box._replace(left=left, right=right) if right - left > 0 else None
