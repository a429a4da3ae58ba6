"""Cues made fit for a subtitle file: in order, never without length, without text that breaks the file."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from subextract.formats.timed import fitting
from subextract.types import Cue

log = logging.getLogger(__name__)

BLANK = "\N{NO-BREAK SPACE}"
"""Stands in an empty line inside a cue, which would otherwise end the cue; every reader takes it for white space."""

GUARD = "\N{WORD JOINER}"
"""Nothing to see: put inside what looks like markup, so that it is shown and not obeyed. ``legal_text`` removes it."""

NEVER = {GUARD, "\N{ZERO WIDTH NO-BREAK SPACE}", "\ufffe", "\uffff"}
"""What reads as a guard, or as a byte order mark, or is no character of XML."""

REMOVED = {"Cc", "Cs"}
"""Control characters and lone surrogates: no reader prints them, XML, WebVTT and UTF-8 cannot hold them."""


def legal_cues(cues: Iterable[Cue], *, unread: bool = False) -> list[Cue]:
    """The cues that a file may hold, by start, then end, then as given, with their text made legal.

    A cue without text is left out: it shows nothing, and parsers disagree on what follows it; but where the
    format can say so (``unread``) one that nobody could read stays. A cue that ends before it
    lasts a millisecond is a mistake of the caller; it gets that millisecond and a warning, because a long job should
    not lose its file over one cue. Words that are not its text have lost their times.
    """
    legal = (_legal(cue) for cue in cues)
    return sorted((cue for cue in legal if cue.text or (unread and cue.unread)), key=lambda cue: (cue.start, cue.end))


def _legal(cue: Cue) -> Cue:
    words = tuple(replace(word, text=legal_text(word.text)) for word in cue.words)
    styled = cue.styled and legal_text(cue.styled)
    legal = replace(_with_length(cue), text=legal_text(cue.text), styled=styled, words=words)
    return replace(legal, words=fitting(legal)) if words else legal


def _with_length(cue: Cue) -> Cue:
    start = max(0, cue.start)
    end = max(start + 1, cue.end)
    if (start, end) == (cue.start, cue.end):
        return cue
    log.warning("cue with impossible times %d to %d ms written as %d to %d ms", cue.start, cue.end, start, end)
    return replace(cue, start=start, end=end)


def legal_text(text: str) -> str:
    """The text with line feeds alone between lines, no white space around lines and no empty line at either end."""
    lines = ("".join(filter(_is_printed, line)).strip() for line in text.splitlines())
    return "\n".join(lines).strip("\n")


def _is_printed(character: str) -> bool:
    if character in NEVER:
        return False
    return character == "\t" or unicodedata.category(character) not in REMOVED


def without_blank_lines(text: str) -> str:
    """The text with something in its empty lines, for formats in which an empty line ends the cue."""
    return "\n".join(line or BLANK for line in text.split("\n"))
