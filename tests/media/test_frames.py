"""Whether every frame comes once, in order and with its time, of whole and of broken files."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import pytest

from subextract.errors import DecodeError
from subextract.media import frames, probe, stills
from subextract.media.clock import Clock
from subextract.media.container import Source
from subextract.media.reading import ordered
from tests.helpers.encoding import B_FRAMES, HEIGHT, SHADES, WIDTH, greys, noisy, seen, write


def test_a_constant_rate_gives_every_frame_once_with_its_time_and_its_brightness(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", greys())
    assert seen(path) == [(40 * place, shade) for place, shade in enumerate(SHADES)]
    assert {(frame.duration, frame.luma.shape) for frame in frames(path)} == {(40, (HEIGHT, WIDTH))}


def test_times_are_rounded_down_from_exact_fractions(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", greys(shades=SHADES[:8]), base=Fraction(1001, 30000))
    assert [time for time, _ in seen(path)] == [0, 33, 66, 100, 133, 166, 200, 233]


def test_a_variable_rate_keeps_the_time_of_each_frame(tmp_path: Path) -> None:
    stamps = [0, 10, 500, 501, 1700, 1733]
    path = write(tmp_path / "a.mkv", greys(shades=SHADES[:6]), stamps=stamps, base=Fraction(1, 1000))
    assert seen(path) == list(zip(stamps, SHADES, strict=False))
    assert probe(path).variable_rate


def test_frames_stored_out_of_order_come_in_the_order_they_are_shown(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", greys(), **B_FRAMES)
    with av.open(str(path)) as container:
        stored = [packet.pts for packet in container.demux(video=0) if packet.pts is not None]
    assert stored != sorted(stored)
    assert seen(path) == [(40 * place, shade) for place, shade in enumerate(SHADES)]


def test_the_clock_of_a_transport_stream_counts_from_its_start(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ts", greys(), stamps=[90_000 + place for place in range(len(SHADES))])
    assert seen(path) == [(40 * place, shade) for place, shade in enumerate(SHADES)]


def test_an_mp4_that_starts_late_keeps_its_delay(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", greys(shades=SHADES[:3]), stamps=[30, 31, 32])
    assert seen(path) == [(1200, 30), (1240, 40), (1280, 50)]
    assert probe(path).duration == 1320


def test_time_stamps_that_are_missing_are_filled_in(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h264", greys(shades=SHADES[:5]), **B_FRAMES)
    assert seen(path) == [(0, 30), (40, 40), (80, 50), (120, 60), (160, 70)]


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.avi"])
def test_starting_and_ending_anywhere_gives_the_same_frames_as_the_whole(tmp_path: Path, name: str) -> None:
    codec: dict[str, Any] = {"codec": "mpeg4", "qmin": "1", "qmax": "1"} if name == "a.avi" else B_FRAMES
    path = write(tmp_path / name, greys(shades=range(20, 220, 2)), **codec | {"g": "12"})
    whole = seen(path)
    for start in range(0, 4000, 333):
        assert seen(path, start=start, end=start + 500) == [x for x in whole if start <= x[0] < start + 500]
    assert seen(path, start=60_000) == []


def truncated(path: Path) -> Path:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])
    return path


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi"])
def test_a_file_that_breaks_off_gives_its_good_frames_and_then_an_error(tmp_path: Path, name: str) -> None:
    codec: dict[str, Any] = {"codec": "mjpeg"} if name == "a.avi" else {"mux": {"movflags": "faststart"}}
    pictures = noisy(40) if name != "a.avi" else [p.reformat(format="yuvj420p") for p in noisy(40)]
    path = truncated(write(tmp_path / name, pictures, g="10", **codec))
    times: list[int] = []
    with pytest.raises(DecodeError, match=r"a\.\w+ is incomplete, its last part is missing: copy or download it again"):
        times.extend(frame.time for frame in frames(path))
    assert times == [40 * place for place in range(len(times))]
    assert 20 <= len(times) <= 24
    assert [still.time for still in stills(path, count=2)]


def test_a_damaged_packet_is_skipped_and_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", greys(), codec="ffv1", g="1")
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    whole, broken = path.read_bytes(), bytes(packets[7])
    path.write_bytes(whole.replace(broken, b"\xff" * len(broken)))
    skipped: list[int] = []
    times = [frame.time for frame in frames(path, on_skip=skipped.append)]
    assert (times, skipped) == ([40 * place for place in range(len(SHADES)) if place != 7], [1])


@dataclass
class Shown:
    pts: int | None
    name: str
    dts: int | None = None


@dataclass
class Rated:
    average_rate = Fraction(25)
    time_base = Fraction(1, 1000)


def in_order(*pictures: Shown) -> list[tuple[int, str]]:
    source = Source("a", cast(Any, None), cast(Any, Rated()), Clock.of(Fraction(1, 1000), 0))
    return [(ticks, cast(Any, picture).name) for ticks, picture in ordered(source, iter(cast(Any, pictures)))]


def test_shuffled_time_stamps_are_sorted_and_pictures_left_in_place() -> None:
    assert in_order(Shown(0, "a"), Shown(79, "b"), Shown(113, "c"), Shown(146, "d"), Shown(133, "e")) == [
        (0, "a"),
        (79, "b"),
        (113, "c"),
        (133, "d"),
        (146, "e"),
    ]


def test_a_clock_that_starts_again_goes_on_from_the_last_frame() -> None:
    assert in_order(Shown(5000, "a"), Shown(5040, "b"), Shown(100, "c"), Shown(140, "d")) == [
        (5000, "a"),
        (5040, "b"),
        (5080, "c"),
        (5120, "d"),
    ]


def test_missing_time_stamps_follow_the_frame_before() -> None:
    assert in_order(Shown(None, "a"), Shown(None, "b"), Shown(None, "c", dts=90), Shown(130, "d")) == [
        (0, "a"),
        (40, "b"),
        (90, "c"),
        (130, "d"),
    ]


def test_the_clock_rounds_down_to_the_millisecond_and_back() -> None:
    clock = Clock.of(Fraction(1, 90_000), 1_514_089)  # tick 136,268
    assert [clock.milliseconds(ticks) for ticks in (137_250, 148_500, 136_268, 136_267)] == [10, 135, 0, -1]
    assert clock.milliseconds(clock.ticks(33)) == 33
    assert clock.milliseconds(clock.ticks(33) + 1) == 34
    assert [clock.milliseconds(clock.ticks(time)) for time in range(0, 1000, 7)] == list(range(0, 1000, 7))
    assert [clock.length(ticks) for ticks in (3750, 3003, 0)] == [42, 33, 0]
