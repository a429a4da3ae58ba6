"""Whether the command, run as a user runs it, writes the right files and says what it did."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from subextract.formats import load
from tests.helpers.files import FIXTURES

TRUTH = (FIXTURES / "demo.gt.srt").read_text("utf-8")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "subextract", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def done(folder: Path) -> subprocess.CompletedProcess[str]:
    """The demonstration clip, extracted once."""
    return run(FIXTURES / "demo.mp4", "-o", folder, "--format", "srt,vtt,json")


def test_each_format_is_written_and_the_subtitles_are_those_of_the_video(
    done: subprocess.CompletedProcess[str], folder: Path
) -> None:
    assert done.returncode == 0
    assert names(folder) == ["demo.json", "demo.srt", "demo.vtt"]
    assert (folder / "demo.srt").read_text("utf-8") == TRUTH
    saved = json.loads((folder / "demo.json").read_text("utf-8"))
    assert [cue["text"] for cue in saved["cues"]][:2] == [
        "The harbour lights go out at nine.",
        "Then we have to leave before that.",
    ]
    assert (folder / "demo.vtt").read_text("utf-8").startswith("WEBVTT\n")


def test_a_summary_of_one_line_is_said_and_nothing_else(done: subprocess.CompletedProcess[str], folder: Path) -> None:
    files = ", ".join(str(folder / f"demo.{kind}") for kind in ("srt", "vtt", "json"))
    assert done.stdout == ""
    assert re.fullmatch(re.escape(files) + r": 8 cues(, .*)?, \d+\.\d s, \d+\.\d times real time\.\n", done.stderr), (
        done.stderr
    )


def test_a_second_run_refuses_to_replace_the_result(done: subprocess.CompletedProcess[str], folder: Path) -> None:
    again = run(FIXTURES / "demo.mp4", "-o", folder)
    assert (again.returncode, again.stdout) == (2, "")
    assert re.fullmatch(r"subextract: .*demo\.srt already exists.*--overwrite.*\n", again.stderr)
    assert (folder / "demo.srt").read_text("utf-8") == TRUTH


def test_a_file_that_is_no_video_is_refused_in_one_sentence_and_nothing_is_left_behind(tmp_path: Path) -> None:
    video = tmp_path / "letter.mp4"
    video.write_text("Dear Sir or Madam,\n" * 50, "utf-8")
    refused = run(video)
    assert refused.returncode in (3, 4)
    assert refused.stdout == ""
    assert re.fullmatch(r"subextract: [^\n]*letter\.mp4[^\n]*\n", refused.stderr)
    assert names(tmp_path) == ["letter.mp4"]


def test_a_part_without_a_subtitle_ends_well_with_an_empty_file_and_says_so(tmp_path: Path) -> None:
    empty = run(FIXTURES / "demo.mp4", "-o", tmp_path, "--end", "600ms")
    assert (empty.returncode, empty.stdout) == (0, "")
    assert re.fullmatch(r"[^\n]*demo\.srt: no subtitles found[^\n]*\n", empty.stderr)
    assert (tmp_path / "demo.srt").read_text("utf-8") == ""


def test_bilingual_subtitles_become_a_file_for_each_language(tmp_path: Path) -> None:
    split = run(FIXTURES / "bilingual.mp4", "-o", tmp_path, "--split-languages")
    assert (split.returncode, split.stdout) == (0, "")
    files = f"{tmp_path}/bilingual.zh.srt, {tmp_path}/bilingual.en.srt"
    said = re.escape(f"{files}: 5 cues, 5 in zh-Hans and 5 in en, ")
    assert re.fullmatch(said + r"[^\n]*\n", split.stderr), split.stderr
    assert names(tmp_path) == ["bilingual.en.srt", "bilingual.zh.srt"]
    for line, code in enumerate(("zh", "en")):
        truth = [replace(cue, text=cue.text.split("\n")[line]) for cue in load(FIXTURES / "bilingual.gt.srt")]
        assert load(tmp_path / f"bilingual.{code}.srt") == truth
