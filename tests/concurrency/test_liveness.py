"""Whether a process that goes on is left alone, and one that does not is ended, told by a clock that is set by hand."""

from __future__ import annotations

import pytest

from subextract.concurrency.liveness import LOADING, Deadlines, alive, heard


class Clock:
    """A clock that stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr("time.monotonic", found)
    return found


def test_a_process_may_load_its_libraries_for_longer_than_it_may_be_silent_later(clock: Clock) -> None:
    deadlines = Deadlines()
    clock.now += LOADING - 1
    assert deadlines.missed(20, 1000) is None
    clock.now += 1
    assert str(deadlines.missed(20, 1000)).startswith("It made no progress for 120 s; ")
    assert deadlines.missed(500, 1000) is None


def test_each_sign_of_life_begins_the_silence_anew(clock: Clock) -> None:
    deadlines = Deadlines()
    for _ in range(5):
        deadlines.sign()
        clock.now += 19
        assert deadlines.missed(20, 1000) is None
    clock.now += 1
    assert str(deadlines.missed(20, 1000)).startswith("It made no progress for 20 s; ")


def test_signs_of_life_do_not_make_a_process_last_for_ever(clock: Clock) -> None:
    deadlines = Deadlines()
    clock.now += 90
    deadlines.sign()
    assert deadlines.missed(20, 91) is None
    clock.now += 1
    assert deadlines.missed(20, 91) == "It took longer than 91 s; --limit allows more."


def test_signs_are_passed_on_once_a_second_and_only_while_somebody_listens(clock: Clock) -> None:
    signs: list[float] = []
    alive()
    with heard(lambda: signs.append(clock.now)):
        for clock.now in (100.5, 101.0, 101.5, 102.5):
            alive()
    clock.now += 10
    alive()
    assert signs == [101.0, 102.5]
