"""Whether boxes lie to one another as the names of the relations say."""

from __future__ import annotations

import pytest

from subextract import boxes
from subextract.types import Box

LINE = Box(100, 300, 300, 330)
ON_ONE_ROW = ("near_level", "level", "same_row", "fills")
RELATIONS = (*ON_ONE_ROW, "touch", "covers", "same_place", "same_box", "same_anchor", "stacked")


@pytest.mark.parametrize(
    ("other", "relations"),
    [
        (
            LINE,
            {"near_level", "level", "same_row", "fills", "touch", "covers", "same_place", "same_box", "same_anchor"},
        ),
        (LINE.moved(30, 0), {*ON_ONE_ROW, "touch", "covers", "same_place"}),
        (LINE.moved(250, 0), {"near_level", "level"}),
        (LINE.moved(0, 34), {"near_level", "stacked"}),
        (LINE.moved(0, 25), {"near_level", "stacked", "touch", "same_anchor"}),
        (Box(150, 300, 250, 330), {*ON_ONE_ROW, "touch", "covers", "same_anchor"}),
        (Box(100, 285, 300, 350), {"same_row", "fills", "touch"}),
        (LINE.moved(0, 200), set()),
    ],
    ids=["itself", "a letter aside", "far aside", "below", "close below", "its middle", "twice as high", "elsewhere"],
)
def test_relations_hold_as_far_as_a_box_is_moved(other: Box, relations: set[str]) -> None:
    assert {name for name in RELATIONS if getattr(boxes, name)(LINE, other)} == relations
