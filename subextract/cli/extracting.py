"""How one video is extracted, from its plan to the line that sums it up."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from subextract.cli.bar import bar
from subextract.cli.saying import report, say
from subextract.cli.stopping import deferred, stoppable
from subextract.cli.summaries import summary
from subextract.errors import DecodeError, EngineError, Interrupted, UsageError
from subextract.options import Options
from subextract.output import Plan, Writer

if TYPE_CHECKING:
    from subextract.past import Past
    from subextract.pipeline import Extraction
    from subextract.translation import Interpreter, Translation


class Display(Protocol):
    """Whoever shows how far a run has come."""

    def moved(self, done: int, total: int | None) -> None: ...

    def found(self, cues: int) -> None: ...


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
        extract(plan, bar(plan, quiet), quiet)
    except (UsageError, EngineError, Interrupted):
        raise
    except Exception as error:  # this video's problem alone
        return report(error)
    return 0


def extract(plan: Plan, display: AbstractContextManager[Display], quiet: bool) -> None:
    """Write the results of one video and say what they are."""
    started = time.monotonic()
    with deferred():
        load_libraries()
    if plan.notice and not quiet:
        say(plan.notice)
    if plan.made:
        _copy(plan, quiet)
        return
    with (
        display as shown,
        _interpreter(plan) as interpreter,
        _stream(plan.video, plan.remaining, shown.moved, plan.past) as extraction,
        Writer(plan, extraction.video, extraction) as writer,
    ):
        broken, translation = _collect(writer, extraction, shown, interpreter)
        if plan.options.mux and writer.cues and not broken:
            _mux(plan, writer, extraction, translation)
    if not quiet and (writer.cues or not broken):
        say(summary(plan, writer, extraction, time.monotonic() - started, translation))
    if broken:
        raise broken
    if translation and (failure := translation.failure(plan.way_on)):
        raise failure


def _copy(plan: Plan, quiet: bool) -> None:
    from subextract.output.muxing import muxed_later  # not at the top, as below

    path = muxed_later(plan)
    if not quiet:
        say(f"{path}: a copy of {plan.video} with the subtitles that were there.")


def _mux(plan: Plan, writer: Writer, extraction: Extraction, translation: Translation | None) -> None:
    """Write the copy of the video; not where a part is still to be translated, for the next run goes on with that."""
    from subextract.output.muxing import muxed  # not at the top, as below

    if translation and translation.failed:
        say("The video is not copied, because some cues are not translated yet.")
        return
    cues = writer.languages or writer.cues
    writer.paths.append(muxed(plan, extraction.video, cues, translation.cues if translation else None))


def load_libraries() -> None:
    """Load what a run needs; not at the top, so that mistakes are answered at once.

    Meanwhile signals should wait: numpy cannot be imported a second time once that was broken off, and a signal that
    is given to a thread which a library starts would not wake this one. A thread inherits what waits.
    """
    from subextract import pipeline  # noqa: F401
    from subextract.output import packing  # noqa: F401


def _stream(
    path: Path, options: Options, on_progress: Callable[[int, int | None], None], past: Past | None
) -> Extraction:
    from subextract.pipeline import stream

    return stream(path, options, on_progress=on_progress, past=past)


def _interpreter(plan: Plan) -> AbstractContextManager[Interpreter | None]:
    """Who translates, where that is asked for; made first, because it says at once what it lacks."""
    if plan.options.translate is None:  # then its libraries are not needed
        return nullcontext()
    from subextract.translation import interpreter

    return interpreter(plan.options, plan.video)


def _collect(
    writer: Writer, extraction: Extraction, shown: Display, interpreter: Interpreter | None
) -> tuple[DecodeError | None, Translation | None]:
    """Let the writer follow the work to its end; the error is that of a video which breaks off before its end."""
    broken, translation = None, None
    try:
        for _ in extraction.steps():
            writer.renew()
            shown.found(len(writer.cues))
    except DecodeError as error:
        broken = error
    writer.take()
    if broken and not writer.cues:
        writer.discard()
    else:
        translation = interpreter.translation(writer.cues) if interpreter else None
        report = {"skipped_packets": extraction.skipped, "left_out": extraction.left_out}
        writer.finish(report, translation.cues if translation else None)
    return broken, translation
