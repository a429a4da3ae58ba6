"""Whether the page that Tesseract gets holds the letters and nothing else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from subextract.ocr.tesseract import binarize
from subextract.types import Box, Clip, Image
from tests.helpers.outlined import BLACK, CYAN, GREEN, GREY, WHITE, Colour, box_of, flat, painted

TEXT = "Where were you"


def wall(brightness: int) -> Image:
    """A wall that is bright on its left and dark on its right."""
    return np.tile(np.linspace(brightness, 40, 480).astype(np.uint8)[None, :, None], (60, 1, 3))


def stones() -> Image:
    """Grass with white stones beside and behind the letters."""
    image = flat(GREEN)
    for column, row in ((150, 12), (225, 52), (330, 8)):
        cv2.circle(image, (column, row), 9, WHITE, -1, cv2.LINE_AA)
    return image


@pytest.mark.parametrize(
    ("background", "fill", "outline", "guess"),
    [
        (flat(GREEN), WHITE, BLACK, binarize.Guess()),
        (wall(255), WHITE, BLACK, binarize.Guess()),
        (stones(), WHITE, BLACK, binarize.Guess()),
        (flat(GREY), CYAN, BLACK, binarize.Guess()),
        (flat(BLACK), WHITE, BLACK, binarize.Guess()),
        (flat(GREEN), BLACK, WHITE, binarize.Guess(dark=True)),
        (flat(WHITE), BLACK, WHITE, binarize.Guess(dark=True)),
    ],
    ids=["grass", "white wall", "stones", "brighter wall", "no outline", "dark letters", "paper"],
)
def test_the_page_holds_the_letters_and_nothing_else(
    background: Image, fill: Colour, outline: Colour, guess: binarize.Guess
) -> None:
    image, box = painted(background, TEXT, fill=fill, outline=outline), box_of(TEXT)
    found = binarize.page(Clip(0, 1000, image, Box(0, 0, 480, 60), (box,)), box, guess)
    pattern = painted(flat(BLACK), TEXT, fill=WHITE)
    true = binarize.page(Clip(0, 1000, pattern, Box(0, 0, 480, 60), (box,)), box, binarize.Guess())
    assert found is not None
    assert true is not None
    assert [abs(one - other) <= 6 for one, other in zip(found.shape, true.shape, strict=True)] == [True, True]
    black, expected = (cv2.resize(one, true.shape[::-1]) < 128 for one in (found, true))
    assert (black & expected).sum() > 0.8 * (black | expected).sum()


def test_a_picture_without_contrast_has_no_ink() -> None:
    assert binarize.page(Clip(0, 1000, flat(GREY), Box(0, 0, 480, 60)), Box(20, 10, 300, 50), binarize.Guess()) is None
