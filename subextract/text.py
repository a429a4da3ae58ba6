"""Which characters a line holds, by what was seen of each: rules on text alone, without pictures."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

FIRST_IS_RIGHT = 0.1  # by which the first reading must be less sure than the second to lose
LEAST_RIVAL = 0.03  # chance from which a symbol that was not read counts as seen
FULL = {chr(code): chr(code + 0xFEE0) for code in (0x21, 0x28, 0x29, 0x2C, 0x3A, 0x3B, 0x3F)}  # ! ( ) , : ; ?
HALF = {full: half for half, full in FULL.items()}


@dataclass(frozen=True, slots=True)
class Letter:
    """One character, no space, as a recogniser saw it.

    ``place`` is the column (px) of its middle, ``score`` how sure it is, ``space`` the chance of a space before it,
    both from 0 to 1.
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


def is_wide(text: str) -> bool:
    """Whether a character is as wide as high: Chinese characters, kana, hangul and the punctuation among them."""
    return unicodedata.east_asian_width(text) in "WF"


def agreed(first: Reading, second: Reading) -> Reading:
    """What two readings of one line say together: where they differ, the surer one."""
    one, other = first.letters, second.letters
    texts = ["".join(letter.text for letter in letters) for letters in (one, other)]
    matcher = difflib.SequenceMatcher(None, *texts, autojunk=False)
    letters: list[Letter] = []
    chosen = None
    for tag, start, end, begin, stop in matcher.get_opcodes():
        if tag == "equal":
            both = [_both(a, b) for a, b in zip(one[start:end], other[begin:stop], strict=True)]
            if chosen is not None: both[0] = replace(both[0], space=(one[start] if chosen is one else other[begin]).space)
            letters += both
            continue
        first_is_surer = _sureness(one, start, end) >= _sureness(other, begin, stop) + FIRST_IS_RIGHT
        chosen = one if first_is_surer else other
        letters += one[start:end] if first_is_surer else other[begin:stop]
    return Reading(tuple(letters), first.faint + second.faint)


def _both(one: Letter, other: Letter) -> Letter:
    return replace(one, score=max(one.score, other.score), space=(one.space + other.space) / 2)


def _sureness(letters: Sequence[Letter], start: int, end: int) -> float:
    """The score of the least sure letter of a stretch; of the neighbours where the stretch is empty."""
    seen = letters[start:end] or letters[max(0, start - 1) : start + 1]
    return min((letter.score for letter in seen), default=0.0)


def fitting(reading: Reading) -> Reading:
    """Punctuation as wide as the script around it."""
    letters = reading.letters
    wide = any(unicodedata.east_asian_width(l.text) == 'W' for l in letters)
    out = []
    for i, l in enumerate(letters):
        if not wide and l.text in HALF: l = replace(l, text=HALF[l.text])
        elif l.text in FULL and wide:
            n = letters[i-1] if i else letters[1] if len(letters) > 1 else None
            if n and is_wide(n.text) and any(f.text == FULL[l.text] and abs(f.place - l.place) < 12 for f in reading.faint): l = replace(l, text=FULL[l.text])
        out.append(l)
    return replace(reading, letters=tuple(out))
