"""Whether several videos at once end as each would alone, whatever happens to the others.

The videos are JSON: what the pipeline of tests/helpers/scripted.py finds in them.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from subextract import cli
from subextract.cli import parallel
from subextract.cli.signals import stoppable
from subextract.concurrency import processes
from subextract.concurrency.deferring import deferred
from tests.helpers import scripted
from tests.helpers.terminal import without_times

TWO = [[1000, 2000, "One", 0.9], [3000, 4000, "Two", 0.7]]
THREE = [*TWO, [5000, 6000, "Three", 0.9]]
FIRST = "1\n00:00:01,000 --> 00:00:02,000\nOne\n\n"
STOPPED = "subextract: Stopped; no result was left unfinished."
KEPT = "What was found before is in a.srt.part."
ON = "The same command goes on from there."
SUMMARY = "2 cues, 1 of low confidence, TIME."


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(processes, "COMMAND", (sys.executable, scripted.__file__, "0", scripted.CHILD))
    return tmp_path


def film(name: str, **script: Any) -> str:
    Path(name).write_text(json.dumps({"cues": TWO} | script))
    return name


def start(*arguments: str, **streams: Any) -> subprocess.Popen[str]:
    """The command with no pause after cues, as the leader of a group of processes like that of a terminal."""
    command = [sys.executable, scripted.__file__, "0", *arguments]
    return subprocess.Popen(command, text=True, start_new_session=True, **streams)


def ended(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """Its exit code, and the lines that it said."""
    _, told = process.communicate(timeout=scripted.PATIENCE)
    return process.returncode, without_times(told).splitlines()


def run(*arguments: str) -> tuple[int, list[str]]:
    """The command in this process, which starts others for the videos."""
    with contextlib.redirect_stderr(io.StringIO()) as told:
        code = cli.main(arguments)
    return code, without_times(told.getvalue()).splitlines()


def files() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


def test_each_video_has_its_line_in_the_order_in_which_they_end() -> None:
    videos = [film("a.mp4", after="c.srt"), film("b.mp4"), film("c.mp4")]
    code, told = run(*videos, "-j", "2")
    assert (code, told) == (0, [f"{name}.srt: {SUMMARY}" for name in "bca"])
    assert files() == ["a.mp4", "a.srt", "b.mp4", "b.srt", "c.mp4", "c.srt"]
    assert {Path(f"{name}.srt").read_text()[: len(FIRST)] for name in "abc"} == {FIRST}


def test_a_bad_video_does_not_stop_the_others_and_the_first_error_gives_the_code() -> None:
    late = {"cues": [], "after": "film.srt"}
    videos = [film("film.mp4", later="broken"), film("b.mp4", later="bug", **late), film("c.mp4", **late)]
    code, told = run(*videos, "no.mp4", "--jobs", "2")
    assert (code, told[:2]) == (6, [f"film.srt: {SUMMARY}", "subextract: film.mp4 is incomplete: copy it again."])
    unexpected = "Unexpected ZeroDivisionError (division by zero)"
    assert sorted(told[2:]) == [
        "c.srt: no subtitles found, TIME. To look closer: subextract --region full --overwrite -v c.mp4",
        f"subextract: b.mp4: {unexpected}; run it again with -v and report what it says.",
        "subextract: no.mp4 does not exist: check the name and the folder.",
    ]


@pytest.mark.parametrize(("death", "how"), [("killed", "Killed"), ("crashed", "Segmentation fault")])
def test_a_process_that_dies_is_the_error_of_its_video(death: str, how: str) -> None:
    code, told = run(film("a.mp4", later=death, after="b.srt"), film("b.mp4"), "--jobs", "2")
    sentence = (
        f"a.mp4: the process that worked on it died ({how}), perhaps because memory ran out; run it again with fewer"
    )
    assert (code, told[0]) == (8, f"b.srt: {SUMMARY}")
    assert told[1] in (f"subextract: {sentence} --jobs.", f"subextract: {sentence} --jobs. {KEPT} {ON}")
    assert [name for name in files() if name != "a.srt.resume"] == ["a.mp4", "a.srt.part", "b.mp4", "b.srt"]


def test_what_a_process_that_dies_had_found_is_kept_and_the_same_command_goes_on() -> None:
    command = [film("a.mp4", cues=THREE, pause=1.1, later="killed"), "--jobs", "2"]
    code, told = run(*command, film("b.mp4"))
    kept = f"run it again with fewer --jobs. {KEPT} {ON}"
    assert (code, told[1].split("; ")[1]) == (8, kept)
    told = run(*command, film("c.mp4"))[1]  # how far it came depends on when it was saved, at most two seconds ago
    going_on = re.compile(r"a\.mp4: Going on at 0:00:0[246] with the [123] cues? of a stopped run\.")
    assert any(going_on.fullmatch(line) for line in told)


def test_what_any_video_would_meet_ends_the_run_and_is_said_once() -> None:
    broken = [film("a.mp4", opening="engine"), film("b.mp4", opening="engine"), film("c.mp4", opening="engine")]
    assert run(*broken, "--jobs", "2") == (7, ["subextract: The server is gone: start it."])
    assert files() == ["a.mp4", "b.mp4", "c.mp4"]


def test_the_others_then_keep_what_they_found() -> None:
    videos = [film("a.mp4", cues=[], later="engine", after="b.srt.part"), film("b.mp4", pause=3600), film("c.mp4")]
    stopped = f"subextract: b.mp4: Stopped at 0:00:02; b.srt holds the 1 cue until there. {ON}"
    assert run(*videos, "--jobs", "2") == (7, [stopped, "subextract: The server is gone: start it."])
    assert files() == ["a.mp4", "b.mp4", "b.srt", "b.srt.resume", "c.mp4"]


@pytest.mark.parametrize(("number", "to_all"), [(signal.SIGINT, True), (signal.SIGTERM, False)])
def test_a_signal_stops_all_videos_and_the_same_command_goes_on(number: signal.Signals, to_all: bool) -> None:
    """A terminal sends Ctrl-C to every process, whoever sends SIGTERM to the first one."""
    videos = [film("a.mp4", pause=3600), film("b.mp4", pause=3600), film("c.mp4")]
    process = start(*videos, "--jobs", "2", stderr=subprocess.PIPE)
    for name in "ab":
        scripted.wait_for(f"{name}.srt.part")
    (os.killpg if to_all else os.kill)(process.pid, number)
    code, told = ended(process)
    assert (code, told[-1]) == (130, STOPPED)
    assert sorted(told[:-1]) == [
        f"subextract: {name}.mp4: Stopped at 0:00:02; {name}.srt holds the 1 cue until there. {ON}" for name in "ab"
    ]
    assert [Path(f"{name}.srt").read_text() for name in "ab"] == [FIRST, FIRST]
    assert files() == ["a.mp4", "a.srt", "a.srt.resume", "b.mp4", "b.srt", "b.srt.resume", "c.mp4"]


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def works(pid: int) -> bool:
    """Whether a process is there and does something; one that ended may wait in vain to be asked for."""
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


@pytest.mark.skipif(not Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").exists(), reason="only on Linux")
def test_ctrl_c_while_the_processes_start_leaves_nothing_and_no_traceback() -> None:
    libraries = os.environ | {scripted.LIBRARIES: "1"}  # what numpy does with a signal in its import is the question
    process = start(film("a.mp4"), film("b.mp4"), "--jobs", "2", stderr=subprocess.PIPE, env=libraries)
    while not children(process.pid):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    assert ended(process) == (130, [STOPPED])
    assert files() == ["a.mp4", "b.mp4"]


@pytest.mark.skipif(sys.platform == "win32", reason="no signal can be sent to one thread there")
def test_a_signal_that_another_thread_is_given_waits_until_the_process_is_known() -> None:
    asked = threading.Event()
    done: list[str] = []

    def other() -> None:  # started before, so its mask lets the signal in
        asked.wait()
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    def starting() -> None:
        with stoppable(), deferred():
            asked.set()
            thread.join()
            done.append("started")

    thread = threading.Thread(target=other)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        starting()
    assert done == ["started"]


@pytest.mark.skipif(not Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").exists(), reason="only on Linux")
def test_a_process_whose_parent_was_killed_ends_and_keeps_what_it_found() -> None:
    cues = [[1000 * number, 1000 * number + 500, "Line", 0.9] for number in range(1, 50)]
    process = start(*(film(f"{name}.mp4", cues=cues, pause=0.3) for name in "ab"), "--jobs", "2")
    for name in "ab":  # each has found something, or the slower one would have nothing to keep
        scripted.wait_for(f"{name}.srt.part")
    others = children(process.pid)
    process.kill()
    process.wait()
    until = time.monotonic() + scripted.PATIENCE
    while any(map(works, others)):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert files() == ["a.mp4", "a.srt", "a.srt.resume", "b.mp4", "b.srt", "b.srt.resume"]
    assert Path("a.srt").read_text().startswith("1\n00:00:01,000 --> 00:00:01,500\nLine\n")


def test_the_cores_are_shared_unless_something_else_is_wished() -> None:
    videos = [film(f"{name}.mp4", cues=[[0, 1000, "{threads}", 0.9]]) for name in "ab"]
    for flags, threads in (([], max(1, len(os.sched_getaffinity(0)) // 2)), (["--threads", "7"], 7)):
        assert run(*videos, "--jobs", "5", "--format", "txt", "--overwrite", *flags)[0] == 0
        assert [Path(f"{name}.txt").read_text() for name in "ab"] == [f"{threads}\n"] * 2


@pytest.mark.parametrize(
    ("wanted", "videos", "cores", "number"),
    [(1, 5, 8, 1), (3, 5, 8, 3), (3, 2, 8, 2), (0, 9, 8, 4), (0, 2, 8, 2), (0, 9, 1, 1), (0, 0, 8, 0)],
)
def test_as_many_jobs_as_are_wished_or_suit_the_cores(
    monkeypatch: pytest.MonkeyPatch, wanted: int, videos: int, cores: int, number: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert parallel.number_of_jobs(wanted, videos) == number


def test_what_is_logged_names_its_video_and_quiet_says_nothing() -> None:
    code, told = run(film("a.mp4"), film("b.mp4", opening="bug"), "-vj", "2")
    assert code == 1
    assert "b.mp4: INFO subextract: In detail:" in told
    assert run("a.mp4", film("c.mp4"), "-qj2", "--overwrite") == (0, [])


def test_a_terminal_shows_all_videos_that_are_at_work() -> None:
    mine, its = pty.openpty()
    process = start(film("a.mp4", pause=1.0), film("b.mp4", after="a.srt"), "--jobs", "2", stderr=its)
    os.close(its)
    shown = b""
    try:
        while more := os.read(mine, 4096):
            shown += more
    except OSError:  # Linux says so when the other end is closed
        os.close(mine)
    assert process.wait(timeout=scripted.PATIENCE) == 0
    text = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", shown.decode())
    for name in "ab":
        assert re.search(rf"{name}\.mp4 .+ 0:00:0[24] of 0:01:00 \d+\.\dx [12] cues", text)
        assert re.search(rf"{name}\.srt: 2 cues, 1 of low", text)
