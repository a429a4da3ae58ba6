"""How what a person changed wins over what is read anew, where the person wanted that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from subextract.review.entries import FIRST, Entry


def carried(former: Sequence[Entry], found: Sequence[Entry]) -> list[Entry]:
    """The entries found, but that each one that a person changed or checked takes the place of what is there now."""
    mine = [entry for entry in former if is_touched(entry)]
    gone = {entry["id"] for entry in found for one in mine if _meet(entry, one)}
    rest = [entry for entry in found if entry["id"] not in gone]
    by_id = {entry["id"]: entry for entry in found}
    return _numbered([*rest, *(_with_pictures(one, gone, by_id) for one in mine)])


def is_touched(entry: Entry) -> bool:
    """Whether a person changed or checked it."""
    first = entry["first"]
    return bool(entry["checked"] or first is None or any(entry[name] != first[name] for name in FIRST))


def _meet(one: Entry, other: Entry) -> bool:
    """Whether two are the same text: at one place, and for most of the shorter one's time."""
    together = min(one["end"], other["end"]) - max(one["start"], other["start"])
    return 2 * together > min(one["end"] - one["start"], other["end"] - other["start"]) and _touch(one, other)


def _touch(one: Entry, other: Entry) -> bool:
    if not one.get("box") or not other.get("box"):
        return True
    (left, top, right, bottom), (west, north, east, south) = one["box"], other["box"]
    return bool(min(right, east) > max(left, west) and min(bottom, south) > max(top, north))


def _with_pictures(mine: Entry, gone: set[int], found: dict[int, Entry]) -> Entry:
    """The pictures are those of the new run: numbers of the former one mean nothing there."""
    new: dict[str, Any] = next((found[number] for number in sorted(gone) if _meet(found[number], mine)), {})
    return mine | {"pictures": new.get("pictures", []), "others": mine["others"] or new.get("others", [])}


def _numbered(entries: Sequence[Entry]) -> list[Entry]:
    ordered = sorted(entries, key=lambda one: (one["start"], one["end"]))
    return [entry | {"id": number} for number, entry in enumerate(ordered, 1)]
