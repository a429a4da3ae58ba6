"""Whether what goes wrong with one text costs that text alone, and whether the known faults are mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subextract import burned
from subextract.boxes import inside
from subextract.errors import EngineError
from subextract.mishaps import MAX_IN_A_ROW, Mishaps
from subextract.readings import read
from subextract.scan.gate import Cuts, Gate
from subextract.tracking import Sampling, fused, track
from subextract.tracking.crossfades import parted
from subextract.tracking.fades import Sample, first_frame, past_last_frame
from subextract.tracking.layout import ZoneLayout
from subextract.tracking.lines import LineTrack, born
from subextract.tracking.stays import Stay
from subextract.tracking.strip_frames import Picture, StripFrame
from subextract.tracking.strokes import seen_on, tight
from subextract.types import Batch, Box, Clip, Evidence, Image, Line, Luma, Zone
from tests.helpers.painting import HEIGHT, WIDTH, Words, bright_lines, clouds, film, lettered, still, time_of

ZONE = Zone(Box(0, 30, WIDTH, HEIGHT), text_height=26.0)
BACKGROUND = clouds(1, 320, 48)
TEXT = lettered(BACKGROUND, "Never say so", left=30, foot=32)
PLACE = Box(26, 8, 200, 44)

Detect = Callable[[Sequence[Image]], list[list[Box]]]


def strip_frames(*strips: Luma) -> list[StripFrame]:
    return [StripFrame(40 * number, 40 * number + 40, strip) for number, strip in enumerate(strips)]


def tracked(detect: Detect, *words: Words, count: int = 130, keep: str = "") -> tuple[list[Clip], Counter[str]]:
    """The clips of a film, and what was left out."""
    left_out: Counter[str] = Counter()

    def leave_out(kind: str) -> None:
        left_out[kind] += 1

    frames = film(*words, count=count, background=still(clouds(1)))
    kept = frozenset({keep} - {""})
    answers = track(frames, (ZONE,), detect=detect, sampling=Sampling(Gate, Cuts()), keep=kept, leave_out=leave_out)
    return [clip for _, clips in answers for clip in clips], left_out


# What once ended a run


def test_a_fade_of_two_samples_of_one_time_is_none() -> None:
    twice = [Sample(0, 40, 1.0, 100), Sample(40, 80, 1.0, 48), Sample(40, 80, 1.0, 47)]
    assert past_last_frame(twice, 0) == 80
    assert first_frame([sample._replace(time=80 - sample.time) for sample in twice[::-1]], 2) == 40


def test_a_crossfade_gives_a_line_that_is_still_followed_no_sample_before_its_time() -> None:
    both = strip_frames(*[TEXT] * 3)
    old, new = (born(PLACE, both[:number]) for number in (3, 2))
    new.samples[0] = new.samples[0]._replace(contrast=1.0)  # it fades in
    assert parted(old, new, both)
    assert [sample.time for sample in new.samples] == [0, 40]
    assert [sample.time for sample in old.samples] == [0, 40, 80]


def test_a_line_without_samples_fades_into_nothing() -> None:
    both = strip_frames(TEXT, TEXT)
    old, new = born(PLACE, both), born(PLACE, both)
    new.samples, new.seen = [], -1
    assert not parted(old, new, both)


def test_a_box_within_the_columns_of_a_logo_is_nothing_beside_it() -> None:
    zone = Zone(Box(0, 0, 640, 117), 24.0, logos=(Box(101, 73, 540, 103),))
    layout = ZoneLayout(zone)
    assert layout.beside_logos(Box(208, 67, 380, 81)) is None
    assert layout.beside_logos(Box(20, 67, 380, 81)) == Box(20, 67, 101, 81)


def test_a_line_is_born_on_a_frame_that_shows_another_text_at_its_place_too() -> None:
    line = born(PLACE, strip_frames(BACKGROUND, TEXT), after=40)
    assert [sample.time for sample in line.samples] == [40]


def test_a_box_without_ink_is_as_tight_as_it_is() -> None:
    flat = np.full_like(BACKGROUND, 80)
    assert tight(seen_on(flat, PLACE), PLACE) == PLACE


def test_a_line_of_which_nothing_is_seen_has_not_given_way() -> None:
    line = born(PLACE, strip_frames(np.full_like(BACKGROUND, 80)))
    assert not line.gave_way()


def test_a_box_that_is_too_high_stays_in_the_strip_when_it_is_trimmed() -> None:
    layout = ZoneLayout(Zone(Box(0, 0, 320, 48), 12.0))
    assert layout.trimmed(Box(0, 4, 320, 48), TEXT).left == 0


def test_boxes_inside_a_picture_have_room_for_a_letter() -> None:
    mad = [Box(40, 5, 10, 20), Box(-90, -90, -1, -1), Box(5, 5, 5, 5), Box(-5, -5, 999, 999), Box(10, 4, 90, 20)]
    assert inside(mad, 100, 30) == [Box(0, 0, 100, 30), Box(10, 4, 90, 20)]


# What may go wrong


SIDES = st.integers(-40, WIDTH + 40)
BOXES = st.lists(st.builds(Box, SIDES, SIDES, SIDES, SIDES), max_size=4)


@settings(max_examples=25, deadline=None)
@given(st.lists(BOXES, min_size=1, max_size=8))
def test_mad_boxes_end_no_run_and_go_wrong_nowhere(boxes: list[list[Box]]) -> None:
    count = 0

    def mad(images: Sequence[Image]) -> list[list[Box]]:
        nonlocal count
        count += 1
        return [bright_lines(images)[0] + boxes[count % len(boxes)]]

    words = [Words("Good morning.", 10, 40), Words("Good evening.", 40, 70)]
    _, left_out = tracked(mad, *words, count=90, keep="sign")
    assert left_out["unfollowed"] == 0


def test_a_detector_that_fails_now_and_then_costs_no_text() -> None:
    count = 0

    def failing(images: Sequence[Image]) -> list[list[Box]]:
        nonlocal count
        count += 1
        if count % 3 == 1:
            raise ValueError("a strange strip")
        return bright_lines(images)

    clips, left_out = tracked(failing, Words("Good morning.", 24, 60), Words("Good evening.", 70, 110))
    assert [(clip.start, clip.end) for clip in clips] == [(time_of(24), time_of(60)), (time_of(70), time_of(110))]
    assert left_out["unfollowed"] > 0


@pytest.mark.parametrize("work", ["follow", "fade", "span"])
def test_a_text_that_cannot_be_followed_ends_where_it_was_seen_and_the_others_go_on(
    work: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = getattr(LineTrack, work)

    def failing(line: LineTrack, *given: StripFrame) -> object:
        if len(line.samples) > 20 and line.first < 1500:
            raise ZeroDivisionError("a strange line")
        return whole(line, *given)

    monkeypatch.setattr(LineTrack, work, failing)
    first, second = Words("Good morning.", 24, 60), Words("Good evening.", 70, 110)
    clips, left_out = tracked(bright_lines, first, second)
    *broken, good = clips
    assert (good.start, good.end) == (time_of(70), time_of(110))
    assert all(time_of(23) <= clip.start < clip.end <= time_of(61) for clip in broken)
    assert broken
    assert left_out["unfollowed"] > 0
    assert "s, following a text failed (ZeroDivisionError: a strange line); the rest goes on." in caplog.text


def test_what_goes_wrong_every_time_ends_the_run() -> None:
    told: list[str] = []
    mishaps = Mishaps(told.append, "odd")

    def fail() -> None:
        with mishaps.survived("counting", 40):
            raise ValueError("none")

    for _ in range(MAX_IN_A_ROW - 1):
        fail()
    with mishaps.survived("counting", 40):
        pass
    for _ in range(MAX_IN_A_ROW - 1):
        fail()
    with pytest.raises(ValueError, match="none"):
        fail()
    assert told == ["odd"] * (2 * MAX_IN_A_ROW - 2)


@pytest.mark.parametrize("error", [EngineError("no server"), MemoryError()])
def test_what_no_text_is_to_blame_for_passes(error: Exception) -> None:
    told: list[str] = []
    with pytest.raises(type(error)), Mishaps(told.append, "odd").survived("reading", 0):
        raise error
    assert told == []


class Reader:
    """Trips over clips of one time, alone and in company."""

    def __init__(self, start: int, error: Exception) -> None:
        self._start, self._error = start, error

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        if any(clip.start == self._start for clip in clips):
            raise self._error
        return [[Line(f"at {clip.start}")] for clip in clips]

    def close(self) -> None:
        pass


def clips() -> list[Clip]:
    box = Box(0, 0, 60, 20)
    one = Clip(0, 40, np.zeros((20, 60, 3), np.uint8), box, (box,))
    return [replace(one, start=start, end=start + 40) for start in (0, 50, 100)]


def test_a_clip_that_cannot_be_read_costs_itself_alone() -> None:
    told: list[str] = []
    mishaps = Mishaps(told.append, burned.UNREAD)
    found = list(read([Batch(200, clips())], Reader(50, IndexError("no letter")), mishaps))
    assert [[(clip.start, lines[0].text) for clip, lines in readings] for _, readings in found] == [
        [(0, "at 0"), (100, "at 100")]
    ]
    assert told == ["unread"]


def test_a_reader_without_a_server_ends_the_run() -> None:
    with pytest.raises(EngineError):
        list(read([Batch(200, clips())], Reader(50, EngineError("gone")), Mishaps(print, "unread")))


def test_the_picture_of_a_text_is_made_also_of_pictures_on_which_it_hardly_shows() -> None:
    box, image = Box(10, 4, 200, 40), np.zeros((36, 190, 3), np.uint8)
    pictures = tuple(Picture(40 * number, -5.0 * number - 1, box, image) for number in range(3))
    stay = Stay(0, 900, box, seen_on(BACKGROUND, box), pictures, Evidence(0, 900, box))
    assert fused(stay).shape == image.shape
