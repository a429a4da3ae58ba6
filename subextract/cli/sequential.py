"""How videos are extracted from a terminal: one after the other, and what is said of each."""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager

from subextract import runner
from subextract.cli.messages import report, say
from subextract.cli.progress import bar
from subextract.cli.signals import stoppable
from subextract.cli.summaries import summary
from subextract.concurrency.deferring import deferred
from subextract.errors import EngineError, Interrupted, UsageError
from subextract.output import Plan
from subextract.output.unread import failure, unread


def one_by_one(plans: Sequence[Plan], quiet: bool) -> list[int]:
    """The exit code of each video; what the next one would meet as well is raised."""
    codes: list[int] = []
    with stoppable() as stopped:
        for plan in plans:
            if not stopped:
                codes.append(_attempt(plan, quiet))
    return codes


def _attempt(plan: Plan, quiet: bool) -> int:
    try:
        extract_one(plan, bar(plan, quiet), quiet)
    except (UsageError, EngineError, Interrupted):
        raise
    except Exception as error:  # this video's problem alone
        return report(error)
    return 0


def extract_one(plan: Plan, display: AbstractContextManager[runner.Observer], quiet: bool) -> None:
    """Write the results of one video and say what they are."""
    started = time.monotonic()
    with deferred():
        load_libraries()
    if plan.notice and not quiet:
        say(plan.notice)
    if plan.made:
        _copy(plan, quiet)
        return
    with display as shown:
        outcome = runner.run(plan, shown)
    if outcome.lacks_copy:
        say("The video is not copied, because some cues are not translated yet.")
    if not quiet and (outcome.cues or not outcome.broken):
        say(summary(outcome, time.monotonic() - started))
        if (told := unread(outcome.cues)) and not failure(outcome.cues):
            say(told)
        if outcome.review:
            say(f"{outcome.review} keeps what was seen; to look at it: {_looking_at(plan)}")
    if outcome.failure:
        raise outcome.failure


def _copy(plan: Plan, quiet: bool) -> None:
    from subextract.output.muxing import muxed_later  # not at the top, as below

    path = muxed_later(plan)
    if not quiet:
        say(f"{path}: a copy of {plan.video} with the subtitles that were there.")


def _looking_at(plan: Plan) -> str:
    place = ["--output", str(plan.options.output)] if plan.options.output else []
    return shlex.join(
        ["subextract", "review", *place, *(["--"] if str(plan.video).startswith("-") else []), str(plan.video)]
    )


def load_libraries() -> None:
    """Load what a run needs; not at the top, so that mistakes are answered at once.

    Meanwhile signals should wait: numpy cannot be imported a second time once that was broken off, and a signal that
    is given to a thread which a library starts would not wake this one. A thread inherits what waits.
    """
    from subextract import pipeline  # noqa: F401
    from subextract.output import packing  # noqa: F401
