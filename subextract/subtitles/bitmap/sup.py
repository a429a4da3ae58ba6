"""How a bare file of Blu-ray pictures (.sup) is laid out: segments, each behind a head with its time.

Some tools wrote the numbers of the head the wrong way round; which way is right shows at the first head, because the
next one must follow where its size says.
"""

from __future__ import annotations

import logging
import os
import struct
from collections.abc import Iterator

from subextract.errors import DecodeError
from subextract.subtitles.bitmap.screens import Payload

log = logging.getLogger(__name__)

MAGIC = b"PG"
RIGHT, WRONG = struct.Struct(">2sIIBH"), struct.Struct("<2sIIBH")  # magic, shown and decoded at, type, size
TICKS = 90  # of the clock, per ms


def is_sup(path: str | os.PathLike[str]) -> bool:
    """Whether a file begins as such files do."""
    if not os.path.isfile(path):  # a pipe would wait for more
        return False
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def payloads(path: str | os.PathLike[str]) -> Iterator[Payload]:
    """Each segment with its type and size in front, and its time. DecodeError where the file breaks off."""
    with open(path, "rb") as file:
        data = file.read()
    head = _head(data)
    place = 0
    while place < len(data):
        if not data.startswith(MAGIC, place):
            place = _next(path, data, place)
            continue
        if place + head.size > len(data):
            raise _incomplete(path)
        _, shown, _, kind, size = head.unpack_from(data, place)
        body = data[place + head.size : place + head.size + size]
        if len(body) < size:
            raise _incomplete(path)
        yield Payload(shown // TICKS, struct.pack(">BH", kind, size) + body)
        place += head.size + size


def _head(data: bytes) -> struct.Struct:
    for head in (RIGHT, WRONG):
        if len(data) < head.size:
            continue
        following = head.size + head.unpack_from(data)[4]
        if following == len(data) or data.startswith(MAGIC, following):
            return head
    return RIGHT


def _next(path: str | os.PathLike[str], data: bytes, place: int) -> int:
    """Where the next head begins, behind bytes that are none."""
    found = data.find(MAGIC, place)
    if found < 0:
        raise _incomplete(path)
    log.warning("%s: %d damaged bytes are skipped.", os.fspath(path), found - place)
    return found


def _incomplete(path: str | os.PathLike[str]) -> DecodeError:
    return DecodeError(f"{os.fspath(path)} breaks off here: copy or download it again.")
