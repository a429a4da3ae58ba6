"""Whether text that does not stand pixel by pixel is followed: it wanders, is shaken, slides in, jumps up, or grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np
import pytest

from subextract.luma import crop
from subextract.tracking.entrances import entrance
from subextract.tracking.lines import born
from subextract.tracking.motion import drifts, jumps
from subextract.tracking.places import HOME, Way, beside, pixels, stands, step, wandered, wanders, way_of
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import high_pass, seen_on
from subextract.types import Box, Frame, Luma
from tests.helpers.painting import HEIGHT, WIDTH, bright_lines, clouds, drifting, film, lettered, time_of, width_of
from tests.tracking.test_tracking import Tracked, span

Path = Callable[[int], tuple[float, float]]

BACKGROUND = clouds(4, 400, 120)
PLACE = (100, 60)


def shifted(picture: Luma, way: tuple[float, float]) -> Luma:
    """The picture moved (right, down) by parts of pixels."""
    move = np.array([[1, 0, way[0]], [0, 1, way[1]]], np.float32)
    size = picture.shape[1], picture.shape[0]
    return np.asarray(cv2.warpAffine(picture, move, size, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)


def printed(text: str, way: tuple[float, float], picture: Luma, *, size: float = 0.7) -> Luma:
    """The picture with a centred text beside its place."""
    empty = np.zeros_like(picture)
    left = picture.shape[1] // 2 - width_of(text, size) // 2
    letters = shifted(lettered(empty, text, left=left, foot=picture.shape[0] - 30, size=size), way)
    around = cv2.dilate((letters > 60).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return np.where(around, letters, picture)


def jitter(seed: int, amount: float) -> Path:
    """A place that jumps about from frame to frame."""
    return lambda number: tuple(np.random.default_rng(1000 * seed + number).normal(0, amount, 2).clip(-3, 3))


def movie(
    *cues: tuple[str, int, int], path: Path, count: int, whole: bool = False, speed: int = 1, grain: float = 6
) -> Iterator[Frame]:
    """A film whose cues, or whose whole pictures, are moved on each frame."""
    going = drifting(clouds(2, WIDTH, HEIGHT), speed)

    def background(number: int) -> Luma:
        way, picture = path(number), going(number)
        for text, first, past in cues:
            if first <= number < past:
                picture = printed(text, (0, 0) if whole else way, picture)
        return shifted(picture, way) if whole else picture

    return film(count=count, background=background, grain=grain)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("whole", [False, True], ids=["a scanned film", "a shaken picture"])
def test_texts_that_jump_about_their_place_are_found_to_the_frame(seed: int, whole: bool) -> None:
    cues = [("Good morning, all of you.", 24, 72), ("How are you today?", 80, 130)]
    tracked = Tracked(movie(*cues, path=jitter(seed, 1.1), count=160, whole=whole))
    assert set(tracked.left_out) <= {"sign"}
    assert tracked.clips[0].start == time_of(24)
    assert tracked.clips[-1].end == time_of(130)
    covered = sum(clip.end - clip.start for clip in tracked.clips)
    assert covered == pytest.approx(time_of(72) - time_of(24) + time_of(130) - time_of(80), abs=130)


def test_the_picture_of_a_text_that_jumps_about_is_as_sharp_as_of_one_that_stands() -> None:
    def sharpness(path: Path) -> float:
        tracked = Tracked(movie(("Good morning, all of you.", 24, 100), path=path, count=130))
        clip = max(tracked.clips, key=lambda clip: clip.end - clip.start)
        return float(np.percentile(np.abs(np.diff(clip.image[:, :, 0].astype(int), axis=1)), 97))

    assert sharpness(jitter(1, 1.2)) > 0.75 * sharpness(lambda number: (0, 0))


def test_a_text_that_follows_with_the_same_letters_a_little_aside_is_another_one() -> None:
    texts = ("I said no to him.", "I said no to him")
    cues = [(texts[0], 24, 67), (texts[1], 67, 110)]
    tracked = Tracked(movie(*cues, path=lambda number: (0, 0) if number < 67 else (2, 0), count=140, grain=1.5))
    assert tracked.spans == [span(24, 67), span(67, 110)]


@pytest.mark.parametrize("speed", [0.4, 1.0, 2.0])
def test_a_text_that_goes_on_is_a_sign_however_slowly(speed: float) -> None:
    path: Path = lambda number: (speed * (number - 60), 0)  # noqa: E731
    tracked = Tracked(movie(("BAKERY", 20, 110), path=path, count=140, whole=True, grain=1.5))
    assert tracked.spans == []


def test_a_text_that_slides_up_to_its_place_begins_on_its_way() -> None:
    path: Path = lambda number: (0, max(0, 5 * (30 - number)))  # noqa: E731
    tracked = Tracked(movie(("Here it comes.", 23, 90), path=path, count=120, grain=1.5))
    ((start, end),) = tracked.spans
    assert start == pytest.approx(time_of(23), abs=90)
    assert end == time_of(90)


def test_a_text_that_jumps_up_to_its_size_begins_when_it_is_small() -> None:
    sizes = {30: 0.5, 31: 0.62, 32: 0.75}

    def background(number: int) -> Luma:
        picture = drifting(clouds(2), 1)(number)
        return (
            printed("Look out there!", (0, 0), picture, size=sizes.get(number, 0.7)) if 30 <= number < 80 else picture
        )

    tracked = Tracked(film(count=110, background=background))
    assert tracked.spans == [span(30, 80)]


def test_a_text_that_grows_while_it_stands_is_there_all_the_time() -> None:
    def background(number: int) -> Luma:
        picture = drifting(clouds(2), 1)(number)
        size = 0.7 + 0.07 * (number - 24) / 72
        return printed("Look out there, you!", (0, 0), picture, size=size) if 24 <= number < 96 else picture

    tracked = Tracked(film(count=120, background=background))
    assert tracked.clips[0].start == time_of(24)
    assert max(clip.end for clip in tracked.clips) == time_of(96)


# Literal values

TEXT = lettered(BACKGROUND, "EXIT ONLY", left=PLACE[0], foot=PLACE[1])
((BOX,),) = bright_lines([np.repeat(TEXT[:, :, None], 3, axis=2)])


@pytest.mark.parametrize("way", [(0, 0), (2, -1), (0.5, 0.5), (-3.3, 1.6)])
def test_a_text_is_found_beside_its_place_to_a_part_of_a_pixel(way: tuple[float, float]) -> None:
    strokes = seen_on(TEXT, BOX)
    there = way_of(strokes, shifted(TEXT, way))
    assert there == pytest.approx(way, abs=0.25)
    found = beside(strokes, shifted(TEXT, way))
    assert found is not None
    assert found[2].share == 1.0


@pytest.mark.parametrize("other", ["EXIT DOOR", "Nothing", "EXIT ONCE"])
def test_another_text_is_not_found_beside_it(other: str) -> None:
    assert beside(seen_on(TEXT, BOX), lettered(BACKGROUND, other, left=PLACE[0] + 2, foot=PLACE[1])) is None


def test_pixels_of_a_box_at_its_place_are_those_of_the_strip() -> None:
    assert np.array_equal(high_pass(pixels(TEXT, BOX, HOME)), high_pass(crop(TEXT, BOX)))


def ways(*places: tuple[float, float]) -> list[Way]:
    return [Way(*place) for place in places]


@pytest.mark.parametrize(
    ("places", "wandering"),
    [
        ([(0, 0), (1, -1), (-1, 0), (1, 1), (0, -1)], True),
        ([(0, 0), (1, 0), (2, 0), (3, 0), (4, 0)], False),
        ([(0, 0), (0, 1), (1, 2), (2, 2), (3, 1), (3, 0), (2, -1)], False),
        ([(2, 0), (2, 0), (2, 0), (2, 0)], False),
        ([(0, 0), (2, 0)], False),
        ([(0, 0), (20, 0), (-20, 0), (20, 0), (0, 0)], False),
    ],
    ids=["jumps", "goes on", "sways", "stands", "too little", "too far"],
)
def test_what_turns_back_again_and_again_wanders(places: Sequence[tuple[float, float]], wandering: bool) -> None:
    assert wanders(ways(*places)) is wandering


def test_what_came_on_another_way_wandered_since() -> None:
    path = ways((0, 0), (1, -1), (-1, 0), (1, 1), (0, -1), (0, 8), (0, 16), (0, 24), (0, 32))
    assert 4 <= wandered(path) <= 6
    assert step(path[:2]) == pytest.approx(2**0.5)
    assert stands(path[:1] * 3)


def frames(path: Path, count: int = 24) -> list[StripFrame]:
    strips = [shifted(TEXT, path(number)) for number in range(count)]
    return [StripFrame(42 * number, 42 * number + 42, strip) for number, strip in enumerate(strips)]


def test_jumping_is_no_drift() -> None:
    seen = frames(jitter(3, 1.3))
    ((box,),) = bright_lines([np.repeat(seen[-1].strip[:, :, None], 3, axis=2)])
    strokes = seen_on(seen[-1].strip, box)
    assert jumps(strokes, seen[::-1])
    assert not drifts(strokes, seen[::-1])


def test_a_text_that_was_there_at_once_has_no_entrance() -> None:
    seen = [
        StripFrame(one.time, one.end, BACKGROUND if one.time < 400 else TEXT) for one in frames(lambda number: (0, 0))
    ]
    assert entrance(born(BOX, seen), [], seen) is None


@pytest.mark.parametrize("box", [Box(0, 0, 400, 120), Box(390, 110, 400, 120), Box(0, 0, 3, 3)])
def test_any_box_can_be_looked_for_beside_its_place(box: Box) -> None:
    seen = frames(lambda number: (0, 0))
    beside(seen_on(TEXT, box), TEXT)
    entrance(born(box, seen), [], seen)
