"""Whether text that is no subtitle is followed wherever it stands or moves, if somebody wants it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from subextract.scan.gate import Cuts, Gate
from subextract.tracking import Elsewhere, Sampling, track
from subextract.types import Box, Clip, Frame, Zone
from tests.helpers.painting import Words, bright_lines, clouds, drifting, film, frame, lettered, still, time_of

WIDTH, HEIGHT = 480, 320
ZONE = Zone(Box(0, 240, WIDTH, HEIGHT), text_height=26.0)
EVERYTHING = frozenset({"sign", "credits", "static"})
BACKGROUND = clouds(1, WIDTH, HEIGHT)
SECOND = 24  # frames


def kept(frames: Iterable[Frame], keep: frozenset[str] = EVERYTHING, zone: Zone = ZONE) -> list[Clip]:
    answers = track(
        frames, (zone,), detect=bright_lines, sampling=Sampling(Gate, Cuts(), Elsewhere((zone.box,))), keep=keep
    )
    return sorted((clip for _, clips in answers for clip in clips), key=lambda clip: (clip.start, clip.box.top))


def spans(clips: Iterable[Clip]) -> list[tuple[str | None, int, int]]:
    return [(clip.kind, clip.start, clip.end) for clip in clips]


def rolling(lines: int, count: int, speed: int = 2) -> Iterator[Frame]:
    """Lines below one another that come from below and go up over a dark background."""
    noise = np.random.default_rng(3)
    for number in range(count):
        picture = np.full((HEIGHT, WIDTH), 20, np.uint8)
        for line in range(lines):
            foot = HEIGHT + 40 * (line + 1) - speed * number
            if 0 < foot < HEIGHT + 40:
                picture = lettered(picture, f"Name of person {line}", left=120, foot=foot)
        grainy = np.clip(picture + noise.normal(0, 1.5, picture.shape), 0, 255).astype(np.uint8)
        yield frame(time_of(number), grainy, time_of(number + 1) - time_of(number))


def test_a_sign_beside_the_zone_is_kept_to_the_frame_and_a_subtitle_stays_one() -> None:
    words = [Words("BAKERY AND CAKES", 30, 100, row=5, left=20), Words("Good morning, all of you.", 40, 90)]
    clips = kept(film(*words, count=150, background=still(BACKGROUND)))
    assert spans(clips) == [("sign", time_of(30), time_of(100)), (None, time_of(40), time_of(90))]
    assert clips[0].box.intersection(Box(20, 100, 260, 145)).area > 0.5 * clips[0].box.area


def test_a_sign_that_goes_by_is_one_clip_from_its_first_to_its_last_frame() -> None:
    words = Words("BAKERY AND CAKES", 30, 110, row=5, left=20, speed=2)
    clips = kept(film(words, count=150, background=drifting(BACKGROUND, 2)))
    assert spans(clips) == [("sign", time_of(30), time_of(110))]


def test_a_sign_that_goes_by_inside_the_zone_is_kept_too() -> None:
    words = Words("BAKERY AND CAKES", 30, 110, left=20, speed=2)
    clips = kept(film(words, count=150, background=drifting(BACKGROUND, 2)))
    assert spans(clips) == [("sign", time_of(30), time_of(110))]


def test_a_title_in_the_middle_of_the_picture_belongs_to_the_credits() -> None:
    clips = kept(film(Words("A film by nobody", 30, 100, row=5), count=150, background=still(BACKGROUND)))
    assert spans(clips) == [("credits", time_of(30), time_of(100))]


def test_rolling_credits_are_one_clip_a_line_that_stays_until_it_leaves_the_picture() -> None:
    clips = kept(rolling(6, count=310))
    assert [clip.kind for clip in clips] == ["credits"] * 6
    for line, clip in enumerate(clips):
        enters, leaves = time_of((40 * line + 40) // 2 - 10), time_of((HEIGHT + 40 * line + 40) // 2)
        assert clip.start == pytest.approx(enters, abs=600)
        assert clip.end == pytest.approx(leaves, abs=600)


def test_a_logo_is_one_static_clip_though_it_is_hidden_for_a_moment() -> None:
    words = [Words("CHANNEL 7", 0, 200, row=6, left=20), Words("CHANNEL 7", 212, 18 * SECOND, row=6, left=20)]
    clips = kept(film(*words, count=18 * SECOND, background=still(BACKGROUND)))
    assert spans(clips) == [("static", 0, time_of(18 * SECOND))]


def test_a_logo_that_the_zone_names_is_kept() -> None:
    words = [Words("CHANNEL 7", 0, 18 * SECOND, left=20), Words("Good morning.", 40, 90, middle=300)]
    zone = Zone(ZONE.box, 26.0, (Box(16, 275, 150, 310),))
    clips = kept(film(*words, count=18 * SECOND, background=still(BACKGROUND)), zone=zone)
    assert spans(clips) == [("static", 0, time_of(18 * SECOND)), (None, time_of(40), time_of(90))]


def test_only_the_kinds_that_are_wanted_are_kept() -> None:
    words = [Words("BAKERY", 30, 100, row=5, left=20), Words("A film by nobody", 150, 220, row=5)]
    clips = kept(film(*words, count=260, background=still(BACKGROUND)), keep=frozenset({"credits"}))
    assert spans(clips) == [("credits", time_of(150), time_of(220))]
