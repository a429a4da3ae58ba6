"""Whether the bands in which subtitles come and go are found on a few stills."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import pytest

from subextract.survey import survey
from subextract.types import Box, Frame, Image, Luma, Zone
from tests.painting import bright_lines, clouds, frame, lettered, width_of

WIDTH, HEIGHT = 640, 360
STEP = 2500  # ms between stills
FOOT = 340  # the row on which the lowest line stands

LINES = (
    *("Where were you?", "At home.", "I do not believe that.", "Ask her then.", "She has gone.", "So I heard."),
    *("Who told you so?", "Nobody.", "People talk too much.", "They always do.", "Shall we go?", "Not without her."),
)

Writing = tuple[str, int, int]
"""A text, the column of its middle, and the row on which it stands."""


def picture(number: int, page: Sequence[Writing], size: tuple[int, int], letters: float) -> Luma:
    """A scene of its own for each number, with texts."""
    painted = clouds(number, *size, coarse=40)
    for text, middle, foot in page:
        painted = lettered(painted, text, left=middle - width_of(text, letters) // 2, foot=foot, size=letters)
    return painted


def stills(
    pages: Sequence[Sequence[Writing]], size: tuple[int, int] = (WIDTH, HEIGHT), letters: float = 0.7
) -> list[Frame]:
    """One still per page."""
    return [frame(STEP * number, picture(number, page, size, letters)) for number, page in enumerate(pages)]


def talk(middle: int = WIDTH // 2, foot: int = FOOT) -> list[list[Writing]]:
    """Subtitles on two stills of three, each another one."""
    texts = iter(LINES)
    return [[] if number % 3 == 2 else [(next(texts), middle, foot)] for number in range(18)]


def zone(*layers: Sequence[Sequence[Writing]], region: Box | None = None) -> Zone:
    """The only zone of stills that show the texts of all layers."""
    pages = [list(chain.from_iterable(page)) for page in zip(*layers, strict=True)]
    (found,) = survey(stills(pages), bright_lines, region=region)
    return found


def all_over(*writings: Writing) -> list[list[Writing]]:
    """The same texts on every still."""
    return [list(writings)] * 18


def once(*writings: Writing) -> list[list[Writing]]:
    """Texts on one still."""
    return [list(writings) if number == 7 else [] for number in range(18)]


def test_lines_that_come_and_go_at_the_bottom_make_a_zone_there() -> None:
    found = zone(talk())
    assert (found.box.left, found.box.right, found.box.bottom) == (0, WIDTH, HEIGHT)
    assert FOOT - 90 < found.box.top < FOOT - 30
    assert found.text_height == pytest.approx(26, abs=4)
    assert found.centre == pytest.approx(WIDTH / 2, abs=3)
    assert found.logos == ()


def test_lines_at_the_top_and_at_the_bottom_make_two_zones_from_top_to_bottom() -> None:
    pages = [one + other for one, other in zip(talk(foot=40), talk(), strict=True)]
    upper, lower = survey(stills(pages), bright_lines)
    assert upper.box.top == 0
    assert upper.box.bottom < 90
    assert lower.box.top > FOOT - 90
    assert lower.box.bottom == HEIGHT


def test_two_lines_below_one_another_are_one_zone() -> None:
    found = zone(talk(foot=FOOT - 36), talk())
    assert found.box.top < FOOT - 36 - 40
    assert found.text_height == pytest.approx(26, abs=4)


def test_a_line_at_the_top_that_is_seen_once_does_not_widen_the_zone_at_the_bottom() -> None:
    assert zone(talk(), once(("Meanwhile in Rome", 150, 120))) == zone(talk())


def test_lines_that_begin_at_one_column_make_a_zone_without_a_centre() -> None:
    pages = [[(text, 60 + width_of(text) // 2, foot) for text, _, foot in page] for page in talk()]
    found = zone(pages)
    assert found.centre is None
    assert found.box.top > FOOT - 90


def test_a_centre_is_not_known_from_two_stills() -> None:
    pages = [*[[] for _ in range(8)], [(LINES[0], 320, FOOT)], [(LINES[1], 320, FOOT)]]
    (found,) = survey(stills(pages), bright_lines)
    assert found.centre is None
    assert found.box.top > FOOT - 90


def test_a_logo_is_no_zone_but_is_named_in_the_zone_that_it_lies_in() -> None:
    found = zone(talk(), all_over(("ARTE 7", 590, FOOT), ("LIVE", 590, 40)))
    (logo,) = found.logos
    assert found.box.top > FOOT - 90
    assert found.centre == pytest.approx(WIDTH / 2, abs=3)
    assert logo.left < 590 < logo.right
    assert logo.top < FOOT - 10 < logo.bottom


def test_a_line_that_is_said_again_and_again_among_others_is_no_logo() -> None:
    pages = talk()
    for number in (0, 6, 12):
        pages[number] = [("What?", WIDTH // 2, FOOT)]
    assert zone(pages).logos == ()


def test_a_logo_alone_leaves_the_default_band() -> None:
    found = zone(all_over(("LIVE 24", 580, 40)))
    assert found == zone(all_over())


def test_a_sign_of_the_scene_is_no_zone() -> None:
    assert zone(once(("BAKERY", 150, 150))) == zone(all_over())


def test_signs_here_and_there_are_no_zone() -> None:
    places = [("BAKERY", 100, 90), ("NO EXIT", 420, 140), ("Tobacco and news", 300, 210), ("HOTEL", 560, 60)]
    pages = [[places[number // 3]] if number % 3 == 0 and number < 12 else [] for number in range(18)]
    assert zone(pages) == zone(all_over())


def test_pages_of_credits_do_not_make_a_zone() -> None:
    names = ("Anna Berg", "Carl Dahl", "Eva Frank", "Gerd Holm", "Ida Jensen", "Kai Lund", "Mia Nord", "Ole Peters")
    roll = [[(names[(line + page) % 8], 320, 40 + 40 * line) for line in range(8)] for page in range(8)]
    pages = [*talk(), *roll]
    (found,) = survey(stills(pages), bright_lines)
    assert found == zone(talk())


def test_text_that_is_far_too_large_does_not_make_a_zone() -> None:
    pages = [[("THE END", 320, 330)] if number % 3 == 0 else [] for number in range(18)]
    (found,) = survey(stills(pages, letters=3.0), bright_lines)
    assert found == zone(all_over())


def test_where_nothing_is_seen_the_bottom_of_the_picture_is_the_zone() -> None:
    found = zone(all_over())
    assert (found.box.left, found.box.right, found.box.bottom) == (0, WIDTH, HEIGHT)
    assert 0.2 * HEIGHT < found.box.height < 0.4 * HEIGHT
    assert (found.centre, found.logos) == (None, ())


def test_no_stills_are_no_zones() -> None:
    assert survey([], bright_lines) == ()


def test_a_region_limits_the_search_and_the_zone() -> None:
    region = Box(100, 0, 540, 120)
    found = zone(talk(foot=40), talk(), region=region)
    assert found.box.intersection(region) == found.box
    assert found.centre == pytest.approx(WIDTH / 2, abs=3)
    assert found.box.top == 0
    assert found.box.bottom < 90


def test_a_region_in_which_nothing_is_seen_is_searched_nevertheless() -> None:
    region = Box(0, 0, WIDTH, 200)
    found = zone(talk(), region=region)
    assert found.box.intersection(region) == found.box
    assert found.box.height > 40


@pytest.mark.parametrize("size", [(641, 361), (1279, 717), (427, 239)])
def test_pictures_of_odd_sizes_have_their_zone_in_their_own_pixels(size: tuple[int, int]) -> None:
    width, height = size
    scale = width / WIDTH
    pages = [[(text, width // 2, round(FOOT * scale)) for text, _, _ in page] for page in talk()]
    (found,) = survey(stills(pages, size=size, letters=0.7 * scale), bright_lines)
    assert (found.box.left, found.box.right, found.box.bottom) == (0, width, height)
    assert found.box.top == pytest.approx((FOOT - 60) * scale, abs=30 * scale)
    assert found.centre == pytest.approx(width / 2, abs=3 * scale)


def test_the_detector_sees_each_still_once_on_a_picture_of_a_fixed_size() -> None:
    shapes: list[tuple[int, ...]] = []

    def detect(images: Sequence[Image]) -> list[list[Box]]:
        shapes.extend(image.shape for image in images)
        return [[] for _ in images]

    survey(stills([[]] * 3, size=(1920, 1080)), detect)
    assert shapes == [(360, 640, 3)] * 3


def test_titles_on_a_plain_ground_are_no_zone() -> None:
    black = [(number, text) for number, text in ((4, "PART TWO"), (10, "PART THREE"))]
    pages = stills(talk())
    for number, text in black:
        plain = np.full((HEIGHT, WIDTH), 12, np.uint8)
        painted = lettered(plain, text, left=WIDTH // 2 - width_of(text) // 2, foot=180)
        pages.insert(number, frame(STEP * number + 1000, painted))
    (found,) = survey(pages, bright_lines)
    assert found == zone(talk())


def test_each_logo_is_told_of_as_static_text() -> None:
    told: list[str] = []
    pages = [one + other for one, other in zip(talk(), all_over(("LIVE 24", 560, FOOT)), strict=True)]
    survey(stills(pages), bright_lines, leave_out=told.append)
    assert told == ["static"]
