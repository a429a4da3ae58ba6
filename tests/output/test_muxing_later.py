"""Whether a copy can be made of results that are there, and of films whose codecs Matroska has no name for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from subextract import Options, UsageError, cli, extract, runner
from subextract.errors import DecodeError, OutputError
from subextract.formats import by_name, save
from subextract.media import Added, check_copy, mux
from subextract.subtitles import contents
from subextract.types import Box, Cue, Video
from tests.helpers.encoding import grey, greys, seen, write
from tests.helpers.muxing import Stream
from tests.helpers.muxing import mux as made
from tests.helpers.results import FIRST, SECOND, Run, finished, interrupted, names

Said = pytest.CaptureFixture[str]
TEXTS = [(40, 400, "One"), (440, 700, "Zwei")]


def said(path: Path, index: int) -> list[tuple[int, int, str]]:
    return [(cue.start, cue.end, cue.text) for cue in extract(path, Options(track=str(index)))]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return made(tmp_path / "film.mkv", Stream("srt", [(at, end - at, text.encode()) for at, end, text in TEXTS], "ger"))


def no_reading(*_: object) -> None:
    raise AssertionError("nothing is to be read")


def test_a_copy_that_failed_is_made_by_the_same_command_without_reading(
    film: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    command = [str(film), "--mux", "--format", "srt,json"]

    def full(*_: object) -> None:
        raise OutputError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr("subextract.output.muxing.muxed", full)
        assert cli.main(command) == 5
    assert names(film.parent) == ["film.de.json", "film.de.srt", "film.mkv"]
    capsys.readouterr()
    monkeypatch.setattr(runner, "stream", no_reading)
    assert cli.main(command) == 0
    copy = film.with_name("film.de.muxed.mkv")
    there = f"{film.with_name('film.de.srt')}, {film.with_name('film.de.json')}"
    assert capsys.readouterr().err == (
        f"{there} are there already; only the copy is made.\n"
        f"{copy}: a copy of {film} with the subtitles that were there.\n"
    )
    assert [(track.language, said(copy, track.index)) for track in contents(copy).tracks] == [("ger", TEXTS)] * 2
    assert names(film.parent) == ["film.de.json", "film.de.muxed.mkv", "film.de.srt", "film.mkv"]
    assert cli.main(command) == 2  # both are there


def test_where_the_film_breaks_off_behind_what_was_read_only_the_copy_lacks(
    film: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    def broken(*_: object) -> None:
        raise DecodeError("No copy is made, because the film breaks off.")

    monkeypatch.setattr("subextract.output.muxing.muxed", broken)
    assert cli.main([str(film), "--mux"]) == 6
    said = capsys.readouterr().err
    assert f"{film.with_name('film.de.srt')}: 2 cues, " in said
    assert said.endswith("subextract: No copy is made, because the film breaks off.\n")
    assert names(film.parent) == ["film.de.srt", "film.mkv"]


def test_what_was_corrected_meanwhile_is_in_the_copy(film: Path) -> None:
    assert cli.main([str(film)]) == 0
    result = film.with_name("film.de.srt")
    result.write_text(result.read_text().replace("Zwei", "Drei"))
    assert cli.main([str(film), "--mux", "-q"]) == 0
    assert [text for *_, text in said(film.with_name("film.de.muxed.mkv"), 2)] == ["One", "Drei"]


def test_languages_and_translations_that_are_there_are_tracks(tmp_path: Path) -> None:
    video = write(tmp_path / "film.mkv", greys())
    for code in ("en", "zh-Hans"):
        save([Cue(0, 400, code)], tmp_path / f"film.{code}.srt")
    assert cli.main([str(video), "--mux", "--split-languages", "--track", "hard", "-q"]) == 0
    copy = tmp_path / "film.muxed.mkv"
    assert [(track.language, said(copy, track.index)) for track in contents(copy).tracks] == [
        ("eng", [(0, 400, "en")]),
        ("chi", [(0, 400, "zh-Hans")]),
    ]
    save([Cue(0, 400, "eins")], tmp_path / "film.de.srt")
    copy.unlink()
    wanted = ["--mux", "--translate", "de", "--track", "hard", "-q"]
    assert cli.main([str(video), *wanted]) == 0
    (track,) = contents(copy).tracks
    assert (track.language, said(copy, track.index)) == ("ger", [(0, 400, "eins")])


def test_places_go_along_where_a_result_knows_them(tmp_path: Path) -> None:
    video = write(tmp_path / "film.mkv", greys())
    cues, size = [Cue(0, 400, "Far", box=Box(20, 2, 44, 8))], Video(str(video), 64, 48)
    for name in ("srt", "json"):
        (tmp_path / f"film.{name}").write_text(by_name(name).dumps(cues, size))
    flags = ["--mux", "--position-tags", "--format", "srt,json", "--track", "hard", "-q"]
    assert cli.main([str(video), *flags]) == 0
    with av.open(str(tmp_path / "film.muxed.mkv")) as copy:
        assert b"{\\an" in next(bytes(packet) for packet in copy.demux(subtitles=0))


def test_what_is_unfinished_or_lacks_a_result_is_no_whole_result(film: Path, tmp_path: Path) -> None:
    interrupted(Run(film, mux=True, track="hard"), FIRST)
    plan = Run(film, mux=True, track="hard").plan
    assert not isinstance(plan, UsageError)
    assert (plan.made, plan.checkpoint is None) == (False, False)
    assert isinstance(Run(film, mux=True, track="hard", end=500).plan, UsageError)  # the resume file is of another run
    film.with_name("film.srt.resume").unlink()
    assert getattr(Run(film, mux=True, track="hard").plan, "made", None) is True
    assert isinstance(Run(film, mux=True, track="hard", format="srt,vtt").plan, UsageError)
    other = Run(film, mux=True, track="hard", format="txt")
    assert finished(other, FIRST, SECOND) == ["film.txt"]
    assert isinstance(Run(film, mux=True, track="hard", format="txt").plan, UsageError)  # which says no times


@pytest.mark.parametrize(
    ("name", "codec", "more"),
    [
        ("film.wmv", "wmv2", {"format": "asf"}),
        ("it's a | film.flv", "flv", {}),
        ("film.avi", "huffyuv", {"form": "yuv422p"}),
        ("film.dv", "dvvideo", {"size": (720, 576)}),
    ],
)
def test_pictures_without_a_name_in_matroska_are_copied_by_that_of_avi(
    tmp_path: Path, name: str, codec: str, more: dict[str, Any]
) -> None:
    form, size = more.get("form", "yuv420p"), more.get("size", (64, 48))
    video = write(tmp_path / name, [grey(shade, form, size) for shade in (30, 90, 150)], codec=codec)
    copy = video.with_suffix(".mkv")
    check_copy(video, "matroska")
    mux(video, copy, [Added([(0, 40, "Hi")], "de")], "matroska")
    assert [shade for _, shade in seen(copy)] == [shade for _, shade in seen(video)]
    with av.open(str(video)) as film, av.open(str(copy)) as found:
        assert found.streams.video[0].codec_context.name == film.streams.video[0].codec_context.name == codec
    (track,) = contents(copy).tracks
    assert (track.language, said(copy, track.index)) == ("ger", [(0, 40, "Hi")])
    assert names(tmp_path) == sorted([name, copy.name])


def test_pictures_that_fit_into_no_copy_are_told_before_the_work(
    tmp_path: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = write(tmp_path / "film.rm", [grey(90, size=(176, 144))] * 3, codec="rv20", base=Fraction(1, 25))
    monkeypatch.setattr(runner, "stream", no_reading)
    assert cli.main([str(video), "--mux"]) == 2
    assert capsys.readouterr().err == (
        f"subextract: --mux: the pictures or the sound of {video} (rv20) do not fit into .mkv, so it cannot be copied "
        "as it is; leave --mux out.\n"
    )
    assert names(tmp_path) == ["film.rm"]
