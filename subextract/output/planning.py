"""How the plan of each video is made, from the settings and from what is there of an earlier run."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from subextract import formats
from subextract.errors import UsageError
from subextract.options import Options, clock
from subextract.output import naming
from subextract.output.copies import check
from subextract.output.naming import NO_MARKS, Marks
from subextract.output.plans import Plan, Target, tally
from subextract.output.resuming import read
from subextract.types import Source
from subextract.unfinished import can_be_named

if TYPE_CHECKING:
    from subextract.soft import Run

log = logging.getLogger(__name__)


class _Place(NamedTuple):
    """Where the results of all videos go: into a folder, or to the one file, or beside each video."""

    folder: Path | None
    file: Path | None
    formats: tuple[str, ...]
    options: Options

    def targets(self, video: Path, marks: Marks) -> tuple[Target, ...]:
        to = _code(self.options.translate)
        if self.file:
            translated = naming.for_language(self.file, to) if to else None
            path = naming.for_language(self.file, None) if translated == self.file else self.file
            return (self._target(path, self.formats[0], NO_MARKS, translated),)
        folder, other = self.folder or video.parent, marks._replace(language=to)
        return tuple(
            self._target(
                folder / naming.name(video.stem, format, marks),
                format,
                marks,
                folder / naming.name(video.stem, format, other) if to else None,
            )
            for format in self.formats
        )

    def _target(self, path: Path, format: str, marks: Marks, translated: Path | None) -> Target:
        kept = self.options.keep_original or translated is None
        return Target(path, format, marks, self.options.split_languages, translated=translated, kept=kept)


def _code(language: str | None) -> str | None:
    """``de`` of ``ger``."""
    if language is None:
        return None
    from subextract.languages.tags import (
        short,  # not at the top: mistakes are answered before the video libraries are loaded
    )

    return short(language)


def plan(videos: Sequence[str | os.PathLike[str]], options: Options) -> list[Plan | UsageError]:
    """For each video its plan, or the reason why it cannot have one; nothing is written yet.

    Raises UsageError where the settings alone make no sense.
    """
    place = _place(options, len(videos))
    taken: set[Path] = set()
    plans: list[Plan | UsageError] = []
    for video in map(Path, videos):
        try:
            plans += _plans(video, place, options, taken)
        except UsageError as error:
            plans.append(error)
    return plans


def plan_for(source: Source, options: Options) -> Plan:
    """The plan for a video that was examined, and the track that was chosen. UsageError where it cannot have one."""
    from subextract.soft import run_of  # not at the top, as below

    video, run = Path(source.video.path), run_of(source, options)
    (marks,) = naming.distinct([_marks(run)])
    made = _planned(run, marks, video, _place(options, 1), set())
    if isinstance(made, UsageError):
        raise made
    return made


def _plans(video: Path, place: _Place, options: Options, taken: set[Path]) -> list[Plan | UsageError]:
    """The plans for the tracks of a video."""
    from subextract.soft import runs  # not at the top: mistakes are answered before the video libraries are loaded

    found = runs(video, options)
    if place.file and len(found) > 1:
        raise UsageError(f"--output: {place.file} is one file and {video} has {len(found)} tracks; name a folder.")
    marks = naming.distinct([_marks(run) for run in found])
    return [_planned(run, each, video, place, taken) for run, each in zip(found, marks, strict=True)]


def _marks(run: Run) -> Marks:
    """The facts about its track that the name of a result gives."""
    track = run.source.track if run.source else None
    if track is None:
        return NO_MARKS
    language = None if run.options.split_languages else run.language  # each result is called by its own language
    return Marks(track.index, language, track.forced or run.options.forced == "only", track.hearing_impaired)


def _planned(run: Run, marks: Marks, video: Path, place: _Place, taken: set[Path]) -> Plan | UsageError:
    """The plan for one track of a video, or what is in its way alone."""
    if run.refusal:
        return run.refusal
    try:
        targets = tuple(replace(target, parted=run.parted) for target in place.targets(video, marks))
        made = replace(_plan(video, targets, run.options, taken), source=run.source)
    except UsageError as error:
        return error
    said = (None if made.made else run.notice, made.notice)
    return replace(made, notice=" ".join(filter(None, said)) or None)


def _place(options: Options, videos: int) -> _Place:
    for name in options.format:
        formats.by_name(name)
    output = options.output
    if output is None or output.is_dir() or not output.suffix:
        return _Place(output, None, options.format, options)
    if videos > 1:
        raise UsageError(f"--output: {output} is one file and there are {videos} videos; name a folder.")
    formats.by_suffix(output)
    named = output.suffix.removeprefix(".").lower()
    if "format" in options.model_fields_set and options.format != (named,):
        raise UsageError(f"--output: {output} does not fit --format {','.join(options.format)}; name a folder.")
    return _Place(None, output, (named,), options)


def _plan(video: Path, targets: tuple[Target, ...], options: Options, taken: set[Path]) -> Plan:
    for target in targets:
        for path in target.shortest:
            if not can_be_named(path):  # else that is found out when the work is done
                raise UsageError(f"{path} has too long a name for its disk; choose a shorter one with --output.")
        for path in target.names:
            if path in taken:
                raise UsageError(f"{path} is the result of another video already; extract {video} by itself.")
        for path in target.standing():
            if path.exists() and video.exists() and path.samefile(video):
                raise UsageError(f"{path} is the video itself; choose another name with --output.")
    taken.update(path for target in targets for path in target.names)
    fresh = Plan(video, targets, options)
    if fresh.muxed:
        check(fresh.muxed, video, taken, replacing=options.overwrite)
    found = fresh if options.overwrite else _continued(fresh)
    if found.notice:
        log.info("%s", found.notice)
    return found


def _continued(fresh: Plan) -> Plan:
    """The plan with the checkpoint of a stopped run, where one fits; results of other runs are in the way."""
    found = _resumed(fresh) if fresh.options.resume else fresh
    if found.options.mux and not found.checkpoint and (there := _all_there(found)):
        notice = (
            f"{', '.join(map(str, there))} {'is' if len(there) == 1 else 'are'} there already; only the copy is made."
        )
        return replace(found, made=True, notice=notice)
    for path in (path for target in found.targets for path in target.standing()):
        if not (found.checkpoint and found.checkpoint.left(path)):
            raise UsageError(_in_the_way(path, found))
    return found


def _all_there(plan: Plan) -> list[Path]:
    """The results of an earlier run that lack nothing but the copy; none where one of them lacks, or is unfinished."""
    there = [path for target in plan.targets for path in target.standing()]
    whole = all(target.standing() if target.split else set(target.names) <= set(there) for target in plan.targets)
    return there if whole and plan.richest and not os.path.lexists(plan.resume_path) else []


def _in_the_way(path: Path, found: Plan) -> str:
    reason = f" ({found.notice.rstrip('.')})" if found.notice and not found.checkpoint else ""
    if found.checkpoint:
        reason = " and is not what the stopped run left there"
    elif found.options.split_languages:
        reason = f" and may be in a language of the video{reason}"
    return f"{path} already exists{reason}; add --overwrite to start over, or choose another name with --output."


def _resumed(fresh: Plan) -> Plan:
    found = read(fresh.resume_path, fresh.video, fresh.options)
    if found is None:
        return fresh
    if isinstance(found, str):
        return replace(fresh, notice=f"{fresh.resume_path} is ignored: {found}.")
    notice = f"Going on at {clock(found.past.position)} with the {tally(found.cues)} of a stopped run."
    return replace(fresh, checkpoint=found, notice=notice)
