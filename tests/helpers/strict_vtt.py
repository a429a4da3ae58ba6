"""How WebVTT is read by the letter of its rules."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import pairwise

from subextract.types import Cue

# A strict reader of WebVTT: the file, block, timings and cue text rules of https://www.w3.org/TR/webvtt1/ (4 and 6).
STRICT_TIME = r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})"
STRICT_SETTING = r"(?:line:\d{1,3}%|position:\d{1,3}%|align:(?:left|right))"
STRICT_TIMING = re.compile(rf"{STRICT_TIME} --> {STRICT_TIME}((?: {STRICT_SETTING})*)")
STRICT_TIMESTAMP = re.compile(rf"<{STRICT_TIME}>")
STRICT_TEXT = re.compile(r"(?:[^&<>]|&(?:amp|lt|gt|nbsp|lrm|rlm);)+")


def read_strictly(text: str) -> list[tuple[Cue, str]]:
    """Every cue with its settings; AssertionError for whatever the rules for writers forbid."""
    assert "\0" not in text
    assert "\r" not in text
    header, _, body = text.partition("\n")
    assert header == "WEBVTT"
    if not body:
        return []
    assert body.startswith("\n")
    return [read_block(block) for block in body.strip("\n").split("\n\n")]


def read_block(block: str) -> tuple[Cue, str]:
    identifier, timing, *payload = block.split("\n")
    assert "-->" not in identifier
    fields = STRICT_TIMING.fullmatch(timing)
    assert fields, timing
    assert payload
    plain = [STRICT_TIMESTAMP.sub("", line) for line in payload]
    assert all(line and "-->" not in line and STRICT_TEXT.fullmatch(line) for line in plain), payload
    start, end = read_time(fields.groups()[:4]), read_time(fields.groups()[4:8])
    # Every time inside the text comes after the one before it and the start of the cue, and before its end.
    inside = [read_time(time.groups()) for time in STRICT_TIMESTAMP.finditer("\n".join(payload))]
    assert all(before < after for before, after in pairwise([start, *inside, end])), payload
    return Cue(start, end, html.unescape("\n".join(plain))), fields[9].strip()


def read_time(fields: Sequence[str]) -> int:
    hours, minutes, seconds, milliseconds = map(int, fields)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds
