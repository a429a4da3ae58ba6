"""Whether a file may be a video, by its first bytes or, where those say nothing, by its name."""

from __future__ import annotations

import os
from pathlib import PurePath

HEAD = 1024  # bytes; enough for five packets of a transport stream

# What the files of each container begin with, from the specifications of the formats.
_BEGINNINGS = (
    b"\x1aE\xdf\xa3",  # EBML: Matroska and WebM
    b"\x00\x00\x01\xba",  # MPEG program stream (ISO/IEC 13818-1)
    b"\x00\x00\x01\xb3",  # MPEG video (ISO/IEC 13818-2)
    b"FLV\x01",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF header object: WMV
    b"\xb7\xd8\x00\x20\x37\x49\xda\x11",  # Windows recorded TV
    b"OggS",
    b".RMF",  # RealMedia
    b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02",  # MXF partition pack (SMPTE 377)
    b"DKIF",  # IVF
    b"YUV4MPEG2",
    b"nut/multimedia container\x00",
)
_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # ISO base media and QuickTime
_NO_VIDEO = (b"M4A ", b"M4B ", b"heic", b"heix", b"mif1", b"msf1", b"avif", b"crx ")  # brands of sound and pictures
_SYNC = 0x47  # the first byte of each packet of a transport stream
_PACKETS = (
    (0, 188),
    (4, 192),
    (0, 204),
)  # where the first begins, and their size: plain, Blu-ray, with error correction

_NAMES = """
3g2 3gp asf avi divx dv f4v flv h264 h265 hevc ivf m1v m2t m2ts m2v m4v mkv mov mp4 mpeg mpg mts mxf nut ogm ogv rm
rmvb ts vob webm wmv wtv y4m
"""
NAMES = frozenset(_NAMES.split())
"""Suffixes of videos: a damaged file of such a name is reported, not passed over."""


def may_be_video(path: str) -> bool:
    """Whether it is worth opening; a file that cannot be read is judged by its name."""
    if PurePath(path).suffix.removeprefix(".").lower() in NAMES:
        return True
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            return is_video(file.read(HEAD))
    except OSError:
        return False


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # somebody may have put a pipe in its place since


def is_video(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a container that can hold a video."""
    if head[4:8] in _BOXES:
        return head[8:12] not in _NO_VIDEO
    if head[:4] == b"RIFF":
        return head[8:12] == b"AVI "
    return head.startswith(_BEGINNINGS) or any(_in_step(head, start, size) for start, size in _PACKETS)


def _in_step(head: bytes, start: int, size: int) -> bool:
    marks = head[start::size][:5]
    return len(marks) >= 3 and set(marks) == {_SYNC}
