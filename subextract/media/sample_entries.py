"""By which four letters an MP4 calls the format of each track (ISO/IEC 14496-12, 8.5.2), and how a copy keeps them.

FFmpeg chooses them anew, and PyAV lets nobody choose. Players of Apple show HEVC as "hvc1" and not as "hev1".
"""

from __future__ import annotations

import os
import re
from typing import BinaryIO

ENTRY = re.compile(rb"stsd.{8}.{4}([\x20-\x7e]{4})", re.DOTALL)  # version and count, then size and format of the first
HEVC = {b"hvc1", b"hev1"}
MAX_HEAD = 1 << 28  # bytes; no head is larger


def keep_sample_entries(source: str | os.PathLike[str], copy: str | os.PathLike[str]) -> None:
    """Call HEVC in a copy as the source calls it, where both are MP4; else nothing is changed. OSError."""
    with open(source, "rb") as film, open(copy, "r+b") as file:
        wanted = [entry for _, entry in _entries(film) if entry in HEVC]
        found = [(place, entry) for place, entry in _entries(file) if entry in HEVC]
        for (place, entry), name in zip(found, wanted, strict=False):
            if entry != name:
                file.seek(place)
                file.write(name)


def _entries(file: BinaryIO) -> list[tuple[int, bytes]]:
    """Where in a file the name of each track's format stands, and that name."""
    start, head = _movie(file)
    return [(start + match.start(1), match[1]) for match in ENTRY.finditer(head)]


def _movie(file: BinaryIO) -> tuple[int, bytes]:
    """Where the box that describes all tracks begins, and its bytes; none where a file has no such box."""
    start, end = 0, os.fstat(file.fileno()).st_size
    while start + 8 <= end:
        file.seek(start)
        head = file.read(16)
        size = int.from_bytes(head[:4], "big")
        size = int.from_bytes(head[8:], "big") if size == 1 else size or end - start
        if head[4:8] == b"moov":
            file.seek(start)
            return start, file.read(min(size, MAX_HEAD))
        if size < 8 or not head[4:8].isalpha():
            break
        start += size
    return 0, b""
