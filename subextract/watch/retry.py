"""The fate of a job whose attempt went wrong: another try, when, or set aside with its reason."""

from __future__ import annotations

import signal
from collections.abc import Collection
from typing import NamedTuple

from subextract.errors import EngineError, Interrupted, OutputError, UsageError
from subextract.ledger import Ending, Job

PAUSE_GROWTH = 4  # times as long is each pause as the one before: minutes for a copy that stalled, hours for a bad disk
LONGEST_PAUSE = 6 * 3600.0  # s
DEATHS = 10  # deaths of the daemon, by a power cut or otherwise, while it ran a job, after which the job is suspected

# The full disk or the engine that is gone, not the video: it waits, however often.
_NOT_ITS_FAULT = {OutputError.exit_code, EngineError.exit_code}
_HANDED_BACK = {Interrupted.exit_code}
HOPELESS = frozenset({UsageError.exit_code})


class Patience(NamedTuple):
    """How often (retries) and after which pause (s) a video is tried again, and with which statuses it never is."""

    retries: int
    pause: float
    hopeless: Collection[int] = HOPELESS


def pause_after(attempts: int, first: float) -> float:
    """Seconds to wait after this number of attempts."""
    return float(min(first * PAUSE_GROWTH ** min(attempts - 1, 20), LONGEST_PAUSE))


def judge(job: Job, status: int, reason: str, *, now: float, patience: Patience) -> Ending:
    """The ending of an attempt that ended with ``status`` (negative: the number of a signal)."""
    if status in _HANDED_BACK:
        return Ending("queued", reason, blamed=False)
    if status in _NOT_ITS_FAULT:
        return Ending("queued", reason, due=now + pause_after(job.attempts, patience.pause), blamed=False)
    if status in patience.hopeless or job.strikes > patience.retries:
        return Ending("failed", reason)
    return Ending("queued", reason, due=now + pause_after(job.strikes, patience.pause))


def is_deadly(job: Job) -> bool:
    """Whether too many daemons died while they ran the job to try it again."""
    return job.deaths > DEATHS


def crash(status: int, last_words: str) -> str:
    """The sentence about a worker that ended without a report."""
    end = f"was ended by {_signal_name(-status)}" if status < 0 else f"ended with status {status} and no result"
    return f"The reader {end}{f' ({last_words})' if last_words else ''}."


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
