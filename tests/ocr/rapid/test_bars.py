"""Whether a capital I and an l are told apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from subextract.ocr.rapid.corrections import mended
from subextract.text import Letter, Reading
from subextract.types import Image
from tests.helpers.lettering import GREEN, WHITE, picture

FEET, CAPITAL, ASCENDER, SMALL = 40, 12, 11, 20  # rows of the feet, and of the tops of letters
ROUND = "aceosnu"


def drawn(text: str, ascender: int = ASCENDER) -> tuple[Image, tuple[Letter, ...]]:
    """A line in a typeface whose letters are bars with a foot, but for I and l, which are bars."""
    ink, letters, left, space = np.zeros((48, 40 + 24 * len(text)), np.uint8), [], 16, 0.0
    for character in text:
        if character == " ":
            left, space = left + 16, 1.0
            continue
        top = SMALL if character in ROUND else ascender if character in "bdhkl" else CAPITAL
        width = 5 if character in "Il" else 16
        ink[top:FEET, left : left + 5] = 255
        ink[FEET - 5 : FEET, left : left + width] = 255
        letters.append(Letter(character, left + width / 2, 1.0, space))
        left, space = left + width + 5, 0.0
    return picture(ink[:, : left + 16], WHITE, GREEN), tuple(letters)


def read(text: str, seen: str, ascender: int = ASCENDER) -> str:
    """What is read of a text if the recogniser saw these letters, spaces aside."""
    image, letters = drawn(text, ascender)
    return mended(image, Reading(tuple(replace(one, text=two) for one, two in zip(letters, seen, strict=True)))).text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("DAI and held", "DAlandheld"),
        ("bel Ian hold", "bellanhold"),
        ("EDEl had", "EDEIhad"),
        ("Nell REAl", "NellREAI"),
    ],
)
def test_the_height_tells(text: str, seen: str) -> None:
    assert read(text, seen) == text


def test_where_heights_are_equal_what_was_read_stays() -> None:
    assert read("El head", "Elhead", ascender=CAPITAL) == "El head"
    assert read("Da lan head", "Dalanhead", ascender=CAPITAL) == "Da lan head"


@pytest.mark.parametrize(
    ("text", "seen"), [("FBI", "FBl"), ("FBI and ZDF", "FBlandZDF"), ("LaIA", "LalA"), ("CIA", "ClA")]
)
def test_where_heights_are_equal_an_l_among_capitals_is_none(text: str, seen: str) -> None:
    assert read(text, seen, ascender=CAPITAL) == text


def test_an_l_within_a_word_of_small_letters_stays_one() -> None:
    image, letters = drawn("Den hold", CAPITAL + 1)  # too low for its neighbours
    assert mended(image, Reading(letters)).text == "Den hold"
