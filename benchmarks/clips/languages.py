"""Clips about what is written: other languages and scripts, numbers, quotes, notes and dashes."""

from __future__ import annotations

from functools import partial

from benchmarks.clips.recipe import Recipe
from benchmarks.clips.studio import Studio

LANGUAGES = ("zh", "ja", "fr", "de", "es", "ko", "ru", "el", "th", "hi", "vi", "ar", "he")
TALL = {"th": 1.6, "hi": 1.55, "ar": 1.6, "vi": 1.45}  # letters with marks above and below need room


def spoken(studio: Studio, language: str) -> Recipe:
    """Plain subtitles in that language."""
    look = studio.look(language, leading=TALL.get(language, 1.32))
    count = 10 if language in LANGUAGES[:5] else 8
    return studio.recipe(studio.subtitles(studio.lines(count, language, 44), look))


def marks(studio: Studio) -> Recipe:
    """Numbers, per cent, money, ampersands, quotes, notes, dashes, dots."""
    return studio.recipe(studio.subtitles(studio.lines(12, "en_marks"), studio.look("marks", 0.9)))


KINDS = {f"lang_{language}": partial(spoken, language=language) for language in LANGUAGES} | {"marks": marks}
