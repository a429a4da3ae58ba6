"""Whether one run tells, stops and ends as its callers need it; its videos are JSON (tests/helpers/scripted.py)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from subextract import runner
from subextract.errors import DecodeError, Interrupted
from subextract.formats import load
from subextract.options import Options
from subextract.output import Plan, plan
from subextract.types import Cue
from tests.helpers.terminal import files, film

pytestmark = pytest.mark.usefixtures("scripted_videos")


class Notes(runner.Unheard):
    """Keeps what is told."""

    def __init__(self) -> None:
        self.places: list[tuple[int, int | None]] = []
        self.texts: list[list[str]] = []

    def moved(self, done: int, total: int | None) -> None:
        self.places.append((done, total))

    def found(self, cues: Sequence[Cue]) -> None:
        self.texts.append([cue.text for cue in cues])


def planned(path: str, **settings: Any) -> Plan:
    (made,) = plan([path], Options(track="hard", **settings))
    assert isinstance(made, Plan)
    return made


def test_a_run_tells_how_far_it_is_and_says_in_the_end_what_it_wrote() -> None:
    notes = Notes()
    outcome = runner.run(planned(film(skipped=3, left_out={"sign": 2})), notes)
    assert notes.places == [(2000, 60_000), (4000, 60_000)]
    assert notes.texts[0] == ["One"]
    assert [path.name for path in outcome.paths] == ["film.srt"]
    assert [cue.text for cue in outcome.cues] == ["One", "Two"]
    assert (outcome.position, outcome.skipped, dict(outcome.left_out)) == (60_000, 3, {"sign": 2})
    assert outcome.failure is None


def test_whoever_stops_a_run_finds_what_there_was_until_then() -> None:
    notes = Notes()
    with pytest.raises(Interrupted, match=r"Stopped at 0:00:02; film.srt holds the 1 cue until there\."):
        runner.run(planned(film()), notes, stop=lambda: len(notes.texts) == 1)
    assert [cue.text for cue in load("film.srt")] == ["One"]
    assert files() == ["film.mp4", "film.srt", "film.srt.resume"]


def test_a_video_that_breaks_off_has_results_where_these_are_accepted() -> None:
    outcome = runner.run(planned(film(later="broken")))
    assert isinstance(outcome.failure, DecodeError)
    assert files() == ["film.mp4", "film.srt"]


def test_a_video_that_breaks_off_waits_in_its_parts_where_only_whole_ones_count() -> None:
    with pytest.raises(DecodeError):
        runner.run(planned(film(later="broken")), accept_partial=False)
    assert files() == ["film.mp4", "film.srt.part", "film.srt.resume"]
    assert not Path("film.srt").exists()
