"""Whether a generator can work ahead in a thread without losing an item, an error or its end."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator

import pytest

from subextract.concurrency.prefetch import prefetch


def counted(last: int, closed: list[str] | None = None) -> Generator[int, None, None]:
    try:
        yield from range(last)
    finally:
        if closed is not None:
            closed.append(threading.current_thread().name)


def test_all_items_come_in_order_and_then_the_end() -> None:
    assert list(prefetch(counted(100), 3)) == list(range(100))
    assert list(prefetch(counted(0), 3)) == []


def test_the_generator_runs_in_another_thread_and_is_closed_there() -> None:
    closed: list[str] = []
    assert list(prefetch(counted(3, closed), 1)) == [0, 1, 2]
    assert closed == ["prefetch-1"]


def test_no_more_than_the_limit_and_the_one_in_hand_are_made_ahead() -> None:
    made: list[int] = []
    reached = threading.Event()

    def source() -> Generator[int, None, None]:
        for number in range(100):
            made.append(number)
            if number == 4:
                reached.set()
            yield number

    items = prefetch(source(), 3)
    assert next(items) == 0
    assert reached.wait(5)
    assert not threading.Event().wait(0.2)
    assert made == [0, 1, 2, 3, 4]
    items.close()


def test_an_error_comes_after_the_items_before_it() -> None:
    def source() -> Generator[int, None, None]:
        yield 1
        raise ValueError("no more")

    items = prefetch(source(), 5)
    assert next(items) == 1
    with pytest.raises(ValueError, match="no more"):
        next(items)
    assert list(items) == []


def test_closing_in_the_middle_closes_the_source_and_leaves_no_thread() -> None:
    closed: list[str] = []
    before = threading.active_count()
    items = prefetch(counted(10**9, closed), 2)
    assert next(items) == 0
    items.close()
    assert len(closed) == 1
    assert threading.active_count() == before


def test_one_may_work_ahead_of_another() -> None:
    closed: list[str] = []

    def doubled(numbers: Iterator[int]) -> Generator[int, None, None]:
        for number in numbers:
            yield 2 * number

    items = prefetch(doubled(prefetch(counted(10**9, closed), 2)), 2)
    assert [next(items) for _ in range(5)] == [0, 2, 4, 6, 8]
    items.close()
    assert len(closed) == 1
