"""Whether a text that jumps up to its size begins with its first size, among others that come at the pace of speech."""

from __future__ import annotations

import pytest

from subextract.tracking.entrances import entrance
from subextract.tracking.lines import LineTrack, born
from subextract.tracking.strip_frames import StripFrame
from subextract.types import Box, Luma
from tests.helpers.painting import HEIGHT, STROKE, WIDTH, clouds, lettered, width_of

FRAME, FOOT, SAID = 40, HEIGHT - 40, "BEEN WAITING"
SIZES = (0.7, 0.85, 1.08)  # of its own, on the frames before it stands
CAME, STANDS = 8, 8 + len(SIZES)  # frames
BACKGROUND = clouds(1)


def moments() -> list[StripFrame]:
    """A text that comes in three sizes and stands then."""
    sizes = [0.0] * CAME + list(SIZES) + [1.0] * 5
    return [StripFrame(FRAME * at, FRAME * at + FRAME, _shown(size)) for at, size in enumerate(sizes)]


def _shown(size: float) -> Luma:
    if not size:
        return BACKGROUND
    return lettered(BACKGROUND, SAID, left=_place(size).left + 4, foot=FOOT, size=size * STROKE)


def _place(size: float) -> Box:
    half, high = width_of(SAID, size * STROKE) // 2, round(22 * size)
    return Box(WIDTH // 2 - half - 4, FOOT - high, WIDTH // 2 + half + 4, FOOT + 6)


def seen(frames: list[StripFrame], size: float, last: int) -> LineTrack:
    return born(_place(size), frames[: last + 1], after=FRAME * (last - 1))


@pytest.mark.parametrize("sizes_seen", [0, 2, 3])
def test_a_text_that_is_another_one_on_each_frame_of_its_way_begins_with_the_first(sizes_seen: int) -> None:
    frames = moments()
    line = born(_place(1.0), frames)
    known = [seen(frames, size, CAME + at) for at, size in enumerate(SIZES[:sizes_seen])]
    assert line.since >= FRAME * (STANDS - 1)
    assert entrance(line, known, frames, words=known) == FRAME * CAME


def test_a_word_that_stood_on_two_frames_before_is_none_of_it() -> None:
    frames = moments()
    line, word = born(_place(1.0), frames), seen(frames, SIZES[1], CAME + 1)
    word.samples = [word.samples[0]._replace(time=FRAME * CAME), *word.samples]
    word.since, word.seen = FRAME * CAME, 1
    began = entrance(line, [word], frames, words=[word])
    assert began is None or began > FRAME * (CAME + 1)
