"""Whether lines in italics are told from upright ones by the direction of their strokes."""

from __future__ import annotations

import numpy as np
import pytest

from subextract.subtitles.bitmap.italics import slant
from subextract.types import Luma
from tests.helpers.muxing import lettered

TEXTS = ("The harbour lights", "go out at nine.", "WILL YOU WAIT?", "never in 1987, he said")


def inked(text: str, lean: float) -> Luma:
    """Dark letters on white that lean by so many columns to the right per row."""
    ink = 255 - lettered(text)[..., 0]
    height, width = ink.shape
    sheared = np.full((height, width + height), 255, np.uint8)
    for row in range(height):
        right = height // 2 + round(lean * (height // 2 - row))
        sheared[row, right : right + width] = ink[row]
    return sheared


@pytest.mark.parametrize("text", TEXTS)
def test_letters_that_lean_to_the_right_are_told_from_others(text: str) -> None:
    assert [slant(inked(text, lean)) > 0 for lean in (-0.2, 0.0, 0.04, 0.14, 0.2, 0.27)] == [False] * 3 + [True] * 3


def test_a_picture_without_ink_does_not_lean() -> None:
    assert slant(np.full((10, 20), 255, np.uint8)) == 0
