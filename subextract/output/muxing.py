"""How the results of a run become tracks of a copy of its video."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from subextract.errors import DecodeError, OutputError
from subextract.formats import PART, WRITE_FAILURES, load, srt
from subextract.formats.legal import legal_cues
from subextract.languages.identification import language_of_cues
from subextract.media import MATROSKA, Added, container_for, mux, one_at_a_time
from subextract.output.plans import Plan
from subextract.subtitles import contents
from subextract.types import Cue, Video
from subextract.unfinished import unfinished


def muxed(
    plan: Plan, video: Video, cues: Mapping[str, Sequence[Cue]] | Sequence[Cue], translation: Sequence[Cue] | None
) -> Path:
    """Write the copy that the plan wants, in one step, and say where it is. OutputError where that fails, DecodeError
    where the video breaks off.

    ``cues`` are all of them, or those of each language. A translation comes first, and the original where it is kept.
    """
    return _written(plan, video, _tracks(plan, cues, translation))


def muxed_later(plan: Plan) -> Path:
    """The same of results that an earlier run wrote (``Plan.made``), as they stand there now; that run may have found
    that the video breaks off."""
    video, target = contents(plan.video), plan.richest
    assert target is not None
    if target.split:
        languages = {path.stem.removeprefix(f"{target.path.stem}."): load(path) for path in target.standing()}
        return _written(plan, video, list(languages.items()))
    translation = load(target.translated) if target.translated else None
    return _written(plan, video, _tracks(plan, load(target.path) if target.kept else [], translation))


def _written(plan: Plan, video: Video, tracks: Sequence[tuple[str | None, Sequence[Cue]]]) -> Path:
    path = plan.muxed
    assert path is not None
    _, form = container_for(plan.video)
    part = unfinished(path, PART)
    try:
        mux(plan.video, part, [_track(plan, video, form, *each) for each in tracks], form)
        _settle(part)
        os.replace(part, path)
    except BaseException as exc:
        with suppress(OSError):
            part.unlink()
        if isinstance(exc, DecodeError):
            raise DecodeError(f"No copy is made, because {exc}") from exc
        if not isinstance(exc, OSError):
            raise
        reason = WRITE_FAILURES.get(exc.errno or 0, f"{exc.strerror or exc}; some films cannot be copied")
        again = "the same command without --overwrite" if plan.options.overwrite else "the same command"
        there = f"the subtitles themselves are written, and {again} makes the copy of them"
        raise OutputError(f"Cannot write {str(path)!r}: {reason}; {there}.") from exc
    return path


def _settle(part: Path) -> None:
    """Onto the disk, so that no power cut leaves a name without a film."""
    with part.open("rb") as file:
        os.fsync(file.fileno())


def _tracks(
    plan: Plan, cues: Mapping[str, Sequence[Cue]] | Sequence[Cue], translation: Sequence[Cue] | None
) -> list[tuple[str | None, Sequence[Cue]]]:
    """The cues of each track with their language."""
    options = plan.options
    if isinstance(cues, Mapping):
        return list(cues.items())
    found: list[tuple[str | None, Sequence[Cue]]] = [(options.translate, translation)] if translation else []
    if not translation or options.keep_original:
        found.append((language_of_cues(cues, options.one_language), cues))
    return found


def _track(plan: Plan, video: Video, form: str, language: str | None, cues: Sequence[Cue]) -> Added:
    placed = video if plan.options.position_tags else None
    if form == MATROSKA:
        texts = [(cue.start, cue.end, srt.content(cue, placed)) for cue in legal_cues(cues)]
    else:
        texts = one_at_a_time([(cue.start, cue.end, cue.text) for cue in legal_cues(cues)])
    source = plan.track
    forced = plan.options.forced == "only" or (source is not None and source.forced)
    return Added(texts, language, forced, source is not None and source.hearing_impaired)
