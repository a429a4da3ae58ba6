"""Whether whatever has a name that fits has one for its unfinished work, too, which is always the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from subextract.formats import load, save
from subextract.output import Plan, Result
from subextract.output.naming import NO_MARKS
from subextract.unfinished import can_be_named, unfinished
from subextract.watch import publishing
from subextract.watch.finding import UNFINISHED
from tests.helpers.results import FIRST, SECOND, Run, finished, interrupted, names, refusal, subrip
from tests.helpers.watching import Folder

STEMS = ["a" * 243, "a" * 251, "影" * 81, "é" * 125, "🎬" * 61]
MAX_BYTES = 255


@pytest.fixture(params=STEMS, ids=["243 letters", "251 letters", "Chinese", "accents", "emoji"])
def long(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if os.pathconf(tmp_path, "PC_NAME_MAX") != MAX_BYTES:
        pytest.skip("names of another length fit here")
    video = tmp_path / f"{request.param}.mkv"
    video.write_bytes(b"frames")
    return video


def test_short_names_are_what_they_always_were() -> None:
    assert unfinished(Path("subs/film.srt"), ".part") == Path("subs/film.srt.part")
    assert unfinished(Path("/gone") / ("a" * 246 + ".srt"), ".part").name == "a" * 246 + ".srt.part"


@pytest.mark.parametrize("stem", STEMS)
def test_names_that_are_too_long_are_shortened_to_letters_and_a_hash_of_their_own(stem: str, tmp_path: Path) -> None:
    paths = [tmp_path / "made later" / f"{stem}{end}" for end in (".srt", ".vtt", "")]

    def made() -> list[Path]:
        found = [unfinished(path, suffix) for path in paths for suffix in (".part", ".resume")]
        return [*found, *(unfinished(path, ".part") for path in found if path.suffix == ".resume")]

    found = made()
    assert made() == found
    assert len({*found}) == len(found)
    assert all(len(os.fsencode(path.name)) <= MAX_BYTES and path.name.endswith(UNFINISHED) for path in found)
    assert all(path.name.split("~")[0] in stem for path in found if "~" in path.name)
    assert any("~" in path.name for path in found)


def test_the_file_system_says_how_long_a_name_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "pathconf", lambda *_: 143)
    assert len(unfinished(Path("a" * 139 + ".srt"), ".part").name) == 143
    assert (can_be_named(Path("a" * 143)), can_be_named(Path("a" * 144))) == (True, False)


def test_a_result_whose_name_fits_is_written_and_leaves_nothing_else(long: Path) -> None:
    assert finished(Run(long), FIRST) == [f"{long.stem}.srt"]
    assert sorted(names(long.parent)) == sorted([long.name, f"{long.stem}.srt"])
    save([SECOND], long.with_suffix(".srt"))
    assert load(long.with_suffix(".srt")) == [SECOND]


def test_a_run_with_a_long_name_is_stopped_and_goes_on(long: Path) -> None:
    run = Run(long)
    assert isinstance(run.plan, Plan)
    assert run.plan.notice is None  # nothing is there that could be damaged
    assert "goes on from there" in interrupted(run, FIRST)
    again = Run(long)
    assert isinstance(again.plan, Plan)
    assert again.plan.notice == "Going on at 0:00:03 with the 1 cue of a stopped run."
    with again.writer() as writer:
        writer.add(SECOND)
        assert [cue.text for cue in subrip(again.plan.targets[0].part)] == ["One", "Two\nlines"]
        writer.finish()
    assert sorted(names(long.parent)) == sorted([long.name, f"{long.stem}.srt"])


def test_several_formats_grow_side_by_side(long: Path) -> None:
    with Run(long, format="srt,vtt").writer() as writer:
        writer.add(FIRST)
        assert len(names(long.parent)) == 4  # the video, two parts, and one place to go on from
        writer.finish()


def test_a_result_whose_own_name_is_too_long_is_told_before_the_work(tmp_path: Path) -> None:
    video = tmp_path / f"{'a' * 251}.m"
    video.write_bytes(b"frames")
    hint = "has too long a name for its disk; choose a shorter one with --output."
    assert refusal(video, format="json") == f"{video.with_suffix('.json')} {hint}"
    assert refusal(video, split_languages=True) == f"{tmp_path / ('a' * 251)}.en.srt {hint}"
    assert isinstance(Run(video, format="json", output=tmp_path / "short.json").plan, Plan)


def test_a_watch_leaves_the_language_out_where_the_name_is_too_long_with_it(tmp_path: Path) -> None:
    stem = "a" * 250
    result = Result(tmp_path / f"{stem}.srt", "original", NO_MARKS, [])
    assert publishing.final(tmp_path, result, stem, "en") == tmp_path / f"{stem}.srt"


def test_a_watched_video_with_a_long_name_gets_its_subtitles(folder: Folder) -> None:
    stem = "影" * 82
    made = folder.films / f"{stem}.mkv"
    made.write_text('{"texts": ["One", "Two"]}')
    folder.once()
    assert folder.states() == {made.name: "done"}
    assert [name for name in folder.files() if name.endswith(".srt")] == [f"{stem}.srt"]
    folder.wait_for(lambda: folder.unfinished() == [])
