"""In which language lines of text are, in the codes of BCP 47 (RFC 5646), and in which script.

The script says it where only one language is written in it; elsewhere all lines together are asked, because single
short lines mislead every identifier. What is not certain is None.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from subextract.types import Cue

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

CERTAIN_CHANCE = 0.9  # chance, from 0 to 1, from which a text is said to be in a language; two or three lines reach it
MIN_CHANCE = 1e-9  # chance that stands for none at all; the identifier's numbers have the precision of 32 bits
KANA = 0.1  # share of kana that makes Chinese characters Japanese: half of all letters there, none in Chinese
WRONG_FORM = 2.0  # nats against a kind of Chinese for a character of the other kind; readers confuse them

# By the first word of a letter's Unicode name, the script in ISO 15924.
SCRIPTS = {
    "CJK": "Hani",
    "IDEOGRAPHIC": "Hani",
    "HIRAGANA": "Kana",
    "KATAKANA": "Kana",
    "HANGUL": "Kore",
    "LATIN": "Latn",
    "CYRILLIC": "Cyrl",
    "GREEK": "Grek",
    "ARABIC": "Arab",
    "HEBREW": "Hebr",
    "THAI": "Thai",
    "LAO": "Laoo",
    "KHMER": "Khmr",
    "MYANMAR": "Mymr",
    "TIBETAN": "Tibt",
    "DEVANAGARI": "Deva",
    "BENGALI": "Beng",
    "GUJARATI": "Gujr",
    "GURMUKHI": "Guru",
    "ORIYA": "Orya",
    "TAMIL": "Taml",
    "TELUGU": "Telu",
    "KANNADA": "Knda",
    "MALAYALAM": "Mlym",
    "SINHALA": "Sinh",
    "ARMENIAN": "Armn",
    "GEORGIAN": "Geor",
    "ETHIOPIC": "Ethi",
}
UNSPACED = {"Hani", "Kana", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"}  # written without spaces between words
ALONE = {  # the language of a script in which no other one of the identifier is written
    "Kore": "ko",
    "Grek": "el",
    "Hebr": "he",
    "Thai": "th",
    "Laoo": "lo",
    "Khmr": "km",
    "Mymr": "my",
    "Tibt": "bo",
    "Gujr": "gu",
    "Guru": "pa",
    "Orya": "or",
    "Taml": "ta",
    "Telu": "te",
    "Knda": "kn",
    "Mlym": "ml",
    "Sinh": "si",
    "Armn": "hy",
    "Geor": "ka",
}
FORMS = {"zh-Hans": "gb2312", "zh-Hant": "big5"}  # character sets that hold one kind of Chinese and not the other


def scripts(line: str) -> Counter[str]:
    """How much of a line is in which script: words, or letters where the script does not part words."""
    found: Counter[str] = Counter()
    for word in unicodedata.normalize("NFKC", line).split():
        letters = Counter(script for letter in word if (script := _script(letter)))
        found.update({script: number if script in UNSPACED else 1 for script, number in letters.items()})
    return found


def parted(before: str, after: str) -> str:
    """The separator between two parts of a sentence: a space, and nothing where the script has none."""
    return "" if is_unspaced(before[-1:]) and is_unspaced(after[:1]) else " "


def main_script(amounts: Mapping[str, int]) -> str | None:
    """The script of most of a text, ``Hani`` for Chinese characters and kana together; None without any letter."""
    together = Counter(amounts)
    together["Hani"] += together.pop("Kana", 0)
    script, amount = together.most_common(1)[0]
    return script if amount else None


def language_of_cues(cues: Sequence[Cue], given: str | None = None) -> str | None:
    """The language of subtitles: as given, as the cues say of themselves, or as their words say."""
    return given or as_marked(cues) or language_of(line for cue in cues for line in cue.text.split("\n"))


def as_marked(cues: Iterable[Cue]) -> str | None:
    """The language that most cues say of themselves."""
    marks = Counter(cue.language for cue in cues if cue.language)
    return marks.most_common(1)[0][0] if marks else None


def language_of(lines: Iterable[str]) -> str | None:
    """The language of all lines together, such as ``en``, ``ja`` or ``zh-Hans``; None where it is not certain."""
    by_script: dict[str | None, list[str]] = {}
    amounts: Counter[str] = Counter()
    for line in lines:
        found = scripts(line)
        by_script.setdefault(main_script(found), []).append(line)
        amounts += found
    script = main_script(amounts)
    if script == "Hani":
        return "ja" if amounts["Kana"] > KANA * (amounts["Kana"] + amounts["Hani"]) else _chinese(by_script[script])
    return ALONE.get(script or "") or (_identified(by_script.get(script, [])) if script else None)


def doubts(line: str, languages: Sequence[str]) -> list[float]:
    """The evidence against a line being in each of several languages of one script: nats, 0 for the likeliest.

    The words of a short line say little: then all the numbers are small.
    """
    chances = dict(_identifier().rank(_as_written(line)))
    against = [
        -math.log(max(chances.get(_primary(one), 0.0), MIN_CHANCE)) + _wrong_forms(line, one) for one in languages
    ]
    return [one - min(against) for one in against]


def is_unspaced(letter: str) -> bool:
    """Whether it is of a script without spaces, or of the punctuation of one; Thai words often end in a vowel mark."""
    return main_script(scripts(letter)) in UNSPACED or (not letter.isalpha() and "\u3000" <= letter <= "\uffef")


def _primary(tag: str) -> str:
    return tag.split("-")[0]


@cache
def _script(letter: str) -> str | None:
    if unicodedata.category(letter)[0] not in "LM":
        return None
    return SCRIPTS.get(unicodedata.name(letter, "?").split()[0])


def _chinese(lines: Sequence[str]) -> str:
    """Which kind of Chinese, by the characters that only one of them has."""
    own = Counter(form for line in lines for letter in line if (form := _form(letter)))
    simplified, traditional = own["zh-Hans"], own["zh-Hant"]
    if simplified == traditional:
        return "zh"
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _wrong_forms(line: str, tag: str) -> float:
    return WRONG_FORM * sum(_form(letter) not in (None, tag) for letter in line) if tag in FORMS else 0.0


@cache
def _form(letter: str) -> str | None:
    """The kind of Chinese to which a character belongs; None for what both have, or neither."""
    if _script(letter) != "Hani":
        return None
    having = [form for form, encoding in FORMS.items() if letter.encode(encoding, "ignore")]
    return having[0] if len(having) == 1 else None


def _identified(lines: Sequence[str]) -> str | None:
    found, chance = _identifier().classify(" ".join(map(_as_written, lines)))
    return found if chance >= CERTAIN_CHANCE and found != "zxx" else None


def _as_written(line: str) -> str:
    """The text, in small letters where it is shouted, as in the texts that the identifier has learned from."""
    return line.lower() if line.isupper() else line


@cache
def _identifier() -> LanguageIdentifier:
    """langid.py (Lui and Baldwin, ACL 2012) with the model of py3langid, imported only where it is needed.

    Of its 139 languages those that ISO 639-1 gives two letters: the others, mostly without subtitles, attract mistakes.
    ``zxx`` is its name for what is no language.
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([one for one in identifier.labels if len(one) == 2 or one == "zxx"])
    return identifier
