"""Finds faults of a translation that show without knowing the language.

Shifted translations are found by comparing lengths, as in sentence alignment (Gale, Church: "A program for aligning
sentences in bilingual corpora", 1993).
"""

from __future__ import annotations

import math
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from subextract.formats.styled import TAG
from subextract.languages.identification import doubts, main_script, scripts
from subextract.languages.names import known, name
from subextract.translation.balance import columns
from subextract.translation.protocols import Passage, Task
from subextract.translation.shape import plain

MAX_GROWTH = 4.0  # times as wide as the original no translation is: Chinese into German, in columns, doubles
SPARE_COLUMNS = 40  # columns that a short one may have more
FEW_LENGTHS = 5  # translations from which on their lengths say whether they have moved
FITS_BETTER = 0.5  # of the distance of lengths that is left, where they fit moved by a line
LENGTHS_APART = 0.3  # distance of lengths, as logarithms of their ratios, that good translations stay below
CLEAR_LENGTH = 4  # words, or letters of a script without spaces, from which a text shows that it was not translated
SURE_LANGUAGE = 3.0  # nats, a chance of 20 to 1, from which a text is in one language rather than in the other

_DIGITS = r"(?:\d{1,3}(?:[.,' \u00a0\u202f]\d{3})+(?!\d)|\d+)(?:[.,]\d+)?"
_TENS = {"百": 2, "백": 2, "千": 3, "천": 3, "万": 4, "萬": 4, "만": 4, "億": 8, "亿": 8, "억": 8}
_PART = re.compile(rf"({_DIGITS})\s?([{''.join(_TENS)}]*)")
_AMOUNT = re.compile(rf"(?:{_DIGITS}\s?[{''.join(_TENS)}]+)*(?:{_DIGITS})?")  # 1万5千 is one number
LABEL = re.compile(r"\s*(?:translation|translated text|译文|翻译|翻譯|訳文?|번역)\s*[:：]", re.IGNORECASE)
_NOTE = re.compile(r"[(（\[]\s*(?:note|translator|literally|注|译注|訳注|anm\b)[^)）\]]*[)）\]]|```", re.IGNORECASE)
TWO_SCRIPTS = frozenset({"sr", "bs", "az", "uz", "kk", "ku", "mn", "pa", "sd", "tt", "ug"})  # unless the tag says which


class Fault(NamedTuple):
    """A fault, in the words for the translator. An answer with faults that are not ``grave`` is better than none."""

    remark: str
    grave: bool = True


def fault(passage: Passage, answer: str, task: Task) -> Fault | None:
    """The worst that is wrong with the translation of a passage; None for nothing."""
    return _grave(passage, answer, task) or _slight(passage, answer, task)


def misplaced(passages: Sequence[Passage], answers: Mapping[int, str]) -> set[int]:
    """The numbers whose translations may hold that of a neighbour: it is missing, is the same, or all have moved."""
    found: set[int] = set()
    for one, other in pairwise(passages):
        first, second = answers.get(one.number), answers.get(other.number)
        alike = first is not None and second is not None and first.casefold() == second.casefold()
        if first is None or second is None or (alike and one.text.casefold() != other.text.casefold()):
            found |= {one.number, other.number}
    whole = [passage for passage in passages if passage.number in answers]
    return found | _moved(whole, [answers[passage.number] for passage in whole])


def _moved(passages: Sequence[Passage], answers: Sequence[str]) -> set[int]:
    """The numbers from which on the lengths of the translations fit the originals one line further up or down."""
    before = [math.log(1 + columns(plain(passage.text))) for passage in passages]
    after = [math.log(1 + columns(plain(answer))) for answer in answers]
    usual = statistics.median(there - here for here, there in zip(before, after, strict=True)) if before else 0.0
    for first in range(len(passages) - FEW_LENGTHS):
        here = _distance(before[first:], after[first:], usual)
        up = _distance(before[first + 1 :], after[first:-1], usual)
        down = _distance(before[first:-1], after[first + 1 :], usual)
        if min(up, down) < FITS_BETTER * here and here > LENGTHS_APART:
            return {passage.number for passage in passages[first:]}
    return set()


def _distance(before: Sequence[float], after: Sequence[float], usual: float) -> float:
    """How far lengths are from what they usually become: the mean of the logarithms of the ratios."""
    return statistics.fmean(abs(there - here - usual) for here, there in zip(before, after, strict=True))


def _grave(passage: Passage, answer: str, task: Task) -> Fault | None:
    original, text = plain(passage.text), plain(answer)
    if not any(letter.isalnum() for letter in text):
        return Fault("it is empty")
    if columns(text) > MAX_GROWTH * columns(original) + SPARE_COLUMNS:
        return Fault("it is far too long: translate this line alone")
    if any(mark.search(text) and not mark.search(original) for mark in (LABEL, _NOTE)):
        return Fault("it has a label or a note: give the translation alone")
    if _is_untranslated(original, text, task):
        return Fault(f"it is not in {name(task.to)}")
    if wrong := _other_numbers(original, text):
        return Fault(f"it must keep {wrong}, in digits")
    return None


def _slight(passage: Passage, answer: str, task: Task) -> Fault | None:
    if missing := _numbers(passage.text) - _numbers(answer):
        return Fault(f"keep {_listed(missing)} in digits, if the language allows", grave=False)
    if Counter(TAG.findall(passage.text)) != Counter(TAG.findall(answer)):
        return Fault("keep the tags, around the words that mean the same", grave=False)
    lacking = [wanted for wanted in task.terms(passage.text).values() if wanted.casefold() not in answer.casefold()]
    if lacking:
        return Fault(f"the glossary wants {', '.join(lacking)}", grave=False)
    if passage.max_columns is not None and columns(plain(answer)) > passage.max_columns:
        return Fault(f"shorten it to at most {passage.max_columns} letters", grave=False)
    return None


def _is_untranslated(original: str, text: str, task: Task) -> bool:
    """Whether a text long enough to tell is as it was, or in another script than that of the language."""
    amounts = scripts(text)
    script = main_script(amounts) if amounts else None
    if script is None or amounts[script] < CLEAR_LENGTH:
        return False
    if text.casefold() == original.casefold():
        return not _was_translated(text, script, task)
    language = known(task.to)
    two = language.code in TWO_SCRIPTS and "-" not in task.to
    return bool(language.script) and not two and script != _family(language.script)


def _was_translated(text: str, script: str, task: Task) -> bool:
    """Whether a text that stays as it is was in the language all the time, as lines of films sometimes are."""
    if task.source is None:
        return False
    before, after = (_family(known(code).script) for code in (task.source, task.to))
    if before != after:
        return script == after
    against, _ = doubts(text, (task.source, task.to))
    return against >= SURE_LANGUAGE


def _family(script: str) -> str:
    """A script as ``scripts`` names it: Chinese characters and kana together."""
    return "Hani" if script in ("Hans", "Hant", "Jpan") else script


def _other_numbers(original: str, text: str) -> str:
    """The numbers of the original in whose place the translation has others; those in words are no others."""
    before, after = _numbers(original), _numbers(text)
    missing, strange = before - after, after - before
    return _listed(missing) if missing and strange else ""


def _listed(numbers: Counter[Decimal]) -> str:
    return ", ".join(f"{number:f}" for number in numbers)


def _numbers(text: str) -> Counter[Decimal]:
    """The numbers in a text, whatever digits and separators its language writes: 10,000 is 10.000 is 1万."""
    digits = "".join(str(unicodedata.decimal(letter, letter)) for letter in TAG.sub("", text))
    amounts = (_PART.findall(amount) for amount in _AMOUNT.findall(digits) if amount)
    return Counter(sum((_value(*part) for part in parts), Decimal(0)).normalize() for parts in amounts)


def _value(number: str, units: str) -> Decimal:
    whole, separator, rest = re.sub(r"[' \u00a0\u202f]", "", number), "", ""
    if found := re.fullmatch(r"(.*)([.,])(\d+)", whole):
        whole, separator, rest = found[1], found[2], found[3]
    digits = re.sub(r"\D", "", whole)
    # Three digits behind a separator are thousands: a film says 10,000 more often than 10 and 0 thousandths.
    value = Decimal(digits + rest) if separator and len(rest) == 3 else Decimal(f"{digits}.{rest or 0}")
    return value.scaleb(sum(_TENS[unit] for unit in units))
