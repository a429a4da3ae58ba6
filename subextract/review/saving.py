"""How the subtitle files are written anew, each whole, with what a person made of the cues."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from subextract import formats
from subextract.bilingual import split
from subextract.errors import OutputError
from subextract.output.resuming import stamp
from subextract.review.entries import cue_of
from subextract.review.naming import stamp_of
from subextract.review.sidecar import Conflict, Sidecar
from subextract.types import Cue, Track, Video

FORCED = "forced"
"""The part of the cues that goes into a file of its own besides; any other part is a language."""

Result = Mapping[str, Any]


def save(sidecar: Sidecar, *, replace: bool = False) -> list[Path]:
    """Write every result of the run, and say which these are.

    Raises Conflict where one was changed by others since, unless that is to be replaced, and OutputError.
    """
    results: list[Result] = sidecar.fact("results", [])
    if not replace and changed_results(sidecar):
        raise Conflict
    revision = sidecar.state()["revision"]
    cues = cues_of(sidecar)
    video, details = video_of(sidecar, "written_as") or video_of(sidecar), sidecar.fact("details", {})
    paths = [place_of(sidecar, result) for result in results]
    for path, result, part in zip(paths, results, _parts(cues, results), strict=True):
        formats.write(formats.by_name(result["format"]).dumps(part, video, details), path)
    stamped = [{**result, "stamp": stamp_of(path)} for result, path in zip(results, paths, strict=True)]
    sidecar.note(results=stamped, saved=revision)
    return paths


def cues_of(sidecar: Sidecar) -> list[Cue]:
    """The cues as they are to be written, in order of start."""
    return [cue_of(entry) for entry in sidecar.entries() if not entry["out"]]


def without_text(sidecar: Sidecar) -> int:
    """How many cues are left out of the files because a person has emptied them."""
    return sum(not (one["out"] or one["text"].strip() or one.get("unread")) for one in sidecar.entries())


def changed_results(sidecar: Sidecar) -> list[Path]:
    """The results that are not as they were last written."""
    results: list[Result] = sidecar.fact("results", [])
    found = [(place_of(sidecar, result), result["stamp"]) for result in results]
    return [path for path, known in found if known and stamp_of(path) not in (known, None)]


def is_of_another_video(sidecar: Sidecar, video: Path) -> bool:
    """Whether a file is not, or not any more, the one that was read."""
    known = sidecar.fact("video_stamp")
    return known is not None and known != stamp(video)


def place_of(sidecar: Sidecar, result: Result) -> Path:
    """Where a result is."""
    return Path(os.path.normpath(sidecar.path.parent / result["path"]))


def video_of(sidecar: Sidecar, name: str = "video") -> Video | None:
    """The film, as it was when it was read; or ("written_as") the script that an ASS file begins with."""
    fields = sidecar.fact(name)
    if fields is None:
        return None
    return Video(**{**fields, "tracks": tuple(Track(**track) for track in fields["tracks"])})


def _parts(cues: Sequence[Cue], results: Sequence[Result]) -> Iterator[list[Cue]]:
    """Which cues go into each result."""
    names = {result["part"] for result in results} - {None, FORCED}
    languages = _by_name(cues, names) if names else {}
    for result in results:
        part = result["part"]
        if part is None:
            yield list(cues)
        elif part == FORCED:
            yield [cue for cue in cues if cue.forced]
        else:
            yield languages.get(part, [])


def _by_name(cues: Sequence[Cue], names: set[str]) -> dict[str, list[Cue]]:
    """The cues of each language, called as its file is. OutputError where they are not those of the files."""
    found = split(cues)
    short = {language: language if language in names else language.split("-")[0] for language in found}
    if {*short.values()} != names:
        wanted = ", ".join(sorted(names))
        raise OutputError(f"The languages ({wanted}) cannot be told apart any more; put back the lines of one of them.")
    return {short[language]: part for language, part in found.items()}
