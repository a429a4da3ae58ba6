"""Whether each video of a watched folder gets its subtitles, whatever happens to videos and disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from subextract import cli
from subextract.ledger import Ledger
from tests.helpers.files import FIXTURES
from tests.helpers.watched import starts, subrip
from tests.helpers.watching import Folder


def test_every_video_gets_its_subtitles_beside_it_and_every_bad_one_a_reason(folder: Folder) -> None:
    folder.film("good.mkv")
    folder.film("deep/er/Film (2020).mkv", "Three")
    folder.film("silent.mkv", texts=[])
    folder.film("crash.mkv", does="crash", after=1)
    folder.film("vanish.mkv", does="vanish")
    folder.film("hog.mkv", does="hog")
    folder.film("bug.mkv", does="bug")
    folder.film("broken.mkv", does="break", after=1)
    folder.film("shaky.mkv", does="die", after=1, times=1)
    folder.film("full.mkv", does="full", after=1, times=2)
    folder.film("engine.mkv", does="engine", times=2)
    (folder.films / "garbage.mkv").write_text("garbage")
    folder.watch(retries=1, memory=600, jobs=2)
    good = ("good", "Film (2020)", "silent", "shaky", "full", "engine")
    bad = {
        "crash": "The reader was ended by SIGSEGV",
        "vanish": "The reader ended with status 0 and no result",
        "hog": "It needs more than 600 MiB of memory; --memory allows more.",
        "bug": "Unexpected IndexError (list index out of range).",
        "broken": "The video breaks off.",
        "garbage": f"{folder.films}/garbage.mkv is not a video.",
    }
    folder.wait_for_states(**dict.fromkeys(good, "done"), **dict.fromkeys(bad, "failed"))
    reasons = {Path(name).stem: job.reason or "" for name, job in folder.jobs().items() if job.state == "failed"}
    assert {name: reasons[name].startswith(reason) for name, reason in bad.items()} == dict.fromkeys(bad, True)
    assert {name: len(starts(folder.films / f"{name}.mkv")) for name in ("crash", "shaky", "full")} == {
        "crash": 2,
        "shaky": 2,
        "full": 3,
    }
    assert folder.files() == ["deep/er/Film (2020).srt", "engine.srt", "full.srt", "good.srt", "shaky.srt"]
    assert folder.text("good.srt") == folder.text("shaky.srt") == folder.text("full.srt") == subrip("One", "Two")
    folder.wait_for(lambda: folder.unfinished() == [])


@pytest.mark.parametrize(
    ("limit", "script", "reason"),
    [
        ("stall", {"does": "hang", "after": 1}, "It made no progress for 2 s; "),
        ("limit", {"texts": ["One"] * 50, "pause": 0.5}, "It took longer than 2 s; "),
    ],
)
def test_a_reading_that_hangs_or_never_ends_is_ended_tried_again_and_set_aside(
    folder: Folder, limit: str, script: dict[str, Any], reason: str
) -> None:
    folder.film("bad.mkv", **script)
    folder.watch(**{"retries": 1, limit: 2})
    folder.wait_for_states(bad="failed")
    job = folder.jobs()["bad.mkv"]
    assert (str(job.reason)[: len(reason)], job.attempts, folder.files()) == (reason, 2, [])
    folder.wait_for(lambda: folder.unfinished() == [])


def test_a_replaced_video_is_read_again_and_what_people_edited_is_kept(folder: Folder) -> None:
    folder.film("a.mkv", "Old")
    folder.film("b.mkv", "Old")
    folder.once()
    (folder.films / "b.srt").write_text("edited")
    folder.film("a.mkv", "New")
    folder.film("b.mkv", "New")
    folder.once()
    assert folder.states() == {"a.mkv": "done", "b.mkv": "skipped"}
    assert (folder.text("a.srt"), folder.text("b.srt")) == (subrip("New"), "edited")
    folder.film("a.mkv", texts=[])
    folder.once()
    assert folder.files() == ["b.srt"]


def test_a_video_that_changes_while_it_is_read_is_read_as_it_is_then(folder: Folder) -> None:
    path = folder.film("a.mkv", *"abcd", pause=0.4)
    folder.watch()
    folder.wait_until_read(path)
    folder.film("a.mkv", "New")
    # On busy cores the first one may be done before it is replaced.
    folder.wait_for(lambda: folder.files() == ["a.srt"] and folder.text("a.srt") == subrip("New"))
    folder.wait_for_states(a="done")


def test_a_video_that_has_subtitles_already_is_skipped(folder: Folder) -> None:
    folder.film("there.mkv")
    (folder.films / "there.en.srt").write_text("somebody's")
    folder.film("soft.mkv", tracks=[["text", "subrip", "eng"]])
    folder.film("other.mkv", tracks=[["text", "subrip", "ger"]])
    folder.once(language="en")
    assert folder.states() == {"there.mkv": "skipped", "soft.mkv": "skipped", "other.mkv": "done"}
    assert [folder.jobs()[name].reason for name in ("there.mkv", "soft.mkv")] == [
        f"{folder.films}/there.en.srt is there already.",
        "It has a soft subtitle track in eng (subrip); --if-soft extract takes it, hard reads the picture.",
    ]
    assert folder.files() == ["other.en.srt", "there.en.srt"]
    assert cli.main(["jobs", "retry", str(folder.jobs()["soft.mkv"].id), "--ledger", str(folder.ledger)]) == 0
    folder.once(language="en", if_soft="hard")
    assert folder.files() == ["other.en.srt", "soft.en.srt", "there.en.srt"]


def test_a_soft_track_is_taken_where_that_is_wanted_and_the_picture_is_read_where_there_is_none(folder: Folder) -> None:
    english = ["text", "subrip", "eng"]
    folder.film("soft.mkv", tracks=[["text", "subrip", "ger"], english], soft=["From the track"])
    folder.film("forced.mkv", tracks=[[*english, None, True]], soft=["A sign"])
    folder.film("loud.mkv", tracks=[[*english, None, False, True, True]], soft=["[Bang]"])
    folder.once(language="en", if_soft="extract")
    assert folder.files() == ["forced.en.srt", "loud.en.sdh.srt", "soft.en.srt"]
    assert [folder.text(name) for name in folder.files()] == [
        subrip("One", "Two"),
        subrip("[Bang]"),
        subrip("From the track"),
    ]


def test_forced_ones_alone_are_taken_from_a_track_or_the_video_is_skipped(folder: Folder) -> None:
    english = ["text", "subrip", "eng"]
    folder.film("forced.mkv", tracks=[english, [*english, None, True]], soft=["A sign"])
    folder.film("none.mkv", tracks=[english], soft=["Hello"])
    folder.once(language="en", if_soft="extract", forced="only")
    assert folder.states() == {"forced.mkv": "done", "none.mkv": "skipped"}
    assert (folder.jobs()["none.mkv"].reason or "").endswith(
        "none.mkv has no subtitle track that holds forced ones. Its tracks are 1 (en, text)."
    )
    assert folder.files() == ["forced.en.forced.srt"]
    assert folder.text("forced.en.forced.srt") == subrip("A sign")


def test_a_full_file_does_not_keep_out_the_forced_ones_and_theirs_does(folder: Folder) -> None:
    tracks = [["text", "subrip", "eng"], ["text", "subrip", "eng", None, True]]
    for name in ("full", "both"):
        folder.film(f"{name}.mkv", tracks=tracks, soft=["A sign"])
        (folder.films / f"{name}.en.srt").write_text("all of it")
    (folder.films / "both.en.Forced.srt").write_text("somebody's")
    folder.once(language="en", if_soft="extract", forced="only")
    assert folder.states() == {"full.mkv": "done", "both.mkv": "skipped"}
    assert folder.jobs()["both.mkv"].reason == f"{folder.films}/both.en.Forced.srt is there already."
    assert folder.text("full.en.forced.srt") == subrip("A sign")
    assert folder.text("full.en.srt") == "all of it"


def test_a_track_of_pictures_may_count_otherwise_than_one_of_text(folder: Folder) -> None:
    folder.film("disc.mkv", tracks=[["image", "hdmv_pgs_subtitle", "eng"]], soft=["From the disc"])
    folder.film("text.mkv", tracks=[["text", "subrip", "eng"], ["image", "hdmv_pgs_subtitle", "eng"]], soft=["A"])
    folder.once(language="en")
    assert folder.states() == {"disc.mkv": "skipped", "text.mkv": "skipped"}
    reason = folder.jobs()["disc.mkv"].reason or ""
    assert "(hdmv_pgs_subtitle); --if-pictures extract takes it, hard reads the picture." in reason
    for wish, said in {"extract": ["From the disc"], "hard": ["One", "Two"]}.items():
        for job in folder.jobs().values():
            assert cli.main(["jobs", "retry", str(job.id), "--ledger", str(folder.ledger)]) == 0
        folder.once(language="en", if_pictures=wish)
        assert folder.states() == {"disc.mkv": "done", "text.mkv": "skipped"}
        assert folder.text("disc.en.srt") == subrip(*said)


def test_two_videos_of_one_name_get_one_file(folder: Folder) -> None:
    folder.film("a.mkv", "One", pause=0.3)
    folder.film("a.mp4", "Two", pause=0.3)
    folder.watch(jobs=2)
    folder.wait_for(lambda: folder.ledger.exists() and sorted(folder.states().values()) == ["done", "skipped"])
    assert [name for name in folder.files() if not name.endswith(".mp4")] == ["a.srt"]
    done = next(name for name, state in folder.states().items() if state == "done")
    assert folder.text("a.srt") == subrip({"a.mkv": "One", "a.mp4": "Two"}[done])


def test_a_video_that_is_gone_is_read_when_it_is_back(folder: Folder) -> None:
    slow = folder.film("a slow one.mkv", "One", pause=1.5)
    path = folder.film("b.mkv")
    folder.watch()
    folder.wait_until_read(slow)
    path.rename(folder.films / ".away")
    folder.wait_for(lambda: folder.states().get("b.mkv") == "gone")
    (folder.films / ".away").rename(path)
    folder.wait_for(lambda: folder.states() == {"a slow one.mkv": "done", "b.mkv": "done"})
    assert folder.text("b.srt") == subrip("One", "Two")


def test_results_go_to_the_same_tree_in_another_folder_and_several_formats(folder: Folder, tmp_path: Path) -> None:
    folder.film("deep/a.mkv")
    folder.once(out=tmp_path / "out", format="srt,vtt", language="zh-hans")
    assert sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*")) == [
        "deep/a.zh-Hans.srt",
        "deep/a.zh-Hans.vtt",
    ]
    assert folder.files() == []


def can_mount(place: Path) -> bool:
    return (
        os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "small", place]).returncode == 0
    )


def test_a_full_disk_is_waited_for_and_nothing_half_is_left_on_it(folder: Folder) -> None:
    if not can_mount(folder.films):
        pytest.skip("only root can make a small disk")
    try:
        (folder.films / "filler").write_bytes(bytes(44 << 10))
        folder.film("a.mkv", "One" * 6000)
        folder.watch(pause=1)
        folder.wait_for(
            lambda: (
                folder.ledger.exists() and any("disk is full" in (job.reason or "") for job in folder.jobs().values())
            )
        )
        assert folder.files() == ["filler"]
        (folder.films / "filler").unlink()
        folder.wait_for_states(a="done")
        assert (folder.files(), folder.text("a.srt")) == (["a.srt"], subrip("One" * 6000))
    finally:
        folder.daemons[-1].terminate()
        folder.daemons[-1].wait()
        subprocess.run(["umount", "-l", folder.films], check=True)


def test_real_subtitles_are_read_from_a_real_video(tmp_path: Path) -> None:
    films, name = tmp_path / "films", "ja10bit"
    films.mkdir()
    shutil.copy(FIXTURES / f"{name}.mkv", films)
    program = [sys.executable, "-m", "subextract", "watch", str(films), "--once", "--settle=0"]
    watch = subprocess.run([*program, f"--ledger={tmp_path / 'jobs.db'}", "--language=ja"], check=False)
    assert watch.returncode == 0
    assert sorted(path.name for path in films.iterdir()) == [f"{name}.ja.srt", f"{name}.mkv"]
    assert (films / f"{name}.ja.srt").read_text("utf-8") == (FIXTURES / f"{name}.gt.srt").read_text("utf-8")
    with Ledger(tmp_path / "jobs.db") as ledger:
        assert [(job.state, job.cues, job.language) for job in ledger.jobs()] == [("done", 4, "ja")]
