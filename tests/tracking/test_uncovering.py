"""Whether a text that was drawn over another one is told from that when it has gone, or when the shot changes."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from subextract.tracking.births import Births
from subextract.tracking.changes import lies_under, outlasts_cut, untouched, without_texts
from subextract.tracking.covering import cover, show_whole
from subextract.tracking.fades import first_frame
from subextract.tracking.finding import Finder
from subextract.tracking.history import history
from subextract.tracking.layout import ZoneLayout
from subextract.tracking.lines import LineTrack, born
from subextract.tracking.pace import Pace
from subextract.tracking.recognition import Recognition
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import compare, seen_on
from subextract.tracking.tracks import Tracks
from subextract.tracking.uncovering import uncovered
from subextract.types import Box, Clip, Luma
from tests.helpers.painting import HEIGHT, INK, WIDTH, Words, bright_lines, clouds, cutting, film, lettered, width_of
from tests.tracking.test_tracking import BOTTOM, Tracked, span

BACKGROUND, OTHER = clouds(1), clouds(7)
SIGN, LINE, NEXT = "PLANE PART FALLS ON A TOWN", "He went home at ten.", "They left it at noon."
FOOT = HEIGHT - 20
HIGHER = 5  # px by which the sign stands above the line: a detector sees one text
LEFT = (WIDTH - width_of(LINE)) // 2
PLACE = Box(LEFT - 4, FOOT - 22, LEFT + width_of(LINE) + 4, FOOT + 8)
SIGNED = Box(26, FOOT - HIGHER - 20, 34 + width_of(SIGN), FOOT - HIGHER + 6)


def signed(picture: Luma) -> Luma:
    return lettered(picture, SIGN, left=30, foot=FOOT - HIGHER)


def lined(picture: Luma, line: str = LINE) -> Luma:
    return lettered(picture, line, left=LEFT, foot=FOOT)


def faint(picture: Luma, share: float) -> Luma:
    """A picture of which so much is seen over the background."""
    return np.asarray(BACKGROUND + share * (picture.astype(float) - BACKGROUND), dtype=np.uint8)


@pytest.mark.parametrize(
    ("before", "now", "under"),
    [
        pytest.param(signed(BACKGROUND), lined(signed(BACKGROUND)), True, id="a line came over it"),
        pytest.param(lined(BACKGROUND, NEXT), lined(BACKGROUND), False, id="the line took its place"),
        pytest.param(faint(signed(BACKGROUND), 0.5), signed(BACKGROUND), False, id="it fades in"),
        pytest.param(BACKGROUND, signed(BACKGROUND), False, id="it came itself"),
        pytest.param(lined(signed(BACKGROUND)), signed(BACKGROUND), False, id="it was uncovered"),
    ],
)
def test_a_text_lies_under_what_was_drawn_over_it_alone(before: Luma, now: Luma, under: bool) -> None:
    # What was uncovered had been remembered as one text with what lay over it.
    assert lies_under(seen_on(before, SIGNED), PLACE, now, before) == under


def the_line(clips: Sequence[Clip]) -> Clip:
    """The clip that is as wide as the line."""
    (clip,) = [clip for clip in clips if abs(clip.lines[0].width - PLACE.width) < 30]
    return clip


@pytest.mark.parametrize("past", [84, 132])
def test_a_line_that_came_with_a_sign_at_a_cut_is_told_from_it_once_it_has_gone(past: int) -> None:
    background = cutting((0, BACKGROUND), (48, signed(OTHER)))
    clips = Tracked(film(Words(LINE, 48, past), count=168, background=background)).clips
    line, sign = the_line(clips), max(clips, key=lambda clip: clip.lines[0].width)
    assert (line.start, line.end) == span(48, past)
    assert (sign.start, sign.end) == span(48, 168)
    here = (slice(line.box.top, line.box.bottom), slice(line.box.left, line.box.right))
    alone, both = lined(OTHER)[here].astype(float), lined(signed(OTHER))[here].astype(float)
    strokes = np.abs(both - alone) > 60
    assert float((np.abs(line.image[:, :, 0].astype(float) - alone) > 60)[strokes].mean()) < 0.2


def outlined(picture: Luma) -> Luma:
    """White letters with black edges."""
    result = picture.copy()
    for level, thickness in ((0, 7), (235, 2)):
        cv2.putText(result, LINE, (LEFT, FOOT), cv2.FONT_HERSHEY_SIMPLEX, 0.8, level, thickness, cv2.LINE_AA)
    return result


@pytest.mark.parametrize(
    ("before", "now", "outlasts"),
    [
        pytest.param(outlined(BACKGROUND), outlined(np.full_like(BACKGROUND, 4)), True, id="on black"),
        pytest.param(outlined(BACKGROUND), outlined(OTHER), True, id="on another picture"),
        pytest.param(outlined(BACKGROUND), OTHER, False, id="gone with the cut"),
        pytest.param(outlined(BACKGROUND), np.full_like(BACKGROUND, 235), False, id="gone, on white"),
        pytest.param(outlined(BACKGROUND), lined(OTHER, NEXT), False, id="another line after the cut"),
        pytest.param(outlined(BACKGROUND), outlined(BACKGROUND), False, id="no cut"),
    ],
)
def test_a_text_outlasts_a_cut_if_only_what_is_around_it_changed(before: Luma, now: Luma, outlasts: bool) -> None:
    place = PLACE.padded(4, 4, WIDTH, HEIGHT)
    assert outlasts_cut(seen_on(before, place), now, before) == outlasts


def moments(*pictures: Luma) -> list[StripFrame]:
    """Frames of 40 ms, each picture with its own grain."""
    noise = np.random.default_rng(5)
    grainy = [np.clip(each + noise.normal(0, 1.5, each.shape), 0, 255).astype(np.uint8) for each in pictures]
    return [StripFrame(40 * number, 40 * number + 40, each) for number, each in enumerate(grainy)]


def found_on(strip: Luma, place: Box) -> list[Box]:
    """What a detector sees in some rows of a strip."""
    rows = np.repeat(strip[place.top : place.bottom, :, None], 3, axis=2)
    return [box.moved(0, place.top) for box in bright_lines([rows])[0]]


@pytest.mark.parametrize(
    ("after", "bare"),
    [
        pytest.param(signed(BACKGROUND), True, id="the sign alone is left"),
        pytest.param(lined(signed(BACKGROUND), NEXT), False, id="the next line came in its place"),
    ],
)
def test_what_lay_over_a_sign_is_told_with_whether_something_came_in_its_place(after: Luma, bare: bool) -> None:
    both = SIGNED.union(PLACE)
    recent = moments(*[lined(signed(BACKGROUND))] * 6, after)
    line = born(both, recent[:6])
    one = uncovered(line, [seen_on(after, SIGNED)], recent, found_on)
    assert one is not None
    assert one.bare == bare
    assert max(abs(one.box.left - PLACE.left), abs(one.box.right - PLACE.right)) < 16


def test_a_line_that_gave_way_to_the_next_lay_over_nothing() -> None:
    recent = moments(*[lined(BACKGROUND)] * 6, lined(BACKGROUND, NEXT))
    line = born(PLACE, recent[:6])
    assert uncovered(line, [seen_on(recent[-1].strip, PLACE)], recent, found_on) is None


def test_a_covered_sign_is_known_whole_again_once_nothing_lies_over_it() -> None:
    pictures = [signed(BACKGROUND)] * 6 + [lined(signed(BACKGROUND))] * 4 + [signed(BACKGROUND)]
    recent = moments(*pictures)
    sign = born(SIGNED, recent[:6])
    assert cover(sign, PLACE, recent[:10])
    beside = float(sign.strokes.energy.sum())
    show_whole(sign, recent[9])
    assert float(sign.strokes.energy.sum()) == beside  # the line is still there
    show_whole(sign, recent[10])
    assert float(sign.strokes.energy.sum()) > 1.5 * beside
    assert compare(sign.strokes, recent[10].strip).share == 1


def test_of_a_text_under_another_one_fewer_pixels_are_the_same_in_its_columns() -> None:
    before, now = signed(BACKGROUND), lined(signed(BACKGROUND))
    assert untouched(seen_on(before, SIGNED), PLACE, now, before) < 0.7
    assert untouched(seen_on(before, SIGNED), PLACE._replace(right=SIGNED.left + 40, left=0), now, before) > 0.95
    assert untouched(seen_on(lined(BACKGROUND), PLACE), PLACE, now, lined(BACKGROUND)) > 0.75
    assert untouched(seen_on(lined(BACKGROUND), PLACE), PLACE, BACKGROUND, BACKGROUND) < 0.6  # gone on both


def test_a_text_taken_away_leaves_what_it_lay_over_if_that_stood_still() -> None:
    text, now, behind = seen_on(lined(BACKGROUND), PLACE), lined(signed(BACKGROUND)), signed(BACKGROUND)
    away = without_texts([(text, behind)], now)
    here = (slice(PLACE.top, PLACE.bottom), slice(PLACE.left, PLACE.right))
    assert float((np.abs(away.astype(int) - behind) < 30)[here].mean()) > 0.97
    moved = without_texts([(text, OTHER)], now)
    assert (moved[here] != OTHER[here]).any()


def tracked_line(box: Box, pictures: Sequence[Luma]) -> tuple[Tracks, Recognition, LineTrack]:
    """A line that stood on all pictures but the last, which is looked at next."""
    tracks, layout, pace = Tracks(), ZoneLayout(BOTTOM), Pace(words=False)
    for each in moments(*pictures)[:-1]:
        tracks.remember(each)
    line = born(box, tracks.recent)
    tracks.add(line)
    tracks.remember(moments(*pictures)[-1])
    line.follow(tracks.recent[-1])
    births = Births(tracks, pace, lambda *_: None)
    return tracks, Recognition(tracks, layout, Finder(tracks, layout, bright_lines), births), line


@pytest.mark.parametrize(
    ("count", "boxes"), [pytest.param(40, 3, id="long after the line"), pytest.param(6, 1, id="with the line")]
)
def test_what_comes_on_both_sides_of_a_line_that_stood_is_another_text(count: int, boxes: int) -> None:
    wide = lettered(BACKGROUND, "NEWS", left=20, foot=FOOT)
    wide = lettered(wide, "TODAY", left=PLACE.right + 8, foot=FOOT)
    tracks, recognition, line = tracked_line(PLACE, [lined(BACKGROUND)] * count + [lined(wide)])
    whole = PLACE._replace(left=16, right=PLACE.right + 12 + width_of("TODAY"))
    recognition.take(whole, tracks.recent[-1], [])
    assert len(tracks.live) == boxes
    assert (line in tracks.live) == (boxes == 3)


GREY = 170  # luma of letters that are darker than a bright picture and brighter than a black one


def greyed(picture: Luma) -> Luma:
    """The picture with a grey line in a dark outline."""
    return np.where(lined(np.zeros_like(picture)) > INK // 2, np.uint8(GREY), lined(picture))


@pytest.mark.parametrize(("level", "up_before"), [(250, 4), (250, 0), (GREY, 0)], ids=["some frames", "none", "as ink"])
def test_a_text_that_is_found_after_a_cut_was_up_before_it_if_its_letters_were(level: int, up_before: int) -> None:
    """Before the bright picture the outline stands out, before the black one the letters: the middles are the same."""
    bright, dark = np.full((HEIGHT, WIDTH), level, np.uint8), np.full((HEIGHT, WIDTH), 5, np.uint8)
    strips = [bright] * (8 - up_before) + [greyed(bright)] * up_before + [greyed(dark)] * 6
    frames = [StripFrame(40 * at, 40 * at + 40, strip) for at, strip in enumerate(strips)]
    samples = history(seen_on(strips[-1], PLACE), frames)
    assert first_frame(samples, len(samples) - 1) == 40 * (8 - up_before)
