"""Where on the screen the subtitles are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from subextract.bands import rows_of, takes, with_logos, zone_of, zones_of
from subextract.boxes import covers, row_count
from subextract.survey.detections import Detection, look
from subextract.survey.layout import begin_alike
from subextract.survey.logos import logos_of
from subextract.types import Box, Detect, Frame, Zone

__all__ = ["survey"]

log = logging.getLogger(__name__)

SMALLEST_REGION = 16  # px; no line of text fits into less
STILL_PAGE = 6  # lines below one another are credits, a letter, a screen; a bilingual cue has four, a logo one more
MAX_PAGES = 0.5  # of the stills with text; where more look so, the film is like that, and its subtitles stand on them
SEEN_AT_LEAST_TWICE = 2500  # ms between stills; in longer videos pages of credits would make zones of whole pictures
LASTING_STILLS = 0.05  # of the stills; where text was seen on fewer, a zone is given up when nothing comes
DEFAULT_BAND = 0.28  # of the height, at the bottom: where subtitles are when the survey saw none
USUAL_LINE = 0.07  # of the height: a line's box, when the survey saw no text at all


def survey(
    stills: Iterable[Frame],
    detect: Detect,
    *,
    regions: Sequence[Box] = (),
    leave_out: Callable[[str], None] = lambda kind: None,
    on_logo: Callable[[Box], None] = lambda box: None,
) -> tuple[Zone, ...]:
    """The bands in which text comes and goes, from top to bottom.

    ``regions`` limit the search (pixels of the displayed picture), each for itself. Text that stays is a logo:
    it is not a reason for a zone, is named in the zone that it lies in, ``leave_out`` is told of it as "static", and
    ``on_logo`` where it is.
    Where nothing was seen, the bottom of the picture is the zone.
    """
    found: dict[Box | None, Looks] = {region: Looks() for region in regions or (None,)}
    times: list[int] = []
    size = (0, 0)
    for still in stills:
        size = still.luma.shape[1], still.luma.shape[0]
        if min(size) >= SMALLEST_REGION:
            times.append(still.time)
            for region, looks in found.items():
                lines, columns = look(still, detect, region or Box(0, 0, *size))
                looks.lines.append(lines)
                looks.columns.append(columns)
    if not times:
        return ()
    zones: list[Zone] = []
    for region, looks in found.items():
        own, logos = _zones(looks, times, region, size)
        zones += own
        for logo in logos:
            leave_out("static")
            on_logo(logo)
    return tuple(zones)


@dataclass(frozen=True, slots=True)
class Looks:
    """The text detected on each still in one region, as lines and as columns."""

    lines: list[list[Detection]] = field(default_factory=list)
    columns: list[list[Detection]] = field(default_factory=list)


def _zones(
    looks: Looks, times: Sequence[int], region: Box | None, size: tuple[int, int]
) -> tuple[tuple[Zone, ...], Sequence[Box]]:
    """The zones of one region, and the logos in it."""
    limit = region or Box(0, 0, *size)
    pace = (times[-1] - times[0]) / len(times)
    stills = _without_pages(looks.lines) if pace > SEEN_AT_LEAST_TWICE else looks.lines
    seen = [one for still in stills for one in still]
    logos = logos_of(seen, times, limit)
    coming = [one for one in seen if not any(covers(logo, one.box) for logo in logos)]
    upright = _upright_zones(looks.columns, times, limit)
    zones = tuple(_judged(zone, coming, len(times)) for zone in zones_of(coming, limit, logos)) + upright
    if not zones:
        height = float(np.median([one.box.height for one in coming])) if region and coming else USUAL_LINE * size[1]
        top = limit.top if region else limit.bottom - round(DEFAULT_BAND * limit.height)
        zones = (with_logos(Zone(Box(limit.left, top, limit.right, limit.bottom), height), logos),)
    log.info("survey: %d lines of text seen, %d stay, zones %s", len(seen), len(logos), [z.box for z in zones])
    return zones, logos


def _judged(zone: Zone, seen: Sequence[Detection], count: int) -> Zone:
    """A zone that lasts if text was seen in it on more than one of the stills, and on a share of them."""
    stills = {one.time for one in seen if takes(zone, one.box)}
    return replace(zone, lasting=len(stills) >= max(2, LASTING_STILLS * count))


def _upright_zones(looks: Sequence[list[Detection]], times: Sequence[int], limit: Box) -> tuple[Zone, ...]:
    """The zones of columns, found as those of lines are, but that two different texts must begin at one level."""
    turned = limit.turned(limit)
    seen = [one for found in _without_pages(looks) for one in found]
    logos = logos_of(seen, times, turned)
    coming = [one for one in seen if not any(covers(logo, one.box) for logo in logos)]
    zones = [zone_of(row, turned) for row in rows_of(coming) if begin_alike(row, turned)]
    return tuple(
        replace(
            with_logos(zone, [logo.turned_back(limit) for logo in logos]),
            vertical=True,
        )
        for zone in (replace(zone, box=zone.box.turned_back(limit)) for zone in zones)
    )


def _without_pages(looks: Sequence[list[Detection]]) -> list[list[Detection]]:
    """Stills but those of rolling credits, letters and screens: of pages of text, and full stills beside them."""
    rows = [row_count(one.box for one in found) for found in looks]
    pages = {index for index, count in enumerate(rows) if count >= STILL_PAGE}
    for step in (1, -1):
        for index in range(len(rows))[::step]:
            if index - step in pages and rows[index] >= STILL_PAGE // 2:
                pages.add(index)
    if len(pages) > MAX_PAGES * sum(map(bool, looks)):
        return list(looks)
    return [found for index, found in enumerate(looks) if index not in pages]
