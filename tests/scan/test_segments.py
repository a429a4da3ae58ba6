"""Whether the parts of a video cover it, and what is found in them is joined without a seam."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap

import numpy as np
import pytest

from subextract.scan.segments import LEAD, SEAM, Segment, split, stitch
from subextract.types import Batch, Box, Clip

Found = Sequence[tuple[int, Sequence[Clip]]]

MINUTE = 60_000
CUT = 5 * MINUTE
BEFORE, AFTER = Segment(0, 0, CUT), Segment(CUT - LEAD, CUT, None)


def clip(start: int, end: int, kind: str | None = None) -> Clip:
    """A clip of nothing."""
    return Clip(start, end, np.zeros((1, 1, 3), np.uint8), Box(0, 0, 1, 1), kind=kind)


def together(before: Found, after: Found) -> list[Batch[Clip]]:
    return list(stitch([(BEFORE, starmap(Batch, before)), (AFTER, starmap(Batch, after))]))


def spans(found: Found) -> list[tuple[int, int]]:
    return [(clip.start, clip.end) for _, clips in found for clip in clips]


@pytest.mark.parametrize(("minutes", "workers"), [(10, 2), (120, 8), (7, 3), (180, 2)])
def test_the_parts_cover_the_video_and_keep_all_workers_busy(minutes: int, workers: int) -> None:
    parts = split(3000, 3000 + minutes * MINUTE, workers)
    assert [part.end for part in parts[:-1]] == [part.start for part in parts[1:]]
    assert (parts[0].first, parts[0].start, parts[-1].end) == (3000, 3000, None)
    assert len(parts) % workers == 0
    lengths = [part.end - part.start for part in parts if part.end]
    assert max(lengths) - min(lengths) <= 1
    assert all(part.first == part.start - LEAD for part in parts[1:])


@pytest.mark.parametrize(("seconds", "workers", "parts"), [(90, 4, 1), (150, 4, 2), (600, 1, 1), (0, 2, 1)])
def test_a_short_video_is_not_cut_into_scraps(seconds: int, workers: int, parts: int) -> None:
    assert len(split(0, 1000 * seconds, workers)) == parts


def test_what_both_saw_is_there_once() -> None:
    both = [clip(CUT - 4000, CUT - 2000), clip(CUT + 1000, CUT + 3000)]
    before = [(CUT - SEAM, [clip(1000, 2000)]), (CUT + SEAM, both)]
    after = [(CUT + SEAM, both), (CUT + 2 * SEAM, [clip(CUT + 9000, CUT + 9500)])]
    assert spans(together(before, after)) == [
        (1000, 2000),
        (CUT - 4000, CUT - 2000),
        (CUT + 1000, CUT + 3000),
        (CUT + 9000, CUT + 9500),
    ]


def test_a_text_that_was_up_when_a_part_began_is_taken_from_the_part_before() -> None:
    before = [(CUT + SEAM, [clip(CUT - LEAD - 900, CUT + 4000)])]
    after = [(CUT + SEAM, [clip(CUT - LEAD, CUT + 4000)])]
    assert spans(together(before, after)) == [(CUT - LEAD - 900, CUT + 4000)]


@pytest.mark.parametrize("off", [-40, 40])
def test_a_beginning_at_the_cut_on_which_they_do_not_agree_is_neither_lost_nor_doubled(off: int) -> None:
    before = [(CUT + SEAM, [clip(CUT, CUT + 2000)])]
    after = [(CUT + SEAM, [clip(CUT + off, CUT + 2000)])]
    assert len(spans(together(before, after))) == 1


def test_a_logo_that_stays_where_a_part_ends_comes_in_pieces_that_overlap() -> None:
    before = [(CUT + SEAM, []), (CUT + 20_000, [clip(500, CUT + 20_000, "static")])]
    after = [(CUT + SEAM, []), (2 * CUT, [clip(CUT - LEAD, 2 * CUT, "static")])]
    assert spans(together(before, after)) == [(500, CUT + 20_000), (CUT - LEAD, 2 * CUT)]


def test_no_clip_begins_before_the_time_that_was_said_unless_it_is_a_piece_of_a_logo() -> None:
    before = [(time, [clip(time - 900, time + 2000)]) for time in range(1000, CUT + SEAM + 1, 1000)]
    after = [(time, [clip(time - 900, time + 2000)]) for time in range(CUT - LEAD + 1000, 2 * CUT, 1000)]
    said = 0
    found = together(before, after)
    for known, clips in found:
        assert known >= said
        assert all(each.start >= said for each in clips)
        said = known
    assert spans(found) == [(time - 900, time + 2000) for time in range(1000, 2 * CUT, 1000)]


def test_what_was_found_where_the_video_breaks_off_is_handed_out() -> None:
    parts = [(BEFORE, iter([Batch(CUT - 1000, [clip(CUT - 3000, CUT - 1000)])]))]
    assert spans(list(stitch(parts))) == [(CUT - 3000, CUT - 1000)]
