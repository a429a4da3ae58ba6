"""How italics, bold and underlined letters go from one format to another.

``Cue.styled`` is the cue's text in the way of WebVTT: ``&``, ``<`` and ``>`` escaped, and the tags <i>, <b> and <u>
around what is so written. Other tags and commands belong to one format alone and are dropped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from subextract.formats.italic import tagged
from subextract.types import Cue

TAG = re.compile(r"(</?[ibu]>)")

_WRITTEN = re.compile(r"<\s*(/?)\s*([ibuIBU])(?:[.\s][^<>]*)?>")


def styled_of(content: str, plain: Callable[[str], str]) -> str | None:
    """What is styled in the text of a cue with tags; None where nothing is. ``plain`` makes plain text of a part."""
    found: list[str] = []
    last = 0
    for tag in _WRITTEN.finditer(content):
        found += [html.escape(plain(content[last : tag.start()]), quote=False), f"<{tag[1]}{tag[2].lower()}>"]
        last = tag.end()
    return "".join([*found, html.escape(plain(content[last:]), quote=False)]) if found else None


def plain_of(styled: str) -> str:
    """The same text without styles."""
    return html.unescape(TAG.sub("", styled))


def parts(cue: Cue) -> list[str]:
    """The text to write: at even places plain text, between them tags; a text that was changed has lost its own."""
    styled = cue.styled
    if styled is None or _words(plain_of(styled)) != _words(cue.text):
        styled = tagged(html.escape(cue.text, quote=False), cue.italics, "<i>", "</i>")
    return [part if TAG.fullmatch(part) else html.unescape(part) for part in TAG.split(styled)]


def with_tags(cue: Cue) -> str:
    """The text as in ``Cue.styled``, whether anything in it is styled or not."""
    return "".join(part if index % 2 else html.escape(part, quote=False) for index, part in enumerate(parts(cue)))


def _words(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]
