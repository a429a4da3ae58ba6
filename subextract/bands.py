"""Which lines of text lie on one level and are of one size, what zones they make, and which text a zone takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np

from subextract.types import Box, Zone

ROOM = 1.3  # line heights above and below the lines that were seen: cues of three lines, jumping baselines
OFTEN = 8  # times as many sightings, beside which those of another size may be chance
ONE_SIZE = 1.6  # times as high; a zone finds text from 0.45 to 1.7 times its height
LOWEST, HIGHEST = 0.45, 1.7  # of the height of its text: other boxes are parts of letters, or shapes that resemble text
INSIDE = 0.8  # of the height of a line must lie in a zone; what is cut off further is no line to it


class Seen(Protocol):
    """A line of text that was seen somewhere."""

    @property
    def box(self) -> Box: ...


Line = TypeVar("Line", bound=Seen)


@dataclass(frozen=True, slots=True)
class Band:
    """A zone in the making: of so many lines, whose rows are between ``low`` and ``high`` px high."""

    count: int
    low: float
    high: float
    zone: Zone


def zones_of(seen: Sequence[Seen], limit: Box, logos: Sequence[Box]) -> tuple[Zone, ...]:
    """Zones from top to bottom. Those of text of one size are joined where they overlap; others may overlap."""
    bands: list[Band] = []
    for row in sorted(rows_of(seen), key=lambda row: zone_of(row, limit).box.top):
        zone = zone_of(row, limit)
        band = Band(len(row), zone.text_height, zone.text_height, zone)
        while overlapping := next((other for other in bands if _are_one(other, band)), None):
            bands.remove(overlapping)
            band = _joined(overlapping, band)
        bands.append(band)
    kept = [one for one in bands if not any(_is_chance(one, other) for other in bands)]
    return tuple(with_logos(band.zone, logos) for band in sorted(kept, key=lambda band: band.zone.box.top))


def _overlap(one: Band, other: Band) -> bool:
    return min(one.zone.box.bottom, other.zone.box.bottom) > max(one.zone.box.top, other.zone.box.top)


def _is_chance(one: Band, other: Band) -> bool:
    """Whether hardly anything was seen in a zone, beside another that it overlaps: a part of a line, or a shape."""
    return _overlap(one, other) and one.count * OFTEN <= other.count


def _are_one(one: Band, other: Band) -> bool:
    """Whether all their rows are of one size: from row to row it would grow from that of a chat to that of a title."""
    return _overlap(one, other) and max(one.high, other.high) < ONE_SIZE * min(one.low, other.low)


def _joined(one: Band, other: Band) -> Band:
    """Both as one; the height of its text is their mean, weighted by how much was seen of each."""
    count = one.count + other.count
    height = (one.count * one.zone.text_height + other.count * other.zone.text_height) / count
    zone = Zone(one.zone.box.union(other.zone.box), height)
    return Band(count, min(one.low, other.low), max(one.high, other.high), zone)


def zone_of(row: Sequence[Seen], limit: Box) -> Zone:
    """The zone of lines at one level, with room above and below them."""
    height = float(np.median([one.box.height for one in row]))
    room = round(ROOM * height)
    top = max(limit.top, min(one.box.top for one in row) - room)
    bottom = min(limit.bottom, max(one.box.bottom for one in row) + room)
    return Zone(Box(limit.left, top, limit.right, bottom), height)


def rows_of(seen: Sequence[Line]) -> list[list[Line]]:
    """Sightings of one height at about one level."""
    rows: list[list[Line]] = []
    for one in sorted(seen, key=lambda line: line.box.top + line.box.bottom):
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


def with_logos(zone: Zone, logos: Sequence[Box]) -> Zone:
    """The zone with those logos that lie in it."""
    inside = tuple(logo for logo in logos if logo.intersection(zone.box).height > 0)
    return replace(zone, logos=inside)


def takes(zone: Zone, box: Box) -> bool:
    """Whether a zone follows a line of text in this box, and does not leave it to another one."""
    common = zone.box.intersection(box)
    if common.height < INSIDE * box.height or common.width <= 0:
        return False
    sized = zone.upright or LOWEST * zone.text_height < box.height < HIGHEST * zone.text_height
    return sized and not any(takes(other, box) for other in zone.others)
