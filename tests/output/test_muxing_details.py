"""Whether the copy of a video has what the film says beside its packets, and whether half a film is copied."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import cv2
import numpy as np
import pytest
from av.container import OutputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from subextract import cli, media
from subextract.errors import DecodeError
from subextract.formats import save
from subextract.media import Added, mux
from subextract.types import Cue
from tests.helpers.encoding import greys, noisy, seen, write
from tests.helpers.results import names

TRACKS = [Added([(40, 400, "One")], "de")]
COVER = bytes(cv2.imencode(".jpg", np.full((16, 16, 3), 90, np.uint8))[1])
SQUEEZED = Fraction(4, 3)
TICK = Fraction(1, 1000)
Said = pytest.CaptureFixture[str]


def encoded(path: Path, codec: str, change: Callable[[VideoStream], None]) -> Path:
    """A film whose stream was changed before it was encoded."""
    with av.open(str(path), "w") as made:
        out = cast(VideoStream, made.add_stream(codec, rate=25))
        out.width, out.height, out.pix_fmt = 64, 48, "yuv420p"
        change(out)
        for picture in greys():
            made.mux(out.encode(picture))
        made.mux(out.encode())
    return path


def squeeze(stream: VideoStream) -> None:
    stream.codec_context.sample_aspect_ratio = SQUEEZED


def packed(plain: Path, path: Path, add: Callable[[OutputContainer], object]) -> Path:
    """The pictures of a file in another one, with something beside them."""
    with av.open(str(plain)) as film, av.open(str(path), "w") as made:
        out = made.add_stream_from_template(film.streams.video[0], opaque=True)
        out.metadata["title"] = "The picture"
        add(made)
        for packet in film.demux(video=0):
            if packet.size:
                packet.stream = out
                made.mux(packet)
    return path


def details(path: Path) -> tuple[object, ...]:
    """The shape of a pixel, the title of the pictures, and what is beside them."""
    with av.open(str(path)) as found:
        video, cover = found.streams.video
        title = video.metadata.get("title", video.metadata.get("name"))
        data = [bytes(packet) for packet in found.demux(cover) if packet.size]
        return video.sample_aspect_ratio, title, Disposition(cover.disposition), data


def test_shapes_of_pixels_titles_of_streams_and_the_cover_are_copied(tmp_path: Path) -> None:
    plain = encoded(tmp_path / "plain.mkv", "libx264", squeeze)
    film = packed(plain, tmp_path / "film.mkv", lambda made: made.add_attachment("front.jpg", "image/jpeg", COVER))
    expected = (SQUEEZED, "The picture", Disposition.attached_pic, [COVER])
    assert details(film) == expected
    for source, copy, form in (
        (film, "copy.mkv", "matroska"),
        (film, "copy.mp4", "mp4"),
        (tmp_path / "copy.mp4", "again.mp4", "mp4"),
        (tmp_path / "copy.mp4", "back.mkv", "matroska"),
    ):
        mux(source, tmp_path / copy, TRACKS, form)
        assert details(tmp_path / copy) == expected, copy
    with av.open(str(tmp_path / "copy.mkv")) as copied, av.open(str(tmp_path / "back.mkv")) as back:
        assert [each.streams.video[1].metadata["filename"] for each in (copied, back)] == ["front.jpg", "cover.jpg"]


def test_chapters_of_an_mp4_are_no_stream_that_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    plain = write(tmp_path / "plain.mp4", greys())
    film = packed(
        plain,
        tmp_path / "film.mp4",
        lambda made: made.set_chapters(
            [{"id": 1, "start": 0, "end": 400, "time_base": TICK, "metadata": {"title": "One"}}]
        ),
    )
    mux(film, tmp_path / "copy.mkv", TRACKS, "matroska")
    with av.open(str(tmp_path / "copy.mkv")) as copy:
        assert [each["metadata"]["title"] for each in copy.chapters()] == ["One"]
    assert caplog.text == ""


def test_a_shape_of_pixels_that_only_the_container_says_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    film = encoded(tmp_path / "film.mp4", "libvpx-vp9", squeeze)
    assert media.probe(film).pixel_aspect == pytest.approx(4 / 3)
    mux(film, tmp_path / "copy.mkv", TRACKS, "matroska")
    assert media.probe(tmp_path / "copy.mkv").pixel_aspect == 1
    told = [record.getMessage() for record in caplog.records]
    assert told == ["The copy does not say that a pixel of the video is 4:3."]


@pytest.mark.parametrize("name", ["hvc1", "hev1"])
def test_hevc_is_called_as_the_film_calls_it(tmp_path: Path, name: str) -> None:
    def call(stream: VideoStream) -> None:
        stream.options = {"x265-params": "log-level=none"}
        stream.codec_context.codec_tag = name

    film, copy = encoded(tmp_path / "film.mp4", "libx265", call), tmp_path / "copy.mp4"
    mux(film, copy, TRACKS, "mp4")
    for path in (film, copy):
        with av.open(str(path)) as found:
            assert found.streams.video[0].codec_context.codec_tag == name
    assert seen(film) == seen(copy)


@pytest.fixture(params=["film.mp4", "film.avi", "film.mkv"])
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A film whose last third is missing."""
    (tmp_path / "whole").mkdir()
    front = {"movflags": "faststart"} if request.param == "film.mp4" else {}
    whole = write(tmp_path / "whole" / request.param, noisy(30), mux=front)
    path = tmp_path / str(request.param)
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    return path


def test_no_copy_is_made_of_a_film_that_breaks_off_however_often_it_is_asked_for(broken: Path, capsys: Said) -> None:
    save([Cue(0, 400, "One")], broken.with_suffix(".srt"))  # what a run finds before it breaks off
    for _ in range(2):
        assert cli.main([str(broken), "--mux", "--track", "hard"]) == 6
        said = capsys.readouterr().err
        assert f"No copy is made, because {broken} is incomplete, its last part is missing: copy or download" in said
        assert names(broken.parent) == sorted([broken.name, "film.srt", "whole"])


def test_the_copy_of_a_film_says_that_it_breaks_off(broken: Path, tmp_path: Path) -> None:
    suffix, form = media.container_for(broken)
    with pytest.raises(DecodeError, match="is incomplete"):
        mux(broken, tmp_path / f"copy{suffix}", TRACKS, form)
