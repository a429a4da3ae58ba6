"""Whether the command, run as a user runs it, writes the right files and says what it did."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from subextract import cli
from subextract.formats import load
from tests.helpers import extracted
from tests.helpers.files import FIXTURES
from tests.helpers.terminal import Terminal, files, film

VIDEO = FIXTURES / "ja10bit.mkv"
TRUTH = VIDEO.with_suffix(".gt.srt").read_text("utf-8")


def started(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "subextract", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def done(folder: Path) -> subprocess.CompletedProcess[str]:
    """A short clip, extracted once."""
    return started(VIDEO, "-o", folder, "--format", "srt,vtt,json")


def test_each_format_is_written_and_the_subtitles_are_those_of_the_video(
    done: subprocess.CompletedProcess[str], folder: Path
) -> None:
    assert done.returncode == 0
    assert names(folder) == ["ja10bit.json", "ja10bit.srt", "ja10bit.vtt"]
    assert (folder / "ja10bit.srt").read_text("utf-8") == TRUTH
    saved = json.loads((folder / "ja10bit.json").read_text("utf-8"))
    assert [cue["text"] for cue in saved["cues"]] == [cue.text for cue in load(VIDEO.with_suffix(".gt.srt"))]
    assert (folder / "ja10bit.vtt").read_text("utf-8").startswith("WEBVTT\n")


def test_a_summary_of_one_line_is_said_and_nothing_else(done: subprocess.CompletedProcess[str], folder: Path) -> None:
    files = ", ".join(str(folder / f"ja10bit.{kind}") for kind in ("srt", "vtt", "json"))
    assert done.stdout == ""
    assert re.fullmatch(re.escape(files) + r": 4 cues(, .*)?, \d+\.\d s, \d+\.\d times real time\.\n", done.stderr), (
        done.stderr
    )


def test_a_second_run_refuses_to_replace_the_result(done: subprocess.CompletedProcess[str], folder: Path) -> None:
    again = started(VIDEO, "-o", folder)
    assert (again.returncode, again.stdout) == (2, "")
    assert re.fullmatch(r"subextract: .*ja10bit\.srt already exists.*--overwrite.*\n", again.stderr)
    assert (folder / "ja10bit.srt").read_text("utf-8") == TRUTH


def test_a_file_that_is_no_video_is_refused_in_one_sentence_and_nothing_is_left_behind(tmp_path: Path) -> None:
    video = tmp_path / "letter.mp4"
    video.write_text("Dear Sir or Madam,\n" * 50, "utf-8")
    refused = started(video)
    assert refused.returncode in (3, 4)
    assert refused.stdout == ""
    assert re.fullmatch(r"subextract: [^\n]*letter\.mp4[^\n]*\n", refused.stderr)
    assert names(tmp_path) == ["letter.mp4"]


def test_a_part_without_a_subtitle_ends_well_with_an_empty_file_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([str(VIDEO), "-o", str(tmp_path), "--end", "400ms"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"[^\n]*ja10bit\.srt: no subtitles found[^\n]*\n", err)
    assert (tmp_path / "ja10bit.srt").read_text("utf-8") == ""


@pytest.mark.usefixtures("scripted_videos")
def test_bilingual_subtitles_become_a_file_for_each_language(run: Terminal) -> None:
    found = extracted.result("bilingual.mp4").cues  # as they were really read
    video = film("bilingual.mp4", cues=[[cue.start, cue.end, cue.text, cue.score] for cue in found])
    told = "bilingual.zh.srt, bilingual.en.srt: 5 cues, 5 in zh-Hans and 5 in en, TIME.\n"
    assert run(video, "--split-languages") == (0, "", told)
    assert files() == ["bilingual.en.srt", "bilingual.mp4", "bilingual.zh.srt"]
    for line, code in enumerate(("zh", "en")):
        truth = [replace(cue, text=cue.text.split("\n")[line]) for cue in load(FIXTURES / "bilingual.gt.srt")]
        assert load(f"bilingual.{code}.srt") == truth
