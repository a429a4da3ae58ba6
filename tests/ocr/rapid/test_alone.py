"""Whether a line that lies over other text is read without it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from subextract import ocr
from subextract.ocr.protocols import Reader
from subextract.ocr.rapid.alone import is_clearer, is_cluttered
from subextract.options import Options
from subextract.text import Letter, Reading
from subextract.types import Box, Clip, Image

SAID = "Nobody moves until I say so."
GREY, YELLOW, BLACK = (150, 150, 150), (40, 220, 250), (0, 0, 0)  # BGR


@pytest.fixture(scope="module")
def rapid() -> Reader:
    return ocr.reader("rapidocr", language=None, asked=Options().asked, threads=1)


def written(image: Image, said: str, at: tuple[int, int], colour: tuple[int, int, int], *, edge: int = 0) -> None:
    if edge:
        cv2.putText(image, said, at, cv2.FONT_HERSHEY_SIMPLEX, 1.1, BLACK, 3 + 2 * edge, cv2.LINE_AA)
    cv2.putText(image, said, at, cv2.FONT_HERSHEY_SIMPLEX, 1.1, colour, 3, cv2.LINE_AA)


def over(other: str | None) -> Clip:
    """A yellow line with a black edge, over a grey one that is longer on both sides."""
    image = np.full((80, 900, 3), (90, 60, 40), np.uint8)
    if other:
        written(image, other, (8, 58), GREY)
    written(image, SAID, (190, 52), YELLOW, edge=3)
    return Clip(0, 2000, image, Box(0, 600, 900, 680), (Box(4, 10, 896, 74),))


def reading(said: str, score: float, *, unsure: str = "") -> Reading:
    """Letters that are equally sure, but for one part."""
    part = range(said.index(unsure), said.index(unsure) + len(unsure))
    return Reading(tuple(Letter(letter, 10.0 * place, 0.5 if place in part else score)
                         for place, letter in enumerate(said) if letter != " "))  # fmt: skip


def test_a_line_is_read_without_the_text_that_it_lies_over(rapid: Reader) -> None:
    ((line,),) = rapid.read([over("Copyright 2013 by the people who made this")])
    assert line.text == SAID


def test_a_line_by_itself_is_read_as_ever(rapid: Reader) -> None:
    ((line,),) = rapid.read([over(None)])
    assert line.text == SAID


@pytest.mark.parametrize(
    ("new", "score", "clearer"),
    [
        ("Lleva veinte minutos.", 0.99, True),
        ("Copy Lleva veinte minutos.ll.com", 0.99, True),
        ("Lleva veinte minutos.", 0.94, False),  # no surer than what many a wrong reading is
        ("Lleva", 0.99, False),  # most of it is gone
        ("Ser veu tant menores", 0.99, False),  # other letters
        ("Copy eva ein e minu osell.com", 0.99, False),  # letters between others are gone
        ("", 0.99, False),
    ],
)
def test_what_counts_is_the_same_text_and_surely_read(new: str, score: float, clearer: bool) -> None:
    old = reading("Copy Lleva veinte minutosell.com", 0.95, unsure="sell")
    assert is_clearer(reading(new, score), old) is clearer


@pytest.mark.parametrize(
    ("old", "new", "clearer"),
    [
        ("- Ça ne m'étonne guère.", "ça ne m'étonne guère.", False),  # a small c, and no dash
        ("Si llegotarde, me voy.", "Si llego tarde, me voy.", True),
        ("- Wer ist da? ll.com", "Wer ist da?", False),
        ("Depechez-vous", "Dépêchez-vous !", True),
        ("Thank you, I mean it.com", "Thank you, I mean it", True),  # what lay there hid the mark
    ],
)
def test_marks_and_capitals_are_not_lost_where_nothing_lay_over_them(old: str, new: str, clearer: bool) -> None:
    assert is_clearer(reading(new, 0.99), reading(old, 0.95, unsure=old[-1])) is clearer


@pytest.mark.parametrize(
    ("said", "cluttered"),
    [
        ("Wo-warst-du gestern Nacht?", True),
        ("Good .evening, ladies and .gentlemen.", True),
        ("a cup_of coffee", True),
        ("Appelle-moi demain.", False),
        ("That is 12.50, or 1,000 - 1,500.", False),
        ("- Who is it? - It's only me.", False),
        ("Well... yes.", False),
    ],
)
def test_marks_where_none_is_written_may_be_a_level_line_behind_the_letters(said: str, cluttered: bool) -> None:
    assert is_cluttered(reading(said, 0.99)) is cluttered


@pytest.mark.parametrize(
    ("new", "score", "clearer"),
    [
        ("Halt! Öffne die Tür nicht!", 0.99, True),
        ("Halt! Öffne die Tür nicht!", 0.94, False),
        ("- Halt! Öffne die Tür nicht!", 0.99, False),
        ("Halt!-Öffne-die-Tür-nicht!", 0.99, False),
    ],
)
def test_a_line_is_read_without_the_marks_that_its_letters_alone_do_not_show(
    new: str, score: float, clearer: bool
) -> None:
    assert is_clearer(reading(new, score), reading("Halt!-Öffne die-Tür-nicht!", 0.98)) is clearer
