"""Names of languages: in a request to a model that reads English, and in the codes of each family of models."""

from __future__ import annotations

from subextract.languages.packs import Language, describe
from subextract.languages.tags import short

# What people call the languages that one code alone does not name.
_NAMES = {
    "zh-Hans": "Simplified Chinese",
    "zh-Hant": "Traditional Chinese",
    "zh-TW": "Traditional Chinese (Taiwan)",
    "zh-HK": "Traditional Chinese (Hong Kong)",
    "zh-CN": "Simplified Chinese",
    "pt-BR": "Brazilian Portuguese",
    "pt-PT": "European Portuguese",
    "es-419": "Latin American Spanish",
    "nb": "Norwegian Bokmål",
    "nn": "Norwegian Nynorsk",
}


def tag(code: str) -> str:
    """A language as BCP 47 writes it: ``de`` of ``ger``, ``zh-Hant`` as it is."""
    return short(code) or code


def known(code: str) -> Language:
    """The facts known of the language of a tag."""
    return describe(tag(code))


def name(code: str) -> str:
    """A language in English: ``German``, ``Brazilian Portuguese``; with its tag where a part of that has no name."""
    wanted = tag(code)
    if wanted in _NAMES:
        return _NAMES[wanted]
    language = known(wanted).name
    return language if language != wanted and "-" not in wanted else f"{language} (BCP 47: {wanted})"
