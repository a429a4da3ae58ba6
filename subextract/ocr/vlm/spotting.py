"""Reads the lines and their places out of an answer with coordinates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from subextract.types import Box, Line

SCALE = 1000  # HunyuanOCR gives places as thousandths of the picture, whatever its size; DeepSeek-OCR of 999

_PLACED = re.compile(r"(?P<text>.+?)\((\d+)\s*,\s*(\d+)\)\s*,\s*\((\d+)\s*,\s*(\d+)\)", re.DOTALL)
_TAGGED = re.compile(r"<\|ref\|>(?P<text>.*?)<\|/ref\|>\s*<\|det\|>\s*(?P<boxes>\[.*?\])\s*<\|/det\|>", re.DOTALL)

Sides = tuple[str, float, float, float, float]


def spotted(answer: str, form: str, width: int, height: int) -> list[Line]:
    """The lines of an answer of one of the forms in profiles.SPOTS, their boxes in pixels of a picture of that size.

    Corners may come in any order and lie outside; what has no area or no text is left out, and so is what follows the
    place where an answer breaks off.
    """
    lines = []
    for text, *sides in _FORMS[form](answer):
        box = _box(sides, width, height)
        if text.strip() and box.area:
            lines.append(Line(text.strip(), box))
    return lines


def without_places(answer: str) -> str:
    """The answer without DeepSeek-OCR's tags, which name the kind and the place of what follows them."""
    return re.sub(_TAGGED.pattern + r"\n?", "", answer, flags=re.DOTALL)


def _box(sides: list[float], width: int, height: int) -> Box:
    left, right = sorted(min(max(side, 0), SCALE) * width / SCALE for side in sides[::2])
    top, bottom = sorted(min(max(side, 0), SCALE) * height / SCALE for side in sides[1::2])
    return Box(round(left), round(top), round(right), round(bottom))


def _hunyuan(answer: str) -> Iterator[Sides]:
    """``text(x1,y1),(x2,y2)``, one after the other."""
    for found in _PLACED.finditer(answer):
        text, *sides = found.groups()
        yield text, *map(float, sides)  # type: ignore[misc]


def _json(answer: str) -> Iterator[Sides]:
    """``[{"box": [x1, y1, x2, y2], "text": ...}, ...]``, also when it breaks off or stands between other words."""
    decoder, place = json.JSONDecoder(), 0
    while (place := answer.find("{", place)) >= 0:
        try:
            found, place = decoder.raw_decode(answer, place)
        except json.JSONDecodeError:
            place += 1
            continue
        if sides := _sides(found):
            yield sides


def _sides(found: Any) -> Sides | None:
    try:
        left, top, right, bottom = map(float, found["box"])
        return str(found["text"]), left, top, right, bottom
    except (KeyError, TypeError, ValueError):
        return None


def _deepseek(answer: str) -> Iterator[Sides]:
    """``<|ref|>text<|/ref|><|det|>[[x1, y1, x2, y2]]<|/det|>``."""
    for found in _TAGGED.finditer(answer):
        for corners in re.findall(r"\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\]", found["boxes"]):
            yield found["text"], *(float(side) * SCALE / (SCALE - 1) for side in corners)  # type: ignore[misc]


_FORMS: dict[str, Callable[[str], Iterator[Sides]]] = {"hunyuan": _hunyuan, "json": _json, "deepseek": _deepseek}
