"""Takes apart what of a cue is translated, and gives the translation the form of the original.

Dashes, notes and italics are taken away before and put back after, so that no translator can lose them; what two people
say is translated apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from subextract.formats.styled import TAG, parts
from subextract.languages.identification import parted
from subextract.tags import Letter, kind, letters_in, written
from subextract.translation.balance import lines
from subextract.types import Cue

_MARKS = re.compile(
    r"(?P<dash>[-‐‑–—−]{1,3}(?!\d)\s*(?=\S))?(?P<before>(?:[♪♫♬♩]+|#(?=\s))\s*)?"
    r"(?P<words>.*?)(?P<after>\s*(?:[♪♫♬♩]+|(?<=\s)#))?"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """The words of one speaker: ``words`` in one line, with tags where only some of them are styled.

    ``dash``, ``before`` and ``after`` stand around it, ``tags`` hold for all of it; it had so many ``rows``.
    """

    words: str
    dash: str = ""
    before: str = ""
    after: str = ""
    tags: tuple[str, ...] = ()
    rows: int = 1

    @property
    def says_something(self) -> bool:
        """Whether there is anything to translate."""
        return any(letter.isalpha() for letter in TAG.sub("", self.words))


def turns(cue: Cue) -> list[Turn]:
    """The turns of a cue, speaker by speaker."""
    found: list[Turn] = []
    for line in _lines(letters_in(parts(cue))):
        turn = _turn(line)
        if found and not _begins(turn, found[-1]):
            last = found[-1]
            found[-1] = replace(last, words=joined(last.words, turn.words), after=turn.after, rows=last.rows + 1)
        else:
            found.append(turn)
    return found


def dressed(said: Sequence[Turn], width: int) -> str:
    """The text of a cue (as in Cue.styled) that says this, in lines of at most ``width`` columns."""
    return "\n".join(_dressed(turn, width) for turn in said)


def joined(one: str, other: str) -> str:
    """Two parts of a sentence as one; Chinese and its like without a space between."""
    if not one or not other:
        return one or other
    return one + parted(plain(one), plain(other)) + other


def styled_like(original: str, said: str) -> str:
    """The words with the tags of the original: its own if they are the same, else around words that stayed."""
    if sorted(TAG.findall(original)) == sorted(TAG.findall(said)):
        return said
    text = plain(said)
    for opening, inside, closing in re.findall(r"(<(?:[ibu]|c\.[a-z]+)>)([^<>]+)(</[ibuc]>)", original):
        text = text.replace(inside, f"{opening}{inside}{closing}", 1)
    return text


def plain(words: str) -> str:
    """The words without tags."""
    return TAG.sub("", words)


def _lines(letters: Sequence[Letter]) -> list[list[Letter]]:
    return [list(line) for is_end, line in groupby(letters, key=lambda each: each[0] == "\n") if not is_end]


def _turn(line: Sequence[Letter]) -> Turn:
    """A line as the turn of one speaker."""
    text = "".join(letter for letter, _ in line).rstrip()
    start = len(text) - len(text.lstrip())
    marks = _MARKS.fullmatch(text, start)
    assert marks is not None
    inside = [each for each in line[slice(*marks.span("words"))]]
    seen = [tags for letter, tags in inside if not letter.isspace()]
    common = frozenset.intersection(*seen) if seen else frozenset[str]()
    words = written([(letter, tags - common) for letter, tags in inside], escaped=False)
    dash, before, after = (marks[name] or "" for name in ("dash", "before", "after"))
    return Turn(words, dash, before, after, tuple(sorted(common)) if inside else ())


def _begins(turn: Turn, last: Turn) -> bool:
    """Whether a line belongs to another speaker, or is another line of a song."""
    return bool(turn.dash or turn.before or last.after or turn.tags != last.tags)


def _dressed(turn: Turn, width: int) -> str:
    letters = letters_in(TAG.split(turn.words))
    text = "".join(letter for letter, _ in letters)
    around = len(turn.dash) + len(turn.before) + len(turn.after)
    rows = [written(letters[row.start : row.end], escaped=True) for row in lines(text, width - around, turn.rows)]
    opening, closing = "".join(f"<{tag}>" for tag in turn.tags), "".join(f"</{kind(tag)}>" for tag in turn.tags)
    return f"{turn.dash}{opening}{turn.before}" + "\n".join(rows) + f"{turn.after}{closing}"
