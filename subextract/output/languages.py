"""What the file of a translation is called: ``Film.zh.forced.srt`` becomes ``Film.en.forced.srt``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from subextract.ocr.languages import describe
from subextract.options import LANGUAGE

FLAGS = frozenset({"forced", "sdh", "cc"})


def named(path: Path, language: str | None) -> Path:
    """The same file for another language, or for none."""
    stem, *marks = path.stem.split(".")
    return path.with_name(".".join([stem, *marked(marks, language)]) + path.suffix)


def marked(marks: Sequence[str], language: str | None) -> list[str]:
    """What stands between dots behind the name of the film, with another language in it, or none."""
    first_flag = len(marks)
    while first_flag and marks[first_flag - 1] in FLAGS:
        first_flag -= 1
    before, flags = list(marks[:first_flag]), list(marks[first_flag:])
    if before and _is_language(before[-1]):
        before.pop()
    return [*before, *([language] if language else []), *flags]


def _is_language(mark: str) -> bool:
    """Whether it is the code of a language: in small letters, for films are called Let.It.Be."""
    return bool(LANGUAGE.fullmatch(mark)) and mark.split("-")[0].islower() and bool(describe(mark).script)
