"""Whether extracting says and writes what is promised, in one line or one sentence and an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from subextract import formats
from tests.helpers.terminal import SUBRIP, TWO, Terminal, files, film

pytestmark = pytest.mark.usefixtures("scripted_videos")


def test_a_video_becomes_a_subtitle_file_and_one_line(run: Terminal) -> None:
    assert run(film()) == (0, "", "film.srt: 2 cues, 1 of low confidence, TIME.\n")
    assert Path("film.srt").read_text() == SUBRIP
    assert files() == ["film.mp4", "film.srt"]


def test_what_was_left_out_and_skipped_is_said(run: Terminal) -> None:
    video = film(cues=TWO[:1], left_out={"static": 1, "sign": 2, "credits": 0}, skipped=4)
    facts = "1 cue, 1 static text and 2 signs left out (see --keep), 4 corrupt packets skipped, TIME"
    assert run(video, "--format", "srt,vtt", "-o", "subs") == (0, "", f"subs/film.srt, subs/film.vtt: {facts}.\n")


def test_pictures_that_say_nothing_are_told_without_a_way_to_keep_them(run: Terminal) -> None:
    video = film(cues=TWO[:1], left_out={"illegible": 2})
    assert run(video) == (0, "", "film.srt: 1 cue, 2 illegible pictures left out, TIME.\n")


def test_texts_that_something_went_wrong_with_are_counted(run: Terminal) -> None:
    video = film(cues=TWO[:1], left_out={"sign": 1, "unread": 1, "unfollowed": 2})
    went_wrong = "2 texts could not be followed to the end and 1 text could not be read (see -v)"
    assert run(video) == (0, "", f"film.srt: 1 cue, 1 sign left out (see --keep), {went_wrong}, TIME.\n")


def test_a_video_without_subtitles_is_no_error_and_said_plainly(run: Terminal) -> None:
    hint = "To look closer: subextract --region full --overwrite -v -- '-a b.mp4'"
    video = film("-a b.mp4", cues=[], left_out={"static": 1})
    assert run("--", video) == (
        0,
        "",
        f"-a b.srt: no subtitles found, 1 static text left out (see --keep), TIME. {hint}\n",
    )
    assert Path("-a b.srt").read_text() == ""


BILINGUAL = [
    [1000, 2000, "钥匙在哪里？\nSo where is the key?", 0.9],
    [3000, 4000, "他昨天把它弄丢了。\nHe lost it yesterday.", 0.9],
    [5000, 6000, "That was all that he said.", 0.9],
]


def test_bilingual_subtitles_are_split_where_that_is_wanted(run: Terminal) -> None:
    video = film(cues=BILINGUAL)
    told = "film.zh.srt, film.en.srt: 3 cues, 2 in zh-Hans and 3 in en, TIME.\n"
    assert run(video, "--split-languages") == (0, "", told)
    assert files() == ["film.en.srt", "film.mp4", "film.zh.srt"]
    assert run(video, "--no-split-languages") == (0, "", "film.srt: 3 cues, TIME.\n")


@pytest.mark.parametrize(
    ("text", "name", "known"), [("So where is the key?", "en", "en"), ("OK!", "und", "unknown"), (None, "und", None)]
)
def test_a_split_of_one_language_says_that_there_is_but_one(
    run: Terminal, text: str | None, name: str, known: str | None
) -> None:
    video = film(cues=[[1000, 2000, text, 0.9]] if text else [])
    facts = f"1 cue, in one language only ({known})" if text else "no subtitles found"
    hint = "" if text else " To look closer: subextract --region full --overwrite -v film.mp4"
    assert run(video, "--split-languages") == (0, "", f"film.{name}.srt: {facts}, TIME.{hint}\n")
    assert files() == [f"film.{name}.srt", "film.mp4"] if name < "mp4" else ["film.mp4", f"film.{name}.srt"]


def test_a_language_that_is_there_is_told_before_the_work_begins(run: Terminal) -> None:
    Path("film.en.srt").write_text("mine")
    hint = "add --overwrite to start over, or choose another name with --output."
    told = f"subextract: film.en.srt already exists and may be in a language of the video; {hint}\n"
    assert run(film(opening="bug"), "--split-languages") == (2, "", told)


def test_a_script_that_nothing_reads_is_said_with_what_to_install(run: Terminal) -> None:
    cues = [[0, 1000, "", None, "Kore"], [1000, 2000, "Hello.", 0.99, "Kore"], [2000, 3000, "Hi.", 0.99]]
    code, _, err = run(film(cues=cues), "--format", "srt,json")
    told = (
        "2 cues are in Hangul, which the engines installed here cannot read; "
        "run: subextract models get korean, or apt-get install tesseract-ocr-kor. Then read it again with --overwrite."
    )
    assert (code, err.splitlines()[1:]) == (10, [f"subextract: {told}"])
    assert "1 cue, 2 more in a script that cannot be read here" in err
    assert [cue.text for cue in formats.load("film.srt")] == ["Hello.", "Hi."]
    assert [(cue.text, cue.unread) for cue in formats.load("film.json")] == [
        *(("", "Kore"), ("Hello.", "Kore"), ("Hi.", None))
    ]


def test_a_sign_in_another_script_among_many_cues_is_said_and_no_failure(run: Terminal) -> None:
    cues = [[1000 * number, 1000 * number + 900, "Hi.", 0.99] for number in range(20)]
    code, _, err = run(film(cues=[*cues, [20_000, 21_000, "", None, "Thai"]]))
    assert code == 0
    assert err.splitlines()[1].startswith("1 cue is in Thai letters, which the engines installed here cannot read;")


def test_quiet_says_nothing(run: Terminal) -> None:
    assert run("-q", film()) == (0, "", "")


def test_settings_come_from_flags_environment_and_file(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUBEXTRACT_START", "0:02")
    Path("my.toml").write_text('format = "txt"\nstart = 50\n')
    assert run(film(), "--config", "my.toml", "--output", "text") == (
        0,
        "",
        "text/film.txt: 1 cue, 1 of low confidence, TIME.\n",
    )
    assert Path("text/film.txt").read_text() == "Two\n"


@pytest.mark.parametrize(
    ("script", "code", "told"),
    [
        ({"opening": "media"}, 4, "film.mp4 is not a video.\n"),
        ({"opening": "usage"}, 2, "There is no engine 'x': choose rapidocr.\n"),
        ({"opening": "engine"}, 7, "The server is gone: start it.\n"),
        ({"later": "broken", "cues": []}, 6, "film.mp4 is incomplete: copy it again.\n"),
        (
            {"opening": "bug"},
            1,
            "Unexpected ZeroDivisionError (division by zero); run it again with -v and report what it says.\n",
        ),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_an_exit_code(
    run: Terminal, script: dict[str, Any], code: int, told: str
) -> None:
    assert run(film(**script)) == (code, "", f"subextract: {told}")
    assert files() == ["film.mp4"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["no.mp4"], "no.mp4 does not exist: check the name and the folder."),
        (["prob", "film.mp4"], "'prob' is neither a file nor a command; did you mean subextract probe?"),
        (["--formt", "srt", "film.mp4"], "There is no option --formt; perhaps --format is meant."),
        (["film.mp4", "-x"], "There is no option -x; see subextract --help."),
        (["film.mp4", "--format"], "--format needs a value; see subextract --help."),
        (
            ["film.mp4", "--format", "sub"],
            "Unknown format 'sub'; choose one of srt, vtt, ass, json, txt, csv, tsv, ttml, fcpxml.",
        ),
        (["--format", "srt"], "There is no video to read; name at least one, as in: subextract film.mp4"),
        (["film.mp4", "-vq"], "--verbose and --quiet exclude each other; leave one out."),
        (
            ["film.mp4", "--start", "soon"],
            "--start: 'soon' is not a time; write it like 90, 1:30, 00:01:30.5, 90s or 1500ms.",
        ),
        (
            ["film.mp4", "--region", "top=ja", "--region", "left"],
            "--region: 'left' is not a region; write auto, bottom, top, full, or left,top,right,bottom as shares of "
            "the picture from 0 to 1, like 0,0.75,1,1.",
        ),
        (
            ["film.mp4", "--config", "no.toml"],
            "--config: no.toml cannot be read (No such file or directory); name a TOML file.",
        ),
        (
            ["film.mp4", "-o", "film.mp4/x.srt"],
            "Cannot write 'film.mp4/x.srt': a part of its path is a file, not a folder; choose another folder.",
        ),
        (["probe"], "subextract probe needs VIDEO; see subextract probe --help."),
        (["probe", "a", "b"], "'b' is one argument too many for subextract probe; see subextract probe --help."),
        (["jobs", "shw", "3"], "'shw' is no command of subextract jobs; see subextract jobs --help."),
        (["jobs", "show", "x"], "NUMBER: 'x' is no whole number; see subextract jobs show --help."),
        (["review", "a.srt", "--port", "foo"], "--port: 'foo' is no whole number."),
        (["review", "a.srt", "--port", "99999"], "--port: '99999' is too large; 65535 is the most."),
    ],
)
def test_a_mistake_is_answered_in_one_sentence(run: Terminal, arguments: list[str], told: str) -> None:
    film()
    code, out, err = run(*arguments)
    assert (out, err) == ("", f"subextract: {told}\n")
    assert code == (3 if "exist:" in told else 5 if "Cannot write" in told else 2)
    assert files() == ["film.mp4"]


def test_a_finished_result_is_not_replaced_unasked(run: Terminal) -> None:
    Path("film.srt").write_text("mine")
    hint = "add --overwrite to start over, or choose another name with --output."
    assert run(film()) == (2, "", f"subextract: film.srt already exists; {hint}\n")
    assert run("film.mp4", "--overwrite") == (0, "", "film.srt: 2 cues, 1 of low confidence, TIME.\n")


def test_a_video_that_breaks_off_gives_what_it_had(run: Terminal) -> None:
    assert run(film(later="broken")) == (
        6,
        "",
        "film.srt: 2 cues, 1 of low confidence, TIME.\nsubextract: film.mp4 is incomplete: copy it again.\n",
    )
    assert Path("film.srt").read_text() == SUBRIP
    assert files() == ["film.mp4", "film.srt"]


def test_a_lost_engine_keeps_what_was_found(run: Terminal) -> None:
    told = (
        "The server is gone: start it. What was found before is in film.srt.part. The same command goes on from there."
    )
    assert run(film(later="engine")) == (7, "", f"subextract: {told}\n")
    assert Path("film.srt.part").read_text() == SUBRIP


def test_one_bad_video_does_not_stop_the_others(run: Terminal) -> None:
    Path("old.srt").write_text("mine")
    code, out, err = run(film("bad.mp4", later="bug"), film("cut.mp4", later="broken"), film("old.mp4"), film())
    assert (code, out) == (2, "")
    assert [line.split()[:3] for line in err.splitlines()] == [
        ["subextract:", "old.srt", "already"],
        ["subextract:", "Unexpected", "ZeroDivisionError"],
        ["cut.srt:", "2", "cues,"],
        ["subextract:", "film.mp4", "is"],
        ["film.srt:", "2", "cues,"],
    ]


def test_what_is_wrong_for_all_videos_is_said_once(run: Terminal) -> None:
    told = "subextract: The server is gone: start it.\n"
    assert run(film("a.mp4", opening="engine"), film("b.mp4", opening="engine")) == (7, "", told)
    told = "subextract: --output: x.srt is one file and there are 2 videos; name a folder.\n"
    assert run("a.mp4", "b.mp4", "-o", "x.srt") == (2, "", told)


def test_a_file_may_be_called_like_a_command_or_an_option(run: Terminal) -> None:
    assert run("./" + film("probe"))[0] == 0
    assert run("-q", "--", film("--help"))[0] == 0
    assert files() == ["--help", "--help.srt", "probe", "probe.srt"]


def test_verbose_says_where_it_went_wrong(run: Terminal) -> None:
    code, _, err = run("-v", film(opening="bug"))
    lines = err.splitlines()
    assert code == 1
    assert lines[:2] == ["INFO subextract: In detail:", "Traceback (most recent call last):"]
    assert lines[-1].startswith("subextract: Unexpected ZeroDivisionError")
