"""Whether the gate opens for new strokes, and stays shut for everything else."""

from __future__ import annotations

from collections.abc import Iterable

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


@pytest.mark.parametrize(("before", "after"), [(EMPTY, TEXT), (TEXT, EMPTY), (TEXT, OTHER)])
def test_strokes_that_come_go_or_change_open_the_gate_once_the_pause_is_over(before: Luma, after: Luma) -> None:
    gate = looked(before)
    assert [gate.opens(time, after, pause=PAUSE) for time in (40, 160, 199, 200, 240)] == [False] * 3 + [True] * 2


def test_a_picture_that_stays_is_looked_at_once_a_second() -> None:
    assert openings((time, TEXT) for time in range(0, 3600, 40)) == [0, 1000, 2000, 3000]


def test_change_where_the_text_is_known_does_not_open_the_gate() -> None:
    gate = looked()
    assert gate.opens(400, TEXT, pause=PAUSE)
    assert not gate.opens(400, TEXT, pause=PAUSE, ignore=(PLACE,))
    assert gate.opens(400, TEXT, pause=PAUSE, ignore=(Box(0, 0, 60, 48),))


def test_a_known_text_does_not_hide_another_one_beside_it() -> None:
    both = lettered(TEXT, "You!", left=270, foot=32)
    assert looked(TEXT).opens(400, both, pause=PAUSE, ignore=(PLACE,))


def test_the_gate_compares_with_the_last_look_not_with_the_last_strip() -> None:
    gate = looked()
    gate.opens(100, TEXT, pause=PAUSE)
    assert gate.opens(300, TEXT, pause=PAUSE)


@pytest.mark.parametrize(
    "ground",
    [drifting(slope(), speed=4), drifting(clouds(2, coarse=24), speed=2), still(clouds(3, coarse=4))],
    ids=["a shaded wall goes by", "clouds go by", "grain over a still picture"],
)
def test_smooth_change_and_grain_do_not_open_the_gate(ground: Ground) -> None:
    assert openings(strips(ground=ground)) == [0, 1000, 2000]


def test_a_picture_that_brightens_slowly_does_not_open_the_gate() -> None:
    lighter = [(40 * number, np.asarray(EMPTY + 2 * number, dtype=np.uint8)) for number in range(50)]
    assert openings(lighter) == [0, 1000]


def test_a_text_over_a_moving_ground_opens_the_gate_when_it_comes_and_when_it_goes() -> None:
    found = openings(strips(Words("Hello there", 10, 30), ground=drifting(clouds(2, coarse=24), speed=2), count=40))
    assert found == [0, 417, 1250]


@pytest.mark.parametrize("size", [(320, 47), (317, 48), (9, 5), (3, 3)])
def test_strips_of_any_size_can_be_looked_at(size: tuple[int, int]) -> None:
    strip = np.full(size[::-1], 80, np.uint8)
    gate = looked(strip)
    assert not gate.opens(500, strip, pause=PAUSE, ignore=(Box(0, 0, *size),))
    assert gate.opens(1000, strip, pause=PAUSE)
