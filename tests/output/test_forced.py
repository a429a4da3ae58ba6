"""Whether forced cues get a file of their own besides, stopped runs included."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from subextract.formats import load
from subextract.output import Plan
from subextract.types import Cue
from tests.helpers.results import FIRST, SECOND, Run, finished, interrupted, names

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


def test_the_forced_cues_of_a_translation_are_named_by_its_language(film: Path) -> None:
    run = parted(film, translate="de")
    with run.writer() as writer:
        writer.add(FORCED)
        writer.add(SECOND)
        paths = writer.finish(translation=[replace(FORCED, text="Eins"), replace(SECOND, text="Zwei")])
    assert [path.name for path in paths] == ["film.de.srt", "film.de.forced.srt"]
    assert [cue.text for cue in load(film.with_name("film.de.forced.srt"))] == ["Eins"]
    assert names(film.parent) == ["film.de.forced.srt", "film.de.srt", "film.mp4"]
