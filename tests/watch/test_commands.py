"""Whether watch and jobs say in the terminal what they should, and refuse what makes no sense in one sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from subextract import cli
from subextract.errors import UsageError
from subextract.ledger import Ending, Job, Ledger, Stamp
from subextract.options import Options, resolve, resolve_section
from subextract.watch.settings import Watching, ledger_path


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """A ledger with a job in each state."""
    path = tmp_path / "jobs.db"
    monkeypatch.setenv("SUBEXTRACT_WATCH_LEDGER", str(path))
    monkeypatch.setenv("COLUMNS", "100")
    with Ledger(path, now=lambda: 1000.0) as opened:
        for number, ending in enumerate(
            [Ending("done", cues=8, language="en", seconds=3.5), Ending("failed", "No video.")]
        ):
            opened.offer("/films", f"/films/{number}.mkv", Stamp(1, 1))
            opened.settle(claimed(opened), ending, {f"/films/{number}.en.srt": "1"} if not number else None)
        opened.offer("/films", "/films/2.mkv", Stamp(1, 1))
        opened.renew(claimed(opened), 60, 60_000, 3_600_000)
        opened.offer("/films", "/films/3.mkv", Stamp(1, 1))
        yield opened


def claimed(ledger: Ledger) -> Job:
    job = ledger.claim("/films", 60)
    assert job
    return job


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_jobs_are_shown_as_a_table(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "jobs")
    assert (code, err) == (0, "")
    assert [line.rstrip() for line in out.splitlines()] == [
        "job  state    video         what",
        "4    queued   /films/3.mkv",
        "3    running  /films/2.mkv  at 0:01:00 of 1:00:00",
        "2    failed   /films/1.mkv  No video.",
        "1    done     /films/0.mkv  8 cues in en, 3.5 s",
        "1 queued, 1 running, 1 done, 1 failed",
    ]
    _, listed, _ = run(capsys, "jobs", "list", "--state", "failed")
    assert [line.split()[0] for line in listed.splitlines()[:2]] == ["job", "2"]


def test_jobs_are_shown_as_json(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "jobs", "list", "--json", "--limit", "2")
    found = json.loads(out)
    assert [job["id"] for job in found["jobs"]] == [4, 3]
    assert (found["paused"], found["counts"]["done"]) == (False, 1)
    _, out, _ = run(capsys, "jobs", "show", "1", "--json")
    assert json.loads(out)["outputs"] == ["/films/0.en.srt"]


def test_a_job_is_shown_retried_and_forgotten(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "jobs", "show", "2")
    assert {"reason    No video.", "state     failed"} <= {line.rstrip() for line in out.splitlines()}
    assert run(capsys, "jobs", "retry", "2") == (0, "", "")
    assert run(capsys, "jobs", "forget", "1") == (0, "", "")
    assert [(job.id, job.state) for job in ledger.jobs()] == [(4, "queued"), (3, "running"), (2, "queued")]


def test_a_job_is_cancelled_wherever_it_is(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "jobs", "cancel", "3") == (0, "", "")
    assert run(capsys, "jobs", "cancel", "4") == (0, "", "")
    assert [job.id for job in ledger.jobs("cancelled")] == [4, 3]
    code, _, err = run(capsys, "jobs", "cancel", "3")
    assert (code, err) == (2, "subextract: Job 3 has ended already: it is cancelled.\n")
    assert "There is no job 9" in run(capsys, "jobs", "cancel", "9")[2]


def test_pausing_and_going_on_is_seen_in_the_list(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "jobs", "pause")
    assert run(capsys, "jobs")[1].splitlines()[-1].endswith("; paused")
    run(capsys, "jobs", "resume")
    assert not run(capsys, "jobs")[1].splitlines()[-1].endswith("; paused")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["jobs", "show", "9"], "There is no job 9; subextract jobs lists them."),
        (["jobs", "retry", "9"], "There is no job 9; subextract jobs lists them."),
        (["jobs", "forget", "9"], "There is no job 9; subextract jobs lists them."),
        (["jobs", "retry", "3"], "Job 3 is being read just now; wait for its end."),
        (["jobs", "list", "--state", "ready"], "--state: there is no state 'ready'; the states are queued,"),
        (
            ["jobs", "list", "--ledger", "/nowhere/jobs.db"],
            "There is no ledger /nowhere/jobs.db; name that of the watch",
        ),
        (["watch"], "There is no folder to watch; name at least one, as in: subextract watch /films"),
        (["watch", "/nowhere"], "/nowhere is no folder; make it first, or mount its disk."),
        (["watch", "FOLDER", "--jobs", "0"], "--jobs: '0' is too small; 1 is the least."),
        (
            ["watch", "FOLDER", "--if-soft", "maybe"],
            "--if-soft: 'maybe' is not known; choose 'skip', 'extract' or 'hard'.",
        ),
        (["watch", "FOLDER", "--on-done", "no-such-command"], "--on-done: there is no command 'no-such-command';"),
        (["watch", "FOLDER", "--on-done", "'"], '--on-done: "\'" is no command (No closing quotation);'),
        (
            ["watch", "FOLDER", "--metrics", "here"],
            "--metrics: 'here' is not an address; write it like 127.0.0.1:9464.",
        ),
        (["watch", "FOLDER", "FOLDER", "--out", "OUT"], "--out: two of the folders have the same name;"),
        (
            ["watch", "FOLDER", "--engine", "magic"],
            "There is no engine 'magic'; the engines are auto, rapidocr, tesseract, hunyuan,",
        ),
        (["watch", "FOLDER", "--engine", "rapidocr", "--language", "ko"], "The engine 'rapidocr' cannot read Korean: "),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    (tmp_path / "films").mkdir()
    places = {"FOLDER": str(tmp_path / "films"), "OUT": str(tmp_path / "out")}
    code, out, err = run(capsys, *(places.get(argument, argument) for argument in arguments))
    assert (code, out) == (2, "")
    assert err.startswith(f"subextract: {sentence}")
    assert err.count("\n") == 1


def test_an_address_that_is_taken_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], ledger: Ledger) -> None:
    code, _, err = run(capsys, "watch", str(tmp_path), "--metrics", "192.0.2.1:9464", "--once")
    assert code == 5
    assert err.splitlines()[-1].startswith("subextract: --metrics: nothing can listen at 192.0.2.1:9464 (")


def test_settings_of_the_watch_and_of_the_reading_come_from_one_file_and_the_environment(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('language = "de"\n[watch]\njobs = 3\nrecursive = true\nsettle = 1.5\nout = "~/subtitles"\n')
    environment = {"SUBEXTRACT_WATCH_JOBS": "2", "SUBEXTRACT_FORMAT": "vtt"}
    watching = resolve_section(Watching, {"retries": "5"}, environment, config)
    assert (watching.jobs, watching.recursive, watching.settle, watching.retries) == (2, True, 1.5, 5)
    assert watching.out == Path.home() / "subtitles"
    assert resolve({}, environment, config) == Options(language="de", format=("vtt",))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[watch]\njob = 3\n", "there is no setting 'job'; perhaps 'jobs' is meant."),
        ("watch = 3\n", "'watch' is a table; write [watch] and its settings below it."),
        ("[watch]\nmemory = -1\n", "memory in CONFIG: '-1' is too small; 0 is the least."),
    ],
)
def test_a_mistake_in_the_file_is_said_with_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text)
    with pytest.raises(UsageError) as raised:
        resolve_section(Watching, {}, {}, config)
    assert str(raised.value).removeprefix(f"{config}: ") == sentence.replace("CONFIG", str(config))


def test_the_ledger_is_where_the_system_or_the_user_keep_such_files(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ledger_path(Path("/x/jobs.db")) == Path("/x/jobs.db")
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/subextract:/other")
    assert ledger_path(None) == Path("/var/lib/subextract/jobs.db")
    monkeypatch.delenv("STATE_DIRECTORY")
    monkeypatch.setenv("XDG_STATE_HOME", "/home/me/state")
    assert ledger_path(None) == Path("/home/me/state/subextract/jobs.db")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("--mux", "copies of the videos would be read in their turn; make one with: subextract film.mkv --mux"),
        ("--output=x", "subtitles are written beside each video, or below --out FOLDER"),
        ("--track=hard", "--if-soft and --if-pictures say what becomes of subtitle tracks"),
        ("--overwrite", "only what a watch wrote itself is replaced; subextract jobs retry N reads a video again"),
        ("--no-resume", "what was stopped is always gone on with"),
    ],
)
def test_what_a_watch_decides_itself_is_refused_with_the_reason(
    tmp_path: Path, given: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["watch", str(tmp_path), "--once", given]) == 2
    name = given.partition("=")[0].replace("--no-", "--")
    assert capsys.readouterr().err == f"subextract: {name} is not for a watch: {reason}.\n"
    assert cli.main(["watch", "--help"]) == 0
    assert name not in [word.strip(",") for word in capsys.readouterr().out.split()]
