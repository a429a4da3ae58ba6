"""In which order a line passes through the phases of its life, and who is remembered."""

from __future__ import annotations

import numpy as np
import pytest

from subextract.tracking.lines import LineTrack, Phase, born
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.tracks import NEXT, Tracks
from subextract.types import Box


def line() -> LineTrack:
    strip = np.tile(np.array([0, 0, 255, 255], np.uint8), (40, 30))
    return born(Box(10, 10, 60, 30), [StripFrame(0, 40, strip)])


def test_lines_are_listed_in_the_order_in_which_they_came_into_their_phase() -> None:
    tracks, one, other = Tracks(), line(), line()
    tracks.add(one)
    tracks.add(other)
    tracks.move(other, Phase.LEAVING)
    tracks.move(one, Phase.LEAVING)
    assert (tracks.live, tracks.leaving) == ([], [other, one])
    tracks.move(other, Phase.UP)
    assert (tracks.shown, tracks.going) == ([other, one], [one])


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("to", Phase)
def test_only_what_the_table_allows_is_done(phase: Phase, to: Phase) -> None:
    tracks, one = Tracks(), line()
    one.phase = phase
    tracks.add(one)
    if to in NEXT[phase]:
        tracks.move(one, to)
        assert one.phase is to
    else:
        with pytest.raises(ValueError, match=phase.name):
            tracks.move(one, to)


def test_parts_of_another_line_are_over_and_only_those_with_their_own_place_are_remembered() -> None:
    tracks, part, above = Tracks(), line(), line()
    tracks.add(part)
    tracks.add(above)
    tracks.absorb([part, above], [above])
    assert tracks.known == [above]
    assert {part.phase, above.phase} == {Phase.OVER}
