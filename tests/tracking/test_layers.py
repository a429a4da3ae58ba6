"""Whether a text that comes over another one, or under it, is found, timed and shown as if it were alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from subextract.tracking.births import Births
from subextract.tracking.changes import cleaned, goes_on, new_ink, old_ink, only_new, same_ink
from subextract.tracking.endings import clear_frames
from subextract.tracking.finding import Finder
from subextract.tracking.layers import Earlier, Known, layers
from subextract.tracking.layout import ZoneLayout
from subextract.tracking.lines import born
from subextract.tracking.pace import Pace
from subextract.tracking.passing import Passing
from subextract.tracking.recognition import Recognition
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import Strokes, compare, remember, seen_on
from subextract.tracking.tracks import Tracks
from subextract.types import Box, Clip, Image, Luma
from tests.helpers.painting import HEIGHT, WIDTH, Words, bright_lines, clouds, cutting, film, lettered, still, width_of
from tests.tracking.test_tracking import BOTTOM, Tracked, span

BACKGROUND, OTHER = clouds(1), clouds(7)
SIGN, LINE = "PLANE PART FALLS ON TOWN", "He went home at ten."
FOOT = HEIGHT - 20  # of the line
HIGHER = 11  # px by which the sign stands above it: their letters overlap
LEFT = (WIDTH - width_of(LINE)) // 2
ROWS = Box(0, FOOT - 50, WIDTH, FOOT + 10)
SIGNED = Box(26, FOOT - HIGHER - 20, 30 + width_of(SIGN) + 4, FOOT - HIGHER + 6)
PLACE = Box(LEFT - 4, FOOT - 22, LEFT + width_of(LINE) + 4, FOOT + 8)


def signed(picture: Luma, text: str = SIGN) -> Luma:
    return lettered(picture, text, left=30, foot=FOOT - HIGHER)


def lined(picture: Luma) -> Luma:
    return lettered(picture, LINE, left=LEFT, foot=FOOT)


def the_line(clips: Sequence[Clip]) -> Clip:
    """The clip that is as wide as the line."""
    (clip,) = [clip for clip in clips if abs(clip.lines[0].width - PLACE.width) < 30]
    return clip


@pytest.mark.parametrize(("first", "past"), [(48, 96), (55, 81)])
def test_a_line_over_a_sign_has_its_own_times_and_its_own_box(first: int, past: int) -> None:
    tracked = Tracked(film(Words(LINE, first, past), count=144, background=still(signed(BACKGROUND))))
    line = the_line(tracked.clips)
    assert (line.start, line.end) == span(first, past)
    box = line.lines[0].moved(line.box.left, line.box.top)
    assert max(abs(box.left - PLACE.left), abs(box.right - PLACE.right)) < 16


def test_its_picture_shows_hardly_a_stroke_of_the_sign() -> None:
    line = the_line(Tracked(film(Words(LINE, 48, 96), count=144, background=still(signed(BACKGROUND)))).clips)
    here = (slice(line.box.top, line.box.bottom), slice(line.box.left, line.box.right))
    alone, behind = lined(BACKGROUND)[here].astype(float), lined(signed(BACKGROUND))[here].astype(float)
    strokes = np.abs(behind - alone) > 60
    shown = np.abs(line.image[:, :, 0].astype(float) - alone) > 60
    assert float(shown[strokes].mean()) < 0.2


def test_a_sign_that_comes_under_a_line_with_a_cut_ends_nothing() -> None:
    background = cutting((0, BACKGROUND), (72, signed(OTHER)))
    tracked = Tracked(film(Words(LINE, 24, 120), count=168, background=background))
    assert span(24, 120) in tracked.spans


def frames(before: Luma, now: Luma) -> list[StripFrame]:
    """Frames of half a second; the latest three show what came."""
    noise = np.random.default_rng(3)
    pictures = [before] * 9 + [now] * 3
    grainy = [np.clip(each + noise.normal(0, 1.5, each.shape), 0, 255).astype(np.uint8) for each in pictures]
    return [StripFrame(40 * number, 40 * number + 40, each) for number, each in enumerate(grainy)]


def earlier(before: Luma, now: Luma, *known: Strokes) -> Earlier:
    return Earlier(frames(before, now), [Known(each) for each in known])


def lines(strip: Luma, place: Box) -> list[Box]:
    """What a detector sees in some rows of a strip."""
    image: Image = np.repeat(strip[place.top : place.bottom, :, None], 3, axis=2)
    return [box.moved(0, place.top) for box in bright_lines([image])[0]]


def test_old_and_new_strokes_are_told_apart_where_they_overlap() -> None:
    before, now = signed(BACKGROUND), lined(signed(BACKGROUND))
    sign, line = np.abs(signed(BACKGROUND).astype(int) - BACKGROUND) > 60, np.abs(now.astype(int) - before) > 60
    here = (slice(ROWS.top, ROWS.bottom), slice(ROWS.left, ROWS.right))
    old, new = old_ink(now, before, ROWS), new_ink(now, before, ROWS)
    assert not (old & line[here]).any()
    assert float(new[line[here]].mean()) > 0.85
    assert float(old[(sign & ~line)[here]].mean()) > 0.8


def test_what_is_left_of_a_strip_is_the_line_without_the_sign() -> None:
    clean = only_new(lined(signed(BACKGROUND)), signed(BACKGROUND), ROWS)
    assert [box.union(PLACE).width - PLACE.width < 8 for box in lines(clean, ROWS)] == [True]
    line = np.abs(lined(signed(BACKGROUND)).astype(int) - signed(BACKGROUND)) > 30
    assert (clean[line] == lined(signed(BACKGROUND))[line]).all()


def boxed(picture: Luma) -> Luma:
    """The line in a box through which what is behind it is still seen."""
    result = picture.copy()
    part = result[PLACE.top : PLACE.bottom, PLACE.left : PLACE.right]
    part[:] = (0.45 * part).astype(np.uint8)
    return lined(result)


def test_of_a_sign_that_shines_through_a_box_nothing_is_of_the_line() -> None:
    before, now = signed(BACKGROUND), boxed(signed(BACKGROUND))
    line = seen_on(now, PLACE)
    alone = remember(PLACE, line.pattern, ~same_ink(now, before, PLACE))
    assert compare(alone, before).contrast < 0 < compare(line, before).contrast
    assert compare(alone, now).share == 1


def test_a_line_in_a_box_over_a_sign_has_its_own_times() -> None:
    pictures = [boxed(signed(BACKGROUND)) if 48 <= number < 96 else signed(BACKGROUND) for number in range(144)]
    tracked = Tracked(film(count=144, background=lambda number: pictures[number]))
    line = the_line(tracked.clips)
    assert (line.start, line.end) == span(48, 96)


def test_a_picture_of_twice_the_size_is_cleaned_alike() -> None:
    now, before = lined(signed(BACKGROUND)), signed(BACKGROUND)
    part = now[ROWS.top : ROWS.bottom]
    image = np.repeat(np.repeat(np.repeat(part, 2, axis=0), 2, axis=1)[:, :, None], 3, axis=2)
    found = bright_lines([cleaned(image, now, before, ROWS)])[0]
    assert [round(box.width / 2 / PLACE.width, 1) for box in found] == [1.0]


def test_what_comes_over_a_known_sign_is_a_layer_of_its_own() -> None:
    before, now = signed(BACKGROUND), lined(signed(BACKGROUND))
    box = Box(26, FOOT - HIGHER - 22, 30 + width_of(SIGN) + 4, FOOT + 8)
    known = [seen_on(before, SIGNED)]
    (layer,) = layers(box, earlier(before, now, *known), known, lines)
    assert layer.box.union(PLACE).width - PLACE.width < 8
    assert np.abs(layer.before.strip.astype(int) - before).max() < 12


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param(lined(BACKGROUND), lined(BACKGROUND), id="nothing new"),
        pytest.param(BACKGROUND, lined(BACKGROUND), id="nothing old"),
        pytest.param(
            lettered(BACKGROUND, LINE[:12], left=LEFT, foot=FOOT),
            lined(BACKGROUND),
            id="the same text, longer by some letters",
        ),
    ],
)
def test_what_is_one_text_has_no_layers(before: Luma, now: Luma) -> None:
    known = [seen_on(before, PLACE)]
    assert layers(PLACE, earlier(before, now, *known), known, lines) == []


NEXT = "He left them at noon."  # its first letters stand where those of the line stood


@pytest.mark.parametrize(
    ("before", "now", "text", "there"),
    [
        pytest.param(lined(BACKGROUND), lettered(BACKGROUND, NEXT, left=LEFT, foot=FOOT), PLACE, False, id="gave way"),
        pytest.param(signed(BACKGROUND), lined(signed(BACKGROUND)), SIGNED, True, id="lies behind"),
        pytest.param(signed(BACKGROUND), boxed(signed(BACKGROUND)), SIGNED, True, id="shines through a box"),
        pytest.param(lined(BACKGROUND), lined(BACKGROUND), PLACE, True, id="nothing came"),
    ],
)
def test_a_text_that_gave_way_is_told_from_one_that_lies_behind(
    before: Luma, now: Luma, text: Box, there: bool
) -> None:
    assert goes_on(seen_on(before, text), now, before) == there


def test_letters_that_two_lines_have_at_one_place_are_not_taken_for_old_ones() -> None:
    words = Words(LINE, 48, 84), Words(NEXT, 84, 120, left=LEFT)
    clips = Tracked(film(*words, count=144, background=still(signed(BACKGROUND)))).clips
    (line,) = [clip for clip in clips if clip.start == span(84, 120)[0]]
    here = (slice(line.box.top, line.box.bottom), slice(line.box.left, line.box.right))
    alone = lettered(BACKGROUND, NEXT[:3], left=LEFT, foot=FOOT)[here].astype(float)
    strokes = np.abs(alone - BACKGROUND[here]) > 60
    shown = np.abs(line.image[:, :, 0].astype(float) - BACKGROUND[here]) > 30
    assert float(shown[strokes].mean()) > 0.9


def test_what_stands_beside_a_line_on_another_level_is_no_more_of_it() -> None:
    tracks, layout, pace = Tracks(), ZoneLayout(BOTTOM), Pace(words=False)
    for frame in frames(lined(BACKGROUND), lined(signed(BACKGROUND))):
        tracks.remember(frame)
    tracks.add(born(PLACE, tracks.recent))
    births = Births(tracks, pace, lambda *_: None)
    recognition = Recognition(tracks, layout, Finder(tracks, layout, bright_lines), births)
    recognition.take(SIGNED._replace(bottom=PLACE.bottom - 6), tracks.recent[-1], [])
    assert sorted(line.box.left for line in tracks.live) == [SIGNED.left, PLACE.left]
    assert [line.box for line in tracks.live if line.box.left == PLACE.left] == [PLACE]


def test_what_is_up_for_a_moment_on_the_row_of_what_moved_is_more_of_it() -> None:
    told: list[str] = []
    passing = Passing(frozenset(), told.append)
    film = frames(BACKGROUND, lined(BACKGROUND))
    line = born(PLACE, film)
    assert not passing.has(line)
    passing.take(born(SIGNED, frames(BACKGROUND, signed(BACKGROUND))), "sign", 100)
    assert not passing.has(line)  # it moved on another row
    for time in (200, 240):
        passing.take(line, "sign", time)
        assert not passing.has(line)  # one that stood may be mistaken for one that moves
    passing.take(line, "sign", 280)
    assert passing.has(line)
    assert told == ["sign"]  # not again so soon
    assert not passing.has(born(PLACE, [replace(frame, time=frame.time + 5000) for frame in film]))


def test_what_a_line_does_is_seen_while_it_is_clear_and_not_as_it_fades_into_the_background() -> None:
    whole, strengths = lined(BACKGROUND).astype(float), [0.0] * 5 + [1.0] * 20 + [0.75, 0.5, 0.3, 0.2]
    pictures = [(BACKGROUND + (whole - BACKGROUND) * strength).astype(np.uint8) for strength in strengths]
    shown = [StripFrame(40 * number, 40 * number + 40, picture) for number, picture in enumerate(pictures)]
    line = born(PLACE, shown[:20])
    for frame in shown[20:]:
        line.follow(frame)
    assert clear_frames(line, shown)[-1].time == shown[25].time


def test_the_next_row_is_no_layer_though_the_boxes_of_both_overlap() -> None:
    upper, lower = "How much did they want", "More than it is worth"
    before = lettered(BACKGROUND, upper, left=30, foot=FOOT - 26)
    now = lettered(before, lower, left=30, foot=FOOT)
    known = [seen_on(before, Box(26, FOOT - 50, 34 + width_of(upper), FOOT - 12))]
    box = Box(26, FOOT - 24, 34 + width_of(lower), FOOT + 10)
    assert layers(box, earlier(before, now, *known), known, lambda *_: [box]) == []


def test_letters_without_ascenders_go_on_a_line_whose_box_is_higher() -> None:
    line = "The elevator smells like oran"
    before = lettered(BACKGROUND, line, left=30, foot=FOOT)
    now = lettered(before, "nges", left=32 + width_of(line), foot=FOOT)
    known = [seen_on(before, Box(26, FOOT - 24, 34 + width_of(line), FOOT + 8))]
    whole = Box(26, FOOT - 24, 40 + width_of(line) + width_of("nges"), FOOT + 8)
    end = whole._replace(left=24 + width_of(line), top=FOOT - 17)
    assert layers(whole, earlier(before, now, *known), known, lambda *_: [end]) == []


def test_a_text_that_had_gone_before_goes_on_no_more_though_nothing_changed_since() -> None:
    old = seen_on(lined(BACKGROUND), PLACE)
    assert goes_on(old, lined(BACKGROUND), lined(BACKGROUND))
    assert not goes_on(old, BACKGROUND, BACKGROUND)
    assert not goes_on(old, np.full_like(BACKGROUND, 30), np.full_like(BACKGROUND, 30))


def test_a_name_above_is_under_no_text_that_only_touches_its_corner() -> None:
    before = lettered(BACKGROUND, "Emily", left=30, foot=FOOT - 20)
    now = lettered(before, "not today", left=34 + width_of("Emily"), foot=FOOT)
    name = seen_on(before, Box(26, FOOT - 46, 38 + width_of("Emily"), FOOT - 6))
    box = Box(34 + width_of("Emily"), FOOT - 24, 40 + width_of("Emily") + width_of("not today"), FOOT + 8)
    whole = box._replace(left=26, top=FOOT - 40)
    assert layers(whole, earlier(before, now, name), [name], lambda *_: [box]) == []
