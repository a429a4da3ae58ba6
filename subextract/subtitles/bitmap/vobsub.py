"""How the pictures of a DVD (VobSub) are coded.

A packet holds two fields of run lengths in four colours and, behind them, commands with their times. The palette of 16
colours stands in the text that becomes the track's extra data (the .idx file). Source: the DVD part of "The
Matroska subtitle specification" and the description of sub-pictures at http://dvd.sourceforge.net/dvdinfo/spu.html.
"""

from __future__ import annotations

import logging
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from subextract.subtitles.bitmap.screens import Palette, Part, Payload, Screen, blank
from subextract.types import Box

log = logging.getLogger(__name__)

SIZE = re.compile(rb"^size:\s*(\d+)x(\d+)", re.MULTILINE)
PALETTE = re.compile(rb"^palette:\s*((?:[0-9a-fA-F]{6}[,\s]*){16})", re.MULTILINE)
CUSTOM = re.compile(
    rb"^custom colou?rs:\s*ON\s*,\s*tridx:\s*([01]{4})\s*,\s*colou?rs:\s*((?:[0-9a-fA-F]{6}[,\s]*){4})",
    re.MULTILINE | re.IGNORECASE,
)
OFFSET = re.compile(rb"^time offset:\s*([+-]?)(?:(\d+):(\d+):(\d+)[:.,](\d+)|(\d+))\s*$", re.MULTILINE)
TICK = 1024 / 90  # ms; the unit of the commands' times
NEVER = round(0xFFFF * TICK)  # the latest time that fits stands for none
ARGUMENTS = {0: 0, 1: 0, 2: 0, 3: 2, 4: 2, 5: 6, 6: 4}  # bytes after each command
FORCED, START, STOP, COLOURS, OPACITY, AREA, FIELDS, CHANGES = range(8)
NOWHERE = Box(0, 0, 0, 0)
UNKNOWN = ((0, 0, 0), (255, 255, 255), (0, 0, 0), (128, 128, 128))
"""Background, letter, outline and the steps between, as nearly all discs use the four; for tracks without a palette."""


@dataclass(slots=True)
class Commands:
    """The commands of one packet; times in ms from the packet's own, ``colours`` by number in the palette."""

    forced: bool = False
    start: int = 0
    stop: int | None = None
    colours: tuple[int, ...] = (0, 1, 2, 3)
    opacity: tuple[int, ...] = (0, 0, 0, 0)
    area: Box = NOWHERE
    fields: tuple[int, int] = (0, 0)


def screens(payloads: Iterable[Payload], extradata: bytes = b"") -> Iterator[Screen]:
    """Each packet as what is shown from its time on, until it says or, if that is earlier, the container.

    MP4 lets every packet last until the next one, and tools that shift times shorten only what the container says.
    """
    size = SIZE.search(extradata)
    width, height = (int(size[1]), int(size[2])) if size else (0, 0)
    palette, custom = palette_of(extradata), custom_of(extradata)
    for time, data, length in payloads:
        try:
            said, numbers = decoded(data)
        except (struct.error, LookupError, ValueError) as exc:
            log.warning("A damaged picture at %.3f s of the track is left out (%s).", time / 1000, exc)
            yield Screen(time, None, (), width, height)  # it would have replaced what was there
            continue
        table = _table(said, palette) if custom is None else custom
        part = Part(said.area, numbers, table[numbers], said.forced)
        end = min((time + known for known in (said.stop, length) if known is not None), default=None)
        yield Screen(time + said.start, end, (part,), width, height)


def _table(said: Commands, palette: list[tuple[int, int, int]] | None) -> Palette:
    table = np.zeros((256, 4), np.uint8)
    for number, entry in enumerate(said.colours):
        table[number, :3] = palette[entry] if palette else UNKNOWN[number]
        table[number, 3] = 17 * said.opacity[number]
    return table


def custom_of(extradata: bytes) -> Palette | None:
    """The colours that somebody put in the place of all others, by number; None where nobody did.

    Before them stands a digit for each of the four, 1 for what is not to be seen.
    """
    found = CUSTOM.search(extradata)
    if not found:
        return None
    table = np.zeros((256, 4), np.uint8)
    table[:4, :3] = _colours(found[2])
    table[:4, 3] = [0 if digit == ord("1") else 255 for digit in found[1]]
    return table


def offset_of(extradata: bytes) -> int:
    """The ms by which all times of an .idx file are to be moved, written as such or as ``00:00:01:500``."""
    found = OFFSET.search(extradata)
    if not found:
        return 0
    sign, hours, minutes, seconds, part, milliseconds = (each.decode() if each else "0" for each in found.groups())
    whole = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(part) + int(milliseconds)
    return -whole if sign == "-" else whole


def palette_of(extradata: bytes) -> list[tuple[int, int, int]] | None:
    """The 16 colours of an .idx file's text; None where it holds none."""
    found = PALETTE.search(extradata)
    if not found:
        return None
    return _colours(found[1])


def _colours(text: bytes) -> list[tuple[int, int, int]]:
    numbers = [int(entry, 16) for entry in re.findall(rb"[0-9a-fA-F]{6}", text)]
    return [(number >> 16, number >> 8 & 255, number & 255) for number in numbers]


def decoded(data: bytes) -> tuple[Commands, NDArray[np.uint8]]:
    """The commands of a packet, and its picture as an (H, W) plane of numbers from 0 to 3."""
    said = Commands()
    _, place = struct.unpack_from(">HH", data)
    while True:
        ticks, following = struct.unpack_from(">HH", data, place)
        _obey(said, data, place + 4, round(ticks * TICK))
        if following <= place:
            break
        place = following
    width, height = said.area.width, said.area.height
    numbers = blank(max(0, width), max(0, height))
    for first, offset in enumerate(said.fields):
        numbers[first::2] = _field(data, offset, width, len(numbers[first::2]))
    return said, numbers


def _obey(said: Commands, data: bytes, place: int, time: int) -> None:
    """Take over one sequence of commands, which all hold from ``time`` on."""
    while (command := data[place]) != 0xFF:
        size = struct.unpack_from(">H", data, place + 1)[0] if command == CHANGES else ARGUMENTS[command]
        values = data[place + 1 : place + 1 + size]
        if command in (FORCED, START):
            said.start, said.forced = time, said.forced or command == FORCED
        elif command == STOP:
            said.stop = time if time < NEVER else None
        else:
            _set(said, command, values)
        place += 1 + size


def _set(said: Commands, command: int, values: bytes) -> None:
    nibbles = [nibble for byte in values for nibble in (byte >> 4, byte & 15)]
    if command == COLOURS:
        said.colours = tuple(reversed(nibbles))
    elif command == OPACITY:
        said.opacity = max(said.opacity, tuple(reversed(nibbles)), key=sum)  # a fade is seen where it shows most
    elif command == AREA:
        left, right, top, bottom = (
            nibbles[first] << 8 | nibbles[first + 1] << 4 | nibbles[first + 2] for first in (0, 3, 6, 9)
        )
        said.area = Box(left, top, right + 1, bottom + 1)
    elif command == FIELDS:
        first, second = struct.unpack(">HH", values)
        said.fields = (first, second)


def _field(data: bytes, offset: int, width: int, height: int) -> NDArray[np.uint8]:
    """Every other line: runs of 4, 8, 12 or 16 bits, the last two of them the colour, each line on whole bytes."""
    plane = np.zeros((height, width), np.uint8)
    place = 2 * offset  # counted in half bytes
    for line in plane:
        column = 0
        while column < width:
            value = digits = 0
            while value < 4**digits and digits < 4:
                value = value << 4 | (data[place >> 1] >> (0 if place & 1 else 4) & 15)
                place, digits = place + 1, digits + 1
            length = value >> 2 or width  # nothing says: to the end of the line
            line[column : column + length] = value & 3
            column += length
        place += place & 1
    return plane
