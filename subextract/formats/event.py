"""How the event of an ASS script gets another text: layer, style and place stay, and commands as far as they can."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

from subextract.formats.styled import TAG, command, plain_of

FIELDS = 7  # in front of the text: layer, style, name, three margins, effect

_OPENING = re.compile(r"(?:\{[^}]*\})*")
_COMMANDS = re.compile(r"(\{[^}]*\})")
_BREAK = re.compile(r"\\[Nn]")
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


def with_changed(markup: str, change: Callable[[str], str], kept: Sequence[int], styled: str) -> str:
    """The event with those lines that are ``kept``, each changed between its commands, which stay where they are.

    Where a word that is changed has commands inside, only those at the beginning of the text can stay. ``styled`` is
    the text that comes of it (as in Cue.styled).
    """
    *fields, text = markup.split(",", FIELDS)
    found, waiting = [], ""
    for number, line in enumerate(_BREAK.split(text)):
        parts = _COMMANDS.split(line)
        if number in kept:
            found.append(waiting + "".join(part if place % 2 else change(part) for place, part in enumerate(parts)))
        waiting = "" if number in kept else waiting + "".join(parts[1::2])  # of a line that goes: they hold on
    said = _COMMANDS.sub("", r"\N".join(found)).replace(r"\h", " ")
    same = [line.split() for line in _BREAK.split(said)] == [line.split() for line in plain_of(styled).split("\n")]
    return ",".join([*fields, r"\N".join(found)]) if same else with_text(markup, styled)
