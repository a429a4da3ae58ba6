"""Which lines of text lie on one level and are of one size, what zones they make, and which text a zone takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np

from subextract.boxes import near_level
from subextract.types import Box, Zone

ZONE_ROOM = 1.3  # line heights above and below the lines that were seen: cues of three lines, jumping baselines
OFTEN_SEEN = 8  # times as many detections, beside which those of another size may be chance
ONE_SIZE = 1.6  # times as high; a zone finds text from 0.45 to 1.7 times its height
LOWEST_BOX, HIGHEST_BOX = 0.45, 1.7  # of its text's height: other boxes are parts of letters, or resemble text
WORD_WIDTH, FEW_LINES = 5, 6  # line heights: twelve letters; lines of which it can be told how long they are there
MIDDLE_PERCENTILE, LARGE_PERCENTILE = 50, 90  # percentiles of heights at one level: usual text, largest text
TALLEST_LINE = 0.13  # of the height; larger boxes are shapes that resemble letters, or titles
TALLEST_OF_WIDTH = 0.06  # the same for pictures that are a strip
INSIDE_ZONE = 0.8  # of the height of a line must lie in a zone; what is cut off further is no line to it


class Seen(Protocol):
    """A line of text that was seen somewhere."""

    @property
    def box(self) -> Box: ...


Line = TypeVar("Line", bound=Seen)


def zones_of(seen: Sequence[Seen], limit: Box, logos: Sequence[Box]) -> tuple[Zone, ...]:
    """Zones from top to bottom. Those of text of one size are joined where they overlap; others may overlap."""
    zones: list[tuple[int, Zone]] = []
    for row in sorted(rows_of(seen), key=lambda row: zone_of(row, limit).box.top):
        count, zone = len(row), zone_of(row, limit)
        while overlapping := next((other for other in zones if _are_one(other[1], zone)), None):
            zones.remove(overlapping)
            count, zone = _joined(overlapping, (count, zone))
        zones.append((count, zone))
    kept = [one[1] for one in zones if not any(_is_chance(one, other) for other in zones)]
    kept = [replace(zone, tallest=0.0) if any(_is_for_larger(other, zone) for other in kept) else zone for zone in kept]
    return tuple(with_logos(zone, logos) for zone in sorted(kept, key=lambda zone: zone.box.top))


def _is_for_larger(one: Zone, other: Zone) -> bool:
    """Whether a zone overlaps another one, and is for larger text."""
    return _overlap(one, other) and one.text_height > other.text_height


def _is_chance(one: tuple[int, Zone], other: tuple[int, Zone]) -> bool:
    """Whether hardly anything was seen in a zone, beside another that it overlaps: a part of a line, or a shape."""
    return _overlap(one[1], other[1]) and one[0] * OFTEN_SEEN <= other[0]


def _are_one(one: Zone, other: Zone) -> bool:
    heights = one.text_height, other.text_height
    return _overlap(one, other) and max(heights) < ONE_SIZE * min(heights)


def _overlap(one: Zone, other: Zone) -> bool:
    """Whether two zones have rows in common; all reach over the same columns."""
    return one.box.intersection(other.box).height > 0


def _joined(one: tuple[int, Zone], other: tuple[int, Zone]) -> tuple[int, Zone]:
    """Both zones as one; the height of its text is their mean, weighted by how much was seen of each."""
    count = one[0] + other[0]
    height = (one[0] * one[1].text_height + other[0] * other[1].text_height) / count
    tallest = max(one[1].largest_text, other[1].largest_text)
    words = (one[0] * one[1].words + other[0] * other[1].words) / count
    return count, Zone(one[1].box.union(other[1].box), height, tallest=tallest, words=words)


def zone_of(row: Sequence[Seen], limit: Box) -> Zone:
    """The zone of lines at one level, with room above and below them."""
    heights = [one.box.height for one in row]
    height, tallest = (float(np.percentile(heights, share)) for share in (MIDDLE_PERCENTILE, LARGE_PERCENTILE))
    room = round(ZONE_ROOM * height)
    top = max(limit.top, min(one.box.top for one in row) - room)
    bottom = min(limit.bottom, max(one.box.bottom for one in row) + room)
    words = sum(one.box.width <= WORD_WIDTH * one.box.height for one in row) / max(FEW_LINES, len(row))
    return Zone(Box(limit.left, top, limit.right, bottom), height, tallest=tallest, words=words)


def rows_of(seen: Sequence[Line]) -> list[list[Line]]:
    """Detections of one height at about one level."""
    rows: list[list[Line]] = []
    for one in sorted(seen, key=lambda line: line.box.top + line.box.bottom):
        for row in rows:
            if near_level(row[-1].box, one.box):
                row.append(one)
                break
        else:
            rows.append([one])
    return rows


def with_logos(zone: Zone, logos: Sequence[Box]) -> Zone:
    """The zone with those logos that lie in it."""
    inside = tuple(logo for logo in logos if logo.intersection(zone.box).height > 0)
    return replace(zone, logos=inside)


def takes(zone: Zone, box: Box, *, usual: bool = False) -> bool:
    """Whether a zone follows a line of text in this box, and does not leave it to another one.

    A zone leaves to others what is of the size that is ``usual`` there, and not all that they would follow.
    """
    common = zone.box.intersection(box)
    if common.height < INSIDE_ZONE * box.height or common.width <= 0:
        return False
    highest = HIGHEST_BOX * (zone.text_height if usual else zone.largest_text)
    sized = zone.vertical or LOWEST_BOX * zone.text_height < box.height < highest
    return sized and not any(takes(other, box, usual=True) for other in zone.others)
