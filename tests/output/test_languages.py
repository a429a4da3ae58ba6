"""Whether bilingual results become one file for each language, stopped runs included."""

from __future__ import annotations

from pathlib import Path

import pytest

from subextract.errors import EngineError, OutputError
from subextract.formats import load
from subextract.output import Plan
from subextract.types import Cue
from tests.helpers.results import Run, finished, interrupted, leave, names, refusal, subrip

BILINGUAL = [
    Cue(1000, 2000, "钥匙在哪里？\nSo where is the key, then?"),
    Cue(3000, 4000, "他昨天把它弄丢了。\nHe lost it yesterday."),
]
CHINESE = "1\n00:00:01,000 --> 00:00:02,000\n钥匙在哪里？\n\n2\n00:00:03,000 --> 00:00:04,000\n他昨天把它弄丢了。\n\n"
ENGLISH = (
    "1\n00:00:01,000 --> 00:00:02,000\nSo where is the key, then?\n\n"
    "2\n00:00:03,000 --> 00:00:04,000\nHe lost it yesterday.\n\n"
)


def test_bilingual_cues_become_one_file_for_each_language(film: Path) -> None:
    run = Run(film, split_languages=True, format="srt,json")
    assert finished(run, *BILINGUAL) == ["film.zh.srt", "film.en.srt", "film.zh.json", "film.en.json"]
    assert film.with_name("film.zh.srt").read_text("utf-8") == CHINESE
    assert film.with_name("film.en.srt").read_text("utf-8") == ENGLISH
    assert [cue.language for cue in load(film.with_name("film.zh.json"))] == ["zh-Hans", "zh-Hans"]
    assert names(film.parent) == ["film.en.json", "film.en.srt", "film.mp4", "film.zh.json", "film.zh.srt"]


def test_the_files_of_languages_are_named_after_the_wanted_file(film: Path) -> None:
    run = Run(film, split_languages=True, output=film.with_name("subs.v1.vtt"))
    assert finished(run, *BILINGUAL) == ["subs.v1.zh.vtt", "subs.v1.en.vtt"]


@pytest.mark.parametrize(
    ("cues", "files"),
    [
        ([Cue(1000, 2000, "So where is the key, then?")], ["film.en.srt"]),
        ([Cue(1000, 2000, "OK!")], ["film.und.srt"]),
        ([], ["film.und.srt"]),
        ([Cue(1000, 2000, "Нет.\nNo.")], ["film.und-Cyrl.srt", "film.und-Latn.srt"]),
    ],
)
def test_a_file_is_named_as_far_as_its_language_is_known(film: Path, cues: list[Cue], files: list[str]) -> None:
    assert finished(Run(film, split_languages=True), *cues) == files
    assert names(film.parent) == sorted(["film.mp4", *files])


def test_a_known_language_names_the_file_of_a_film_in_one_language(film: Path) -> None:
    assert finished(Run(film, split_languages=True, language="pt-BR"), Cue(1000, 2000, "OK!")) == ["film.pt.srt"]


def test_while_a_split_run_works_all_languages_are_in_one_part(film: Path) -> None:
    with Run(film, split_languages=True).writer() as writer:
        writer.add(BILINGUAL[0])
        assert names(film.parent) == ["film.mp4", "film.srt.part", "film.srt.resume"]
        assert [cue.text for cue in subrip(film.with_name("film.srt.part"))] == [BILINGUAL[0].text]
        writer.discard()
    assert names(film.parent) == ["film.mp4"]


def test_a_split_run_that_is_stopped_leaves_its_languages_and_goes_on(film: Path) -> None:
    told = interrupted(Run(film, split_languages=True), BILINGUAL[0])
    folder = film.parent
    assert told == (
        f"Stopped at 0:00:03; {folder}/film.zh.srt, {folder}/film.en.srt hold the 1 cue until there. "
        "The same command goes on from there."
    )
    assert film.with_name("film.zh.srt").read_text("utf-8") == CHINESE[: CHINESE.index("2\n0")]
    assert names(folder) == ["film.en.srt", "film.mp4", "film.srt.resume", "film.zh.srt"]
    assert finished(Run(film, split_languages=True), BILINGUAL[1]) == ["film.zh.srt", "film.en.srt"]
    assert film.with_name("film.zh.srt").read_text("utf-8") == CHINESE
    assert film.with_name("film.en.srt").read_text("utf-8") == ENGLISH
    assert names(folder) == ["film.en.srt", "film.mp4", "film.zh.srt"]


def test_what_a_stop_left_under_a_name_that_is_none_in_the_end_is_taken_away(film: Path) -> None:
    interrupted(Run(film, split_languages=True), Cue(100, 900, "OK!"))
    assert names(film.parent) == ["film.mp4", "film.srt.resume", "film.und.srt"]
    later = [Cue(4000, 5000, "So where is the key, then?"), Cue(6000, 7000, "He lost it yesterday.")]
    assert finished(Run(film, split_languages=True), *later) == ["film.en.srt"]
    assert names(film.parent) == ["film.en.srt", "film.mp4"]


def test_a_stopped_split_run_can_go_on_without_the_split(film: Path) -> None:
    interrupted(Run(film, split_languages=True), BILINGUAL[0])
    assert finished(Run(film), BILINGUAL[1]) == ["film.srt"]
    assert names(film.parent) == ["film.mp4", "film.srt"]


def test_a_file_of_another_language_is_never_taken_away(film: Path) -> None:
    film.with_name("film.fr.srt").write_text("mine")
    interrupted(Run(film, split_languages=True, overwrite=True), BILINGUAL[0])
    finished(Run(film, split_languages=True), BILINGUAL[1])
    assert film.with_name("film.fr.srt").read_text() == "mine"
    assert names(film.parent) == ["film.en.srt", "film.fr.srt", "film.mp4", "film.zh.srt"]


@pytest.mark.parametrize("name", ["film.zh.srt", "film.pt-BR.srt", "film.EN.srt"])
def test_files_of_languages_that_are_there_are_told_before_the_work_begins(film: Path, name: str) -> None:
    film.with_name(name).write_text("mine")
    assert refusal(film, split_languages=True) == (
        f"{film.with_name(name)} already exists and may be in a language of the video; "
        "add --overwrite to start over, or choose another name with --output."
    )
    assert isinstance(Run(film).plan, Plan)


@pytest.mark.parametrize("name", ["film.srt", "film.en.vtt", "film.directors.srt", "film.en.sdh.srt", "film2.en.srt"])
def test_files_that_a_split_run_does_not_write_are_not_in_its_way(film: Path, name: str) -> None:
    film.with_name(name).write_text("mine")
    finished(Run(film, split_languages=True), *BILINGUAL)
    assert film.with_name(name).read_text() == "mine"


def test_with_overwrite_only_the_languages_of_the_video_are_replaced(film: Path) -> None:
    for name in ("film.zh.srt", "film.fr.srt"):
        film.with_name(name).write_text("mine")
    assert finished(Run(film, split_languages=True, overwrite=True), *BILINGUAL) == ["film.zh.srt", "film.en.srt"]
    assert film.with_name("film.zh.srt").read_text("utf-8") == CHINESE
    assert film.with_name("film.fr.srt").read_text() == "mine"


def test_a_language_that_was_edited_after_the_stop_is_not_replaced(film: Path) -> None:
    interrupted(Run(film, split_languages=True), BILINGUAL[0])
    film.with_name("film.zh.srt").write_text("corrected by hand")
    assert refusal(film, split_languages=True) == (
        f"{film.with_name('film.zh.srt')} already exists and is not what the stopped run left there; "
        "add --overwrite to start over, or choose another name with --output."
    )


def test_a_language_that_cannot_be_written_leaves_all_in_the_part_and_the_way_on(film: Path) -> None:
    run = Run(film, split_languages=True)
    run.position = 5000
    film.with_name("film.en.srt").mkdir()
    with pytest.raises(OutputError) as caught:
        finished(run, *BILINGUAL)
    told = "a folder has that name; choose another name."
    assert str(caught.value) == f"Cannot write '{film.parent}/film.en.srt': {told}"
    part = film.with_name("film.srt.part")
    assert caught.value.__notes__ == [f"What was found before is in {part}. The same command goes on from there."]
    assert [cue.text for cue in subrip(part)] == [cue.text for cue in BILINGUAL]
    film.with_name("film.en.srt").rmdir()
    assert finished(Run(film, split_languages=True)) == ["film.zh.srt", "film.en.srt"]
    assert film.with_name("film.en.srt").read_text("utf-8") == ENGLISH
    assert names(film.parent) == ["film.en.srt", "film.mp4", "film.zh.srt"]


def test_a_language_never_replaces_the_video(tmp_path: Path) -> None:
    video = tmp_path / "film.en.srt"
    video.write_bytes(b"frames")
    told = refusal(video, split_languages=True, overwrite=True, output=tmp_path / "film.srt")
    assert told == f"{video} is the video itself; choose another name with --output."


def test_files_of_languages_go_into_a_folder_that_is_made_for_them(film: Path) -> None:
    run = Run(film, split_languages=True, output=film.parent / "subs")
    assert finished(run, *BILINGUAL) == ["film.zh.srt", "film.en.srt"]
    assert names(film.parent / "subs") == ["film.en.srt", "film.zh.srt"]


LATER = [Cue(4000, 5000, "So where is the key, then?"), Cue(6000, 7000, "He lost it yesterday.")]


def test_what_a_stop_left_is_taken_away_also_after_a_second_run_that_failed(film: Path) -> None:
    interrupted(Run(film, split_languages=True), Cue(100, 900, "OK!"))
    with pytest.raises(EngineError):
        leave(Run(film, split_languages=True), EngineError("The server is gone."))
    assert finished(Run(film, split_languages=True), *LATER) == ["film.en.srt"]
    assert names(film.parent) == ["film.en.srt", "film.mp4"]


def test_what_a_stop_left_stays_if_it_is_edited_while_the_next_run_works(film: Path) -> None:
    interrupted(Run(film, split_languages=True), Cue(100, 900, "OK!"))
    with Run(film, split_languages=True).writer() as writer:
        film.with_name("film.und.srt").write_text("corrected by hand")
        for cue in LATER:
            writer.add(cue)
        writer.finish()
    assert film.with_name("film.und.srt").read_text() == "corrected by hand"
