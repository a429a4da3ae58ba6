"""Text and place of the events of an ASS script: FFmpeg turns text tracks of all formats into such events."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from subextract import tags
from subextract.tags import commanded, styled
from subextract.types import Box

FIELDS = 8  # in front of the text: read order, layer, style, name, three margins, effect
BLOCK = re.compile(r"\{[^}]*\}")
COMMANDS = re.compile(r"\{[^}]*\\[^}]*\}")  # of other formats' text, braces without a command are just braces
DRAWING = re.compile(r"\{[^}]*\\p[1-9][^}]*\}.*?(?=\{[^}]*\\p0[^}]*\}|$)", re.DOTALL)
ALIGNMENT = re.compile(r"\\an([1-9])")
OLD_ALIGNMENT = re.compile(r"\\a(1[01]|[1-9])(?!\d)")
NUMBER = r"\s*(-?\d+(?:\.\d+)?)\s*"
POINT = re.compile(rf"\\(?:pos|move)\({NUMBER},{NUMBER}[,)]")
SIZE = re.compile(r"^PlayRes([XY]):\s*(\d+)", re.MULTILINE)
STYLES = re.compile(r"^\[V4(\+?)[^\]]*Styles\]\s*$(.*?)(?=^\[|\Z)", re.MULTILINE | re.DOTALL)

LINE_SHARE = 1 / 18  # of the height of the picture, what a line takes: how large players draw it
LETTER = 1 / 2  # of that, the width of a letter on average
SCREEN_EDGE = 1 / 24  # of width and height; how far from the edge of the picture text stands


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a script: its text up to the events, its size, and the alignment of each style."""

    text: str = ""
    width: int = 384
    height: int = 288
    alignments: dict[str, int] = field(default_factory=dict)


def head_of(text: str) -> Head:
    """The head of a script; FFmpeg's own size where it says none."""
    size = {axis: int(value) for axis, value in SIZE.findall(text)}
    alignments: dict[str, int] = {}
    for plus, body in STYLES.findall(text):
        columns: list[str] = []
        for line in body.splitlines():
            name, _, values = line.partition(":")
            cells = [cell.strip() for cell in values.split(",")]
            if name == "Format":
                columns = cells
            elif name == "Style" and "Alignment" in columns and len(cells) == len(columns):
                number = cells[columns.index("Alignment")]
                if number.isdecimal() and 1 <= int(number) <= 11:
                    alignments[cells[0].lstrip("*")] = int(number) if plus else numpad(int(number))
    return Head(text, size.get("X") or 384, size.get("Y") or 288, alignments)


def numpad(old: int) -> int:
    """The alignment of SSA (1 to 3 bottom, 5 to 7 top, 9 to 11 middle) as a key of the numeric keypad."""
    return (old & 3 or 2) + (6 if old & 4 else 3 if old & 8 else 0)


def plain(text: str, *, braces: bool) -> str:
    """The text of an event to read; ``braces`` where they are no commands unless a backslash says so."""
    shown = (COMMANDS if braces else BLOCK).sub("", DRAWING.sub("", text))
    return shown.replace(r"\N", "\n").replace(r"\n", "\n").replace(r"\h", " ").strip()


def styled_of(text: str, shown: str) -> str | None:
    """The text of an event as in Cue.styled; None where nothing is styled, or where it is more than is ``shown``."""
    letters = commanded(text.replace(r"\N", "\n").replace(r"\n", "\n").replace(r"\h", " ").strip())
    return styled(letters) or None if tags.plain(letters) == shown else None


def place(text: str, style: str, head: Head, width: int, height: int) -> Box | None:
    """About where in a picture of ``width`` by ``height`` the text is drawn; None for the bottom centre."""
    key = head.alignments.get(style, 2)
    if found := ALIGNMENT.search(text):
        key = int(found[1])
    elif found := OLD_ALIGNMENT.search(text):
        key = numpad(int(found[1]))
    point = POINT.search(text)
    if key == 2 and not point:
        return None
    anchor = (float(point[1]) / head.width, float(point[2]) / head.height) if point else None
    return drawn(plain(text, braces=False), key, anchor, width, height)


def drawn(text: str, key: int, anchor: tuple[float, float] | None, width: int, height: int) -> Box:
    """The box of a text as players draw it at a key of the numeric keypad, of the picture or of a point in it."""
    lines = text.split("\n")
    high = LINE_SHARE * height * len(lines)
    wide = min(width * (1 - 2 * SCREEN_EDGE), LETTER * LINE_SHARE * height * max(map(len, lines)))
    across, up = (key - 1) % 3, (key - 1) // 3
    if anchor is None:
        anchor = ((SCREEN_EDGE, 0.5, 1 - SCREEN_EDGE)[across], (1 - SCREEN_EDGE, 0.5, SCREEN_EDGE)[up])
    left = anchor[0] * width - wide * across / 2
    top = anchor[1] * height - high * (2 - up) / 2
    return Box(round(left), round(top), round(left + wide), round(top + high))
