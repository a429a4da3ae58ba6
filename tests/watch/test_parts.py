"""Whether the smaller decisions of a watch are right: verdicts, leases, unfinished work, and where results may go."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from subextract.errors import OutputError
from subextract.ledger import Ending, Job, Ledger, Stamp
from subextract.options import Options
from subextract.output import Result
from subextract.output.naming import Marks, name
from subextract.review import Sidecar, changed_results
from subextract.watch import metrics, publishing, retry, spool
from subextract.watch.crew import Held
from subextract.watch.messages import Order, Report
from subextract.watch.running import Running
from subextract.watch.settings import Watching
from subextract.watch.setup import Setup
from tests.helpers import reviewed


def job(**values: Any) -> Job:
    rest = {
        "id": 1,
        "video": "/films/a.mkv",
        "folder": "/films",
        "size": 1,
        "changed": 1,
        "state": "running",
        "token": 1,
    }
    unknown = dict.fromkeys(("duration", "reason", "cues", "language", "seconds", "tell"))
    return Job(
        **{
            **rest,
            **unknown,
            "due": 0.0,
            "updated": 0.0,
            "attempts": 1,
            "strikes": 1,
            "deaths": 0,
            "position": 0,
            **values,
        }
    )


@pytest.mark.parametrize(
    ("status", "strikes", "attempts", "expected"),
    [
        (1, 1, 1, Ending("queued", "why", due=1060.0)),
        (4, 2, 9, Ending("queued", "why", due=1240.0)),
        (6, 3, 3, Ending("queued", "why", due=1960.0)),
        (-signal.SIGKILL, 4, 4, Ending("failed", "why")),
        (5, 9, 2, Ending("queued", "why", due=1240.0, blamed=False)),
        (7, 9, 30, Ending("queued", "why", due=1000 + retry.LONGEST_PAUSE, blamed=False)),
        (2, 1, 1, Ending("failed", "why")),
        (130, 9, 9, Ending("queued", "why", blamed=False)),
    ],
)
def test_an_attempt_that_went_wrong_is_judged_by_whose_fault_it_was(
    status: int, strikes: int, attempts: int, expected: Ending
) -> None:
    tried = job(strikes=strikes, attempts=attempts)
    assert retry.judge(tried, status, "why", now=1000.0, patience=retry.Patience(3, 60.0)) == expected


def test_a_video_that_is_read_whenever_the_watch_dies_is_suspected_in_the_end() -> None:
    assert [retry.is_deadly(job(deaths=deaths, strikes=9)) for deaths in (0, 10, 11)] == [False, False, True]


def test_a_crash_is_said_with_the_last_words() -> None:
    assert retry.crash(-signal.SIGSEGV, "") == "The reader was ended by SIGSEGV."
    assert retry.crash(-250, "") == "The reader was ended by signal 250."
    assert retry.crash(1, "no memory") == "The reader ended with status 1 and no result (no memory)."


@pytest.mark.parametrize(("passed", "needed"), [(0, False), (10, False), (16, True), (4000, True), (-4000, True)])
def test_a_lease_is_renewed_in_time_and_whenever_the_clock_is_set(passed: float, needed: bool) -> None:
    held = Held(SimpleNamespace(job=job(due=10_060.0)))  # type: ignore[arg-type]
    assert held.needs_renewal(60.0, 10_000.0 + passed) == needed


def test_unfinished_work_is_taken_over_from_the_last_attempt(tmp_path: Path) -> None:
    first = spool.take_over(tmp_path / "work", 7, 1)
    (first / "a.srt.resume").write_text("so far")
    (first / "a.srt.part").write_text("1")
    (first / "a.srt").write_text("1")
    second = spool.take_over(tmp_path / "work", 7, 2)
    assert not first.exists()
    assert [path.name for path in second.iterdir()] == ["a.srt.resume"]
    spool.take_over(tmp_path / "work", 70, 1)
    spool.drop(tmp_path / "work", 7)
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["70-1"]
    spool.sweep(tmp_path / "work", lambda number: number != 70)
    assert list((tmp_path / "work").iterdir()) == []


def test_nothing_is_written_below_the_mount_point_of_a_disk_that_is_away(tmp_path: Path) -> None:
    order = Order("jobs.db", 1, 1, "/films/a.mkv", "/films", "work", out=str(tmp_path), disk=str(tmp_path))
    with pytest.raises(OutputError, match=f"The disk of {tmp_path} is not mounted at {tmp_path}; mount it again"):
        publishing.destination(order)
    order = Order("jobs.db", 1, 1, "/films/b/a.mkv", "/films", "work", out=str(tmp_path), disk="/")
    assert publishing.destination(order) == tmp_path / "b"
    assert publishing.mount_of("/proc/self/fd") == "/proc"


def test_what_was_written_for_a_video_that_is_gone_may_be_replaced(tmp_path: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    (films / "a.srt").write_text("text")
    with Ledger(tmp_path / "jobs.db") as ledger:
        for name in ("a.mkv", "a.mp4"):
            (films / name).write_text(name)
            ledger.offer(str(films), str(films / name), Stamp(5, 1))
        former, latter = (ledger.claim(str(films), 60) for _ in range(2))
        assert former
        assert latter
        ledger.settle(former, Ending("done"), {str(films / "a.srt"): publishing.digest("text")})
        assert publishing.in_the_way(ledger, latter, [films], None) == films / "a.srt"
        Path(former.video).unlink()
        assert publishing.in_the_way(ledger, latter, [films], None) is None
        (films / "a.srt").write_text("edited")
        assert publishing.in_the_way(ledger, latter, [films], None) == films / "a.srt"
        assert publishing.in_the_way(ledger, latter, [tmp_path / "missing"], None) is None


def order_for(path: Path, out: Path | None = None) -> tuple[Order, Job]:
    status = path.stat()
    held = job(video=str(path), size=status.st_size, changed=status.st_mtime_ns)
    return Order("jobs.db", 1, 1, str(path), str(path.parent), "work", out=None if out is None else str(out)), held


def test_subtitles_go_where_the_video_is_and_never_into_what_has_come_in_its_place(tmp_path: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    (films / "a.mkv").write_text("video")
    order, held = order_for(films / "a.mkv")
    publishing.write(order, held, {films / "a.en.srt": "text"})
    assert (films / "a.en.srt").read_text() == "text"
    films.rename(tmp_path / "away")
    with pytest.raises(OutputError, match=r"films cannot be written to \(No such file or directory\); check the disk"):
        publishing.write(order, held, {films / "a.de.srt": "text"})
    films.mkdir()  # the mount point of a disk that is away
    with pytest.raises(OutputError, match=r"a\.mkv has gone or changed meanwhile; its subtitles wait"):
        publishing.write(order, held, {films / "a.de.srt": "text"})
    assert list(films.iterdir()) == []


def test_a_folder_that_is_moved_while_a_file_is_written_takes_it_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    films, away = tmp_path / "films", tmp_path / "away"
    films.mkdir()
    (films / "a.mkv").write_text("video")
    order, held = order_for(films / "a.mkv")
    monkeypatch.setattr("os.fsync", lambda descriptor: films.rename(away) if films.exists() else None)
    publishing.write(order, held, {films / "a.en.srt": "text"})
    assert sorted(path.name for path in away.iterdir()) == ["a.en.srt", "a.mkv"]
    assert not films.exists()


def test_folders_for_subtitles_elsewhere_are_made(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").write_text("video")
    order, held = order_for(tmp_path / "a.mkv", tmp_path / "out")
    publishing.write(order, held, {tmp_path / "out" / "deep" / "a.srt": "text"})
    assert (tmp_path / "out" / "deep" / "a.srt").read_text() == "text"


def test_a_file_of_forced_cues_that_is_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").write_text("video")
    with Ledger(tmp_path / "jobs.db") as ledger:
        ledger.offer(str(tmp_path), str(tmp_path / "a.mkv"), Stamp(5, 1))
        held = ledger.claim(str(tmp_path), 60)
        assert held
        marks = [Marks(language="en"), Marks(language="en", forced=True)]
        files = {
            path: Result(path, "original", each, []) for each in marks if (path := tmp_path / name("a", "srt", each))
        }
        assert publishing.without_forced_of_others(ledger, held, files) == files
        (tmp_path / "a.en.forced.srt").write_text("theirs")
        assert [*publishing.without_forced_of_others(ledger, held, files)] == [tmp_path / "a.en.srt"]


@pytest.mark.parametrize(
    ("marks", "stem", "language", "expected"),
    [
        (Marks(), "Film.2", "en", "Film.2.en.srt"),
        (Marks(language="zh"), "Film.2", "en", "Film.2.zh.srt"),
        (Marks(), "Film.2", None, "Film.2.srt"),
        (Marks(forced=True), "Film", "en", "Film.en.forced.srt"),
        (Marks(sdh=True), "Film", None, "Film.sdh.srt"),
        (Marks(language="de", forced=True), "Film", "en", "Film.de.forced.srt"),
    ],
)
def test_a_result_gets_its_language_unless_its_name_says_one(
    marks: Marks, stem: str, language: str | None, expected: str
) -> None:
    result = Result(Path("/work") / name(stem, "srt", marks), "original", marks, [])
    assert publishing.final(Path("/films"), result, stem, language) == Path("/films") / expected


def test_another_folder_gets_the_same_tree() -> None:
    assert publishing.folder_for("/films/a/b/Film.mkv", "/films", None) == "/films/a/b"
    assert publishing.folder_for("/films/a/b/Film.mkv", "/films", "/out") == "/out/a/b"
    assert publishing.folder_for("/films/Film.mkv", "/films", "/out") == "/out"


def test_several_folders_get_one_each_below_the_other_place() -> None:
    reading = Options.model_validate({"language": "en", "region": ["top=ja", "bottom=en"]})
    setup = Setup(Watching.model_validate({"out": Path("/out"), "jobs": 2}), reading)
    one = setup.order(job(), Path("/state/jobs.db"), ["/films"], "/")
    two = setup.order(job(), Path("/state/jobs.db"), ["/films", "/series"], "/")
    assert (one.out, two.out, one.work) == ("/out", "/out/films", "/state/jobs.db.work")
    read = Options.model_validate(pickle.loads(pickle.dumps(one)).options)
    assert read.model_copy(update={"threads": 0}) == setup.options


@pytest.mark.parametrize(
    ("jobs", "wished", "threads"), [(1, 0, 0), (2, 0, 4), (3, 0, 2), (16, 0, 1), (1, 3, 3), (2, 3, 3)]
)
def test_videos_at_work_share_the_cores_unless_something_else_is_wished(
    monkeypatch: pytest.MonkeyPatch, jobs: int, wished: int, threads: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    setup = Setup(Watching.model_validate({"jobs": jobs}), Options(threads=wished))
    order = setup.order(job(), Path("jobs.db"), ["/films"], None)
    assert Options.model_validate(order.options).threads == threads


@pytest.mark.parametrize(
    ("options", "own", "seen"), [({"threads": 2}, None, "2"), ({}, None, None), ({"threads": 2}, "1", "1")]
)
def test_the_opencv_of_a_worker_keeps_to_its_threads_unless_the_user_knows_better(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, int], own: str | None, seen: str | None
) -> None:
    monkeypatch.delenv("OPENCV_FOR_THREADS_NUM", raising=False)
    if own:
        monkeypatch.setenv("OPENCV_FOR_THREADS_NUM", own)
    order = _Telling("jobs.db", 1, 1, "/films/a.mkv", "/films", "work", options=options)
    news = threading.Semaphore(0)
    worker = Running(job(), order, news.release)
    assert [news.acquire(timeout=30) for _ in ("its report", "its end")] == [True, True]
    assert (worker.report.reason, worker.status) == (seen, 0)


class _Telling(Order):
    """One that reports a variable of its process."""

    def __call__(self, tell: Callable[[Report], None]) -> None:
        print("whatever a library prints is no report")
        tell(Report("done", reason=os.environ.get("OPENCV_FOR_THREADS_NUM")))


class _Unfinished(Order):
    def __call__(self, tell: Callable[[Report], None]) -> None:
        raise OutputError(self.work)


def test_what_a_worker_raises_is_its_last_report_and_its_status() -> None:
    ended = threading.Event()
    order = _Unfinished("jobs.db", 1, 1, "/films/a.mkv", "/films", "The disk\nis full.")
    worker = Running(job(), order, ended.set)
    assert ended.wait(30)
    assert (worker.report, worker.status) == (Report("error", reason="The disk is full."), OutputError.exit_code)


def test_health_says_what_is_stuck() -> None:
    numbers = metrics.Numbers()
    assert metrics.health(numbers, 10, 60) == (True, "ok")
    assert metrics.health(numbers, 1000, 60) == (False, "looking through the folders is stuck; does a disk not answer?")
    numbers.turned -= 1000
    assert metrics.health(numbers, 10, 60) == (False, "the loop is stuck")


def test_labels_are_written_as_prometheus_reads_them() -> None:
    text = metrics.render(metrics.Numbers(), {"done": 3}, {'/a"b\\c\n': False}, 12.5)
    lines = text.splitlines()
    assert 'subextract_jobs{state="done"} 3.0' in lines
    assert r'subextract_folder_up{folder="/a\"b\\c\n"} 0.0' in lines
    assert "subextract_last_scan_timestamp_seconds 12.5" in lines
    assert text.endswith("\n")


def test_a_review_comes_beside_its_results_under_their_names_and_takes_no_changes_of_a_person_away(
    tmp_path: Path,
) -> None:
    work, place = tmp_path / "work", tmp_path / "films"
    for folder in (work, place):
        folder.mkdir()
    final = place / "film.en.srt"
    for former in (False, True):
        made = reviewed.with_errors(work)
        files = {final: Result(work / "film.srt", "original", Marks(), [])}
        (work / "film.srt").rename(final)
        publishing.keep_review(made, place / "film.review", files)
        with Sidecar(place / "film.review") as sidecar:
            assert [result["path"] for result in sidecar.fact("results")] == ["film.en.srt"]
            assert changed_results(sidecar) == []
            sidecar.step("edit", [{"id": 1, "set": {"text": "Mended"}}], 0)
        assert (place / "film.review~").exists() is former
    with Sidecar(place / "film.review~") as sidecar:
        assert sidecar.entries()[0]["text"] == "Mended"


def test_an_attempt_goes_on_with_what_was_kept_for_a_review(tmp_path: Path) -> None:
    first = spool.take_over(tmp_path, 1, 1)
    for kept in ("a.srt.resume", "a.review.part", "a.review.part-journal", "a.srt.part", "a.srt"):
        (first / kept).touch()
    second = spool.take_over(tmp_path, 1, 2)
    assert sorted(path.name for path in second.iterdir()) == ["a.review.part", "a.review.part-journal", "a.srt.resume"]
