"""Chooses an installed reader for a script that the bundled models do not know."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from subextract.languages.packs import SCRIPTS, VIETNAMESE, describe, package
from subextract.ocr.protocols import Reader
from subextract.ocr.rapid.recognisers import fetched, recognisers_of
from subextract.ocr.tesseract.reader import TesseractReader, installed_packs

LANGUAGES = {  # of which Tesseract's pack is taken where no language was named; the first ones that are installed
    VIETNAMESE: ("vi",),
    "Kore": ("ko",),
    "Cyrl": ("ru", "uk", "bg", "sr", "be", "mk"),
    "Grek": ("el",),
    "Arab": ("ar", "fa", "ur"),
    "Hebr": ("he",),
    "Thai": ("th",),
    "Deva": ("hi", "mr", "ne"),
    "Beng": ("bn",),
    "Taml": ("ta",),
    "Telu": ("te",),
}
MAX_PACKS = 2  # that are read with at once: each takes as long as one alone, and a third one adds mistakes
WITH_ENGLISH = {"Deva"}  # scripts among whose words English ones are usual


def script_of(tag: str) -> str:
    """The class of scripts in which a language is written, one of ``ocr.script.CLASSES`` or a code of ISO 15924."""
    language = describe(tag)
    if language.code == "vi":
        return VIETNAMESE
    return "Hani" if language.script in {"Hans", "Hant", "Jpan", "Hira", "Kana"} else language.script


class Choosing:
    """Makes the reader of a script: the model that was named, one that was fetched, or Tesseract with its packs."""

    def __init__(self, spoken: Sequence[str], folder: Path | None, model: Callable[[], Reader] | None) -> None:
        self._spoken, self._folder, self._model = spoken, folder, model

    def reader(self, script: str, threads: int | None = None) -> Reader | None:
        """The reader of a script; None where there is none here."""
        if self._model:
            return self._model()
        if path := fetched(script, self._folder):
            from subextract.ocr.rapid.reader import RapidReader

            return RapidReader(path, threads=threads)
        languages = self._installed(script)
        return TesseractReader(languages=languages) if languages else None

    def _installed(self, script: str) -> list[str]:
        """The languages of a script whose packs are installed: those that the user named, else the usual ones."""
        if not shutil.which("tesseract"):
            return []
        packs = installed_packs()
        named = [tag for tag in self._spoken if script_of(tag) == script]
        here = [tag for tag in named or LANGUAGES[script] if describe(tag).pack in packs][:MAX_PACKS]
        return [*here, "en"] if here and script in WITH_ENGLISH and "eng" in packs else here


def remedy(script: str) -> str:
    """How to make a script readable: ``subextract models get korean, or apt-get install tesseract-ocr-kor``."""
    packs = package(describe(LANGUAGES[script][0]).pack).split(",")[0]
    models = recognisers_of(script)
    return f"subextract models get {models[0]}, or {packs}" if models else packs


def script_name(script: str) -> str:
    """The common name of a script."""
    return "Latin letters" if script == "Latn" else SCRIPTS.get(script, script)
