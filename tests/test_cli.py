"""Whether the command line does what it says, in the words and with the exit codes that are promised.

The videos of these tests are JSON: what the pipeline of tests/scripted.py finds in them.
"""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import subextract
from subextract import cli
from subextract.cli import extracting
from subextract.types import Track, Video
from tests import scripted

TWO = [[1000, 2000, "One", 0.9], [3000, 4000, "Two", 0.7]]
SUBRIP = "1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test works in a folder of its own, with the pipeline of this file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for variable in [name for name in os.environ if name.startswith("SUBEXTRACT_") or name == "FORCE_COLOR"]:
        monkeypatch.delenv(variable)
    monkeypatch.setattr(extracting, "_stream", scripted.stream)
    return tmp_path


def film(name: str = "film.mp4", **script: Any) -> str:
    Path(name).write_text(json.dumps({"cues": TWO} | script))
    return name


def without_times(text: str) -> str:
    return re.sub(r"[\d.]+ s, [\d.]+ times real time", "TIME", text)


class Terminal:
    """What one command leaves: its exit code, and what it said where."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = cli.main(arguments)
        out, err = self._capsys.readouterr()
        return code, out, without_times(err)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def files() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


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
        (["--formt", "srt", "film.mp4"], "Unknown option: --formt. Did you mean --format?"),
        (["film.mp4", "-x"], "Unknown option: -x. See subextract --help."),
        (["film.mp4", "--format"], "Parameter --format requires an argument. See subextract --help."),
        (["film.mp4", "--format", "sub"], "Unknown format 'sub'; choose one of srt, vtt, ass, json, txt."),
        (["--format", "srt"], "There is no video to read; name at least one, as in: subextract film.mp4"),
        (["film.mp4", "-vq"], "--verbose and --quiet exclude each other; leave one out."),
        (
            ["film.mp4", "--start", "soon"],
            "--start: 'soon' is not a time; write it like 90, 1:30, 00:01:30.5, 90s or 1500ms.",
        ),
        (
            ["film.mp4", "--region", "left"],
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
        (["probe"], 'Command "probe" parameter VIDEO requires an argument. See subextract --help.'),
        (["probe", "a", "b"], "Unused Tokens: ['b']. See subextract --help."),
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


def test_without_arguments_comes_the_help(run: Terminal) -> None:
    code, out, err = run()
    assert (code, err) == (0, "")
    assert out.startswith("Usage: subextract VIDEO... [OPTIONS]\n")
    assert run("--help") == (code, out, err)
    for flag in ("--output -o", "--format", "--engine", "--region", "--start", "--end", "--language", "--config"):
        assert flag in out


def test_the_version_is_that_of_the_package(run: Terminal) -> None:
    assert run("--version") == (0, f"subextract {subextract.__version__}\n", "")


def test_probe_shows_what_a_video_holds(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    tracks = (Track(2, "text", "subrip", "en", "[b]Title", True, True, True), Track(3, "image", "pgssub"))
    video = Video(
        "film.mkv", 1080, 1920, 61_500, 24000 / 1001, True, "h264", "yuv420p", 90, 4 / 3, True, "matroska", 1, tracks
    )
    monkeypatch.setattr(cli, "_probe", lambda path: video)
    code, out, err = run("probe", "film.mkv")
    assert (code, err) == (0, "")
    assert [line.rstrip() for line in out.splitlines()] == [
        "file             film.mkv",
        "container        matroska",
        "duration         0:01:01 (61500 ms)",
        "video            stream 1, h264, yuv420p",
        "picture          1080x1920, rotated by 90 degrees, pixels 1.333 times as wide as",
        "                 high, interlaced",
        "frame rate       23.976, variable",
        "subtitle tracks  2",
        "track  kind   codec   language  title     marks",
        "2      text   subrip  en        [b]Title  default, forced, hearing impaired",
        "3      image  pgssub",
    ]


def test_probe_answers_programs_in_json(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_probe", lambda path: Video(path, 640, 360, metadata={"title": "T\udcff", "raw": b"x"}))
    code, out, _ = run("probe", "--json", "film.mp4")
    answer = json.loads(out)
    assert code == 0
    assert (answer["path"], answer["width"], answer["duration"], answer["tracks"]) == ("film.mp4", 640, None, [])
    assert answer["metadata"] == {"title": "T\udcff", "raw": "b'x'"}


def test_engines_shows_what_can_be_used_and_what_is_missing(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = SimpleNamespace(name="rapidocr", description="on any CPU", missing=None)
    other = SimpleNamespace(name="big", description="on a GPU", missing="pip install it[all]")
    monkeypatch.setattr(cli, "_engines", lambda: [ready, other])
    code, out, err = run("engines")
    assert (code, err) == (0, "")
    assert [line.rstrip() for line in out.splitlines()] == [
        "engine    state                description",
        "rapidocr  ready                on any CPU",
        "big       pip install it[all]  on a GPU",
    ]
    assert json.loads(run("engines", "--json")[1]) == [vars(ready), vars(other)]


def start(pause: float, *arguments: str, **streams: Any) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, scripted.__file__, str(pause), *arguments], text=True, **streams)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_leaves_its_cues_and_the_same_command_goes_on(run: Terminal, number: signal.Signals) -> None:
    process = start(30, film(), stderr=subprocess.PIPE)
    scripted.wait_for("film.srt.part")
    process.send_signal(number)
    _, told = process.communicate(timeout=20)
    assert told == (
        "subextract: Stopped at 0:00:02; film.srt holds the 1 cue until there. The same command goes on from there.\n"
    )
    assert process.returncode == 130
    assert files() == ["film.mp4", "film.srt", "film.srt.resume"]
    assert run("film.mp4") == (
        0,
        "",
        "Going on at 0:00:02 with the 1 cue of a stopped run.\nfilm.srt: 2 cues, 1 of low confidence, TIME.\n",
    )
    assert Path("film.srt").read_text() == SUBRIP
    assert files() == ["film.mp4", "film.srt"]


def test_ctrl_c_before_the_first_cue_stops_all_videos_and_leaves_nothing() -> None:
    process = start(30, film("a.mp4", cues=[]), film("b.mp4"), stderr=subprocess.PIPE)
    while not Path("a.srt.part").exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert told == "subextract: Stopped at 0:00:00 before a subtitle was found; no file was written.\n"
    assert process.returncode == 130
    assert files() == ["a.mp4", "b.mp4"]


def test_a_terminal_shows_position_speed_cues_and_time_left() -> None:
    mine, its = pty.openpty()
    process = start(0.3, film(), stderr=its)
    os.close(its)
    shown = b""
    while process.poll() is None or not shown.rstrip().endswith(b"real time."):
        try:
            shown += os.read(mine, 4096)
        except OSError:  # Linux says so when the other end is closed
            break
    os.close(mine)
    process.wait(timeout=20)
    text = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", shown.decode())
    assert re.search(r"film\.mp4 .+ 0:00:0[24] of 0:01:00 \d+\.\dx [12] cues \S+", text)
    assert without_times(text).rstrip().endswith("film.srt: 2 cues, 1 of low confidence, TIME.")


PARSING = {"cyclopts", "pydantic"}
SHOWING = {"rich.progress", "rich.table"}
FILES = {"pysubs2", "srt"}
PICTURES = {"cv2", "numpy", "onnxruntime", "rapidocr", "scenedetect"}
MODELS = {"openai", "torch", "transformers"}
HEAVY = PARSING | SHOWING | FILES | PICTURES | MODELS | {"av", "py3langid", "sqlite3", "watchfiles"}


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (None, set()),
        (["--help"], PARSING),
        (["--version"], PARSING),
        (["probe", "--help"], PARSING),
        (["tracks", "--help"], PARSING),
        (["ocr", "--help"], PARSING),
        (["watch", "--help"], PARSING),
        (["jobs", "--help"], PARSING),
        (["jobs", "--ledger", "no.db"], PARSING | {"sqlite3"}),
        (["film.mp4", "--format", "sub"], PARSING | FILES | SHOWING),
        (["probe", "--json", "no.mp4"], PARSING | {"av", "numpy"}),
        (["engines", "--json"], PARSING),
        (["engines"], PARSING | {"rich.table"}),
    ],
)
def test_a_command_loads_only_what_it_needs(arguments: list[str] | None, needed: set[str]) -> None:
    script = f"""
import sys, subextract
if {arguments!r} is not None:
    from subextract import cli
    cli.main({arguments!r})
print(sorted({HEAVY!r} & set(sys.modules)))
"""
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[-1] == str(sorted(needed))


def test_the_help_has_two_columns_that_fit_the_terminal() -> None:
    command = [sys.executable, "-m", "subextract", "probe", "--help"]
    narrow = os.environ | {"COLUMNS": "40"}
    shown = subprocess.run(command, env=narrow, capture_output=True, text=True, check=True).stdout
    assert [line.rstrip() for line in shown.splitlines()] == [
        "Usage: subextract probe [OPTIONS] VIDEO",
        "",
        "Show what a video holds: size, duration,",
        "frame rate, subtitle tracks.",
        "",
        "Arguments:",
        "  VIDEO  The video.",
        "",
        "Parameters:",
        "  --json        As JSON, for programs.",
        "  --verbose -v  Say what is decided; -vv",
        "                says more.",
        "",
    ]


def test_python_can_start_the_command_line_as_a_module() -> None:
    command = [sys.executable, "-m", "subextract", "--version"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown.stdout == f"subextract {subextract.__version__}\n"


def test_the_public_names_are_these() -> None:
    assert subextract.__all__ == [
        *("extract", "stream", "Extraction", "load", "save", "split", "probe", "engines", "translate"),
        *("Options", "Region"),
        *("Box", "Clip", "Cue", "Line", "Track", "Video"),
        *("SubextractError", "UsageError", "InputError", "NotMedia", "OutputError", "DecodeError", "EngineError"),
        *("Untranslated", "Interrupted", "__version__"),
    ]
    assert set(subextract.__all__) <= set(dir(subextract))
    declared = re.findall(r"import (\w+) as \1$", Path(subextract.__file__).read_text("utf-8"), re.MULTILINE)
    assert sorted([*declared, "__version__"]) == sorted(subextract.__all__)
    assert [name for name in subextract.__all__ if not hasattr(subextract, name)] == []


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'subextract' has no attribute 'extrct'$"):
        _ = subextract.extrct
