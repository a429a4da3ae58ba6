"""Whether result files get the right name, and names that fit no result are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from subextract.errors import UsageError
from subextract.options import Options
from subextract.output import Plan, plan
from tests.helpers.results import refusal


def targets(videos: list[str], **settings: Any) -> list[list[str]]:
    plans = plan(videos, Options(**settings))
    return [[str(target.path) for target in each.targets] for each in plans if isinstance(each, Plan)]


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
        (1, {"format": "sub"}, "Unknown format 'sub'; choose one of srt, vtt, ass, json, txt, csv, tsv, ttml, fcpxml."),
    ],
)
def test_a_name_that_fits_no_result_is_refused(videos: int, settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan(["a.mkv"] * videos, Options(**settings))
    assert str(caught.value) == sentence.replace("KNOWN", ".srt, .vtt, .ass, .json, .txt, .csv, .tsv, .ttml, .fcpxml")


def test_two_videos_do_not_write_the_same_file() -> None:
    first, second = plan(["x/a.mkv", "y/a.mp4"], Options(output=Path("subs")))
    assert isinstance(first, Plan)
    assert str(second) == "subs/a.srt is the result of another video already; extract y/a.mp4 by itself."


def test_a_result_never_replaces_its_video(tmp_path: Path) -> None:
    video = tmp_path / "film.srt"
    video.write_bytes(b"frames")
    assert refusal(video, overwrite=True) == f"{video} is the video itself; choose another name with --output."


def test_a_result_never_replaces_its_video_through_a_link(film: Path) -> None:
    result = film.with_name("film.srt")
    result.symlink_to(film)
    assert refusal(film, overwrite=True) == f"{result} is the video itself; choose another name with --output."


def test_a_link_to_nothing_is_in_the_way_like_a_file(film: Path) -> None:
    film.with_name("film.srt").symlink_to(film.with_name("gone.srt"))
    assert refusal(film).startswith(f"{film.with_name('film.srt')} already exists; ")
