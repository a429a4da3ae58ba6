"""Whether the ink of a line is told from its background, and set upright."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from subextract.ocr.rapid.binarize import separated, spans, upright
from tests.helpers.lettering import HEIGHT, LOOKS, every_look, painted


@every_look
def test_ink_is_what_was_painted(look: str) -> None:
    line = painted("Where were you, Harlow?")
    image = LOOKS[look](line.ink)
    ink = separated(image, line.letters)
    assert ink is not None
    truth = np.zeros(ink.shape, np.bool_)
    truth[:, : line.ink.shape[1]] = line.ink > 127
    assert (ink & truth).sum() > 0.8 * (ink | truth).sum()


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_picture_has_no_ink(level: int) -> None:
    flat = np.full((HEIGHT, 200, 3), level, np.uint8)
    assert separated(flat, painted("Yes").letters) is None
    assert separated(flat, ()) is None


def test_italics_are_set_upright() -> None:
    line = painted("Illinois, Hitler")
    lean = np.array([[1, -0.25, 0.25 * HEIGHT / 2], [0, 1, 0]], np.float32)
    leaning = cv2.warpAffine(line.ink, lean, line.ink.shape[::-1]) > 127
    straight, leant, righted = (
        [one.width for one in spans(mask)] for mask in (line.ink > 127, leaning, upright(leaning))
    )
    assert max(abs(one - other) for one, other in zip(straight, leant, strict=True)) >= 5
    assert max(abs(one - other) for one, other in zip(straight, righted, strict=True)) <= 2
