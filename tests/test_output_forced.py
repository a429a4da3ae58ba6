"""Whether forced cues get a file of their own besides, stopped runs included."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from subextract.formats import load
from subextract.output import Plan
from subextract.types import Cue
from tests.results import FIRST, SECOND, Run, finished, interrupted, names

FORCED = replace(FIRST, forced=True)


def parted(film: Path, **settings: Any) -> Run:
    """A run over a track that may hold forced cues."""
    run = Run(film, **settings)
    assert isinstance(run.plan, Plan)
    run.plan = replace(run.plan, targets=tuple(replace(target, parted=True) for target in run.plan.targets))
    return run


@pytest.mark.parametrize("cues", [[FIRST, SECOND], [FORCED], []])
def test_only_forced_cues_among_others_get_a_file_of_their_own(film: Path, cues: list[Cue]) -> None:
    assert finished(parted(film), *cues) == ["film.srt"]


def test_a_stop_leaves_the_forced_cues_too_and_the_run_that_goes_on_replaces_them(film: Path) -> None:
    told = interrupted(parted(film), FORCED, SECOND)
    assert f"{film.parent}/film.srt, {film.parent}/film.forced.srt hold the 2 cues until there." in told
    assert finished(parted(film), Cue(4000, 5000, "Three", forced=True)) == ["film.srt", "film.forced.srt"]
    assert [cue.text for cue in load(film.with_name("film.forced.srt"))] == ["One", "Three"]
    assert names(film.parent) == ["film.forced.srt", "film.mp4", "film.srt"]
