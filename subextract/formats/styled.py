"""How italics, bold and underlined letters and colours go from one format to another.

``Cue.styled`` is the cue's text with tags (see subextract/tags.py). Other tags and commands belong to one format alone
and are dropped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from subextract.formats.italic import tagged
from subextract.tags import COLOURS, TAG, exact, kind
from subextract.types import Cue

__all__ = ["TAG", "colour_of", "command", "parts", "plain_of", "styled_of", "with_tags"]

_WRITTEN = re.compile(r"<\s*(/?)\s*([ibuc]|font)((?:[.\s][^<>]*)?)>", re.IGNORECASE)
_FONT_COLOUR = re.compile(r"""\scolor\s*=\s*["']?(#?\w+)""", re.IGNORECASE)


def styled_of(content: str, plain: Callable[[str], str]) -> str | None:
    """The styled text of a cue, with tags; None where nothing is styled. ``plain`` makes plain text of a part."""
    found: list[str] = []
    last, opened = 0, list[str]()
    for tag in _WRITTEN.finditer(content):
        found += [html.escape(plain(content[last : tag.start()]), quote=False), _tag(tag, opened)]
        last = tag.end()
    whole = "".join([*found, html.escape(plain(content[last:]), quote=False)])
    return whole if TAG.search(whole) else None


def _tag(found: re.Match[str], opened: list[str]) -> str:
    """A tag as it is written in Cue.styled; nothing for a colour without a name, and for its end.

    ``opened`` are the colours that are not ended yet.
    """
    ends, letter = found[1], found[2].lower()
    if letter not in ("c", "font"):
        return f"<{ends}{letter}>"
    if ends:
        return "</c>" if opened and opened.pop() else ""
    opened.append(_class(found[3]) if letter == "c" else _font(found[3]))
    return f"<{opened[-1]}>" if opened[-1] else ""


def _class(said: str) -> str:
    return next((f"c.{name}" for name in said.split(".") if name in COLOURS), "")


def _font(said: str) -> str:
    colour = _FONT_COLOUR.search(said)
    name = colour[1].lower() if colour else ""
    if re.fullmatch(r"#[0-9a-f]{6}", name):
        return exact(*bytes.fromhex(name[1:]))
    return f"c.{name}" if name in COLOURS else ""


def plain_of(styled: str) -> str:
    """The same text without styles."""
    return html.unescape(TAG.sub("", styled))


def parts(cue: Cue) -> list[str]:
    """The text to write: at even places plain text, between them tags; a text that was changed has lost its own."""
    styled = cue.styled
    if styled is None or _words(plain_of(styled)) != _words(cue.text):
        styled = tagged(html.escape(cue.text, quote=False), cue.italics, "<i>", "</i>")
    return [part if index % 2 else html.unescape(part) for index, part in enumerate(TAG.split(styled))]


def colour_of(tag: str) -> str:
    """The colour that a tag turns on, as ``#ffff00``."""
    return "#" + bytes(COLOURS[tag.strip("<>").partition(".")[2]]).hex()


def command(tag: str) -> str:
    """The command of ASS for a tag."""
    name, ends = tag.strip("</>"), tag.startswith("</")
    if kind(name) != "c":
        return f"{{\\{name}{int(not ends)}}}"
    red, green, blue = (0, 0, 0) if ends else COLOURS[name.partition(".")[2]]
    return r"{\c}" if ends else f"{{\\c&H{blue:02X}{green:02X}{red:02X}&}}"


def with_tags(cue: Cue) -> str:
    """The text as in ``Cue.styled``, whether anything in it is styled or not."""
    return "".join(part if index % 2 else html.escape(part, quote=False) for index, part in enumerate(parts(cue)))


def _words(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]
