"""Whether a run in a terminal shows how far it is, and can be stopped and taken up again."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import scripted
from tests.helpers.terminal import SUBRIP, Terminal, files, film, without_times

pytestmark = pytest.mark.usefixtures("scripted_videos")


def start(pause: float, *arguments: str, **streams: Any) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, scripted.__file__, str(pause), *arguments], text=True, **streams)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_leaves_its_cues_and_the_same_command_goes_on(run: Terminal, number: signal.Signals) -> None:
    process = start(3600, film(), stderr=subprocess.PIPE)
    scripted.wait_for("film.srt.part")
    process.send_signal(number)
    _, told = process.communicate(timeout=scripted.PATIENCE)
    assert told == (
        "subextract: Stopped at 0:00:02; film.srt holds the 1 cue until there. The same command goes on from there.\n"
    )
    assert process.returncode == 130
    assert files() == ["film.mp4", "film.srt", "film.srt.resume"]
    assert run("film.mp4") == (
        0,
        "",
        "Going on at 0:00:02 with the 1 cue of a stopped run.\nfilm.srt: 2 cues, 1 of low confidence, TIME.\n",
    )
    assert Path("film.srt").read_text() == SUBRIP
    assert files() == ["film.mp4", "film.srt"]


def test_ctrl_c_before_the_first_cue_stops_all_videos_and_leaves_nothing() -> None:
    process = start(3600, film("a.mp4", cues=[]), film("b.mp4"), stderr=subprocess.PIPE)
    while not Path("a.srt.part").exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=scripted.PATIENCE)
    assert told == "subextract: Stopped at 0:00:00 before a subtitle was found; no file was written.\n"
    assert process.returncode == 130
    assert files() == ["a.mp4", "b.mp4"]


def test_a_terminal_shows_position_speed_cues_and_time_left() -> None:
    mine, its = pty.openpty()
    process = start(0.3, film(), stderr=its)
    os.close(its)
    shown = b""
    while process.poll() is None or not shown.rstrip().endswith(b"real time."):
        try:
            shown += os.read(mine, 4096)
        except OSError:  # Linux says so when the other end is closed
            break
    os.close(mine)
    process.wait(timeout=scripted.PATIENCE)
    text = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", shown.decode())
    assert re.search(r"film\.mp4 .+ 0:00:0[24] of 0:01:00 \d+\.\dx [12] cues \S+", text)
    assert without_times(text).rstrip().endswith("film.srt: 2 cues, 1 of low confidence, TIME.")
