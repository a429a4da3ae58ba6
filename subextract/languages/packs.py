"""Which languages a reader knows, by the codes of BCP 47 (RFC 5646) that people give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from subextract.errors import UsageError
from subextract.languages.codes import NAMES
from subextract.languages.tags import long, short

VIETNAMESE = "Viet"  # Latin letters with marks that Vietnamese alone has; no code of ISO 15924, as other scripts have
INSTALL = "apt-get install tesseract-ocr, or brew install tesseract"


class Language(NamedTuple):
    """A language as a reader sees it: the script it is usually written in (ISO 15924) and its Tesseract pack."""

    code: str
    name: str
    script: str
    pack: str


# The script of each language that a reader knows.
_SCRIPTS = """
Latn: af az bs ca cs cy da de en eo es et eu fi fil fo fr ga gl hr ht hu id is it jv ku la lb lt lv mi ms mt nb nl nn
no oc pl pt ro sk sl sq sv sw tl tr uz vi yo; Cyrl: be bg kk ky mk mn ru sr tg tt uk; Arab: ar fa ps sd ug ur; Deva:
hi mr ne sa; Ethi: am ti; Beng: as bn; Tibt: bo dz; Hebr: he yi; Thaa: dv; Grek: el; Gujr: gu; Armn: hy; Jpan: ja;
Geor: ka; Khmr: km; Knda: kn; Kore: ko; Laoo: lo; Mlym: ml; Mymr: my; Orya: or; Guru: pa; Sinh: si; Taml: ta; Telu:
te; Thai: th; Hant: yue; Hans: zh
"""
# Where the name is not that of ISO 639-1, and the pack is not called by the code of ISO 639-2.
_NAMED = {"fil": "Filipino", "nb": "Norwegian", "nn": "Norwegian", "yue": "Cantonese"}
_PACK_OF = {"ku": "kmr", "nb": "nor", "nn": "nor", "tl": "fil", "yue": "chi_tra", "zh": "chi_sim"}


def _languages() -> Iterator[Language]:
    for row in _SCRIPTS.split(";"):
        script, codes = row.split(":")
        for code in codes.split():
            yield Language(code, _NAMED.get(code) or NAMES[code], script.strip(), _PACK_OF.get(code, long(code)))


LANGUAGES = {one.code: one for one in sorted(_languages())}

# Packs of languages that are written in two scripts, where the tag says which.
_PACKS = {
    ("zh", "Hant"): "chi_tra",
    ("yue", "Hans"): "chi_sim",
    ("sr", "Latn"): "srp_latn",
    ("az", "Cyrl"): "aze_cyrl",
    ("uz", "Cyrl"): "uzb_cyrl",
}
_TRADITIONAL = {"TW", "HK", "MO"}  # where Chinese is written so unless the tag says otherwise
_THREE_LETTERS = {one.pack: code for code, one in LANGUAGES.items() if len(one.pack) == 3}

# What is in the character list of PP-OCRv6 small (tests/ocr/test_languages.py compares the alphabets).
BUNDLED_SCRIPTS = {"Latn", "Hans", "Hant", "Hani", "Jpan", "Hira", "Kana"}
# Written in Latin letters of which the list lacks some: 44 of the small letters of Vietnamese, for one.
BUNDLED_LACKS = {"vi": "letters like ạ and ế", "yo": "letters with a dot below"}
SCRIPTS = {
    VIETNAMESE: "Vietnamese letters",
    "Taml": "Tamil letters",
    "Telu": "Telugu letters",
    "Arab": "Arabic letters",
    "Armn": "Armenian letters",
    "Beng": "Bengali letters",
    "Cyrl": "Cyrillic letters",
    "Deva": "Devanagari",
    "Ethi": "Ethiopic letters",
    "Geor": "Georgian letters",
    "Grek": "Greek letters with accents",
    "Hebr": "Hebrew letters",
    "Kore": "Hangul",
    "Thai": "Thai letters",
}


def describe(tag: str) -> Language:
    """The facts known of the language of a tag; an unknown one is taken for the name of a Tesseract pack."""
    code, *subtags = tag.replace("_", "-").split("-")
    code = _THREE_LETTERS.get(code.lower(), code.lower())
    known = LANGUAGES.get(code, Language(code, tag, "", code))
    script = next((part.title() for part in subtags if len(part) == 4 and part.isalpha()), "")
    if not script and code == "zh" and any(part.upper() in _TRADITIONAL for part in subtags):
        script = "Hant"
    if not script:
        return known
    return known._replace(script=script, pack=_PACKS.get((code, script), known.pack))


def tags(languages: str | None) -> list[str]:
    """The tags in a list of them with commas, ``ko,en``; none for None."""
    return [tag.strip() for tag in (languages or "").split(",") if tag.strip()]


def same_language(one: str, other: str) -> bool:
    """Whether two tags name one language; the script counts where both name it: zh-Hans is not zh-Hant."""
    tags = [short(tag) or tag for tag in (one, other)]
    first, second = map(describe, tags)
    return first.code == second.code and (first.script == second.script or not all("-" in tag for tag in tags))


def is_right_to_left(tag: str) -> bool:
    """Whether the language is written from right to left."""
    return describe(tag).script in {"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm"}


def bundled_lacks(tag: str | None) -> str | None:
    """The letters of a language that the bundled model lacks; None where it has them all, or they are not known."""
    return next(filter(None, map(_bundled_lacks, tags(tag))), None)


def _bundled_lacks(tag: str) -> str | None:
    language = describe(tag)
    if language.script and language.script not in BUNDLED_SCRIPTS:
        return SCRIPTS.get(language.script, "its letters")
    return BUNDLED_LACKS.get(language.code)


def refuse_unreadable(engine: str, tag: str | None) -> None:
    """Raise UsageError when the bundled model is asked to read a language whose letters it does not know."""
    lacks = bundled_lacks(tag)
    if engine == "rapidocr" and lacks:
        language = describe(next(one for one in tags(tag) if _bundled_lacks(one)))
        raise UsageError(
            f"The engine 'rapidocr' cannot read {language.name}: its model does not know {lacks}; "
            f"add --engine tesseract, which needs {package(language.pack)}."
        )


def package(pack: str) -> str:
    """How a pack of Tesseract is installed."""
    return f"apt-get install tesseract-ocr-{pack.replace('_', '-')}, or brew install tesseract-lang"
