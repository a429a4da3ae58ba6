"""Whether an ellipsis has as many dots as the ink shows, however they were read."""

from __future__ import annotations

import pytest

from subextract.ocr.rapid.binarize import Span
from subextract.ocr.rapid.ellipsis import breaks_off, counted, longer
from subextract.text import Letter, Reading

BEFORE, BEHIND = Span(0, 40, ((4, 44),)), Span(140, 180, ((4, 44),))


def row(number: int, *, step: int = 10, bottom: int = 35) -> list[Span]:
    return [Span(left, left + 5, ((bottom - 5, bottom),)) for left in range(50, 50 + number * step, step)]


def read(dots: str) -> list[Letter]:
    places = [52 + 10 * number for number in range(len(dots))]
    inside = [Letter(text, place, 0.8) for text, place in zip(dots, places, strict=True)]
    return [Letter("啊", 20, 1.0), *inside, Letter("好", 160, 1.0)]


def text(found: list[Span], dots: str) -> str:
    return "".join(letter.text for letter in counted([BEFORE, *found, BEHIND], read(dots)))


@pytest.mark.parametrize("dots", [".", "..", ".……", "......", "·.…", "……"])
def test_six_dots_are_an_ellipsis_of_two_characters_however_they_were_read(dots: str) -> None:
    assert text(row(6), dots) == "啊……好"


@pytest.mark.parametrize(("number", "ellipsis"), [(3, "…"), (4, "...."), (5, ".....")])
def test_other_numbers_of_dots_stay_what_they_are(number: int, ellipsis: str) -> None:
    assert text(row(number), "..") == f"啊{ellipsis}好"


def test_two_dots_uneven_ones_and_ink_where_no_dot_was_read_change_nothing() -> None:
    assert text(row(2), ".") == "啊.好"
    uneven = [span for number, span in enumerate(row(8)) if number not in (2, 4, 5)]
    assert text(uneven, ".") == "啊.好"
    assert text(row(6), "") == "啊好"
    assert text([Span(50, 90, ((4, 44),))], "..") == "啊..好"


def test_two_ellipses_of_one_line_are_counted_each() -> None:
    second = [Span(left, left + 5, ((30, 35),)) for left in range(190, 250, 10)]
    letters = [*read(".."), Letter(".", 200, 0.7)]
    counted_letters = counted([BEFORE, *row(3), BEHIND, *second], letters)
    assert "".join(letter.text for letter in counted_letters) == "啊…好……"


def reading(text: str) -> Reading:
    return Reading(tuple(Letter(letter, 10.0 * place, 0.9) for place, letter in enumerate(text)))


@pytest.mark.parametrize(
    ("line", "expected"), [("跑了.", True), ("跑了…", True), ("跑了。", False), ("Gone...", False)]
)
def test_a_line_in_a_wide_script_that_ends_with_dots_may_have_more(line: str, expected: bool) -> None:
    assert breaks_off(reading(line)) is expected


@pytest.mark.parametrize(("wider", "taken"), [("跑了……", True), ("跑子……", False), ("跑了…一", False), ("跑了", False)])
def test_a_wider_picture_counts_if_it_adds_dots_and_nothing_else(wider: str, taken: bool) -> None:
    assert (longer(reading("跑了.."), reading(wider)).text == wider) is taken
