"""Whether a found line is cut where one part of it was there long before the rest came, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from subextract.tracking.ages import parts_beside, parts_by_age
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import seen_on
from subextract.types import Box, Luma
from tests.helpers.painting import clouds, lettered, width_of

WIDTH, HEIGHT, FOOT = 640, 48, 32
BACKGROUND = clouds(1, WIDTH, HEIGHT)
SIGN, LINE = "BAKERY", "Good morning, all."
PACE = 40  # ms from frame to frame


def frames(shown: Callable[[int], Luma], until: int = 2000) -> list[StripFrame]:
    """Frames of the last two seconds; the picture of each is given by its time."""
    noise = np.random.default_rng(4)
    found = []
    for time in range(0, until + 1, PACE):
        grainy = np.clip(shown(time) + noise.normal(0, 1.5, (HEIGHT, WIDTH)), 0, 255)
        found.append(StripFrame(time, time + PACE, np.asarray(grainy, dtype=np.uint8)))
    return found


def written(picture: Luma, *texts: tuple[str, int]) -> Luma:
    """The picture with texts, each at its column."""
    for text, left in texts:
        picture = lettered(picture, text, left=left, foot=FOOT)
    return picture


def box(left: int, right: int) -> Box:
    return Box(left - 4, 8, right + 4, 42)


AFTER = 30 + width_of(SIGN) + 14  # where the line begins that stands beside the sign
BOTH = box(30, AFTER + width_of(LINE))


def beside(came: int, *, line_first: bool) -> list[StripFrame]:
    """A sign that was there, and a line that comes right beside it."""
    left, right = (LINE, SIGN) if line_first else (SIGN, LINE)
    second = 30 + width_of(left) + 14
    places = {left: 30, right: second}
    old = written(BACKGROUND, (SIGN, places[SIGN]))
    both = written(old, (LINE, places[LINE]))
    return frames(lambda time: both if time >= came else old)


@pytest.mark.parametrize("line_first", [True, False], ids=["at its left", "at its right"])
def test_a_line_that_comes_beside_a_sign_is_found_apart_from_it(line_first: bool) -> None:
    new, rest = parts_by_age(BOTH, beside(1600, line_first=line_first))
    edge = 30 + width_of(LINE if line_first else SIGN)
    if line_first:
        assert (new.left, rest.right) == (BOTH.left, BOTH.right)
        assert edge - 6 < new.right <= rest.left < edge + 16
    else:
        assert (new.right, rest.left) == (BOTH.right, BOTH.left)
        assert edge - 2 < rest.right <= new.left < edge + 20


def test_what_is_left_of_an_older_text_is_no_part_where_it_is_shorter_than_high() -> None:
    old = written(BACKGROUND, ("7", 30))
    line = 30 + width_of("7") + 12
    both = written(old, (LINE, line))
    parts = parts_by_age(box(30, line + width_of(LINE)), frames(lambda time: both if time >= 1600 else old))
    assert len(parts) == 1


def test_a_line_that_came_at_once_is_whole() -> None:
    whole = written(BACKGROUND, (LINE, 30))
    one = box(30, 30 + width_of(LINE))
    assert parts_by_age(one, frames(lambda time: whole if time >= 1600 else BACKGROUND)) == [one]
    assert parts_by_age(one, frames(lambda time: whole)) == [one]


def test_a_line_that_is_written_letter_by_letter_in_a_second_is_not_cut() -> None:
    text = "You will see it all."

    def shown(time: int) -> Luma:
        count = max(0, min(len(text), (time - 1000) // 45))
        return written(BACKGROUND, (text[:count], 30)) if count else BACKGROUND

    one = box(30, 30 + width_of(text))
    assert parts_by_age(one, frames(shown)) == [one]


def test_a_line_over_an_older_one_is_whole() -> None:
    old = written(BACKGROUND, ("Where is she now?", 30))
    new = written(BACKGROUND, (LINE, 30))
    one = box(30, 30 + width_of(LINE))
    assert parts_by_age(one, frames(lambda time: new if time >= 1600 else old)) == [one]


def test_a_line_beside_a_sign_that_came_less_than_a_second_before_is_not_cut() -> None:
    old = written(BACKGROUND, (SIGN, 30))
    both = written(old, (LINE, AFTER))

    def shown(time: int) -> Luma:
        return both if time >= 1800 else old if time >= 1300 else BACKGROUND

    assert parts_by_age(BOTH, frames(shown)) == [BOTH]


@pytest.mark.parametrize("size", [Box(30, 8, 38, 42), Box(0, 0, 3, 3)], ids=["one letter", "a speck"])
def test_what_is_shorter_than_some_letters_is_never_cut(size: Box) -> None:
    assert parts_by_age(size, beside(1600, line_first=False)) == [size]


def test_a_line_found_on_the_first_frame_is_whole() -> None:
    both = written(BACKGROUND, (SIGN, 30), (LINE, AFTER))
    assert parts_by_age(BOTH, frames(lambda time: both, until=0)) == [BOTH]


LEFT, RIGHT = "COPYRIGHT", "HARBOUR.ORG"
OVER = 30 + width_of(LEFT) - 20  # the line begins over the last letters of the sign
SIGNS = written(BACKGROUND, (LEFT, 30), (RIGHT, OVER + width_of(LINE) - 20))
BETWEEN = box(30, OVER + width_of(LINE) - 20 + width_of(RIGHT))


def covered(level: int) -> Luma:
    """A line in a box of its own over the inner ends of two signs, so many rows lower."""
    picture = SIGNS.copy()
    picture[8:44, OVER - 4 : OVER + width_of(LINE) + 4] = 10
    return lettered(picture, LINE, left=OVER, foot=FOOT + level)


def test_a_line_that_covers_the_ends_of_older_texts_on_both_sides_is_cut_off_from_both() -> None:
    both = covered(0)
    new, *rest = parts_by_age(BETWEEN, frames(lambda time: both if time >= 1600 else SIGNS))
    assert abs(new.left - OVER) < 12
    assert abs(new.right - OVER - width_of(LINE)) < 12
    assert [(part.left, part.right) for part in rest] == [(BETWEEN.left, new.left), (new.right, BETWEEN.right)]


@pytest.mark.parametrize(("level", "parts"), [(9, 3), (0, 1)], ids=["on another level", "on one level"])
def test_what_came_less_than_a_second_after_the_video_began_is_cut_off_on_another_level(level: int, parts: int) -> None:
    both = covered(level)
    found = parts_by_age(BETWEEN, frames(lambda time: both if time >= 800 else SIGNS, until=1200))
    assert len(found) == parts


def test_what_is_left_of_known_texts_is_cut_off_on_another_background_too() -> None:
    other = covered(9)
    known = [seen_on(SIGNS, box(30, 30 + width_of(LEFT))), seen_on(SIGNS, BETWEEN._replace(left=BETWEEN.right - 220))]
    now = frames(lambda time: other, until=0)[-1]
    new, *rest = parts_beside(BETWEEN, known, now)
    assert abs(new.left - OVER) < 24
    assert abs(new.right - OVER - width_of(LINE)) < 24
    assert len(rest) == 2
    same = frames(lambda time: covered(0), until=0)[-1]
    assert parts_beside(BETWEEN, known, same) == [BETWEEN]  # it may be more of them
    assert parts_beside(BETWEEN, [], now) == [BETWEEN]


def test_a_large_text_above_that_reaches_into_the_rows_of_a_line_cuts_nothing_off() -> None:
    foot, left = 74, 120
    large = lettered(clouds(1, WIDTH, 2 * HEIGHT), "XR", left=left + 120, foot=foot - 14, size=1.6)
    known = seen_on(large, Box(left + 116, foot - 60, left + 210, foot - 6))
    line = Box(left - 4, foot - 22, left + width_of(LINE) + 4, foot + 8)
    assert known.box.intersection(line).height > line.height // 2
    now = StripFrame(0, PACE, lettered(large, LINE, left=left, foot=foot))
    assert parts_beside(line, [known], now) == [line]
