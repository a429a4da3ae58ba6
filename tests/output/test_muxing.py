"""Whether the copy of a video has its subtitles as a track, and all else as it was."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from av.stream import Disposition

from benchmarks.sup import Shown, sup
from subextract import Options, UsageError, cli, extract, media
from subextract.errors import OutputError
from subextract.languages.tags import long
from subextract.media import Added, mux, one_at_a_time
from subextract.output import plan
from subextract.output.muxing import muxed
from subextract.subtitles import contents
from subextract.types import Box, Cue, Video
from tests.helpers.encoding import B_FRAMES, cross, greys, seen, write
from tests.helpers.muxing import Stream, in_four, lettered, vobsub
from tests.helpers.muxing import mux as made
from tests.helpers.watching import Folder

TEXTS = [(40, 400, "One"), (440, 700, "Zwei\nZeilen")]
SRT = "".join(
    f"{number}\n00:00:00,{start:03} --> 00:00:00,{end:03}\n{text}\n\n"
    for number, (start, end, text) in enumerate(TEXTS, 1)
)
TICK = Fraction(1, 1000)
Said = pytest.CaptureFixture[str]


def packets(path: Path, kind: str = "video") -> list[tuple[Any, ...]]:
    """Times (s) and bytes of all packets of a kind."""
    with av.open(str(path)) as container:
        found = [
            (
                packet.pts * packet.time_base if packet.pts is not None and packet.time_base else None,
                packet.dts * packet.time_base if packet.dts is not None and packet.time_base else None,
                bytes(packet),
            )
            for packet in container.demux()
            if packet.size and packet.stream.type == kind
        ]
    return found


def said(path: Path, track: str = "auto") -> list[tuple[int, int, str]]:
    return [(cue.start, cue.end, cue.text) for cue in extract(path, Options(track=track))]


@pytest.fixture(params=["film.mkv", "film.mp4", "film.mov"])
def video(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Twenty frames in an order other than they are shown in."""
    return write(tmp_path / request.param, greys(), **B_FRAMES)


def test_a_copy_has_the_same_packets_and_the_new_tracks(video: Path, tmp_path: Path) -> None:
    suffix, form = media.container_for(video)
    assert suffix == (".mp4" if video.suffix == ".mp4" else ".mkv")
    target = tmp_path / f"copy{suffix}"
    tracks = [Added(TEXTS, "de"), Added(TEXTS[:1], "zh-Hans", forced=True), Added(TEXTS[1:], hearing_impaired=True)]
    mux(video, target, tracks, form)
    assert seen(target) == seen(video)
    assert [data for *_, data in packets(target)] == [data for *_, data in packets(video)]
    assert [time for time, *_ in packets(target)] == pytest.approx([time for time, *_ in packets(video)], abs=0.001)
    found = contents(target).tracks
    assert [(track.language, track.default, track.forced, track.hearing_impaired) for track in found] == [
        ("ger" if suffix == ".mkv" else "deu", True, False, False),
        ("chi" if suffix == ".mkv" else "zho", False, True, False),
        (found[2].language, False, False, True),
    ]
    assert found[2].language in (None, "und")
    assert [said(target, str(track.index)) for track in found] == [TEXTS, TEXTS[:1], TEXTS[1:]]


def test_a_track_that_is_there_stays_and_stays_the_one_that_is_shown(tmp_path: Path) -> None:
    streams = [
        Stream("srt", [(0, 400, b"old")], "eng", Disposition.default),
        Stream("ass", [(0, 400, b"0,0,Sign,,0,0,0,,x")]),
    ]
    video = made(tmp_path / "film.mkv", *streams)
    mux(video, tmp_path / "copy.mkv", [Added(TEXTS, "de")], "matroska")
    found = contents(tmp_path / "copy.mkv").tracks
    assert [(track.codec, track.language, track.default) for track in found] == [
        ("subrip", "eng", True),
        ("ass", None, False),
        ("subrip", "ger", False),
    ]
    assert [said(tmp_path / "copy.mkv", str(index)) for index in (1, 3)] == [[(0, 400, "old")], TEXTS]


def test_a_turned_picture_stays_turned(tmp_path: Path) -> None:
    video = write(tmp_path / "film.mp4", [cross("yuv420p")] * 3, rotation=90)
    mux(video, tmp_path / "copy.mp4", [Added(TEXTS)], "mp4")
    assert media.probe(tmp_path / "copy.mp4").rotation == media.probe(video).rotation != 0


def test_the_clock_of_a_transport_stream_begins_at_zero_with_the_subtitles(tmp_path: Path) -> None:
    video = write(tmp_path / "film.ts", greys(), **B_FRAMES)
    with av.open(str(video)) as container:
        assert (container.start_time or 0) > 0
    suffix, form = media.container_for(video)
    assert (suffix, form) == (".mkv", "matroska")
    mux(video, tmp_path / "copy.mkv", [Added(TEXTS, "en")], form)
    assert [time for time, _ in seen(tmp_path / "copy.mkv")] == [time for time, _ in seen(video)]
    assert said(tmp_path / "copy.mkv") == TEXTS


def test_packets_that_do_not_say_when_they_are_shown_are_copied_too(tmp_path: Path) -> None:
    video = write(tmp_path / "film.avi", greys(), **B_FRAMES)
    mux(video, tmp_path / "copy.mkv", [Added(TEXTS)], "matroska")
    assert seen(tmp_path / "copy.mkv") == seen(video)
    assert said(tmp_path / "copy.mkv") == TEXTS


def test_a_stream_that_does_not_fit_is_left_out_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    video = made(tmp_path / "film.mkv", Stream("ass", [(0, 400, b"0,0,Sign,,0,0,0,,x")]))
    mux(video, tmp_path / "copy.mp4", [Added(TEXTS)], "mp4")
    assert [track.codec for track in contents(tmp_path / "copy.mp4").tracks] == ["mov_text"]
    assert "A subtitle stream of the video is left out of the copy" in caplog.text


def test_whatever_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    video = write(tmp_path / "film.mkv", greys())
    with pytest.raises(OSError, match="No such file"):
        mux(video, tmp_path / "gone" / "copy.mkv", [Added(TEXTS)], "matroska")
    with pytest.raises(OSError, match="format"):
        mux(video, tmp_path / "copy.wav", [Added(TEXTS)], "wav")


def test_titles_and_chapters_are_copied(tmp_path: Path) -> None:
    plain = write(tmp_path / "plain.mkv", greys())
    titled = tmp_path / "film.mkv"
    with av.open(str(plain)) as film, av.open(str(titled), "w") as copy:
        out = copy.add_stream_from_template(film.streams.video[0], opaque=True)
        copy.metadata["title"] = "The film"
        copy.set_chapters([{"id": 1, "start": 0, "end": 400, "time_base": TICK, "metadata": {"title": "First"}}])
        for packet in film.demux(video=0):
            if packet.size:
                packet.stream = out
                copy.mux(packet)
    mux(titled, tmp_path / "copy.mkv", [Added(TEXTS)], "matroska")
    with av.open(str(tmp_path / "copy.mkv")) as copied:
        assert copied.metadata["title"] == "The film"
        assert [chapter["metadata"]["title"] for chapter in copied.chapters()] == ["First"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([(0, 2, "a"), (2, 4, "b")], [(0, 2, "a"), (2, 4, "b")]),
        ([(0, 9, "a"), (2, 4, "b")], [(0, 2, "a"), (2, 4, "a\nb"), (4, 9, "a")]),
        ([(0, 3, "a"), (0, 3, "b"), (5, 6, "c")], [(0, 3, "a\nb"), (5, 6, "c")]),
        ([], []),
    ],
)
def test_what_is_up_together_is_one_text_where_only_one_can_be_shown(
    texts: list[tuple[int, int, str]], expected: list[tuple[int, int, str]]
) -> None:
    assert one_at_a_time(texts) == expected


@pytest.mark.parametrize(
    ("code", "own", "english"),
    [
        ("en", "eng", "eng"),
        ("zh-Hant", "zho", "chi"),
        ("ger", "deu", "ger"),
        (None, "und", "und"),
        ("gsw", "gsw", "gsw"),
    ],
)
def test_containers_write_languages_with_three_letters(code: str | None, own: str, english: str) -> None:
    assert (long(code), long(code, bibliographic=True)) == (own, english)


# The command line.


def film_with_text(tmp_path: Path, suffix: str = ".mkv") -> Path:
    codec = "srt" if suffix == ".mkv" else "mov_text"
    events = [(at, end - at, text.encode()) for at, end, text in TEXTS]
    if suffix != ".mkv":
        events = [(at, length, len(data).to_bytes(2, "big") + data) for at, length, data in events]
    return made(tmp_path / f"film{suffix}", Stream(codec, events, "ger"))


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_the_result_is_a_file_and_a_track_of_a_copy(tmp_path: Path, suffix: str, capsys: Said) -> None:
    path = film_with_text(tmp_path, suffix)
    assert cli.main([str(path), "--mux"]) == 0
    copy = tmp_path / f"film.de.muxed{suffix}"
    assert f"film.de.srt, {copy}: 2 cues, " in capsys.readouterr().err
    assert sorted(each.name for each in tmp_path.iterdir()) == [copy.name, "film.de.srt", path.name]
    tracks = contents(copy).tracks
    assert [(track.language, said(copy, str(track.index))) for track in tracks] == [
        ("ger", TEXTS),
        ("ger" if suffix == ".mkv" else "deu", TEXTS),
    ]
    assert packets(copy) == packets(path)


def test_pictures_of_a_track_become_text_beside_them(tmp_path: Path) -> None:
    data = vobsub(in_four(lettered("Hello there")), 100, 400, stop=90)
    path = made(tmp_path / "film.mkv", Stream("dvdsub", [(100, 500, data)], "eng", Disposition.forced))
    assert cli.main([str(path), "--mux"]) == 0
    found = contents(tmp_path / "film.en.forced.muxed.mkv").tracks
    assert [(track.codec, track.language, track.forced) for track in found] == [
        ("dvd_subtitle", "eng", True),
        ("subrip", "eng", True),
    ]
    assert said(tmp_path / "film.en.forced.muxed.mkv", "2") == [(100, 600, "Hello there")]


def test_italics_and_places_go_along(tmp_path: Path) -> None:
    video = write(tmp_path / "film.mkv", greys())
    (made_plan,) = plan([video], Options(mux=True, position_tags=True))
    assert not isinstance(made_plan, UsageError)
    cue = Cue(0, 400, "Far", box=Box(200, 29, 440, 60), italics=(0,), language="en")
    path = muxed(made_plan, Video(str(video), 640, 360), [cue], None)
    assert [data for *_, data in packets(path, "subtitle")] == [rb"{\an8}<i>Far</i>"]


def test_each_language_and_each_translation_is_a_track(tmp_path: Path) -> None:
    video = write(tmp_path / "film.mkv", greys())
    one, two = [Cue(0, 400, "One")], [Cue(0, 400, "Eins")]
    cases: list[tuple[dict[str, Any], Any, list[Cue] | None, list[str]]] = [
        ({"split_languages": True}, {"en": one, "de": two}, None, ["eng", "ger"]),
        ({"translate": "de", "keep_original": True, "language": "en"}, one, two, ["ger", "eng"]),
        ({"translate": "de"}, one, two, ["ger"]),
    ]
    for number, (options, cues, translation, expected) in enumerate(cases):
        (made_plan,) = plan([video], Options(mux=True, output=tmp_path / f"out{number}", track="hard", **options))
        assert not isinstance(made_plan, UsageError)
        (tmp_path / f"out{number}").mkdir()
        path = muxed(made_plan, Video(str(video), 640, 360), cues, translation)
        assert [track.language for track in contents(path).tracks] == expected


def test_a_copy_that_is_there_is_not_replaced_unasked(tmp_path: Path, capsys: Said) -> None:
    path = film_with_text(tmp_path)
    copy = tmp_path / "film.de.muxed.mkv"
    copy.write_text("mine")
    assert cli.main([str(path), "--mux"]) == 2
    assert f"{copy} already exists; add --overwrite" in capsys.readouterr().err
    assert (copy.read_text(), (tmp_path / "film.de.srt").exists()) == ("mine", False)
    assert cli.main([str(path), "--mux", "--overwrite"]) == 0
    assert len(contents(copy).tracks) == 2


def test_what_has_no_video_has_no_copy(tmp_path: Path, capsys: Said) -> None:
    path = tmp_path / "film.sup"
    path.write_bytes(sup([(0, [Shown(lettered("Hello"), 800, 900)]), (900, [])]))
    assert cli.main([str(path), "--mux"]) == 2
    assert f"--mux: {path} holds no video to copy; name the film" in capsys.readouterr().err
    with pytest.raises(UsageError, match="--mux and --track all exclude each other"):
        Options(mux=True, track="all")


@pytest.mark.parametrize("error", [OSError(28, os.strerror(28)), KeyboardInterrupt()])
def test_a_copy_that_cannot_be_finished_leaves_nothing(
    tmp_path: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = write(tmp_path / "film.mkv", greys())
    (made_plan,) = plan([video], Options(mux=True))
    assert not isinstance(made_plan, UsageError)

    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("subextract.output.muxing._settle", broken)
    expected = OutputError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected) as caught:
        muxed(made_plan, Video(str(video), 64, 48), [Cue(0, 400, "One")], None)
    if isinstance(error, OSError):
        assert str(caught.value) == (
            f"Cannot write '{tmp_path}/film.muxed.mkv': the disk is full; free some space and try again; "
            "the subtitles themselves are written, and the same command makes the copy of them."
        )
    assert [each.name for each in tmp_path.iterdir()] == ["film.mkv"]


def test_a_watch_makes_no_copies_that_it_would_then_read(folder: Folder, tmp_path: Path) -> None:
    config = tmp_path / "watch.toml"
    config.write_text("mux = true\n")
    folder.film("a.mkv")
    folder.once(config=config)
    assert (folder.states(), folder.files()) == ({"a.mkv": "done"}, ["a.srt"])
    assert [path.name for path in folder.films.iterdir() if "muxed" in path.name] == []
    assert "The setting 'mux' does nothing in a watch: copies of the videos would be" in folder.log.read_text()


def with_chapter(path: Path, tmp_path: Path) -> Path:
    """A copy of an MP4 with a chapter, which such files hold as a stream of data, too."""
    with av.open(str(path)) as film, av.open(str(tmp_path / "chapters.mp4"), "w") as copy:
        out = copy.add_stream_from_template(film.streams.video[0], opaque=True)
        copy.set_chapters([{"id": 1, "start": 0, "end": 400, "time_base": TICK, "metadata": {"title": "One"}}])
        for packet in film.demux(video=0):
            if packet.size:
                packet.stream = out
                copy.mux(packet)
    return tmp_path / "chapters.mp4"


def test_streams_of_data_are_left_out_and_chapters_are_copied(tmp_path: Path) -> None:
    video = with_chapter(write(tmp_path / "film.mp4", greys()), tmp_path)
    with av.open(str(video)) as film:
        assert [stream.type for stream in film.streams] == ["video", "data"]
    mux(video, tmp_path / "copy.mp4", [Added(TEXTS, "de")], "mp4")
    with av.open(str(tmp_path / "copy.mp4")) as copy:
        assert [chapter["metadata"]["title"] for chapter in copy.chapters()] == ["One"]
    assert seen(tmp_path / "copy.mp4") == seen(video)
