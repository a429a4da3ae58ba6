"""Whether a line that is over moved on from its place, or was found anew there."""

from __future__ import annotations

import numpy as np
import pytest

from subextract.tracking.endings import goes_on
from subextract.tracking.lines import LineTrack, born
from subextract.tracking.strip_frames import StripFrame
from subextract.types import Box, Luma
from tests.helpers.painting import HEIGHT, clouds, lettered, width_of

FRAME, FOOT, SAID, LEFT = 80, HEIGHT - 40, "She has been waiting.", 80
BACKGROUND = clouds(1)
PLACE = Box(LEFT - 4, FOOT - 22, LEFT + width_of(SAID) + 4, FOOT + 8)
STOOD = 8  # frames


def at(right: int) -> Luma:
    return lettered(BACKGROUND, SAID, left=LEFT + right, foot=FOOT)


def frames(ways: list[int]) -> list[StripFrame]:
    noise = np.random.default_rng(3)
    strips = (np.clip(at(way) + noise.normal(0, 1.5, BACKGROUND.shape), 0, 255).astype(np.uint8) for way in ways)
    return [StripFrame(FRAME * number, FRAME * (number + 1), strip) for number, strip in enumerate(strips)]


def seen_beside(recent: list[StripFrame]) -> LineTrack:
    """A line that was seen beside its place at last."""
    line = born(PLACE, recent[:STOOD])
    assert line.wandering.find(recent[STOOD].time, line.strokes, recent[STOOD].strip) is not None
    return line


@pytest.mark.parametrize(("found", "moves_on"), [(None, True), (2, False), (40, True)])
def test_a_line_that_is_found_anew_at_its_place_has_not_moved_on(found: int | None, moves_on: bool) -> None:
    recent = frames([0] * STOOD + [1, 2, 3, 4, 5, 6])
    line = seen_beside(recent)
    if found is not None:
        line.successor = born(PLACE.moved(found, 0), recent)
    assert goes_on(line, recent) == moves_on
