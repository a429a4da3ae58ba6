"""Whether generators that run in other processes yield, fail and end as they would here."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import textwrap
import time
from functools import partial
from itertools import islice, starmap
from pathlib import Path
from typing import Any

import pytest

from subextract.concurrency.processes import Process, Tell
from subextract.concurrency.workers import Generating, run_in_processes, tell_each
from subextract.errors import EngineError, WorkerDied


def ignored(number: int, item: object) -> None:
    """For those who do not want to be told."""


def results(jobs: list[Generating[Any]], processes: int = 2) -> list[list[Any]]:
    with run_in_processes(jobs, processes, threads=1, on_item=ignored) as answers:
        return [list(each) for each in answers]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_each_job_yields_what_it_would_here() -> None:
    jobs: list[Generating[Any]] = [partial(range, 3), partial(sorted, "ba"), partial(range, 0), partial(range, 7, 9)]
    assert results(jobs) == [[0, 1, 2], ["a", "b"], [], [7, 8]]


def test_jobs_run_in_other_processes_no_more_than_so_many() -> None:
    jobs: list[Generating[Any]] = [partial(starmap, os.getpid, [(), ()])] * 6
    found = {pid for pids in results(jobs) for pid in pids}
    assert os.getpid() not in found
    assert 1 <= len(found) <= 2


def test_items_are_told_of_as_soon_as_they_are_there_whoever_is_waited_for() -> None:
    told: list[tuple[int, object]] = []
    jobs: list[Generating[Any]] = [partial(map, time.sleep, [1]), partial(range, 2)]
    with run_in_processes(jobs, 2, threads=1, on_item=lambda number, item: told.append((number, item))) as answers:
        assert [list(each) for each in answers] == [[None], [0, 1]]
    assert sorted(told, key=str) == [(0, None), (1, 0), (1, 1)]


def test_an_error_comes_after_the_items_before_it() -> None:
    with run_in_processes([partial(map, int, ["1", "x", "2"])], 1, threads=1, on_item=ignored) as (answers,):
        assert next(answers) == 1
        with pytest.raises(ValueError, match="invalid literal"):
            next(answers)


def test_a_process_that_dies_is_said_in_one_sentence() -> None:
    with pytest.raises(WorkerDied, match=r"died \(code 3\), perhaps because memory ran out; run it again with fewer"):
        results([partial(map, os._exit, [3])])


def test_a_file_that_is_called_like_a_module_of_python_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "queue.py").write_text("raise SystemExit(9)\n")
    monkeypatch.chdir(tmp_path)
    assert results([partial(range, 2)]) == [[0, 1]]


def test_what_is_logged_there_is_logged_here(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "subextract")
    results([partial(map, logging.getLogger("subextract.somewhere").info, ["seen"])])
    assert [(record.name, record.message) for record in caplog.records] == [("subextract.somewhere", "seen")]


def test_an_error_that_says_what_to_do_comes_as_it_was_raised() -> None:
    with pytest.raises(EngineError) as caught:
        results([partial(map, fail, ["The server is gone: start it."])])
    assert (str(caught.value), getattr(caught.value, "__notes__", [])) == ("The server is gone: start it.", [])


def fail(sentence: str) -> None:
    raise EngineError(sentence)


def test_a_process_that_is_asked_to_stop_keeps_what_it_has_and_then_does_the_next_job() -> None:
    told: list[object] = []
    process = Process()

    def take(item: object) -> None:
        told.append(item)
        if item == "begun":
            process.stop()

    process.do(wait_until_stopped, take)
    process.do(partial(tell_each, partial(range, 2)), told.append)
    process.close()
    assert told == ["begun", "kept", 0, 1]


def wait_until_stopped(tell: Tell) -> None:
    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        tell("begun")
        time.sleep(60)
    except KeyboardInterrupt:
        tell("kept")
    finally:
        signal.signal(signal.SIGTERM, before)


def test_what_a_process_writes_to_standard_error_comes_line_by_line() -> None:
    lines: list[str] = []
    process = Process(on_line=lines.append)
    process.do(partial(tell_each, partial(map, print, ["One", "Two\nThree"])), lambda _: None)
    process.close()
    assert lines == ["One", "Two", "Three"]


def test_leaving_ends_what_is_being_done() -> None:
    jobs: list[Generating[Any]] = [partial(starmap, os.getpid, [()] * 10_000_000), partial(map, time.sleep, [60])]
    with run_in_processes(jobs, 2, threads=1, on_item=ignored) as answers:
        (pid,) = set(islice(answers[0], 2))
        assert is_alive(pid)
    assert not is_alive(pid)


def test_processes_end_with_the_one_that_started_them() -> None:
    script = """
        import os, time
        from functools import partial
        from itertools import starmap
        from subextract.concurrency.workers import run_in_processes
        jobs = [partial(starmap, os.getpid, [()]), partial(map, time.sleep, [60])]
        with run_in_processes(jobs, 1, threads=1, on_item=lambda number, item: None) as answers:
            print(next(answers[0]), flush=True)
            time.sleep(60)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 20
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(pid)
