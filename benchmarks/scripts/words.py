"""What lines of text say that are drawn to learn scripts by: words of dictionaries and catalogues of this system."""

from __future__ import annotations

import gettext
import random
import re
import unicodedata
from functools import cache
from pathlib import Path

from subextract.languages.packs import VIETNAMESE
from subextract.ocr.script import NONE

CATALOGUES = Path("/usr/share/locale")  # translated names of languages, countries and coins: Debian's iso-codes
DICTIONARIES = (Path("/usr/share/hunspell"), Path("/usr/share/myspell/dicts"))
LANGUAGES = {  # the codes of catalogues and dictionaries, whose names may go on with a country
    "Latn": ("en", "fr", "de", "es", "it", "pt", "pl", "cs", "tr", "ro", "sv", "hu", "id"),
    VIETNAMESE: ("vi",),
    "Hani": ("zh", "ja"),
    "Kore": ("ko",),
    "Cyrl": ("ru", "uk", "bg", "sr", "be"),
    "Grek": ("el",),
    "Arab": ("ar", "fa"),
    "Hebr": ("he",),
    "Thai": ("th",),
    "Deva": ("hi", "mr", "ne"),
    "Beng": ("bn",),
    "Taml": ("ta",),
    "Telu": ("te",),
}
NAMES: dict[str, str | tuple[str, ...]] = {  # how Unicode names the letters of a script
    VIETNAMESE: "LATIN",
    "Latn": "LATIN",
    "Hani": ("CJK", "HIRAGANA", "KATAKANA"),
    "Kore": "HANGUL",
    "Cyrl": "CYRILLIC",
    "Grek": "GREEK",
    "Arab": "ARABIC",
    "Hebr": "HEBREW",
    "Thai": "THAI",
    "Deva": "DEVANAGARI",
    "Beng": "BENGALI",
    "Taml": "TAMIL",
    "Telu": "TELUGU",
}
CASED = {"Latn", VIETNAMESE, "Cyrl", "Grek"}
UNSPACED = {"Hani", "Thai"}
MARKS = re.compile("[\u01a0-\u01b0\u0102\u0103\u0110\u0111\u1ea0-\u1ef9]")  # of Vietnamese, and of few others
OWN_MARKS = re.compile("[\u01a0-\u01b0\u1ea0-\u1ef9]")  # of Vietnamese alone
SHORT, LONG = 4, 30  # letters of a line
FOREIGN = 0.12  # of the lines hold a Latin word or a number
SYMBOLS = "0123456789:.,-–—/%$€£+=*#&()[]<>|♪♫…!?'\"•→←★©"


@cache
def words(script: str) -> tuple[str, ...]:
    """The words that are known of a script, in no order that means anything; repeats tell how common they are."""
    found = [word for code in LANGUAGES[script] for word in _of_language(code, script)]
    return tuple(found)


def _of_language(code: str, script: str) -> list[str]:
    texts = [text for path in sorted(CATALOGUES.glob(f"{code}*/LC_MESSAGES/iso_*.mo")) for text in _messages(path)]
    for folder in DICTIONARIES:
        for path in sorted(folder.glob(f"{code}*.dic")):
            entries = _entries(path)
            texts += random.Random(code).sample(entries, min(len(entries), 15_000))
    fitting = sorted({word for text in texts for word in re.split(r"[\s;,()/]+", text) if _fits(word, script)})
    return random.Random(code).sample(fitting, min(len(fitting), 12_000))


def _messages(path: Path) -> list[str]:
    with path.open("rb") as file:
        return [str(text) for text in gettext.GNUTranslations(file)._catalog.values()]  # type: ignore[attr-defined]


def _entries(path: Path) -> list[str]:
    encoding = re.search(rb"(?m)^SET\s+(\S+)", path.with_suffix(".aff").read_bytes())
    name = encoding.group(1).decode() if encoding else "utf-8"
    rows = path.read_bytes().decode(name.replace("microsoft-cp", "cp"), "ignore").splitlines()[1:]
    return [unicodedata.normalize("NFC", row.split("/")[0].split("\t")[0].strip()) for row in rows]


def _fits(word: str, script: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    if not 1 <= len(letters) <= 14 or not all(_is_of(letter, script) for letter in letters):
        return False
    return script != "Latn" or not OWN_MARKS.search(word)


@cache
def _is_of(letter: str, script: str) -> bool:
    return unicodedata.name(letter, "").startswith(NAMES[script])


def line(script: str, dice: random.Random) -> str:
    """A line of a script, or of what is no letter."""
    if script == NONE:
        return "".join(dice.choice(SYMBOLS) for _ in range(dice.randint(1, 9)))
    while True:
        text = _line(script, dice)
        if script != VIETNAMESE or len(MARKS.findall(text)) >= 2:
            return text


def _line(script: str, dice: random.Random) -> str:
    min_length, known = dice.randint(SHORT, LONG), words(script)
    parts = [dice.choice(known)]
    while sum(map(len, parts)) < min_length / (2 if script == "Hani" else 1):
        parts.append(dice.choice(known))
    if script == "Kore":
        parts = [_drawn_by_lot("euc_kr", (0xB0, 0xC8), dice) if dice.random() < 0.4 else part for part in parts]
    if script == "Hani":
        parts = [_drawn_by_lot("gb2312", (0xB0, 0xD7), dice) if dice.random() < 0.3 else part for part in parts]
        parts = [_kana(dice) if dice.random() < 0.4 else part for part in parts]
    if script != "Latn" and dice.random() < FOREIGN and len(parts) > 1:
        parts[dice.randrange(len(parts))] = dice.choice((dice.choice(words("Latn")), str(dice.randint(1, 2030))))
    text = _cased(("" if script in UNSPACED else " ").join(parts), script, dice)
    return dice.choice(("", "", "- ", "♪ ", '"')) + text + dice.choice(("", "", ".", "?", "!", "…", ","))


def _kana(dice: random.Random) -> str:
    first, last = dice.choice(((0x3042, 0x3093), (0x3042, 0x3093), (0x30A2, 0x30F3)))
    return "".join(chr(dice.randint(first, last)) for _ in range(dice.randint(1, 5)))


def _drawn_by_lot(encoding: str, rows: tuple[int, int], dice: random.Random) -> str:
    """Characters of the rows of a national character set that hold the usual ones."""
    pairs = bytes(part for _ in range(dice.randint(1, 5)) for part in (dice.randint(*rows), dice.randint(0xA1, 0xFE)))
    return pairs.decode(encoding, "ignore")


def _cased(text: str, script: str, dice: random.Random) -> str:
    if script not in CASED:
        return text
    kind = dice.random()
    if kind < 0.3:
        return text.upper()
    return text.lower() if kind < 0.5 else text[:1].upper() + text[1:].lower()
