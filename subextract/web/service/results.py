"""Which results a job has, and how they are had in another format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from subextract import formats
from subextract.errors import InputError
from subextract.formats import FORMATS
from subextract.ledger import Job
from subextract.types import Track, Video
from subextract.web.problems import Problem
from subextract.web.service.places import STEM

KINDS = {
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
    "ass": "text/x-ssa",
    "json": "application/json",
    "txt": "text/plain",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ttml": "application/ttml+xml",
    "fcpxml": "application/xml",
}
WHOLE = "json"  # it holds all that is known, so every other format can be made of it


class Result(NamedTuple):
    """A file that a job made: which part of the subtitles (a language, ``forced``; empty: all), and in which format."""

    part: str
    format: str
    url: str


def results_of(job: Job, here: str) -> list[Result]:
    """The files that are there."""
    found = sorted(_files(job), key=lambda each: (each[0], each[1] != "srt", each[1]))
    return [
        Result(part, form, f"{here}/result?{urlencode({'format': form} | ({'part': part} if part else {}))}")
        for part, form in found
    ]


def text_of(job: Job, form: str, part: str | None) -> str:
    """The results of a job in a format; Problem where there are none."""
    if form not in FORMATS:
        raise Problem(422, f"There is no format {form!r}; the formats are {', '.join(FORMATS)}.")
    files = _files(job)
    chosen = _part(job, sorted({each for each, _ in files}), part)
    if (chosen, form) in files:
        return _path(job, chosen, form).read_text("utf-8")
    if (chosen, WHOLE) not in files:
        raise Problem(404, f"There is no {form} of this job.")
    return _converted(_path(job, chosen, WHOLE), form)


def _files(job: Job) -> set[tuple[str, str]]:
    try:
        names = [path.name for path in Path(job.video).parent.iterdir()]
    except OSError:
        return set()
    return set(_parted(names))


def _parted(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    for name in names:
        stem, *part, form = name.split(".") if "." in name else (name, "")
        if stem == STEM and form in FORMATS:
            yield ".".join(part), form


def _part(job: Job, parts: Sequence[str], wanted: str | None) -> str:
    if not parts:
        raise Problem(404, job.reason or "No subtitles were found in it.")
    if wanted is not None:
        if wanted not in parts:
            raise Problem(404, f"There is no part {wanted!r}.", parts=list(parts))
        return wanted
    translated = str((job.options or {}).get("translate", ""))
    for likely in (translated, job.language or "", ""):
        if likely in parts:
            return likely
    if len(parts) > 1:
        raise Problem(422, "The results have several parts; choose one of them with part=.", parts=list(parts))
    return parts[0]


def _path(job: Job, part: str, form: str) -> Path:
    return Path(job.video).with_name(".".join(filter(None, (STEM, part, form))))


def _converted(whole: Path, form: str) -> str:
    """The text in another format than those that the job was to write."""
    text = whole.read_text("utf-8")
    try:
        cues, said = formats.by_name(WHOLE).loads(text), json.loads(text).get("video")
        video = Video(**{**said, "tracks": tuple(Track(**track) for track in said["tracks"])}) if said else None
    except (InputError, TypeError, KeyError, AttributeError):
        raise Problem(
            500, "The result of this job is damaged; delete the job, and have the video read again."
        ) from None
    return formats.by_name(form).dumps(cues, video)
