"""How Tesseract, a program of its own, reads lines of text in languages that the bundled models do not know."""

from __future__ import annotations

from collections.abc import Sequence

from subextract.errors import EngineError
from subextract.types import Clip, Line

INSTALL = "install the program: apt-get install tesseract-ocr, or brew install tesseract"


class TesseractReader:
    def __init__(self, *, language: str | None = None) -> None:
        raise EngineError(f"Tesseract is not to be found; {INSTALL}.")

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is held open."""
