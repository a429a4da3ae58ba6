"""How the pictures of European broadcasts (DVB subtitles, ETSI EN 300 743) are coded.

A display set is a row of segments: a page says where its regions are, a region which objects stand in it, a table what
its colours are. All stay known until the page is acquired anew.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from subextract.subtitles.bitmap.dvb_runs import Bits, runs
from subextract.subtitles.bitmap.screens import Palette, Part, Payload, Screen, blank, rgb_of
from subextract.types import Box

log = logging.getLogger(__name__)

SYNC = 0x0F
PAGE, REGION, COLOURS, OBJECT, DISPLAY, END = 0x10, 0x11, 0x12, 0x13, 0x14, 0x80
WIDTH, HEIGHT = 720, 576  # of the display where the stream does not say
SECOND = 1000  # ms; the unit of a page's time-out
PIXELS = {0x10: 2, 0x11: 4, 0x12: 8}  # bits of a pixel by type of data block
MAPS = {0x20: (2, 4), 0x21: (2, 8), 0x22: (4, 8)}  # which numbers a table in the data turns into which
LINE_END = 0xF0
SPREAD = {  # the tables where none is sent (10.4 to 10.6 of the standard)
    (2, 4): (0x0, 0x7, 0x8, 0xF),
    (2, 8): (0x00, 0x77, 0x88, 0xFF),
    (4, 8): tuple(17 * number for number in range(16)),
}


class Sent(NamedTuple):
    """The data of an object: its even and its odd lines."""

    even: bytes
    odd: bytes


@dataclass(slots=True)
class Region:
    """A rectangle of a page: its plane of numbers, and what stands where in it."""

    plane: NDArray[np.uint8]
    depth: int
    table: int
    objects: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """The objects sent since the page was acquired, and those of them to be shown until ``timeout`` (ms)."""

    width: int = WIDTH
    height: int = HEIGHT
    timeout: int = 0
    shown: dict[int, tuple[int, int]] = field(default_factory=dict)
    regions: dict[int, Region] = field(default_factory=dict)
    tables: dict[int, dict[int, Palette]] = field(default_factory=dict)
    sent: set[int] = field(default_factory=set)
    composed: bool = False

    @property
    def lacking(self) -> list[str]:
        """Sentences about what is to be shown and was never sent."""
        regions = [f"region {number} was not sent" for number in self.shown if number not in self.regions]
        shown = [self.regions[number] for number in self.shown if number in self.regions]
        objects = {number for region in shown for number, *_ in region.objects} - self.sent
        return regions + [f"object {number} was not sent" for number in sorted(objects)]


def screens(payloads: Iterable[Payload]) -> Iterator[Screen]:
    """Each display set as what is shown from its time on, at most until the page's time-out.

    What is damaged or was never sent is missing on its screen; the screen comes nevertheless, for it takes away what
    was there before.
    """
    pages: dict[int, Page] = {}
    said = ""  # for late receivers, a broadcast repeats the same region
    for time, data, _ in payloads:
        changed, wrong = _changed(pages, data)
        for page in changed:
            page.composed = False
            wrong += page.lacking
            yield Screen(time, time + page.timeout, tuple(_parts(page)), page.width, page.height)
        reason = next(iter(wrong), "" if changed else said)
        if reason != said and reason:
            log.warning("A damaged picture at %.3f s of the track is left out (%s).", time / 1000, reason)
        said = reason


def _changed(pages: dict[int, Page], data: bytes) -> tuple[list[Page], list[str]]:
    """The pages of which a packet says anew what they show, and what is wrong with it."""
    wrong: list[str] = []
    for kind, number, body in segments(data):
        page = pages.setdefault(number, Page())
        try:
            _take(page, kind, body)
        except (struct.error, LookupError, ValueError) as exc:
            wrong.append(str(exc))
            if kind == PAGE:
                page.shown, page.composed = {}, True
    return [page for page in pages.values() if page.composed], wrong


def segments(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Type, page and content of each segment in a packet, with or without the two bytes that precede the first."""
    place = data.find(SYNC)
    while place >= 0 and place + 6 <= len(data) and data[place] == SYNC:
        kind, page, size = struct.unpack_from(">BHH", data, place + 1)
        yield kind, page, data[place + 6 : place + 6 + size]
        place += 6 + size


def _take(page: Page, kind: int, body: bytes) -> None:
    if kind == PAGE:
        _compose(page, body)
    elif kind == REGION:
        _add_region(page, body)
    elif kind == COLOURS:
        _add_colours(page, body)
    elif kind == OBJECT:
        _draw(page, body)
    elif kind == DISPLAY:
        width, height = struct.unpack_from(">HH", body, 1)
        page.width, page.height = width + 1, height + 1


def _compose(page: Page, body: bytes) -> None:
    if body[1] >> 2 & 3:  # an acquisition point or a new page, not a change of what is there
        page.regions.clear()
        page.tables.clear()
        page.sent.clear()
    page.timeout, page.composed = SECOND * body[0], True
    page.shown = {body[place]: struct.unpack_from(">HH", body, place + 2) for place in range(2, len(body) - 5, 6)}


def _add_region(page: Page, body: bytes) -> None:
    number, flags, width, height, depths, table, whole, parts = struct.unpack_from(">BBHHBBBB", body)
    depth = {1: 2, 2: 4, 3: 8}[depths >> 2 & 7]
    region = page.regions.get(number)
    if region is None or region.plane.shape != (height, width):
        region = Region(blank(width, height), depth, table)
    region.table, region.depth, region.objects = table, depth, []
    if flags & 8:
        region.plane[:] = {2: parts >> 2 & 3, 4: parts >> 4, 8: whole}[depth]
    place = 10
    while place + 6 <= len(body):
        identity, kind, down = struct.unpack_from(">HHH", body, place)
        region.objects.append((identity, kind & 0xFFF, down & 0xFFF))
        place += 8 if kind >> 14 in (1, 2) else 6
    page.regions[number] = region


def _add_colours(page: Page, body: bytes) -> None:
    tables = page.tables.setdefault(body[0], {bits: usual(bits).copy() for bits in (2, 4, 8)})
    place = 2
    while place + 4 <= len(body):
        entry, flags = body[place], body[place + 1]
        if flags & 1:
            luma, red, blue, clear = body[place + 2 : place + 6]
            place += 6
        else:
            packed = body[place + 2] << 8 | body[place + 3]
            luma, red, blue, clear = packed >> 8 & 0xFC, packed >> 2 & 0xF0, packed << 2 & 0xF0, (packed & 3) * 85
            place += 4
        colour = (*rgb_of(luma, red, blue, wide=page.height > HEIGHT), 255 - clear if luma else 0)
        for bits, flag in ((2, 0x80), (4, 0x40), (8, 0x20)):
            if flags & flag:
                tables[bits][entry] = colour


@lru_cache
def usual(bits: int) -> Palette:
    """The colours that hold where none are sent (clause 10 of the standard)."""
    table = np.zeros((256, 4), np.uint8)
    if bits == 2:
        table[1:4] = (255, 255, 255, 255), (0, 0, 0, 255), (127, 127, 127, 255)
        return table
    for number in range(1, 1 << bits):
        red, green, blue = (number >> bit & 1 for bit in range(3))
        if bits == 4 or number < 8:
            level, opacity = (127 if number & 8 else 255), (63 if bits == 8 else 255)
            table[number] = red * level, green * level, blue * level, opacity
        else:
            thirds = zip((red, green, blue), (number >> bit & 1 for bit in (4, 5, 6)), strict=True)
            more = [85 * one + 170 * two for one, two in thirds]
            faded, added = (2 if number & 0x80 else 1), (127 if number & 0x88 == 0x80 else 0)
            table[number, :3] = [min(255, value // faded + added) for value in more]
            table[number, 3] = 127 if number & 0x88 == 0x08 else 255
    return table


def _draw(page: Page, body: bytes) -> None:
    """Put an object into every region that wants it; objects of characters instead of pixels are not in use."""
    identity, flags = struct.unpack_from(">HB", body)
    page.sent.add(identity)
    if flags >> 2 & 3:
        return
    even, odd = struct.unpack_from(">HH", body, 3)
    sent = Sent(body[7 : 7 + even], body[7 + even : 7 + even + odd])
    for region in page.regions.values():
        for number, left, top in region.objects:
            if number == identity:
                _place(region, sent, left, top)


def _place(region: Region, sent: Sent, left: int, top: int) -> None:
    """Draw an object; one that is damaged leaves nothing there, neither half of itself nor what was there before."""
    try:
        _paint(region, sent.even, left, top)
        _paint(region, sent.odd or sent.even, left, top + 1)
    except (LookupError, ValueError):
        region.plane[:] = 0
        raise


def _paint(region: Region, data: bytes, left: int, top: int) -> None:
    """Draw every other line, from ``top`` on."""
    tables = dict(SPREAD)
    column, line, bits = left, top, Bits(data)
    while bits.place + 8 <= bits.total:
        kind = bits.take(8)
        if kind == LINE_END:
            column, line = left, line + 2
        elif kind in MAPS:
            source, target = MAPS[kind]
            tables[source, target] = tuple(bits.take(target) for _ in range(1 << source))
        else:
            depth = PIXELS[kind]
            for length, number in runs(bits, depth):
                if depth < region.depth:
                    number = tables[depth, region.depth][number]
                if line < len(region.plane):
                    region.plane[line, column : column + length] = number
                column += length
                if column >= region.plane.shape[1]:  # some encoders leave out the end that belongs here, or half of it
                    break
            bits.skip_zeros()


def _parts(page: Page) -> Iterator[Part]:
    for number, (left, top) in page.shown.items():
        region = page.regions.get(number)
        whole = region is not None and all(each in page.sent for each, *_ in region.objects)
        if region is not None and whole and region.plane.any():
            table = page.tables.get(region.table, {}).get(region.depth, usual(region.depth))
            height, width = region.plane.shape
            numbers = region.plane.copy()
            yield Part(Box(left, top, left + width, top + height), numbers, table[numbers])
