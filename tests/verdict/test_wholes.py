"""Whether stays that follow one another at one place are judged as the one text that they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from subextract.verdict import Text
from subextract.verdict.pieces import TURN_GAP
from subextract.verdict.wholes import Whole, wholes
from tests.verdict.test_verdict import LOW, SAID, WHITE, At, kept, talk, text

HEADLINE = "PART OF A PLANE FALLS ON A GARDEN"
BEHIND = At(bottom=LOW - 14)


def spans(found: list[Whole]) -> list[tuple[int, int, str]]:
    return [(one.text.evidence.start, one.text.evidence.end, one.text.said) for one in found]


def headline(start: int, end: int, said: str = HEADLINE, score: float = 0.98, **known: bool | float) -> Text:
    return replace(text(said, start, end, at=BEHIND, look=replace(WHITE, stroke=3.2), **known), score=score)


def test_stays_that_follow_one_another_are_one_text_read_as_in_its_surest_stay() -> None:
    torn = headline(2000, 4000, "PART OF A PLANE FAL S ON A GARDEN", 0.8)
    found = wholes([headline(0, 2000), torn, headline(4100, 4500)])
    assert spans(found) == [(0, 4500, HEADLINE)]
    assert found[0].numbers == [0, 1, 2]


@pytest.mark.parametrize(
    "other",
    [
        text(SAID[1], 2000, 4000, at=BEHIND),
        headline(2000 + TURN_GAP + 1, 4000),
        text(HEADLINE, 2000, 4000, at=At(bottom=LOW - 200)),
        text("PART OF A PLANE FAL", 2000, 4000, at=BEHIND),
    ],
    ids=["other words", "later", "elsewhere", "a part of it"],
)
def test_other_texts_stay_apart(other: Text) -> None:
    assert [one.numbers for one in wholes([headline(0, 2000), other])] == [[0], [1]]


def test_a_text_comes_as_its_first_stay_did_and_goes_as_its_last_one_did() -> None:
    stays = [
        headline(0, 1000, cut_in=True, from_first=True, steadiness=1.0),
        headline(1000, 4000, follows=True, steadiness=0.6),
        headline(4000, 5000, follows=True, cut_out=True, to_last=True, steadiness=1.0),
    ]
    (whole,) = wholes(stays)
    stay = whole.text.evidence
    assert (stay.cut_in, stay.from_first, stay.follows) == (True, True, False)
    assert (stay.cut_out, stay.to_last) == (True, True)
    assert stay.steadiness == pytest.approx(0.76)


def test_the_order_of_the_texts_does_not_matter() -> None:
    stays = [headline(2000, 4000), *talk(3), headline(0, 2000)]
    found = wholes(stays)
    assert sorted(number for one in found for number in one.numbers) == list(range(len(stays)))
    assert [1, 4] not in [one.numbers for one in found]
    assert [4, 0] in [one.numbers for one in found]


def test_a_headline_over_which_the_subtitles_come_and_go_is_no_subtitle_although_it_seems_to_go_with_them() -> None:
    subtitles = talk(20, first=0, every=2100)
    torn = [headline(one.evidence.start, one.evidence.end + 60) for one in subtitles[4:10]]
    assert HEADLINE not in kept(*subtitles, *torn)
    assert set(kept(*subtitles, *torn)) == set(SAID)
