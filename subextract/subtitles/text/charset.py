"""In which encoding a text is that is no UTF-8."""

from __future__ import annotations

import codecs

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LAST = "cp1252"  # has a letter for nearly every byte
FREQUENT = {
    "cp1252": "éèêàâçùûôîïäöüßñáíóúìòãõåæø¿¡’",
    "cp1250": "łąężćśóźńáéíčěšžřýůőűöüțșăâîđ",
    "cp1254": "ışğçöü",
    "cp1251": "оеаинтсрвл",
    "koi8_r": "оеаинтсрвл",
    "cp1253": "αοιετσνηυρ",
    "cp1255": "יוהלאמרתבש",
    "cp1256": "اليمونرتبة",
    "cp874": "านรกอเงมยลวดทสตะปบคไ่้ี",
    "cp932": "のにはをたがでてとしれさあるいうくなこりんかもまよだっちわらすー。、",
    "euc_jp": "のにはをたがでてとしれさあるいうくなこりんかもまよだっちわらすー。、",
    "gb18030": "的一是不了我你在有他这们来到说个就要什么好没吧，。？！",
    "big5": "的一是不了我你在有他這們來到說個就要什麼好沒吧，。？！",
    "cp949": "이다는을가에고지하어나그의도아사시기니요해",
}
"""The letters outside ASCII that the languages of an encoding use most, by encoding. Text that is read in a wrong one
turns into letters that nobody uses often."""
LATIN = ("cp1252", "cp1250", "cp1254")  # in their languages most letters are ASCII


def encoding_of(data: bytes) -> str:
    """The encoding of a whole text: UTF-8 or what the first bytes say, else the one in which it makes most sense."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return name
    fitting = [name for name in ("utf-8", *FREQUENT) if _reads(name, data)]
    if "utf-8" in fitting:
        return "utf-8"
    return max(fitting, key=lambda name: _sense(data.decode(name), name), default=LAST)


def _reads(name: str, data: bytes) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _sense(text: str, name: str) -> float:
    """How much of what is not ASCII is made of frequent letters, and whether as many letters are ASCII as usual."""
    strange = [letter for letter in text if ord(letter) > 127]
    if not strange:
        return 0.0
    plain = sum(letter.isascii() for letter in text if letter.isalpha())
    usual = plain if name in LATIN else len(strange)
    return sum(letter.lower() in FREQUENT[name] for letter in strange) / len(strange) * usual / (plain + len(strange))
