"""The settings that one kind of model is given, as values of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple


class VlmOptions(NamedTuple):
    """Which vision-language model is asked, where and how: those fields of Options, which also says their defaults."""

    model: str | None
    revision: str | None
    profile: str | dict[str, Any] | None
    device: str
    dtype: str
    min_pixels: int | None
    server_url: str | None
    requests: int
    models: Path | None


class TranslationOptions(NamedTuple):
    """The translator, and how it works: those fields of Options, which also says their defaults."""

    translate: str | None
    language: str | None
    translator: str
    translator_model: str | None
    translator_url: str | None
    server_url: str | None
    requests: int
    device: str
    dtype: str
    bilingual: str
    context: int
    glossary: Path | None
    about: str
    line_width: int
    reading_speed: float
