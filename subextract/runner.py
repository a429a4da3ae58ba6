"""How one video is run: what is found in it is translated where that is asked for, and written.

The only place that joins the stream, the translation and the writer; the command line, ``--jobs`` and the watch are its
callers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from subextract.errors import DecodeError, SubextractError
from subextract.output import Plan, Result, Writer
from subextract.output.results import languages_of
from subextract.output.unread import failure

if TYPE_CHECKING:
    from subextract.ocr.watched import Onlooker
    from subextract.pipeline import Extraction
    from subextract.review import Keeper
    from subextract.translation import Interpreter, Translation
    from subextract.types import Cue, Video


class Observer(Protocol):
    """Callbacks of a run; all are called in the thread that called ``run``."""

    def moved(self, done: int, total: int | None) -> None:
        """``done`` of ``total`` milliseconds of what is left of the video have been read (None: nobody knows)."""
        ...

    def found(self, cues: Sequence[Cue]) -> None:
        """The cues by all that was known when it was looked last, in order of start; called after each step."""
        ...

    def translated(self, done: int, total: int | None) -> None:
        """``done`` of ``total`` passages are translated."""
        ...


class Unheard:
    """An observer that does nothing; others may overwrite what they want to hear."""

    def moved(self, done: int, total: int | None) -> None:
        return

    def found(self, cues: Sequence[Cue]) -> None:
        return

    def translated(self, done: int, total: int | None) -> None:
        return


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a run.

    ``results`` are the files that were written, ``copy`` that of the video with them as tracks. ``cues`` are the
    subtitles as they were read, ``review`` is the file that keeps what was seen. ``position`` is the time (ms) until
    which the video was read, ``left_out`` counts by kind what was no subtitle, ``skipped`` the corrupt packets.
    ``broken`` says why the video was not read, or not copied, to its end.
    """

    plan: Plan
    video: Video
    results: Sequence[Result]
    cues: Sequence[Cue]
    position: int
    left_out: Mapping[str, int]
    skipped: int
    translation: Translation | None = None
    broken: DecodeError | None = None
    copy: Path | None = None
    review: Path | None = None

    @property
    def paths(self) -> list[Path]:
        """All files that were written."""
        return [*(result.path for result in self.results), *([self.copy] if self.copy else [])]

    @property
    def languages(self) -> Mapping[str, Sequence[Cue]]:
        """The cues of each language, where they were split; else none."""
        return languages_of(self.results)

    @property
    def failure(self) -> SubextractError | None:
        """The error although results were written; None where nothing went wrong."""
        untranslated = self.translation.failure(self.plan.way_on) if self.translation else None
        return self.broken or untranslated or failure(self.cues)

    @property
    def lacks_copy(self) -> bool:
        """Whether no copy of the video was made because cues are still to be translated: the next run goes on there."""
        wanted = self.plan.options.mux and self.cues and not self.broken
        return bool(wanted and self.translation and self.translation.failed)


def run(
    plan: Plan,
    observer: Observer | None = None,
    *,
    stop: Callable[[], bool] = lambda: False,
    accept_partial: bool = True,
) -> Outcome:
    """Read a video as its plan says, and write the results.

    Args:
        plan: A plan that ``output.plan`` made.
        observer: Gets the progress and the cues.
        stop: Called after each step; when it returns True, the run ends as after Ctrl-C.
        accept_partial: Whether results are written if the video or the translation breaks off; if not, it is an error.

    Raises:
        Interrupted: The run was stopped. What was found is written, and the message says where.
        SubextractError: Any other error of errors.py. Results are written completely or not at all.
    """
    observer = observer or Unheard()
    with (
        _interpreter(plan) as interpreter,
        _keeper(plan) as keeper,
        stream(plan, observer.moved, keeper.take if keeper else None) as extraction,
        Writer(plan, extraction.video, extraction) as writer,
    ):
        broken = _read(extraction, writer, observer, stop)
        if broken and not accept_partial:
            raise broken
        translation = None
        if broken and not writer.cues:
            writer.discard()
        else:
            if interpreter:
                translation = interpreter.translation(writer.cues, _told(observer, stop))
            if translation and translation.trouble and not accept_partial:
                raise translation.trouble
            writer.finish(_report(extraction), translation.cues if translation else None)
        outcome = _outcome(plan, extraction, writer, translation, broken)
        return _with_copy(replace(outcome, review=_kept(keeper, outcome, writer, extraction)))


def _report(extraction: Extraction) -> dict[str, Any]:
    return {"skipped_packets": extraction.skipped, "left_out": extraction.left_out}


def stream(plan: Plan, on_progress: Callable[[int, int | None], None], on_read: Onlooker | None = None) -> Extraction:
    """The extraction that reads the video from where the plan begins; its libraries are loaded when they are needed."""
    from subextract.pipeline import stream

    return stream(
        plan.video, plan.remaining, on_progress=on_progress, past=plan.past, source=plan.source, on_read=on_read
    )


def _interpreter(plan: Plan) -> AbstractContextManager[Interpreter | None]:
    """The interpreter, where a translation is asked for; made first, because it says at once what it lacks."""
    if plan.options.translate is None:  # then its libraries are not needed
        return nullcontext()
    from subextract.translation import interpreter

    return interpreter(plan.options, plan.video, plan.track)


def _keeper(plan: Plan) -> AbstractContextManager[Keeper | None]:
    """The keeper of what is seen for a review, where that is asked for, or changes of before are to be kept."""
    if not plan.options.review and not os.path.lexists(plan.sidecar):  # then its libraries are not needed
        return nullcontext()
    from subextract.review import keeper_of

    return keeper_of(plan)


def _kept(keeper: Keeper | None, outcome: Outcome, writer: Writer, extraction: Extraction) -> Path | None:
    if keeper is None:
        return None
    from subextract.review import kept

    return kept(keeper, outcome.plan, writer, extraction, _report(extraction))


def _read(extraction: Extraction, writer: Writer, observer: Observer, stop: Callable[[], bool]) -> DecodeError | None:
    """Let the writer follow the work to its end; the error is that of a video which breaks off before its end."""
    broken = None
    try:
        for _ in extraction.steps():
            writer.renew()
            observer.found(writer.cues)
            _go_on_unless(stop)
    except DecodeError as error:
        broken = error
    writer.take()
    return broken


def _told(observer: Observer, stop: Callable[[], bool]) -> Callable[[int, int | None], None]:
    def told(done: int, total: int | None) -> None:
        observer.translated(done, total)
        _go_on_unless(stop)

    return told


def _go_on_unless(stop: Callable[[], bool]) -> None:
    if stop():
        raise KeyboardInterrupt  # which the writer takes for what it is


def _outcome(
    plan: Plan, extraction: Extraction, writer: Writer, translation: Translation | None, broken: DecodeError | None
) -> Outcome:
    return Outcome(
        plan,
        extraction.video,
        tuple(writer.results),
        writer.cues,
        extraction.position,
        extraction.left_out,
        extraction.skipped,
        translation,
        broken,
    )


def _with_copy(outcome: Outcome) -> Outcome:
    """The outcome with the copy of the video that has the results as tracks, where one is wanted and can be made."""
    legible = any(cue.text for cue in outcome.cues)
    if not outcome.plan.options.mux or not legible or outcome.broken or outcome.lacks_copy:
        return outcome
    from subextract.output.muxing import muxed  # not at the top: most runs make no copy

    cues, translation = outcome.languages or outcome.cues, outcome.translation
    try:
        copy = muxed(outcome.plan, outcome.video, cues, translation.cues if translation else None)
    except DecodeError as error:  # it breaks off behind the part that was read
        return replace(outcome, broken=error)
    return replace(outcome, copy=copy)
