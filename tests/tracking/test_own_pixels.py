"""Whether what was at the place of a text before it is told from the text itself, when it was fainter."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from subextract.tracking.fades import Sample
from subextract.tracking.history import was_even
from subextract.tracking.own_pixels import OwnPixels
from subextract.tracking.strokes import high_pass
from subextract.types import Box, Luma

PLACE = Box(10, 4, 290, 32)


def strip(*, bars: int = 0, letters: int = 0) -> Luma:
    """Level bars and a text over them, each so much brighter than a grey wall."""
    picture = np.full((36, 300), 60, np.uint8)
    picture[6:10, :200] += np.uint8(bars)
    picture[26:29, :200] += np.uint8(bars)
    if letters:
        cv2.putText(picture, "leave before sunrise", (14, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 60 + letters, 2)
    return picture


@pytest.mark.parametrize(
    ("past", "now", "stood"),
    [
        (strip(bars=90), strip(bars=90, letters=120), True),
        (strip(letters=70), strip(letters=120), False),
        (strip(bars=60, letters=80), strip(bars=90, letters=120), False),
        (strip(), strip(letters=120), False),
    ],
    ids=["the bars did", "the text was fainter", "all was fainter", "nothing was there"],
)
def test_a_background_that_stood_there_agrees_in_a_part_and_a_fainter_text_in_all_of_it(
    past: Luma, now: Luma, stood: bool
) -> None:
    high = high_pass(now[PLACE.top : PLACE.bottom, PLACE.left : PLACE.right])
    assert OwnPixels().stood_already(high, PLACE, past) == stood


@pytest.mark.parametrize(
    ("contrasts", "even"),
    [((34, 34.2, 34.3, 34.7, 54.8), True), ((34, 31, 36, 34.7, 54.8), False), ((34.3, 34.7, 54.8), False)],
    ids=["it stood", "it moved", "too few moments"],
)
def test_what_was_there_was_even_where_it_stood_for_some_moments(contrasts: tuple[float, ...], even: bool) -> None:
    samples = [Sample(40 * at, 40 * at + 40, 0.93, each) for at, each in enumerate(contrasts)]
    assert was_even(samples, len(samples) - 2) == even
