"""Whether a file breaks off, or is shorter than it says of itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any, TypeVar

import av
from av.packet import Packet

from subextract.errors import DecodeError
from subextract.media.container import Source, head_of
from subextract.media.lent import lender_of

AnyPacket = TypeVar("AnyPacket", bound="Packet[Any]")

TAIL = 200  # bytes; more than the number and the times of a cue take
UNFINISHED = re.compile(r"\d+\n?(?:\d+:[\d:,. >-]*)?")  # a cue of SubRip that has no text yet
SEGMENT = b"\x18\x53\x80\x67"  # the Matroska element that holds everything (RFC 9559)


def unbroken(path: str, packets: Iterator[AnyPacket], source: Source | None) -> Iterator[AnyPacket]:
    """The packets of a file. DecodeError after the last one where it breaks off, or ends before its video does."""
    try:
        yield from packets
    except av.FFmpegError as exc:
        raise DecodeError(f"{path} breaks off here ({exc.strerror}): copy or download it again.") from exc
    if source is not None:
        check_complete(source)


def check_complete(source: Source) -> None:
    """Raise DecodeError where a file ends early."""
    if ends_early(source):
        raise DecodeError(f"{source.path} is incomplete, its last part is missing: copy or download it again.")


def ends_early(source: Source) -> bool:
    """True if the container names bytes that lie behind the end of the file."""
    size = _size(source.path)
    return size is not None and claimed_size(source) > size


def _size(path: str) -> int | None:
    """How many bytes there are; None of a pipe."""
    if lender := lender_of(path):
        return lender.size
    return os.path.getsize(path) if os.path.isfile(path) else None


def claimed_size(source: Source) -> int:
    """How many bytes the container says there are, at least; 0 if it does not say."""
    head = head_of(source.path, 4096)
    if head.startswith(b"RIFF"):
        return 8 + int.from_bytes(head[4:8], "little")
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return _segment_end(head)
    entries = source.stream.index_entries
    return entries[-1].pos + entries[-1].size if len(entries) else 0


def _segment_end(head: bytes) -> int:
    """Where the segment of a Matroska file ends; its size is a number whose leading zero bits give its length."""
    place = head.find(SEGMENT) + len(SEGMENT)
    if place < len(SEGMENT) or place >= len(head) or head[place] == 0:
        return 0
    length = 9 - head[place].bit_length()
    unknown = (1 << 7 * length) - 1
    size = int.from_bytes(head[place : place + length], "big") & unknown
    return 0 if size == unknown else place + length + size


def unfinished(path: str) -> str:
    """The end of a SubRip file that was cut off inside a cue; "" where it was not."""
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - TAIL))
        text = file.read().decode("latin-1").replace("\r\n", "\n")
    rest = text.rpartition("\n\n")[2]
    return rest.strip() if UNFINISHED.fullmatch(rest) else ""
