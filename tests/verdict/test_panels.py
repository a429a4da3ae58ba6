"""Whether what is drawn in one frame and taken away in one, on several rows, is judged as one."""

from __future__ import annotations

import pytest

from subextract.verdict import Text
from subextract.verdict.blocks import blocks_of
from subextract.verdict.panels import as_panels, panels
from tests.verdict.test_verdict import PLATE, WHITE, At, kept, talk, text

FELL = "You fell!"
DISPLAY = {"Score 2609": 370, "Start again": 480, "Main menu": 590}  # each at a bottom (px)


def display(start: int = 61_000, end: int = 63_000, *, cut: bool = False, last: int = 3) -> list[Text]:
    """The end of a game: a sentence as subtitles look, and what stands below it."""
    rows = {FELL: 250} | dict(list(DISPLAY.items())[:last])
    known = {"cut_in": cut, "cut_out": cut}
    looks = {FELL: WHITE}
    return [
        text(said, start, end, look=looks.get(said, PLATE), at=At(bottom=bottom), **known)
        for said, bottom in rows.items()
    ]


def found(*texts: Text) -> list[set[str]]:
    return [{block.said for block in panel} for panel in panels(blocks_of(texts))]


def judged_together(texts: list[Text], odds: dict[str, float]) -> dict[str, float]:
    """The log-odds of each text, given those of each by itself."""
    blocks = blocks_of(texts)
    answer = as_panels(blocks, {id(block): odds[block.said] for block in blocks})
    return {block.said: answer[id(block)] for block in blocks}


def test_rows_that_come_and_go_in_one_frame_are_a_panel() -> None:
    assert found(*talk(12), *display()) == [{FELL, *DISPLAY}]


@pytest.mark.parametrize(
    "texts",
    [
        display(last=1),
        display(cut=True),
        [*display(last=1), text("Main menu", 61_500, 63_000, at=At(bottom=590))],
        [*display(last=1), text("Main menu", 61_000, 63_500, at=At(bottom=590))],
        [*display(last=1), text("Score 2609", 61_000, 63_000, at=At(middle=900, bottom=250))],
    ],
    ids=["two rows", "all of a shot", "one comes later", "one goes later", "two on one row"],
)
def test_other_texts_are_none(texts: list[Text]) -> None:
    assert found(*talk(12), *texts) == []


def test_none_of_a_panel_is_likelier_than_all_are_on_average() -> None:
    odds = {FELL: 3.0, "Score 2609": -6.0, "Start again": -2.0, "Main menu": -3.0}
    assert judged_together(display(), odds) == odds | {FELL: -1.75, "Start again": -2.0}


def test_likely_texts_that_come_and_go_together_stay_likely() -> None:
    odds = dict.fromkeys((FELL, *DISPLAY), 2.0)
    assert judged_together(display(), odds) == odds


def test_a_subtitle_that_is_up_meanwhile_and_goes_later_is_none_of_it() -> None:
    spoken = talk(12)
    assert kept(*spoken, *display(), text("Did you see that?", 61_000, 64_000)) == [
        *(one.said for one in spoken),
        "Did you see that?",
    ]
