"""Whether the parts of tracking answer right on literal values: fades, strokes, motion, rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from subextract.boxes import join_rows
from subextract.luma import crop
from subextract.tracking.fades import Sample, first_frame, past_last_frame
from subextract.tracking.growth import Part
from subextract.tracking.motion import drifts, way
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import Strokes, compare, high_pass, remember, tight
from subextract.types import Box, Luma
from tests.helpers.painting import bright_lines, clouds, frame, lettered

LENGTH = 40  # ms of each sample


def samples(*contrasts: float, share: Sequence[float] = ()) -> list[Sample]:
    """Frames of 40 ms; unless said otherwise, a text agrees where its contrast is 30 or more."""
    shares = share or [1.0 if contrast >= 30 else 0.0 for contrast in contrasts]
    return [
        Sample(LENGTH * index, LENGTH * (index + 1), shares[index], contrast)
        for index, contrast in enumerate(contrasts)
    ]


def edges(found: Sequence[Sample], seen: int) -> tuple[float, float]:
    """The first frame that shows the text and the first that does not, as numbers of samples."""
    return first_frame(found, seen) / LENGTH, past_last_frame(found, seen) / LENGTH


def test_hard_edges_are_where_the_text_agrees() -> None:
    assert edges(samples(1, -2, 0, 100, 98, 101, 99, 100, 2, -1), 5) == (3, 8)


def test_a_fade_reaches_as_far_as_its_slope_says_though_its_palest_frames_agree_with_nothing() -> None:
    assert edges(samples(0, 0, 10, 30, 50, 70, 90, 100, 100, 100, 90, 70, 50, 30, 10, 0, 0), 8) == (2, 15)


def test_a_fade_out_after_a_hard_start_moves_only_the_end() -> None:
    assert edges(samples(0, 0, 100, 100, 100, 100, 90, 70, 50, 30, 10, 0, 0), 3) == (2, 11)


def test_dim_text_that_brightens_later_is_no_fade() -> None:
    assert edges(samples(0, 0, 40, 40, 40, 55, 70, 85, 100, 100, 100, 0), 9) == (2, 11)


def test_a_text_that_is_there_all_the_time_reaches_from_the_first_sample_to_the_end_of_the_last() -> None:
    assert edges(samples(100, 100, 99, 100), 2) == (0, 4)


def test_the_same_text_before_a_pause_is_not_its_start() -> None:
    assert edges(samples(100, 100, 0, 0, 100, 100, 100, 0), 5) == (4, 7)


BACKGROUND = clouds(1, 320, 48)
WHOLE = lettered(BACKGROUND, "Never say so again", left=30, foot=32)
((BOX,),) = bright_lines([np.repeat(WHOLE[:, :, None], 3, axis=2)])


def strokes(picture: Luma = WHOLE, box: Box = BOX) -> Strokes:
    return remember(box, high_pass(crop(picture, box)))


def test_a_text_agrees_with_itself_all_along() -> None:
    match = compare(strokes(), WHOLE)
    assert match.share == 1.0
    assert match.contrast > 60


def test_a_text_agrees_over_another_background() -> None:
    match = compare(strokes(), lettered(clouds(9, 320, 48, coarse=5), "Never say so again", left=30, foot=32))
    assert match.share == 1.0


def test_a_pale_text_agrees_and_shows_less() -> None:
    pale = np.asarray(BACKGROUND * 0.7 + WHOLE * 0.3, dtype=np.uint8)
    match, whole = compare(strokes(), pale), compare(strokes(), WHOLE)
    assert match.share == 1.0
    assert match.contrast == pytest.approx(0.3 * whole.contrast, rel=0.15)


@pytest.mark.parametrize("other", [BACKGROUND, lettered(BACKGROUND, "Come back to me now", left=30, foot=32)])
def test_a_background_or_another_text_does_not_agree(other: Luma) -> None:
    assert compare(strokes(), other).share < 0.3


def test_a_text_that_is_half_written_agrees_in_half() -> None:
    match = compare(strokes(), lettered(BACKGROUND, "Never say", left=30, foot=32))
    assert 0.3 < match.share < 0.7


def test_another_word_shows_in_its_own_place_alone() -> None:
    agreement = compare(strokes(), lettered(BACKGROUND, "Never say so agape", left=30, foot=32)).agreement
    assert agreement[:-4].min() > 0.9
    assert agreement[-3:].min() < 0.5


def test_the_tight_box_holds_the_ink_and_little_more() -> None:
    ink = Box(BOX.left + 4, BOX.top + 4, BOX.right - 4, BOX.bottom - 4)
    loose = Box(BOX.left, 0, BOX.right, 48)
    box = tight(strokes(WHOLE, loose), loose)
    assert box.union(ink) == box
    assert ink.height <= box.height <= 1.6 * ink.height


def strip_frames(place: Callable[[int], tuple[int, int]], count: int = 40) -> list[StripFrame]:
    """A word over a still background, frame by frame at the place (left, foot) that its number gives."""
    background = clouds(4, 400, 120)
    found = []
    for number in range(count):
        left, foot = place(number)
        one = frame(42 * number, lettered(background, "EXIT ONLY", left=left, foot=foot))
        found.append(StripFrame(one.time, one.time + one.duration, one.luma[:, :]))
    return found


def moved(found: list[StripFrame]) -> bool:
    strip = found[-1].strip
    ((box,),) = bright_lines([np.repeat(strip[:, :, None], 3, axis=2)])
    return way(strokes(strip, box), found) is not None


@pytest.mark.parametrize(
    "place",
    [
        lambda number: (20 + 2 * number, 60),
        lambda number: (240 - 4 * number, 60),
        lambda number: (100, 110 - 2 * number),
        lambda number: (100 + number // 4, 60),
        lambda number: (60 + 2 * number, 40 + number),
    ],
    ids=["right", "left quickly", "upwards", "right slowly", "aslant"],
)
def test_a_text_on_a_steady_way_moves(place: Callable[[int], tuple[int, int]]) -> None:
    assert moved(strip_frames(place))


@pytest.mark.parametrize(
    "place",
    [
        lambda number: (100, 60),
        lambda number: (100 + number % 2, 60),
        lambda number: (100, 60 if number > 20 else 300),
        lambda number: (100, 60) if number > 30 else (110, 96),
    ],
    ids=["still", "one pixel of jitter", "it appears", "it jumps"],
)
def test_a_text_that_is_still_shakes_appears_or_jumps_does_not_move(place: Callable[[int], tuple[int, int]]) -> None:
    assert not moved(strip_frames(place))


def joined(*boxes: Box, faint: Sequence[Box] = ()) -> list[Box]:
    """The lines that boxes make whose strokes are all equally strong, but for those of the faint ones."""
    return join_rows(boxes, lambda box: 20.0 if box in faint else 100.0)


def test_words_of_one_row_become_a_line() -> None:
    assert joined(Box(150, 42, 210, 63), Box(20, 40, 80, 62), Box(90, 41, 140, 60)) == [Box(20, 40, 210, 63)]


def test_a_wide_gap_parts_two_texts_of_one_row() -> None:
    apart = [Box(20, 40, 80, 60), Box(120, 40, 180, 60)]
    assert joined(*apart) == apart


def test_lines_below_one_another_stay_apart_and_come_from_the_top() -> None:
    lower, upper = Box(20, 64, 180, 84), Box(40, 40, 160, 60)
    assert joined(lower, upper) == [upper, lower]


def test_a_box_of_another_height_is_no_part_of_a_line() -> None:
    assert joined(Box(20, 40, 80, 60), Box(84, 30, 140, 70)) == [Box(84, 30, 140, 70), Box(20, 40, 80, 60)]


def test_a_fainter_shape_beside_a_line_is_no_part_of_it() -> None:
    line, shape = Box(20, 40, 80, 60), Box(84, 40, 140, 60)
    assert joined(line, shape, faint=[shape]) == [line, shape]
    assert joined(line, shape) == [Box(20, 40, 140, 60)]


def test_no_boxes_are_no_lines() -> None:
    assert joined() == []


@pytest.mark.parametrize(
    ("place", "drifting"),
    [
        (lambda number: (100 + round(5 * np.sin(number / 9)), 60 + round(4 * np.sin(number / 7))), True),
        (lambda number: (100, 60), False),
        (lambda number: (100 + number % 2, 60), False),
        (lambda number: (100, 60) if number > 30 else (104, 60), False),
    ],
    ids=["in a hand", "still", "one pixel of jitter", "a line that follows another and shares its letters"],
)
def test_a_text_that_sways_drifts(place: Callable[[int], tuple[int, int]], drifting: bool) -> None:
    found = strip_frames(place)
    ((box,),) = bright_lines([np.repeat(found[-1].strip[:, :, None], 3, axis=2)])
    assert drifts(strokes(found[-1].strip, box), reversed(found)) is drifting


@pytest.mark.parametrize(
    ("left", "right", "way", "slides"),
    [
        (100, 140, 0, False),  # the first letters, where they stay
        (101, 141, 1, False),
        (103, 143, 3, True),  # a shape that was taken in where the line begins, and goes by
        (258, 298, -2, True),
        (102, 298, 2, False),  # all but the last letter of a line that grows from its middle
        (180, 220, 20, False),
        (200, 300, 100, False),  # the first letters of a line that grows to the left
    ],
)
def test_what_moves_although_the_edge_that_it_would_grow_from_stays_slides(
    left: int, right: int, way: int, slides: bool
) -> None:
    assert Part(Box(left, 10, right, 30), way).slides(Box(100, 10, 300, 30)) == slides
