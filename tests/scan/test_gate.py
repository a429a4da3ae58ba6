"""Whether the gate opens for new strokes, and stays shut for everything else."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest

from subextract.scan.cells import CELL
from subextract.scan.gate import Cuts, Gate
from subextract.types import Box, Luma
from tests.helpers.painting import (
    Background,
    Words,
    clouds,
    cutting,
    drifting,
    film,
    frame,
    lettered,
    slope,
    still,
    time_of,
)

PAUSE = 200
EMPTY = clouds(1, 320, 48, coarse=24)
TEXT = lettered(EMPTY, "Good evening.", left=80, foot=32)
OTHER = lettered(EMPTY, "Come back!", left=80, foot=32)
PLACE = Box(76, 8, 260, 44)


def looked(strip: Luma = EMPTY) -> Gate:
    """A gate that was looked through at time 0."""
    gate = Gate()
    gate.looked(0, strip)
    return gate


def openings(strips: Iterable[tuple[int, Luma]]) -> list[int]:
    """The times at which a gate opens, looking whenever it does."""
    gate, times = Gate(), []
    for time, strip in strips:
        if gate.opens(time, strip, pause=PAUSE, ignore=()):
            gate.looked(time, strip)
            times.append(time)
    return times


def strips(*words: Words, background: Background, count: int = 60) -> list[tuple[int, Luma]]:
    return [(frame.time, frame.luma[:, :]) for frame in film(*words, count=count, background=background)]


def test_the_first_strip_deserves_a_look() -> None:
    assert Gate().opens(0, EMPTY, pause=PAUSE)


def opens_at(gate: Gate, strip: Luma, times: Iterable[int], *, ignore: tuple[Box, ...] = ()) -> list[int]:
    """When the gate opens for a strip that stays, without anybody looking."""
    return [time for time in times if gate.opens(time, strip, pause=PAUSE, ignore=ignore)]


@pytest.mark.parametrize(("before", "after"), [(EMPTY, TEXT), (TEXT, OTHER)])
def test_strokes_that_are_new_open_the_gate_once_they_stood_still_and_the_pause_is_over(
    before: Luma, after: Luma
) -> None:
    assert opens_at(looked(before), after, range(40, 500, 40))[0] == 200
    late = looked(before)
    assert opens_at(late, before, range(40, 1000, 40)) == []
    assert opens_at(late, after, range(1000, 1500, 40))[0] in range(1120, 1241)


def test_strokes_that_go_do_not_open_the_gate() -> None:
    assert opens_at(looked(TEXT), EMPTY, range(40, 5000, 40)) == []


def test_a_picture_that_stays_is_looked_at_once() -> None:
    assert openings((time, TEXT) for time in range(0, 9000, 40)) == [0]


def test_change_where_the_text_is_known_does_not_open_the_gate() -> None:
    assert opens_at(looked(), TEXT, range(40, 900, 40), ignore=(PLACE,)) == []
    assert opens_at(looked(), TEXT, range(40, 900, 40), ignore=(Box(0, 0, 60, 48),)) != []


def test_a_known_text_does_not_hide_another_one_beside_it() -> None:
    both = lettered(TEXT, "You!", left=270, foot=32)
    assert opens_at(looked(TEXT), both, range(40, 900, 40), ignore=(PLACE,)) != []


def test_strokes_that_move_are_looked_at_once_in_a_while_and_those_that_stop_at_once() -> None:
    leaves = np.random.default_rng(4).choice(np.array([20, 220], np.uint8), (48, 320))
    lively = [(40 + 40 * number, np.roll(leaves, 3 * number, axis=1)) for number in range(200)]
    found = openings([(0, EMPTY), *lively])
    assert len(found) == 3
    assert min(later - sooner for sooner, later in pairwise(found)) >= 3000
    stopped = [(8040 + 40 * number, lively[-1][1]) for number in range(20)]
    assert len(openings([(0, EMPTY), *lively, *stopped])) == len(found) + 1


def shaken(picture: Luma, number: int) -> Luma:
    """A picture that jumps about from frame to frame."""
    right, down = np.random.default_rng(number).integers(-3, 4, 2)
    return np.roll(picture, (int(down), int(right)), axis=(0, 1))


def test_a_text_in_a_picture_that_jumps_about_opens_the_gate_within_a_second() -> None:
    background = clouds(1, 320, 48, coarse=6)
    text = lettered(background, "Good evening.", left=80, foot=32)
    found = openings((40 * number, shaken(text if number >= 30 else background, number)) for number in range(80))
    assert [time for time in found if 1200 <= time <= 2200] != []


def test_a_picture_that_goes_by_opens_the_gate_no_more_often_for_that() -> None:
    leaves = np.random.default_rng(4).choice(np.array([20, 220], np.uint8), (48, 320))
    leaves = np.kron(leaves[::4, ::4], np.ones((4, 4), np.uint8))
    assert len(openings((40 * number, np.roll(leaves, 2 * number, axis=1)) for number in range(150))) <= 3


def test_a_new_shot_is_looked_at_once_when_it_has_settled() -> None:
    shots = [(40 * number, EMPTY if number < 50 else 255 - EMPTY) for number in range(150)]
    assert openings(shots) == [0, 2200]


@pytest.mark.parametrize(
    "background",
    [drifting(slope(), speed=4), drifting(clouds(2, coarse=24), speed=2), still(clouds(3, coarse=4))],
    ids=["a shaded wall goes by", "clouds go by", "grain over a still picture"],
)
def test_smooth_change_and_grain_do_not_open_the_gate(background: Background) -> None:
    assert len(openings(strips(background=background))) <= 2


def test_a_picture_that_brightens_slowly_does_not_open_the_gate() -> None:
    lighter = [(40 * number, np.asarray(EMPTY + 2 * number, dtype=np.uint8)) for number in range(50)]
    assert len(openings(lighter)) <= 2


def test_a_text_over_a_moving_background_opens_the_gate_when_it_has_come() -> None:
    found = openings(strips(Words("Hello there", 20, 40), background=drifting(clouds(2, coarse=24), speed=2), count=50))
    came = round(20 * 1000 / 24)
    assert len([time for time in found if came < time <= came + 300]) == 1


@pytest.mark.parametrize("size", [(320, 47), (317, 48), (9, 5), (3, 3)])
def test_strips_of_any_size_can_be_looked_at(size: tuple[int, int]) -> None:
    strip = np.full(size[::-1], 80, np.uint8)
    gate = looked(strip)
    assert opens_at(gate, strip, range(500, 5000, 100), ignore=(Box(0, 0, *size),))[1:] == []


HIGH = clouds(1, 320, 144, coarse=24)


def rows_of(strip: Luma, gate: Gate, after: int = 0) -> tuple[int, int] | None:
    """The rows that a gate names when it first opens for a strip that stays."""
    assert next(time for time in range(after + 40, after + 1000, 40) if gate.opens(time, strip, pause=PAUSE))
    return gate.rows


@pytest.mark.parametrize("foot", [32, 80, 128])
def test_the_rows_to_look_at_are_those_of_the_new_strokes(foot: int) -> None:
    rows = rows_of(lettered(HIGH, "Good evening.", left=80, foot=foot), looked(HIGH))
    assert rows is not None
    assert foot - 22 - CELL <= rows[0] <= foot - 8
    assert foot - 8 <= rows[1] <= foot + 10 + CELL


def test_new_strokes_on_two_lines_are_looked_at_together_and_what_is_known_is_left_out() -> None:
    one = lettered(HIGH, "Good evening.", left=80, foot=32)
    three = lettered(lettered(one, "Where", left=80, foot=80), "to?", left=80, foot=116)
    rows = rows_of(three, looked(one))
    assert rows is not None
    assert 40 < rows[0] < 75
    assert 108 < rows[1] <= 136


def test_the_first_strip_and_a_new_shot_are_looked_at_on_all_rows() -> None:
    gate = Gate()
    assert gate.opens(0, HIGH, pause=PAUSE)
    assert gate.rows is None
    gate.looked(0, HIGH)
    shots = [(time, HIGH if time < 1000 else 255 - HIGH) for time in range(40, 2000, 40)]
    assert next(time for time, strip in shots if gate.opens(time, strip, pause=PAUSE)) >= 1000
    assert gate.rows is None


def test_a_look_at_some_rows_leaves_what_is_new_on_others_to_be_looked_at() -> None:
    both = lettered(lettered(HIGH, "Good evening.", left=80, foot=32), "Come back!", left=80, foot=116)
    gate = looked(HIGH)
    assert rows_of(both, gate) is not None
    gate.looked(400, both, (0, 48))
    rows = rows_of(both, gate, after=400)
    assert rows is not None
    assert rows[0] > 80


def cuts_of(background: Background, count: int = 120) -> Cuts:
    cuts = Cuts()
    for one in film(count=count, background=background):
        cuts.feed(one)
    return cuts


DARK, BRIGHT = clouds(1) // 4, clouds(7) // 2 + 110


def test_a_cut_is_near_one_frame_before_and_after_it_and_no_further() -> None:
    cuts = cuts_of(cutting((0, DARK), (40, BRIGHT), (90, DARK)))
    assert [number for number in range(120) if cuts.near(time_of(number))] == [39, 40, 41, 89, 90, 91]


@pytest.mark.parametrize(
    "background",
    [still(DARK), drifting(clouds(2), 3), lambda number: np.asarray(DARK + number, dtype=np.uint8)],
    ids=["a still picture", "a moving picture", "a slow fade"],
)
def test_where_no_shot_begins_there_is_no_cut(background: Background) -> None:
    cuts = cuts_of(background)
    assert not any(cuts.near(time_of(number)) for number in range(120))


def test_cuts_are_told_by_the_length_of_their_own_frames() -> None:
    cuts = Cuts()
    for number in range(20):
        cuts.feed(frame(100 * number, DARK if number < 10 else BRIGHT, duration=100))
    assert [time for time in range(700, 1300, 50) if cuts.near(time)] == [850, 900, 950, 1000, 1050, 1100, 1150]


@pytest.mark.parametrize("size", [(16, 16), (47, 31), (1920, 1080)])
def test_pictures_of_any_size_have_cuts(size: tuple[int, int]) -> None:
    dark, bright = (np.full(size[::-1], level, np.uint8) for level in (20, 200))
    cuts = Cuts()
    for number, picture in enumerate([dark] * 3 + [bright] * 3):
        cuts.feed(frame(42 * number, picture))
    assert (cuts.near(126), cuts.near(0)) == (True, False)


def comings(strips: Iterable[tuple[int, Luma]], *, ignore: tuple[Box, ...] = ()) -> list[int]:
    """The times at which something is said to have come."""
    gate = Gate()
    return [time for time, strip in strips if gate.comes(time, strip, ignore=ignore)]


@pytest.mark.parametrize("rate", [24, 30, 60])
def test_what_comes_is_told_as_soon_as_it_has_stood_still_and_then_a_few_times_more(rate: int) -> None:
    times = [round(number * 1000 / rate) for number in range(rate)]
    first = times[rate // 2]
    told = comings((time, TEXT if time >= first else EMPTY) for time in times)
    assert 0 < told[0] - first <= 1000 / 24 + 1
    assert len(told) == 3


def test_what_is_ignored_has_not_come_unless_it_was_something_else_before() -> None:
    times = range(0, 800, 40)
    assert comings(((time, TEXT) for time in times), ignore=(PLACE,)) == []
    assert comings(((time, OTHER if time >= 400 else TEXT) for time in times), ignore=(PLACE,)) == [440]


def test_what_stands_still_all_along_never_comes_and_what_moves_never_does() -> None:
    assert comings((time, TEXT) for time in range(0, 4000, 40)) == []
    assert comings(strips(background=drifting(clouds(3, 480, 48, coarse=5), speed=7), count=100)) == []


def test_what_fades_in_has_come_when_it_is_there() -> None:
    fading = strips(Words("Good morning", 20, 90, fade=8), background=still(clouds(1)), count=80)
    assert comings(fading)[0] >= fading[26][0]
