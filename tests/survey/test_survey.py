"""Whether the bands in which subtitles come and go are found on a few stills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import pytest

from subextract.bands import takes
from subextract.survey import survey
from subextract.types import Box, Frame, Image, Luma, Zone
from tests.helpers.painting import bright_lines, clouds, frame, lettered, width_of

WIDTH, HEIGHT = 640, 360
STEP = 2500  # ms between stills of a minute
SLOW = 5000  # ms between those of a longer video, in which a logo stays for over a minute
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
    pages: Sequence[Sequence[Writing]],
    size: tuple[int, int] = (WIDTH, HEIGHT),
    letters: float = 0.7,
    *,
    step: int = STEP,
) -> list[Frame]:
    """One still per page."""
    return [frame(step * number, picture(number, page, size, letters)) for number, page in enumerate(pages)]


def talk(middle: int = WIDTH // 2, foot: int = FOOT) -> list[list[Writing]]:
    """Subtitles on two stills of three, each another one."""
    texts = iter(LINES)
    return [[] if number % 3 == 2 else [(next(texts), middle, foot)] for number in range(18)]


def zones(*layers: Sequence[Sequence[Writing]], region: Box | None = None, step: int = STEP) -> tuple[Zone, ...]:
    """The zones of stills that show the texts of all layers."""
    pages = [list(chain.from_iterable(page)) for page in zip(*layers, strict=True)]
    return survey(stills(pages, step=step), bright_lines, regions=[region] if region else [])


def zone(*layers: Sequence[Sequence[Writing]], region: Box | None = None, step: int = STEP) -> Zone:
    """The only zone of such stills."""
    (found,) = zones(*layers, region=region, step=step)
    return found


def is_around(found: Zone, foot: int) -> bool:
    """Whether a zone is a band around lines that stand on one row."""
    return found.box.top < foot - 26 and foot + 10 < found.box.bottom and found.box.height < 120


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
    assert found.logos == ()


def test_lines_at_the_top_and_at_the_bottom_make_two_zones_from_top_to_bottom() -> None:
    pages = [one + other for one, other in zip(talk(foot=40), talk(), strict=True)]
    upper, lower = survey(stills(pages), bright_lines)
    assert upper.box.top == 0
    assert upper.box.bottom < 90
    assert lower.box.top > FOOT - 90
    assert lower.box.bottom == HEIGHT


def test_the_zone_knows_how_many_of_its_lines_are_words() -> None:
    words = ("Look", "at", "the", "sky", "tonight", "because", "it", "never")
    alone = [[(word, WIDTH // 2, FOOT)] for word in words]
    assert zone(alone).words == 1.0
    assert zone(talk()).words < 0.5  # "At home." is as short as one
    assert zone(alone[:2]).words < 0.5  # too few to tell


def test_two_lines_below_one_another_are_one_zone() -> None:
    found = zone(talk(foot=FOOT - 36), talk())
    assert found.box.top < FOOT - 36 - 40
    assert found.text_height == pytest.approx(26, abs=4)


def test_a_text_that_is_seen_once_makes_a_zone_of_its_own_and_leaves_the_others_as_they_are() -> None:
    upper, lower = zones(talk(), once(("Meanwhile in Rome", 150, 120)))
    assert is_around(upper, 120)
    assert (upper.box.left, upper.box.right) == (0, WIDTH)
    assert lower == zone(talk())


def test_one_line_in_a_whole_video_makes_a_zone_there() -> None:
    assert is_around(zone(once(("BAKERY", 150, 150))), 150)


def test_lines_that_begin_at_one_column_make_the_zone_that_centred_lines_make() -> None:
    pages = [[(text, 60 + width_of(text) // 2, foot) for text, _, foot in page] for page in talk()]
    assert zone(pages) == zone(talk())


def test_texts_of_one_size_whose_bands_overlap_have_one_zone() -> None:
    places = [("BAKERY", 100, 90), ("NO EXIT", 420, 140), ("Tobacco and news", 300, 210), ("HOTEL", 560, 60)]
    pages = [[places[number // 3]] if number % 3 == 0 and number < 12 else [] for number in range(18)]
    found = zone(pages)
    assert found.box.top < 60 - 26
    assert 210 < found.box.bottom < 270
    assert found.text_height == pytest.approx(26, abs=4)


def test_a_zone_takes_the_largest_text_that_is_seen_in_it() -> None:
    pages = stills(talk())
    for number, size in ((2, 1.0), (5, 1.0), (8, 1.2), (11, 1.2), (14, 1.2)):
        pages[number] = frame(
            STEP * number, picture(number, [("Now.", WIDTH // 2, 320)], (WIDTH, HEIGHT), letters=size)
        )
    (found,) = survey(pages, bright_lines)
    assert found.text_height < 34
    assert found.largest_text > 1.2 * found.text_height
    assert takes(found, Box(300, 290, 400, 290 + round(1.5 * found.largest_text)))


def test_texts_of_two_sizes_have_zones_of_their_own_that_may_overlap() -> None:
    pages = stills(talk())
    for number in (2, 8, 14):
        titled = picture(number, [("PART TWO", WIDTH // 2, 290)], (WIDTH, HEIGHT), letters=1.75)
        pages[number] = frame(STEP * number, titled)
    large, small = survey(pages, bright_lines)
    assert small == replace(zone(talk()), tallest=0.0)  # the other one is for all that is larger
    assert large.text_height > 1.6 * small.text_height
    assert large.box.top < 290 - 40
    assert large.box.bottom > small.box.top


def test_a_logo_is_no_zone_but_is_named_in_the_zone_that_it_lies_in() -> None:
    found = zone(talk(), all_over(("ARTE 7", 590, FOOT), ("LIVE", 590, 40)), step=SLOW)
    (logo,) = found.logos
    assert found.box == zone(talk()).box
    assert logo.left < 590 < logo.right
    assert logo.top < FOOT - 10 < logo.bottom


def test_a_text_that_stays_for_less_than_a_minute_is_no_logo() -> None:
    upper, lower = zones(talk(), all_over(("LIVE", 590, 40)))
    assert is_around(upper, 40)
    assert (upper.logos, lower) == ((), zone(talk()))


def test_a_line_that_is_said_again_and_again_among_others_is_no_logo() -> None:
    pages = talk()
    for number in (0, 6, 12):
        pages[number] = [("What?", WIDTH // 2, FOOT)]
    assert zone(pages, step=SLOW).logos == ()


@pytest.mark.parametrize(("middle", "logos"), [(580, 1), (WIDTH // 2, 0)], ids=["a clock aside", "lines in the middle"])
def test_texts_of_one_width_at_one_place_are_a_logo_unless_they_are_centred(middle: int, logos: int) -> None:
    letters = "".join(LINES).upper().replace("Q", "O")
    starts = [letters[8 * number :] for number in range(18)]
    pages = [[(_as_wide(text, 140), middle, FOOT)] for text in starts]
    assert len(zone(pages, step=SLOW).logos) == logos


def _as_wide(text: str, width: int) -> str:
    """The first letters of a text that are about so wide."""
    return min((text[:size] for size in range(1, len(text))), key=lambda part: abs(width_of(part) - width)).strip()


def test_a_logo_alone_leaves_the_default_band() -> None:
    assert zone(all_over(("LIVE 24", 580, 40)), step=SLOW) == zone(all_over())


NAMES = ("Anna Berg", "Carl Dahl", "Eva Frank", "Gerd Holm", "Ida Jensen", "Kai Lund", "Mia Nord", "Ole Peters")
ROLL: list[list[Writing]] = [
    [(NAMES[(line + page) % 8], WIDTH // 2, 40 + 40 * line) for line in range(8)] for page in range(8)
]


def test_pages_of_credits_do_not_make_a_zone_in_a_longer_video() -> None:
    assert zone([*talk(), *ROLL], step=SLOW) == zone(talk())


def test_a_film_that_is_all_pages_has_its_zones_on_them() -> None:
    slides = [[*page, *((name, WIDTH // 2, 60 + 40 * row) for row, name in enumerate(NAMES[:6]))] for page in talk()]
    assert zone(slides, step=SLOW).box.bottom == zone(talk()).box.bottom


def test_pages_of_a_short_video_make_a_zone_because_hardly_a_text_is_seen_twice_in_it() -> None:
    assert zone([*talk(), *ROLL]).box == Box(0, 0, WIDTH, HEIGHT)


def test_text_that_is_far_too_large_does_not_make_a_zone() -> None:
    pages = [[("THE END", 320, 330)] if number % 3 == 0 else [] for number in range(18)]
    (found,) = survey(stills(pages, letters=3.0), bright_lines)
    assert found == zone(all_over())


def test_where_nothing_is_seen_the_bottom_of_the_picture_is_the_zone() -> None:
    found = zone(all_over())
    assert (found.box.left, found.box.right, found.box.bottom) == (0, WIDTH, HEIGHT)
    assert 0.2 * HEIGHT < found.box.height < 0.4 * HEIGHT
    assert found.logos == ()


def test_no_stills_are_no_zones() -> None:
    assert survey([], bright_lines) == ()


def test_a_region_limits_the_search_and_the_zone() -> None:
    region = Box(100, 0, 540, 120)
    found = zone(talk(foot=40), talk(), region=region)
    assert found.box.intersection(region) == found.box
    assert found.box.top == 0
    assert found.box.bottom < 90


def test_each_of_several_regions_is_searched_for_itself() -> None:
    regions = [Box(0, 0, WIDTH, 120), Box(0, 200, WIDTH, HEIGHT)]
    pages = [list(chain.from_iterable(page)) for page in zip(talk(foot=40), talk(foot=160), talk(), strict=True)]
    upper, lower = survey(stills(pages), bright_lines, regions=regions)
    assert [found.box.intersection(region) for found, region in zip((upper, lower), regions, strict=True)] == [
        upper.box,
        lower.box,
    ]


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


def test_the_detector_sees_each_still_once_on_a_picture_of_a_fixed_size() -> None:
    shapes: list[tuple[int, ...]] = []

    def detect(images: Sequence[Image]) -> list[list[Box]]:
        shapes.extend(image.shape for image in images)
        return [[] for _ in images]

    survey(stills([[]] * 3, size=(1920, 1080)), detect)
    assert shapes == [(360, 640, 3)] * 3


def test_each_logo_is_told_of_as_static_text() -> None:
    told: list[str] = []
    pages = [one + other for one, other in zip(talk(), all_over(("LIVE 24", 560, FOOT)), strict=True)]
    survey(stills(pages, step=SLOW), bright_lines, leave_out=told.append)
    assert told == ["static"]
