"""Whether formats are found by name, and files are saved whole and loaded with what is wrong said."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from subextract.errors import InputError, OutputError, UsageError
from subextract.formats import FORMATS, by_name, by_suffix, load, save, vtt
from subextract.formats import srt as srt_format
from tests.helpers.texts import PLAIN, SCRIPTS, TIMED, VIDEO, one_after_another


def test_formats_are_found_by_name_and_by_suffix() -> None:
    assert list(FORMATS) == ["srt", "vtt", "ass", "json", "txt", "csv", "tsv", "ttml", "fcpxml"]
    assert by_name("VTT") is vtt
    assert by_suffix("Film.en.SRT") is srt_format


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="'sub'; choose one of srt, vtt, ass, json, txt, csv, tsv, ttml, fcpxml"):
        by_name("sub")


@pytest.mark.parametrize("path", ["film.sub", "film", ".srt", Path("film.srt.d")])
def test_an_unknown_suffix_lists_the_known_ones(path: str | Path) -> None:
    with pytest.raises(UsageError, match=r"one of \.srt, \.vtt, \.ass, \.json, \.txt, \.csv, \.tsv, \.ttml, \.fcpxml"):
        by_suffix(path)


@pytest.mark.parametrize("name", TIMED)
def test_saved_files_are_utf8_with_line_feeds_and_load_again(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"film.{name}"
    cues = [*PLAIN, *one_after_another(SCRIPTS)]
    save(cues, path, VIDEO, {"engine": "fake"})
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert "مساء الخير".encode() in data
    assert load(path) == sorted(cues, key=lambda cue: (cue.start, cue.end))
    assert os.listdir(tmp_path) == [f"film.{name}"]


def test_save_replaces_what_a_link_points_to(tmp_path: Path) -> None:
    (tmp_path / "old.srt").write_text("old")
    (tmp_path / "link.srt").symlink_to(tmp_path / "old.srt")
    save(PLAIN, tmp_path / "link.srt")
    assert (tmp_path / "link.srt").is_symlink()
    assert load(tmp_path / "old.srt") == PLAIN


def test_a_full_disk_leaves_the_old_file_and_nothing_half_written(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    path = tmp_path / "film.srt"
    path.write_text("old")
    (tmp_path / "film.srt.part").symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"^Cannot write '.*film\.srt': the disk is full; .*\.$"):
        save(PLAIN, path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["film.srt"]


def test_a_missing_folder_a_folder_of_that_name_and_a_file_as_folder_are_said(tmp_path: Path) -> None:
    (tmp_path / "taken.srt").mkdir()
    (tmp_path / "file").write_text("")
    reasons = {
        tmp_path / "no" / "film.srt": "its folder does not exist",
        tmp_path / "taken.srt": "a folder has that name",
        tmp_path / "file" / "film.srt": "a part of its path is a file",
        tmp_path / f"{'long' * 99}.srt": "its name is too long",
    }
    for path, reason in reasons.items():
        with pytest.raises(OutputError, match=rf"^Cannot write .*: {reason}.*\.$"):
            save(PLAIN, path)
    assert sorted(os.listdir(tmp_path)) == ["file", "taken.srt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="not permitted"):
        save(PLAIN, tmp_path / "film.srt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_load_knows_byte_order_marks_and_line_ends(encoding: str, end: str, tmp_path: Path) -> None:
    for name, kind in TIMED.items():
        path = tmp_path / f"film.{name}"
        path.write_bytes(kind.dumps(PLAIN).replace("\n", end).encode(encoding))
        assert load(path) == PLAIN


def test_load_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    (tmp_path / "latin.srt").write_bytes("1\n00:00:01,000 --> 00:00:02,000\nÄrger\n".encode("latin-1"))
    (tmp_path / "picture.srt").write_bytes(b"PNG\n")
    (tmp_path / "folder.srt").mkdir()
    for name, reason in {
        "latin.srt": "not UTF-8",
        "picture.srt": "this is not SubRip text",
        "folder.srt": "directory",
        "missing.srt": "No such file",
    }.items():
        with pytest.raises(InputError, match=rf"{re.escape(name)}'.*{reason}.*\.$"):
            load(tmp_path / name)
