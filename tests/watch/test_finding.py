"""Whether the videos of a folder are found when they are whole, and nothing else is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from subextract.errors import OutputError
from subextract.kinds import is_video, may_be_video
from subextract.ledger import Ledger
from subextract.watch.finding import Finder, Search
from subextract.watch.scanner import Scanner
from subextract.watch.settings import Watching
from tests.helpers.files import FIXTURES
from tests.helpers.watching import PATIENCE

MATROSKA = b"\x1aE\xdf\xa3 and more"


class Clock:
    time = 100.0

    def __call__(self) -> float:
        return self.time


def put(path: Path, content: bytes = MATROSKA) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(folder: Path, *, recursive: bool = True, pattern: str = "*", extras: bool = False) -> list[str]:
    found = Search([str(folder)], recursive, pattern, extras).everything()
    return [os.path.relpath(one.path, folder) for one in found]


def told(folder: Path, path: str, *, extras: bool = False) -> list[str]:
    """What is found where the system tells of a change at ``path``."""
    found = Search([str(folder)], recursive=True, extras=extras).one(str(folder / path))
    return [os.path.relpath(one.path, folder) for one in found]


def packets(size: int, before: int = 0) -> bytes:
    return (bytes(before) + b"\x47" + bytes(size - 1 - before)) * 5


@pytest.mark.parametrize(
    ("head", "video"),
    [
        ((FIXTURES / "demo.mp4").read_bytes()[:1024], True),
        ((FIXTURES / "ja10bit.mkv").read_bytes()[:1024], True),
        (packets(188), True),
        (packets(192, before=4), True),
        (b"RIFF\0\0\0\0AVI LIST", True),
        (b"RIFF\0\0\0\0WAVEfmt ", False),
        (b"\0\0\0\x20ftypM4A \0\0", False),
        (b"\x89PNG\r\n\x1a\n", False),
        (b"1\n00:00:01,000 --> 00:00:02,000\nGone\n", False),
        (b"G" + bytes(500), False),
        (b"", False),
    ],
)
def test_a_video_is_known_by_its_first_bytes(head: bytes, video: bool) -> None:
    assert is_video(head) == video


def test_a_video_needs_no_suffix_and_a_damaged_one_is_known_by_it(tmp_path: Path) -> None:
    assert may_be_video(str(put(tmp_path / "recording")))
    assert may_be_video(str(put(tmp_path / "broken.MKV", b"nonsense")))
    assert not may_be_video(str(put(tmp_path / "notes.txt", b"nonsense")))
    assert not may_be_video(str(tmp_path / "missing"))


def test_hidden_and_unfinished_files_are_left_alone(tmp_path: Path) -> None:
    for name in (".a.mkv", "a.mkv.part", "a.mkv.crdownload", "a.mkv.!qB", "a.mkv.PARTIAL", ".trash/a.mkv", "b/a.mkv"):
        put(tmp_path / name)
    assert names(tmp_path) == ["b/a.mkv"]


def test_a_marker_keeps_a_tree_from_being_read(tmp_path: Path) -> None:
    for name in ("a.mkv", "extras/b.mkv", "extras/deep/c.mkv", "extras/.nosubextract"):
        put(tmp_path / name)
    assert names(tmp_path) == ["a.mkv"]
    assert list(Search([str(tmp_path)], recursive=True).one(str(tmp_path / "extras/deep/c.mkv"))) == []


EXTRAS = (
    "Film/Film-trailer.mkv",
    "Film/Film.Trailer.mkv",
    "Film/trailer.mp4",
    "Film/sample.mkv",
    "Film/film-x264-SAMPLE.mkv",
    "Film/Making of-behindthescenes.mkv",
    "Film/Cut-deleted.mkv",
    "Film/Talk-interview.mkv",
    "Film/Behind The Scenes/a.mkv",
    "Film/Other/menu-1.mkv",
    "Film/Sample/a.mkv",
    "Film/trailers/deep/a.mkv",
)


def test_trailers_samples_and_extras_are_left_alone_unless_they_are_asked_for(tmp_path: Path) -> None:
    for name in ("Film/Film.mkv", *EXTRAS):
        put(tmp_path / name)
    assert names(tmp_path) == ["Film/Film.mkv"]
    assert names(tmp_path, extras=True) == sorted(["Film/Film.mkv", *EXTRAS])
    for name in EXTRAS:
        assert told(tmp_path, name) == []
        assert told(tmp_path, name, extras=True) == [name]
    assert told(tmp_path, "Film/Other") == []
    assert told(tmp_path, "Film/Other", extras=True) == ["Film/Other/menu-1.mkv"]


@pytest.mark.parametrize("name", ["Trailer Park.mkv", "The Sample (2020).mkv", "scenes.mkv", "Othello/extra.mkv"])
def test_a_film_whose_name_only_contains_such_a_word_is_read(tmp_path: Path, name: str) -> None:
    put(tmp_path / name)
    assert names(tmp_path) == told(tmp_path, name) == [name]


def test_a_series_may_be_called_extras_and_a_library_shorts(tmp_path: Path) -> None:
    put(tmp_path / "Extras/Season 01/Extras S01E01.mkv")
    assert names(tmp_path) == told(tmp_path, "Extras/Season 01/Extras S01E01.mkv")
    assert names(tmp_path) == ["Extras/Season 01/Extras S01E01.mkv"]
    put(tmp_path / "Film.mkv")
    assert names(tmp_path) == ["Film.mkv"]
    assert told(tmp_path, "Extras/Season 01/Extras S01E01.mkv") == []
    assert names(tmp_path / "Extras") == ["Season 01/Extras S01E01.mkv"]


def test_a_hidden_folder_is_left_alone_where_the_system_tells_of_the_folder_itself(tmp_path: Path) -> None:
    put(tmp_path / ".trash/a.mkv")
    assert told(tmp_path, ".trash") == told(tmp_path, ".trash/a.mkv") == []


def test_folders_inside_and_names_are_looked_at_as_asked(tmp_path: Path) -> None:
    for name in ("a.mkv", "b.mp4", "inside/c.mkv"):
        put(tmp_path / name)
    assert names(tmp_path, recursive=False) == ["a.mkv", "b.mp4"]
    assert names(tmp_path, pattern="*.mkv") == ["a.mkv", "inside/c.mkv"]
    assert list(Search([str(tmp_path)]).one(str(tmp_path / "inside/c.mkv"))) == []


def test_pipes_loops_and_links_to_nowhere_stop_nobody(tmp_path: Path) -> None:
    put(tmp_path / "real.mkv")
    os.mkfifo(tmp_path / "pipe.mkv")
    (tmp_path / "nowhere.mkv").symlink_to("missing")
    (tmp_path / "self.mkv").symlink_to("self.mkv")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "link.mkv").symlink_to("real.mkv")
    assert names(tmp_path) == ["link.mkv", "real.mkv"]


def test_a_video_is_said_once_when_it_has_been_still(tmp_path: Path) -> None:
    clock = Clock()
    finder = Finder(Search([str(tmp_path)]), 10, now=clock)
    film = put(tmp_path / "film.mkv")
    put(tmp_path / "notes.txt", b"hello")

    def said() -> list[str]:
        return [Path(one.path).name for one in finder.scan()]

    assert said() == []
    assert finder.patience == 10
    clock.time += 9
    put(film, MATROSKA * 2)
    assert said() == []
    clock.time += 9
    assert said() == []
    clock.time += 1
    assert [Path(one.path).name for one in finder.recheck()] == ["film.mkv"]
    assert finder.patience is None
    clock.time += 100
    assert said() == []
    put(film, MATROSKA * 3)
    assert said() == []
    clock.time += 10
    assert said() == ["film.mkv"]


def test_a_video_that_was_away_is_said_again(tmp_path: Path) -> None:
    finder = Finder(Search([str(tmp_path)]), 0)
    film = put(tmp_path / "film.mkv")
    assert len(finder.scan()) == 1
    film.rename(tmp_path.parent / "away.mkv")
    assert finder.scan() == []
    (tmp_path.parent / "away.mkv").rename(film)
    assert len(finder.scan()) == 1
    finder.forget()
    assert len(finder.scan()) == 1


def test_a_folder_that_cannot_be_read_or_is_gone_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "here/film.mkv")
    search = Search([str(tmp_path / "gone"), str(tmp_path / "here")])
    assert [Path(one.path).name for one in search.everything()] == ["film.mkv"]


@contextmanager
def lookout(folder: Path, ledger: Path, *, once: bool = False, **settings: object) -> Iterator[Scanner]:
    found = Scanner(
        [str(folder)], Watching.model_validate({"settle": 0.3} | settings), ledger, once=once, found=lambda: None
    )
    found.start()
    try:
        yield found
    finally:
        found.stop()
        wait_until(lambda: found.finished)


def wait_until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def append(path: Path) -> int:
    with path.open("ab") as file:
        return file.write(b"more")


def wait_for_jobs(ledger: Path, number: int, seconds: float = PATIENCE) -> list[tuple[str, str]]:
    until = time.monotonic() + seconds
    with Ledger(ledger) as opened:
        while len(jobs := opened.jobs()) < number and time.monotonic() < until:
            time.sleep(0.05)
    return sorted((Path(job.video).name, job.state) for job in jobs)


def test_what_lands_in_a_folder_becomes_a_job_without_waiting_for_the_next_scan(tmp_path: Path) -> None:
    put(tmp_path / "films/old.mkv")
    with lookout(tmp_path / "films", tmp_path / "jobs.db", interval=3600, recursive=True):
        assert wait_for_jobs(tmp_path / "jobs.db", 1) == [("old.mkv", "queued")]
        names = (f"new {number}.mkv" for number in range(100))  # it takes a moment until the system tells of changes
        while len(found := wait_for_jobs(tmp_path / "jobs.db", 2, seconds=1)) < 2:
            put(tmp_path / "films/new" / next(names))
        assert ("old.mkv", "queued") in found


def test_a_scan_finds_what_nobody_tells_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watchfiles.watch", fail)
    (tmp_path / "films").mkdir()
    with lookout(tmp_path / "films", tmp_path / "jobs.db", interval=0.3):
        put(tmp_path / "films/new.mkv")
        assert wait_for_jobs(tmp_path / "jobs.db", 1) == [("new.mkv", "queued")]


def fail(*_: object, **__: object) -> None:
    raise OSError("no watches left")


def test_a_folder_that_vanishes_is_looked_for_until_it_is_back(tmp_path: Path) -> None:
    films, away = tmp_path / "films", tmp_path / "away"
    put(films / "a.mkv")
    with lookout(films, tmp_path / "jobs.db", interval=0.3) as looking:
        wait_for_jobs(tmp_path / "jobs.db", 1)
        films.rename(away)
        wait_until(lambda: looking.look.missing != ())
        assert looking.look.missing == (str(films),)
        put(away / "b.mkv")
        away.rename(films)
        assert wait_for_jobs(tmp_path / "jobs.db", 2) == [("a.mkv", "queued"), ("b.mkv", "queued")]


def test_existing_videos_can_be_left_alone(tmp_path: Path) -> None:
    put(tmp_path / "films/old.mkv")
    with lookout(tmp_path / "films", tmp_path / "jobs.db", interval=0.3, skip_existing=True):
        wait_for_jobs(tmp_path / "jobs.db", 1)
        put(tmp_path / "films/new.mkv")
        assert wait_for_jobs(tmp_path / "jobs.db", 2) == [("new.mkv", "queued"), ("old.mkv", "skipped")]


def test_looking_once_ends_and_leaves_what_is_being_copied(tmp_path: Path) -> None:
    growing = put(tmp_path / "films/growing.mkv")
    put(tmp_path / "films/whole.mkv")
    with lookout(tmp_path / "films", tmp_path / "jobs.db", once=True) as looking:
        wait_until(lambda: looking.finished or not append(growing))
    assert wait_for_jobs(tmp_path / "jobs.db", 1) == [("whole.mkv", "queued")]


def test_what_the_ledger_could_not_take_is_offered_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original, refusals = Ledger.offer, [OutputError("The disk is full.")]

    def offer(ledger: Ledger, *arguments: Any, **more: Any) -> str | None:
        if refusals:
            raise refusals.pop()
        return original(ledger, *arguments, **more)

    monkeypatch.setattr(Ledger, "offer", offer)
    put(tmp_path / "films/a.mkv")
    with lookout(tmp_path / "films", tmp_path / "jobs.db", interval=0.3):
        assert wait_for_jobs(tmp_path / "jobs.db", 1) == [("a.mkv", "queued")]
    assert refusals == []
