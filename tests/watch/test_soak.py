"""Whether nothing is lost or doubled while videos, processes and disks go wrong at random.

benchmarks/soak.py runs the same at large, with real videos.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks.soak import Sample, Scale, soak
from tests.helpers.watched import subrip
from tests.helpers.watching import PROGRAM

WORDS = ("One", "Two", "Three", "Four")
FLAGS = ("--recursive", "--settle=0.3", "--interval=0.5", "--pause=0.2", "--stall=20", "--jobs=2")


def sample(*texts: str) -> Sample:
    """A video of the stand-in, which cannot be read when a part of it is missing."""
    return Sample(".mkv", json.dumps({"texts": texts, "pause": 0.1}).encode(), subrip(*texts))


@pytest.mark.soak
def test_nothing_is_lost_or_doubled_under_random_faults(tmp_path: Path) -> None:
    samples = [sample(*WORDS[:number]) for number in (4, 2, 0)]
    program = (sys.executable, str(PROGRAM))
    scale = Scale(videos=20, seed=3, pace=0.2, patience=60, idle=1, program=program, flags=FLAGS)
    figures = soak(tmp_path, samples, scale)
    assert figures.clean, "\n".join([*figures.lines(), (tmp_path / "log").read_text()])
    assert figures.jobs == figures.good + figures.bad >= 20
    assert figures.bad == 3
    assert sum(figures.faults.values()) >= 15
