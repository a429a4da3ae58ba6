"""Whether the script of a line is told from its picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from subextract.ocr.script import CLASSES, MAX_SCALED_WIDTH, MODEL, NONE, SCALED_HEIGHT, ScriptTeller, levelled, scaled
from subextract.types import Image
from tests.helpers.files import FIXTURES

FIXTURE = FIXTURES / "scripts.png"


@pytest.fixture(scope="module")
def teller() -> ScriptTeller:
    return ScriptTeller(threads=1)


def line(script: str) -> Image:
    """The line of a script on the sheet, without the black beside it."""
    sheet = cv2.imread(str(FIXTURE), cv2.IMREAD_COLOR_RGB)
    assert sheet is not None
    top = SCALED_HEIGHT * CLASSES.index(script)
    row = sheet[top : top + SCALED_HEIGHT]
    return np.asarray(row[:, : np.flatnonzero(row.any(axis=(0, 2)))[-1] + 1], np.uint8)


@pytest.mark.parametrize("script", CLASSES)
def test_a_line_of_each_script_is_told(teller: ScriptTeller, script: str) -> None:
    odds = teller.odds(line(script))
    assert CLASSES[int(odds.argmax())] == script
    assert float(np.exp(odds).sum()) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("height", [18, 40, 90])
def test_the_size_of_the_picture_and_dark_letters_on_bright_background_do_not_matter(
    teller: ScriptTeller, height: int
) -> None:
    seen = line("Kore")
    sized = np.asarray(cv2.resize(seen, (seen.shape[1] * height // SCALED_HEIGHT, height)), np.uint8)
    assert CLASSES[int(teller.odds(sized).argmax())] == "Kore"
    assert CLASSES[int(teller.odds(255 - sized).argmax())] == "Kore"


def test_a_flat_picture_has_no_letters(teller: ScriptTeller) -> None:
    flat = np.full((30, 200, 3), 90, np.uint8)
    assert CLASSES[int(teller.odds(flat).argmax())] == NONE


def test_of_a_very_long_line_the_beginning_tells() -> None:
    long = np.zeros((20, 5000, 3), np.uint8)
    long[:, 300:] = 255
    assert scaled(long).shape == (SCALED_HEIGHT, MAX_SCALED_WIDTH)
    assert not scaled(long).any()
    assert levelled(scaled(long)).shape == (SCALED_HEIGHT, MAX_SCALED_WIDTH)


def test_the_network_is_small_enough_to_come_along() -> None:
    assert MODEL.stat().st_size < 1_000_000
