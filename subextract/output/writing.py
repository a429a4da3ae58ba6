"""How a result file grows while a run works, and appears whole when it ends or is stopped."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from subextract import formats
from subextract.errors import Interrupted, OutputError
from subextract.options import Options, clock
from subextract.output.plans import Plan, Target, tally
from subextract.output.results import Result, results_of
from subextract.output.resuming import Checkpoint, Trail, stamp
from subextract.past import Past
from subextract.types import Cue, Video
from subextract.unfinished import unfinished

log = logging.getLogger(__name__)

RENEWAL_SECONDS = 2.0  # what a power cut may cost
RENEWAL_SHARE = 20  # times as long as a renewal takes is the pause after it: to judge a whole film takes a second
FAILURES = {**formats.WRITE_FAILURES, errno.EEXIST: formats.WRITE_FAILURES[errno.ENOTDIR]}  # of making the folder


class Source(Protocol):
    """Where the cues of a run come from, as Extraction says it."""

    @property
    def position(self) -> int:
        """The time (ms) until which all is done."""
        ...

    def likely(self) -> list[Cue]:
        """The cues by all that is known now, also those of earlier runs; at the end the result."""
        ...

    def past(self) -> Past:
        """The past for a run that goes on at ``position``."""
        ...


class Writer:
    """The growing results of one run; a context manager that ``finish`` or ``discard`` brings to its end.

    Leaving it earlier by KeyboardInterrupt puts what was found under the final names, keeps the resume file and raises
    Interrupted; leaving it by an error keeps the parts and the resume file. Where nothing was found yet, no result
    stays behind. ``cues`` are those that were likely when ``source`` was asked last, ``results`` the files that have
    been written. Where the options want a translation, ``finish`` is given its cues, and what was found stays in the
    parts until then.
    """

    def __init__(
        self,
        plan: Plan,
        video: Video,
        source: Source,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.cues = source.likely()
        self.results: list[Result] = []
        self.finished = False
        self._plan, self._video, self._source, self._now = plan, video, source, now
        self._trail = Trail(plan.resume_path, plan.video, plan.options)
        # What stands under the final names may be replaced, also by the run that goes on from this one.
        standing = (path for target in plan.targets for path in target.standing())
        self._results = {path.name: found for path in standing if (found := stamp(path))}
        self._written = set(plan.checkpoint.written) if plan.checkpoint else set()
        self._next_renewal = now()  # the first cue is there at once

    def __enter__(self) -> Self:
        try:
            self._begin()
        except KeyboardInterrupt as error:  # from here on a stop leaves nothing that it does not name
            self.__exit__(KeyboardInterrupt, error, error.__traceback__)
        return self

    def _begin(self) -> None:
        with _translated(self._plan.targets[0].path):
            self._plan.targets[0].path.parent.mkdir(parents=True, exist_ok=True)
            if not self._plan.checkpoint:
                self._plan.resume_path.unlink(missing_ok=True)
        for target in self._plan.targets:
            self._rewrite(target)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.finished:
            return
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted(self._stopped()) from None
        kept = f"What was found before is in {self._plan.targets[0].part}." if self.cues else ""
        try:
            self.take()
            self._suspend()
            kept = f"What was found before is in {self._plan.targets[0].part}. {self._plan.way_on}" if self.cues else ""
        except Exception as exc:  # the error that is under way says more
            log.info("%s", exc)
        if error and kept:
            error.add_note(kept)

    @property
    def paths(self) -> list[Path]:
        """The final names that have been written."""
        return [result.path for result in self.results]

    @property
    def tally(self) -> str:
        """How many cues there are: ``14 cues``."""
        return tally(len(self.cues))

    def renew(self) -> None:
        """Put what is likely by now into the parts, and save how far the run came; too soon after the last time not."""
        began = self._now()
        if began >= self._next_renewal:
            self.take()
            self._renew_files()
            self._next_renewal = self._now() + max(RENEWAL_SECONDS, RENEWAL_SHARE * (self._now() - began))

    def take(self) -> Sequence[Cue]:
        """Ask once more which cues there are; from now on these are what is written."""
        self.cues = self._source.likely()
        return self.cues

    def finish(self, report: Mapping[str, Any] | None = None, translation: Sequence[Cue] | None = None) -> list[Path]:
        """Put all cues under the final names and forget how far the run came. OutputError where that fails.

        Where some of the translation is missing, the next run needs no more than to go on with that.
        """
        self.take()
        self._reveal(report, translation or ())
        if any(cue.untranslated for cue in translation or ()):
            self._written.clear()  # a run into another language leaves these results alone
            self._save_position()
        else:
            with _translated(self._plan.resume_path):
                self._plan.resume_path.unlink(missing_ok=True)
        self.finished = True
        return self.paths

    def discard(self) -> None:
        """Leave nothing behind."""
        for path in (*(target.part for target in self._plan.targets), self._plan.resume_path):
            with _translated(path):
                path.unlink(missing_ok=True)
        self.finished = True

    def _stopped(self) -> str:
        """Save what there is for now; the answer is the sentence about it."""
        self.take()
        self._suspend()
        when = f"Stopped at {clock(self._source.position)}"
        if not self.cues:
            return f"{when} before a subtitle was found; no file was written."
        if self._plan.options.translate:
            part = self._plan.targets[0].part
            return f"{when}; {part} holds the {self.tally} until there, not translated yet. {self._plan.way_on}"
        self._reveal()
        self._save_position()
        names, verb = ", ".join(map(str, self.paths)), "holds" if len(self.paths) == 1 else "hold"
        return f"{when}; {names} {verb} the {self.tally} until there. {self._plan.way_on}"

    def _suspend(self) -> None:
        """Leave what a run that goes on needs; a part only where it holds a cue."""
        if self.cues:
            self._renew_files()
            return
        for target in self._plan.targets:
            with _translated(target.part):
                target.part.unlink(missing_ok=True)
        if self._source.position > self._plan.options.start:
            self._save_position()

    def _renew_files(self) -> None:
        """Put the cues into the parts, and save how far the run came."""
        for target in self._plan.targets:
            self._rewrite(target)
        self._save_position()

    def _rewrite(self, target: Target, report: Mapping[str, Any] | None = None) -> None:
        formats.write(self._text(target.format, self.cues, report), target.part)

    def _text(self, format: str, cues: Sequence[Cue], report: Mapping[str, Any] | None) -> str:
        options = self._plan.options
        details = details_of(options, report)
        if options.translate:
            details["translation"] = {"translator": options.translator, "model": options.translator_model}
        return formats.by_name(format).dumps(cues, self._video, details)

    def _reveal(self, report: Mapping[str, Any] | None = None, translation: Sequence[Cue] = ()) -> None:
        """Put everything under the final names. The parts stay until all of it is there."""
        self.results = []
        found = results_of(self._plan, self.cues, translation)
        for target in self._plan.targets:
            if target.kept and not target.split:
                self._rewrite(target, report)
        for result in found:
            if result.role != "forced" or self._may_be_written(result.path):
                self._commit(result, report)
        for target in self._plan.targets:
            with _translated(target.part):
                target.part.unlink(missing_ok=True)
        self._forget_former()

    def _may_be_written(self, path: Path) -> bool:
        """Whether nothing of others is there under a name that was not known before the end."""
        if may := self._plan.may_replace(path):
            return may
        log.warning("%s is there already and stays as it is; add --overwrite to replace it.", path)
        return False

    def _commit(self, result: Result, report: Mapping[str, Any] | None) -> None:
        """Put a result under its final name; that of an original is in its part already."""
        if result.role == "original":
            with _translated(result.path):
                # A link stays a link: the file that it points to is replaced.
                os.replace(unfinished(result.path, formats.PART), os.path.realpath(result.path))
        else:
            formats.write(self._text(result.format, result.cues, report), result.path)
        self.results.append(result)
        self._results[result.path.name] = stamp(result.path) or []
        self._written.add(result.path.name)

    def _forget_former(self) -> None:
        """Take away what the stopped run left under names that now are no results: it knew other languages."""
        former, current = self._plan.checkpoint, {path.name for path in self.paths}
        for name in former.written if former else ():
            path = self._plan.resume_path.with_name(name)
            if former and name not in current and former.left(path):
                with _translated(path):
                    path.unlink(missing_ok=True)

    def _save_position(self) -> None:
        if not self._plan.options.resume:
            return
        past = self._source.past()
        count = sum(cue.start < past.position for cue in self.cues)
        with _translated(self._plan.resume_path):
            self._trail.save(Checkpoint(past, count, self._results, tuple(sorted(self._written))))


def details_of(options: Options, report: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Facts of a run that files hold besides its cues, and how they are written."""
    about = {"engine": options.engine, "settings": options.fingerprint(), "report": report}
    return about | {formats.WRITING: options.writing}


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        reason = FAILURES.get(exc.errno or 0, f"{exc.strerror or exc}; choose another place")
        raise OutputError(f"Cannot write {str(path)!r}: {reason}.") from exc
