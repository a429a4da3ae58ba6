"""Where the pictures of a DVD lie in its program stream (.vob, .mpg).

FFmpeg knows of the tracks alone that begin in the first 5 MB, which is some seconds, and gives out no packet of the
others. So all are looked for here: in the packets of private stream 1 (ISO/IEC 13818-1, 2.4.3.6), whose content begins
with a number from 0x20 to 0x3F for each track.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

CONTAINER = "mpeg"
CODEC = "dvd_subtitle"
PRIVATE = b"\0\0\1\xbd"
NUMBERS = range(0x20, 0x40)
HEAD = struct.Struct(">4sHBBB")  # start code, bytes behind the size, two bytes of flags, size of the rest of the head
BASE = Fraction(1, 90_000)  # s; a tick
CLOCK = 1 << 33  # ticks after which the clock begins again
LOOKED = 1 << 30  # bytes, as large as a .vob may be; tracks that begin behind that are not looked for
SIZE = 2  # bytes in front of each picture that say how long it is with them


class Piece(NamedTuple):
    """A part of a picture of the track ``number``; ``ticks`` (1/90,000 s) stand with the first one alone."""

    number: int
    ticks: int | None
    data: bytes


def numbers(path: str | os.PathLike[str]) -> tuple[int, ...]:
    """The numbers of all tracks of pictures that begin in the first GiB of a program stream."""
    status = os.stat(path)
    return _numbers(os.fspath(path), status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=64)
def _numbers(path: str, size: int, changed: int) -> tuple[int, ...]:
    return tuple(sorted({piece.number for piece in _pieces(path, LOOKED)}))


def pictures(path: str | os.PathLike[str], number: int, start: int) -> Iterator[tuple[int, bytes]]:
    """Each picture of a track with its ticks, as far as it is there; ``start`` is below 0 where the clock is about to
    begin again (see origins.py)."""
    ticks, data = None, b""
    shift = -CLOCK if start < 0 else 0
    for piece in _pieces(path):
        if piece.number != number:
            continue
        if piece.ticks is not None:
            if ticks is not None and data:
                yield ticks, data
            if ticks is not None and piece.ticks + shift < ticks - CLOCK // 2:
                shift += CLOCK
            ticks, data = piece.ticks + shift, b""
        data += piece.data
        if ticks is not None and len(data) >= SIZE and len(data) >= int.from_bytes(data[:SIZE], "big"):
            yield ticks, data
            data = b""
    if ticks is not None and data:
        yield ticks, data


def _pieces(path: str | os.PathLike[str], limit: int | None = None) -> Iterator[Piece]:
    """The pieces of all tracks that begin in the first ``limit`` bytes, or in all."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        limit = len(data) if limit is None else min(limit, len(data))
        place = data.find(PRIVATE, 0, limit)
        while place >= 0:
            if piece := _piece(data, place):
                yield piece
            place = data.find(PRIVATE, place + len(PRIVATE), limit)


def _piece(data: mmap.mmap, place: int) -> Piece | None:
    """The piece of a picture in a packet; None where these four bytes begin no such packet."""
    if place + HEAD.size > len(data):
        return None
    _, size, kind, times, rest = HEAD.unpack_from(data, place)
    first, end = place + HEAD.size + rest, place + 6 + size
    if kind & 0xC0 != 0x80 or first >= min(end, len(data)) or data[first] not in NUMBERS:
        return None
    if end + 3 <= len(data) and data[end : end + 3] != b"\0\0\1":  # another packet must follow
        return None
    ticks = _ticks(data[place + HEAD.size : place + HEAD.size + 5]) if times & 0x80 and rest >= 5 else None
    return Piece(data[first], ticks, data[first + 1 : end])


def _ticks(field: bytes) -> int:
    """A time stamp of 33 bits, with a bit between its three parts."""
    high, middle, low = field[0] >> 1 & 7, (field[1] << 8 | field[2]) >> 1, (field[3] << 8 | field[4]) >> 1
    return high << 30 | middle << 15 | low
