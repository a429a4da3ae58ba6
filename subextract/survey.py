"""Where on the screen the subtitles are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.durations import LOGO_TIME, LONG
from subextract.planes import grey, shrink
from subextract.types import Box, Frame, Image, Luma, Zone

log = logging.getLogger(__name__)

Detect = Callable[[Sequence[Image]], list[list[Box]]]

SMALLEST = 16  # px; no line of text fits into less
LOOK_SIDE = 640  # px of the longer side: text of 3% of the height is still 11 px high, and one look costs 40 ms
ALL = 0.9  # of the stills of a short video: a logo, too
OFTEN = 0.35  # of the stills between the first and the last; a faint logo is found on half, a repeated line on fewer
EXACTLY = 0.88  # of the larger box is common
PLAIN = 12  # luma levels between the darkest and the brightest 2% of a ground without a picture
JITTER = 2  # px on the small picture
SAME_PIXELS = 0.5  # correlation of two pictures of one logo: 0.5 to 1; two texts in one place stay below 0.45
TALLEST = 0.13  # of the height; larger boxes are shapes that resemble letters, or titles
TALLEST_OF_WIDTH = 0.06  # the same for pictures that are a strip
ALIGNED = 0.03  # of the width, between the centres or the left edges of lines that belong to one layout
HALF = 0.5  # of the lines at one level must share a column
PAGE = 6  # lines below one another are credits, a letter, a screen; a bilingual cue has four, a logo one more
ENOUGH, NEARLY_ALL = 4, 0.7  # stills, and share of the lines on them, that make a layout
ROOM = 1.3  # line heights above and below the lines that were seen: cues of three lines, jumping baselines
DEFAULT_BAND = 0.28  # of the height, at the bottom: where subtitles are when the survey saw none
USUAL = 0.07  # of the height: a line's box, when the survey saw no text at all
SLENDER = 2  # heights of a box for its width; columns of a few characters are higher, posts are, too


@dataclass(frozen=True, slots=True, eq=False)  # each is itself alone: pixels have no single truth value
class Sighting:
    """A line of text on one still; ``pixels`` is what lies at ``place`` and a little around it in the small picture.

    ``plain`` says whether there is nothing but text in the picture.
    """

    time: int
    box: Box
    place: Box
    pixels: Luma
    plain: bool = False


def survey(
    stills: Iterable[Frame],
    detect: Detect,
    *,
    region: Box | None = None,
    leave_out: Callable[[str], None] = lambda kind: None,
) -> tuple[Zone, ...]:
    """The bands in which text comes and goes, from top to bottom.

    ``region`` limits the search (pixels of the displayed picture). Text that stays is a logo: it is not a reason for a
    zone, is named in the zone that it lies in, and ``leave_out`` is told of it as "static". Where nothing was seen, the
    bottom of the picture is the zone.
    """
    looks: list[list[Sighting]] = []
    upright_looks: list[list[Sighting]] = []
    times: list[int] = []
    size = (0, 0)
    for still in stills:
        size = still.luma.shape[1], still.luma.shape[0]
        if min(size) >= SMALLEST:
            times.append(still.time)
            lines, columns = _look(still, detect, region or Box(0, 0, *size))
            looks.append(lines)
            upright_looks.append(columns)
    if not looks:
        return ()
    limit = region or Box(0, 0, *size)
    seen = [one for found in _without_pages(looks) for one in found]
    logos = _logos(seen, times, limit)
    for _ in logos:
        leave_out("static")
    coming = [one for one in seen if not any(_covers(logo, one.box) for logo in logos)]
    upright = _upright_zones(upright_looks, times, limit)
    zones = _zones(coming, limit, logos) + upright
    if not zones:
        height = float(np.median([one.box.height for one in coming])) if region and coming else USUAL * size[1]
        top = limit.top if region else limit.bottom - round(DEFAULT_BAND * limit.height)
        zones = (_with_logos(Zone(Box(limit.left, top, limit.right, limit.bottom), height), logos),)
    log.info("survey: %d lines of text seen, %d stay, zones %s", len(seen), len(logos), [z.box for z in zones])
    return zones


def _look(still: Frame, detect: Detect, region: Box) -> tuple[list[Sighting], list[Sighting]]:
    """The lines in a region of a still, and its columns: as lines in the region turned to the left."""
    plane = np.ascontiguousarray(still.luma[region.top : region.bottom, region.left : region.right])
    scale = LOOK_SIDE / max(plane.shape)
    small = shrink(plane, scale)
    tallest = max(TALLEST * small.shape[0], TALLEST_OF_WIDTH * small.shape[1])
    boxes = detect([grey(small)])[0]
    plain = _is_plain(small, boxes)
    lines = [box for box in boxes if box.width > box.height and box.height <= tallest]
    slender = [box for box in boxes if box.height >= SLENDER * box.width]
    sightings = [_sighting(still, small, box, scale, plain) for box in lines]
    return (
        [replace(one, box=one.box.moved(region.left, region.top)) for one in sightings],
        [one for one in _columns(still, small, slender, detect, scale) if one.box.height <= tallest / scale],
    )


def _columns(still: Frame, small: Luma, slender: Sequence[Box], detect: Detect, scale: float) -> Iterator[Sighting]:
    """What is as high as a column and, on its side, still resembles text: a post or a lamp does not."""
    if not slender:
        return
    whole = Box(0, 0, small.shape[1], small.shape[0])
    turned = np.ascontiguousarray(np.rot90(small))
    for box in detect([grey(turned)])[0]:
        if box.width > box.height and any(_covers(box, one.turned(whole)) for one in slender):
            yield _sighting(still, turned, box, scale)


def _sighting(still: Frame, small: Luma, box: Box, scale: float, plain: bool = False) -> Sighting:
    around = np.pad(small, JITTER, mode="edge")[box.top : box.bottom + 2 * JITTER, box.left : box.right + 2 * JITTER]
    return Sighting(still.time, box.scaled(1 / scale, 1 / scale), box, around, plain)


def _upright_zones(looks: Sequence[list[Sighting]], times: Sequence[int], limit: Box) -> tuple[Zone, ...]:
    """The zones of columns, found as those of lines are, but that two different texts must begin at one level."""
    turned = limit.turned(limit)
    seen = [one for found in _without_pages(looks) for one in found]
    logos = _logos(seen, times, turned)
    coming = [one for one in seen if not any(_covers(logo, one.box) for logo in logos)]
    zones = [_zone(row, turned) for row in _rows(coming) if _begin_alike(row, turned)]
    return tuple(
        replace(
            _with_logos(zone, [logo.turned_back(limit) for logo in logos]),
            centre=None,  # they begin at one level
            upright=True,
        )
        for zone in (replace(zone, box=zone.box.turned_back(limit)) for zone in zones)
    )


def _begin_alike(row: Sequence[Sighting], limit: Box) -> bool:
    """Whether texts that come one after the other begin at one column."""
    texts: list[Sighting] = []
    for one in row:
        if not any(_same_pixels(one, other) for other in texts):
            texts.append(one)
    lefts = np.array([one.box.left for one in texts])
    near = np.abs(lefts[:, None] - lefts[None, :]) < ALIGNED * limit.width
    return len({one.time for one in texts}) > 1 and bool(near.sum(axis=1).max() >= max(2, HALF * len(texts)))


def _is_plain(picture: Luma, boxes: Sequence[Box]) -> bool:
    """Whether all outside the boxes has one brightness, as behind titles."""
    ground = np.ones(picture.shape, bool)
    for box in boxes:
        ground[box.top : box.bottom, box.left : box.right] = False
    levels = picture[ground]
    return bool(levels.size and np.percentile(levels, 98) - np.percentile(levels, 2) <= PLAIN)


def _without_pages(looks: Sequence[list[Sighting]]) -> list[list[Sighting]]:
    """Stills but those of rolling credits, letters and screens: of pages of text, and full stills beside them."""
    rows = [_row_count(found) for found in looks]
    pages = {index for index, count in enumerate(rows) if count >= PAGE}
    for step in (1, -1):
        for index in range(len(rows))[::step]:
            if index - step in pages and rows[index] >= PAGE // 2:
                pages.add(index)
    return [found for index, found in enumerate(looks) if index not in pages]


def _row_count(found: Sequence[Sighting]) -> int:
    """How many lines stand below one another on a still."""
    count, bottom = 0, -1
    for one in sorted(found, key=lambda sighting: sighting.box.top):
        if one.box.top >= bottom:
            count, bottom = count + 1, one.box.bottom
    return count


def _logos(seen: Sequence[Sighting], times: Sequence[int], limit: Box) -> list[Box]:
    """Boxes of text that shows the same pixels at the same place for longer than any cue, or on all stills."""
    logos: list[Box] = []
    for index, first in enumerate(seen):
        if any(_covers(logo, first.box) for logo in logos):
            continue
        place = [other for other in seen[index:] if _same_place(first.box, other.box)]
        twins = [other for other in place if _same_pixels(first, other)]
        boxed = [other for other in place if _same_box(first.box, other.box) and not _central(first.box, limit)]
        if not _stays(twins, times, OFTEN) and not _stays(boxed, times, NEARLY_ALL):
            continue
        box = first.box
        for twin in twins + boxed:
            box = box.union(twin.box)
        logos.append(box)
    return logos


def _same_box(one: Box, other: Box) -> bool:
    """Whether it is exactly the same box: a clock, or a mark so faint that its pixels are the ground's."""
    return one.intersection(other).area > EXACTLY * max(one.area, other.area)


def _stays(twins: Sequence[Sighting], times: Sequence[int], share: float) -> bool:
    """Whether these sightings span long, and at least a share of the stills between the first and the last."""
    shown = [twin.time for twin in twins]
    if len(set(shown)) < 3:
        return False
    span = shown[-1] - shown[0]
    between = sum(shown[0] <= time <= shown[-1] for time in times)
    long = span > LOGO_TIME or (len(times) >= ENOUGH and len(set(shown)) >= ALL * len(times) and span > LONG)
    return long and len(set(shown)) >= share * between


def _zones(seen: Sequence[Sighting], limit: Box, logos: Sequence[Box]) -> tuple[Zone, ...]:
    """Zones from top to bottom; where two overlap, the height of text is that of the one with more sightings."""
    rows = _rows(seen)
    main = max((row for row in rows if _believable(row, limit)), key=len, default=[])
    rows = [row if row is main else _without_titles(row) for row in rows]
    believed = [row for row in rows if row is main or _believable(row, limit)]
    usual = _zone(main, limit).text_height if main else 0.0
    believed += [row for row in rows if row not in believed and _like_the_others(row, limit, usual)]
    zones: list[tuple[int, Zone]] = []
    for row in sorted(believed, key=lambda row: _zone(row, limit).box.top):
        count, zone = len(row), _zone(row, limit)
        if zones and zones[-1][1].box.bottom > zone.box.top:
            before, last = zones.pop()
            count, zone = max(before, count), _joined(*((last, zone) if before >= count else (zone, last)))
        zones.append((count, zone))
    return tuple(_with_logos(zone, logos) for _, zone in zones)


def _joined(major: Zone, minor: Zone) -> Zone:
    centre = major.centre if major.centre is not None else minor.centre
    return Zone(major.box.union(minor.box), major.text_height, centre)


def _zone(row: Sequence[Sighting], limit: Box) -> Zone:
    height = float(np.median([one.box.height for one in row]))
    room = round(ROOM * height)
    top = max(limit.top, min(one.box.top for one in row) - room)
    bottom = min(limit.bottom, max(one.box.bottom for one in row) + room)
    return Zone(Box(limit.left, top, limit.right, bottom), height, _centre(row, limit))


def _centre(row: Sequence[Sighting], limit: Box) -> float | None:
    """The column on which the lines are centred, if nearly all of them are; long lines count more than specks."""
    centres = np.array([(one.box.left + one.box.right) / 2 for one in row])
    widths = np.array([one.box.width for one in row])
    order = np.argsort(centres)
    middle = float(centres[order][np.searchsorted(widths[order].cumsum(), widths.sum() / 2)])
    agree = float(widths[np.abs(centres - middle) < ALIGNED * limit.width].sum() / widths.sum())
    return middle if len({one.time for one in row}) >= ENOUGH and agree >= NEARLY_ALL else None


def _rows(seen: Sequence[Sighting]) -> list[list[Sighting]]:
    """Sightings of one height at about one level."""
    rows: list[list[Sighting]] = []
    for one in sorted(seen, key=lambda sighting: sighting.box.top + sighting.box.bottom):
        for row in rows:
            if _level(row[-1].box, one.box):
                row.append(one)
                break
        else:
            rows.append([one])
    return rows


def _level(one: Box, other: Box) -> bool:
    height = max(one.height, other.height)
    apart = abs(one.top + one.bottom - other.top - other.bottom) / 2
    return apart < 1.5 * height < 2.4 * min(one.height, other.height)


def _believable(row: Sequence[Sighting], limit: Box) -> bool:
    """Subtitles share their layout: most of them are centred, or begin, or end, at one column.

    One alone is enough where subtitles are expected, in the middle of the lower part.
    """
    texts = _different(row)
    if len(texts) < 2:
        return any(_central(one.box, limit) and one.box.top > limit.top + 0.6 * limit.height for one in row)
    slack = ALIGNED * limit.width
    columns = np.array([[(one.box.left + one.box.right) / 2, one.box.left, one.box.right] for one in texts])
    near = np.abs(columns[:, None, :] - columns[None, :, :]) < slack
    return bool(near.sum(axis=1).max() >= max(2, HALF * len(texts)))


def _without_titles(row: Sequence[Sighting]) -> list[Sighting]:
    """The sightings but those of a text that is alone on a plain ground, elsewhere than most subtitles."""
    return [one for one in row if not one.plain]


def _like_the_others(row: Sequence[Sighting], limit: Box, usual: float) -> bool:
    """Whether the only text at its level stands in the middle, and is as high as the others."""
    alone = len(_different(row)) == 1
    return alone and all(_central(one.box, limit) and abs(one.box.height - usual) < 0.2 * usual for one in row)


def _different(row: Sequence[Sighting]) -> list[Sighting]:
    """One sighting of each text: the same pixels at the same place are one text, seen twice."""
    texts: list[Sighting] = []
    for one in row:
        if not any(_same_place(one.box, other.box) and _same_pixels(one, other) for other in texts):
            texts.append(one)
    return texts


def _central(box: Box, limit: Box) -> bool:
    return abs(box.left + box.right - limit.left - limit.right) / 2 < 2 * ALIGNED * limit.width


def _with_logos(zone: Zone, logos: Sequence[Box]) -> Zone:
    inside = tuple(logo for logo in logos if logo.intersection(zone.box).height > 0)
    return replace(zone, logos=inside)


def _covers(logo: Box, box: Box) -> bool:
    return logo.intersection(box).height > 0 and logo.intersection(box).area > 0.6 * box.area


def _same_place(one: Box, other: Box) -> bool:
    common = one.intersection(other)
    return common.height > 0 and common.width > 0 and common.area > 0.7 * max(one.area, other.area)


def _same_pixels(one: Sighting, other: Sighting) -> bool:
    """Whether both show the same where their boxes overlap, which do not lie to the pixel where the text does."""
    common = one.place.intersection(other.place)
    if common.width <= 0 or common.height <= 0:
        return False
    seen = _part(one, common)[JITTER:-JITTER, JITTER:-JITTER]
    return float(cv2.matchTemplate(_part(other, common), seen, cv2.TM_CCOEFF_NORMED).max()) > SAME_PIXELS


def _part(one: Sighting, box: Box) -> NDArray[np.float32]:
    """What a still shows in a box and around it, less the mean of each row, which is alike in all lines of text."""
    left, top = box.left - one.place.left, box.top - one.place.top
    pixels = one.pixels[top : top + box.height + 2 * JITTER, left : left + box.width + 2 * JITTER]
    return np.asarray(pixels - pixels.mean(axis=1, keepdims=True), dtype=np.float32)
