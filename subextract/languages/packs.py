"""Which languages a reader knows, by the codes of BCP 47 (RFC 5646) that people give."""

from __future__ import annotations

from typing import NamedTuple

from subextract.errors import UsageError

VIETNAMESE = "Viet"  # Latin letters with marks that Vietnamese alone has; no code of ISO 15924, as other scripts have
INSTALL = "apt-get install tesseract-ocr, or brew install tesseract"


class Language(NamedTuple):
    """A language as a reader sees it: the script it is usually written in (ISO 15924) and its Tesseract pack."""

    code: str
    name: str
    script: str
    pack: str


_TABLE = """
af Afrikaans Latn afr
am Amharic Ethi amh
ar Arabic Arab ara
as Assamese Beng asm
az Azerbaijani Latn aze
be Belarusian Cyrl bel
bg Bulgarian Cyrl bul
bn Bengali Beng ben
bo Tibetan Tibt bod
bs Bosnian Latn bos
ca Catalan Latn cat
cs Czech Latn ces
cy Welsh Latn cym
da Danish Latn dan
de German Latn deu
dv Dhivehi Thaa div
dz Dzongkha Tibt dzo
el Greek Grek ell
en English Latn eng
eo Esperanto Latn epo
es Spanish Latn spa
et Estonian Latn est
eu Basque Latn eus
fa Persian Arab fas
fi Finnish Latn fin
fil Filipino Latn fil
fo Faroese Latn fao
fr French Latn fra
ga Irish Latn gle
gl Galician Latn glg
gu Gujarati Gujr guj
he Hebrew Hebr heb
hi Hindi Deva hin
hr Croatian Latn hrv
ht Haitian Latn hat
hu Hungarian Latn hun
hy Armenian Armn hye
id Indonesian Latn ind
is Icelandic Latn isl
it Italian Latn ita
ja Japanese Jpan jpn
jv Javanese Latn jav
ka Georgian Geor kat
kk Kazakh Cyrl kaz
km Khmer Khmr khm
kn Kannada Knda kan
ko Korean Kore kor
ku Kurdish Latn kmr
ky Kyrgyz Cyrl kir
la Latin Latn lat
lb Luxembourgish Latn ltz
lo Lao Laoo lao
lt Lithuanian Latn lit
lv Latvian Latn lav
mi Maori Latn mri
mk Macedonian Cyrl mkd
ml Malayalam Mlym mal
mn Mongolian Cyrl mon
mr Marathi Deva mar
ms Malay Latn msa
mt Maltese Latn mlt
my Burmese Mymr mya
nb Norwegian Latn nor
ne Nepali Deva nep
nl Dutch Latn nld
nn Norwegian Latn nor
no Norwegian Latn nor
oc Occitan Latn oci
or Odia Orya ori
pa Punjabi Guru pan
pl Polish Latn pol
ps Pashto Arab pus
pt Portuguese Latn por
ro Romanian Latn ron
ru Russian Cyrl rus
sa Sanskrit Deva san
sd Sindhi Arab snd
si Sinhala Sinh sin
sk Slovak Latn slk
sl Slovenian Latn slv
sq Albanian Latn sqi
sr Serbian Cyrl srp
sv Swedish Latn swe
sw Swahili Latn swa
ta Tamil Taml tam
te Telugu Telu tel
tg Tajik Cyrl tgk
th Thai Thai tha
ti Tigrinya Ethi tir
tl Tagalog Latn fil
tr Turkish Latn tur
tt Tatar Cyrl tat
ug Uyghur Arab uig
uk Ukrainian Cyrl ukr
ur Urdu Arab urd
uz Uzbek Latn uzb
vi Vietnamese Latn vie
yi Yiddish Hebr yid
yo Yoruba Latn yor
yue Cantonese Hant chi_tra
zh Chinese Hans chi_sim
"""


LANGUAGES = {row.split()[0]: Language(*row.split()) for row in _TABLE.strip().splitlines()}

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

# The twenty languages with two codes in ISO 639-2; containers mostly use the bibliographic one, which is not BCP 47.
_PAIRS = """
alb:sq arm:hy baq:eu bur:my chi:zh cze:cs dut:nl fre:fr geo:ka ger:de gre:el ice:is mac:mk mao:mi may:ms per:fa rum:ro
slo:sk tib:bo wel:cy
"""
_BIBLIOGRAPHIC = dict(pair.split(":") for pair in _PAIRS.split())

# What is in the character list of PP-OCRv6 small (tests/test_ocr_languages.py compares the alphabets).
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
    """What is known of the language of a tag; an unknown one is taken for the name of a Tesseract pack."""
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
    first, second = _described(one), _described(other)
    return first[0] == second[0] and (first[1] == second[1] or not all(map(_has_script, (one, other))))


def _described(tag: str) -> tuple[str, str]:
    code, *rest = tag.replace("_", "-").split("-")
    language = describe("-".join([_BIBLIOGRAPHIC.get(code.lower(), code), *rest]))
    return language.code, language.script


def _has_script(tag: str) -> bool:
    return "-" in tag.replace("_", "-")


def is_right_to_left(tag: str) -> bool:
    """Whether the language is written from right to left."""
    return describe(tag).script in {"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm"}


def bundled_lacks(tag: str | None) -> str | None:
    """What the bundled model does not know of a language's letters; None where it knows them, or which is not known."""
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
