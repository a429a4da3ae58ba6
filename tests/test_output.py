"""Whether result files get the right name, grow while a run works, and appear whole or not at all."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from subextract.errors import EngineError, Interrupted, OutputError, UsageError
from subextract.formats import load
from subextract.options import Options
from subextract.output import Plan, Writer, plan
from subextract.types import Box, Cue, Video

FIRST = Cue(1000, 2000, "One", Box(10, 80, 90, 95), 0.5, "en")
SECOND = Cue(3000, 4000, "Two\nlines")
BLOCKS = [
    "1\n00:00:01,000 --> 00:00:02,000\nOne\n\n",
    "2\n00:00:03,000 --> 00:00:04,000\nTwo\nlines\n\n",
]


class Run:
    """A run over a video of which only the size and the time of change matter; time passes as the test says."""

    def __init__(self, video: Path, **settings: Any) -> None:
        self.position = 0
        self.seconds = 0.0
        (self.plan,) = plan([video], Options(**settings))

    def writer(self) -> Writer:
        assert isinstance(self.plan, Plan)
        video = Video(str(self.plan.video), 100, 100)
        return Writer(self.plan, video, position=lambda: self.position, now=lambda: self.seconds)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    video = tmp_path / "film.mp4"
    video.write_bytes(b"frames")
    return video


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def targets(videos: list[str], **settings: Any) -> list[list[str]]:
    plans = plan(videos, Options(**settings))
    return [[str(target.path) for target in each.targets] for each in plans if isinstance(each, Plan)]


def interrupted(run: Run, *cues: Cue) -> str:
    """What the user is told when Ctrl-C comes after ``cues``."""
    with pytest.raises(Interrupted) as caught:
        leave(run, KeyboardInterrupt(), *cues)
    return str(caught.value)


def leave(run: Run, error: BaseException, *cues: Cue) -> None:
    with run.writer() as writer:
        for cue in cues:
            writer.add(cue)
        run.position = 3500
        raise error


def refusal(video: Path, **settings: Any) -> str:
    (answer,) = plan([video], Options(**settings))
    assert isinstance(answer, UsageError)
    return str(answer)


def test_a_result_stands_beside_its_video_and_is_named_like_it() -> None:
    assert targets(["films/a.b.mkv", "c"], format="srt,ass") == [["films/a.b.srt", "films/a.b.ass"], ["c.srt", "c.ass"]]


def test_a_name_without_suffix_is_a_folder(tmp_path: Path) -> None:
    assert targets(["x/a.mkv"], output="subs") == [["subs/a.srt"]]
    (tmp_path / "v1.2").mkdir()
    assert targets(["x/a.mkv"], output=tmp_path / "v1.2") == [[f"{tmp_path}/v1.2/a.srt"]]


def test_a_name_with_suffix_is_a_file_and_tells_the_format() -> None:
    assert targets(["x/a.mkv"], output="b.en.vtt") == [["b.en.vtt"]]
    assert targets(["x/a.mkv"], output="b.SRT", format="srt") == [["b.SRT"]]


@pytest.mark.parametrize(
    ("videos", "settings", "sentence"),
    [
        (2, {"output": "b.srt"}, "--output: b.srt is one file and there are 2 videos; name a folder."),
        (1, {"output": "b.srt", "format": "vtt"}, "--output: b.srt does not fit --format vtt; name a folder."),
        (1, {"output": "b.srt", "format": "srt,vtt"}, "--output: b.srt does not fit --format srt,vtt; name a folder."),
        (1, {"output": "b.sub"}, "The name 'b.sub' names no subtitle format; let it end with one of KNOWN."),
        (1, {"format": "sub"}, "Unknown format 'sub'; choose one of srt, vtt, ass, json, txt."),
    ],
)
def test_a_name_that_fits_no_result_is_refused(videos: int, settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan(["a.mkv"] * videos, Options(**settings))
    assert str(caught.value) == sentence.replace("KNOWN", ".srt, .vtt, .ass, .json, .txt")


def test_two_videos_do_not_write_the_same_file() -> None:
    first, second = plan(["x/a.mkv", "y/a.mp4"], Options(output=Path("subs")))
    assert isinstance(first, Plan)
    assert str(second) == "subs/a.srt is the result of another video already; extract y/a.mp4 by itself."


def test_a_result_never_replaces_its_video(tmp_path: Path) -> None:
    video = tmp_path / "film.srt"
    video.write_bytes(b"frames")
    assert refusal(video, overwrite=True) == f"{video} is the video itself; choose another name with --output."


def test_a_finished_result_is_whole_and_alone(film: Path) -> None:
    with Run(film, format="srt,txt").writer() as writer:
        writer.add(FIRST)
        writer.add(SECOND)
        paths = writer.finish()
    assert [path.read_text() for path in paths] == ["".join(BLOCKS), "One\n\nTwo\nlines\n"]
    assert names(film.parent) == ["film.mp4", "film.srt", "film.txt"]


def test_the_subrip_part_grows_by_whole_blocks(film: Path) -> None:
    part = film.with_name("film.srt.part")
    with Run(film).writer() as writer:
        assert part.read_text() == ""
        writer.add(FIRST)
        assert part.read_text() == BLOCKS[0]
        writer.add(SECOND)
        assert part.read_text() == "".join(BLOCKS)
        writer.finish()


@pytest.mark.parametrize("name", ["vtt", "ass", "json"])
def test_other_parts_are_valid_from_the_start_and_renewed_every_two_seconds(film: Path, name: str) -> None:
    run = Run(film, format=name)

    def found() -> list[str]:
        shown = film.with_name(f"shown.{name}")
        shown.write_bytes(film.with_name(f"film.{name}.part").read_bytes())
        return [cue.text for cue in load(shown)]

    with run.writer() as writer:
        assert found() == []
        run.seconds = 1.9
        writer.add(FIRST)
        assert found() == []
        run.seconds = 2
        writer.add(SECOND)
        assert found() == ["One", "Two\nlines"]
        writer.finish()


def test_json_says_how_the_cues_were_found(film: Path) -> None:
    with Run(film, format="json", language="en").writer() as writer:
        (path,) = writer.finish({"skipped_packets": 2})
    written = json.loads(path.read_text())
    settings = {"engine": "rapidocr", "region": None, "start": 0, "end": None, "language": "en"}
    settings |= {"track": "auto", "keep": []}
    settings |= {"model": None, "revision": None, "profile": None, "dtype": "auto", "least_pixels": None}
    assert (written["engine"], written["settings"]) == ("rapidocr", settings)
    assert written["report"] == {"skipped_packets": 2}


def test_a_missing_folder_is_made(film: Path) -> None:
    with Run(film, output=film.parent / "new" / "subs").writer() as writer:
        writer.add(FIRST)
        writer.finish()
    assert (film.parent / "new" / "subs" / "film.srt").read_text() == BLOCKS[0]


def test_a_result_that_is_there_is_not_replaced_unasked(film: Path) -> None:
    result = film.with_name("film.srt")
    result.write_text("mine")
    hint = "add --overwrite to start over, or choose another name with --output."
    assert refusal(film) == f"{result} already exists; {hint}"
    with Run(film, overwrite=True).writer() as writer:
        assert result.read_text() == "mine"
        writer.add(FIRST)
        writer.finish()
    assert result.read_text() == BLOCKS[0]


def test_discarding_leaves_nothing(film: Path) -> None:
    with Run(film).writer() as writer:
        writer.add(FIRST)
        writer.discard()
    assert names(film.parent) == ["film.mp4"]


def test_ctrl_c_leaves_what_was_found_under_the_final_name(film: Path) -> None:
    result = film.with_name("film.srt")
    told = interrupted(Run(film), FIRST)
    assert told == f"Stopped at 0:00:03; {result} holds the 1 cue until there. The same command goes on from there."
    assert result.read_text() == BLOCKS[0]
    assert names(film.parent) == ["film.mp4", "film.srt", "film.srt.resume"]


def test_the_same_command_goes_on_where_ctrl_c_came(film: Path) -> None:
    interrupted(Run(film, format="srt,vtt"), FIRST)
    run = Run(film, format="srt,vtt")
    assert isinstance(run.plan, Plan)
    assert run.plan.notice == "Going on at 0:00:03 with the 1 cue of a stopped run."
    assert run.plan.remaining == Options(format="srt,vtt", start=3500)  # type: ignore[arg-type]
    with run.writer() as writer:
        assert film.with_name("film.srt.part").read_text() == BLOCKS[0]
        assert writer.cues == [FIRST]
        writer.add(SECOND)
        writer.finish()
    assert film.with_name("film.srt").read_text() == "".join(BLOCKS)
    assert [cue.text for cue in load(film.with_name("film.vtt"))] == ["One", "Two\nlines"]
    assert names(film.parent) == ["film.mp4", "film.srt", "film.vtt"]


def test_a_cue_handed_out_early_is_left_to_the_run_that_goes_on(film: Path) -> None:
    interrupted(Run(film), FIRST, Cue(3500, 4000, "Early"))
    assert Run(film).writer().cues == [FIRST]


def test_going_on_keeps_inside_the_wanted_end(film: Path) -> None:
    interrupted(Run(film, end=3200), FIRST)
    run = Run(film, end=3200)
    assert isinstance(run.plan, Plan)
    assert run.plan.remaining.start == 3199


def test_ctrl_c_before_the_first_cue_leaves_no_result(film: Path) -> None:
    told = interrupted(Run(film, resume=False))
    assert told == "Stopped at 0:00:03 before a subtitle was found; no file was written."
    assert names(film.parent) == ["film.mp4"]


def test_ctrl_c_twice_goes_on_twice(film: Path) -> None:
    interrupted(Run(film), FIRST)
    interrupted(Run(film), SECOND)
    assert film.with_name("film.srt").read_text() == "".join(BLOCKS)
    assert Run(film).writer().cues == [FIRST, SECOND]


def test_an_overwriting_run_that_is_stopped_goes_on_without_overwrite(film: Path) -> None:
    film.with_name("film.srt").write_text("old")
    told = interrupted(Run(film, overwrite=True), FIRST)
    assert told.endswith("The same command without --overwrite goes on from there.")
    assert Run(film).writer().cues == [FIRST]
    assert Run(film, overwrite=True).writer().cues == []


def test_without_resume_no_resume_file_is_written_or_read(film: Path) -> None:
    told = interrupted(Run(film, resume=False), FIRST)
    assert told.endswith("Run it again with --overwrite to start over.")
    assert names(film.parent) == ["film.mp4", "film.srt"]
    interrupted(Run(film, overwrite=True), FIRST)
    assert refusal(film, resume=False).startswith(f"{film.with_name('film.srt')} already exists; add --overwrite")


def test_a_result_that_was_edited_after_ctrl_c_is_not_replaced(film: Path) -> None:
    interrupted(Run(film), FIRST)
    film.with_name("film.srt").write_text("corrected by hand")
    assert refusal(film) == (
        f"{film.with_name('film.srt')} already exists and is not what the stopped run left there; "
        "add --overwrite to start over, or choose another name with --output."
    )


def test_an_error_keeps_the_part_and_the_way_on(film: Path) -> None:
    part = film.with_name("film.srt.part")
    error = EngineError("The server is gone.")
    with pytest.raises(EngineError):
        leave(Run(film), error, FIRST)
    assert error.__notes__ == [f"What was found before is in {part}. The same command goes on from there."]
    assert names(film.parent) == ["film.mp4", "film.srt.part", "film.srt.resume"]
    assert Run(film).writer().cues == [FIRST]


def test_an_error_before_the_first_cue_leaves_nothing(film: Path) -> None:
    run = Run(film, start=3500)
    with pytest.raises(EngineError, match=r"^The server is gone\.$"):
        leave(run, EngineError("The server is gone."))
    assert names(film.parent) == ["film.mp4"]


def test_a_killed_run_loses_two_seconds_at_most(film: Path) -> None:
    run = Run(film)
    writer = run.writer()
    writer.__enter__()
    run.seconds, run.position = 2, 2500
    writer.add(FIRST)
    run.seconds, run.position = 3.9, 4500
    writer.add(SECOND)
    assert Run(film).writer().cues == [FIRST]


@pytest.mark.parametrize(
    ("change", "settings", "reason"),
    [
        ("video", {}, "{video} has changed since"),
        ("", {"engine": "other", "end": 9000}, "it is of a run with other settings (engine, end)"),
        ("damage", {}, "it is damaged"),
        ("version", {}, "another version of subextract wrote it"),
    ],
)
def test_a_resume_file_that_does_not_fit_is_ignored_and_said(
    film: Path, change: str, settings: dict[str, Any], reason: str
) -> None:
    result, state = film.with_name("film.srt"), film.with_name("film.srt.resume")
    interrupted(Run(film), FIRST)
    if change == "video":
        film.write_bytes(b"other frames")
    elif change == "damage":
        state.write_text('{"version": 1, "video"')
    elif change == "version":
        state.write_text('{"version": 0}')
    told = f"{state} is ignored: {reason.format(video=film)}"
    hint = "add --overwrite to start over, or choose another name with --output."
    assert refusal(film, **settings) == f"{result} already exists ({told}); {hint}"
    result.unlink()
    run = Run(film, **settings)
    assert isinstance(run.plan, Plan)
    assert (run.plan.notice, run.plan.checkpoint) == (f"{told}.", None)


def test_a_link_under_the_final_name_stays_a_link(film: Path) -> None:
    (film.parent / "elsewhere").mkdir()
    film.with_name("film.srt").symlink_to(film.parent / "elsewhere" / "real.srt")
    with Run(film, overwrite=True).writer() as writer:
        writer.add(FIRST)
        writer.finish()
    assert film.with_name("film.srt").is_symlink()
    assert (film.parent / "elsewhere" / "real.srt").read_text() == BLOCKS[0]


def test_a_folder_that_cannot_be_is_told_before_any_work(film: Path) -> None:
    (film.parent / "file").write_text("no folder")
    with pytest.raises(OutputError) as caught, Run(film, output=film.parent / "file").writer():
        pytest.fail("the work has begun")
    hint = "a part of its path is a file, not a folder; choose another folder."
    assert str(caught.value) == f"Cannot write '{film.parent}/file/film.srt': {hint}"


FORCED = replace(FIRST, forced=True)


def parted(film: Path, **settings: Any) -> Run:
    """A run over a track that may hold forced cues."""
    run = Run(film, **settings)
    assert isinstance(run.plan, Plan)
    run.plan = replace(run.plan, targets=tuple(replace(target, parted=True) for target in run.plan.targets))
    return run


@pytest.mark.parametrize("cues", [[FIRST, SECOND], [FORCED], []])
def test_only_forced_cues_among_others_get_a_file_of_their_own(film: Path, cues: list[Cue]) -> None:
    assert finished(parted(film), *cues) == ["film.srt"]


def test_a_stop_leaves_the_forced_cues_too_and_the_run_that_goes_on_replaces_them(film: Path) -> None:
    told = interrupted(parted(film), FORCED, SECOND)
    assert f"{film.parent}/film.srt, {film.parent}/film.forced.srt hold the 2 cues until there." in told
    assert finished(parted(film), Cue(4000, 5000, "Three", forced=True)) == ["film.srt", "film.forced.srt"]
    assert [cue.text for cue in load(film.with_name("film.forced.srt"))] == ["One", "Three"]
    assert names(film.parent) == ["film.forced.srt", "film.mp4", "film.srt"]


BILINGUAL = [
    Cue(1000, 2000, "钥匙在哪里？\nSo where is the key, then?"),
    Cue(3000, 4000, "他昨天把它弄丢了。\nHe lost it yesterday."),
]
CHINESE = "1\n00:00:01,000 --> 00:00:02,000\n钥匙在哪里？\n\n2\n00:00:03,000 --> 00:00:04,000\n他昨天把它弄丢了。\n\n"
ENGLISH = (
    "1\n00:00:01,000 --> 00:00:02,000\nSo where is the key, then?\n\n"
    "2\n00:00:03,000 --> 00:00:04,000\nHe lost it yesterday.\n\n"
)


def finished(run: Run, *cues: Cue) -> list[str]:
    with run.writer() as writer:
        for cue in cues:
            writer.add(cue)
        return [path.name for path in writer.finish()]


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
        assert names(film.parent) == ["film.mp4", "film.srt.part"]
        assert [cue.text for cue in subrip(film.with_name("film.srt.part"))] == [BILINGUAL[0].text]
        writer.discard()
    assert names(film.parent) == ["film.mp4"]


def subrip(part: Path) -> list[Cue]:
    shown = part.with_name("shown.srt")
    shown.write_bytes(part.read_bytes())
    cues = load(shown)
    shown.unlink()
    return cues


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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_told_before_any_work(film: Path) -> None:
    film.parent.chmod(0o500)
    with pytest.raises(OutputError, match="writing there is not permitted"), Run(film).writer():
        pytest.fail("the work has begun")


def test_a_full_disk_leaves_a_valid_part(film: Path) -> None:
    """The limit on the size of a file stands for the disk, in a process of its own because it cannot be lifted."""
    run = subprocess.run([sys.executable, __file__, str(film)], capture_output=True, text=True, check=False)
    assert run.stdout == (
        f"Cannot write '{film}.srt.part': the disk is full; free some space and try again.\n"
        f"['What was found before is in {film}.srt.part.']\n"
    ).replace(".mp4", "")
    assert film.with_name("film.srt.part").read_text() == BLOCKS[0]


def fill_the_disk(film: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (60, 60))
    try:
        with Run(film).writer() as writer:
            writer.add(FIRST)
            writer.add(SECOND)
    except OutputError as error:
        print(error, error.__notes__, sep="\n")


if __name__ == "__main__":
    fill_the_disk(Path(sys.argv[1]))
