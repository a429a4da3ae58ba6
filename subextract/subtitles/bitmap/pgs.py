"""How the pictures of a Blu-ray disc (PGS) are coded.

A display set is a row of segments: composition, windows, palettes, objects, end. Objects and palettes stay known until
the next epoch starts. Source: US patent 2009/0185789 A1, which describes the segments and the run lengths.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from subextract.subtitles.bitmap.screens import Palette, Part, Payload, Screen, Window, plane_of, rgb_of
from subextract.types import Box

log = logging.getLogger(__name__)

PALETTE, OBJECT, COMPOSITION, END = 0x14, 0x15, 0x16, 0x80
EPOCH_START = 0x80
CROPPED, FORCED = 0x80, 0x40  # flags of a placed object
FIRST, LAST = 0x80, 0x40  # flags of a piece of an object
SD_LINES = 576  # above, colours are those of BT.709


class Placed(NamedTuple):
    """An object on the screen; ``crop`` is the part of it that is shown, None for all."""

    number: int
    forced: bool
    left: int
    top: int
    crop: Box | None


class Composition(NamedTuple):
    """The objects to be shown from ``time`` (ms) on."""

    time: int
    width: int
    height: int
    palette: int
    objects: tuple[Placed, ...]


@dataclass(slots=True)
class Epoch:
    """The segments sent since the epoch began. An object of several segments is in ``pieces`` until it is whole.

    ``blamed`` says that something of the present set was found damaged and that this was said.
    """

    palettes: dict[int, Palette] = field(default_factory=dict)
    objects: dict[int, NDArray[np.uint8]] = field(default_factory=dict)
    pieces: dict[int, bytes] = field(default_factory=dict)
    composition: Composition | None = None
    blamed: bool = False

    def clear(self) -> None:
        self.palettes.clear()
        self.objects.clear()
        self.pieces.clear()


def screens(payloads: Iterable[Payload]) -> Iterator[Screen]:
    """Each display set as what is shown from its time on. Payloads may hold any number of whole segments.

    What is damaged or was never sent is missing on its screen; the screen comes nevertheless, for it takes away what
    was there before.
    """
    epoch = Epoch()
    for time, data, _ in payloads:
        for kind, body in segments(data):
            if kind in (COMPOSITION, END) and epoch.composition:  # one that has no end is over when the next one begins
                yield _screen(epoch, epoch.composition)
                epoch.composition = None
            try:
                _take(epoch, kind, body, time)
            except (struct.error, IndexError, ValueError) as exc:
                _blame(epoch, time, exc)
                if kind == COMPOSITION:
                    yield Screen(time, None, ())
    if epoch.composition:
        time, width, height = epoch.composition[:3]
        log.warning("The last picture, at %.3f s of the track, is incomplete and left out.", time / 1000)
        yield Screen(time, None, (), width, height)  # it would have replaced what was there


def segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and content of the segments in a packet."""
    place = 0
    while place + 3 <= len(data):
        kind, size = struct.unpack_from(">BH", data, place)
        yield kind, data[place + 3 : place + 3 + size]
        place += 3 + size


def _blame(epoch: Epoch, time: int, reason: object) -> None:
    """Say what is wrong, once for each set."""
    if not epoch.blamed:
        log.warning("A damaged picture at %.3f s of the track is left out (%s).", time / 1000, reason)
    epoch.blamed = True


def _take(epoch: Epoch, kind: int, body: bytes, time: int) -> None:
    if kind == COMPOSITION:
        epoch.blamed = False
        if body[7] == EPOCH_START:
            epoch.clear()
        epoch.composition = _composition(body, time)
    elif kind == PALETTE:
        _add_palette(epoch, body)
    elif kind == OBJECT:
        _add_object(epoch, body)


def _screen(epoch: Epoch, composition: Composition) -> Screen:
    parts = tuple(_parts(epoch, composition))
    return Screen(composition.time, None, parts, composition.width, composition.height)


def _composition(body: bytes, time: int) -> Composition:
    width, height = struct.unpack_from(">HH", body)
    palette, count = body[9], body[10]
    objects, place = [], 11
    for _ in range(count):
        number, _, flags, left, top = struct.unpack_from(">HBBHH", body, place)
        place += 8
        crop = None
        if flags & CROPPED:
            across, down, wide, high = struct.unpack_from(">HHHH", body, place)
            crop = Box(across, down, across + wide, down + high)
            place += 8
        objects.append(Placed(number, bool(flags & FORCED), left, top, crop))
    return Composition(time, width, height, palette, tuple(objects))


def _add_palette(epoch: Epoch, body: bytes) -> None:
    """Entries that are not sent keep their colour."""
    colours = epoch.palettes.get(body[0], np.zeros((256, 4), np.uint8)).copy()
    wide = epoch.composition is not None and epoch.composition.height > SD_LINES
    for place in range(2, len(body) - 4, 5):
        entry, luma, red, blue, opacity = body[place : place + 5]
        colours[entry] = (*rgb_of(luma, red, blue, wide=wide), opacity)
    epoch.palettes[body[0]] = colours


def _add_object(epoch: Epoch, body: bytes) -> None:
    number, _, flags = struct.unpack_from(">HBB", body)
    epoch.objects.pop(number, None)  # the old one of that number is gone, also where the new one is damaged
    epoch.pieces[number] = body[4:] if flags & FIRST else epoch.pieces.get(number, b"") + body[4:]
    if flags & LAST:
        whole = epoch.pieces.pop(number)
        width, height = struct.unpack_from(">HH", whole, 3)
        epoch.objects[number] = decoded(whole[7:], width, height)


def decoded(data: bytes, width: int, height: int) -> NDArray[np.uint8]:
    """The (H, W) index plane of run-length coded data."""
    lengths: list[int] = []
    numbers: list[int] = []
    place, filled = 0, 0
    while place < len(data) and filled < width * height:
        length, number, place = _run(data, place)
        if length == 0:  # the end of a line, which may be short
            length = -filled % width
        lengths.append(length)
        numbers.append(number)
        filled += length
    return plane_of(lengths, numbers, width, height)


def _run(data: bytes, place: int) -> tuple[int, int, int]:
    """Length and number of the run that begins here, and where the next one begins; length 0 ends the line."""
    if data[place]:
        return 1, data[place], place + 1
    head = data[place + 1]
    length, after = head & 0x3F, place + 2
    if head & 0x40:
        length, after = length << 8 | data[after], after + 1
    return (length, data[after], after + 1) if head & 0x80 else (length, 0, after)


def _parts(epoch: Epoch, composition: Composition) -> Iterator[Part]:
    palette = epoch.palettes.get(composition.palette)
    for placed in composition.objects:
        numbers = epoch.objects.get(placed.number)
        if palette is None or numbers is None:
            _blame(epoch, composition.time, f"object {placed.number} or palette {composition.palette} was not sent")
            continue
        window = Window(numbers, palette, placed.crop) if placed.crop else None
        shown, colours = window.seen() if window else (numbers, palette[numbers])
        height, width = shown.shape
        box = Box(placed.left, placed.top, placed.left + width, placed.top + height)
        yield Part(box, shown, colours, placed.forced, window)
