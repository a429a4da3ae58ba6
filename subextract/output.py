"""How a result file grows and appears whole.

While a run works, ``film.srt.part`` holds what was found so far, valid at any moment, and ``film.srt.resume`` what a
later run needs to go on from there. ``film.srt`` itself appears in one step, when the run ends or is stopped.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from subextract import formats
from subextract.errors import Interrupted, OutputError, UsageError
from subextract.options import Options, clock
from subextract.soft import Run, runs
from subextract.types import Box, Cue, Video

log = logging.getLogger(__name__)

CHECKPOINT_SECONDS = 2.0  # what a power cut may cost; writing the cues of a whole film takes some 10 ms
RESUME_VERSION = 1
FAILURES = {**formats.WRITE_FAILURES, errno.EEXIST: formats.WRITE_FAILURES[errno.ENOTDIR]}  # of making the folder


@dataclass(frozen=True, slots=True)
class Target:
    """One result: ``path`` is its final name."""

    path: Path
    format: str

    @property
    def part(self) -> Path:
        return self.path.with_name(self.path.name + ".part")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a stopped run came. ``results`` are the files it left under their final names: size and change time."""

    position: int
    cues: tuple[Cue, ...]
    results: Mapping[str, list[int]]

    def left(self, path: Path) -> bool:
        """Whether ``path`` is as the stopped run left it, so that going on may replace it."""
        return self.results.get(path.name) == _stamp(path)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run over one video writes, and where it starts. ``notice`` is what the user should know about that."""

    video: Path
    targets: tuple[Target, ...]
    options: Options
    checkpoint: Checkpoint | None = None
    notice: str | None = None

    @property
    def resume_path(self) -> Path:
        first = self.targets[0].path
        return first.with_name(first.name + ".resume")

    @property
    def way_on(self) -> str:
        """How a run that is stopped can be taken up again."""
        if not self.options.resume:
            return "Run it again with --overwrite to start over."
        return f"The same command{' without --overwrite' if self.options.overwrite else ''} goes on from there."

    @property
    def remaining(self) -> Options:
        """The options for the part of the video that is left to do."""
        if self.checkpoint is None:
            return self.options
        last = self.checkpoint.position if self.options.end is None else self.options.end - 1
        return self.options.model_copy(update={"start": min(self.checkpoint.position, last)})


class _Place(NamedTuple):
    """Where the results of all videos go: into a folder, or to the one file, or beside each video."""

    folder: Path | None
    file: Path | None
    formats: tuple[str, ...]

    def targets(self, video: Path, mark: str = "") -> tuple[Target, ...]:
        if self.file:
            return (Target(self.file, self.formats[0]),)
        folder = self.folder or video.parent
        return tuple(Target(folder / f"{video.stem}{mark}.{name}", name) for name in self.formats)


def plan(videos: Sequence[str | os.PathLike[str]], options: Options) -> list[Plan | UsageError]:
    """For each video its plan, or the reason why it cannot have one; nothing is written yet.

    Raises UsageError where the settings alone make no sense.
    """
    place = _place(options, len(videos))
    taken: set[Path] = set()
    plans: list[Plan | UsageError] = []
    for video in map(Path, videos):
        try:
            found = runs(video, options)
            if place.file and len(found) > 1:
                raise UsageError(
                    f"--output: {place.file} is one file and {video} has {len(found)} tracks; name a folder."
                )
            plans += [_planned(run, video, place, taken) for run in found]
        except UsageError as error:
            plans.append(error)
    return plans


def _planned(run: Run, video: Path, place: _Place, taken: set[Path]) -> Plan | UsageError:
    """The plan for one track of a video, or what is in its way alone."""
    if run.refusal:
        return run.refusal
    try:
        made = _plan(video, place.targets(video, run.mark), run.options, taken)
    except UsageError as error:
        return error
    return replace(made, notice=" ".join(filter(None, (run.notice, made.notice))) or None)


def _place(options: Options, videos: int) -> _Place:
    for name in options.format:
        formats.by_name(name)
    output = options.output
    if output is None or output.is_dir() or not output.suffix:
        return _Place(output, None, options.format)
    if videos > 1:
        raise UsageError(f"--output: {output} is one file and there are {videos} videos; name a folder.")
    formats.by_suffix(output)
    named = output.suffix.removeprefix(".").lower()
    if "format" in options.model_fields_set and options.format != (named,):
        raise UsageError(f"--output: {output} does not fit --format {','.join(options.format)}; name a folder.")
    return _Place(None, output, (named,))


def _plan(video: Path, targets: tuple[Target, ...], options: Options, taken: set[Path]) -> Plan:
    for target in targets:
        if target.path in taken:
            raise UsageError(f"{target.path} is the result of another video already; extract {video} by itself.")
        if target.path.exists() and video.exists() and target.path.samefile(video):
            raise UsageError(f"{target.path} is the video itself; choose another name with --output.")
    taken.update(target.path for target in targets)
    fresh = Plan(video, targets, options)
    found = fresh if options.overwrite else _continued(fresh)
    if found.notice:
        log.info("%s", found.notice)
    return found


def _continued(fresh: Plan) -> Plan:
    """The plan with the checkpoint of a stopped run, where one fits; results of other runs are in the way."""
    found = _resumed(fresh) if fresh.options.resume else fresh
    for target in found.targets:
        if os.path.lexists(target.path) and not (found.checkpoint and found.checkpoint.left(target.path)):
            raise UsageError(_in_the_way(target.path, found))
    return found


def _in_the_way(path: Path, found: Plan) -> str:
    reason = f" ({found.notice.rstrip('.')})" if found.notice and not found.checkpoint else ""
    if found.checkpoint:
        reason = " and is not what the stopped run left there"
    return f"{path} already exists{reason}; add --overwrite to start over, or choose another name with --output."


def _resumed(fresh: Plan) -> Plan:
    path = fresh.resume_path
    try:
        saved = json.loads(path.read_text("utf-8"))
        misfit = _misfit(saved, fresh)
        checkpoint = None if misfit else _checkpoint(saved)
    except (FileNotFoundError, NotADirectoryError):
        return fresh
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        misfit, checkpoint = "it is damaged", None
    if checkpoint is None:
        return Plan(fresh.video, fresh.targets, fresh.options, None, f"{path} is ignored: {misfit}.")
    notice = f"Going on at {clock(checkpoint.position)} with the {_count(checkpoint.cues)} of a stopped run."
    return Plan(fresh.video, fresh.targets, fresh.options, checkpoint, notice)


def _misfit(saved: Mapping[str, Any], fresh: Plan) -> str | None:
    if saved["version"] != RESUME_VERSION:
        return "another version of subextract wrote it"
    if saved["video"] != _stamp(fresh.video):
        return f"{fresh.video} has changed since"
    wanted = fresh.options.fingerprint()
    other = [name for name in wanted if wanted[name] != saved["options"].get(name)]
    return f"it is of a run with other settings ({', '.join(other)})" if other else None


def _checkpoint(saved: Mapping[str, Any]) -> Checkpoint:
    position = int(saved["position"])
    cues = tuple(_cue(entry) for entry in saved["cues"])
    # A cue that starts later was handed out early, and will be found again.
    return Checkpoint(position, tuple(cue for cue in cues if cue.start < position), saved["results"])


def _cue(entry: Mapping[str, Any]) -> Cue:
    box = entry["box"]
    return Cue(**{**entry, "box": None if box is None else Box(*box)})


def _stamp(path: Path) -> list[int] | None:
    """By what a file is known again: its size and the time of its last change; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns]


def _count(cues: Sequence[Cue]) -> str:
    return f"{len(cues)} cue{'' if len(cues) == 1 else 's'}"


class Writer:
    """The growing results of one run; a context manager that ``finish`` or ``discard`` brings to its end.

    Leaving it earlier by KeyboardInterrupt puts what was found under the final names, keeps the resume file and raises
    Interrupted; leaving it by an error keeps the parts and the resume file. Where nothing was found yet, no result
    stays behind. ``position`` tells until when (ms) every cue has been added.
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
        self.finished = False
        self._plan, self._video, self._position, self._now = plan, video, position, now
        # What stands under the final names may be replaced, also by the run that goes on from this one.
        self._results = {target.path.name: stamp for target in plan.targets if (stamp := _stamp(target.path))}
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
        return _count(self.cues)

    def add(self, cue: Cue) -> None:
        """Take one more cue; it is in the SubRip part at once, elsewhere after at most two seconds and a cue."""
        self.cues.append(cue)
        for target in self._plan.targets:
            if target.format == "srt":
                _append(target.part, self._block(cue))
        if self._now() - self._saved_at >= CHECKPOINT_SECONDS:
            self._checkpoint()

    def finish(self, report: Mapping[str, Any] | None = None) -> list[Path]:
        """Put everything under the final names and forget how far the run came. OutputError where that fails."""
        for target in self._plan.targets:
            self._rewrite(target, report)
        paths = self._reveal()
        with _translated(self._plan.resume_path):
            self._plan.resume_path.unlink(missing_ok=True)
        self.finished = True
        return paths

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
        for target in self._plan.targets:
            self._rewrite(target)
        paths = self._reveal()
        self._results = {path.name: _stamp(path) or [] for path in paths}
        self._save_position()
        return f"{when}; {', '.join(map(str, paths))} holds the {self.tally} until there. {self._plan.way_on}"

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
        options = self._plan.options
        details = {"engine": options.engine, "settings": options.fingerprint(), "report": report}
        formats.write(formats.by_name(target.format).dumps(self.cues, self._video, details), target.part)

    def _block(self, cue: Cue) -> str:
        """The SubRip block of the newest cue; alone it would be number 1."""
        return formats.by_name("srt").dumps([cue], self._video).replace("1", str(len(self.cues)), 1)

    def _reveal(self) -> list[Path]:
        for target in self._plan.targets:
            with _translated(target.path):
                # A link stays a link: the file that it points to is replaced.
                os.replace(target.part, os.path.realpath(target.path))
        return [target.path for target in self._plan.targets]

    def _save_position(self) -> None:
        if not self._plan.options.resume:
            return
        state = {
            "version": RESUME_VERSION,
            "video": _stamp(self._plan.video),
            "options": self._plan.options.fingerprint(),
            "position": self._position(),
            "results": self._results,
            "cues": [asdict(cue) for cue in self.cues],
        }
        formats.write(json.dumps(state) + "\n", self._plan.resume_path)


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
