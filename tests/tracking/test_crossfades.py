"""Whether two texts at one place fade into one another, or the one simply follows the other."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from subextract.tracking.crossfades import parted
from subextract.tracking.fades import full_contrast
from subextract.tracking.lines import LineTrack, born
from subextract.tracking.strip_frames import StripFrame
from subextract.types import Box, Luma

FRAME = 40  # ms
BEFORE, OLD, PLACE = 10, 20, Box(40, 8, 360, 34)  # frames without a text, and with the old one


def lettered(said: str) -> Luma:
    """How much of a text each pixel of a strip shows, 0 to 255."""
    strip = np.zeros((44, 400), np.uint8)
    cv2.putText(strip, said, (44, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 2, cv2.LINE_AA)
    return strip


FIRST, SECOND = lettered("Where have you been?"), lettered("Out there, of course.")


def moments(fade: int) -> list[StripFrame]:
    """A text that is up for some time, and another one in its place: at once, or fading for some frames."""
    shares = [0.0] * OLD + [(step + 1) / (fade + 1) for step in range(fade)] + [1.0] * 12
    strips = [np.full(FIRST.shape, 60, np.uint8)] * BEFORE
    strips += [(60 + 0.7 * (FIRST * (1 - share) + SECOND * share)).astype(np.uint8) for share in shares]
    return [StripFrame(FRAME * at, FRAME * (at + 1), strip) for at, strip in enumerate(strips)]


def lines(frames: list[StripFrame]) -> tuple[LineTrack, LineTrack]:
    """Both texts, each with all moments that its tracker remembers."""
    old = born(PLACE, frames[: BEFORE + OLD])
    new = born(PLACE, frames)
    assert new.samples[0].contrast < 0.1 * full_contrast(new.samples)  # it remembers moments from before it came
    return old, new


def test_a_text_that_is_there_at_once_does_not_fade_in_whatever_was_there_long_before_it() -> None:
    frames = moments(fade=0)
    old, new = lines(frames)
    assert new.since == FRAME * (BEFORE + OLD)
    assert not parted(old, new, frames)


@pytest.mark.parametrize("fade", [5, 9])
def test_of_texts_that_fade_into_one_another_each_is_told_without_the_other(fade: int) -> None:
    frames = moments(fade)
    old, new = lines(frames)
    assert parted(old, new, frames)
    half = [sample for sample in old.samples if sample.time == FRAME * (BEFORE + OLD + fade // 2)]
    assert half[0].contrast == pytest.approx(0.5 * full_contrast(old.samples), rel=0.35)
