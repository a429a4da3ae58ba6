"""Reads the samples of WebVTT in MP4 (ISO/IEC 14496-30), which FFmpeg hands out undecoded.

A sample is everything that is shown for its time, each cue in a box of its own; a cue that stays while others come and
go is in several samples.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace

from subextract.types import Cue

CODEC = "wvtt"
CUE, NO_CUE, NOTE = b"vttc", b"vtte", b"vtta"
TEXT, SETTINGS = b"payl", b"sttg"
HEAD = struct.Struct(">I4s")  # size with the head, kind


def is_sample(data: bytes) -> bool:
    """Whether bytes begin with a box that only such samples have."""
    return data[4:8] in (CUE, NO_CUE, NOTE)


def texts(sample: bytes) -> Iterator[tuple[str, str]]:
    """Text and settings of each cue, both as they would stand in a file of WebVTT."""
    for kind, body in _boxes(sample):
        if kind == CUE:
            inside = dict(_boxes(body))
            text, settings = (inside.get(name, b"").decode("utf-8", "replace") for name in (TEXT, SETTINGS))
            yield text, settings


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + HEAD.size <= len(data):
        size, kind = HEAD.unpack_from(data, place)
        yield kind, data[place + HEAD.size : place + size]
        place += max(size, HEAD.size)


def joined(cues: Sequence[Cue]) -> list[Cue]:
    """The cues of all samples in order, those that go on in the next sample as one."""
    found: list[Cue] = []
    latest: dict[Cue, int] = {}
    for cue in cues:
        same = replace(cue, start=0, end=0)
        place = latest.get(same)
        if place is not None and found[place].end == cue.start:
            found[place] = replace(found[place], end=cue.end)
        else:
            latest[same] = len(found)
            found.append(cue)
    return found
