"""Whether a watched folder gets its subtitles, whatever happens to the videos, the processes and the disk.

The daemons and workers are real processes; only the reading is a stand-in (tests/watched.py).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from subextract import cli
from subextract.ledger import Job, Ledger
from tests.watched import film, starts, subrip

PROGRAM = Path(__file__).with_name("watched.py")
QUICK = {"settle": 0.2, "interval": 0.5, "pause": 0.1, "stall": 60}


class Folder:
    """A folder with videos, its ledger, and the daemons that watch it."""

    def __init__(self, root: Path) -> None:
        self.films, self.ledger, self.log = root / "films", root / "state" / "jobs.db", root / "log"
        self.films.mkdir()
        self.daemons: list[subprocess.Popen[bytes]] = []

    def watch(self, *arguments: str, **settings: object) -> subprocess.Popen[bytes]:
        flags = [f"--{name.replace('_', '-')}={value}" for name, value in (QUICK | settings).items()]
        command = [sys.executable, str(PROGRAM), "watch", str(self.films), f"--ledger={self.ledger}", "--recursive"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SUBEXTRACT_")}
        with self.log.open("ab") as log:
            daemon = subprocess.Popen([*command, *flags, *arguments], stderr=log, env=clean)
        self.daemons.append(daemon)
        return daemon

    def once(self, *arguments: str, **settings: object) -> int:
        return self.watch("--once", *arguments, **settings).wait(60)

    def film(self, name: str, *texts: str, **script: Any) -> Path:
        return film(self.films / name, *texts, **script)

    def jobs(self) -> dict[str, Job]:
        with Ledger(self.ledger) as ledger:
            return {os.path.relpath(job.video, self.films): job for job in ledger.jobs()}

    def states(self) -> dict[str, str]:
        return {name: job.state for name, job in self.jobs().items()}

    def wait_for(self, condition: Callable[[], object], seconds: float = 40) -> None:
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.05)

    def wait_until_read(self, path: Path, number: int = 1) -> None:
        self.wait_for(lambda: len(starts(path)) >= number)

    def wait_for_states(self, **states: str) -> None:
        self.wait_for(lambda: self.ledger.exists() and {Path(n).stem: s for n, s in self.states().items()} == states)

    def files(self) -> list[str]:
        """Everything but the videos and the notes of their readings."""
        found = (path for path in self.films.rglob("*") if path.is_file())
        return sorted(
            str(path.relative_to(self.films)) for path in found if path.suffix != ".mkv" and path.name[0] != "."
        )

    def text(self, name: str) -> str:
        return (self.films / name).read_text("utf-8")

    def unfinished(self) -> list[str]:
        work = Path(f"{self.ledger}.work")
        return sorted(path.name for path in work.iterdir()) if work.exists() else []


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path)
    yield made
    for daemon in made.daemons:
        daemon.kill()
        daemon.wait()


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
    folder.film("full.mkv", does="full", after=1, times=3)
    folder.film("engine.mkv", does="engine", times=3)
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
        "full": 4,
    }
    assert folder.files() == ["deep/er/Film (2020).srt", "engine.srt", "full.srt", "good.srt", "shaky.srt"]
    assert folder.text("good.srt") == folder.text("shaky.srt") == folder.text("full.srt") == subrip("One", "Two")
    folder.wait_for(lambda: folder.unfinished() == [])


@pytest.mark.parametrize(
    ("limit", "script", "reason"),
    [
        ("stall", {"does": "hang", "after": 1}, "The reader made no progress for 2 seconds."),
        ("limit", {"texts": ["One"] * 50, "pause": 0.5}, "The reader took more than 2 seconds."),
    ],
)
def test_a_reading_that_hangs_or_never_ends_is_ended_tried_again_and_set_aside(
    folder: Folder, limit: str, script: dict[str, Any], reason: str
) -> None:
    folder.film("bad.mkv", **script)
    folder.watch(**{"retries": 1, limit: 2})
    folder.wait_for_states(bad="failed")
    job = folder.jobs()["bad.mkv"]
    assert (job.reason, job.attempts, folder.files()) == (reason, 2, [])
    folder.wait_for(lambda: folder.unfinished() == [])


def test_once_ends_with_what_went_wrong_as_its_status_and_does_nothing_twice(folder: Folder) -> None:
    path = folder.film("good.mkv")
    assert (folder.once(), folder.states(), starts(path)) == (0, {"good.mkv": "done"}, [0])
    folder.film("bad.mkv", does="break")
    assert (folder.once(pause=60), folder.states()) == (1, {"good.mkv": "done", "bad.mkv": "queued"})
    assert (folder.once(pause=60), len(starts(path))) == (0, 1)


def test_a_stop_hands_the_job_back_within_seconds_and_the_next_watch_goes_on_from_its_cues(folder: Folder) -> None:
    path = folder.film("long.mkv", *"abcdefgh", pause=0.4)
    daemon = folder.watch()
    folder.wait_until_read(path)
    time.sleep(1.5)
    daemon.terminate()
    assert daemon.wait(20) == 0
    job = folder.jobs()["long.mkv"]
    assert (job.state, job.strikes, folder.files()) == ("queued", 0, [])
    assert folder.unfinished() == ["1-1"]
    folder.watch()
    folder.wait_for_states(long="done")
    assert folder.text("long.srt") == subrip(*"abcdefgh")
    first, second = starts(path)
    assert first == 0 < second
    folder.wait_for(lambda: folder.unfinished() == [])


def test_a_worker_whose_daemon_is_killed_hands_its_job_back(folder: Folder) -> None:
    path = folder.film("long.mkv", *"abcdefgh", pause=0.4)
    daemon = folder.watch()
    folder.wait_until_read(path)
    time.sleep(1.0)
    daemon.kill()
    folder.wait_for(lambda: folder.states() == {"long.mkv": "queued"})
    assert folder.files() == []
    folder.watch()
    folder.wait_for_states(long="done")
    assert folder.text("long.srt") == subrip(*"abcdefgh")
    assert starts(path)[1] > 0


def test_a_job_whose_daemon_and_worker_are_killed_is_done_by_another_daemon(folder: Folder) -> None:
    path = folder.film("long.mkv", *"abcdefgh", pause=0.3)
    daemon = folder.watch()
    folder.wait_until_read(path)
    worker = int(subprocess.check_output(["pgrep", "-P", str(daemon.pid)], text=True).split()[0])
    daemon.kill()
    os.kill(worker, signal.SIGKILL)
    time.sleep(0.3)
    assert folder.states() == {"long.mkv": "running"}
    folder.watch()
    folder.wait_for_states(long="done")
    assert (folder.text("long.srt"), folder.jobs()["long.mkv"].token) == (subrip(*"abcdefgh"), 2)


def test_two_daemons_on_one_folder_share_the_work(folder: Folder) -> None:
    paths = [folder.film(f"{name}.mkv", "One", pause=0.1) for name in "abcdefgh"]
    for _ in range(2):
        folder.watch()
    folder.wait_for_states(**dict.fromkeys("abcdefgh", "done"))
    assert [starts(path) for path in paths] == [[0]] * 8
    assert folder.files() == [f"{name}.srt" for name in "abcdefgh"]


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
    folder.wait_for_states(a="done")
    folder.wait_for(lambda: folder.files() == ["a.srt"])
    assert folder.text("a.srt") == subrip("New")


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


def test_the_settings_are_read_again_at_sighup_and_stay_when_they_make_no_sense(folder: Folder, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('language = "en"\n[watch]\njobs = 2\n')
    daemon = folder.watch("--config", str(config))
    folder.film("a.mkv")
    folder.wait_for_states(a="done")
    config.write_text("language = 'nonsense!'")
    daemon.send_signal(signal.SIGHUP)
    folder.wait_for(lambda: "The settings stay as they were: language in" in folder.log.read_text())
    config.write_text("language = 'de'")
    daemon.send_signal(signal.SIGHUP)
    folder.wait_for(lambda: "The settings were read again" in folder.log.read_text())
    folder.film("b.mkv")
    folder.wait_for_states(a="done", b="done")
    assert folder.files() == ["a.en.srt", "b.de.srt"]


def test_nothing_is_begun_while_paused_and_what_is_queued_is_begun_after(folder: Folder) -> None:
    with Ledger(folder.ledger) as ledger:
        ledger.pause(True)
    folder.film("a.mkv")
    folder.watch()
    folder.wait_for_states(a="queued")
    time.sleep(0.5)
    assert folder.states() == {"a.mkv": "queued"}
    assert cli.main(["jobs", "resume", "--ledger", str(folder.ledger)]) == 0
    folder.wait_for_states(a="done")


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


class Ear:
    """A server that hears nothing at first."""

    def __init__(self, deaf: int) -> None:
        self.heard: list[dict[str, Any]] = []
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                nonlocal deaf
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(500 if deaf > 0 else 200)
                self.end_headers()
                if deaf <= 0:
                    ear.heard.append(body)
                deaf -= 1

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/done"


def test_a_url_is_told_of_each_finished_video(folder: Folder) -> None:
    ear = Ear(deaf=0)
    folder.film("a.mkv")
    folder.film("b.mkv", does="break")
    folder.watch(on_done=ear.url, language="en", retries=0)
    folder.wait_for(lambda: len(ear.heard) == 2)
    ear.server.shutdown()
    ear.server.server_close()
    done, failed = sorted(ear.heard, key=lambda told: str(told["file"]))
    assert done.pop("seconds") < 60
    assert done == {
        "job": 1,
        "state": "done",
        "file": f"{folder.films}/a.mkv",
        "outputs": [f"{folder.films}/a.en.srt"],
        "cues": 2,
        "language": "en",
        "reason": None,
    }
    assert (failed["state"], failed["reason"], failed["outputs"]) == ("failed", "The video breaks off.", [])


def test_a_command_is_told_and_who_did_not_hear_is_told_again_by_the_next_watch(folder: Folder, tmp_path: Path) -> None:
    folder.film("a.mkv")
    folder.once(on_done="false")
    with Ledger(folder.ledger) as ledger:
        assert ledger.jobs()[0].tell is not None
        ledger._connection.execute("UPDATE jobs SET tell = 0")
    folder.once(on_done=f"tee {tmp_path / 'told'}")
    assert json.loads((tmp_path / "told").read_text())["file"] == f"{folder.films}/a.mkv"
    with Ledger(folder.ledger) as ledger:
        assert ledger.jobs()[0].tell is None


def asked(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_numbers_and_the_health_are_served(folder: Folder) -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as taken:
        port = taken.server_port
    folder.film("a.mkv")
    folder.film("b.mkv", does="break")
    folder.watch(metrics=f"127.0.0.1:{port}", retries=0)
    folder.wait_for_states(a="done", b="failed")
    url = f"http://127.0.0.1:{port}"
    expected = {
        'subextract_jobs{state="done"} 1',
        'subextract_jobs{state="queued"} 0',
        'subextract_jobs_finished_total{state="done"} 1',
        'subextract_jobs_finished_total{state="failed"} 1',
        "subextract_cues_total 2",
        f'subextract_folder_up{{folder="{folder.films}"}} 1',
    }
    folder.wait_for(lambda: expected <= {*asked(f"{url}/metrics")[1].splitlines()})
    status, numbers = asked(f"{url}/metrics")
    lines = numbers.splitlines()
    assert status == 200
    assert all(line.startswith("#") or len(line.rsplit(" ", 1)) == 2 for line in lines)
    well = {"ok": True, "status": "ok", "running": 0, "missing": []}
    folder.wait_for(
        lambda: json.loads(asked(f"{url}/healthz")[1]) == well
    )  # it says what the last turn of the loop saw
    assert asked(f"{url}/else") == (404, "Try /metrics or /healthz.\n")


def test_the_log_says_every_decision_on_one_line_also_as_json(folder: Folder) -> None:
    path = folder.film("a.mkv")
    folder.once(log="json")
    lines = [json.loads(line) for line in folder.log.read_text().splitlines()]
    assert {"time", "level", "message"} <= lines[0].keys()
    assert [(line["job"], line["video"], line.get("state")) for line in lines if "job" in line] == [
        (1, str(path), None),
        (1, str(path), "done"),
    ]
    assert [line["message"] for line in lines][1:3] == [f"{path} is new and queued.", f"{path} is read (attempt 1)."]


def test_what_landed_before_the_settings_are_read_again_is_no_existing_video(folder: Folder) -> None:
    folder.film("old.mkv")
    daemon = folder.watch("--skip-existing", settle=1)
    folder.wait_for_states(old="skipped")
    folder.film("new.mkv")
    daemon.send_signal(signal.SIGHUP)
    folder.wait_for_states(old="skipped", new="done")


def test_a_ledger_that_cannot_be_written_ends_the_watch_with_a_sentence(folder: Folder) -> None:
    folder.ledger.parent.mkdir()
    folder.ledger.write_text("this is no ledger" * 100)
    assert folder.once() == 5
    assert folder.log.read_text().splitlines()[-1].endswith("check the file and its disk, or choose another.")


def test_real_subtitles_are_read_from_a_real_video(tmp_path: Path) -> None:
    fixtures = Path(__file__).parent.parent / "fixtures"
    (tmp_path / "films").mkdir()
    (tmp_path / "films" / "demo.mp4").write_bytes((fixtures / "demo.mp4").read_bytes())
    program = [sys.executable, "-m", "subextract", "watch", str(tmp_path / "films"), "--once", "--settle=0"]
    watch = subprocess.run([*program, f"--ledger={tmp_path / 'jobs.db'}", "--language=en"], check=False)
    assert watch.returncode == 0
    assert sorted(path.name for path in (tmp_path / "films").iterdir()) == ["demo.en.srt", "demo.mp4"]
    assert (tmp_path / "films" / "demo.en.srt").read_text() == (fixtures / "demo.gt.srt").read_text()
    with Ledger(tmp_path / "jobs.db") as ledger:
        assert [(job.state, job.cues, job.language) for job in ledger.jobs()] == [("done", 8, "en")]
