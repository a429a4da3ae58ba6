"""What subtitle files are called so that media servers find them, and which files are a video's subtitles already.

Jellyfin, Plex, Kodi and Bazarr agree on ``STEM.LANGUAGE[.FLAG].SUFFIX``; docs/daemon.md says where each of them does.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from subextract.formats import FORMATS
from subextract.language import language_of_cues
from subextract.ocr.languages import same_language

SUBTITLES = frozenset({".srt", ".vtt", ".ass", ".ssa", ".sub", ".sup", ".idx", ".smi", ".ttml", ".mks"})
RESULTS = frozenset(f".{name}" for name in FORMATS)  # beside a video they are its own, and no video
FORCED = frozenset({"forced", "foreign"})
FLAGS = FORCED | {"sdh", "hi", "cc", "default"}  # as Jellyfin, Plex and Bazarr read them

language_of = language_of_cues  # for the name of the file

_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)


def name(stem: str, format: str, language: str | None = None, *, forced: bool = False, sdh: bool = False) -> str:
    """``Film.zh-Hans.forced.srt``; what is not known is left out."""
    flags = ["forced"] if forced else ["sdh"] if sdh else []
    return ".".join([stem, *([language] if language else []), *flags, format])


def final(unfinished: str, stem: str, language: str | None) -> str:
    """The name of a result that is called ``STEM.FORMAT``, or ``STEM.LANGUAGE.FORMAT`` where there is one for each."""
    *marks, format = unfinished[len(stem) + 1 :].split(".")
    if set(marks) - {"forced", "sdh"}:
        return unfinished
    return name(stem, format, language, forced="forced" in marks, sdh="sdh" in marks)


def is_forced(name: str) -> bool:
    """Whether the name of a subtitle file says that it holds only what everybody should see."""
    return "forced" in name.split(".")[-2:-1]


def existing(stem: str, names: Iterable[str], language: str | None, *, forced: bool = False) -> list[str]:
    """The names among those of a folder that are subtitles of the video ``STEM.*`` in ``language`` (None: in any).

    A subtitle belongs to the video with the longest fitting stem: ``Film.2.en.srt`` is not one of ``Film.mkv`` where a
    ``Film.2.mkv`` is. Forced ones show only signs and foreign speech: beside them the full ones are still wanted, and
    the other way round, so ``forced`` says which of the two are meant.
    """
    names = sorted(names)
    stems = {Path(each).stem for each in names if Path(each).suffix.lower() not in SUBTITLES | RESULTS}
    longer = [other + "." for other in stems if other.startswith(stem + ".")]
    return [
        each
        for each in names
        if Path(each).suffix.lower() in SUBTITLES
        and each.startswith(stem + ".")
        and not each.startswith(tuple(longer))
        and _fits(each[len(stem) + 1 :].lower().split(".")[:-1], language, forced)
    ]


def _fits(marks: Sequence[str], language: str | None, forced: bool) -> bool:
    if bool(FORCED & {*marks}) != forced:
        return False
    tags = [mark for mark in marks if mark not in FLAGS and _TAG.fullmatch(mark)]
    return language is None or not tags or any(same_language(tag, language) for tag in tags)


def folder_for(video: str, folder: str, out: str | None) -> str:
    """Where the subtitles of a video go: beside it, or at the same place below ``out``."""
    own = os.path.dirname(video)
    return own if out is None else os.path.normpath(os.path.join(out, os.path.relpath(own, folder)))
