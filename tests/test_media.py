"""Whether a video's facts, frames and stills come out right, on clips of a few frames painted here."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest
from av.stream import Disposition
from av.video.stream import VideoStream

from subextract.errors import DecodeError, InputError, NotMedia, SubextractError
from subextract.media import frames, probe, stills
from subextract.media.clock import Clock
from subextract.media.opening import Source, quarter_turns
from subextract.media.pixels import colour_of, luma_of
from subextract.media.reading import ordered
from subextract.types import Box, Track, Video

WIDTH, HEIGHT = 64, 48
SHADES = tuple(range(30, 230, 10))
LOSSLESS: dict[str, str] = {"qp": "0", "preset": "ultrafast"}
B_FRAMES: dict[str, Any] = {"qp": "1", "bf": "3", "b_strategy": "0", "sc_threshold": "0", "g": "50"}


def grey(shade: int, form: str = "yuv420p", size: tuple[int, int] = (WIDTH, HEIGHT)) -> av.VideoFrame:
    """A picture of one brightness, its planes written directly so that nothing converts them."""
    picture = av.VideoFrame(*size, form)
    for number, plane in enumerate(picture.planes):
        value, kind = (128 if number else shade), np.uint8
        if "10" in form:
            value, kind = value * 4 + 3 * (number == 0), cast(Any, np.uint16)
        np.frombuffer(memoryview(plane), kind)[:] = value
    return picture


def cross(form: str = "rgb24", size: tuple[int, int] = (WIDTH, HEIGHT)) -> av.VideoFrame:
    """A picture whose quarters are red, green (above), blue and white (below)."""
    width, height = size
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, : width // 2, 0] = 255
    image[: height // 2, width // 2 :, 1] = 255
    image[height // 2 :, : width // 2, 2] = 255
    image[height // 2 :, width // 2 :] = 255
    return av.VideoFrame.from_ndarray(image, "rgb24").reformat(format=form)


def write(
    path: Path,
    pictures: Sequence[av.VideoFrame],
    *,
    stamps: Sequence[int] | None = None,
    base: Fraction = Fraction(1, 25),
    codec: str = "libx264",
    **options: Any,
) -> Path:
    """Encode pictures at ``stamps`` (in ``base``); ``rotation``, ``audio`` and ``mux`` are for the container."""
    rotation, mux = options.pop("rotation", 0), options.pop("mux", {})
    with av.open(str(path), "w", container_options=mux) as container:
        stream = cast(VideoStream, container.add_stream(codec, rate=1 / base))
        stream.width, stream.height, stream.pix_fmt = pictures[0].width, pictures[0].height, pictures[0].format.name
        stream.time_base = stream.codec_context.time_base = base
        stream.options = (LOSSLESS if codec == "libx264" else {}) | options
        if rotation:
            stream.set_display_rotation(rotation)
        for place, picture in enumerate(pictures):
            picture.pts, picture.time_base = (stamps[place] if stamps else place), base
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


def greys(form: str = "yuv420p", shades: Sequence[int] = SHADES) -> list[av.VideoFrame]:
    return [grey(shade, form) for shade in shades]


def seen(path: Path, **span: Any) -> list[tuple[int, int]]:
    """Time and brightness of every frame."""
    return [(frame.time, int(frame.luma[5, 5])) for frame in frames(path, **span)]


def test_a_constant_rate_gives_every_frame_once_with_its_time_and_its_brightness(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", greys())
    assert seen(path) == [(40 * place, shade) for place, shade in enumerate(SHADES)]
    assert {(frame.duration, frame.luma.shape) for frame in frames(path)} == {(40, (HEIGHT, WIDTH))}


def test_times_are_rounded_from_exact_fractions(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", greys(shades=SHADES[:8]), base=Fraction(1001, 30000))
    assert [time for time, _ in seen(path)] == [0, 33, 67, 100, 133, 167, 200, 234]


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


@pytest.mark.parametrize("form", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv444p10le", "gray"])
def test_every_pixel_format_gives_eight_bit_brightness(tmp_path: Path, form: str) -> None:
    path = write(tmp_path / "a.mkv", greys(form, SHADES[:3]), codec="ffv1")
    assert probe(path).pixel_format == form
    shown = [frame.luma[:, :] for frame in frames(path)]
    assert [(str(luma.dtype), luma.min(), luma.max()) for luma in shown] == [
        ("uint8", shade, shade) for shade in SHADES[:3]
    ]


def test_brightness_of_p010_lies_in_the_upper_byte() -> None:
    picture = av.VideoFrame(16, 2, "p010le")
    np.frombuffer(memoryview(picture.planes[0]), np.uint16)[:] = 700 << 6
    assert luma_of(picture, 0).tolist() == [[700 >> 2] * 16] * 2


def test_rgb_is_made_grey(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", [cross("bgr0")], codec="ffv1")
    luma = next(frames(path)).luma
    assert [luma[5, 5], luma[5, 60], luma[40, 5], luma[40, 60]] == pytest.approx([76, 150, 29, 255], abs=2)


def test_a_frame_stays_readable_after_the_video_is_closed(tmp_path: Path) -> None:
    kept = list(frames(write(tmp_path / "a.mp4", greys())))
    assert [int(frame.luma.mean()) for frame in kept] == list(SHADES)
    assert [int(frame.colour(Box(0, 0, 8, 8))[0, 0, 0]) for frame in kept[:2]] == [16, 27]  # (Y - 16) * 255 / 219
    assert not kept[0].luma.flags.writeable


QUARTERS = [[(255, 0, 0), (0, 255, 0)], [(0, 0, 255), (255, 255, 255)]]
TURNED = {
    0: QUARTERS,
    90: [[(0, 0, 255), (255, 0, 0)], [(255, 255, 255), (0, 255, 0)]],
    180: [[(255, 255, 255), (0, 0, 255)], [(0, 255, 0), (255, 0, 0)]],
    270: [[(0, 255, 0), (255, 255, 255)], [(255, 0, 0), (0, 0, 255)]],
}


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_rotated_video_is_shown_upright(tmp_path: Path, rotation: int) -> None:
    path = write(tmp_path / "a.mp4", [cross("yuv444p")], rotation=-rotation)
    video, frame = probe(path), next(frames(path))
    size = (HEIGHT, WIDTH) if rotation % 180 else (WIDTH, HEIGHT)
    assert (video.rotation, video.width, video.height) == (rotation, *size)
    assert frame.luma.shape == size[::-1]
    quarters = [[frame.colour(Box(x, y, x + 1, y + 1))[0, 0] for x in (10, size[0] - 10)] for y in (10, size[1] - 10)]
    assert np.abs(np.array(quarters, int) - np.array(TURNED[rotation])).max() <= 3
    bright = [[int(frame.luma[y, x]) for x in (10, size[0] - 10)] for y in (10, size[1] - 10)]
    weights = np.array([65.5, 128.6, 25]) / 255  # BT.601, limited range
    assert np.abs(np.array(bright) - (16 + np.array(TURNED[rotation]) @ weights)).max() <= 3


@dataclass
class Turned:
    rotation: int


def test_only_right_angles_turn_the_picture() -> None:
    angles = [0, -90, 90, 180, -180, 89, 45, -(2**31)]
    turns = [quarter_turns(cast(av.VideoFrame, Turned(angle))) for angle in angles]
    assert turns == [0, 1, 3, 2, 2, 3, 0, 0]


@pytest.mark.parametrize("size", [(64, 64), (97, 66), (98, 65), (33, 31), (1, 1)])
@pytest.mark.parametrize("form", ["yuv420p", "yuv410p", "nv12", "yuv420p10le", "p010le", "yuyv422", "rgb24", "monow"])
def test_the_colours_of_a_box_are_those_of_the_whole_picture(form: str, size: tuple[int, int]) -> None:
    width, height = size
    noise = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    picture = av.VideoFrame.from_ndarray(noise, "rgb24").reformat(format=form)
    upright = picture.reformat(format="rgb24").to_ndarray()
    for turns in range(4):
        whole = np.rot90(upright, -turns)
        bottom, right = whole.shape[:2]
        for box in (Box(0, 0, right, bottom), Box(3, 27, right - 7, 30), Box(right - 5, bottom - 5, right, bottom)):
            expected = whole[max(0, box.top) : box.bottom, max(0, box.left) : max(0, box.right)]
            if expected.size:
                np.testing.assert_array_equal(colour_of(picture, turns, box), expected)


def test_a_box_is_cut_to_the_picture() -> None:
    picture = cross()
    assert colour_of(picture, 0, Box(-9, -9, 4, 3)).tolist() == [[[255, 0, 0]] * 4] * 3
    assert colour_of(picture, 0, Box(90, 90, 99, 99)).shape == (0, 0, 3)


def test_the_facts_of_a_video(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", greys())
    video = probe(path)
    assert video == Video(
        path=str(path),
        width=WIDTH,
        height=HEIGHT,
        duration=800,
        frame_rate=25.0,
        codec="h264",
        pixel_format="yuv420p",
        container="matroska,webm",
        metadata=video.metadata,
    )


def test_a_constant_rate_with_b_frames_is_not_called_variable(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", greys(shades=[60, 70] * 180), **B_FRAMES | {"g": "47"})
    assert not probe(path).variable_rate


def test_non_square_pixels_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", greys(shades=SHADES[:2]), aspect="2:3")
    with av.open(str(path)) as container:
        stored = container.streams.video[0].sample_aspect_ratio
    assert probe(path).pixel_aspect == float(stored or 1)


def test_soft_subtitle_tracks_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25, options=LOSSLESS)
        video.width, video.height = WIDTH, HEIGHT
        words = container.add_stream("ass")
        words.metadata.update(language="fre", title="Forcés")
        words.disposition = Disposition.forced | Disposition.hearing_impaired
        words.codec_context.subtitle_header = b"[Script Info]\n"
        for picture in greys(shades=SHADES[:2]):
            container.mux(video.encode(picture))
        container.mux(video.encode())
    assert probe(path).tracks == (Track(1, "text", "ass", "fre", "Forcés", forced=True, hearing_impaired=True),)


def with_cover(path: Path, disposition: Disposition) -> Path:
    """Two frames of video and, as a second stream, a larger JPEG."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25, options=LOSSLESS)
        video.width, video.height = WIDTH, HEIGHT
        cover = container.add_stream("mjpeg", rate=25)
        cover.width, cover.height, cover.pix_fmt = 4 * WIDTH, 4 * HEIGHT, "yuvj420p"
        cover.disposition = disposition
        container.mux(cover.encode(grey(99, "yuvj420p", (4 * WIDTH, 4 * HEIGHT))))
        container.mux(cover.encode())
        for picture in greys(shades=SHADES[:2]):
            container.mux(video.encode(picture))
        container.mux(video.encode())
    return path


@pytest.mark.parametrize("disposition", [Disposition(0), Disposition.attached_pic])
def test_cover_art_is_not_the_video(tmp_path: Path, disposition: Disposition) -> None:
    path = with_cover(tmp_path / "a.mkv", disposition)
    assert (probe(path).stream, probe(path).codec, [shade for _, shade in seen(path)]) == (0, "h264", [30, 40])


def truncated(path: Path) -> Path:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])
    return path


def noisy(count: int) -> list[av.VideoFrame]:
    noise = np.random.default_rng(1).integers(0, 256, (count, HEIGHT * 3 // 2, WIDTH), dtype=np.uint8)
    return [av.VideoFrame.from_ndarray(each, "yuv420p") for each in noise]


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


def sound(path: Path) -> Path:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=48000, layout="mono")
        samples = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        samples.sample_rate = 48000
        container.mux(stream.encode(samples))
        container.mux(stream.encode())
    return path


def single_picture(path: Path) -> Path:
    with av.open(str(path), "w", format="image2pipe") as container:
        stream = container.add_stream("png", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "rgb24"
        container.mux(stream.encode(cross()))
        container.mux(stream.encode())
    return path


def content(path: Path, what: bytes) -> Path:
    path.write_bytes(what)
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def same(path: Path) -> Path:
    return path


CUES = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nthere\n\n"
REFUSED = [
    (same, InputError, "does not exist: check the name and the folder."),
    (folder, InputError, "is a folder: name a video file inside it."),
    (lambda path: content(path, b""), NotMedia, "is empty (0 bytes): copy or download it again."),
    (
        lambda path: content(path, bytes(range(256)) * 20),
        NotMedia,
        "is not a video or is damaged: check that it plays in a video player.",
    ),
    (
        lambda path: content(path, b"\0\0\0\x18ftypisom\0\0\0\0isom\0\0\0\x10moov\0\0\0\x08pssh"),
        NotMedia,
        "is encrypted (DRM): only an unprotected copy can be read.",
    ),
    (lambda path: content(path, CUES), NotMedia, "holds subtitles but no video: give a file with moving pictures."),
    (single_picture, NotMedia, "is a single picture, not a video: give a video file."),
    (sound, NotMedia, "holds sound but no video: give a file with moving pictures."),
]


@pytest.mark.parametrize(("make", "error", "sentence"), REFUSED)
def test_what_is_no_video_is_refused_in_one_sentence(
    tmp_path: Path, make: Any, error: type[SubextractError], sentence: str
) -> None:
    path = make(tmp_path / "a.mp4")
    for attempt in (probe, lambda path: list(frames(path)), lambda path: list(stills(path, count=3))):
        with pytest.raises(error) as caught:
            attempt(path)
        assert (type(caught.value), str(caught.value)) == (error, f"{path} {sentence}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", greys())
    path.chmod(0)
    with pytest.raises(InputError, match="may not be read: ask for permission to read it"):
        probe(path)


def test_a_stream_without_a_single_good_picture_is_no_video(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", noisy(3), codec="ffv1", g="1")
    with av.open(str(path)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    whole = path.read_bytes()
    for packet in packets:
        whole = whole.replace(packet, b"\xff" * len(packet))
    path.write_bytes(whole)
    for attempt in (probe, lambda path: list(frames(path)), lambda path: list(stills(path, count=3))):
        with pytest.raises(NotMedia, match="no picture can be decoded: it is damaged or incomplete"):
            attempt(path)


@pytest.mark.parametrize("name", ["-a.mp4", 'it\'s "it" .mp4', "http:a.mp4", "concat:a|b.mp4", "日本 %d.mp4"])
def test_any_name_is_a_name(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.mp4", greys(shades=SHADES[:2])).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert (probe(name).path, seen(Path(name))) == (name, [(0, 30), (40, 40)])


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


def test_stills_of_a_file_with_many_key_frames_are_key_frames(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", greys(shades=range(20, 220, 2)), g="10", sc_threshold="0")
    assert [still.time for still in stills(path, count=5)] == [0, 800, 1600, 2400, 3200]
    assert [int(still.luma[0, 0]) for still in stills(path, count=5)] == [20, 60, 100, 140, 180]


def test_stills_of_a_file_with_few_key_frames_are_spread_evenly(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", greys(shades=range(20, 220, 2)), g="250", bf="0")
    assert [still.time for still in stills(path, count=5)] == [400, 1200, 2000, 2800, 3600]
    assert [still.time for still in stills(path, count=2, start=1000, end=2000)] == [1280, 1760]


def test_one_frame_is_a_still(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.h264", "a.ts"):
        path = write(tmp_path / name, greys(shades=SHADES[:1]))
        assert [(still.time, int(still.luma[0, 0])) for still in stills(path, count=9)] == [(0, 30)]


def test_stills_of_a_stream_that_cannot_be_sought(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h264", greys())
    assert [still.time for still in stills(path, count=4)] == [120, 320, 480, 680]


def test_the_clock_rounds_to_the_nearest_millisecond_and_back() -> None:
    clock = Clock.of(Fraction(1, 90_000), 1_514_089)
    assert [clock.milliseconds(ticks) for ticks in (137_250, 148_500, 136_268)] == [11, 136, 0]
    assert [clock.milliseconds(clock.ticks(time)) for time in range(0, 1000, 7)] == list(range(0, 1000, 7))
    assert [clock.length(ticks) for ticks in (3750, 3003, 0)] == [42, 33, 0]
