"""Whether the look of painted letters is measured as they were painted: colours, height, strokes, what lies around."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from subextract.luma import downscale
from subextract.tracking.looks import ink_of, look_of
from subextract.tracking.strokes import remember, seen_on
from subextract.types import Box, Colour, Image, Look, Luma

FONT = cv2.FONT_HERSHEY_DUPLEX
TEXT, FEET, LEFT = "HAVE THEM HERE", 62, 40  # capitals without a bow: their height is that of the ink
SCALE = 0.5  # of the strip to the video
BESIDE = 6  # px above and below the ink, at most, that count as its height: the outline, or the shade beside strokes
BOX = Box(30, 24, 400, 74)

WHITE, BLACK, YELLOW, BLUE = (250, 250, 250), (10, 10, 10), (250, 220, 30), (30, 50, 150)
GRASS, SAND = (60, 110, 50), (190, 180, 160)


def letters(fatter: int = 0, size: float = 1.2) -> Luma:
    """How much of each pixel is ink, from 0 to 255; strokes are so many px wider than usual."""
    canvas = np.zeros((100, 440), np.uint8)
    cv2.putText(canvas, TEXT, (LEFT, FEET), FONT, size, 255, 2, cv2.LINE_AA)
    return np.asarray(cv2.dilate(canvas, np.ones((1 + fatter, 1 + fatter), np.uint8)), dtype=np.uint8)


def rows_of(ink: Luma) -> int:
    """How many rows the ink has from its first to its last."""
    rows = np.flatnonzero((ink > 128).any(axis=1))
    return int(rows[-1] - rows[0] + 1)


def background(colour: Colour, unrest: int = 0) -> Image:
    """A plain background, or one of soft patches that are so much darker and brighter."""
    noise = np.random.default_rng(2).uniform(-unrest, unrest, (10, 44)).astype(np.float32)
    soft = cv2.resize(noise, (440, 100), interpolation=cv2.INTER_CUBIC)[..., None]
    return np.asarray(np.clip(np.full((100, 440, 3), colour, np.float32) + soft, 0, 255), dtype=np.uint8)


def painted(picture: Image, fill: Colour, outline: Colour | None = None, ink: Luma | None = None) -> Image:
    """The picture with the text, in an outline of 3 px if it has one."""
    ink = letters() if ink is None else ink
    around = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7)))
    image = picture.astype(np.float32)
    for colour, mask in ([(outline, around)] if outline else []) + [(fill, ink)]:
        share = (mask[..., None] / 255).astype(np.float32)
        image += (np.array(colour, np.float32) - image) * share
    return image.round().astype(np.uint8)


def measured(picture: Image) -> Look | None:
    """The look of the text as it is found on a strip that shows the picture smaller."""
    luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    strip = np.ascontiguousarray(downscale(luma, SCALE))
    strokes = seen_on(strip, BOX.scaled(SCALE, SCALE))
    around = Box(10, 4, 430, 94)
    ink = ink_of(strokes, BOX, picture[around.top : around.bottom, around.left : around.right], around)
    return look_of(ink) if ink else None


def look(picture: Image) -> Look:
    found = measured(picture)
    assert found
    return found


def near(one: Colour, other: Colour, slack: int = 30) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= slack


@pytest.mark.parametrize(
    ("picture", "fill", "edge"),
    [
        (painted(background(GRASS), WHITE, BLACK), WHITE, BLACK),
        (painted(background(SAND, 40), WHITE, BLACK), WHITE, BLACK),
        (painted(background(SAND, 40), YELLOW, BLACK), YELLOW, BLACK),
        (painted(background(GRASS), WHITE), WHITE, GRASS),
        (painted(background(BLUE), WHITE), WHITE, BLUE),
        (painted(background(SAND), BLACK), BLACK, SAND),
        (painted(background(GRASS), BLACK, WHITE), BLACK, WHITE),
    ],
    ids=[
        *("white in black", "on an unquiet background", "yellow in black", "white without outline", "on a blue bar"),
        *("dark on light", "dark in white"),
    ],
)
def test_the_colours_are_those_of_the_letters_and_of_what_lies_right_around_them(
    picture: Image, fill: Colour, edge: Colour
) -> None:
    found = look(picture)
    assert near(found.fill, fill)
    assert near(found.edge, edge)
    assert (found.contrast > 0) == (sum(fill) > sum(edge))


def test_contrast_is_the_difference_in_brightness() -> None:
    assert look(painted(background(GRASS), WHITE, BLACK)).contrast == pytest.approx(240, abs=30)
    assert look(painted(background(SAND), BLACK)).contrast == pytest.approx(-171, abs=30)


@pytest.mark.parametrize("outline", [BLACK, None])
def test_the_height_is_that_of_the_ink(outline: Colour | None) -> None:
    low, high = (letters(size=size) for size in (0.8, 1.2))
    found = [look(painted(background(GRASS), WHITE, outline, ink)).height for ink in (low, high)]
    assert found[1] - found[0] == pytest.approx(rows_of(high) - rows_of(low), abs=3)
    assert rows_of(high) <= found[1] <= rows_of(high) + 2 * BESIDE


def test_fatter_letters_have_wider_strokes() -> None:
    usual, fat, fatter = (look(painted(background(GRASS), WHITE, BLACK, letters(more))).stroke for more in (0, 2, 4))
    assert usual + 0.3 < fat < fatter - 0.3
    assert usual == pytest.approx(4, abs=1)


def test_an_outline_is_even_where_the_background_around_letters_without_one_is_not() -> None:
    lined, bare = (look(painted(background(GRASS, 50), WHITE, outline)) for outline in (BLACK, None))
    assert lined.edge_spread < 20 < bare.edge_spread
    assert max(lined.fill_spread, bare.fill_spread) < 40


def test_beyond_the_edge_a_bar_is_plain_and_a_picture_is_not() -> None:
    bar, picture = (look(painted(background(BLUE, unrest), WHITE)) for unrest in (0, 50))
    assert bar.background_spread < 4
    assert picture.background_spread > 15


def test_where_nothing_is_written_there_is_no_look() -> None:
    assert measured(background(GRASS)) is None


@pytest.mark.parametrize("around", [Box(900, 900, 990, 940), Box(0, 0, 31, 90)], ids=["elsewhere", "one column"])
def test_a_picture_that_does_not_show_the_line_has_no_look(around: Box) -> None:
    picture = painted(background(GRASS), WHITE, BLACK)
    luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    strokes = seen_on(luma, BOX)
    assert ink_of(strokes, BOX, np.zeros((around.height, around.width, 3), np.uint8), around) is None


def test_a_picture_that_shows_a_part_of_the_line_has_the_look_of_that_part() -> None:
    picture = painted(background(GRASS), WHITE, BLACK)
    luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    ink = ink_of(seen_on(luma, BOX), BOX, picture[:, :200], Box(0, 0, 200, 100))
    assert ink is not None
    found = look_of(ink)
    assert found
    assert near(found.fill, WHITE)


def test_a_dash_says_too_little_about_its_colours() -> None:
    box, pattern = Box(0, 0, 60, 20), np.zeros((20, 60), np.float32)
    pattern[10, 20:28], pattern[11, 20:28] = 90, -90
    assert ink_of(remember(box, pattern), box, np.zeros((20, 60, 3), np.uint8), box) is None
