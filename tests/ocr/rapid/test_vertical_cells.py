"""Whether the characters of a column are found one by one, and told by their ink what becomes of them in a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest

from subextract.ocr.rapid.vertical_cells import Cell, Column, apart, measured
from subextract.text import Letter, Reading
from subextract.types import Box, Image, Luma

WIDTH, SIDE, PITCH = 48, 36, 38  # px: of the column's box, of a character in it, from one to the next
Paint = Callable[[Luma], object]
"""Paints one character, white, into a black square of ``SIDE`` px."""


def king(square: Luma) -> None:
    """A character of a word, 王: strokes all over the square."""
    for row in (3, 17, 32):
        cv2.line(square, (3, row), (32, row), 255, 3)
    cv2.line(square, (17, 3), (17, 32), 255, 3)


def squat(square: Luma) -> None:
    """The same, wider than high."""
    for row in (3, 11, 20):
        cv2.line(square, (3, row), (32, row), 255, 3)
    cv2.line(square, (17, 3), (17, 20), 255, 3)


def bar(square: Luma) -> None:
    cv2.line(square, (18, 3), (18, 32), 255, 3)


def flat(square: Luma) -> None:
    cv2.line(square, (3, 18), (32, 18), 255, 3)


def exclamation(square: Luma) -> None:
    cv2.line(square, (18, 3), (18, 20), 255, 3)
    cv2.circle(square, (18, 30), 2, 255, -1)


def high(square: Luma) -> None:
    """A comma or full stop: in a column they stand in the upper right corner."""
    cv2.circle(square, (28, 7), 4, 255, 3)


def opening(square: Luma) -> None:
    """A corner that opens: in a column its bar lies above what follows, its arm at the right."""
    cv2.line(square, (18, 24), (31, 24), 255, 3)
    cv2.line(square, (31, 24), (31, 34), 255, 3)


def parenthesis(square: Luma) -> None:
    """What opens around a column: an arc above what follows."""
    cv2.ellipse(square, (18, 36), (15, 10), 0, 200, 340, 255, 3)


def two(square: Luma) -> None:
    """The number two: two bars across, as wide as a bracket and in the middle."""
    cv2.line(square, (8, 14), (27, 14), 255, 3)
    cv2.line(square, (3, 24), (32, 24), 255, 3)


def nothing(square: Luma) -> None:
    pass


def lying(*paints: Paint, pitch: int = PITCH) -> Image:
    """A column of characters, white on green, turned to the left as a reader turns it."""
    column = np.zeros((4 + pitch * len(paints) + 4, WIDTH), np.uint8)
    for number, paint in enumerate(paints):
        top = 4 + pitch * number
        paint(column[top : top + SIDE, 6 : 6 + SIDE])
    picture = np.full((*column.shape, 3), (60, 110, 50), np.uint8)
    picture[column > 0] = 255
    return np.ascontiguousarray(np.rot90(picture))


def read(texts: str, pitch: int = PITCH) -> Reading:
    """What was read in the places of the characters; a space is nothing."""
    places = (4 + pitch * number + SIDE / 2 for number in range(len(texts)))
    return Reading(tuple(Letter(text, at, 1.0) for text, at in zip(texts, places, strict=True) if text != " "))


def forms(paints: Sequence[Paint], texts: str) -> list[str]:
    column = measured(lying(*paints), read(texts))
    assert column is not None
    return [cell.form for cell in column.cells]


@pytest.mark.parametrize(
    ("paint", "text", "form"),
    [
        (king, "王", "plain"),
        (bar, "ー", "bar"),
        (flat, "一", "flat"),
        (high, "、", "high"),
        (opening, "「", "bracket"),
        (parenthesis, "（", "bracket"),
        (exclamation, "！", "plain"),
        (two, "二", "plain"),
        (nothing, " ", "empty"),
    ],
)
def test_the_ink_of_a_character_tells_its_form(paint: Paint, text: str, form: str) -> None:
    assert forms((king, paint, king, king), f"王{text}王王") == ["plain", form, "plain", "plain", "end"]


@pytest.mark.parametrize(
    ("paint", "form"), [(bar, "bar"), (opening, "bracket"), (high, "high"), (exclamation, "plain")]
)
def test_ink_in_whose_place_nothing_was_read_has_its_form_all_the_same(paint: Paint, form: str) -> None:
    assert forms((king, paint, king, king), "王 王王") == ["plain", form, "plain", "plain", "end"]


@pytest.mark.parametrize("paint", [bar, opening])
def test_what_was_read_as_a_character_of_a_word_is_not_turned_like_a_mark(paint: Paint) -> None:
    assert forms((king, paint, king, king), "王王王王") == ["plain", "plain", "plain", "plain", "end"]


@pytest.mark.parametrize(
    ("last", "text", "ends"),
    [
        (king, "王", True),
        (bar, "ー", True),
        (bar, "…", False),
        (high, "。", False),
        (high, " ", False),
        (opening, "」", False),
    ],
)
def test_a_column_ends_with_room_for_a_mark_unless_one_is_there(last: Paint, text: str, ends: bool) -> None:
    assert (forms((king, king, king, last), f"王王王{text}")[-1] == "end") == ends


@pytest.mark.parametrize("pitch", [38, 44, 50])
def test_cuts_lie_between_the_characters_however_they_are_set(pitch: int) -> None:
    column = measured(lying(*[king] * 5, pitch=pitch), read("王王王王王", pitch))
    assert column is not None
    starts = [cell.start for cell in column.cells]
    assert len(starts) == 6
    for number, start in enumerate(starts[1:]):
        ink_ends = 4 + pitch * number + 34
        assert ink_ends <= start <= ink_ends + pitch - 32


def test_characters_that_were_not_read_are_found_by_their_ink() -> None:
    column = measured(lying(*[king] * 6), read("王    王"))
    assert column is not None
    assert [cell.form for cell in column.cells] == [*["plain"] * 6, "end"]


def test_the_rows_of_a_column_are_those_of_its_ink_without_what_stands_beside() -> None:
    picture = lying(*[king] * 4)
    picture = np.pad(picture, ((30, 10), (0, 0), (0, 0)), mode="edge")
    picture[4:7, 60:66] = 255  # a piece of another column
    column = measured(picture, read("王王王王"))
    assert column is not None
    assert (column.top, column.bottom, column.height) == (33, 71, 88)


def test_rows_are_those_of_the_ink_where_characters_are_set_closer_than_they_are_wide() -> None:
    column = measured(lying(*[squat] * 5, pitch=28), read("王王王王王", 28))
    assert column is not None
    assert column.bottom - column.top == 32


@pytest.mark.parametrize("picture", [np.full((WIDTH, 160, 3), 90, np.uint8), lying(nothing, nothing)])
def test_without_ink_there_are_no_cells(picture: Image) -> None:
    assert measured(picture, read("王王王王")) is None


@pytest.mark.parametrize(
    ("rows", "box"),
    [((12, 36), Box(117, 20, 179, 400)), ((0, 48), Box(100, 20, 196, 400)), ((0, 20), Box(150, 20, 196, 400))],
)
def test_a_column_stands_in_the_video_where_its_rows_lie_in_the_turned_picture(rows: tuple[int, int], box: Box) -> None:
    column = Column((Cell(0, 38, "plain"),), *rows, 48)
    assert column.box(Box(100, 20, 196, 400)) == box


MIDDLE = Box(100, 0, 150, 300)


@pytest.mark.parametrize(
    ("others", "box"),
    [
        ([], MIDDLE),
        ([Box(20, 0, 60, 300), Box(190, 0, 240, 300)], MIDDLE),
        ([Box(60, 0, 110, 200)], Box(105, 0, 150, 300)),
        ([Box(130, 200, 190, 400)], Box(100, 0, 142, 300)),
        ([Box(60, 0, 110, 200), Box(80, 0, 130, 200), Box(130, 200, 190, 400)], Box(115, 0, 142, 300)),
        ([Box(60, 300, 110, 400), Box(130, -90, 190, 0)], MIDDLE),
        ([MIDDLE], MIDDLE),
    ],
    ids=["alone", "apart", "left", "right", "between", "above and below", "itself"],
)
def test_a_column_reaches_no_farther_than_halfway_to_those_beside_it(others: list[Box], box: Box) -> None:
    assert apart(MIDDLE, others) == box
