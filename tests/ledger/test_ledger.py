"""Whether each video is one job, each job has one owner, and nothing that happens to a process loses one."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from subextract.errors import OutputError, UsageError
from subextract.ledger import FARTHEST, STATES, Asked, Ending, Job, Ledger, Lost, Stamp, Taken

STAMP = Stamp(1000, 5)


class Clock:
    """A wall clock that the test sets."""

    time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger(tmp_path / "jobs.db", now=clock) as opened:
        yield opened


def claimed(ledger: Ledger, lease: float = 60) -> Job:
    job = ledger.claim("/films", lease)
    assert job
    return job


def test_the_same_file_again_is_no_new_job_and_a_replaced_one_is(ledger: Ledger) -> None:
    assert ledger.offer("/films", "/films/a.mkv", STAMP) == "new"
    assert ledger.offer("/films", "/films/a.mkv", STAMP) is None
    job = claimed(ledger)
    assert ledger.settle(job, Ending("done", cues=3))
    assert ledger.offer("/films", "/films/a.mkv", STAMP) is None
    assert ledger.offer("/films", "/films/a.mkv", Stamp(1000, 6)) == "replaced"
    assert [(job.state, job.stamp, job.cues, job.attempts) for job in ledger.jobs()] == [
        ("queued", Stamp(1000, 6), None, 0)
    ]


def test_a_name_that_is_no_text_comes_back_as_it_was(ledger: Ledger) -> None:
    name = os.fsdecode(b"/films/caf\xe9.mkv")
    ledger.offer("/films", name, STAMP)
    assert claimed(ledger).video == name


def test_a_job_is_claimed_once_and_the_longest_due_first(ledger: Ledger) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    ledger.offer("/films", "/films/b.mkv", STAMP)
    assert [claimed(ledger).video, claimed(ledger).video] == ["/films/a.mkv", "/films/b.mkv"]
    assert ledger.claim("/films", 60) is None


def test_a_daemon_claims_only_in_its_own_folders(ledger: Ledger) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    assert ledger.claim("/series", 60) is None
    assert ledger.claim("/films", 60)


def test_a_job_whose_worker_died_is_claimable_when_its_lease_has_run_out(ledger: Ledger, clock: Clock) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    first = claimed(ledger)
    clock.time += 59
    assert ledger.claim("/films", 60) is None
    clock.time += 1
    second = claimed(ledger)
    assert (second.id, second.token, second.attempts) == (first.id, first.token + 1, 2)


def test_a_renewed_lease_lasts_longer_and_tells_how_far_the_reading_is(ledger: Ledger, clock: Clock) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    job = claimed(ledger)
    clock.time += 50
    assert ledger.renew(job, 60, 30_000, 90_000)
    clock.time += 50
    assert ledger.claim("/films", 60) is None
    assert [(job.position, job.duration) for job in ledger.jobs()] == [(30_000, 90_000)]


def test_who_lost_a_job_can_neither_renew_nor_promise_nor_settle_it(ledger: Ledger, clock: Clock) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    stale = claimed(ledger)
    clock.time += 61
    owner = claimed(ledger)
    assert not ledger.renew(stale, 60)
    assert not ledger.settle(stale, Ending("done"))
    with pytest.raises(Lost):
        ledger.promise(stale, {"/films/a.en.srt": "1"})
    assert ledger.settle(owner, Ending("done"))
    assert not ledger.settle(owner, Ending("failed"))


def test_a_video_that_is_replaced_while_it_is_read_is_taken_from_its_worker(ledger: Ledger) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    job = claimed(ledger)
    ledger.offer("/films", "/films/a.mkv", Stamp(2000, 7))
    assert not ledger.renew(job, 60)
    assert claimed(ledger).stamp == Stamp(2000, 7)


def test_a_job_that_waits_comes_when_its_pause_is_over_and_only_blamed_attempts_are_strikes(
    ledger: Ledger, clock: Clock
) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    ledger.settle(claimed(ledger), Ending("queued", "the disk is full", due=clock.time + 30, blamed=False))
    assert ledger.claim("/films", 60) is None
    assert ledger.next_due("/films") == clock.time + 30
    clock.time += 30
    job = claimed(ledger)
    assert (job.attempts, job.strikes, job.reason) == (2, 1, "the disk is full")


def test_an_attempt_whose_daemon_died_is_no_strike_and_is_counted_as_that(ledger: Ledger, clock: Clock) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    claimed(ledger)
    clock.time += 61
    second = claimed(ledger)
    assert (second.attempts, second.strikes, second.deaths) == (2, 1, 1)
    ledger.settle(second, Ending("queued", "the reader crashed"))
    third = claimed(ledger)
    assert (third.attempts, third.strikes, third.deaths) == (3, 2, 1)
    ledger.offer("/films", "/films/a.mkv", Stamp(2000, 7))
    assert (claimed(ledger).strikes, ledger.jobs()[0].deaths) == (1, 0)


def test_a_clock_that_is_put_back_holds_no_job_up(ledger: Ledger, clock: Clock) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    ledger.settle(claimed(ledger), Ending("queued", due=clock.time + 30))
    ledger.offer("/films", "/films/b.mkv", STAMP)
    clock.time -= 3600
    new = claimed(ledger)
    assert (new.video, ledger.claim("/films", 60)) == ("/films/b.mkv", None)
    ledger.settle(new, Ending("done"))
    clock.time -= FARTHEST
    assert claimed(ledger).video == "/films/a.mkv"


def test_files_are_ours_as_long_as_nobody_edits_them_and_whatever_happened_while_they_were_written(
    ledger: Ledger,
) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    job = claimed(ledger)
    ledger.promise(job, {"/films/a.en.srt": "old"})
    ledger.settle(job, Ending("done"), {"/films/a.en.srt": "old"})
    ledger.offer("/films", "/films/a.mkv", Stamp(2, 2))
    again = claimed(ledger)
    ledger.promise(again, {"/films/a.en.srt": "new"})
    assert ledger.results(again) == {"/films/a.en.srt": {"old", "new"}}
    owners = [ledger.writer("/films/a.en.srt", digest) for digest in ("old", "new", "edited")]
    assert [owner and owner.id for owner in owners] == [job.id, job.id, None]
    ledger.settle(again, Ending("done"), {"/films/a.de.srt": "new"})
    assert ledger.results(again) == {"/films/a.de.srt": {"new"}}


def test_two_running_jobs_cannot_promise_the_same_file(ledger: Ledger) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    ledger.offer("/films", "/films/a.mp4", STAMP)
    first, second = claimed(ledger), claimed(ledger)
    ledger.promise(first, {"/films/a.en.srt": "1"})
    with pytest.raises(Taken):
        ledger.promise(second, {"/films/a.en.srt": "2"})
    ledger.settle(first, Ending("done"), {"/films/a.en.srt": "1"})
    ledger.promise(second, {"/films/a.en.srt": "1"})
    writer = ledger.writer("/films/a.en.srt", "1")
    assert writer
    assert writer.id == first.id


def test_a_file_that_was_gone_is_queued_when_it_is_there_again(ledger: Ledger) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    before = ledger.generation()
    ledger.settle(claimed(ledger), Ending("gone", "not there", blamed=False))
    assert ledger.claim("/films", 60) is None
    assert ledger.generation() != before
    assert ledger.offer("/films", "/films/a.mkv", STAMP) == "replaced"
    assert claimed(ledger).strikes == 1


def test_what_was_there_before_can_be_noted_without_being_read(ledger: Ledger) -> None:
    assert ledger.offer("/films", "/films/a.mkv", STAMP, skipped="it was there before") == "new"
    assert ledger.claim("/films", 60) is None
    assert ledger.offer("/films", "/films/a.mkv", STAMP) is None
    assert ledger.retry(1)
    assert ledger.offer("/films", "/films/a.mkv", STAMP, skipped="it was there before") is None
    assert claimed(ledger).id == 1


def test_nothing_is_claimed_while_paused(ledger: Ledger) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    ledger.pause(True)
    assert (ledger.paused(), ledger.claim("/films", 60)) == (True, None)
    ledger.pause(False)
    assert ledger.claim("/films", 60)


def test_a_failed_job_can_be_retried_or_forgotten(ledger: Ledger) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    job = claimed(ledger)
    assert not ledger.retry(job.id)
    ledger.settle(job, Ending("failed", "no video"))
    assert ledger.retry(job.id)
    assert (claimed(ledger).attempts, ledger.forget(job.id), ledger.jobs()) == (1, True, [])
    assert (ledger.retry(7), ledger.forget(7)) == (False, False)
    ledger.offer("/films", "/films/a.mkv", STAMP)
    assert ledger.jobs()[0].id == 2  # numbers are not used again: 1 stays what was forgotten


def test_a_finished_job_is_told_until_somebody_has_heard(ledger: Ledger, clock: Clock) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    ledger.settle(claimed(ledger), Ending("done", tell=clock.time))
    job = ledger.claim_telling("/films", 60)
    assert job
    assert ledger.claim_telling("/films", 60) is None
    clock.time += 60
    assert ledger.claim_telling("/films", 60)
    clock.time += 60
    ledger.told(job)
    assert ledger.claim_telling("/films", 60) is None


def test_jobs_are_listed_newest_first_and_counted_by_state(ledger: Ledger) -> None:
    for name in "abc":
        ledger.offer("/films", f"/films/{name}.mkv", STAMP)
    ledger.settle(claimed(ledger), Ending("done"))
    assert [job.video for job in ledger.jobs(limit=2)] == ["/films/c.mkv", "/films/b.mkv"]
    assert [job.video for job in ledger.jobs("done")] == ["/films/a.mkv"]
    assert ledger.counts() == dict.fromkeys(STATES, 0) | {"queued": 2, "done": 1}


def test_what_was_asked_for_is_listed_by_itself_with_its_options(ledger: Ledger) -> None:
    ledger.offer("/served", "/served/found.mkv", STAMP)
    first = ledger.ask("/served", "/served/1/video.mkv", STAMP, Asked("Größe.mkv", {"language": "de"}, "k", "d"))
    second = ledger.ask("/served", "/served/2/video.mkv", STAMP, Asked("b.mkv", {}))
    assert (first.title, first.options, first.key, first.digest) == ("Größe.mkv", {"language": "de"}, "k", "d")
    assert [job.id for job in ledger.asked("/served")] == [second.id, first.id]
    assert ledger.asked("/served", before=second.id, limit=5) == [first]
    assert ledger.asked("/served", "done") == ledger.asked("/films") == []
    assert (ledger.asked_by("/served", key="k"), ledger.asked_by("/served", digest="d")) == (first, first)
    assert (ledger.asked_by("/films", key="k"), ledger.asked_by("/served", key="d")) == (None, None)
    assert ledger.waiting("/served") == 3
    with pytest.raises(OutputError, match="UNIQUE"):
        ledger.ask("/served", "/served/3/video.mkv", STAMP, Asked("c.mkv", {}, "k"))


def test_a_cancelled_job_is_nobodys_any_more_until_it_is_retried(ledger: Ledger) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    job = claimed(ledger)
    assert ledger.cancel(job.id)
    assert not ledger.renew(job, 60)
    with pytest.raises(Lost):
        ledger.promise(job, {"/films/a.en.srt": "1"})
    assert not ledger.settle(job, Ending("done"))
    assert ledger.claim("/films", 60) is None
    assert ledger.offer("/films", "/films/a.mkv", STAMP) is None
    assert (ledger.jobs()[0].state, ledger.cancel(job.id), ledger.cancel(7)) == ("cancelled", False, False)
    assert ledger.retry(job.id)
    assert claimed(ledger).id == job.id


CLAIM_ALL = """
import sys
from subextract.ledger import Ledger
with Ledger(sys.argv[1]) as ledger:
    while job := ledger.claim("/films", 60):
        print(job.id)
"""


def test_processes_that_claim_at_the_same_time_never_get_the_same_job(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    with Ledger(path) as ledger:
        for number in range(60):
            ledger.offer("/films", f"/films/{number}.mkv", STAMP)
    command = [sys.executable, "-c", CLAIM_ALL, str(path)]
    claimers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    claims = [int(number) for claimer in claimers for number in claimer.communicate()[0].split()]
    assert sorted(claims) == list(range(1, 61))


def test_with_a_hundred_thousand_jobs_no_question_reads_or_sorts_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, object]] = []
    original = Ledger._rows

    def recording(ledger: Ledger, statement: str, values: object = ()) -> list[sqlite3.Row]:
        asked.append((statement, values))
        return original(ledger, statement, values)  # type: ignore[arg-type]

    monkeypatch.setattr(Ledger, "_rows", recording)
    monkeypatch.setattr(Ledger, "_changed", lambda *call: bool(recording(*call)) or True)
    with Ledger(tmp_path / "jobs.db") as ledger:
        connection = ledger._connection
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO jobs (video, folder, size, changed, state, due, updated) VALUES (?, ?, 1, 1, ?, ?, 0)",
            [
                (f"/films/{number}.mkv".encode(), b"/films", "queued" if number % 2 else "done", number)
                for number in range(100_000)
            ],
        )
        connection.execute("COMMIT")
        job = claimed(ledger)
        ledger.offer("/films", "/films/7.mkv", STAMP)
        ledger.renew(job, 60)
        ledger.promise(job, {"/films/1.srt": "1"})
        ledger.writer("/films/1.srt", "1")
        ledger.next_due("/films")
        ledger.settle(job, Ending("done", tell=0.0), {"/films/1.srt": "1"})
        ledger.claim_telling("/films", 60)
        ledger.jobs("failed", 50)
        ledger.asked("/films", limit=50)
        ledger.asked("/films", "done", 50, before=90_000)
        ledger.asked_by("/films", key="k")
        ledger.asked_by("/films", digest="d")
        ledger.waiting("/films")
        ledger.cancel(3)
        assert len(ledger.jobs(limit=50)) == 50
        plans = [
            row["detail"]
            for statement, values in asked
            if not statement.startswith("INSERT OR")
            for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        ]
    assert len(plans) > 15
    slow = [plan for plan in plans if re.search(r"TEMP B-TREE|^SCAN (?!\(|CONSTANT)", plan)]
    # The newest jobs are read off the end of the table, as far as they are wanted.
    assert slow == ["SCAN jobs"]
    assert sum("open_jobs (folder=? AND due<?)" in plan for plan in plans) == 1


VERSION_2 = """
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, video BLOB NOT NULL UNIQUE, folder BLOB NOT NULL, size INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'skipped', 'gone')),
    due REAL NOT NULL, token INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
    strikes INTEGER NOT NULL DEFAULT 0, deaths INTEGER NOT NULL DEFAULT 0, position INTEGER NOT NULL DEFAULT 0,
    duration INTEGER, reason TEXT, cues INTEGER, language TEXT, seconds REAL, updated REAL NOT NULL, tell REAL
);
CREATE INDEX open_jobs ON jobs (folder, due) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_by_state ON jobs (state, id);
CREATE INDEX untold_jobs ON jobs (folder, tell) WHERE tell IS NOT NULL;
CREATE TABLE results (
    path BLOB NOT NULL, digest TEXT NOT NULL, job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    PRIMARY KEY (path, digest)
) WITHOUT ROWID;
CREATE INDEX results_by_job ON results (job);
CREATE TABLE switches (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO switches VALUES ('paused', 1), ('generation', 3);
INSERT INTO jobs VALUES (1, X'2f66696c6d732f612e6d6b76', X'2f66696c6d73', 1000, 5, 'done', 0, 2, 1, 1, 0, 7, 9, NULL, 3,
    'en', 1.5, 17, NULL), (5, X'2f66696c6d732f622e6d6b76', X'2f66696c6d73', 1000, 5, 'queued', 0, 0, 0, 0, 0, 0, NULL,
    NULL, NULL, NULL, NULL, 18, NULL),
    (9, X'01', X'02', 1, 1, 'gone', 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, 0, NULL);
DELETE FROM jobs WHERE id = 9;
INSERT INTO results VALUES (X'2f66696c6d732f612e737274', 'abc', 1);
PRAGMA user_version = 2;
"""


def old_ledger(path: Path) -> Path:
    old = sqlite3.connect(path)
    old.executescript(VERSION_2)
    old.close()
    return path


def test_a_ledger_of_the_version_before_goes_on_with_everything_that_it_knows(tmp_path: Path) -> None:
    with Ledger(old_ledger(tmp_path / "jobs.db")) as ledger:
        done, queued = ledger.jobs()[::-1]
        assert (done.id, done.video, done.stamp, done.state, done.cues, done.language) == (
            *(1, "/films/a.mkv", STAMP, "done", 3),
            "en",
        )
        assert ledger.results(done) == {"/films/a.srt": {"abc"}}
        assert (ledger.paused(), ledger.generation(), queued.id) == (True, 3, 5)
        ledger.pause(False)
        assert claimed(ledger).id == 5
        assert ledger.ask("/served", "/served/1/v.mkv", STAMP, Asked("a", {})).id == 10  # no number is used again
        assert ledger.cancel(5)
        assert ledger.forget(1)
        assert ledger.results(done) == {}
    with Ledger(tmp_path / "jobs.db") as again:
        assert [job.state for job in again.jobs()] == ["queued", "cancelled"]
        with Ledger(tmp_path / "new.db") as fresh:
            assert schema_of(again) == schema_of(fresh)


def schema_of(ledger: Ledger) -> list[str]:
    rows = ledger._rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
    return [re.sub(r'\s+|"', " ", row["sql"]).replace("  ", " ") for row in rows]


OPEN = "import sys; from subextract.ledger import Ledger; print(len(Ledger(sys.argv[1]).jobs()))"


def test_two_processes_that_meet_an_old_ledger_bring_it_up_to_date_once(tmp_path: Path) -> None:
    path = old_ledger(tmp_path / "jobs.db")
    command = [sys.executable, "-c", OPEN, str(path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [each.communicate()[0].strip() for each in both] == ["2", "2"]


def test_a_file_that_is_no_ledger_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").write_text("hello, this is not a database at all" * 50)
    with pytest.raises(OutputError, match=r"jobs\.db cannot be used \(file is not a database\); check the file"):
        Ledger(tmp_path / "jobs.db")
    with sqlite3.connect(tmp_path / "newer.db") as other:
        other.execute("PRAGMA user_version = 9")
    other.close()
    with pytest.raises(UsageError, match=r"newer\.db is of another version"):
        Ledger(tmp_path / "newer.db")


def test_a_full_disk_is_said_as_such_and_nothing_is_lost(ledger: Ledger) -> None:
    ledger.offer("/films", "/films/a.mkv", STAMP)
    (pages,) = ledger._connection.execute("PRAGMA page_count").fetchone()
    ledger._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(OutputError, match="full"):
        offer_many(ledger)
    ledger._connection.execute(f"PRAGMA max_page_count = {pages * 1000}")
    assert claimed(ledger).video == "/films/a.mkv"


def offer_many(ledger: Ledger) -> None:
    for number in range(10_000):
        ledger.offer("/films", f"/films/{number}" + "x" * 200, STAMP)
