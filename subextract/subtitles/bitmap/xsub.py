"""How the pictures of DivX files (XSUB) are coded.

A packet says its own times in letters, then size, place and four colours, then two fields of run lengths. Source: the
description at https://wiki.multimedia.cx/index.php/XSUB.
"""

from __future__ import annotations

import logging
import re
import struct
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from subextract.subtitles.bitmap.screens import Part, Payload, Screen, blank
from subextract.types import Box

log = logging.getLogger(__name__)

TIMES = re.compile(rb"\[(\d\d):(\d\d):(\d\d)\.(\d{3})-(\d\d):(\d\d):(\d\d)\.(\d{3})\]")
HEAD = struct.Struct("<7H")  # width, height, left, top, right, bottom, bytes of the first field
COLOURS = 4


def screens(payloads: Iterable[Payload], *, translucent: bool = False) -> Iterator[Screen]:
    """Each packet as what is shown from and until the times in it; ``translucent`` of the variant DXSA, which says
    how opaque each colour is."""
    for time, data, _ in payloads:
        times = TIMES.match(data)
        start, end = (_milliseconds(times.groups()[:4]), _milliseconds(times.groups()[4:])) if times else (time, None)
        parts: tuple[Part, ...] = ()
        try:
            parts = (_part(data, times, translucent),)
        except (struct.error, IndexError, ValueError) as exc:
            log.warning("A damaged picture at %.3f s of the track is left out (%s).", start / 1000, exc)
        yield Screen(start, end, parts)  # what is damaged takes away what was there, too


def _part(data: bytes, times: re.Match[bytes] | None, translucent: bool) -> Part:
    if not times:
        raise ValueError("a packet without times")
    width, height, left, top, *_ = HEAD.unpack_from(data, times.end())
    place = times.end() + HEAD.size
    table = np.zeros((256, 4), np.uint8)
    table[:COLOURS, :3] = np.frombuffer(data, np.uint8, 3 * COLOURS, place).reshape(COLOURS, 3)
    table[1:COLOURS, 3] = 255
    place += 3 * COLOURS
    if translucent:
        table[:COLOURS, 3] = np.frombuffer(data, np.uint8, COLOURS, place)
        place += COLOURS
    numbers = decoded(data[place:], width, height)
    return Part(Box(left, top, left + width, top + height), numbers, table[numbers])


def _milliseconds(fields: tuple[bytes, ...]) -> int:
    hours, minutes, seconds, milliseconds = map(int, fields)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds


def decoded(data: bytes, width: int, height: int) -> NDArray[np.uint8]:
    """The picture as an (H, W) plane of numbers from 0 to 3: first the even lines, then the odd ones."""
    numbers = blank(width, height)
    bits, place = int.from_bytes(data + b"\0\0", "big"), 0
    total = 8 * len(data) + 16
    for line in (*numbers[0::2], *numbers[1::2]):
        column = 0
        while column < width:
            if place > total - 16:
                raise ValueError("it breaks off")
            window = bits >> (total - place - 16) & 0xFFFF
            size = _digits(window >> 8)
            length = window >> (16 - size) or width  # nothing says: to the end of the line
            line[column : column + length] = window >> (14 - size) & 3
            column, place = column + length, place + size + 2
        place += -place % 8
    return numbers


def _digits(head: int) -> int:
    """How many bits the length of a run takes: the more zeros lead, the longer the run."""
    return 14 - 4 * (max(0, head.bit_length() - 1) >> 1)
