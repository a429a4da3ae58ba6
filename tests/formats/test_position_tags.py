"""Whether SubRip says where a cue stands, when that is asked for, as players read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pysubs2
import pytest
from av.stream import Disposition

from benchmarks.sup import Shown, sup
from subextract import Options, cli, extract, stream
from subextract.formats import by_name, load, save
from subextract.types import Box, Cue, Video
from tests.helpers.muxing import Stream, lettered, mux
from tests.helpers.results import Run
from tests.helpers.texts import ODD_TEXTS, VIDEO, one_after_another

ASKED = {"writing": {"position_tags": True}}
COLUMNS, ROWS = ((32, 200), (200, 440), (440, 608)), ((310, 345), (160, 200), (29, 60))


def subrip(cue: Cue, video: Video | None = VIDEO) -> str:
    return by_name("srt").dumps([cue], video, ASKED).split("\n")[2]


def test_each_of_nine_places_has_its_key_and_the_ordinary_one_none() -> None:
    keys = [
        subrip(Cue(0, 1000, "text", Box(left, top, right, bottom))).removesuffix("text")
        for top, bottom in ROWS
        for left, right in COLUMNS
    ]
    assert keys == [rf"{{\an{key}}}" if key != 2 else "" for key in range(1, 10)]


def test_it_is_written_only_when_asked_for() -> None:
    cue = Cue(0, 1000, "text", Box(200, 29, 440, 60))
    written: list[dict[str, Any] | None] = [None, {}, {"writing": {}}, {"writing": {"position_tags": False}}]
    for details in written:
        assert r"\an" not in by_name("srt").dumps([cue], VIDEO, details)


def test_what_has_no_place_or_a_picture_of_no_size_gets_none() -> None:
    top = Box(200, 29, 440, 60)
    assert subrip(Cue(0, 1000, "text")) == subrip(Cue(0, 1000, "text", top), None) == "text"
    assert subrip(Cue(0, 1000, "text", top), Video("a.sup", 0, 0)) == "text"
    assert subrip(Cue(0, 1000, "text", Box(200, 310, 440, 345), kind="sign")) == "text"


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_texts_come_back_and_others_read_the_place(text: str, tmp_path: Path) -> None:
    cues = [Cue(*times, box=Box(200, 29, 440, 60), italics=(0,)) for times in _bare([text, "between", text])]
    save(cues, tmp_path / "a.srt", VIDEO, ASKED)
    assert [cue.text for cue in load(tmp_path / "a.srt")] == [cue.text for cue in cues]
    read = pysubs2.SSAFile.from_string((tmp_path / "a.srt").read_text("utf-8"), "srt")
    assert [event.text.startswith(r"{\an8}") for event in read] == [True] * 3


def _bare(texts: list[str]) -> list[tuple[int, int, str]]:
    return [(cue.start, cue.end, cue.text) for cue in one_after_another(texts)]


def test_json_does_not_say_how_other_files_are_written() -> None:
    assert "writing" not in json.loads(by_name("json").dumps([], VIDEO, ASKED))


def test_a_text_track_keeps_its_places_and_reads_them_from_the_result(tmp_path: Path) -> None:
    events = [
        (0, 400, rb"0,0,Sign,,0,0,0,,top"),
        (500, 200, rb"1,0,Default,,0,0,0,,bottom"),
        (800, 100, rb"2,0,Default,,0,0,0,,{\an4}left"),
    ]
    path = mux(tmp_path / "film.mkv", Stream("ass", events, "eng", Disposition.default))
    assert cli.main([str(path), "--position-tags"]) == 0
    written = (tmp_path / "film.en.srt").read_text()
    assert [line for line in written.split("\n") if line[-1:].isalpha()] == [r"{\an8}top", "bottom", r"{\an4}left"]
    again = tmp_path / "again.srt"
    with stream(tmp_path / "film.en.srt", Options()) as extraction:
        save(list(extraction), again, extraction.video, ASKED)
    assert again.read_text() == written


def test_places_of_webvtt_become_tags_too(tmp_path: Path) -> None:
    path = tmp_path / "film.vtt"
    path.write_text("WEBVTT\n\n00:00.000 --> 00:01.000 line:10%\ntop\n\n00:02.000 --> 00:03.000\nbottom\n")
    assert cli.main([str(path), "--format", "srt", "--position-tags"]) == 0
    assert r"{\an8}top" in (tmp_path / "film.srt").read_text()
    assert "\nbottom" in (tmp_path / "film.srt").read_text()


def test_pictures_of_a_track_have_their_places(tmp_path: Path) -> None:
    path, picture = tmp_path / "film.sup", lettered("The harbour lights")
    left = 960 - picture.shape[1] // 2
    path.write_bytes(
        sup([(0, [Shown(picture, left, 60)]), (1000, []), (2000, [Shown(picture, left, 960)]), (3000, [])])
    )
    assert cli.main([str(path), "--position-tags"]) == 0
    lines = (tmp_path / "film.srt").read_text().split("\n")
    assert [line for line in lines if "harbour" in line] == [r"{\an8}The harbour lights", "The harbour lights"]
    assert all(cue.box for cue in extract(path))


def test_it_belongs_to_no_format_but_subrip_and_decides_no_cue(film: Path) -> None:
    cue = Cue(1000, 2000, "top", Box(30, 5, 70, 12))
    with Run(film, format="srt,vtt", position_tags=True).writer() as writer:
        writer.add(cue)
        paths = writer.finish()
    assert [r"\an8" in path.read_text() for path in paths] == [True, False]
    assert Options(position_tags=True).fingerprint() == Options().fingerprint()
