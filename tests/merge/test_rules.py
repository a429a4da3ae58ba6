"""Whether each named rule of the merge decides what it says, and says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from subextract.merge import Reading, merge
from subextract.merge.cues import NO_CUE, ONE_CUE
from subextract.merge.rules import PART_OF, SAME_SIGN, SAME_TEXT
from subextract.types import Batch, Box
from tests.merge.test_merge import HIGH, LOW, TOP, reading, sign

WHOLE = "Illness isn't the worst of it."
INSIDE = LOW._replace(left=252, right=396)


def decisions(*readings: Reading) -> list[str]:
    """What the merge tells, in order."""
    told: list[str] = []
    found = [Batch(clip.start, [(clip, lines)]) for clip, lines in readings]
    list(merge([*found, Batch(10**6, [])], tell=told.append))
    return told


def written(start: int, end: int, text: str, box: Box) -> Reading:
    clip, lines = reading(start, end, text, box=box)
    return replace(clip, written=True), lines


JOINED = {
    "written on": (reading(1000, 1500, "Good mc", score=0.7), reading(1500, 4000, "Good morning, all of you.")),
    "end left": (
        reading(1000, 2000, "I never said that before."),
        reading(2000, 3000, "said that before.", box=LOW._replace(left=320)),
    ),
    "middle seen": (reading(1000, 1220, WHOLE), reading(1220, 1520, "ss isn't the worst of", box=INSIDE)),
    "equal": (reading(1000, 2000, "We stay."), reading(2000, 3000, "We stay.")),
    "other reading": (
        reading(1000, 2000, "The cat is gone.", score=0.97),
        reading(2000, 3000, "The caf is gone.", score=0.71),
    ),
    "pushed up": (reading(1000, 2000, "It began in May."), reading(2000, 4000, "It began in May.", box=HIGH)),
    "sign again": (sign(1000, 3000, "BAKERY", box=TOP), sign(4500, 6000, "BAKERY", box=HIGH)),
    "sign read otherwise": (sign(1000, 3000, "BAKERY", box=TOP), sign(4500, 6000, "BAKFRY", box=TOP)),
}


@pytest.mark.parametrize("rule", JOINED)
def test_two_texts_are_joined_by_the_rule_that_fits(rule: str) -> None:
    first, second = JOINED[rule]
    texts = [f"{lines[0].text!r} at {clip.start / 1000:.3f} s" for clip, lines in (first, second)]
    assert decisions(first, second) == [f"{texts[0]} and {texts[1]} are one text: {rule}"]


STACKED = {
    "together": (reading(1000, 1250, "You can", box=HIGH), reading(1080, 1330, "not be")),
    "side by side": (reading(1000, 8000, "You cannot be", box=HIGH), reading(1200, 7900, "serious!")),
    "written in turn": (written(1000, 4000, "Two roads diverged", HIGH), reading(2500, 4000, "in a yellow wood")),
}


@pytest.mark.parametrize("rule", STACKED)
def test_two_lines_are_one_cue_by_the_rule_that_fits(rule: str) -> None:
    (told,) = decisions(*STACKED[rule])
    names = told.partition(" s is one cue: ")[2].split(", ")
    assert rule in names
    assert set(names) == {rule}


DROPPED = {
    "too fast to read": reading(1000, 1130, "How many of them are there?"),
    "flash": reading(1000, 1083, "Go on."),
    "lone letter": reading(1000, 1200, "I"),
}


@pytest.mark.parametrize("rule", DROPPED)
def test_what_is_no_cue_is_dropped_by_the_rule_that_fits(rule: str) -> None:
    (told,) = decisions(DROPPED[rule])
    assert told.endswith(f"at 1.000 s is no cue: {rule}")


def test_each_rule_of_the_tables_has_its_case_here() -> None:
    assert [*JOINED] == [*PART_OF, *SAME_TEXT, *SAME_SIGN]
    assert {*STACKED} == {*ONE_CUE}
    assert [*DROPPED] == [*NO_CUE]
