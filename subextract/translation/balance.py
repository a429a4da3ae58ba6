"""Breaks a text into lines: none too wide, of similar widths, with breaks where a reader pauses.

The breaks of least total cost are found by dynamic programming (Knuth, Plass: "Breaking paragraphs into lines", 1981).
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from subextract.text import is_wide

NOT_FIRST = frozenset(
    "、。，．・：；？！ー」』】）〕］｝〉》”’…‥ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々％,.!?:;)]}%"
)
NOT_LAST = frozenset("「『【（〔［｛〈《“‘([{$€£¥")
PAUSES = frozenset(",.!?:;…)]、。，．？！：；）】،؟।")
WORTH = 1 / 4  # of the width, that a line must fill before another one is begun without need
NO_PAUSE = 1 / 3  # of the width, by which lines may rather differ than break where nobody pauses
TOO_WIDE_COST = 100.0  # times as bad as lines that differ is one that is wider than the width
MANY_BREAKS = 160  # places for a break up to which all ways are compared; a cue has 40


class Part(NamedTuple):
    """A stretch of the text that is not broken, without the space behind it."""

    start: int
    end: int


def columns(text: str) -> int:
    """The width of a text in columns: Chinese characters, kana and hangul take two, combining marks none."""
    return sum(0 if unicodedata.combining(letter) else 2 if is_wide(letter) else 1 for letter in text)


def lines(text: str, width: int, wanted: int = 1) -> list[Part]:
    """Break a text into lines.

    Args:
        text: in one line.
        width: the most columns of a line; only a word that is wider takes more.
        wanted: the number of lines, if the text is long enough for them.

    Returns:
        The first and the past-the-last character of each line.

    A script that is written without spaces is broken between any two characters but before closing and after opening
    punctuation; Thai and its like, which only a dictionary can break, at their spaces.
    """
    found = _parts(text)
    needed = _filled(text, found, width)
    worth = 1 + int(columns(text) / (WORTH * width))
    number = max(len(needed), min(wanted, worth, len(found)))
    if number <= 1 or len(found) > MANY_BREAKS:
        return needed
    return _balanced(text, found, width, number)


def _parts(text: str) -> list[Part]:
    found, start = [], 0
    for place in range(1, len(text)):
        if text[place] == " ":
            found.append(Part(start, place))
            start = place + 1
        elif text[place - 1] != " " and _can_part(text[place - 1], text[place]):
            found.append(Part(start, place))
            start = place
    return [part for part in [*found, Part(start, len(text))] if part.end > part.start]


def _can_part(before: str, after: str) -> bool:
    unspaced = _is_unspaced(before) or _is_unspaced(after)
    return unspaced and after not in NOT_FIRST and before not in NOT_LAST and not unicodedata.combining(after)


def _is_unspaced(letter: str) -> bool:
    return is_wide(letter) and not unicodedata.name(letter, "").startswith("HANGUL")


def _filled(text: str, parts: list[Part], width: int) -> list[Part]:
    """As few lines as can be: each takes what it can hold."""
    found: list[Part] = []
    for part in parts:
        if found and columns(text[found[-1].start : part.end]) <= width:
            found[-1] = Part(found[-1].start, part.end)
        else:
            found.append(part)
    return found


def _balanced(text: str, parts: list[Part], width: int, number: int) -> list[Part]:
    """The best way to make this number of lines, by the cost of each beginning."""
    mean = columns(text) / number
    best: list[dict[int, tuple[float, list[Part]]]] = [{0: (0.0, [])}]
    for row in range(1, number + 1):
        ways: dict[int, tuple[float, list[Part]]] = {}
        for first, (cost, before) in best[-1].items():
            for after in range(first + 1, len(parts) - (number - row) + 1):
                line = Part(parts[first].start, parts[after - 1].end)
                whole = cost + _cost(text[line.start : line.end], width, mean, last=after == len(parts))
                if after not in ways or whole < ways[after][0]:
                    ways[after] = whole, [*before, line]
        best.append(ways)
    return best[-1][len(parts)][1]


def _cost(line: str, width: int, mean: float, *, last: bool) -> float:
    wide = columns(line)
    pause = 0.0 if last or line[-1] in PAUSES else NO_PAUSE * width
    return float((wide - mean) ** 2 + TOO_WIDE_COST * max(0, wide - width) ** 2 + pause**2)
