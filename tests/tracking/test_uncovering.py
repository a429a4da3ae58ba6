"""Whether a text that was drawn over another one is told from that when it has gone, or when the shot changes."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from subextract.tracking.changes import lies_under, outlasts_cut
from subextract.tracking.strokes import seen_on
from subextract.types import Box, Clip, Luma
from tests.helpers.painting import HEIGHT, WIDTH, Words, clouds, cutting, film, lettered, width_of
from tests.tracking.test_tracking import Tracked, span

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
    line = the_line(Tracked(film(Words(LINE, 48, past), count=168, background=background)).clips)
    assert (line.start, line.end) == span(48, past)
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
