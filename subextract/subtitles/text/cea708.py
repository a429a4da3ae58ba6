"""Reads the digital captions inside a video stream (CEA-708), of their first service.

The pairs of bytes make packets, packets hold blocks of services, and a service writes letters into up to eight windows.
Source: 47 CFR 79.102, which describes the coding layer and the sets of codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from subextract.tags import Letter, nearest, plain, single_spaced, styled, switched

FIRST_PAIR, NEXT_PAIR = 3, 2  # kinds of pairs: the one that begins a packet, and the others
SERVICE = 1  # the one in the language of the programme; others hold translations
EXTENDED = 7  # stands for a number of a service that follows
ANCHORS = (75, 210)  # rows and columns of the grid in which windows are placed, in a wide picture
SIDE_MARGIN = 0.1  # of the picture, on each side, that the grid leaves out
HIGH, BROAD = 1 / 15, 1 / 42  # of the grid; a line and a letter
RELATIVE = 100  # rows and columns where the place is given in parts of a hundred
BACKSPACE, CLEAR, RETURN, HOME, MORE, WIDE = 0x08, 0x0C, 0x0D, 0x0E, 0x10, 0x18
SELECT, ERASE, SHOW, HIDE, TOGGLE, DELETE, RESET, MOVE, DEFINE = 0x80, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x8F, 0x92, 0x98
PEN, INK = 0x90, 0x91  # italics and the like; colours
ARGUMENTS = {ERASE: 1, SHOW: 1, HIDE: 1, TOGGLE: 1, DELETE: 1, 0x8D: 1, PEN: 2, INK: 3, MOVE: 2, 0x97: 4}
BLANK: Letter = (" ", frozenset())
NOTE = "♪"  # in the place of DEL
RARE = {0x20: " ", 0x21: " ", 0x25: "…", 0x2A: "Š", 0x2C: "Œ", 0x30: "█", 0x31: "‘", 0x32: "’", 0x33: "“", 0x34: "”"}
RARE |= {0x35: "•", 0x39: "™", 0x3A: "š", 0x3C: "œ", 0x3D: "℠", 0x3F: "Ÿ", 0x76: "⅛", 0x77: "⅜", 0x78: "⅝", 0x79: "⅞"}

Pair = tuple[int, int, int]
"""Flags and two bytes, as they are sent."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A line on the screen; where it begins and its upper edge are shares of the picture."""

    text: str
    left: float
    top: float
    styled: str = ""


@dataclass(slots=True)
class Window:
    """A part of the screen with its letters, line by line, and the place of the next one.

    ``across`` and ``down`` are shares of the grid, where its ``corner`` is: 0 to 8, by rows from the top left on.
    """

    visible: bool = False
    rows: int = 1
    across: float = 0.5
    down: float = 1.0
    corner: int = 7
    row: int = 0
    column: int = 0
    lines: dict[int, list[Letter]] = field(default_factory=dict)
    pen: frozenset[str] = frozenset()

    def write(self, letter: str) -> None:
        line = self.lines.setdefault(self.row, [])
        line += [BLANK] * (self.column + 1 - len(line))
        line[self.column] = (letter, self.pen)
        self.column += 1

    def go_on(self) -> None:
        """To the next line; the last one is pushed up."""
        self.column, self.row = 0, self.row + 1
        if self.row >= self.rows:
            self.row = self.rows - 1
            self.lines = {row - 1: line for row, line in self.lines.items() if row > 0}

    def clear(self) -> None:
        self.lines, self.row, self.column = {}, 0, 0

    def shown(self) -> Iterator[Shown]:
        """Its lines from top to bottom; it is held at a corner, at the middle of an edge, or in its own middle."""
        below, beside = divmod(self.corner, 3)
        top = self.down - below / 2 * self.rows * HIGH
        for row, line in sorted(self.lines.items()):
            if letters := single_spaced(line):
                left = self.across - beside / 2 * len(letters) * BROAD
                place = (
                    SIDE_MARGIN + (1 - 2 * SIDE_MARGIN) * left,
                    SIDE_MARGIN + (1 - 2 * SIDE_MARGIN) * (top + row * HIGH),
                )
                yield Shown(plain(letters), *place, styled(letters))


class Service:
    """The windows of a service, and what is done to them."""

    def __init__(self) -> None:
        self.windows: dict[int, Window] = {}
        self._current = 0

    def take(self, block: bytes) -> None:
        """Obey the commands of a block and write its letters; what is cut off at its end is left out."""
        place = 0
        while place < len(block):
            code = block[place]
            size = _size(block, place)
            if place + size > len(block):
                return
            self._obey(code, block[place + 1 : place + size])
            place += size

    def shown(self) -> tuple[Shown, ...]:
        """Every line that can be seen."""
        visible = (window for _, window in sorted(self.windows.items()) if window.visible)
        return tuple(line for window in visible for line in window.shown())

    def _obey(self, code: int, values: bytes) -> None:
        if code >= DEFINE and code < 0xA0:
            self._define(code - DEFINE, values)
        elif SELECT <= code < ERASE:
            self._current = code - SELECT
        elif ERASE <= code <= DELETE:
            self._change(code, [number for number in self.windows if values[0] >> number & 1])
        elif code == RESET:
            self.windows.clear()
        elif window := self.windows.get(self._current):
            _write(window, code, values)

    def _define(self, number: int, values: bytes) -> None:
        window = self.windows.setdefault(number, Window())
        relative = values[1] & 0x80
        down, across = (RELATIVE, RELATIVE) if relative else ANCHORS
        window.visible = bool(values[0] & 0x20)
        window.down, window.across = min(1.0, (values[1] & 0x7F) / down), min(1.0, values[2] / across)
        window.corner, window.rows = values[3] >> 4, (values[3] & 0x0F) + 1
        self._current = number

    def _change(self, code: int, numbers: Iterable[int]) -> None:
        for number in numbers:
            window = self.windows[number]
            if code == ERASE:
                window.clear()
            elif code == DELETE:
                del self.windows[number]
            else:
                window.visible = code == SHOW or (code == TOGGLE and not window.visible)


def _size(block: bytes, place: int) -> int:
    """How many bytes a code takes, with what belongs to it."""
    code = block[place]
    if code == MORE:
        return _size_of_more(block[place + 1] if place + 1 < len(block) else 0)
    if code < 0x20:
        return 1 + (code >= 0x10) + (code >= 0x18)
    return 1 + (6 if DEFINE <= code < 0xA0 else ARGUMENTS.get(code, 0))


def _size_of_more(code: int) -> int:
    """The same for a code of the second sets."""
    if code < 0x20:
        return 2 + (code >> 3)
    return 2 + (4 if 0x80 <= code < 0x88 else 5 if 0x88 <= code < 0x90 else 0)


def _write(window: Window, code: int, values: bytes) -> None:
    """Do what a code says inside a window."""
    if code == MORE and values[0] in range(0x20, 0x80):
        window.write(RARE.get(values[0], "_"))
    elif code == WIDE:
        window.write(values.decode("utf-16-be", "replace"))
    elif code == RETURN:
        window.go_on()
    elif code == BACKSPACE and window.column:
        window.column -= 1
        window.write(" ")
        window.column -= 1
    elif code == CLEAR:
        window.clear()
    elif code == HOME:
        window.lines.pop(window.row, None)
        window.column = 0
    elif code == MOVE:
        window.row, window.column = values[0] & 0x0F, values[1] & 0x3F
    elif code in (PEN, INK):
        window.pen = _dipped(window.pen, code, values[code == PEN])
    elif 0x20 <= code < 0x80 or code >= 0xA0:
        window.write(NOTE if code == 0x7F else chr(code))


def _dipped(pen: frozenset[str], code: int, value: int) -> frozenset[str]:
    """How the pen writes after a code that changes it."""
    if code == PEN:
        return switched(pen, "<i>" if value & 0x80 else "</i>")
    tag = nearest(*(85 * (value >> shift & 3) for shift in (4, 2, 0)))
    return switched(pen, f"<{tag}>" if tag else "</c>")


class Listener:
    """Decodes what passes by; ``screens`` are what was shown, and from when on (ms)."""

    def __init__(self) -> None:
        self.screens: list[tuple[int, tuple[Shown, ...]]] = []
        self._service, self._packet, self._size = Service(), bytearray(), 0

    def hearing(self, found: Iterable[tuple[int, list[Pair]]]) -> Iterator[tuple[int, list[Pair]]]:
        """The pairs again, without those of digital captions. After the last ones nothing is shown any more."""
        time = 0
        for time, pairs in found:
            for pair in pairs:
                self._take(*pair)
            self._note(time, self._service.shown())
            yield time, [pair for pair in pairs if pair[0] & 3 < NEXT_PAIR]
        self._note(time, ())

    def _take(self, flags: int, first: int, second: int) -> None:
        if flags & 3 == FIRST_PAIR:
            self._packet, self._size = bytearray(), 2 * (first & 0x3F) or 128
        if flags & 3 >= NEXT_PAIR and self._size:
            self._packet += bytes((first, second))
            if len(self._packet) >= self._size:
                for block in blocks(bytes(self._packet[1 : self._size])):
                    self._service.take(block)
                self._size = 0

    def _note(self, time: int, shown: tuple[Shown, ...]) -> None:
        if shown != (self.screens[-1][1] if self.screens else ()):
            self.screens.append((time, shown))


def blocks(packet: bytes) -> Iterator[bytes]:
    """The blocks of the service in a packet, which begins behind its own head."""
    place = 0
    while place < len(packet) and packet[place]:
        number, size = packet[place] >> 5, packet[place] & 0x1F
        place += 1
        if number == EXTENDED and place < len(packet):
            number, place = packet[place] & 0x3F, place + 1
        if number == SERVICE:
            yield packet[place : place + size]
        place += size
