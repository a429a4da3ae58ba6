"""What the likely subtitles of a film have in common, and what is unlike that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from subextract.verdict import Text
from subextract.verdict.blocks import blocks_of
from subextract.verdict.likely import MAX_COMPARED, Likely
from tests.verdict.test_verdict import HEIGHT, LOW, SAID, TALL, WHITE, WIDTH, At, kept, talk, text

FOUND = text("You fell!", 60_000, 62_000)
ON_THE_BACKGROUND = replace(WHITE, edge=(120, 110, 60))
TURNED = replace(WHITE, fill=WHITE.edge, edge=WHITE.fill)


def pieces(one: Text, others: Sequence[Text], trust: float = 4.0) -> dict[str, float]:
    """Those of a text, where the others are likely."""
    blocks = blocks_of([*others, one])
    mine = next(block for block in blocks if one in block.texts)
    sure = {id(block): 0.0 if block is mine else trust for block in blocks}
    return Likely(blocks, sure, WIDTH, HEIGHT).pieces(mine)


def random_places(count: int = 24) -> list[Text]:
    return [
        replace(one, evidence=replace(one.evidence, box=one.evidence.box.moved(0, -20 * number)))
        for number, one in enumerate(talk(count))
    ]


@pytest.mark.parametrize(
    ("one", "unlike"),
    [
        (FOUND, set[str]()),
        (text("You fell!", 60_000, 62_000, at=At(bottom=250)), {"off the usual level"}),
        (text("You fell!", 60_000, 62_000, at=At(middle=300)), {"off the usual column"}),
        (text("You fell!", 60_000, 62_000, look=TALL), {"not the usual size", "not the usual colours"}),
        (text("You fell!", 60_000, 62_000, look=ON_THE_BACKGROUND), set()),
        (text("You fell!", 60_000, 62_000, look=TURNED), set()),
    ],
    ids=["as all", "at another level", "aside", "another look", "on another background", "fill for edge"],
)
def test_what_is_unlike_the_others_is_named(one: Text, unlike: set[str]) -> None:
    found = pieces(one, talk(12))
    assert {name for name, value in found.items() if value > 0.3 and not name.endswith("clearly")} == unlike
    assert all(value < 0.1 for name, value in found.items() if not name.startswith(tuple(unlike) or "-"))


def test_where_all_have_places_of_their_own_none_is_elsewhere() -> None:
    one = text("You fell!", 60_000, 62_000, at=At(bottom=130))
    assert pieces(one, random_places())["off the usual level"] < 0.1


def test_a_line_of_two_that_are_up_together_is_on_their_level() -> None:
    pairs = [
        line
        for number, one in enumerate(talk(8))
        for line in (one, text("and so", one.evidence.start, one.evidence.end, at=At(bottom=LOW - 44)))
    ]
    upper = text("You fell!", 60_000, 62_000, at=At(bottom=LOW - 44))
    assert pieces(upper, pairs)["off the usual level"] == 0


def test_lines_that_begin_at_one_column_are_where_the_others_are() -> None:
    lines = [
        replace(one, evidence=replace(one.evidence, box=one.evidence.box.moved(80 - one.evidence.box.left, 0)))
        for one in [*talk(12), FOUND]
    ]
    found = pieces(lines[-1], lines[:-1])
    assert found["off the usual column"] == 0
    assert found["aside where the others are"] > 0.7


def test_few_say_less_than_many() -> None:
    one = text("You fell!", 60_000, 62_000, at=At(bottom=250))
    assert 0 < pieces(one, talk(2))["off the usual level"] < pieces(one, talk(12))["off the usual level"] / 1.5


@pytest.mark.parametrize("others", [[], talk(3)], ids=["alone", "with others that are unlikely"])
def test_where_nothing_is_likely_nothing_is_usual(others: Sequence[Text]) -> None:
    assert pieces(FOUND, others, trust=0.0) == {}


def test_a_look_that_was_not_measured_is_like_none() -> None:
    found = pieces(text("You fell!", 60_000, 62_000, look=None), talk(12))
    assert found["not the usual size"] > 0.3
    assert found["off the usual level"] == 0


def test_of_very_many_some_are_compared_with() -> None:
    one = text("You fell!", 60_000, 62_000, at=At(bottom=250))
    assert pieces(one, talk(3 * MAX_COMPARED + 7, every=2500))["off the usual level"] > 0.9


def test_a_text_of_a_game_at_another_level_is_none_of_a_films_subtitles() -> None:
    painted = replace(WHITE, height=42.0, stroke=4.0, edge=(49, 36, 11), edge_spread=40.0)
    died = text("You died!", 31_000, 32_300, look=painted, at=At(bottom=200, height=56), steadiness=0.9)
    assert kept(*talk(12), died, duration=60_000) == list(SAID[:12])
