"""Whether each text's stay on the screen is found to the frame, on painted films and on literal samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np
import pytest

from subextract.scan.gate import Cuts, Gate
from subextract.tracking import Sampling, track
from subextract.tracking.fades import Sample
from subextract.tracking.history import before_rises
from subextract.types import Box, Clip, Evidence, Frame, Image, Luma, Zone
from tests.helpers.painting import (
    BRIGHTEST,
    HEIGHT,
    WIDTH,
    Background,
    Words,
    bright_lines,
    clouds,
    cutting,
    drifting,
    film,
    lettered,
    slope,
    still,
    time_of,
    width_of,
)

BOTTOM = Zone(Box(0, 30, WIDTH, HEIGHT), text_height=26.0)
SECOND = 24  # frames

Detect = Callable[[Sequence[Image]], list[list[Box]]]

BACKGROUNDS = {
    "a still picture": still(clouds(1)),
    "a shaded wall": still(slope()),
    "a moving picture": drifting(clouds(2), speed=3),
    "a fine moving texture": drifting(clouds(3, coarse=4), speed=1),
}


class Tracked:
    """What came out of a film. Making it checks what every answer promises: order, and that times never lie."""

    def __init__(self, frames: Iterable[Frame], *zones: Zone, detect: Detect = bright_lines) -> None:
        self.left_out: Counter[str] = Counter()
        self.clips: list[Clip] = []
        self.known: list[int] = []
        answers = track(
            frames, zones or (BOTTOM,), detect=detect, sampling=Sampling(Gate, Cuts()), leave_out=self._leave_out
        )
        for known, clips in answers:
            before = self.known[-1] if self.known else 0
            assert known >= before
            assert [clip.start for clip in clips if clip.start < before] == []
            self.clips += clips
            self.known.append(known)
        assert [clip.start for clip in self.clips] == sorted(clip.start for clip in self.clips)
        assert self.left_out["unfollowed"] == 0
        del self.left_out["unfollowed"]  # the question alone has put it there

    def _leave_out(self, kind: str) -> None:
        self.left_out[kind] += 1

    @property
    def spans(self) -> list[tuple[int, int]]:
        return [(clip.start, clip.end) for clip in self.clips]


def span(first: int, past: int) -> tuple[int, int]:
    return time_of(first), time_of(past)


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS)
@pytest.mark.parametrize(("first", "past"), [(24, 72), (29, 66), (31, 43)])
def test_hard_cuts_are_found_to_the_frame_wherever_the_looks_fall(
    background: Background, first: int, past: int
) -> None:
    tracked = Tracked(film(Words("Good morning, all of you.", first, past), count=past + SECOND, background=background))
    assert tracked.spans == [span(first, past)]
    assert tracked.left_out == {}


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS)
@pytest.mark.parametrize("fade", [3, 6, 12])
def test_a_fade_begins_and_ends_with_the_first_and_last_frame_that_shows_any_of_it(
    background: Background, fade: int
) -> None:
    tracked = Tracked(film(Words("Good morning, all of you.", 30, 90, fade=fade), count=150, background=background))
    ((start, end),) = tracked.spans
    assert start == pytest.approx(time_of(30), abs=43)
    assert end == pytest.approx(time_of(90), abs=43)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("The cat sat by the door.", "The rat sat by the door."),
        ("The bad man came home.", "The pad man came home."),
        ("I know what he said.", "I knew what he said."),
        ("It is 8 o'clock now.", "It is 3 o'clock now."),
        ("He said it was mine.", "He said it was fine."),
    ],
)
def test_a_line_that_follows_without_a_gap_and_differs_in_one_letter_is_a_clip_of_its_own(
    text: str, other: str
) -> None:
    tracked = Tracked(film(Words(text, 24, 67), Words(other, 67, 110), count=140, background=drifting(clouds(2), 2)))
    assert tracked.spans == [span(24, 67), span(67, 110)]
    assert tracked.left_out == {}


def test_a_line_that_follows_without_a_gap_and_says_something_else_is_a_clip_of_its_own() -> None:
    words = [Words("Where have you been?", 24, 67), Words("Out in the garden.", 67, 110)]
    tracked = Tracked(film(*words, count=140, background=drifting(clouds(2), 2)))
    assert tracked.spans == [span(24, 67), span(67, 110)]


@pytest.mark.parametrize(
    ("text", "other", "left", "right"),
    [
        ("I know what he said.", "I know where she is.", 60, None),
        ("He never came back again", "He never said a word to me", 60, None),
        ("She went to the sea.", "He came from the sea.", None, 400),
    ],
)
def test_a_line_that_shares_words_with_the_one_before_is_whole(
    text: str, other: str, left: int | None, right: int | None
) -> None:
    words = [
        Words(said, first, past, left=right - width_of(said) if right else left)
        for said, first, past in ((text, 24, 67), (other, 67, 110))
    ]
    tracked = Tracked(film(*words, count=140, background=still(clouds(1))))
    assert tracked.spans == [span(24, 67), span(67, 110)]
    assert [len(clip.lines) for clip in tracked.clips] == [1, 1]


@pytest.mark.parametrize("pace", [6, 12, 26])
def test_a_line_that_is_written_word_by_word_is_one_clip_however_slowly(pace: int) -> None:
    words = ["You", "will", "see", "it", "all", "come", "back"]
    past = 24 + pace * len(words)
    parts = [
        Words(" ".join(words[: count + 1]), 24 + pace * count, 24 + pace * (count + 1), left=40)
        for count in range(len(words))
    ]
    tracked = Tracked(
        film(*parts, Words(" ".join(words), past, past + 40, left=40), count=past + 60, background=still(clouds(1)))
    )
    assert tracked.spans == [span(24, past + 40)]
    assert [clip.written for clip in tracked.clips] == [True]


def test_a_sign_is_apart_from_the_lines_that_come_beside_it() -> None:
    sign = Words("BAKERY", 24, 150, left=16)
    lines = [Words("Good morning, all.", 70, 100, left=130), Words("Where is she now?", 100, 130, left=130)]
    tracked = Tracked(film(sign, *lines, count=180, background=still(clouds(1))))
    assert tracked.spans == [span(24, 150), span(70, 100), span(100, 130)]
    bakery, *others = [clip.lines[0].moved(clip.box.left, clip.box.top) for clip in tracked.clips]
    between = (16 + width_of("BAKERY") + 130) // 2
    assert bakery.right <= between <= min(place.left for place in others)


def test_the_same_text_after_a_pause_is_another_clip() -> None:
    words = [Words("I said no.", 24, 60), Words("I said no.", 68, 100)]
    tracked = Tracked(film(*words, count=130, background=still(clouds(1))))
    assert tracked.spans == [span(24, 60), span(68, 100)]


def test_a_text_that_stands_across_a_cut_is_one_clip() -> None:
    scenes = cutting((0, clouds(1)), (50, clouds(7, coarse=5)), (80, slope()))
    tracked = Tracked(film(Words("This goes on and on.", 24, 110), count=140, background=scenes))
    assert tracked.spans == [span(24, 110)]


def test_a_lighter_frame_does_not_part_a_text() -> None:
    lighter = np.asarray(clouds(1) + 70, dtype=np.uint8)
    scenes = cutting((0, clouds(1)), (50, lighter), (51, clouds(1)))
    tracked = Tracked(film(Words("Thunder and lightning.", 24, 100), count=130, background=scenes))
    assert tracked.spans == [span(24, 100)]


def test_a_white_frame_that_hides_a_text_costs_that_frame_alone() -> None:
    white = np.full((HEIGHT, WIDTH), 255, np.uint8)
    scenes = cutting((0, clouds(1)), (50, white), (51, clouds(1)))
    parts = [Words("Thunder and lightning.", 24, 50), Words("Thunder and lightning.", 51, 100)]
    tracked = Tracked(film(*parts, count=130, background=scenes))
    assert tracked.spans in ([span(24, 100)], [span(24, 50), span(51, 100)])


def test_two_lines_that_come_and_go_together_are_one_clip_in_reading_order() -> None:
    words = [Words("what comes below.", 24, 80), Words("This stands above and says", 24, 80, row=1)]
    (clip,) = Tracked(film(*words, count=110, background=drifting(clouds(2), 2))).clips
    upper, lower = clip.lines
    assert (clip.start, clip.end) == span(24, 80)
    assert upper.bottom <= lower.top + 6
    assert upper.width > lower.width
    assert clip.image.shape == (clip.box.height, clip.box.width, 3)


def test_a_line_that_joins_another_one_later_is_a_clip_of_its_own() -> None:
    words = [Words("I was here first.", 24, 110), Words("Then I came.", 60, 110, row=1)]
    tracked = Tracked(film(*words, count=140, background=drifting(clouds(2), 2)))
    assert tracked.spans == [span(24, 110), span(60, 110)]
    assert [len(clip.lines) for clip in tracked.clips] == [1, 1]


def test_lines_of_two_zones_come_in_order_of_start() -> None:
    zones = [Zone(Box(0, 0, WIDTH, 60), 26.0), Zone(Box(0, 60, WIDTH, HEIGHT), 26.0)]
    words = [Words("Down here.", 24, 100), Words("Up there it is.", 40, 60, row=2), Words("And again.", 70, 150, row=2)]
    tracked = Tracked(film(*words, count=180, background=still(clouds(1))), *zones)
    assert tracked.spans == [span(24, 100), span(40, 60), span(70, 150)]


def test_a_text_that_moves_with_the_scene_is_left_out() -> None:
    words = Words("BAKERY AND CAKES", 20, 130, left=20, speed=2)
    tracked = Tracked(film(words, count=160, background=drifting(clouds(2), 2)))
    assert tracked.spans == []
    assert set(tracked.left_out) == {"sign"}


def test_shapes_that_move_with_the_scene_are_no_signs() -> None:
    shape = Words("O", 20, 130, left=20, speed=2)
    tracked = Tracked(film(shape, count=160, background=drifting(clouds(2), 2)))
    assert (tracked.spans, tracked.left_out) == ([], {})


def test_news_that_run_over_the_whole_width_are_left_out() -> None:
    news = "HARBOUR REOPENS +++ TRAM FARES RISE +++ PRIZE GOES TO LUND +++ COUNCIL VOTES"
    tracked = Tracked(film(Words(news, 12, 220, left=WIDTH, speed=-4), count=240, background=still(clouds(1))))
    assert tracked.spans == []
    assert set(tracked.left_out) == {"sign"}


def with_shape(place: Box, looks: set[int]) -> Detect:
    """A detector that takes a shape for a part of each line on some of its looks, by their numbers."""
    count = 0

    def detect(images: Sequence[Image]) -> list[list[Box]]:
        nonlocal count
        count += 1
        return [[box.union(place) if count in looks else box for box in found] for found in bright_lines(images)]

    return detect


@pytest.mark.parametrize("looks", [{3}, {4}, {3, 4, 5}], ids=["again", "at the next line", "from then on"])
def test_a_shape_beside_a_line_that_was_there_before_is_no_part_of_it(looks: set[int]) -> None:
    picture = clouds(1)
    picture[84:104, 360:440] = np.where(np.indices((20, 80)).sum(axis=0) // 6 % 2, BRIGHTEST, 20)
    words = [Words("Where is it?", 24, 70), Words("Here it is.", 70, 120)]
    shape = Box(332, 50, 407, 69)  # on the strip of the zone
    tracked = Tracked(film(*words, count=150, background=still(picture)), detect=with_shape(shape, looks))
    assert tracked.spans == [span(24, 70), span(70, 120)]
    assert max(clip.box.left + line.right for clip in tracked.clips for line in clip.lines) < 330


def test_a_box_that_takes_in_a_shape_above_the_line_is_as_high_as_the_line() -> None:
    def high(images: Sequence[Image]) -> list[list[Box]]:
        return [[box._replace(top=box.top - 36) for box in found] for found in bright_lines(images)]

    words = Words("Good morning to all of you.", 24, 72)
    (clip,) = Tracked(film(words, count=100, background=still(clouds(1))), detect=high).clips
    assert (clip.start, clip.end) == span(24, 72)
    assert clip.lines[0].height < 34


def test_a_text_that_stays_for_twenty_seconds_is_one_clip_among_those_that_come_meanwhile() -> None:
    words = [Words("CHANNEL 7 LIVE", 12, 12 + 20 * SECOND, row=1), Words("A line of its own.", 100, 150)]
    tracked = Tracked(film(*words, count=22 * SECOND, background=still(clouds(1))))
    assert tracked.spans == [span(12, 12 + 20 * SECOND), span(100, 150)]
    assert tracked.left_out == {}


def test_texts_are_clips_wherever_they_stand_in_the_zone_and_whatever_they_say() -> None:
    words = [Words("EXIT", 24, 80, left=20), Words("It says so up there.", 40, 90, row=1)]
    tracked = Tracked(film(*words, count=120, background=still(clouds(1))))
    assert tracked.spans == [span(24, 80), span(40, 90)]
    assert [clip.kind for clip in tracked.clips] == [None, None]


def evidence(*words: Words, count: int = 120, background: Background | None = None) -> list[Evidence]:
    """What is known of each line of a film, in order of start."""
    tracked = Tracked(film(*words, count=count, background=background or still(clouds(1))))
    return [one for clip in tracked.clips for one in clip.evidence]


def test_each_line_of_a_clip_comes_with_its_stay_and_its_box_in_the_video() -> None:
    upper, lower = evidence(Words("what comes below.", 24, 80), Words("This stands above and says", 24, 80, row=1))
    assert [(one.start, one.end) for one in (upper, lower)] == [span(24, 80)] * 2
    for one, text, foot in ((upper, "This stands above and says", 64), (lower, "what comes below.", 100)):
        assert one.box.left == pytest.approx((WIDTH - width_of(text)) / 2, abs=8)
        assert one.box.right == pytest.approx((WIDTH + width_of(text)) / 2, abs=8)
        assert foot - 26 < one.box.top < foot - 8 < one.box.bottom < foot + 14


def test_the_look_of_a_line_is_that_of_its_letters() -> None:
    (line,) = evidence(Words("Good morning, all of you.", 24, 80), background=drifting(clouds(2), 2))
    assert line.look is not None
    assert min(line.look.fill) > 200
    assert max(line.look.edge) < 60
    assert line.look.contrast > 150
    assert 12 < line.look.height < 30
    assert 1 < line.look.stroke < 6


def test_a_line_comes_and_goes_with_a_cut_or_does_not() -> None:
    dark, bright = clouds(1) // 4, clouds(7) // 3 + 90
    scenes = cutting((0, dark), (30, bright), (90, dark))
    lines = [Words("With both.", 30, 90), Words("With its end.", 50, 90, row=1)]
    found = evidence(*lines, Words("With none.", 100, 140), count=160, background=scenes)
    assert [(one.cut_in, one.cut_out) for one in found] == [(True, True), (False, True), (False, False)]


def test_a_line_was_there_on_the_first_frame_or_the_last_or_neither() -> None:
    words = [Words("From the start.", 0, 40), Words("Between.", 50, 80), Words("To the end.", 90, 200)]
    assert [(one.from_first, one.to_last) for one in evidence(*words, count=120)] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_a_line_that_takes_the_place_of_another_one_follows() -> None:
    words = [Words("Where have you been?", 24, 67), Words("Out in the garden.", 67, 100), Words("Ah.", 120, 150)]
    assert [one.follows for one in evidence(*words, count=180)] == [False, True, False]


def test_a_line_that_half_of_the_looks_miss_is_found_by_the_other_half() -> None:
    def every_second(images: Sequence[Image]) -> list[list[Box]]:
        looks.append(len(images))
        return bright_lines(images) if len(looks) % 2 else [[] for _ in images]

    looks: list[int] = []
    other = [Words(f"Number {number}", 40 + 12 * number, 48 + 12 * number, row=1) for number in range(8)]
    frames = film(Words("This stays all along.", 24, 150), *other, count=170, background=still(clouds(1)))
    tracked = Tracked(frames, detect=every_second)
    (line,) = (one for clip in tracked.clips for one in clip.evidence if one.end - one.start > 4000)
    assert 0.2 < line.found < 0.8
    (line,) = evidence(Words("This stays all along.", 24, 150), count=170)
    assert line.found == 1.0


def test_a_steady_line_agrees_with_itself_more_than_one_that_the_background_shines_through() -> None:
    def pale(number: int) -> Luma:
        background = drifting(clouds(2, coarse=4), 5)(number)
        whole = lettered(background, "Is anybody there?", left=100, foot=100)
        mixed = np.asarray(0.45 * background + 0.55 * whole, dtype=np.uint8)
        return mixed if 24 <= number < 80 else background

    (shining,) = evidence(background=pale)
    (steady,) = evidence(Words("Is anybody there?", 24, 80), background=drifting(clouds(2, coarse=4), 5))
    assert shining.steadiness < 0.98 < steady.steadiness <= 1.0


def test_a_text_that_is_up_at_the_end_ends_with_the_last_frame() -> None:
    tracked = Tracked(film(Words("To be continued", 40, 200), count=100, background=still(clouds(1))))
    assert tracked.spans == [span(40, 100)]


def test_a_text_that_is_up_from_the_start_begins_with_the_first_frame() -> None:
    tracked = Tracked(film(Words("In the beginning", 0, 50), count=90, background=still(clouds(1))))
    assert tracked.spans == [span(0, 50)]


def test_frames_of_changing_length_keep_their_own_times() -> None:
    times = [0]
    for number in range(140):
        times.append(times[-1] + (20, 33, 90, 41)[number % 4])
    words = [Words("Now slow, now quick.", 30, 61), Words("Time goes by.", 61, 102)]
    tracked = Tracked(film(*words, count=140, background=drifting(clouds(2), 1), times=times))
    assert tracked.spans == [(times[30], times[61]), (times[61], times[102])]


def shaky() -> Detect:
    """A detector whose boxes are a few pixels off, and that finds nothing every fifth time."""
    noise = np.random.default_rng(3)

    def detect(images: Sequence[Image]) -> list[list[Box]]:
        if noise.random() < 0.2:
            return [[] for _ in images]
        return [[_shaken(box, noise) for box in found] for found in bright_lines(images)]

    return detect


def _shaken(box: Box, noise: np.random.Generator) -> Box:
    return Box(*(side + int(noise.integers(-2, 3)) for side in box))


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS)
def test_boxes_that_jitter_or_are_missing_change_no_edge(background: Background) -> None:
    words = [Words("The first of two lines.", 30, 78), Words("The second of two.", 78, 120)]
    tracked = Tracked(film(*words, count=150, background=background), detect=shaky())
    assert tracked.spans == [span(30, 78), span(78, 120)]


def test_large_text_is_tracked_and_its_box_is_in_pixels_of_the_video() -> None:
    def large(number: int) -> Luma:
        picture = drifting(clouds(2, 960, 240, coarse=24), 2)(number)
        return lettered(picture, "Twice the size", left=300, foot=190, size=1.4) if 24 <= number < 72 else picture

    zone = Zone(Box(0, 60, 960, 240), text_height=52.0)
    ((ink,),) = bright_lines([np.repeat(large(30)[:, :, None], 3, axis=2)])
    (clip,) = Tracked(film(count=100, background=large), zone).clips
    (line,) = clip.lines
    line = line.moved(clip.box.left, clip.box.top)
    assert (clip.start, clip.end) == span(24, 72)
    assert line.intersection(ink).area > 0.65 * max(line.area, ink.area)


def test_the_picture_of_a_clip_shows_the_text_and_a_blurred_background() -> None:
    (clip,) = Tracked(film(Words("Read me, please.", 24, 90), count=120, background=drifting(clouds(2), 3))).clips
    ((ink,),) = bright_lines([clip.image])
    (line,) = clip.lines
    assert line.intersection(ink).area > 0.7 * max(line.area, ink.area)
    assert clip.image.shape == (clip.box.height, clip.box.width, 3)


@pytest.mark.parametrize("pace", [1, 2])
@pytest.mark.parametrize("text", ["It all began here", "Many years ago there was"])
def test_a_text_that_is_written_letter_by_letter_begins_with_its_first_letters(text: str, pace: int) -> None:
    left = WIDTH // 2 - width_of(text) // 2
    steps = [24 + pace * size for size in range(len(text) + 1)]
    parts = [Words(text[: size + 1], steps[size], steps[size + 1], left=left) for size in range(len(text))]
    whole = Words(text, steps[-1], 130, left=left)
    tracked = Tracked(film(*parts, whole, count=160, background=drifting(clouds(2), 1)))
    assert tracked.clips[0].start == pytest.approx(time_of(24), abs=2 * pace * 42)
    assert max(clip.end for clip in tracked.clips) == time_of(130)
    assert any(clip.written for clip in tracked.clips)


def test_the_time_that_is_known_stays_true_when_a_slow_fade_turns_out_to_begin_earlier() -> None:
    background = BACKGROUNDS["a fine moving texture"]
    for first in (23, 47):
        Tracked(film(Words("Good morning, all.", first, first + 90, fade=12), count=first + 110, background=background))


def test_a_long_film_is_answered_all_along() -> None:
    words = [Words(f"This is line {number}.", 48 * number, 48 * number + 40) for number in range(1, 7)]
    tracked = Tracked(film(*words, count=8 * 48, background=drifting(clouds(2), 1)))
    assert tracked.spans == [span(48 * number, 48 * number + 40) for number in range(1, 7)]
    assert max(later - earlier for earlier, later in pairwise(tracked.known)) < 5000


@pytest.mark.parametrize(
    ("contrasts", "before"),
    [
        ((0, 0.4, 31.6, 31.4, 30.5, 31.5, 52.2), 1),
        ((0, 0.4, 0.2, 0.1, 0, 0.3, 52.2), 5),
        ((0, 12, 24, 36, 48, 50, 52), 0),
        ((34, 34.2, 34.3, 34.7, 38.7, 46.7, 54.8), 3),
    ],
    ids=["learned over a background that moves", "found on its first frame", "faded in", "still fading in"],
)
def test_a_text_came_after_the_last_moment_without_it_though_the_one_it_was_learned_from_shows_more(
    contrasts: tuple[float, ...], before: int
) -> None:
    shown = [Sample(40 * at, 40 * at + 40, 0.9 * (each > 20), each) for at, each in enumerate(contrasts)]
    assert next(before_rises([*shown[:-1], shown[-1]._replace(share=1.0)])) == before


def test_nothing_to_see_is_no_clip() -> None:
    tracked = Tracked(film(count=60, background=drifting(clouds(2), 3)))
    assert (tracked.spans, tracked.left_out) == ([], {})


def generous(images: Sequence[Image]) -> list[list[Box]]:
    """A detector whose boxes reach into the rows above and below, as boxes of small text do."""
    return [
        [line.padded(0, line.height // 2, image.shape[1], image.shape[0]) for line in lines]
        for image, lines in zip(images, bright_lines(images), strict=True)
    ]


def typed(text: str, first: int, past: int, row: int = 0) -> list[Words]:
    """A text that is written at a letter a frame."""
    steps = [first + size for size in range(len(text))] + [past]
    return [Words(text[: size + 1], steps[size], steps[size + 1], row, left=40) for size in range(len(text))]


def shows(clip: Clip, text: str) -> bool:
    """Whether a clip has all of a text that was typed."""
    (line,) = clip.lines
    left, right = (clip.box.left + edge for edge in (line.left, line.right))
    return left <= 46 and right >= 40 + width_of(text) - 6


def test_a_second_row_that_is_typed_below_the_first_is_no_layer_over_it() -> None:
    upper, lower = "How much did they want", "More than it is worth"
    words = [*typed(upper, 24, 130, row=1), *typed(lower, 24 + len(upper), 130)]
    tracked = Tracked(film(*words, count=150, background=still(clouds(1)), grain=0.0), detect=generous)
    whole = [clip for clip in tracked.clips if clip.end == time_of(130)]
    assert [clip.start for clip in whole] == pytest.approx([time_of(24), time_of(24 + len(upper))], abs=90)
    assert all(shows(clip, text) for clip, text in zip(whole, (upper, lower), strict=True))


@pytest.mark.parametrize("pause", [8, 12])
def test_what_is_typed_behind_a_capital_belongs_to_it(pause: int) -> None:
    text = "The name of some rose"
    words = [Words("Wait until it rains", 0, 48, left=40), Words(text[0], 48, 48 + pause, left=40)]
    rest = typed(text, 48 + pause - 1, 130)[1:]
    tracked = Tracked(film(*words, *rest, count=150, background=still(clouds(1)), grain=0.0), detect=generous)
    (clip,) = [clip for clip in tracked.clips if clip.end == time_of(130)]
    assert shows(clip, text)
