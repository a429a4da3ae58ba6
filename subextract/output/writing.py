"""How a result file grows while a run works, and appears whole when it ends or is stopped."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from subextract import formats
from subextract.bilingual import UNDETERMINED, split
from subextract.errors import Interrupted, OutputError
from subextract.options import clock
from subextract.output.planning import Plan, Target, tally
from subextract.output.resuming import Checkpoint, save, stamp
from subextract.types import Cue, Video

log = logging.getLogger(__name__)

FORCED = "forced"  # in names of files, as media servers expect it
CHECKPOINT_SECONDS = 2.0  # what a power cut may cost; writing the cues of a whole film takes some 10 ms
FAILURES = {**formats.WRITE_FAILURES, errno.EEXIST: formats.WRITE_FAILURES[errno.ENOTDIR]}  # of making the folder


class Writer:
    """The growing results of one run; a context manager that ``finish`` or ``discard`` brings to its end.

    Leaving it earlier by KeyboardInterrupt puts what was found under the final names, keeps the resume file and raises
    Interrupted; leaving it by an error keeps the parts and the resume file. Where nothing was found yet, no result
    stays behind. ``position`` tells until when (ms) every cue has been added. ``paths`` are the final names that have
    been written, and ``languages`` the cues of each language where they were split. Where the options want a
    translation, ``finish`` is given its cues, and what was found stays in the parts until then.
    """

    def __init__(
        self,
        plan: Plan,
        video: Video,
        *,
        position: Callable[[], int],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.cues: list[Cue] = list(plan.checkpoint.cues) if plan.checkpoint else []
        self.paths: list[Path] = []
        self.languages: dict[str, list[Cue]] = {}
        self.finished = False
        self._plan, self._video, self._position, self._now = plan, video, position, now
        # What stands under the final names may be replaced, also by the run that goes on from this one.
        standing = (path for target in plan.targets for path in target.standing())
        self._results = {path.name: found for path in standing if (found := stamp(path))}
        self._written = set(plan.checkpoint.written) if plan.checkpoint else set()
        self._saved_at = now()

    def __enter__(self) -> Self:
        with _translated(self._plan.targets[0].path):
            self._plan.targets[0].path.parent.mkdir(parents=True, exist_ok=True)
            if not self._plan.checkpoint:
                self._plan.resume_path.unlink(missing_ok=True)
        for target in self._plan.targets:
            self._rewrite(target)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.finished:
            return
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted(self._stopped()) from None
        kept = f"What was found before is in {self._plan.targets[0].part}." if self.cues else ""
        try:
            self._suspend()
            kept += f" {self._plan.way_on}" if kept else ""
        except OutputError as exc:  # the error that is under way says more
            log.info("%s", exc)
        if error and kept:
            error.add_note(kept)

    @property
    def tally(self) -> str:
        """How many cues there are: ``14 cues``."""
        return tally(self.cues)

    def add(self, cue: Cue) -> None:
        """Take one more cue; it is in the SubRip part at once, elsewhere after at most two seconds and a cue."""
        self.cues.append(cue)
        for target in self._plan.targets:
            if target.format == "srt":
                _append(target.part, self._block(cue))
        if self._now() - self._saved_at >= CHECKPOINT_SECONDS:
            self._checkpoint()

    def finish(self, report: Mapping[str, Any] | None = None, translation: Sequence[Cue] | None = None) -> list[Path]:
        """Put everything under the final names and forget how far the run came. OutputError where that fails.

        Where some of the translation is missing, the next run needs no more than to go on with that.
        """
        self._reveal(report, translation)
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
        self._suspend()
        when = f"Stopped at {clock(self._position())}"
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
        if self.cues:
            self._checkpoint()
            return
        for target in self._plan.targets:
            with _translated(target.part):
                target.part.unlink(missing_ok=True)
        if self._position() > self._plan.options.start:
            self._save_position()

    def _checkpoint(self) -> None:
        for target in self._plan.targets:
            if target.format != "srt":
                self._rewrite(target)
        self._save_position()
        self._saved_at = self._now()

    def _rewrite(self, target: Target, report: Mapping[str, Any] | None = None) -> None:
        formats.write(self._text(target, self.cues, report), target.part)

    def _text(self, target: Target, cues: Sequence[Cue], report: Mapping[str, Any] | None) -> str:
        options = self._plan.options
        details = {"engine": options.engine, "settings": options.fingerprint(), "report": report}
        if target.translated:
            details["translation"] = {"translator": options.translator, "model": options.translator_model}
        return formats.by_name(target.format).dumps(cues, self._video, details)

    def _block(self, cue: Cue) -> str:
        """The SubRip block of the newest cue; alone it would be number 1."""
        return formats.by_name("srt").dumps([cue], self._video).replace("1", str(len(self.cues)), 1)

    def _reveal(self, report: Mapping[str, Any] | None = None, translation: Sequence[Cue] | None = None) -> None:
        """Put everything under the final names."""
        self.paths = []
        if self._plan.options.split_languages:
            self._reveal_languages(report)
        else:
            self._reveal_translation(report, translation or [])
            self._reveal_whole(report)
            self._reveal_forced(report, translation or [])
        self._forget_former()

    def _reveal_translation(self, report: Mapping[str, Any] | None, cues: Sequence[Cue]) -> None:
        for target in self._plan.targets:
            if target.translated:
                formats.write(self._text(target, cues, report), target.translated)
                self._note(target.translated)
            if not target.kept:
                with _translated(target.part):
                    target.part.unlink(missing_ok=True)

    def _reveal_whole(self, report: Mapping[str, Any] | None) -> None:
        kept = [target for target in self._plan.targets if target.kept]
        for target in kept:
            self._rewrite(target, report)
        for target in kept:
            with _translated(target.path):
                # A link stays a link: the file that it points to is replaced.
                os.replace(target.part, os.path.realpath(target.path))
            self._note(target.path)

    def _reveal_forced(self, report: Mapping[str, Any] | None, translation: Sequence[Cue]) -> None:
        """What is forced once more by itself, where a track holds other cues, too."""
        for target in (each for each in self._plan.targets if each.parted):
            for whole, cues in ((target.path, self.cues if target.kept else []), (target.translated, translation)):
                forced = [cue for cue in cues if cue.forced]
                if whole and 0 < len(forced) < len(cues):
                    self._reveal_part(whole.with_name(f"{whole.stem}.{FORCED}{whole.suffix}"), target, forced, report)

    def _reveal_part(self, path: Path, target: Target, cues: Sequence[Cue], report: Mapping[str, Any] | None) -> None:
        if self._plan.may_replace(path):
            formats.write(self._text(target, cues, report), path)
            self._note(path)
        else:
            log.warning("%s is there already and stays as it is; add --overwrite to replace it.", path)

    def _reveal_languages(self, report: Mapping[str, Any] | None) -> None:
        """The parts with all languages stay until the files of each language are there."""
        self.languages = split(self.cues, self._plan.options.language) or {UNDETERMINED: []}
        names = _short(self.languages)
        for target in self._plan.targets:
            for language, cues in self.languages.items():
                path = target.of(names[language])
                formats.write(self._text(target, cues, report), path)
                self._note(path)
        for target in self._plan.targets:
            with _translated(target.part):
                target.part.unlink(missing_ok=True)

    def _note(self, path: Path) -> None:
        self.paths.append(path)
        self._results[path.name] = stamp(path) or []
        self._written.add(path.name)

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
        state = Checkpoint(self._position(), tuple(self.cues), self._results, tuple(sorted(self._written)))
        save(state, self._plan.resume_path, self._plan.video, self._plan.options)


def _short(languages: Iterable[str]) -> dict[str, str]:
    """The code of each language in the name of its file: without script and country where one of them is enough."""
    first = {language: language.split("-")[0] for language in languages}
    times = Counter(first.values())
    return {language: short if times[short] == 1 else language for language, short in first.items()}


def _append(path: Path, text: str) -> None:
    """Add whole blocks or nothing: what a full disk took of one is cut off again."""
    data = text.encode("utf-8")
    with _translated(path), path.open("ab", buffering=0) as file:
        before = file.tell()
        try:
            if file.write(data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            file.truncate(before)
            raise


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        reason = FAILURES.get(exc.errno or 0, f"{exc.strerror or exc}; choose another place")
        raise OutputError(f"Cannot write {str(path)!r}: {reason}.") from exc
