"""How pictures of known text become a track of Blu-ray pictures: a small writer of PGS, for tests and benchmarks."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

PALETTE, OBJECT, COMPOSITION, WINDOWS, END = 0x14, 0x15, 0x16, 0x17, 0x80
NORMAL, ACQUISITION, EPOCH_START = 0x00, 0x40, 0x80
LARGEST = 0xFFE4  # bytes of an object's data that fit into one segment
TICKS = 90  # per ms

Colours = NDArray[np.uint8]
"""(H, W, 4): red, green, blue, opacity; at most 255 different ones."""


@dataclass(frozen=True)
class Shown:
    """A bitmap and its place; ``crop`` (left, top, width, height) is the part of it that is shown."""

    colours: Colours
    left: int
    top: int
    forced: bool = False
    crop: tuple[int, int, int, int] | None = None


def sup(events: Iterable[tuple[int, Sequence[Shown]]], *, width: int = 1920, height: int = 1080) -> bytes:
    """A bare file: from each time (ms) on, these bitmaps are shown and nothing else."""
    return b"".join(
        segment(time, kind, body)
        for number, (time, shown) in enumerate(events)
        for kind, body in display_set(shown, number, width, height)
    )


def segment(time: int, kind: int, body: bytes) -> bytes:
    """A segment of a bare file, with its head."""
    return struct.pack(">2sIIBH", b"PG", time * TICKS, 0, kind, len(body)) + body


def display_set(
    shown: Sequence[Shown], number: int, width: int, height: int, state: int = EPOCH_START
) -> list[tuple[int, bytes]]:
    """Type and content of the segments that put these bitmaps on the screen."""
    found = [(COMPOSITION, composition(shown, number, width, height, state if shown else NORMAL))]
    windows = [struct.pack(">BHHHH", place, one.left, one.top, *_size(one)) for place, one in enumerate(shown)]
    found.append((WINDOWS, bytes([len(windows)]) + b"".join(windows)))
    if shown:
        pixels = np.concatenate([np.ascontiguousarray(one.colours).reshape(-1, 4) for one in shown])
        entries = np.unique(pixels.view(np.uint32)).view(np.uint8).reshape(-1, 4)
        found.append((PALETTE, b"\0\0" + b"".join(_entry(place, entry) for place, entry in enumerate(entries, 1))))
        for place, one in enumerate(shown):
            found += objects(place, numbers(one.colours, entries))
    return [*found, (END, b"")]


def _size(one: Shown) -> tuple[int, int]:
    return one.crop[2:] if one.crop else (one.colours.shape[1], one.colours.shape[0])


def composition(shown: Sequence[Shown], number: int, width: int, height: int, state: int) -> bytes:
    """What stands where."""
    body = struct.pack(">HHBHBBBB", width, height, 0x10, number & 0xFFFF, state, 0, 0, len(shown))
    for place, one in enumerate(shown):
        flags = (0x80 if one.crop else 0) | (0x40 if one.forced else 0)
        body += struct.pack(">HBBHH", place, place, flags, one.left, one.top)
        body += struct.pack(">HHHH", *one.crop) if one.crop else b""
    return body


def _entry(place: int, colour: NDArray[np.uint8]) -> bytes:
    """A colour as Y, Cr, Cb of BT.709 and opacity."""
    red, green, blue, opacity = (float(value) for value in colour)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    sides = (16 + luma * 219 / 255, 128 + (red - luma) / 1.5748 * 224 / 255, 128 + (blue - luma) / 1.8556 * 224 / 255)
    return bytes([place, *(round(side) for side in sides), int(opacity)])


def numbers(colours: Colours, entries: Colours) -> NDArray[np.uint8]:
    """The (H, W) plane of the palette's numbers, from 1 on."""
    known, wanted = (np.ascontiguousarray(each, np.uint8).view(np.uint32)[..., 0] for each in (entries, colours))
    order = np.argsort(known)
    return np.asarray(order[np.searchsorted(known, wanted, sorter=order)] + 1, dtype=np.uint8)


def objects(place: int, plane: NDArray[np.uint8]) -> list[tuple[int, bytes]]:
    """The segments of one bitmap, as many as its data need."""
    data = b"".join(_line(line.tolist()) for line in plane)
    head = (len(data) + 4).to_bytes(3, "big") + struct.pack(">HH", plane.shape[1], plane.shape[0])
    data = head + data
    pieces = [data[start : start + LARGEST] for start in range(0, len(data), LARGEST)]
    last = len(pieces) - 1
    flags = [(0x80 if piece == 0 else 0) | (0x40 if piece == last else 0) for piece in range(len(pieces))]
    return [(OBJECT, struct.pack(">HBB", place, 0, flag) + piece) for flag, piece in zip(flags, pieces, strict=True)]


def _line(values: list[int]) -> bytes:
    """One line in run lengths, with its end."""
    runs = [(number, len(list(group))) for number, group in groupby(values)]
    return b"".join(_run(number, length) for number, length in runs) + b"\0\0"


def _run(number: int, length: int) -> bytes:
    if number and length < 3:
        return bytes([number]) * length
    head = (0x80 if number else 0) | (0x40 if length > 0x3F else 0)
    count = struct.pack(">H", head << 8 | length) if length > 0x3F else bytes([head | length])
    return b"\0" + count + (bytes([number]) if number else b"")
