"""Which sightings lie on one level and are of one size, and what zones they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from subextract.survey.sightings import Sighting, same_pixels
from subextract.types import Box, Zone

ALIGNED = 0.03  # of the width, between the left edges of columns that belong to one layout
HALF = 0.5  # of the columns at one level must share their upper edge
ROOM = 1.3  # line heights above and below the lines that were seen: cues of three lines, jumping baselines
OFTEN = 8  # times as many sightings, beside which those of another size may be chance
ONE_SIZE = 1.6  # times as high; a zone finds text from 0.45 to 1.7 times its height


def zones_of(seen: Sequence[Sighting], limit: Box, logos: Sequence[Box]) -> tuple[Zone, ...]:
    """Zones from top to bottom. Those of text of one size are joined where they overlap; others may overlap."""
    zones: list[tuple[int, Zone]] = []
    for row in sorted(rows_of(seen), key=lambda row: zone_of(row, limit).box.top):
        count, zone = len(row), zone_of(row, limit)
        while overlapping := next((other for other in zones if _are_one(other[1], zone)), None):
            zones.remove(overlapping)
            count, zone = _joined(overlapping, (count, zone))
        zones.append((count, zone))
    kept = [one for one in zones if not any(_is_chance(one, other) for other in zones)]
    return tuple(with_logos(zone, logos) for _, zone in sorted(kept, key=lambda each: each[1].box.top))


def _is_chance(one: tuple[int, Zone], other: tuple[int, Zone]) -> bool:
    """Whether hardly anything was seen in a zone, beside another that it overlaps: a part of a line, or a shape."""
    overlap = min(one[1].box.bottom, other[1].box.bottom) - max(one[1].box.top, other[1].box.top)
    return overlap > 0 and one[0] * OFTEN <= other[0]


def _are_one(one: Zone, other: Zone) -> bool:
    overlap = min(one.box.bottom, other.box.bottom) > max(one.box.top, other.box.top)
    heights = one.text_height, other.text_height
    return overlap and max(heights) < ONE_SIZE * min(heights)


def _joined(one: tuple[int, Zone], other: tuple[int, Zone]) -> tuple[int, Zone]:
    """Both zones as one; the height of its text is their mean, weighted by how much was seen of each."""
    count = one[0] + other[0]
    height = (one[0] * one[1].text_height + other[0] * other[1].text_height) / count
    return count, Zone(one[1].box.union(other[1].box), height)


def zone_of(row: Sequence[Sighting], limit: Box) -> Zone:
    height = float(np.median([one.box.height for one in row]))
    room = round(ROOM * height)
    top = max(limit.top, min(one.box.top for one in row) - room)
    bottom = min(limit.bottom, max(one.box.bottom for one in row) + room)
    return Zone(Box(limit.left, top, limit.right, bottom), height)


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


def begin_alike(row: Sequence[Sighting], limit: Box) -> bool:
    """Whether texts that come one after the other begin at one column."""
    texts: list[Sighting] = []
    for one in row:
        if not any(same_pixels(one, other) for other in texts):
            texts.append(one)
    lefts = np.array([one.box.left for one in texts])
    near = np.abs(lefts[:, None] - lefts[None, :]) < ALIGNED * limit.width
    return len({one.time for one in texts}) > 1 and bool(near.sum(axis=1).max() >= max(2, HALF * len(texts)))


def with_logos(zone: Zone, logos: Sequence[Box]) -> Zone:
    inside = tuple(logo for logo in logos if logo.intersection(zone.box).height > 0)
    return replace(zone, logos=inside)
