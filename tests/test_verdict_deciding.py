"""Whether readings are answered as they are decided: in order, with their kinds, all along a long film."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from subextract.types import Clip, Line
from subextract.verdict import Film, Text, decided
from tests.test_verdict import HEIGHT, PAINTED, SAID, SMALL, WIDTH, At, talk, text

PICTURE = np.zeros((4, 4, 3), np.uint8)


def reading(*texts: Text, kind: str | None = None) -> tuple[Clip, list[Line]]:
    """A clip with its lines, as a reader gives it."""
    (start, end, box), *_ = ((one.evidence.start, one.evidence.end, one.evidence.box) for one in texts)
    places = tuple(one.evidence.box for one in texts)
    evidence = tuple(one.evidence for one in texts)
    lines = [Line(one.said, one.evidence.box, one.score) for one in texts]
    return Clip(start, end, PICTURE, box, places, kind=kind, evidence=evidence), lines


def answers(
    *readings: tuple[Clip, list[Line]], keep: frozenset[str] = frozenset()
) -> tuple[list[tuple[int, list[tuple[str | None, str]]]], list[str]]:
    """What is answered to readings that come one by one, and the kinds of what was left out."""
    told: list[str] = []
    found = ((clip.start, [(clip, lines)]) for clip, lines in readings)
    film = Film(WIDTH, HEIGHT, readings[-1][0].end)
    answered = [
        (known, [(clip.kind, line.text) for clip, lines in batch for line in lines])
        for known, batch in decided(found, film, keep=keep, leave_out=told.append)
    ]
    return answered, told


SIGN = text("BAKERY", 41_000, 44_000, look=PAINTED, at=At(380, 300, 50), cut_in=True, cut_out=True)
LOGO = text("CHANNEL 7", 0, 160_000, look=SMALL, at=At(1180, 60, 26), from_first=True, to_last=True)


def mixed() -> list[tuple[Clip, list[Line]]]:
    """Readings of subtitles, a sign and a logo in order of start."""
    return [reading(one) for one in sorted([*talk(), SIGN, LOGO], key=lambda one: one.evidence.start)]


def test_subtitles_are_answered_in_order_and_other_text_is_left_out_by_kind() -> None:
    answered, told = answers(*mixed())
    assert [said for _, batch in answered for said in batch] == [(None, one.said) for one in talk()]
    assert sorted(told) == ["sign", "static"]


def test_other_text_that_is_wanted_is_kept_with_its_kind() -> None:
    answered, told = answers(*mixed(), keep=frozenset({"sign"}))
    others = [said for _, batch in answered for said in batch if said[0]]
    assert (others, told) == ([("sign", "BAKERY")], ["static"])


def test_of_a_clip_with_a_subtitle_and_another_text_each_line_is_decided_by_itself() -> None:
    lines = talk()
    sign = replace(SIGN, evidence=replace(SIGN.evidence, start=lines[9].evidence.start, end=lines[9].evidence.end))
    answered, told = answers(*(reading(one, sign) if one is lines[9] else reading(one) for one in lines))
    assert [said for _, batch in answered for _, said in batch] == [one.said for one in lines]
    assert told == ["sign"]


def test_what_has_a_kind_already_passes() -> None:
    answered, told = answers(reading(SIGN, kind="credits"))
    assert (answered[-1][1], told) == ([("credits", "BAKERY")], [])


def test_a_long_film_is_answered_all_along_and_never_behind_a_time_that_was_passed() -> None:
    answered, _ = answers(*(reading(one) for one in talk(160)))
    assert [said for _, batch in answered for _, said in batch] == [one.said for one in talk(160)]
    times = [known for known, _ in answered]
    assert len(times) > 2
    assert times == sorted(times)
    handed = 0
    for known, batch in answered[:-1]:
        handed += len(batch)
        assert talk(160)[handed].evidence.start >= known > talk(160)[handed - 1].evidence.start


def test_each_decision_is_told_with_the_texts_that_it_was_made_on() -> None:
    told: list[tuple[list[str], list[bool]]] = []
    found = [(one.evidence.start, [reading(one)]) for one in (*talk(10), SIGN)]
    film = Film(WIDTH, HEIGHT, 60_000)
    list(
        decided(
            found, film, told=lambda texts, said: told.append(([t.said for t in texts], [v.is_subtitle for v in said]))
        )
    )
    assert told == [([*SAID[:10], "BAKERY"], [True] * 10 + [False])]


def test_pictures_are_let_go_unless_somebody_wants_them() -> None:
    film, found = Film(WIDTH, HEIGHT, 60_000), [(0, [reading(one) for one in talk(5)])]
    for wanted in (True, False):
        clips = [clip for _, batch in decided(found, film, with_pictures=wanted) for clip, _ in batch]
        assert [clip.image.size > 0 for clip in clips] == [wanted] * 5
