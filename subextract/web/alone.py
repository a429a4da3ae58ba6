"""How a review becomes one file of HTML, with its pictures, for somebody who has nothing but a browser."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from subextract.errors import DecodeError, InputError
from subextract.formats import srt
from subextract.formats.wishes import wished
from subextract.review import Sidecar, Stills, cue_of, document, usual_place, video_of
from subextract.types import Box
from subextract.web import page

log = logging.getLogger(__name__)

MAX_PAGE_BYTES = 64 << 20  # of pictures in one page; with more, browsers take long to open it
WIDEST_PICTURE = 720  # px of pictures that are cut for it


def page_alone(sidecar: Sidecar, video: Path | None) -> str:
    """The page with all that it shows in it. Pictures that were not kept are cut out of the video, where it is."""
    told = document(sidecar)
    entries: list[dict[str, Any]] = told["cues"]
    _write_texts(sidecar, entries)
    pictures: dict[int, bytes] = {}
    free = 1 + max((number for entry in entries for number in entry["pictures"]), default=0)
    room = MAX_PAGE_BYTES
    for entry in sorted(entries, key=lambda one: one["out"]):  # those that were rejected only where there is room
        found = dict(_kept(sidecar, entry)) or _crops(sidecar, video, entry, free)
        free += 1
        room -= sum(map(len, found.values()))
        if room < 0:
            log.warning("The page has no room for more pictures; from %d ms on some are left out.", entry["start"])
            break
        pictures |= found
        entry["pictures"] = list(found)
    return page.whole(told, pictures)


def _write_texts(sidecar: Sidecar, entries: list[dict[str, Any]]) -> None:
    """Add to each entry its text as SubRip has it, which the page writes where nobody changes the text."""
    placed = video_of(sidecar) if wished(sidecar.fact("details"), "position_tags") else None
    for entry in entries:
        entry["srt"] = srt.content(cue_of(entry), placed)


def _kept(sidecar: Sidecar, entry: dict[str, Any]) -> Iterator[tuple[int, bytes]]:
    for number in entry["pictures"]:
        if data := sidecar.picture(number):
            yield number, data


def _crops(sidecar: Sidecar, video: Path | None, entry: dict[str, Any], number: int) -> dict[int, bytes]:
    size = video_of(sidecar)
    if video is None or size is None or not size.width or entry["out"]:
        return {}
    box = Box(*entry["box"]) if entry.get("box") else usual_place(size.width, size.height)
    try:
        return {number: Stills(video).still((entry["start"] + entry["end"]) // 2, WIDEST_PICTURE, box)}
    except (InputError, DecodeError) as error:
        log.info("There is no picture at %d ms: %s", entry["start"], error)
        return {}
