"""Whether subtitle files get the names that media servers know, and those that are there are recognised."""

from __future__ import annotations

import pytest

from subextract.types import Cue
from subextract.watch import naming


@pytest.mark.parametrize(
    ("stem", "format", "language", "flags", "expected"),
    [
        ("Film (2020)", "srt", "en", {}, "Film (2020).en.srt"),
        ("Film.S01E02.1080p", "vtt", "zh-Hans", {}, "Film.S01E02.1080p.zh-Hans.vtt"),
        ("Film", "srt", "de", {"forced": True}, "Film.de.forced.srt"),
        ("Film", "srt", "de", {"sdh": True}, "Film.de.sdh.srt"),
        ("Film", "ass", None, {}, "Film.ass"),
    ],
)
def test_a_name_is_the_exact_stem_then_language_and_flag(
    stem: str, format: str, language: str | None, flags: dict[str, bool], expected: str
) -> None:
    assert naming.name(stem, format, language, **flags) == expected


def test_the_language_is_as_given_and_otherwise_from_the_text() -> None:
    cues = [Cue(0, 1, "a", language="fr"), Cue(1, 2, "b", language="de"), Cue(2, 3, "c", language="fr"), Cue(3, 4, "d")]
    assert naming.language_of(cues, "pt-BR") == "pt-BR"
    assert naming.language_of(cues, None) == "fr"
    assert naming.language_of([Cue(0, 1, "a")], None) is None
    assert naming.language_of([Cue(0, 1, "Καλημέρα\nσε όλους")], None) == "el"


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


def test_another_folder_gets_the_same_tree() -> None:
    assert naming.folder_for("/films/a/b/Film.mkv", "/films", None) == "/films/a/b"
    assert naming.folder_for("/films/a/b/Film.mkv", "/films", "/out") == "/out/a/b"
    assert naming.folder_for("/films/Film.mkv", "/films", "/out") == "/out"


def test_a_result_that_names_its_language_keeps_its_name() -> None:
    assert naming.final("Film.2.srt", "Film.2", "en") == "Film.2.en.srt"
    assert naming.final("Film.2.zh.srt", "Film.2", "en") == "Film.2.zh.srt"
    assert naming.final("Film.2.vtt", "Film.2", None) == "Film.2.vtt"


def test_a_result_that_says_what_it_is_for_gets_its_language_before_that() -> None:
    assert naming.final("Film.forced.srt", "Film", "en") == "Film.en.forced.srt"
    assert naming.final("Film.sdh.srt", "Film", None) == "Film.sdh.srt"
    assert naming.final("Film.de.forced.srt", "Film", "en") == "Film.de.forced.srt"
    assert [naming.is_forced(name) for name in ("Film.en.forced.srt", "A forced.srt", "forced.film.srt")] == [
        True,
        False,
        False,
    ]
