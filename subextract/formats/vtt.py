"""How cues become WebVTT, and WebVTT cues."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from subextract.errors import InputError
from subextract.formats.legal import legal_cues, without_blank_lines
from subextract.formats.place import Place, place_of
from subextract.formats.styled import styled_of, with_tags
from subextract.formats.timed import stretches, timestamp, words_of
from subextract.types import Cue, Video, Word

TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
TIMING = re.compile(rf"\s*{TIME}\s*-->\s*{TIME}(?:\s.*)?")
INSIDE = re.compile(rf"<{TIME}>")
TAG = re.compile(r"<[^>]*(?:>|\Z)")


def dumps(cues: Sequence[Cue], video: Video | None = None, details: Mapping[str, Any] | None = None) -> str:
    """WebVTT text; cues that are not at the bottom centre carry the place of their box."""
    return "WEBVTT\n" + "".join(_block(number, cue, video) for number, cue in enumerate(legal_cues(cues), 1))


def _block(number: int, cue: Cue, video: Video | None) -> str:
    timing = f"{timestamp(cue.start)} --> {timestamp(cue.end)}{_settings(place_of(cue, video), cue.vertical)}"
    # Every ">" is escaped, too: an arrow inside the text would begin another cue.
    return f"\n{number}\n{timing}\n{without_blank_lines(_with_times(cue) or with_tags(cue))}\n"


def _with_times(cue: Cue) -> str:
    """The text with the time before each word, and before a pause; nothing where its words have no times."""
    return "".join(
        (f"<{timestamp(time)}>" if time > cue.start else "") + html.escape(text, quote=False)
        for time, text in stretches(cue)
    )


def _settings(place: Place | None, vertical: bool) -> str:
    """The box as cue settings: the top edge where the text is not at the bottom, the side edge where it is aside.

    Of columns it is the left edge, and how far down they begin. Plain percentages and left or right alone: browsers
    ignore a line that also says which edge it means.
    """
    if place is None:
        return ""
    if vertical:
        left, top = round(100 * place.box.left / place.width), round(100 * place.box.top / place.height)
        return f" vertical:rl line:{left}% position:{top}% align:left"
    settings = f" line:{round(100 * place.box.top / place.height)}%" if place.up else ""
    if place.across == 0:
        settings += f" position:{round(100 * place.box.left / place.width)}% align:left"
    elif place.across == 2:
        settings += f" position:{round(100 * place.box.right / place.width)}% align:right"
    return settings


def loads(text: str) -> list[Cue]:
    """The cues of a WebVTT text, without styles, notes and places; InputError where it is not one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.match(r"WEBVTT(?:[ \t]|\Z)", lines[0].removeprefix("\ufeff")):
        raise InputError("this is not WebVTT text, which begins with WEBVTT; check that the file is whole.")
    return legal_cues(_cues(lines))


def _cues(lines: list[str]) -> Iterator[Cue]:
    """A cue is a line of times and the lines below it, down to an empty line or the next arrow."""
    for index, line in enumerate(lines):
        if timing := TIMING.fullmatch(line):
            fields = timing.groups()
            payload = _payload(lines, index + 1)
            start, end = _milliseconds(fields[:4]), _milliseconds(fields[4:])
            words = _words(payload, start, end)
            yield Cue(start, end, _plain(payload), styled=styled_of(payload, _plain), words=words)


def _words(payload: str, start: int, end: int) -> tuple[Word, ...]:
    """The words of a text with times inside; none of one without."""
    times = list(INSIDE.finditer(payload))
    cuts = [(0, 0), *(time.span() for time in times), (len(payload), len(payload))]
    texts = [_plain(payload[before[1] : after[0]]) for before, after in pairwise(cuts)]
    starts = [start, *(_milliseconds(time.groups()) for time in times)]
    return words_of(list(zip(starts, texts, strict=True)), end) if times else ()


def _payload(lines: list[str], first: int) -> str:
    last = first
    while last < len(lines) and lines[last] and "-->" not in lines[last]:
        last += 1
    return "\n".join(lines[first:last])


def _milliseconds(fields: Sequence[str | None]) -> int:
    hours, minutes, seconds, milliseconds = (int(field or 0) for field in fields)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds


def _plain(payload: str) -> str:
    return html.unescape(TAG.sub("", payload))
