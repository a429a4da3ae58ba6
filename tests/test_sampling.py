"""Whether the gate opens for new strokes, and stays shut for everything else."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest

from subextract.sampling import Gate
from subextract.types import Box, Luma
from tests.painting import Ground, Words, clouds, drifting, film, lettered, slope, still

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


def strips(*words: Words, ground: Ground, count: int = 60) -> list[tuple[int, Luma]]:
    return [(frame.time, frame.luma) for frame in film(*words, count=count, ground=ground)]


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


def test_a_new_shot_is_looked_at_once_when_it_has_settled() -> None:
    shots = [(40 * number, EMPTY if number < 50 else 255 - EMPTY) for number in range(150)]
    assert openings(shots) == [0, 2200]


@pytest.mark.parametrize(
    "ground",
    [drifting(slope(), speed=4), drifting(clouds(2, coarse=24), speed=2), still(clouds(3, coarse=4))],
    ids=["a shaded wall goes by", "clouds go by", "grain over a still picture"],
)
def test_smooth_change_and_grain_do_not_open_the_gate(ground: Ground) -> None:
    assert len(openings(strips(ground=ground))) <= 2


def test_a_picture_that_brightens_slowly_does_not_open_the_gate() -> None:
    lighter = [(40 * number, np.asarray(EMPTY + 2 * number, dtype=np.uint8)) for number in range(50)]
    assert len(openings(lighter)) <= 2


def test_a_text_over_a_moving_ground_opens_the_gate_when_it_has_come() -> None:
    found = openings(strips(Words("Hello there", 20, 40), ground=drifting(clouds(2, coarse=24), speed=2), count=50))
    came = round(20 * 1000 / 24)
    assert len([time for time in found if came < time <= came + 300]) == 1


@pytest.mark.parametrize("size", [(320, 47), (317, 48), (9, 5), (3, 3)])
def test_strips_of_any_size_can_be_looked_at(size: tuple[int, int]) -> None:
    strip = np.full(size[::-1], 80, np.uint8)
    gate = looked(strip)
    assert opens_at(gate, strip, range(500, 5000, 100), ignore=(Box(0, 0, *size),))[1:] == []


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
    assert comings(strips(ground=drifting(clouds(3, 480, 48, coarse=5), speed=7), count=100)) == []


def test_what_fades_in_has_come_when_it_is_there() -> None:
    fading = strips(Words("Good morning", 20, 90, fade=8), ground=still(clouds(1)), count=80)
    assert comings(fading)[0] >= fading[26][0]
