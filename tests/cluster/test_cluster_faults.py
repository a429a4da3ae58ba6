"""Whether a library is done exactly once, whatever is lost on the way: the driver, a machine, a process."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from benchmarks.machines import machines, outcome, rows, texts, wait_until
from subextract import cli
from tests.helpers.library import listed, odd_ones, videos

COUNT = 4


@pytest.mark.cluster
def test_each_video_is_done_once_though_the_driver_and_a_machine_are_lost(tmp_path: Path) -> None:
    films = videos(tmp_path / "films", COUNT)
    odd = odd_ones(tmp_path / "films")
    source = listed(tmp_path / "films", str(films[0]), str(tmp_path / "films" / "gone.mkv"))  # one stands there twice
    out, index = tmp_path / "out", tmp_path / "index"
    settings = ("--index", str(index), "--root", str(tmp_path / "films"))
    with machines(tmp_path / "machines", (2, 1)) as cluster:
        first = cluster.drive(source, out, *settings, "--stall", "3600")  # the video that hangs keeps it from ending
        wait_until(lambda: len(rows(index)) >= 2, first)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        before = len(rows(index))
        second = cluster.drive(source, out, *settings, "--stall", "5")
        wait_until(lambda: len(rows(index)) > before, second)
        cluster.lose_one()
        code, said = outcome(second)
    assert code == 1, said
    found = rows(index)
    assert {path: row["outputs"] for path, row in found.items() if not row["code"]} == {
        str(film): [f"{film.stem}.srt"] for film in films
    }
    assert {path: sentence in (found[path]["error"] or "") for path, sentence in odd.items()} == dict.fromkeys(
        odd, True
    )
    assert cli.main([*map(str, films), "--output", str(tmp_path / "alone"), "--quiet"]) == 0
    assert texts(out) == texts(tmp_path / "alone")
    assert list(out.rglob("*.part")) == []
