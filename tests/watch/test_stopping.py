"""Whether no work is lost or done twice when the watch or its workers stop, wait or are several."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from subextract import cli
from subextract.ledger import Ledger
from tests.helpers.watched import starts, subrip
from tests.helpers.watching import PATIENCE, Folder

HANGS: dict[str, Any] = {"does": "hang", "after": 2, "times": 1}  # the first reading, after its second cue


def test_once_ends_with_what_went_wrong_as_its_status_and_does_nothing_twice(folder: Folder) -> None:
    path = folder.film("good.mkv")
    assert (folder.once(), folder.states(), starts(path)) == (0, {"good.mkv": "done"}, [0])
    folder.film("bad.mkv", does="break")
    assert (folder.once(pause=60), folder.states()) == (1, {"good.mkv": "done", "bad.mkv": "queued"})
    assert (folder.once(pause=60), len(starts(path))) == (0, 1)


def test_a_stop_hands_the_job_back_within_seconds_and_the_next_watch_goes_on_from_its_cues(folder: Folder) -> None:
    path = folder.film("long.mkv", *"abcd", **HANGS)
    daemon = folder.watch()
    folder.wait_for_cues()
    daemon.terminate()
    assert daemon.wait(PATIENCE) == 0
    job = folder.jobs()["long.mkv"]
    assert (job.state, job.strikes, folder.files()) == ("queued", 0, [])
    assert folder.unfinished() == ["1-1"]
    folder.watch()
    folder.wait_for_states(long="done")
    assert folder.text("long.srt") == subrip(*"abcd")
    first, second = starts(path)
    assert first == 0 < second
    folder.wait_for(lambda: folder.unfinished() == [])


def test_a_worker_whose_daemon_is_killed_hands_its_job_back(folder: Folder) -> None:
    path = folder.film("long.mkv", *"abcd", **HANGS)
    daemon = folder.watch()
    folder.wait_for_cues()
    daemon.kill()
    folder.wait_for(lambda: folder.states() == {"long.mkv": "queued"})
    assert folder.files() == []
    folder.watch()
    folder.wait_for_states(long="done")
    assert folder.text("long.srt") == subrip(*"abcd")
    assert starts(path)[1] > 0


def test_a_job_whose_daemon_and_worker_are_killed_is_done_by_another_daemon(folder: Folder) -> None:
    folder.film("long.mkv", *"abcd", **HANGS)
    daemon = folder.watch()
    folder.wait_for_cues()
    worker = int(subprocess.check_output(["pgrep", "-P", str(daemon.pid)], text=True).split()[0])
    daemon.kill()
    os.kill(worker, signal.SIGKILL)
    assert folder.states() == {"long.mkv": "running"}
    folder.watch()
    folder.wait_for_states(long="done")
    assert (folder.text("long.srt"), folder.jobs()["long.mkv"].token) == (subrip(*"abcd"), 2)


def test_two_daemons_on_one_folder_share_the_work(folder: Folder) -> None:
    paths = [folder.film(f"{name}.mkv", "One", pause=0.1) for name in "abcde"]
    for _ in range(2):
        folder.watch()
    folder.wait_for_states(**dict.fromkeys("abcde", "done"))
    assert [starts(path) for path in paths] == [[0]] * 5
    assert folder.files() == [f"{name}.srt" for name in "abcde"]


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
