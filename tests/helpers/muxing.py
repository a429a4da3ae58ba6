"""How do tests make files whose subtitle tracks are known, text and pictures, byte by byte."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import av
import cv2
import numpy as np
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream
from numpy.typing import NDArray

from benchmarks.sup import Colours
from subextract.types import Box

WIDTH, HEIGHT, RATE = 320, 240, 25
MILLISECOND = Fraction(1, 1000)
HEAD = b"""[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 480

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,2,2,10,10,10,1
Style: Sign,Arial,30,&H0000FFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,2,8,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""

NONE = Disposition(0)

Event = tuple[int, int, bytes]
"""Start and length in ms, and what the packet holds."""


@dataclass(frozen=True)
class Stream:
    """A subtitle track to be written."""

    codec: str
    events: Sequence[Event]
    language: str = ""
    disposition: Disposition = NONE


def mux(path: Path, *streams: Stream, frames: int = RATE) -> Path:
    """A file with a black video of so many frames, or none, and these tracks."""
    with av.open(str(path), "w") as container:
        video = _black(container, frames) if frames else None
        tracks = [(_added(container, stream), stream.events) for stream in streams]
        for packet in _encoded(video, frames) if video else ():
            container.mux(packet)
        packets = [_packet(track, *event) for track, events in tracks for event in events]
        for packet in sorted(packets, key=lambda packet: packet.pts or 0):
            container.mux(packet)
    return path


def _added(container: Any, stream: Stream) -> Any:
    track = container.add_stream(stream.codec)
    track.time_base = MILLISECOND
    track.disposition = stream.disposition
    track.codec_context.subtitle_header = HEAD
    if stream.language:
        track.metadata["language"] = stream.language
    return track


def _packet(track: Any, start: int, length: int, data: bytes) -> Packet[Any]:
    packet: Packet[Any] = Packet(data)
    packet.stream, packet.time_base = track, MILLISECOND
    packet.pts = packet.dts = start
    packet.duration = length
    return packet


def _black(container: Any, frames: int, codec: str = "mpeg4") -> VideoStream:
    video = cast(VideoStream, container.add_stream(codec, rate=RATE))
    video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    return video


def _encoded(video: VideoStream, frames: int) -> Iterable[Packet[Any]]:
    picture = av.VideoFrame.from_ndarray(np.zeros((HEIGHT, WIDTH, 3), np.uint8), "rgb24")
    for number in range(frames):
        picture.pts = number
        yield from video.encode(picture)
    yield from video.encode()


def captioned(
    path: Path, pairs: Mapping[int, bytes], frames: int = 100, *, digital: Mapping[int, bytes] = MappingProxyType({})
) -> Path:
    """A video with B frames whose frame with a number carries these bytes of closed captions, old ones and digital."""
    with av.open(str(path), "w") as container:
        video = _black(container, frames, "libx264")
        video.options = {"bf": "3", "b_strategy": "0"}
        for packet in _encoded(video, frames):
            number = round((packet.pts or 0) * packet.time_base * RATE)
            carrying: Packet[Any] = Packet(
                _with_captions(bytes(packet), pairs.get(number, b"\x80\x80"), digital.get(number, b""))
            )
            carrying.stream, carrying.time_base = video, packet.time_base
            carrying.pts, carrying.dts, carrying.is_keyframe = packet.pts, packet.dts, packet.is_keyframe
            container.mux(carrying)
    return path


def _with_captions(unit: bytes, sent: bytes, digital: bytes) -> bytes:
    """A picture of H.264 with a unit of supplemental information (ATSC A/53) in front."""
    triplets = b"".join(b"\xfc" + sent[place : place + 2] for place in range(0, len(sent), 2))
    places = range(0, len(digital), 2)
    triplets += b"".join((b"\xfe" if place else b"\xff") + digital[place : place + 2] for place in places)
    body = b"\xb5\x00\x31GA94\x03" + bytes([0x40 | len(triplets) // 3, 0xFF]) + triplets + b"\xff"
    return b"\0\0\0\1\x06\x04" + bytes([len(body)]) + body + b"\x80" + unit


def service(*codes: bytes, number: int = 1) -> bytes:
    """A packet of digital captions with one block."""
    block = b"".join(codes)
    assert len(block) < 32  # its length has five bits
    body = bytes([number << 5 | len(block)]) + block
    body += b"\0" * (1 - len(body) % 2)
    return bytes([(len(body) + 1) // 2]) + body


def window(number: int, *, down: int, across: int, corner: int, rows: int = 1, visible: bool = False) -> bytes:
    """The code that defines a window of digital captions."""
    return bytes([0x98 + number, visible << 5, down, across, corner << 4 | rows - 1, 31, 0])


def parity(data: bytes) -> bytes:
    """The bytes of captions with their parity bit; an odd one out gets a partner."""
    return bytes(byte | 0x80 if byte.bit_count() % 2 == 0 else byte for byte in data + b"\0" * (len(data) % 2))


def lettered(text: str, size: float = 1.2) -> Colours:
    """White letters with a black outline on nothing."""
    (width, height), foot = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, size, 2)
    ink = np.zeros((height + foot + 12, width + 12), np.uint8)
    cv2.putText(ink, text, (6, height + 6), cv2.FONT_HERSHEY_DUPLEX, size, 255, 2)
    around = cv2.dilate(ink, np.ones((5, 5), np.uint8))
    colours = np.zeros((*ink.shape, 4), np.uint8)
    colours[..., :3], colours[..., 3] = ink[..., None], around
    return np.asarray(colours // 17 * 17, dtype=np.uint8)  # few shades, as discs have them


def in_four(colours: Colours) -> NDArray[np.uint8]:
    """The same in the four numbers of a DVD: background 0, letter 1, outline 2."""
    letters = np.where(colours[..., 0] > 127, 1, 2)
    return np.where(colours[..., 3] > 127, letters, 0).astype(np.uint8)


def _runs(line: NDArray[np.uint8]) -> list[tuple[int, int]]:
    return [(number, len(list(group))) for number, group in groupby(line.tolist())]


def vobsub(plane: NDArray[np.uint8], left: int, top: int, *, stop: int | None = None, forced: bool = False) -> bytes:
    """A DVD packet of a plane of the numbers 0 to 3; ``stop`` is in ticks of 1024/90 ms."""
    fields = [_nibbles(plane[first::2]) for first in (0, 1)]
    offsets = (4, 4 + len(fields[0]))
    commands = 4 + len(fields[0]) + len(fields[1])
    box = Box(left, top, left + plane.shape[1] - 1, top + plane.shape[0] - 1)
    across, down = box.left << 12 | box.right, box.top << 12 | box.bottom
    first = b"\x03\x32\x10\x04\xff\xf0\x05" + across.to_bytes(3, "big") + down.to_bytes(3, "big")
    first += b"\x06" + struct.pack(">HH", *offsets) + (b"\x00" if forced else b"\x01") + b"\xff"
    following = commands + 4 + len(first) if stop is not None else commands
    body = struct.pack(">HH", 0, following) + first
    if stop is not None:
        body += struct.pack(">HH", stop, following) + b"\x02\xff"
    return struct.pack(">HH", commands + len(body), commands) + fields[0] + fields[1] + body


def _nibbles(lines: NDArray[np.uint8]) -> bytes:
    found = ""
    for line in lines:
        for number, length in _runs(line):
            for start in range(0, length, 255):
                value = min(255, length - start) << 2 | number
                digits = 1 if value < 16 else 2 if value < 64 else 3 if value < 256 else 4
                found += f"{value:0{digits}x}"
        found += "0" * (len(found) % 2)
    return bytes.fromhex(found)


def xsub(plane: NDArray[np.uint8], left: int, top: int, times: str) -> bytes:
    """A DivX packet of a plane of the numbers 0 to 3, white letters in black."""
    height, width = plane.shape
    fields = [_bits(plane[first::2]) for first in (0, 1)]
    head = struct.pack("<7H", width, height, left, top, left + width - 1, top + height - 1, len(fields[0]))
    return f"[{times}]".encode() + head + bytes.fromhex("000000ffffff000000808080") + fields[0] + fields[1]


def _bits(lines: NDArray[np.uint8]) -> bytes:
    found = ""
    for line in lines:
        for number, length in _runs(line):
            for start in range(0, length, 63):
                count = min(63, length - start)
                digits = 2 if count < 4 else 6 if count < 16 else 10
                found += f"{count:0{digits}b}{number:02b}"
        found += "0" * (-len(found) % 8)
    return int(found, 2).to_bytes(len(found) // 8, "big")


def dvb(plane: NDArray[np.uint8] | None, left: int = 0, top: int = 0, *, timeout: int = 5) -> bytes:
    """A broadcast's packet of a plane of the numbers 0 to 3, as 2-bit pixels; None clears the page."""
    place = b"" if plane is None else struct.pack(">BBHH", 0, 0xFF, left, top)
    found = _segment(0x10, bytes([timeout, 0x08]) + place)
    if plane is not None:
        height, width = plane.shape
        region = struct.pack(">BBHHBBBB", 0, 0x07, width, height, 0x24, 0, 0, 0) + struct.pack(">HHH", 0, 0, 0)
        colours = b"\x00\x0f" + b"".join(
            bytes([entry, 0x81, luma, 128, 128, clear])
            for entry, luma, clear in ((0, 16, 255), (1, 235, 0), (2, 16, 0), (3, 126, 0))
        )
        even, odd = _strings(plane[0::2]), _strings(plane[1::2])
        pixels = struct.pack(">HBHH", 0, 0, len(even), len(odd)) + even + odd
        found += _segment(0x12, colours) + _segment(0x11, region) + _segment(0x13, pixels)
    return found + _segment(0x80, b"")


def _segment(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBHH", 0x0F, kind, 1, len(body)) + body


def _strings(lines: NDArray[np.uint8]) -> bytes:
    return b"".join(b"\x10" + _string(line) + b"\xf0" for line in lines)


def _string(line: NDArray[np.uint8]) -> bytes:
    bits = ""
    for number, length in _runs(line):
        while length:
            count = min(length, 284)
            if count >= 29:
                bits += f"000011{count - 29:08b}{number:02b}"
            elif count >= 12:
                bits += f"000010{(count := min(count, 27)) - 12:04b}{number:02b}"
            elif count >= 3:
                bits += f"001{(count := min(count, 10)) - 3:03b}{number:02b}"
            else:
                count = 1
                bits += f"{number:02b}" if number else "0001"
            length -= count
    bits += "000000"
    bits += "0" * (-len(bits) % 8)
    return int("1" + bits, 2).to_bytes(len(bits) // 8 + 1, "big")[1:]
