"""How the event of an ASS script gets another text: layer, style and place stay."""

from __future__ import annotations

import html
import re

from subextract.formats.styled import TAG, command

FIELDS = 7  # in front of the text: layer, style, name, three margins, effect

_OPENING = re.compile(r"(?:\{[^}]*\})*")
_KARAOKE = re.compile(r"\\(?:k[fo]?|K)\d+|\\[ibu][01](?!\d)")


def with_text(markup: str, styled: str) -> str:
    """The event (as in Cue.markup) with a text (as in Cue.styled) in the place of its own.

    Commands at its beginning hold for all of it and stay; those inside belong to words that are gone, as does karaoke.
    """
    *fields, text = markup.split(",", FIELDS)
    opening = _OPENING.match(text)
    commands = _KARAOKE.sub("", opening[0] if opening else "").replace("{}", "")
    body = "".join(command(part) if index % 2 else html.unescape(part) for index, part in enumerate(TAG.split(styled)))
    return ",".join([*fields, commands + body.replace("\n", r"\N")])
