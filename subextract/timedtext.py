"""How timed text in XML (TTML, also as IMSC or EBU-TT, in files of its own, MP4 and Matroska) becomes cues."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import floor
from xml.etree import ElementTree

from subextract.types import Cue

CLOCK = re.compile(r"(\d+):(\d\d):(\d\d)(?:\.(\d+)|:(\d+))?")
OFFSET = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|f|t)")
MILLISECONDS = {"h": 3_600_000.0, "m": 60_000.0, "s": 1000.0, "ms": 1.0}
PARAMETER = "{http://www.w3.org/ns/ttml#parameter}"
SPACE = re.compile(r"[ \t\r\n]+")  # of XML; others are letters that somebody chose
KEPT = "{http://www.w3.org/XML/1998/namespace}space"


def cues(document: str, *, shift: int = 0) -> Iterator[Cue]:
    """The paragraphs of a document, ``shift`` ms later than it says; what has no end is without length.

    ValueError where it is no XML, or of another kind.
    """
    try:
        root = ElementTree.fromstring(document)
    except ElementTree.ParseError as exc:
        raise ValueError(str(exc)) from exc
    if _name(root) != "tt":
        raise ValueError(f"it is <{_name(root)}>")
    rate, ticks = _rates(root)
    units = MILLISECONDS | {"f": 1000 / rate, "t": 1000 / ticks}
    kept = root.get(KEPT) == "preserve"
    for start, end, paragraph in _paragraphs(root, 0.0, None, units):
        text = "\n".join(line.strip() for line in _text(paragraph, kept).split("\n")).strip("\n")
        if text:
            yield Cue(shift + _whole(start), shift + _whole(start if end is None else end), text)


def _whole(milliseconds: float) -> int:
    """Rounded down, as all times are (see clock.py), but for what a sum of fractions lacks."""
    return floor(milliseconds + 1e-6)


def _rates(root: ElementTree.Element) -> tuple[float, float]:
    """Frames and ticks per second (TTML2, 6.2)."""
    over, under = map(int, root.get(f"{PARAMETER}frameRateMultiplier", "1 1").split())
    frames = float(root.get(f"{PARAMETER}frameRate", "30")) * over / (under or 1)
    ticks = float(root.get(f"{PARAMETER}tickRate", "1"))
    if frames <= 0 or ticks <= 0:
        raise ValueError("a rate of nothing")
    return frames, ticks


def _paragraphs(
    element: ElementTree.Element, origin: float, limit: float | None, units: dict[str, float]
) -> Iterator[tuple[float, float | None, ElementTree.Element]]:
    """Paragraphs with their times; those of an element count from the start of the one around it."""
    start = origin + _time(element.get("begin"), units, 0.0)
    ends = [limit] if limit is not None else []
    if (end := element.get("end")) is not None:
        ends.append(origin + _time(end, units, 0.0))
    if (length := element.get("dur")) is not None:
        ends.append(start + _time(length, units, 0.0))
    if _name(element) == "p":
        yield start, min(ends, default=None), element
        return
    for child in element:
        yield from _paragraphs(child, start, min(ends, default=None), units)


def _time(text: str | None, units: dict[str, float], absent: float) -> float:
    """Milliseconds of ``00:00:01.500``, ``00:00:01:12`` (frames), ``1.5s`` or ``36f``."""
    if text is None:
        return absent
    if clock := CLOCK.fullmatch(text.strip()):
        hours, minutes, seconds, fraction, frames = clock.groups()
        whole = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000
        return whole + (float(f"0.{fraction}") * 1000 if fraction else 0) + int(frames or 0) * units["f"]
    if offset := OFFSET.fullmatch(text.strip()):
        return float(offset[1]) * units[offset[2]]
    raise ValueError(f"{text!r} is not a time")


def _text(element: ElementTree.Element, kept: bool) -> str:
    """Everything to read inside an element; white space of the file is one space unless it is to be ``kept``."""
    kept = element.get(KEPT, "preserve" if kept else "") == "preserve"
    parts = [element.text or ""]
    for child in element:
        name = _name(child)
        parts.append("\n" if name == "br" else _text(child, kept) if name == "span" else "")
        parts.append(child.tail or "")
    return "".join(parts if kept else (part if part == "\n" else SPACE.sub(" ", part) for part in parts))


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]
