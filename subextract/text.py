"""Which characters a line holds, by what was seen in each place: rules on text alone, without pictures."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

SURER_READING = 0.1  # by which a first reading must be surer than the second to win: the second one looks closer
MIN_ALTERNATIVE = 0.03  # chance from which a symbol that was not read counts as seen
NEARLY_READ_SPACE = 0.01  # chance from which a space counts as nearly read; below, there is a mere trace of one
ALTERNATIVES_WITHIN = 8  # px between a letter and its alternatives; letters that are 48 px high are at least 10 wide
ROOM_IS_SPACE = 0.05  # chance that the room around wide punctuation in a line of narrow letters is a space
NOTE = "♪"
FEW_NOTES = 2  # symbols of a line that may be notes alone; recognisers want words around them
UNSURE_LONE = 0.6  # score below which all of them may be; a J, an S or a D alone has 0.97
UNSURE_NOTE = 0.9  # score below which a single symbol may be a note
HALF = {chr(code + 0xFEE0): chr(code) for code in b"!(),:;?"}
FULL = {half: full for full, half in HALF.items()}
TWINS = frozenset(("口ロ", "力カ", "二ニ", "八ハ", "工エ", "夕タ", "卜ト"))  # Chinese characters and katakana alike


@dataclass(frozen=True, slots=True)
class Letter:
    """One character that is no space, as a recogniser saw it.

    ``place`` is the column (px) of its middle, ``score`` how sure it is, ``space`` the chance of a space before it,
    both from 0 to 1. Between letters of a word that chance is a millionth; a thousandth is a trace of a space.
    """

    text: str
    place: float
    score: float
    space: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The letters of a line from left to right, and the less likely ones seen in the same places."""

    letters: tuple[Letter, ...]
    faint: tuple[Letter, ...] = ()

    @property
    def text(self) -> str:
        """The letters, with the spaces that are more likely than not."""
        spaced = "".join(" " * (letter.space >= 0.5) + letter.text for letter in self.letters)
        return spaced.strip()

    @property
    def min_score(self) -> float:
        """How sure the least sure letter is; a letter that was nearly read between two others counts, too."""
        omitted = [one.score for one in self.faint if not any(_explains(letter, one) for letter in self.letters)]
        return min([*(letter.score for letter in self.letters), *(1 - score for score in omitted)], default=0.0)

    @property
    def score(self) -> float:
        """From 0 to 1, half way between the mean of the letters and the least sure of them.

        The mean tells text from texture best, the least sure letter tells wrong lines from right ones.
        """
        scores = [letter.score for letter in self.letters]
        return (sum(scores) / len(scores) + self.min_score) / 2 if scores else 0.0

    def alternatives(self, letter: Letter) -> list[Letter]:
        """The other readings of the place of a letter."""
        return [
            one
            for one in self.faint
            if abs(one.place - letter.place) <= ALTERNATIVES_WITHIN and one.score >= MIN_ALTERNATIVE
        ]


def _explains(letter: Letter, faint: Letter) -> bool:
    """Whether a faint letter is but another view of one that was read, or its blurred edge."""
    reach = 1.5 * ALTERNATIVES_WITHIN if letter.text == faint.text else ALTERNATIVES_WITHIN / 2
    return abs(letter.place - faint.place) <= reach


def letters_of(said: str) -> str:
    """The letters and digits of a text alone, in lower case: what two readings of one text have in common."""
    return "".join(letter for letter in said.casefold() if letter.isalnum())


def is_wide(text: str) -> bool:
    """Whether a character is as wide as high: Chinese characters, kana, hangul and the punctuation among them."""
    return unicodedata.east_asian_width(text) in "WF"


def agreed(first: Reading, second: Reading) -> Reading:
    """The text on which two readings of one line agree: where they differ, the surer one."""
    one, other = first.letters, second.letters
    texts = [[letter.text for letter in letters] for letters in (one, other)]
    letters: list[Letter] = []
    chosen: tuple[Letter, ...] | None = None
    for tag, start, end, begin, stop in difflib.SequenceMatcher(a=texts[0], b=texts[1], autojunk=False).get_opcodes():
        if tag == "equal":
            both = [_both(a, b) for a, b in zip(one[start:end], other[begin:stop], strict=True)]
            if chosen:  # a space belongs to what stands before it
                both[0] = replace(both[0], space=(one[start] if chosen is one else other[begin]).space)
            letters += both
        else:
            chosen = one if _sureness(one, start, end) >= _sureness(other, begin, stop) + SURER_READING else other
            letters += one[start:end] if chosen is one else other[begin:stop]
    return Reading(tuple(letters), first.faint + second.faint)


def _both(one: Letter, other: Letter) -> Letter:
    return replace(one, score=max(one.score, other.score), space=(one.space + other.space) / 2)


def _sureness(letters: Sequence[Letter], start: int, end: int) -> float:
    """The score of the least sure letter of a stretch; of its neighbours where it is empty."""
    seen = letters[start:end] or letters[max(0, start - 1) : start + 1]
    return min((letter.score for letter in seen), default=0.0)


def tidied(reading: Reading) -> Reading:
    """The reading with punctuation as wide as its script, letters of one script, and musical notes."""
    letters = tuple(_of_one_script(reading, index) for index in range(len(reading.letters)))
    return with_notes(replace(reading, letters=letters))


def _of_one_script(reading: Reading, index: int) -> Letter:
    letter, before = reading.letters[index], reading.letters[max(0, index - 1)]
    if not any(unicodedata.east_asian_width(one.text) == "W" for one in reading.letters):
        chance = ROOM_IS_SPACE if {letter.text, before.text} & set(HALF) else 0.0
        letter = replace(letter, text=HALF.get(letter.text, letter.text), space=max(letter.space, chance))
    fitting = [
        alternative for alternative in reading.alternatives(letter) if _fits(reading, letter, alternative, before)
    ]
    if not fitting:
        return letter
    best = max(fitting, key=lambda alternative: alternative.score)
    return replace(letter, text=best.text, score=min(1.0, letter.score + best.score))


def _fits(reading: Reading, letter: Letter, alternative: Letter, before: Letter) -> bool:
    """Whether the rival is the same symbol in the script of the line."""
    if FULL.get(letter.text) == alternative.text:
        return is_wide(before.text)
    if letter.text + alternative.text in TWINS:
        return _script(before.text) == "KATAKANA" or before.text == "ー"
    scripts = (_script(letter.text), _script(alternative.text))
    return scripts == ("GREEK", "LATIN") and _common_script(reading) == "LATIN"


def _script(text: str) -> str:
    return unicodedata.name(text, "?").split()[0] if text.isalpha() else ""


def _common_script(reading: Reading) -> str:
    scripts = Counter(script for letter in reading.letters if (script := _script(letter.text)))
    return scripts.most_common(1)[0][0] if scripts else ""


def with_notes(reading: Reading) -> Reading:
    """The musical notes around a line that is sung, where they were taken for a letter of similar shape or left out.

    Recognisers know notes badly, but where there is none, they see no trace of one.
    """
    notes = [one for one in reading.faint if one.text == NOTE]
    letters = list(reading.letters)
    if not letters or not notes:
        return reading
    if len(letters) <= FEW_NOTES:
        return _with_lone_notes(reading, notes)
    for end, inner in ((0, 1), (-1, -1)):
        lone = letters[min(inner, len(letters) - 1)].space >= 0.5 or not letters[end].text.isalnum()
        if len(letters) > 2 and lone and letters[end].score < UNSURE_NOTE:
            seen = [note for note in notes if abs(note.place - letters[end].place) <= ALTERNATIVES_WITHIN]
            letters[end] = replace(letters[end], text=NOTE) if seen else letters[end]
    before = [note for note in notes if note.place < letters[0].place - 2 * ALTERNATIVES_WITHIN]
    behind = [note for note in notes if note.place > letters[-1].place + 2 * ALTERNATIVES_WITHIN]
    if before and letters[0].text != NOTE:
        letters = [replace(before[0], score=UNSURE_NOTE), replace(letters[0], space=1.0), *letters[1:]]
    if behind and letters[-1].text != NOTE:
        letters.append(replace(behind[-1], score=UNSURE_NOTE, space=1.0))
    return replace(reading, letters=tuple(letters))


def _with_lone_notes(reading: Reading, notes: Sequence[Letter]) -> Reading:
    """Notes in the place of one or two symbols that are unsure and have more than a trace of a note beside them."""
    letters = reading.letters
    unsure = all(letter.text == NOTE or letter.score < UNSURE_LONE for letter in letters)
    seen = any(note.score >= MIN_ALTERNATIVE for note in notes)
    return (
        replace(reading, letters=tuple(replace(letter, text=NOTE) for letter in letters))
        if unsure and seen
        else reading
    )
