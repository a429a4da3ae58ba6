"""Whether every format lets players show a text on the same pictures as the video did, at the rates of films."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from subextract.formats import by_name
from subextract.media.clock import Clock
from subextract.types import Cue, Word

RATES = (Fraction(24000, 1001), 24, 25, Fraction(30000, 1001), 30, 50, Fraction(60000, 1001), 60)
CONTAINERS = (None, 90_000)  # ticks per second: a whole number for each picture, or those of a transport stream
FIRST = (0, 600_000)  # pictures; the beginning, and hours later
COUNT = 1300  # pictures; more than it takes until hundredths and pictures meet again as they did


def shown(rate: Fraction | int, ticks: int | None, first: int) -> tuple[list[Fraction], list[int]]:
    """The exact times (ms) of pictures, and those that they have here."""
    length = 1 / Fraction(rate)
    base = Fraction(1, ticks) if ticks else Fraction(1, length.denominator)
    stamps = [round(number * length / base) for number in range(first, first + COUNT)]
    return [1000 * base * stamp for stamp in stamps], [Clock.of(base, 0).milliseconds(stamp) for stamp in stamps]


@pytest.mark.parametrize("name", ["srt", "vtt", "ass", "json"])
@pytest.mark.parametrize("rate", RATES, ids=float)
@pytest.mark.parametrize("ticks", CONTAINERS)
@pytest.mark.parametrize("first", FIRST)
def test_each_picture_is_the_first_or_the_last_one_that_shows_a_text(
    name: str, rate: Fraction | int, ticks: int | None, first: int
) -> None:
    exact, times = shown(rate, ticks, first)
    kind = by_name(name)
    written = kind.loads(kind.dumps([Cue(start, end, "text") for start, end in pairwise(times)]))
    for place, cue in enumerate(written[1:], 1):
        assert exact[place - 1] < cue.start <= exact[place]
        assert exact[place] < cue.end <= exact[place + 1]


@pytest.mark.parametrize("name", ["vtt", "ass"])
@pytest.mark.parametrize("rate", RATES, ids=float)
def test_each_picture_is_the_first_one_that_shows_a_word(name: str, rate: Fraction | int) -> None:
    exact, times = shown(rate, None, 7)
    words = tuple(Word(start, end, f"w{number}") for number, (start, end) in enumerate(pairwise(times)))
    kind = by_name(name)
    (cue,) = kind.loads(kind.dumps([Cue(times[0], times[-1], " ".join(word.text for word in words), words=words)]))
    assert len(cue.words) == len(words)
    for place, word in enumerate(cue.words[1:], 1):
        assert exact[place - 1] < word.start <= exact[place]


def test_a_script_that_is_read_and_written_again_keeps_its_times() -> None:
    kind = by_name("ass")
    once = kind.dumps([Cue(1_234, 2_345, "text")])
    assert kind.dumps(kind.loads(once)) == once
