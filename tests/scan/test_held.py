"""Whether a picture that stays is seen for as long as it is shown."""

from __future__ import annotations

import numpy as np

from subextract.scan.held import held
from subextract.types import Box, Frame, Image


def frame(time: int) -> Frame:
    return Frame(time, 40, np.zeros((2, 2), np.uint8), _colour)


def _colour(box: Box) -> Image:
    return np.zeros((box.height, box.width, 3), np.uint8)


def test_a_slide_is_seen_until_the_next_one() -> None:
    times = [(one.time, one.time + one.duration) for one in held(map(frame, (0, 3520, 3560)))]
    quick = [(time, time + 100) for time in range(0, 1000, 100)]
    assert times == [*quick, (1000, 2000), (2000, 3000), (3000, 3520), (3520, 3560), (3560, 3600)]


def test_a_repeat_shows_what_the_slide_shows() -> None:
    first, second = frame(0), frame(450)
    seen = list(held((first, second)))
    assert [one.luma is first.luma for one in seen] == [True, True, True, True, True, False]
    assert list(held([first])) == [first]


def test_films_are_seen_as_they_are() -> None:
    frames = [frame(time) for time in range(0, 2000, 83)]
    assert list(held(frames)) == frames
