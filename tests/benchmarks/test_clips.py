"""Do the painted clips say truthfully when each text is on the screen."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from benchmarks.clips.__main__ import note
from benchmarks.clips.film import frame_times
from benchmarks.clips.growing import rolled, spread
from benchmarks.clips.lettering import Patch, blend
from benchmarks.clips.recipe import Recipe
from benchmarks.clips.showing import Showing, fading, growing, steady, sung, truth
from benchmarks.clips.studio import SETS, all_lines, studio

TIMES = list(range(0, 4_000, 40))


def patch(width: int = 4, brightness: float = 200) -> Patch:
    values = np.zeros((2, width, 4), np.float32)
    values[...] = (brightness, brightness, brightness, 1)
    return Patch(values, 1, 10)


def test_a_line_of_a_rolling_caption_stands_from_its_coming_until_it_leaves_the_upper_row() -> None:
    lower, upper = patch(), patch().moved(0, -5)
    showings = rolled(["one", "two", "three"], [(steady(lower), steady(upper))] * 3, [5, 15, 30, 50, 70])
    assert truth(showings, TIMES) == [(200, 1200, "one"), (600, 2000, "two"), (1200, 2000, "three")]
    assert [showings[0].at(frame) for frame in (4, 5, 14, 15, 29, 30)] == [
        (),
        [(lower, 1.0)],
        [(lower, 1.0)],
        [(upper, 1.0)],
        [(upper, 1.0)],
        (),
    ]


def test_the_same_text_is_one_cue_without_a_pause_and_two_with_one() -> None:
    spans = [(0, 10), (10, 20), (28, 40)]
    showings = [Showing(first, last, steady(patch()), "Again.") for first, last in spans]
    assert truth(showings, TIMES) == [(0, 800, "Again."), (1120, 1600, "Again.")]


def test_a_line_that_a_second_one_joins_keeps_its_own_times() -> None:
    showings = [Showing(0, 50, steady(patch()), "first"), Showing(20, 50, steady(patch()), "second")]
    assert truth(showings, TIMES) == [(0, 2000, "first"), (800, 2000, "second")]


def test_what_is_no_subtitle_makes_no_cue() -> None:
    assert truth([Showing(0, 1 << 20, steady(patch()))], TIMES) == []


def test_a_fade_shows_something_in_its_first_and_last_frame_and_all_in_the_middle() -> None:
    draw = fading(patch(), 20, 5)
    strengths = [draw(frame)[0][1] for frame in (0, 4, 5, 14, 15, 19)]
    assert strengths == pytest.approx([0.1, 0.9, 1.0, 1.0, 0.9, 0.1])


def test_a_growing_text_has_its_first_piece_in_the_first_frame_and_stays_whole() -> None:
    pieces = [patch(width) for width in (1, 2, 3)]
    starts = spread(3, 12)
    widths = [growing(pieces, starts)(frame)[0][0].width for frame in (0, 3, 4, 8, 30)]
    assert (starts, widths) == ([0, 4, 8], [1, 1, 2, 3, 3])


def test_the_colour_of_a_sung_line_runs_over_the_whole_of_it() -> None:
    plain, coloured = patch(100), patch(100, 90)
    widths = [sung(plain, coloured, 10)(frame)[1][0].width for frame in (0, 4, 9, 20)]
    assert widths == [5, 45, 95, 100]


def test_a_patch_that_reaches_over_the_edge_is_cut_off_there() -> None:
    picture = np.zeros((12, 4, 3), np.uint8)
    blend(picture, patch(6).moved(-3, 1), 0.5)
    expected = np.zeros((12, 4, 3), np.uint8)
    expected[11, :4] = 100
    assert picture.tolist() == expected.tolist()


def test_frames_of_a_variable_rate_begin_when_those_before_have_lasted() -> None:
    recipe = Recipe((64, 36), Fraction(25), 5, 1, (), (), durations=(40, 20, 60))
    assert frame_times(recipe) == ([0, 40, 60, 120, 160], Fraction(1, 1000))


def test_a_fade_widens_the_tolerance_by_half_of_it() -> None:
    assert Recipe((64, 36), Fraction(25), 5, 1, (), (), fade=0.8).tolerance == pytest.approx(0.42)


def test_the_sets_share_no_line_and_no_font() -> None:
    for language, lines in all_lines()["shown"].items():
        assert not {str(line) for line in lines} & {str(line) for line in all_lines()["unseen"][language]}
    assert not set(SETS["shown"].fonts.values()) & set(SETS["unseen"].fonts.values())


def test_the_same_seed_gives_the_same_times_and_lines_to_a_clip_of_that_name_alone() -> None:
    one, same, other = studio("fade", "shown", 1), studio("fade", "shown", 1), studio("cut", "shown", 1)
    made = [(each.lines(5), each.spans(5)) for each in (one, same, other)]
    assert made[0] == made[1] != made[2]


def test_a_clip_made_again_replaces_its_row_of_the_table(tmp_path: Path) -> None:
    table = tmp_path / "pairs.tsv"
    for name, tolerance in (("b", 0.02), ("a", 0.1), ("b", 0.05)):
        note(table, name, tolerance)
    assert table.read_text() == "a.gt.srt\ta.srt\t0.100000\nb.gt.srt\tb.srt\t0.050000\n"
