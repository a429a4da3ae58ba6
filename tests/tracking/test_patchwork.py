"""Whether texts that touch on one row are told apart by their look, and the words of one text are not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from subextract.tracking.looks import ink_of
from subextract.tracking.patchwork import parts_by_look
from subextract.tracking.strokes import high_pass, remember, seen_on
from subextract.types import Box, Colour, Image

WHITE, YELLOW, GREY = (245, 245, 245), (250, 210, 40), (150, 150, 150)
BACKGROUND = (90, 105, 100)
BOX = Box(10, 8, 470, 52)


def painted(*words: tuple[str, Colour, int, int]) -> Image:
    """Words in their colour, each at its column and on its row, with dark edges."""
    picture = np.full((60, 480, 3), BACKGROUND, np.uint8)
    for text, colour, left, foot in words:
        letters = np.zeros((60, 480), np.uint8)
        cv2.putText(letters, text, (left, foot), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 2)
        picture[cv2.dilate(letters, np.ones((5, 5), np.uint8)) > 100] = 10
        picture[letters > 100] = colour
    return picture


def parts(picture: Image) -> list[Box]:
    strip = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    strokes = seen_on(strip, BOX)
    ink = ink_of(strokes, BOX, picture, Box(0, 0, 480, 60))
    assert ink
    return parts_by_look(strokes, ink)


def test_a_score_beside_a_line_is_a_text_of_its_own() -> None:
    score, line = parts(painted(("SCORE 18", YELLOW, 14, 32), ("who told you so?", WHITE, 180, 44)))
    assert (score.left, line.right) == (BOX.left, BOX.right)
    assert 120 < score.right == line.left < 200


@pytest.mark.parametrize("said", ["score 18", "HARBOUR", "now run"])
def test_words_of_another_colour_on_the_level_of_a_line_belong_to_it(said: str) -> None:
    assert parts(painted((said, YELLOW, 14, 40), ("who told you so?", WHITE, 180, 40))) == [BOX]


def test_text_of_one_colour_is_whole_wherever_it_stands() -> None:
    assert parts(painted(("harbour", WHITE, 14, 32), ("who told you so?", WHITE, 180, 44))) == [BOX]


def test_a_letter_is_no_text_of_its_own() -> None:
    assert parts(painted(("A", GREY, 14, 32), ("Nobody told me anything.", WHITE, 50, 44))) == [BOX]


def test_where_nothing_is_written_nothing_is_cut() -> None:
    strokes = remember(BOX, high_pass(np.zeros((BOX.height, BOX.width), np.uint8)))
    assert ink_of(strokes, BOX, painted(), Box(0, 0, 480, 60)) is None
