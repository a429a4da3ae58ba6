"""Whether the facts of a video come out right, and what is no video is refused."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition

from subextract.errors import InputError, NotMedia, SubextractError
from subextract.media import frames, probe, stills
from subextract.subtitles import contents
from subextract.types import Track, Video
from tests.helpers.encoding import B_FRAMES, HEIGHT, LOSSLESS, SHADES, WIDTH, cross, grey, greys, noisy, seen, write


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
PLAYLISTS = [
    b"#EXTM3U\n#EXTINF:20,\ndemo.mp4\n#EXT-X-ENDLIST\n",
    b"\xef\xbb\xbfffconcat version 1.0\nfile demo.mp4\n",
    b"[playlist]\nFile1=demo.mp4\n",
    b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nm=video 5004 RTP/AVP 96\r\n",
    b'<?xml version="1.0"?><MPD><Period><BaseURL>demo.mp4</BaseURL></Period></MPD>',
]
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
    *(
        (
            partial(content, what=playlist),
            NotMedia,
            "is a playlist, which only names other files: give one of these, or join them with FFmpeg first.",
        )
        for playlist in PLAYLISTS
    ),
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


@pytest.mark.parametrize("name", ["film.mp4", "film.m3u8", "film.ffconcat"])
@pytest.mark.parametrize("text", ["#EXTM3U\n#EXTINF:20,\n{}\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile {}\n"])
def test_a_list_that_is_not_seen_to_be_one_opens_no_other_file(
    tmp_path: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "other.mkv", greys())
    path = tmp_path / name
    path.write_text(text.format("other.mkv"))
    monkeypatch.setattr("subextract.playlists.is_playlist", lambda head: False)
    with pytest.raises(NotMedia):
        contents(path)
