"""Whether sound translations pass, and those that moved to other lines do not, whatever the languages."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from subextract.translation import Passage, Task
from subextract.translation.checking import fault, misplaced
from tests.helpers.parallel_corpus import SCENE

PAIRS = list(permutations(SCENE, 2))


def passages(language: str) -> list[Passage]:
    return [Passage(number, text) for number, text in enumerate(SCENE[language], 1)]


def answers(language: str) -> dict[int, str]:
    return dict(enumerate(SCENE[language], 1))


@pytest.mark.parametrize(("source", "to"), PAIRS)
def test_what_people_translate_is_not_refused(source: str, to: str) -> None:
    found = {
        passage.text: fault(passage, answers(to)[passage.number], Task(to, source)) for passage in passages(source)
    }
    assert {text: wrong for text, wrong in found.items() if wrong and wrong.grave} == {}
    assert misplaced(passages(source), answers(to)) == set()


def test_translations_that_moved_by_a_line_are_noticed_wherever_that_begins() -> None:
    missed = moves = 0
    for (source, to), step, first in product(PAIRS, (1, -1), range(1, 18, 4)):
        asked, right = passages(source), answers(to)
        moved = {n: right.get(n + step, right[n]) if n >= first + (step < 0) else right[n] for n in right}
        wrong = {n for n in right if moved[n] != right[n]}
        told = {
            one.number for one in asked if (found := fault(one, moved[one.number], Task(to, source))) and found.grave
        }
        missed += len(wrong - told - misplaced(asked, moved))
        moves += len(wrong)
    assert (missed, moves) == (12, 3000)
