"""Which readers there are, and which of them can be used here.

Heavy libraries are imported only by the reader that needs them, when it is made.
"""

from __future__ import annotations

import difflib
import logging
import shutil
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import NamedTuple

from subextract.errors import EngineError, UsageError
from subextract.ocr.languages import INSTALL, refuse_unreadable
from subextract.ocr.seams import Detector, Engine, Reader

__all__ = ["Detector", "Engine", "Reader", "detector", "engines", "reader", "refusal"]

log = logging.getLogger(__name__)

GROUP = "subextract.readers"  # the entry points by which other packages bring readers of their own


def _rapidocr(language: str | None) -> Reader:
    from subextract.ocr.rapid import RapidReader

    return RapidReader()


def _tesseract(language: str | None) -> Reader:
    from subextract.ocr.tesseract import TesseractReader

    return TesseractReader(language=language)


def _rapidocr_missing() -> str | None:
    absent = [library for library in ("rapidocr", "onnxruntime") if find_spec(library) is None]
    return f"Not installed; run: pip install {' '.join(absent)}." if absent else None


def _tesseract_missing() -> str | None:
    return None if shutil.which("tesseract") else f"Not installed; run: {INSTALL}."


class _BuiltIn(NamedTuple):
    description: str
    make: Callable[[str | None], Reader]
    missing: Callable[[], str | None]


READERS = {
    "rapidocr": _BuiltIn(
        "PP-OCRv6, comes with subextract: Chinese, Japanese, English and languages in Latin letters",
        _rapidocr,
        _rapidocr_missing,
    ),
    "tesseract": _BuiltIn(
        "Tesseract, a program of its own: 100 languages, also Korean, Russian, Arabic, Hebrew, Thai, Hindi and Greek",
        _tesseract,
        _tesseract_missing,
    ),
}


def reader(name: str = "rapidocr", *, language: str | None = None) -> Reader:
    """The reader called ``name``, for subtitles in ``language`` (BCP 47, like ``pt-BR``; None: not known).

    Raises UsageError when there is no such reader or it cannot read the language, EngineError when it cannot run here.
    """
    if name in READERS:
        refuse_unreadable(name, language)
        return READERS[name].make(language)
    others = _others()
    if name not in others:
        raise UsageError(_unknown(name, [*READERS, *others]))
    return _third_party(others[name], language)


def refusal(name: str, language: str | None) -> UsageError | None:
    """Why a built-in reader cannot read a language, before it is made; None where nothing speaks against it."""
    try:
        if name in READERS:
            refuse_unreadable(name, language)
    except UsageError as error:
        return error
    return None


def detector() -> Detector:
    """What finds lines of text in pictures."""
    from subextract.ocr.rapid import RapidDetector

    return RapidDetector()


def engines() -> list[Engine]:
    """Every reader that can be named, and what each still needs here; no model is loaded to tell."""
    built_in = [Engine(name, one.description, one.missing()) for name, one in READERS.items()]
    return built_in + [Engine(name, f"from the package {_origin(entry)}") for name, entry in _others().items()]


def _others() -> dict[str, EntryPoint]:
    """The readers of other packages; the names of the built-in ones cannot be taken over."""
    return {entry.name: entry for entry in entry_points(group=GROUP) if entry.name not in READERS}


def _third_party(entry: EntryPoint, language: str | None) -> Reader:
    try:
        make: Callable[..., Reader] = entry.load()
    except Exception as error:  # whatever another package does when it is imported
        message = f"the engine {entry.name!r} cannot be loaded ({error}); reinstall the package {_origin(entry)}."
        raise EngineError(message) from error
    return make(language=language)


def _origin(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.module


def _unknown(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"There is no engine {name!r}; {hint}The engines are {', '.join(known)}."
