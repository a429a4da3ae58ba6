"""How a text says which of its letters are in italics, bold, underlined or coloured.

A styled text is written in the way of WebVTT: ``&``, ``<`` and ``>`` escaped, and the tags <i>, <b>, <u> and
<c.COLOUR> around what is so written. Colours are those that WebVTT has names for, which are also all that
teletext and captions have. White, in which subtitles are shown anyway, and black, which nobody could read in a black
outline, have no tags.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from itertools import groupby

COLOURS = {
    "lime": (0, 255, 0),
    "cyan": (0, 255, 255),
    "red": (255, 0, 0),
    "yellow": (255, 255, 0),
    "magenta": (255, 0, 255),
    "blue": (0, 0, 255),
}
PLAIN = ((255, 255, 255), (0, 0, 0))
TAG = re.compile(rf"(</?[ibu]>|<c\.(?:{'|'.join(COLOURS)})>|</c>)")

Letter = tuple[str, frozenset[str]]
"""A character and what holds for it: "i", "b", "u", "c.yellow"."""

_COMMANDS = re.compile(r"(\{\\[^}]*\})")
_COMMAND = re.compile(r"\\(?:([ibu])([01])(?!\d)|1?c(?:&H([0-9A-Fa-f]{1,8})&?)?(?![a-z(]))")


def nearest(red: int, green: int, blue: int) -> str:
    """The tag of the nearest colour; nothing for white and black."""
    known = [*((f"c.{name}", colour) for name, colour in COLOURS.items()), *(("", colour) for colour in PLAIN)]
    wanted = (red, green, blue)

    def distance(each: tuple[str, tuple[int, int, int]]) -> int:
        return sum((one - other) ** 2 for one, other in zip(each[1], wanted, strict=True))

    return min(known, key=distance)[0]


def exact(red: int, green: int, blue: int) -> str:
    """The tag of a colour that has a name; nothing for others."""
    return next((f"c.{name}" for name, colour in COLOURS.items() if colour == (red, green, blue)), "")


def kind(tag: str) -> str:
    """The property that a tag turns on or off, without its colour: "c" for "c.yellow"."""
    return tag.partition(".")[0]


def switched(on: frozenset[str], tag: str) -> frozenset[str]:
    """The tags that hold behind a tag, written as "<i>" or "</c>"."""
    name = tag.strip("</>")
    rest = frozenset(each for each in on if kind(each) != kind(name))
    return rest if tag.startswith("</") else rest | {name}


def letters_in(parts: Sequence[str]) -> list[Letter]:
    """The letters of a text in parts: at even places plain text, between them tags."""
    found: list[Letter] = []
    on: frozenset[str] = frozenset()
    for index, part in enumerate(parts):
        if index % 2:
            on = switched(on, part)
        else:
            found += [(letter, on) for letter in part]
    return found


def commanded(text: str) -> list[Letter]:
    """The letters of a text with commands of ASS in braces."""
    found: list[Letter] = []
    on: frozenset[str] = frozenset()
    for index, part in enumerate(_COMMANDS.split(text)):
        if index % 2:
            for letter, state, colour in _COMMAND.findall(part):
                on = _obeyed(on, letter, state, colour)
        else:
            found += [(letter, on) for letter in part]
    return found


def _obeyed(on: frozenset[str], letter: str, state: str, colour: str) -> frozenset[str]:
    if letter:
        return switched(on, f"<{letter}>" if state == "1" else f"</{letter}>")
    value = int(colour or "FFFFFF", 16)
    tag = exact(value & 255, value >> 8 & 255, value >> 16 & 255)
    return switched(on, f"<{tag}>" if tag else "</c>")


def single_spaced(letters: Iterable[Letter]) -> list[Letter]:
    """The letters with one space between words, in the style of the word before it, and none around them."""
    found: list[Letter] = []
    for letter, on in letters:
        if not letter.isspace():
            found.append((letter, on))
        elif found and found[-1][0] != " ":
            found.append((" ", found[-1][1]))
    return found[:-1] if found and found[-1][0] == " " else found


def plain(letters: Iterable[Letter]) -> str:
    """The letters alone."""
    return "".join(letter for letter, _ in letters)


def written(letters: Iterable[Letter], *, escaped: bool = True) -> str:
    """The letters with tags where what holds for them begins and ends."""
    found, before = [], frozenset[str]()
    for on, stretch in groupby(letters, key=lambda each: each[1]):
        found += [f"</{kind(tag)}>" for tag in sorted(before - on)] + [f"<{tag}>" for tag in sorted(on - before)]
        text = plain(stretch)
        found.append(html.escape(text, quote=False) if escaped else text)
        before = on
    return "".join([*found, *(f"</{kind(tag)}>" for tag in sorted(before))])


def styled(letters: Sequence[Letter]) -> str:
    """The same as written; nothing where nothing is styled."""
    return written(letters) if any(on for _, on in letters) else ""
