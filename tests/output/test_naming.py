"""Whether results get the names that media servers know, and those that are there are recognised."""

from __future__ import annotations

from pathlib import Path

import pytest

from subextract.languages.identification import language_of_cues
from subextract.output import naming
from subextract.output.naming import Marks
from subextract.types import Cue


@pytest.mark.parametrize(
    ("stem", "format", "marks", "expected"),
    [
        ("Film (2020)", "srt", Marks(language="en"), "Film (2020).en.srt"),
        ("Film.S01E02.1080p", "vtt", Marks(language="zh-Hans"), "Film.S01E02.1080p.zh-Hans.vtt"),
        ("Film", "srt", Marks(language="de", forced=True), "Film.de.forced.srt"),
        ("Film", "srt", Marks(language="de", sdh=True), "Film.de.sdh.srt"),
        ("Film", "srt", Marks(0, "de"), "Film.0.de.srt"),
        ("Film", "ass", Marks(), "Film.ass"),
    ],
)
def test_a_name_is_the_exact_stem_then_track_language_and_flag(
    stem: str, format: str, marks: Marks, expected: str
) -> None:
    assert naming.name(stem, format, marks) == expected


def test_the_number_of_a_track_stands_only_where_it_tells_two_apart() -> None:
    marks = [Marks(1, "en"), Marks(2, "de"), Marks(3, "en"), Marks(4, "en", forced=True)]
    assert naming.distinct(marks) == [Marks(1, "en"), Marks(None, "de"), Marks(3, "en"), Marks(None, "en", forced=True)]


@pytest.mark.parametrize(
    ("path", "language", "expected"),
    [
        ("Film.zh.forced.srt", "en", "Film.en.forced.srt"),
        ("Film.zh.srt", None, "Film.srt"),
        ("Let.It.Be.srt", "de", "Let.It.Be.de.srt"),
        ("Film.hi.srt", "de", "Film.de.srt"),
    ],
)
def test_a_file_in_another_language_has_that_in_the_place_of_its_own(
    path: str, language: str | None, expected: str
) -> None:
    assert naming.for_language(Path(path), language) == Path(expected)


def test_the_language_is_as_given_and_otherwise_from_the_text() -> None:
    cues = [Cue(0, 1, "a", language="fr"), Cue(1, 2, "b", language="de"), Cue(2, 3, "c", language="fr"), Cue(3, 4, "d")]
    assert language_of_cues(cues, "pt-BR") == "pt-BR"
    assert language_of_cues(cues, None) == "fr"
    assert language_of_cues([Cue(0, 1, "a")], None) is None
    assert language_of_cues([Cue(0, 1, "Καλημέρα\nσε όλους")], None) == "el"


THERE = ["Film.mkv", "Film.2.mkv", "Film.en.srt", "Film.2.de.srt", "Film.ger.forced.srt", "Filmed.srt", "Film.nfo"]


@pytest.mark.parametrize(
    ("stem", "language", "expected"),
    [
        ("Film", None, ["Film.en.srt"]),
        ("Film", "en", ["Film.en.srt"]),
        ("Film", "en-US", ["Film.en.srt"]),
        ("Film", "de", []),
        ("Film.2", None, ["Film.2.de.srt"]),
        ("Film.2", "ja", []),
    ],
)
def test_subtitles_that_are_there_are_those_of_the_video_in_the_language(
    stem: str, language: str | None, expected: list[str]
) -> None:
    assert naming.existing(stem, THERE, language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (None, ["Film.EN.Foreign.srt", "Film.forced.srt"]),
        ("en", ["Film.EN.Foreign.srt", "Film.forced.srt"]),
        ("de", ["Film.forced.srt"]),
    ],
)
def test_forced_subtitles_that_are_there_are_told_from_full_ones(language: str | None, expected: list[str]) -> None:
    names = ["Film.mkv", "Film.en.srt", "Film.EN.Foreign.srt", "Film.forced.srt", "Film.srt"]
    assert naming.existing("Film", names, language, forced=True) == expected
    assert not {*naming.existing("Film", names, language)} & {*expected}


def test_a_subtitle_without_a_language_may_be_in_any() -> None:
    assert naming.existing("Film", ["Film.mkv", "Film.srt", "Film.Director.srt"], "ja") == [
        "Film.Director.srt",
        "Film.srt",
    ]


@pytest.mark.parametrize("other", ["csv", "tsv", "fcpxml", "json", "txt"])
def test_a_result_in_another_format_beside_it_is_no_video(other: str) -> None:
    names = ["Film.mkv", "Film.en.srt", f"Film.en.{other}"]
    assert naming.existing("Film", names, "en") == ["Film.en.srt"]
