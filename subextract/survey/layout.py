"""Which sightings share a layout, as subtitles do, and what zones they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from subextract.survey.sightings import Sighting, same_pixels, same_place
from subextract.types import Box, Zone

ALIGNED = 0.03  # of the width, between the centres or the left edges of lines that belong to one layout
HALF = 0.5  # of the lines at one level must share a column
ENOUGH, NEARLY_ALL = 4, 0.7  # stills, and share of the lines on them, that make a layout
ROOM = 1.3  # line heights above and below the lines that were seen: cues of three lines, jumping baselines


def zones_of(seen: Sequence[Sighting], limit: Box, logos: Sequence[Box]) -> tuple[Zone, ...]:
    """Zones from top to bottom; where two overlap, the height of text is that of the one with more sightings."""
    rows = rows_of(seen)
    main = max((row for row in rows if _believable(row, limit)), key=len, default=[])
    rows = [row if row is main else _without_titles(row) for row in rows]
    believed = [row for row in rows if row is main or _believable(row, limit)]
    usual = zone_of(main, limit).text_height if main else 0.0
    believed += [row for row in rows if row not in believed and _like_the_others(row, limit, usual)]
    zones: list[tuple[int, Zone]] = []
    for row in sorted(believed, key=lambda row: zone_of(row, limit).box.top):
        count, zone = len(row), zone_of(row, limit)
        if zones and zones[-1][1].box.bottom > zone.box.top:
            before, last = zones.pop()
            count, zone = max(before, count), _joined(*((last, zone) if before >= count else (zone, last)))
        zones.append((count, zone))
    return tuple(with_logos(zone, logos) for _, zone in zones)


def _joined(major: Zone, minor: Zone) -> Zone:
    centre = major.centre if major.centre is not None else minor.centre
    return Zone(major.box.union(minor.box), major.text_height, centre)


def zone_of(row: Sequence[Sighting], limit: Box) -> Zone:
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


def rows_of(seen: Sequence[Sighting]) -> list[list[Sighting]]:
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
        return any(central(one.box, limit) and one.box.top > limit.top + 0.6 * limit.height for one in row)
    slack = ALIGNED * limit.width
    columns = np.array([[(one.box.left + one.box.right) / 2, one.box.left, one.box.right] for one in texts])
    near = np.abs(columns[:, None, :] - columns[None, :, :]) < slack
    return bool(near.sum(axis=1).max() >= max(2, HALF * len(texts)))


def begin_alike(row: Sequence[Sighting], limit: Box) -> bool:
    """Whether texts that come one after the other begin at one column."""
    texts: list[Sighting] = []
    for one in row:
        if not any(same_pixels(one, other) for other in texts):
            texts.append(one)
    lefts = np.array([one.box.left for one in texts])
    near = np.abs(lefts[:, None] - lefts[None, :]) < ALIGNED * limit.width
    return len({one.time for one in texts}) > 1 and bool(near.sum(axis=1).max() >= max(2, HALF * len(texts)))


def _without_titles(row: Sequence[Sighting]) -> list[Sighting]:
    """The sightings but those of a text that is alone on a plain ground, elsewhere than most subtitles."""
    return [one for one in row if not one.plain]


def _like_the_others(row: Sequence[Sighting], limit: Box, usual: float) -> bool:
    """Whether the only text at its level stands in the middle, and is as high as the others."""
    alone = len(_different(row)) == 1
    return alone and all(central(one.box, limit) and abs(one.box.height - usual) < 0.2 * usual for one in row)


def _different(row: Sequence[Sighting]) -> list[Sighting]:
    """One sighting of each text: the same pixels at the same place are one text, seen twice."""
    texts: list[Sighting] = []
    for one in row:
        if not any(same_place(one.box, other.box) and same_pixels(one, other) for other in texts):
            texts.append(one)
    return texts


def central(box: Box, limit: Box) -> bool:
    return abs(box.left + box.right - limit.left - limit.right) / 2 < 2 * ALIGNED * limit.width


def with_logos(zone: Zone, logos: Sequence[Box]) -> Zone:
    inside = tuple(logo for logo in logos if logo.intersection(zone.box).height > 0)
    return replace(zone, logos=inside)
