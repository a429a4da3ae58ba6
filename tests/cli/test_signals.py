"""Whether a signal stops a run once, and only impatience ends it before it has written what it found."""

from __future__ import annotations

import os
import signal
import time

import pytest

from subextract.cli.signals import IMPATIENCE, stoppable


class Ended(Exception):
    """In the place of the end of the process."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]

    def end(code: int) -> None:
        raise Ended(code)

    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(os, "_exit", end)
    return now


@pytest.mark.parametrize(("first", "other"), [(signal.SIGINT, signal.SIGTERM), (signal.SIGTERM, signal.SIGINT)])
def test_the_same_signal_again_after_a_while_ends_the_process_and_another_one_never(
    clock: list[float], first: signal.Signals, other: signal.Signals
) -> None:
    with stoppable() as came:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(first)
        signal.raise_signal(first)  # the terminal's, sent to the whole group
        clock[0] += 2 * IMPATIENCE
        signal.raise_signal(other)  # from who started this process, and was slow to hear of the first one
        with pytest.raises(Ended, match="130"):
            signal.raise_signal(first)
    assert came == [first, first, other, first]
