"""The entry that is kept of each cue for its review, and the changes that it allows.

An entry is a cue's fields, as JSON has them (formats/json), and besides: ``id``; ``out``, whether it is left out of the
files, because it was rejected or deleted; ``checked``, that somebody looked at it; ``pictures``, the numbers of those
that show it; ``others``, what else was read there; and ``first``, the fields of FIRST as they were found, or None of
what came by a split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from subextract.formats import json
from subextract.types import Cue

Entry = dict[str, Any]

FIRST = ("start", "end", "text", "out")
SETTABLE = {"start": int, "end": int, "text": str, "out": bool, "checked": bool}
OF_THE_TEXT = ("styled", "markup", "words", "turns", "italics", "as_read")
"""Fields that hold for a text as it was read, and not for one that somebody wrote."""

LONGEST_TEXT = 10_000  # letters of a cue; a page of small print has 4,000
LATEST = 100 * 3_600_000  # ms; SubRip has two digits for the hours


class Refused(ValueError):
    """A change that makes no sense; says why, in one sentence."""


def entry_of(
    cue: Cue, number: int, *, out: bool = False, pictures: Sequence[int] = (), others: Sequence[str] = ()
) -> Entry:
    """The entry of a cue that was found."""
    fields = json.fields_of(cue)
    more: Entry = {"id": number, "out": out, "checked": False, "pictures": [*pictures], "others": [*others]}
    entry: Entry = fields | more
    return entry | {"first": {name: entry[name] for name in FIRST}}


def cue_of(entry: Mapping[str, Any]) -> Cue:
    """The cue as it is to be written."""
    return json.cue_of(entry)


def changed(entry: Entry, values: Mapping[str, Any]) -> Entry:
    """The entry with other values; Refused where they are none."""
    if not isinstance(values, Mapping):
        raise Refused("The values of a change are no JSON object.")
    for name, value in values.items():
        kind = SETTABLE.get(name)
        if kind is None:
            raise Refused(f"A cue has no field {name!r} that can be changed.")
        if type(value) is not kind:
            raise Refused(f"{name} is {value!r}, and must be of the type {kind.__name__}.")
    new = entry | dict(values)
    if new["text"] != entry["text"]:
        new = {name: value for name, value in new.items() if name not in OF_THE_TEXT}
    if not new["out"]:
        new = new | {"kind": None} if entry["out"] else new  # who brings a sign back wants it as a subtitle
    return _sound(new)


def split_off(entry: Entry, number: int, values: Mapping[str, Any]) -> Entry:
    """A new entry with what is known of another one: the later part of a cue that was split."""
    return changed(entry, values) | {"id": number, "first": None}


def _sound(entry: Entry) -> Entry:
    if not 0 <= entry["start"] < entry["end"] <= LATEST:
        raise Refused("A cue must end after it starts, and both within 100 hours.")
    if len(entry["text"]) > LONGEST_TEXT:
        raise Refused(f"A cue must not be longer than {LONGEST_TEXT} letters.")
    try:
        entry["text"].encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("The text holds half of a letter, which no file can hold.") from None
    return entry
