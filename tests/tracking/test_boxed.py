"""Whether what sticks out from under a box is cut off, and a line over a plain wall stays whole."""

from __future__ import annotations

import numpy as np
import pytest

from subextract.tracking.boxed import boxed_part
from subextract.tracking.looks import ink_of
from subextract.tracking.strokes import seen_on
from subextract.types import Box, Luma
from tests.helpers.painting import HEIGHT, WIDTH, clouds, lettered

BACKGROUND = np.asarray(clouds(3, coarse=4) + 60, dtype=np.uint8)
FOOT = 70
LINE = Box(26, FOOT - 22, 454, FOOT + 8)
UNDER = "l    l    l    l    l    l    l"
ROOM = 12  # rows above and below the line that a picture of it shows
INSIDE = (110, 360)  # the columns of the box


def part_of(picture: Luma) -> Box | None:
    strokes, image = seen_on(picture, LINE), np.repeat(picture[:, :, None], 3, axis=2)
    around = LINE.padded(20, ROOM, WIDTH, HEIGHT)
    shown = image[around.top : around.bottom, around.left : around.right]
    ink = ink_of(strokes, LINE, shown, around)
    assert ink is not None
    return boxed_part(strokes, ink, shown, around, LINE)


def filled(picture: Luma, top: int, bottom: int) -> Luma:
    plain = picture.copy()
    plain[top:bottom, INSIDE[0] : INSIDE[1]] = 0
    return plain


def test_a_text_in_a_box_is_cut_from_the_line_under_it() -> None:
    under = lettered(BACKGROUND, UNDER, left=30, foot=FOOT, size=0.95)
    over = lettered(filled(under, FOOT - 24, FOOT + 10), "He went home.", left=150, foot=FOOT - 2, size=0.7)
    part = part_of(over)
    assert part is not None
    assert [part.left, part.right] == pytest.approx(INSIDE, abs=12)


def test_a_line_over_a_wall_is_whole() -> None:
    wall = lettered(filled(BACKGROUND, 0, HEIGHT), UNDER, left=30, foot=FOOT, size=0.95)
    assert part_of(wall) is None


def test_a_line_over_no_box_is_whole() -> None:
    assert part_of(lettered(BACKGROUND, UNDER, left=30, foot=FOOT, size=0.95)) is None


def test_a_box_as_wide_as_its_text_has_nothing_beside_it() -> None:
    box = BACKGROUND.copy()
    box[FOOT - 24 : FOOT + 10, 10:470] = 0
    assert part_of(lettered(box, UNDER, left=30, foot=FOOT, size=0.95)) is None
