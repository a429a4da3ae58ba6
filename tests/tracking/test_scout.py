"""Whether text outside of the zones is found, from its first frame on and at a bounded cost, on painted films."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pytest

from subextract.bands import takes
from subextract.luma import downscale
from subextract.scan.gate import Cuts, Gate
from subextract.tracking import Elsewhere, Sampling, track
from subextract.tracking.buffer import FrameBuffer
from subextract.tracking.scout import BURST, MAX_EARNED_PER_MINUTE
from subextract.types import Box, Clip, Frame, Image, Luma, Zone
from tests.helpers.painting import (
    Background,
    Words,
    bright_lines,
    clouds,
    cutting,
    drifting,
    film,
    frame,
    lettered,
    still,
    time_of,
    width_of,
)

WIDTH, HEIGHT = 640, 360
BOTTOM = Zone(Box(0, 280, WIDTH, HEIGHT), text_height=26.0)
SECOND = 24  # frames
TOP, MIDDLE = 8, 4  # rows from the lowest one up

BACKGROUNDS = {
    "a still picture": still(clouds(1, WIDTH, HEIGHT)),
    "a moving picture": drifting(clouds(2, WIDTH, HEIGHT), speed=3),
}


def tracked(frames: Iterable[Frame], *zones: Zone, elsewhere: Elsewhere | None = None) -> list[Clip]:
    """The clips of a film, with a check of what every answer promises."""
    clips: list[Clip] = []
    before = 0
    sampling = Sampling(Gate, Cuts(), elsewhere or Elsewhere())
    answers = track(frames, zones or (BOTTOM,), detect=bright_lines, sampling=sampling)
    for known, found in answers:
        assert known >= before
        assert [clip.start for clip in found if clip.start < before] == []
        clips += found
        before = known
    return clips


def spans(clips: Sequence[Clip]) -> list[tuple[int, int]]:
    return [(clip.start, clip.end) for clip in clips]


def span(first: int, past: int) -> tuple[int, int]:
    return time_of(first), time_of(past)


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS)
@pytest.mark.parametrize(("first", "past"), [(30, 78), (41, 60)])
def test_a_text_where_no_zone_is_begins_and_ends_on_the_right_frame(
    background: Background, first: int, past: int
) -> None:
    words = Words("Meanwhile, in a village", first, past, row=TOP, left=20)
    assert spans(tracked(film(words, count=past + SECOND, background=background))) == [span(first, past)]


def test_a_text_that_comes_with_a_cut_is_found() -> None:
    dark = cutting((0, clouds(1, WIDTH, HEIGHT)), (40, clouds(7, WIDTH, HEIGHT) // 4), (100, clouds(3, WIDTH, HEIGHT)))
    words = Words("Ten years later", 40, 100, row=MIDDLE, left=60)
    assert spans(tracked(film(words, count=120, background=dark))) == [span(40, 100)]


def test_a_text_in_a_large_picture_is_found_to_the_frame_though_the_past_is_small() -> None:
    def picture(number: int) -> Luma:
        background = clouds(1, 1920, 1080, coarse=60)
        return (
            lettered(background, "Meanwhile, in a village", left=60, foot=130, size=1.6)
            if 30 <= number < 78
            else background
        )

    frames = (frame(time_of(number), picture(number)) for number in range(100))
    bottom = Zone(Box(0, 860, 1920, 1080), text_height=60.0)
    assert spans(tracked(frames, bottom)) == [span(30, 78)]


def test_places_that_change_from_text_to_text_are_all_found() -> None:
    words = [
        Words("Here it begins.", 30, 70, row=TOP, left=30),
        Words("And there it goes on,", 80, 120, row=MIDDLE, left=330),
        Words("down here,", 130, 170, row=2, left=60),
        Words("and up again.", 180, 220, row=TOP - 1, left=360),
    ]
    found = tracked(film(*words, count=250, background=still(clouds(1, WIDTH, HEIGHT))))
    assert spans(found) == [span(30, 70), span(80, 120), span(130, 170), span(180, 220)]


def test_a_page_of_text_is_found_whole() -> None:
    texts = (
        "Dear friend,",
        "when you read this",
        "I shall be far away.",
        "Do not look for me.",
        "Sell the house.",
        "Keep it.",
    )
    words = [Words(text, 40, 160, row=8 - number) for number, text in enumerate(texts)]
    found = tracked(film(*words, count=190, background=still(clouds(1, WIDTH, HEIGHT))))
    assert set(spans(found)) == {span(40, 160)}
    assert sum(len(clip.lines) for clip in found) == len(texts)


def test_text_in_a_zone_is_followed_once() -> None:
    words = [Words("Down here as ever.", 30, 80), Words("Just above the zone.", 30, 80, row=2)]
    found = tracked(film(*words, count=110, background=still(clouds(1, WIDTH, HEIGHT))))
    assert sum(len(clip.lines) for clip in found) == 2


def test_what_another_zone_takes_is_left_to_it() -> None:
    inner = Box(50, 300, 300, 326)
    above = Zone(Box(0, 240, WIDTH, 340), 26.0, others=(BOTTOM,))
    assert takes(BOTTOM, inner)
    assert not takes(above, inner)
    assert takes(above, Box(50, 262, 300, 288))


def test_text_outside_of_the_limit_and_logos_are_left_alone() -> None:
    words = Words("Meanwhile, in a village", 30, 78, row=TOP, left=20)
    frames = list(film(words, count=110, background=still(clouds(1, WIDTH, HEIGHT))))
    assert tracked(frames, elsewhere=Elsewhere(limits=(Box(0, 120, WIDTH, HEIGHT),))) == []
    assert tracked(frames, elsewhere=Elsewhere(logos=(Box(0, 20, 400, 70),))) == []


def test_rolling_text_opens_no_zone() -> None:
    def picture(number: int) -> Luma:
        painted = clouds(1, WIDTH, HEIGHT)
        for line in range(12):
            painted = lettered(painted, f"Person number {line}", left=200, foot=300 + 40 * line - 3 * number)
        return painted

    asked: list[int] = []

    def detect(images: Sequence[Image]) -> list[list[Box]]:
        asked.append(images[0].shape[0])
        return bright_lines(images)

    frames = (frame(time_of(number), picture(number)) for number in range(150))
    high = Zone(Box(0, 340, WIDTH, HEIGHT), text_height=26.0)
    answers = track(frames, (high,), detect=detect, sampling=Sampling(Gate, Cuts()))
    assert [clip for _, clips in answers for clip in clips] == []


def test_looks_are_bounded_however_much_changes() -> None:
    """A picture in which words come and go everywhere, and no detector finds any text."""
    rows: list[int] = []

    def detect(images: Sequence[Image]) -> list[list[Box]]:
        rows.append(images[0].shape[0] if images[0].shape[1] == WIDTH else images[0].shape[0] // 2)
        return [[]]

    backgrounds = [clouds(number, 1280, 720, coarse=80) for number in range(4)]

    def picture(number: int) -> Luma:
        turn = number // 12
        painted = backgrounds[turn % 4]
        for line in range(5):
            painted = lettered(painted, f"{turn} words {line * turn}", left=80 + 37 * (turn % 9), foot=80 + 110 * line)
        return painted

    seconds = 40
    frames = (frame(time_of(number), picture(number)) for number in range(SECOND * seconds))
    nowhere = Zone(Box(0, 716, 1280, 720), text_height=26.0)
    list(track(frames, (nowhere,), detect=detect, sampling=Sampling(Gate, Cuts())))
    assert len(rows) > 5
    assert sum(count for count in rows if count > 8) / HEIGHT <= BURST + MAX_EARNED_PER_MINUTE * seconds / 60


def test_a_zone_that_shows_nothing_is_given_up_and_opened_again() -> None:
    words = [Words("First of all.", 30, 70, row=TOP), Words("Much later.", 1000, 1040, row=TOP)]
    looks: list[tuple[int, ...]] = []

    def detect(images: Sequence[Image]) -> list[list[Box]]:
        looks.append(images[0].shape)
        return bright_lines(images)

    frames = film(*words, count=1070, background=still(clouds(1, WIDTH, HEIGHT)))
    answers = track(frames, (BOTTOM,), detect=detect, sampling=Sampling(Gate, Cuts()))
    found = [clip for _, clips in answers for clip in clips]
    assert spans(found) == [span(30, 70), span(1000, 1040)]


def test_the_past_is_remembered_for_a_bounded_time_and_size() -> None:
    past = FrameBuffer()
    picture = clouds(1, 1920, 1080, coarse=60)
    for number in range(120):
        past.take(frame(round(number * 1000 / 60), picture, 17))
    assert past.recent[0].strip.shape == (540, 1920)
    assert sum(each.strip.nbytes for each in past.recent) <= 40 << 20
    assert past.recent[-1].time - past.recent[0].time <= 1500


@pytest.mark.parametrize("scale", [0.25, 0.4, 0.8])
def test_strips_of_the_past_lie_where_those_of_the_picture_do(scale: float) -> None:
    picture = lettered(clouds(1, 1920, 1080, coarse=60), "Meanwhile, in a village", left=61, foot=131, size=2.5)
    past = FrameBuffer()
    for number in range(3):
        past.take(frame(time_of(number), picture))
    box = Box(0, 33, 1920, 187)
    strips = past.strips(box, scale)
    sharp = downscale(np.ascontiguousarray(picture[box.top : box.bottom]), scale)
    assert len(strips) == 2
    assert strips[0].strip.shape == sharp.shape
    alike = [
        float(np.corrcoef(sharp.ravel(), np.roll(strips[0].strip, move, axis=(0, 1)).ravel())[0, 1])
        for move in ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))
    ]
    assert alike[0] == max(alike) > 0.95


def test_a_sparing_gate_opens_for_a_word_that_stays_and_says_where_it_is() -> None:
    gate, background = Gate(sparing=True), clouds(1, WIDTH, HEIGHT)
    gate.looked(0, background)
    opened = []
    for number in range(1, 20):
        shown = lettered(background, "Word", left=300, foot=60) if number >= 5 else background
        if gate.opens(80 * number, shown, pause=300):
            opened.append(gate.rows)
            gate.looked(80 * number, shown, gate.rows)
    rows = opened[0]
    assert rows is not None
    assert 24 <= rows[0] < rows[1] <= 72
    assert width_of("Word") > 24
