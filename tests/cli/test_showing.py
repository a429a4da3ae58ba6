"""Whether the help, the version and the tables show what they should."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

import subextract
from subextract.types import Track, Video
from tests.helpers.terminal import Terminal

pytestmark = pytest.mark.usefixtures("scripted_videos")


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
    monkeypatch.setattr("subextract.media.probe", lambda path: video)
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
    monkeypatch.setattr(
        "subextract.media.probe", lambda path: Video(path, 640, 360, metadata={"title": "T\udcff", "raw": b"x"})
    )
    code, out, _ = run("probe", "--json", "film.mp4")
    answer = json.loads(out)
    assert code == 0
    assert (answer["path"], answer["width"], answer["duration"], answer["tracks"]) == ("film.mp4", 640, None, [])
    assert answer["metadata"] == {"title": "T\udcff", "raw": "b'x'"}


def test_engines_shows_what_can_be_used_and_what_is_missing(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = SimpleNamespace(name="rapidocr", description="on any CPU", missing=None)
    other = SimpleNamespace(name="big", description="on a GPU", missing="pip install it[all]")
    monkeypatch.setattr("subextract.ocr.engines", lambda: [ready, other])
    code, out, err = run("engines")
    assert (code, err) == (0, "")
    assert [line.rstrip() for line in out.splitlines()] == [
        "engine    state                description",
        "rapidocr  ready                on any CPU",
        "big       pip install it[all]  on a GPU",
    ]
    assert json.loads(run("engines", "--json")[1]) == [vars(ready), vars(other)]


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
        "  VIDEO  A video.",
        "",
        "Parameters:",
        "  --json        Print JSON.",
        "  --verbose -v  Log decisions; -vv logs",
        "                more.",
        "",
    ]


def test_python_can_start_the_command_line_as_a_module() -> None:
    command = [sys.executable, "-m", "subextract", "--version"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown.stdout == f"subextract {subextract.__version__}\n"


@pytest.mark.parametrize("name", [f"{'z' * 252}.srt", "z" * 300, f"{'z' * 300}/a.srt"])
def test_a_name_that_no_disk_takes_is_told_in_one_sentence(run: Terminal, name: str) -> None:
    code, _, said = run("fixtures/demo.mp4", "-o", name)
    assert code == 2
    assert "too long a name" in said
    assert "Unexpected" not in said
