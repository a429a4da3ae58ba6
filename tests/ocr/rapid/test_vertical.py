"""Whether the two readings of a column agree as they should, and its characters are set as a line."""

from __future__ import annotations

import numpy as np
import pytest

from subextract.ocr.rapid.vertical import LYING_ROOM, agreed, is_text, set_as_line
from subextract.ocr.rapid.vertical_cells import Cell, Column, Form
from subextract.text import Letter, Reading
from subextract.types import Box

HEIGHT = 48  # px, of the pictures that both readings saw
SIDE = HEIGHT / (1 + 2 * LYING_ROOM)  # px, of a character in the line

Seen = tuple[str, float]
"""A letter and its score."""


def column(*forms: Form) -> Column:
    return Column(tuple(Cell(40 * n, 40 * n + 40, form) for n, form in enumerate(forms)), 4, 44, HEIGHT)


def reading(*seen: Seen | None) -> Reading:
    """What was read in one place after the other; None is nothing."""
    letters = [Letter(one[0], SIDE * (n + 0.5), one[1]) for n, one in enumerate(seen) if one]
    return Reading(tuple(letters))


def sure(text: str, score: float = 0.9) -> list[Seen | None]:
    return [None if character == " " else (character, score) for character in text]


def together(lying: Reading, line: Reading, *forms: Form) -> tuple[str, list[float]]:
    """The text on which they agree, and how sure each letter is."""
    cells = forms or ("plain",) * 8
    found = agreed(lying, line, column(*cells))
    return found.text, [letter.score for letter in found.letters]


def test_what_both_read_is_as_sure_as_the_surer_of_them() -> None:
    lying, line = reading(("日", 0.5), ("本", 0.9)), reading(("日", 0.8), ("本", 0.7))
    assert together(lying, line) == ("日本", [0.8, 0.9])


@pytest.mark.parametrize(
    ("lying", "line", "text", "score"),
    [
        (("人", 0.6), ("入", 0.8), "入", 0.4),
        (("人", 0.8), ("入", 0.6), "人", 0.4),
        (("日", 0.9), ("目", 0.5), "目", 0.25),
        (("っ", 0.4), ("つ", 0.9), "っ", 0.2),
    ],
    ids=["the line is surer", "the column is surer", "twins are told by the line", "small kana by the column"],
)
def test_where_they_differ_one_holds_and_is_doubted(lying: Seen, line: Seen, text: str, score: float) -> None:
    around = sure("本語")
    found = together(reading(around[0], lying, around[1]), reading(around[0], line, around[1]))
    assert found == (f"本{text}語", [0.9, score, 0.9])


@pytest.mark.parametrize(
    ("lying", "line", "form", "text"),
    [
        (("、", 0.7), ("し", 0.8), "high", "、"),
        (("、", 0.55), ("し", 0.6), "high", "し"),
        (("、", 0.7), ("し", 0.9), "high", "し"),
        (("「", 0.7), ("『", 0.8), "bracket", "『"),
        (("「", 0.7), ("『", 0.8), "plain", "「"),
    ],
    ids=["sure enough", "unsure", "the line is much surer", "another mark that was set right", "one that was not"],
)
def test_a_mark_of_the_column_is_believed_unless_the_line_knows_better(
    lying: Seen, line: Seen, form: Form, text: str
) -> None:
    around = sure("本語")
    found, _ = together(
        reading(around[0], lying, around[1]), reading(around[0], line, around[1]), "plain", form, "plain", "plain"
    )
    assert found == f"本{text}語"


@pytest.mark.parametrize(("score", "text"), [(0.31, "本人語"), (0.3, "本語")])
def test_a_letter_that_the_line_lacks_stays_if_it_is_likely(score: float, text: str) -> None:
    line = reading(("本", 0.9), None, ("語", 0.9))
    assert together(reading(("本", 0.9), ("人", score), ("語", 0.9)), line)[0] == text


@pytest.mark.parametrize(
    ("seen", "form", "text"),
    [
        (("、", 0.71), "high", "本、語"),
        (("、", 0.7), "high", "本語"),
        (("。", 0.71), "plain", "本。語"),
        (("人", 0.96), "plain", "本人語"),
        (("人", 0.95), "plain", "本語"),
        (("A", 0.99), "plain", "本語"),
    ],
)
def test_a_letter_that_the_column_lacks_is_there_if_its_ink_or_its_score_says_so(
    seen: Seen, form: Form, text: str
) -> None:
    lying, line = reading(("本", 0.9), None, ("語", 0.9)), reading(("本", 0.9), seen, ("語", 0.9))
    assert together(lying, line, "plain", form, "plain", "plain")[0] == text


@pytest.mark.parametrize(("form", "text"), [("bar", "本ー語"), ("flat", "本一語"), ("plain", "本一語")])
def test_a_bar_is_the_long_vowel_along_the_column_and_the_number_across_it(form: Form, text: str) -> None:
    line = reading(*sure("本一語"))
    assert together(reading(*sure("本ー語", 0.8)), line, "plain", form, "plain", "plain")[0] == text


def test_an_empty_cell_is_a_space() -> None:
    lying, line = reading(*sure("日本 語学")), reading(*sure("日本 語学"))
    assert together(lying, line, "plain", "plain", "empty", "plain", "plain", "plain")[0] == "日本 語学"
    assert together(lying, line)[0] == "日本語学"


def test_of_readings_that_have_little_in_common_the_surer_one_holds_whole() -> None:
    lying, line = reading(*sure("日本語学", 0.6)), reading(*sure("甘木吾字", 0.7))
    assert together(lying, line) == ("甘木吾字", [0.7] * 4)
    assert together(line, lying) == ("甘木吾字", [0.7] * 4)


def test_a_few_characters_on_which_nobody_agrees_are_doubted() -> None:
    lying, line = reading(*sure("日本語", 0.6)), reading(*sure("甘木。", 0.8))
    assert together(lying, line) == ("甘木。", [0.4, 0.4, 0.8])


@pytest.mark.parametrize(("read", "text"), [("日本°", "日本。"), ("日本。。", "日本。"), ("日本。語。", "日本。語。")])
def test_a_full_stop_is_one_and_is_no_degree(read: str, text: str) -> None:
    assert together(reading(*sure(read)), reading(*sure(read)))[0] == text


@pytest.mark.parametrize(
    ("text", "expected"), [("日本", True), ("日ー", True), ("日", False), ("ー一｜", False), ("", False)]
)
def test_one_character_and_bars_are_no_text(text: str, expected: bool) -> None:
    assert is_text(reading(*sure(text))) == expected


DOT = (5, 30)
"""The row and the column of a dot in a character of 40 px: at the upper right."""


@pytest.mark.parametrize(
    ("form", "place"),
    [("plain", DOT), ("flat", DOT), ("high", (25, 10)), ("end", (25, 10)), ("bar", (9, 5)), ("bracket", (9, 5))],
    ids=["plain", "flat", "to the lower left", "to the lower left at the end", "turned to the left", "turned, too"],
)
def test_characters_are_set_side_by_side_each_as_its_form_has_it_in_lines(form: Form, place: tuple[int, int]) -> None:
    image, square = np.zeros((90, 70, 3), np.uint8), np.zeros((40, 40, 3), np.uint8)
    image[2 + 40 + DOT[0], 5 + 12 + DOT[1]] = square[place] = 255
    column = Column((Cell(0, 40, "plain"), Cell(40, 80, form)), 8, 48, 60)
    line = set_as_line(image, Box(5, 2, 65, 82), column)
    room = np.zeros((8, 80, 3), np.uint8)
    assert np.array_equal(line, np.vstack([room, np.hstack([np.zeros_like(square), square]), room]))


def test_a_column_is_set_as_large_as_it_stands_in_the_picture() -> None:
    image = np.zeros((160, 120, 3), np.uint8)
    image[10, 24 + 60] = 255
    column = Column((Cell(0, 40, "plain"), Cell(40, 80, "plain")), 8, 48, 60)
    line = set_as_line(image, Box(0, 0, 120, 160), column)
    assert line.shape == (80 + 2 * 16, 160, 3)
    assert np.argwhere(line[:, :, 0]).tolist() == [[16 + 10, 60]]
