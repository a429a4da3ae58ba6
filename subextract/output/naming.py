"""Names of result files: the only place where such names are built and parsed.

A result stands beside its video as ``STEM[.TRACK][.LANGUAGE][.FLAG].FORMAT``, like ``Film.zh-Hans.forced.srt``.
Jellyfin, Plex, Kodi and Bazarr agree on that form; docs/daemon.md says where each of them does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from subextract.formats import FORMATS
from subextract.languages.packs import describe, same_language
from subextract.options import LANGUAGE

SUBTITLES = frozenset({".srt", ".vtt", ".ass", ".ssa", ".sub", ".sup", ".idx", ".smi", ".ttml", ".mks"})
RESULTS = frozenset(f".{name}" for name in FORMATS)  # beside a video they are its own, and no video
FORCED, SDH = "forced", "sdh"
ALL_FORCED = frozenset({FORCED, "foreign"})
ALL_FLAGS = ALL_FORCED | {SDH, "hi", "cc", "default"}  # as Jellyfin, Plex and Bazarr read them
FLAGS = frozenset({FORCED, SDH, "cc"})  # of files to be renamed, where "hi" is Hindi

_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)


class Marks(NamedTuple):
    """The facts that a name gives between the stem and the format.

    ``track`` is the number of a subtitle track, ``forced`` whether the file holds only what everybody should see,
    ``sdh`` whether it is made for those who do not hear.
    """

    track: int | None = None
    language: str | None = None
    forced: bool = False
    sdh: bool = False


NO_MARKS = Marks()


def name(stem: str, format: str, marks: Marks = NO_MARKS) -> str:
    """``Film.zh-Hans.forced.srt``; what is not known is left out."""
    parts = [
        "" if marks.track is None else str(marks.track),
        marks.language or "",
        FORCED if marks.forced else "",
        SDH if marks.sdh else "",
    ]
    return ".".join([stem, *filter(None, parts), format])


def distinct(all_marks: Sequence[Marks]) -> list[Marks]:
    """The marks of the tracks of one file; the number of a track stands only where it tells two of them apart."""
    times = Counter(marks._replace(track=None) for marks in all_marks)
    plain = [marks._replace(track=None) for marks in all_marks]
    return [bare if times[bare] == 1 else marks for marks, bare in zip(all_marks, plain, strict=True)]


def with_part(path: Path, part: str) -> Path:
    """``film.zh.srt`` of ``film.srt``: the file of one language, or of what is forced."""
    return path.with_name(f"{path.stem}.{part}{path.suffix}")


def in_format(path: Path, format: str) -> Path:
    """``film.vtt`` of ``film.srt``."""
    return path.with_name(f"{path.stem}.{format}")


def copy_of(path: Path, suffix: str) -> Path:
    """The name of the copy of a video that has the result ``path`` as a track: ``film.muxed.mkv``."""
    return path.with_name(f"{path.stem}.muxed{suffix}")


def review_of(path: Path) -> Path:
    """Where what was seen is kept for a review of the result ``path``: ``film.review``."""
    return path.with_suffix(".review")


def of_languages(path: Path, names: Iterable[str]) -> list[Path]:
    """Those of some names in the folder of ``path`` that are files of one language of it: ``film.zh.srt``."""
    before, after = f"{path.stem}.", path.suffix
    codes = {each: each.removeprefix(before).removesuffix(after) for each in names}
    return [
        path.with_name(each)
        for each, code in codes.items()
        if each == before + code + after and LANGUAGE.fullmatch(code) is not None
    ]


def short_codes(languages: Iterable[str]) -> dict[str, str]:
    """The code of each language in the name of its file: without script and country where one of them is enough."""
    first = {language: language.split("-")[0] for language in languages}
    times = Counter(first.values())
    return {language: short if times[short] == 1 else language for language, short in first.items()}


def for_language(path: Path, language: str | None) -> Path:
    """The name of a file that a user named, in another language or in none: ``Film.en.forced.srt`` of
    ``Film.zh.forced.srt``."""
    stem, *marks = path.stem.split(".")
    first_flag = len(marks)
    while first_flag and marks[first_flag - 1] in FLAGS:
        first_flag -= 1
    before, flags = marks[:first_flag], marks[first_flag:]
    if before and _is_language(before[-1]):
        before.pop()
    return path.with_name(".".join([stem, *before, *([language] if language else []), *flags]) + path.suffix)


def _is_language(mark: str) -> bool:
    """Whether it is the code of a language: in small letters, for films are called Let.It.Be."""
    return bool(LANGUAGE.fullmatch(mark)) and mark.split("-")[0].islower() and bool(describe(mark).script)


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
    if bool(ALL_FORCED & {*marks}) != forced:
        return False
    tags = [mark for mark in marks if mark not in ALL_FLAGS and _TAG.fullmatch(mark)]
    return language is None or not tags or any(same_language(tag, language) for tag in tags)
