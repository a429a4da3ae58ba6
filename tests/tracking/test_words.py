"""Whether words that come at the pace of speech are found one by one, and ordinary subtitles cost no more for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pytest

from subextract.boxes import same_row
from subextract.scan.gate import Cuts, Gate
from subextract.tracking import Sampling, track
from subextract.tracking.fades import Sample, full_contrast
from subextract.tracking.lines import born
from subextract.tracking.pace import MAX_LOOKS, SPOKEN_TEXTS, Pace, median_strip, was_clear, without_old
from subextract.tracking.strip_frames import StripFrame
from subextract.types import Box, Clip, Detect, Frame, Image, Zone
from tests.helpers.painting import (
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
    still,
    time_of,
)

BOTTOM = Zone(Box(0, 30, WIDTH, HEIGHT), text_height=26.0, words=1.0)  # the survey saw words there
PLACE = Box(200, 40, 280, 66)
HEARD = ("Look", "at", "the", "sky", "tonight", "because", "it", "never", "looked", "so", "clear", "before")


def spoken(lengths: Sequence[int], *, gap: int = 0, first: int = 24) -> list[Words]:
    """Words one after the other, each on so many frames, with so many empty ones between them."""
    words, number = [], first
    for text, length in zip(HEARD, lengths, strict=False):
        words.append(Words(text, number, number + length))
        number += length + gap
    return words


def tracked(*words: Words, background: Background, count: int = 150) -> tuple[list[Clip], int]:
    """The clips of a film, and how many looks were taken at it."""
    looks = 0

    def detect(images: Sequence[Image]) -> list[list[Box]]:
        nonlocal looks
        looks += len(images)
        return bright_lines(images)

    clips = _clips(film(*words, count=count, background=background), detect)
    return clips, looks


def _clips(frames: Iterable[Frame], detect: Detect) -> list[Clip]:
    answers = track(frames, (BOTTOM,), detect=detect, sampling=Sampling(Gate, Cuts()))
    return [clip for _, clips in answers for clip in clips]


def spans(words: Sequence[Words]) -> list[tuple[int, int]]:
    return [(time_of(word.first), time_of(word.past)) for word in words]


def found(clips: Sequence[Clip]) -> list[tuple[int, int]]:
    return [(clip.start, clip.end) for clip in clips]


@pytest.mark.parametrize("gap", [0, 1, 2, 5])
@pytest.mark.parametrize("background", [still(clouds(1)), drifting(clouds(2), speed=3)], ids=["still", "moving"])
def test_words_of_a_few_frames_are_clips_to_the_frame(gap: int, background: Background) -> None:
    words = spoken([4, 3, 5, 6, 8, 7, 3, 5, 6, 3, 5, 6], gap=gap)
    assert found(tracked(*words, background=background)[0]) == spans(words)


@pytest.mark.xfail(reason="known weakness: such words are at times taken for one, see docs/log.md", strict=True)
def test_words_of_two_frames_are_found_among_others() -> None:
    words = spoken([6, 2, 6, 2, 8, 6, 2, 6, 6, 2, 6], gap=1)
    clips, _ = tracked(*words, background=still(clouds(1)))
    assert found(clips) == spans(words)
    assert all(clip.evidence[0].brief for clip in clips)


@pytest.mark.xfail(reason="known weakness: such words are at times taken for one, see docs/log.md", strict=True)
def test_a_word_with_letters_of_the_one_before_it_did_not_come_out_of_that_one() -> None:
    words = [*spoken([5, 5, 5, 5]), Words("DON'T", 44, 49), Words("DO", 49, 52), Words("DONE", 52, 58)]
    clips, _ = tracked(*words, background=still(clouds(1)))
    assert found(clips) == spans(words)


def test_a_subtitle_that_stays_is_not_called_brief() -> None:
    words = [Words("Where have you been all day?", 24, 70), Words("Out in the garden.", 72, 110)]
    clips, _ = tracked(*words, background=still(clouds(1)))
    assert [clip.evidence[0].brief for clip in clips] == [False, False]


def test_ordinary_subtitles_cost_no_more_than_a_few_looks() -> None:
    words = [Words(f"This is line number {number}.", 24 + 60 * number, 78 + 60 * number) for number in range(12)]
    fast = tracked(*words, background=drifting(clouds(2), speed=3), count=800)[1]
    assert fast <= 4 * len(words) + MAX_LOOKS


@pytest.mark.parametrize(("empty", "fresh"), [(2, True), (1, False)])
def test_a_word_is_fresh_where_its_place_was_clear_on_two_frames(empty: int, fresh: bool) -> None:
    words = [*spoken([5, 5, 5]), Words("Go!", 41, 47), Words("Go!", 47 + empty, 54)]
    clips, _ = tracked(*words, background=still(clouds(1)), count=80)
    assert clips[-1].evidence[0].fresh is fresh


def test_a_white_flash_leaves_no_clear_place() -> None:
    white = np.full((HEIGHT, WIDTH), 255, np.uint8)
    scenes = cutting((0, clouds(1)), (30, white), (33, clouds(1)))
    words = [Words("Thunder", 10, 30), Words("Thunder", 33, 50)]
    strip_frames = [
        StripFrame(frame.time, frame.time + 42, np.ascontiguousarray(frame.luma[30:, :]))
        for frame in film(*words, count=50, background=scenes)
    ]
    (box,) = bright_lines([np.repeat(strip_frames[20].strip[:, :, None], 3, axis=2)])[0]
    old, new = born(box, strip_frames[:25]), born(box, strip_frames[:45], after=time_of(32))
    assert not was_clear(old, new, strip_frames)


def test_a_shape_that_stood_beside_a_word_before_it_came_is_no_part_of_it() -> None:
    background = lettered(clouds(1), "OO", left=150, foot=HEIGHT - 20)
    frames = film(Words("sky", 10, 20), count=13, background=still(background))
    strip_frames = [StripFrame(frame.time, frame.time + 42, frame.luma[:, :]) for frame in frames]
    both = Box(146, 78, 266, 106)
    came = Box(216, 80, 264, 104)
    assert without_old(both, came, strip_frames, []) == both._replace(left=216)
    text = born(Box(146, 78, 190, 106), strip_frames[:10])
    assert without_old(both, came, strip_frames, [text]) == both
    aside = Box(146, 78, 190, 106)
    assert without_old(aside, came, strip_frames, []) == aside


class TestPace:
    def test_quick_looks_come_to_an_end_where_nothing_brief_is_found(self) -> None:
        pace = Pace(1.0)
        for _ in range(MAX_LOOKS):
            assert pace.may_look
            pace.looked(0)
        assert not pace.may_look

    @pytest.mark.parametrize(("words", "may"), [(0.0, False), (0.5, False), (0.6, True), (1.0, True)])
    def test_the_first_looks_are_for_zones_of_words(self, words: float, may: bool) -> None:
        assert Pace(words).may_look is may

    def test_brief_texts_at_one_place_earn_looks_and_long_ones_do_not(self) -> None:
        pace = Pace()
        pace.gone(PLACE, (0, 300))
        pace.gone(PLACE, (400, 3000))
        assert not pace.may_look
        pace.gone(PLACE, (3500, 3800))
        pace.gone(PLACE, (3900, 4100))
        assert pace.may_look

    def test_words_are_spoken_where_many_texts_of_other_lengths_take_turns(self) -> None:
        words, again = Pace(), Pace()
        for number in range(12):
            words.gone(PLACE._replace(right=PLACE.right + 9 * number), (300 * number, 300 * number + 200))
            again.gone(PLACE, (300 * number, 300 * number + 200))
            assert words.is_spoken == (number >= SPOKEN_TEXTS)
        assert not again.is_spoken  # one line that something passes by, lost and found again

    def test_a_brief_text_elsewhere_says_nothing(self) -> None:
        pace = Pace()
        pace.gone(PLACE, (0, 300))
        assert not pace.among_others(PLACE.moved(0, 60), (400, 600))
        assert not pace.among_others(PLACE.moved(200, 0), (400, 600))
        assert pace.among_others(PLACE.moved(4, 1), (400, 600))

    def test_what_is_wider_than_a_few_words_is_left_to_the_ordinary_looks(self) -> None:
        pace = Pace()
        assert pace.part(Box(10, 40, 460, 64), 24, (90, 480)) is None
        part = pace.part(PLACE, 24, (90, 480))
        assert part is not None
        assert same_row(part, PLACE)

    def test_after_a_vain_look_the_next_one_is_taken_at_another_size(self) -> None:
        pace = Pace()
        before = pace.scale
        pace.looked(0)
        assert pace.scale != before
        pace.looked(1)
        assert pace.scale == before


def test_a_background_that_shows_half_of_a_brief_text_for_long_is_not_its_contrast() -> None:
    background = [Sample(40 * number, 40 * number + 40, 0.51, 5.0) for number in range(12)]
    shown = [Sample(480 + 40 * number, 520 + 40 * number, 1.0, 89.0) for number in range(3)]
    assert full_contrast([*background, *shown]) == 89.0


def test_the_background_on_which_words_take_turns_is_what_most_frames_of_the_shot_show() -> None:
    background, before = clouds(1), np.full_like(clouds(1), 20)
    words = [lettered(background, word, left=200, foot=100) for word in ("When", "I", "was", "studying", "my", "mom")]
    shot = [StripFrame(40 * number, 40 * number + 40, words[number // 4]) for number in range(24)]
    cut = [StripFrame(40 * number - 400, 40 * number - 360, before) for number in range(10)]
    median = median_strip([*cut, *shot])
    assert median is not None
    assert float(np.abs(median.astype(int) - background).mean()) < 1
    assert median_strip([*cut, *shot[:4]]) is None  # too few to tell
