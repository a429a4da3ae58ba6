"""Whether the times of pictures and of all kinds of tracks begin where players begin to count, in every container."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import av
import pytest
from av.packet import Packet

from benchmarks.sup import Shown, display_set
from subextract import Options, extract
from subextract.cli.summaries import summary
from subextract.media import frames
from subextract.output import Result
from subextract.output.naming import NO_MARKS
from subextract.runner import Outcome
from subextract.subtitles import clips, contents, texts
from subextract.types import Clip, Cue, Line, Video
from tests.helpers.encoding import greys, seen, write
from tests.helpers.muxing import MILLISECOND, dvb, in_four, lettered
from tests.helpers.teletext import head, row

HELLO = lettered("Hello")
RAW = 28_753_000  # ms on the clock of a broadcast
WRAP = (1 << 33) // 90  # ms after which that clock begins again
TIMES = (1000, 2000, 3000, 3400)  # a cue comes, goes, comes, goes


def teletext(shown: bool) -> bytes:
    return b"\x10" + head(0x888) + (row(0x888, 20, b"Hello") if shown else b"") + head(0x8FF, kind=0)


def broadcast(shown: bool) -> bytes:
    return dvb(in_four(HELLO) if shown else None, 100, 400)


def disc(shown: bool) -> bytes:
    segments = display_set([Shown(HELLO, 800, 900)] if shown else [], 0, 1920, 1080)
    return b"".join(struct.pack(">BH", kind, len(body)) + body for kind, body in segments)


KINDS = {"dvb_teletext": teletext, "dvb_subtitle": broadcast, "hdmv_pgs_subtitle": disc}

FOUND_IN = {"a.ts": ("dvb_teletext", "dvb_subtitle"), "a.m2ts": ("hdmv_pgs_subtitle",)}


def recording(
    path: Path, offset: int, kinds: Sequence[str], *, pictures: int = 0, step: int = 40, first: int = 0
) -> Path:
    """A transport stream whose clock begins at ``offset`` ms, with a picture each ``step`` ms from ``first`` on, and
    these tracks."""
    with av.open(str(path), "w") as container:
        packets = list(_pictures(container, pictures, step, first)) if pictures else []
        for kind in kinds:
            track = container.add_mux_stream(kind)
            track.time_base = MILLISECOND
            packets += [
                _timed(track, time * step // 40, KINDS[kind](place % 2 == 0)) for place, time in enumerate(TIMES)
            ]
        for packet in sorted(packets, key=lambda packet: cast(int, packet.pts)):
            packet.pts = packet.dts = cast(int, packet.pts) + offset
            container.mux(packet)
    return path


def _pictures(container: Any, count: int, step: int, first: int) -> Iterable[Packet[Any]]:
    video = container.add_stream("mpeg2video", rate=25)
    video.width, video.height, video.gop_size = 64, 48, 1
    for picture in [*greys(shades=[100] * count), None]:
        for packet in video.encode(picture):
            place = round(cast(int, packet.pts) * packet.time_base * 25)
            yield _timed(video, first + place * step, bytes(packet), True)


def _timed(stream: Any, time: int, data: bytes, key: bool = False) -> Packet[Any]:
    packet: Packet[Any] = Packet(data)
    packet.stream, packet.time_base, packet.pts, packet.is_keyframe = stream, MILLISECOND, time, key
    return packet


def spans(path: Path) -> list[list[tuple[int, int]]]:
    """The times of what each track shows."""
    tracks = contents(path).tracks
    found: list[Iterable[Any]] = [
        texts(path, each).cues if each.kind == "text" else clips(path, each) for each in tracks
    ]
    return [[(each.start, each.end) for each in of_a_track] for of_a_track in found]


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, kinds in FOUND_IN.items() for kind in kinds])
def test_a_stream_of_subtitles_alone_counts_from_its_start(tmp_path: Path, kind: str, name: str) -> None:
    path = recording(tmp_path / name, RAW, [kind])
    assert spans(path) == [[(0, 1000), (2000, 2400)]]
    assert contents(path).origin == RAW + TIMES[0]


@pytest.mark.parametrize("offset", [0, RAW, WRAP - 500, WRAP - 2500, WRAP - 3999])
@pytest.mark.parametrize("name", FOUND_IN)
def test_a_clock_that_begins_again_moves_all_tracks_as_the_pictures(tmp_path: Path, offset: int, name: str) -> None:
    path = recording(tmp_path / name, offset, FOUND_IN[name], pictures=100)
    assert [frame.time for frame in frames(path)] == [40 * place for place in range(100)]
    assert spans(path) == [[(1000, 2000), (3000, 3400)]] * len(FOUND_IN[name])
    assert contents(path).origin == pytest.approx(offset, abs=1)


@pytest.mark.parametrize(("name", "kind"), [("a.ts", "dvb_teletext"), ("a.m2ts", "hdmv_pgs_subtitle")])
def test_a_clock_that_begins_again_after_minutes_does_so_too(tmp_path: Path, name: str, kind: str) -> None:
    path = recording(tmp_path / name, WRAP - 100_000, [kind], pictures=100, step=2000)
    assert [frame.time for frame in frames(path)] == [2000 * place for place in range(100)]
    assert spans(path) == [[(50_000, 100_000), (150_000, 170_000)]]


class Told:
    """A reader that reads the same in all pictures."""

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        return [[Line("Hello", box, 1.0) for box in clip.lines] for clip in clips]

    def close(self) -> None:
        pass


def test_packets_with_error_correction_are_read_as_those_without(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.ts", RAW, FOUND_IN["a.ts"], pictures=100)
    data, corrected = path.read_bytes(), tmp_path / "b.ts"
    corrected.write_bytes(b"".join(data[place : place + 188] + bytes(16) for place in range(0, len(data), 188)))
    assert spans(corrected) == spans(path) == [[(1000, 2000), (3000, 3400)]] * 2
    assert [frame.time for frame in frames(corrected)] == [frame.time for frame in frames(path)]


@pytest.mark.parametrize("name", FOUND_IN)
def test_a_cue_that_is_up_before_the_first_picture_begins_with_it(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("subextract.ocr.reader", lambda *args, **more: Told())
    path = recording(tmp_path / name, RAW, FOUND_IN[name][-1:], pictures=50, step=80, first=3500)
    assert next(frames(path)).time == 0
    assert spans(path) == [[(-1500, 500), (2500, 3300)]]
    found = extract(path, Options(track="1"))
    assert [(cue.start, cue.end) for cue in found] == [(0, 500), (2500, 3300)]
    assert not caplog.records


@pytest.mark.parametrize("name", FOUND_IN)
def test_a_clock_that_is_put_back_in_the_middle_moves_all_tracks_as_the_pictures(tmp_path: Path, name: str) -> None:
    parts = [
        recording(tmp_path / f"{offset}{name}", offset, FOUND_IN[name], pictures=100) for offset in (RAW, RAW - 10_000)
    ]
    path = tmp_path / name
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    times = [frame.time for frame in frames(path)]
    assert (times[:100], len(times)) == ([40 * place for place in range(100)], 200)
    second = times[100]
    assert second == pytest.approx(4000, abs=80)
    spans_of_both = [(1000, 2000), (3000, 3400), (second + 1000, second + 2000), (second + 3000, second + 3400)]
    assert spans(path) == [spans_of_both] * len(FOUND_IN[name])


def late(path: Path) -> Path:
    codec = "flv" if path.suffix == ".flv" else "libx264"
    stamps = [3_600_000 + 40 * place for place in range(5)]
    return write(path, greys(shades=range(30, 80, 10)), stamps=stamps, base=Fraction(1, 1000), codec=codec)


def test_a_live_stream_that_was_joined_late_counts_from_its_first_picture(tmp_path: Path) -> None:
    path = late(tmp_path / "a.flv")
    assert [time for time, _ in seen(path)] == [0, 40, 80, 120, 160]
    found = contents(path)
    assert (found.origin, found.late) == (3_600_000, 0)
    assert [time for time, _ in seen(path, start=80)] == [80, 120, 160]


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_time_line_with_a_beginning_of_its_own_is_kept(tmp_path: Path, name: str) -> None:
    path = late(tmp_path / name)
    assert next(time for time, _ in seen(path)) == 3_600_000
    found = contents(path)
    assert (found.origin, found.late) == (0, 3_600_000)


def test_text_alone_begins_with_its_first_cue_and_is_not_late(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text("1\n00:01:00,000 --> 00:01:01,000\nHello\n\n")
    assert contents(path).late == 0
    assert spans(path) == [[(60_000, 61_000)]]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, ""),
        ({"origin": 3_600_000}, "times count from the start, where the clock of the file is at 1:00:00, "),
        ({"late": 20_000}, "times are those of the file, which begins at 0:00:20, "),
    ],
)
def test_the_summary_says_whose_times_they_are(facts: dict[str, Any], said: str) -> None:
    plan = SimpleNamespace(remaining=SimpleNamespace(start=0))
    video, cue = Video("a", 64, 48, **facts), Cue(0, 1000, "Hello", score=1.0)
    result = Result(Path("a.srt"), "original", NO_MARKS, [cue])
    told = summary(Outcome(cast(Any, plan), video, [result], [cue], 1000, {}, 0), 1.0)
    assert f"a.srt: 1 cue, {said}1.0 s" in told


def test_a_track_of_teletext_knows_its_page(tmp_path: Path) -> None:
    (track,) = contents(recording(tmp_path / "a.ts", 0, ["dvb_teletext"], pictures=100)).tracks
    assert (track.page, track.title) == (0x888, "page 888")
