"""How cues and all that is known about them become JSON, and JSON cues.

    {"format": "subextract", "version": 1, ..., "video": {"path", "width", ...} or null,
     "cues": [{"start", "end", "text", "box", "score", "language", "kind"}, ...]}

Times are milliseconds, a box is [left, top, right, bottom] in pixels, and what is not known is null. A cue on which two
readers do not agree also has "alternative", the text as the second one saw it, "vertical" is true for one that stands
in columns, and "italics" lists the lines, from 0 on, that are set in italics; "styled" is the text with tags for single
words and colours, "turns" lists the lines that stand where another one speaks. "original" is the text from which one
was translated, "untranslated" is true where that failed, "as_read" is the text before the user's list of replacements
changed it. "unread" is the script (ISO 15924) of one of which lines could not be read: they are left out of the text,
which may be empty. "words" lists the words of one that came word by word, each with "start", "end" and "text". In the
place of the dots stand the caller's details: engine, settings, report.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from subextract.errors import InputError
from subextract.formats.legal import legal_cues
from subextract.formats.wishes import WRITING
from subextract.types import Box, Cue, Video, Word

VERSION = 1
RARE = {
    "forced",
    "markup",
    "alternative",
    "vertical",
    "italics",
    "styled",
    "original",
    "untranslated",
    "words",
    "as_read",
    "turns",
    "unread",
}


def dumps(cues: Sequence[Cue], video: Video | None = None, details: Mapping[str, Any] | None = None) -> str:
    """JSON text; a detail cannot take the place of the format's own fields."""
    own = {"format": "subextract", "version": VERSION}
    extra = {name: value for name, value in (details or {}).items() if name not in {*own, "video", "cues", WRITING}}
    head = _json(own | extra | {"video": None if video is None else asdict(video)}, indent=1)
    legal = legal_cues(cues, unread=True)
    lines = ",\n  ".join(_json(fields_of(cue)) for cue in legal)  # a line for each cue: to read and to compare
    body = f"[\n  {lines}\n ]" if lines else "[]"
    return head.removesuffix("\n}") + f',\n "cues": {body}\n}}\n'


def fields_of(cue: Cue) -> dict[str, Any]:
    """The fields of a cue; those that only few cues have are left out of others."""
    return {name: value for name, value in asdict(cue).items() if value or name not in RARE}


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)


def _plain(value: Any) -> Any:
    """The JSON value for another one: fields of a dataclass, a plain number for one of numpy, the name of a path."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if callable(number := getattr(value, "item", None)):
        return number()
    return str(value)


def loads(text: str) -> list[Cue]:
    """The cues of a JSON text written by ``dumps``; InputError where it is not one."""
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except (json.JSONDecodeError, RecursionError) as exc:
        raise InputError("this is not JSON; check that the file is whole.") from exc
    if not isinstance(document, dict) or document.get("format") != "subextract":
        raise InputError("this JSON holds no subtitles written by subextract; choose another file.")
    if document.get("version") != VERSION:
        raise InputError(f"this JSON is of version {document.get('version')!r}, not {VERSION}; update subextract.")
    entries = document.get("cues")
    if not isinstance(entries, list):
        raise InputError("this JSON has no list of cues; check that the file is whole.")
    return legal_cues((cue_of(entry, number) for number, entry in enumerate(entries, 1)), unread=True)


def cue_of(entry: Any, number: int = 1) -> Cue:
    """The cue whose fields an entry holds; InputError, which names its number, where they are damaged."""
    try:
        return Cue(
            start=int(entry["start"]),
            end=int(entry["end"]),
            text=str(entry["text"]),
            box=None if entry.get("box") is None else Box(*map(int, entry["box"])),
            score=None if entry.get("score") is None else float(entry["score"]),
            language=entry.get("language"),
            kind=entry.get("kind"),
            forced=bool(entry.get("forced")),
            markup=entry.get("markup"),
            alternative=entry.get("alternative"),
            vertical=bool(entry.get("vertical")),
            styled=entry.get("styled"),
            original=entry.get("original"),
            untranslated=bool(entry.get("untranslated")),
            italics=tuple(map(int, entry.get("italics") or ())),
            words=tuple(map(_word, entry.get("words") or ())),
            as_read=entry.get("as_read"),
            turns=tuple(map(int, entry.get("turns") or ())),
            unread=entry.get("unread"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise InputError(f"cue {number} of this JSON is damaged ({exc!r}); check that the file is whole.") from exc


def _word(entry: Any) -> Word:
    return Word(int(entry["start"]), int(entry["end"]), str(entry["text"]))
