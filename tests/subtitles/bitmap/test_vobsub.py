"""Whether the pictures of DVDs are found and read in program streams and .idx files, whatever stands around them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.packet import Packet

from subextract.subtitles import clips, contents
from subextract.subtitles.bitmap.program import numbers, pictures
from subextract.subtitles.bitmap.screens import Payload
from subextract.subtitles.bitmap.vobsub import custom_of, offset_of, screens
from subextract.types import Track
from tests.helpers.muxing import MILLISECOND, Stream, in_four, lettered, mux, vobsub

HELLO, WORLD = in_four(lettered("Hello")), in_four(lettered("world"))
LARGE = np.random.default_rng(1).integers(0, 4, (120, 400)).astype(np.uint8)  # a picture of many packets
INDEX = "# VobSub index file, v7 (do not modify this line!)\nsize: 720x576\n"
PALETTE = f"palette: {', '.join(['000000', 'ffffff', '101010', '808080', *['ff0000'] * 12])}\n"


def spans(path: Path, track: int) -> list[tuple[int, int]]:
    known = {each.index: each for each in contents(path).tracks}
    return [(clip.start, clip.end) for clip in clips(path, known[track])]


@pytest.mark.parametrize("frames", [100, 0])
def test_tracks_of_a_dvd_are_read_from_its_program_stream(tmp_path: Path, frames: int) -> None:
    first = [(0, 500, vobsub(HELLO, 100, 400, stop=45)), (2000, 0, vobsub(LARGE, 100, 300, stop=90))]
    second = [(1000, 0, vobsub(WORLD, 100, 400, stop=90))]
    path = mux(tmp_path / "a.vob", Stream("dvdsub", first), Stream("dvdsub", second), frames=frames)
    tracks = contents(path).tracks
    assert [track.codec for track in tracks] == ["dvd_subtitle"] * 2
    assert [spans(path, track.index) for track in tracks] == [[(0, 512), (2000, 3024)], [(1000, 2024)]]
    assert numbers(path) == (0x20, 0x21)


def late(path: Path) -> Path:
    """A film whose subtitles begin after eight megabytes."""
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("mpeg2video", rate=25)
        video.width, video.height, video.pix_fmt, video.gop_size = 320, 240, "yuv420p", 1
        video.options = {"qmin": "1", "qmax": "1"}
        noise = np.random.default_rng(1).integers(0, 256, (240, 320, 3)).astype(np.uint8)
        packets: list[Any] = [*video.encode(av.VideoFrame.from_ndarray(noise, "rgb24")), *video.encode()]
        (picture,) = packets
        track = container.add_mux_stream("dvd_subtitle")
        track.time_base = MILLISECOND
        for number in range(70):
            container.mux(_packet(video, 40 * number, bytes(picture)))
            if number == 60:
                container.mux(_packet(track, 2400, vobsub(HELLO, 100, 400, stop=20)))
    return path


def _packet(stream: Any, time: int, data: bytes) -> Packet[Any]:
    packet: Packet[Any] = Packet(data)
    packet.stream, packet.time_base, packet.pts, packet.dts = stream, Fraction(1, 1000), time, time
    packet.is_keyframe = True
    return packet


def test_a_track_that_begins_late_in_a_dvd_is_found(tmp_path: Path) -> None:
    path = late(tmp_path / "a.vob")
    with av.open(str(path)) as container:
        assert not container.streams.subtitles
    assert contents(path).tracks == (Track(2, "image", "dvd_subtitle"),)
    assert spans(path, 2) == [(2400, 2628)]


def pes(ticks: int | None, data: bytes, number: int = 0x20) -> bytes:
    head = b""
    if ticks is not None:
        head = bytes(
            [0x21 | ticks >> 29 & 14, ticks >> 22 & 255, ticks >> 14 & 254 | 1, ticks >> 7 & 255, ticks << 1 & 254 | 1]
        )
    body = bytes([0x80, 0x80 if head else 0, len(head)]) + head + bytes([number]) + data
    return b"\0\0\1\xbd" + struct.pack(">H", len(body)) + body


def test_pictures_are_put_together_and_what_only_looks_like_one_is_passed_over(tmp_path: Path) -> None:
    whole = b"\0\x0aabcdefgh"
    path = tmp_path / "a.vob"
    sound, no_packet = pes(5, b"sound", 0x80), pes(5, b"\0\x04xy")[:-2] + b"zzzz"
    parts = [pes(1, whole[:4]), sound, pes(None, whole[4:]), no_packet, pes(2, whole[:6]), pes(3, whole), b"\0\0\1\xb9"]
    path.write_bytes(b"".join(parts))
    assert list(pictures(path, 0x20, 0)) == [(1, whole), (2, whole[:6]), (3, whole)]


def test_a_clock_that_begins_again_goes_on(tmp_path: Path) -> None:
    path, end = tmp_path / "a.vob", 1 << 33
    path.write_bytes(b"".join(pes(ticks, b"\0\x03x") for ticks in (end - 90, 90, 180)))
    assert [ticks for ticks, _ in pictures(path, 0x20, -1)] == [-90, 90, 180]
    assert [ticks for ticks, _ in pictures(path, 0x20, 5)] == [end - 90, end + 90, end + 180]


def pair(path: Path, head: str, events: Sequence[tuple[int, bytes]]) -> Path:
    """An .idx and the .sub beside it, each picture in one packet of a program stream."""
    data, lines = b"", [INDEX + head + "langidx: 0\n\nid: en, index: 0"]
    for time, picture in events:
        lines.append(f"timestamp: 00:00:{time // 1000:02}:{time % 1000:03}, filepos: {len(data):09x}")
        pack = b"\0\0\1\xba" + bytes([0x44, 0, 4, 0, 4, 1, 1, 0x89, 0xC3, 0xF8]) + pes(90 * time, picture)
        rest = 2048 - len(pack) - 6
        data += pack + b"\0\0\1\xbe" + struct.pack(">H", rest) + b"\xff" * rest
    path.write_text("\n".join(lines) + "\n")
    path.with_suffix(".sub").write_bytes(data)
    return path


EVENTS = [(1000, vobsub(HELLO, 100, 400, stop=90)), (3000, vobsub(WORLD, 100, 400, stop=90))]


@pytest.mark.parametrize(
    ("said", "shift"),
    [
        ("time offset: 0\n", 0),
        ("time offset: 1500\n", 1500),
        ("time offset: -250\r\n", -250),
        ("time offset: 00:00:01:500\n", 1500),
        ("delay: 00:00:02:000\n", 2000),
    ],
)
def test_all_times_of_an_index_are_moved_as_it_says(tmp_path: Path, said: str, shift: int) -> None:
    path = pair(tmp_path / "a.idx", PALETTE + said, EVENTS)
    assert spans(path, 0) == [(1000 + shift, 2024 + shift), (3000 + shift, 4024 + shift)]
    assert spans(path.with_suffix(".sub"), 0) == spans(path, 0)


def test_an_index_without_a_palette_gives_the_same_pictures(tmp_path: Path) -> None:
    found = []
    for name, head in (("with", PALETTE), ("without", ""), ("broken", "palette: 102030, 0000ff\n")):
        path = pair(tmp_path / f"{name}.idx", head, EVENTS)
        found.append([clip.image for clip in clips(path, contents(path).tracks[0])])
    assert len(found[0]) == 2
    for images in found[1:]:
        for one, other in zip(found[0], images, strict=True):
            np.testing.assert_array_equal(one, other)


def test_custom_colours_stand_in_the_place_of_all_others() -> None:
    said = b"custom colors: ON, tridx: 1010, colors: 000000, ff0000, 00ff00, 0000ff\n"
    (screen,) = screens([Payload(0, vobsub(HELLO, 0, 0, stop=90))], PALETTE.encode() + said)
    table = np.array([(0, 0, 0, 0), (255, 0, 0, 255), (0, 255, 0, 0), (0, 0, 255, 255)], np.uint8)
    np.testing.assert_array_equal(screen.parts[0].colours, table[HELLO])
    assert custom_of(said.replace(b"ON", b"OFF")) is None
    assert custom_of(b"custom colors: ON, tridx: 1000, colors: 000000\n") is None
    assert offset_of(said) == 0
