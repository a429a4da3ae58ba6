"""Whether the gaps of a line decide about spaces that were nearly read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from subextract.ocr.rapid.corrections import mended
from subextract.text import Letter, Reading
from tests.helpers.lettering import HEIGHT, LOOKS, every_look, painted, picture, shape


@every_look
def test_a_space_that_was_nearly_read_is_there_if_the_gap_is_a_word_gap(look: str) -> None:
    line = painted("Where is he ?")
    assert mended(LOOKS[look](line.ink), line.spaced({9: 0.05})).text == "Where is he ?"


@every_look
def test_a_space_that_was_nearly_read_is_not_there_if_the_gap_is_one_between_letters(look: str) -> None:
    line = painted("Where is Harlow?")
    assert mended(LOOKS[look](line.ink), line.spaced({9: 0.4, 13: 0.05})).text == "Where is Harlow?"


def test_a_wide_gap_in_which_no_space_was_seen_is_none() -> None:
    line = painted("Where is he ?")
    assert mended(picture(line.ink), line.spaced({9: 0.0})).text == "Where is he?"


def test_a_line_of_one_word_is_measured_by_its_letters() -> None:
    line = painted("Quoi ?")
    assert mended(picture(line.ink), line.spaced({1: 0.3, 4: 0.05})).text == "Quoi ?"


def test_no_space_is_put_beside_an_apostrophe_or_between_dots() -> None:
    line = painted("We 'll see. . .")
    unsure = line.spaced({2: 0.2, 9: 0.2, 10: 0.2})
    assert mended(picture(line.ink), unsure).text == "We'll see..."


def test_no_space_is_put_between_chinese_characters_without_a_gap() -> None:
    line = painted("ABCD OK no")
    chinese = [replace(one, text=text) for one, text in zip(line.letters, "我用了吗OKno", strict=True)]
    reading = Reading(tuple(replace(one, space=0.2) if one.text in "了n" else one for one in chinese))
    assert mended(picture(line.ink), reading).text == "我用了吗 OK no"


def test_letters_far_apart_are_no_words() -> None:
    canvas, letters = np.zeros((HEIGHT, 500), np.uint8), []
    for index, text in enumerate("HEISGONE"):
        left = 16 + 34 * index + 30 * (index > 1) + 30 * (index > 3)
        canvas[:, left : left + shape(text).shape[1]] = shape(text)
        letters.append(Letter(text, left + shape(text).shape[1] / 2, 1.0, {2: 1.0, 4: 0.2, 6: 0.2}.get(index, 0.0)))
    assert mended(picture(canvas), Reading(tuple(letters))).text == "HE IS GONE"


def test_without_ink_only_a_likely_space_is_one() -> None:
    flat = np.full((HEIGHT, 300, 3), 90, np.uint8)
    letters = (Letter("a", 20, 1.0), Letter("b", 60, 1.0, 0.4), Letter("c", 100, 1.0, 0.3), Letter("d", 140, 1.0, 0.6))
    assert mended(flat, Reading(letters)).text == "a bc d"


@pytest.mark.parametrize("text", ["WON'T HOLD", "FOR YOU MS", "THIS IS IT", "R & B #2", "I do"])
def test_a_trace_of_a_space_is_one_where_gaps_are_plainly_of_two_kinds(text: str) -> None:
    line = painted(text)
    spaces = {index: 0.001 for index, letter in enumerate(line.letters) if letter.space}
    assert mended(picture(line.ink), line.spaced(spaces)).text == text


@pytest.mark.parametrize("text", ["TITANIC", "Lily", "MINIMUM", "AVATAR", "1211"])
def test_a_trace_of_a_space_within_a_word_is_none(text: str) -> None:
    line = painted(text)
    traces = dict.fromkeys(range(1, len(text)), 0.001)
    assert mended(picture(line.ink), line.spaced(traces)).text == text


def test_an_ampersand_has_room_on_both_sides_or_on_none() -> None:
    line = painted("Tom &Jo")
    assert mended(picture(line.ink), line.spaced({4: 0.1})).text == "Tom & Jo"
    assert mended(picture(line.ink), line.spaced({})).text == "Tom &Jo"
