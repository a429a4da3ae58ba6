"""Text with a time span."""

from __future__ import annotations

from dataclasses import dataclass

from subextract.types.geometry import Box


@dataclass(frozen=True, slots=True)
class Word:
    """A part of a cue's text with a time span of its own."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A text with a time span. ``start`` < ``end``; lines of the text are separated by a line feed.

    ``kind`` is None for a subtitle, else what other text it is: "sign" (in the scene), "credits" (rolling, or on a
    title card) or "static" (logos, banners, clocks: what stays for longer than any cue). ``forced`` is shown also to
    those who want no subtitles. ``markup`` is the same text as the event of an ASS script, from its layer on, where it
    comes from one: it stands with the styles in ``Video.script``. ``alternative`` is what another reader saw,
    where the two do not agree. ``vertical`` says that it stands in columns, the first one at the right. ``italics`` are
    the numbers, from 0 on, of the lines that are set in italics; ``styled`` is the same text with tags (see
    subextract/tags.py), where letters of it are in italics, bold, underlined or coloured. ``turns`` are the numbers of
    the lines that stand somewhere else than the line before, because somebody else says them. ``original`` is the text
    in the language from which it was translated, ``untranslated`` says that this should have been done and failed.
    ``as_read`` is the whole text as it was read, where the user's lists changed it. ``unread`` is the script (ISO
    15924) of lines that no reader here can read, and which the text leaves out. ``words`` say when each part of the
    text was shown, where it came word by word; they hold as long as they are all of the text.
    """

    start: int
    end: int
    text: str
    box: Box | None = None
    score: float | None = None
    language: str | None = None
    kind: str | None = None
    forced: bool = False
    markup: str | None = None
    alternative: str | None = None
    vertical: bool = False
    italics: tuple[int, ...] = ()
    styled: str | None = None
    original: str | None = None
    untranslated: bool = False
    words: tuple[Word, ...] = ()
    as_read: str | None = None
    turns: tuple[int, ...] = ()
    unread: str | None = None
