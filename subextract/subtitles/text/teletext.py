"""Reads the subtitle pages of teletext (ETSI EN 300 706, carried as in EN 300 472).

Pages of the Latin alphabet are read, with national letters and those that further packets put in; other alphabets are
not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from subextract.subtitles.rolling import TextRow, stays
from subextract.tags import Letter, nearest, plain, single_spaced, styled
from subextract.types import Cue

UNITS = (0x02, 0x03)  # kinds of data units that hold lines of teletext
UNIT, LINE = 44, 42  # bytes of a unit behind its head, and of the line in it
FRAMING = 0xE4
ROWS = range(1, 24)  # rows that hold the text of a page
START_BOX, END_BOX = 0x0B, 0x0A
HIGH = (0x0D, 0x0F)  # double height, double size
FILLED = 0x7F
BLANK = 0x20  # codes below are commands, which show as a space
INKS = {  # red, green, yellow, blue, magenta, cyan, white, of letters and of mosaics
    code + first: frozenset({tag} if tag else ())
    for first in (0, 0x10)
    for code in range(1, 8)
    for tag in [nearest(255 * (code & 1), 255 * (code >> 1 & 1), 255 * (code >> 2))]
}
PACKET = 40  # ms; the distance of packets without times: one for each picture of a broadcast with 25 a second

REPLACED = "#$@[\\]^_`{|}~"
NATIONAL = (  # what stands in the place of those, by the number that a page's head gives (table 36)
    "£$@←½→↑#―¼‖¾÷",
    "#$§ÄÖÜ^_°äöüß",
    "#¤ÉÄÖÅÜ_éäöåü",
    "£$é°ç→↑#ùàòèì",
    "éïàëêùî#èâôûç",
    "ç$¡áéíóú¿üñèà",
    "#ůčťžýířéáěúš",
    REPLACED,
)
ENHANCEMENT, COLUMNS = 26, 40  # the row of further letters; places from 40 on are rows, not columns
SET_ROW, RARE, PLAIN = 0x04, 0x0F, 0x10
ACCENTS = ("", *"\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0323\u030a\u0327\u0332\u030b\u0328\u030c")
RARE_LETTERS = " ¡¢£$¥#§¤‘“«←↑→↓°±²³×µ¶·÷’”»¼½¾¿ `´ˆ˜¯˘˙¨.˚¸_˝˛ˇ―¹®©™♪₠‰α   ⅛⅜⅝⅞ΩÆÐªĦ ĲĿŁØŒºÞŦŊŉĸæđðħıĳŀłøœßþŧŋ■"
HAMMING = bytes.fromhex("15 02 49 5e 64 73 38 2f d0 c7 8c 9b a1 b6 fd ea")  # the bytes for 0 to 15 (8.2)
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _nearest(byte: int) -> int:
    return min(range(16), key=lambda value: (HAMMING[value] ^ byte).bit_count())


NIBBLES = tuple(_nearest(byte) for byte in range(256))
"""The four bits that each byte of Hamming 8/4 protects, one wrong bit put right."""


class Head(NamedTuple):
    """The first line of a page."""

    page: int
    subtitles: bool
    national: int


@dataclass(slots=True)
class Page:
    """A page as far as it came; ``time`` (ms) is that of its head."""

    time: int
    head: Head
    rows: dict[int, bytes] = field(default_factory=dict)
    better: dict[tuple[int, int], str] = field(default_factory=dict)
    """Letters that the row has no code for, by row and column."""

    @property
    def shown(self) -> tuple[TextRow, ...]:
        """Its lines. Letters of double height cover the row below, where many pages hold a copy of theirs."""
        found, covered = list[TextRow](), 0
        for row in sorted(self.rows):
            column, letters = self._line(row)
            if letters and row != covered:
                found.append(TextRow(column, row, plain(letters), styled(letters)))
                covered = row + 1 if is_high(self.rows[row]) else 0
        return tuple(found)

    def _line(self, row: int) -> tuple[int, list[Letter]]:
        better = {column: letter for (line, column), letter in self.better.items() if line == row}
        return boxed(self.rows[row], self.head.national, better)


def subtitle_pages(packets: Iterable[bytes]) -> list[int]:
    """The numbers of the pages of subtitles, in hexadecimal as they are told: page 150 is 0x150."""
    return sorted({page.head.page for page in _pages((0, data) for data in packets)})


def cues(packets: Iterable[tuple[int | None, bytes]], number: int) -> Iterator[Cue]:
    """The subtitles of a page. Packets without a time count from the one before, the first one from 0."""
    for stay in stays(_screens(packets, number)):
        yield Cue(stay.start, stay.end, stay.text, styled=stay.styled)


def _screens(packets: Iterable[tuple[int | None, bytes]], number: int) -> Iterator[tuple[int, tuple[TextRow, ...]]]:
    """The page whenever it is sent; an empty screen comes last."""
    last = 0
    for page in _pages(_timed(packets)):
        last = max(last, page.time)
        if page.head.page == number:
            yield page.time, page.shown
    yield last + PACKET, ()


def _timed(packets: Iterable[tuple[int | None, bytes]]) -> Iterator[tuple[int, bytes]]:
    time = -PACKET
    for given, data in packets:
        time = time + PACKET if given is None else given
        yield time, data


def _pages(packets: Iterable[tuple[int, bytes]]) -> Iterator[Page]:
    """Each page of subtitles once the next one of its magazine begins."""
    open_pages: dict[int, Page] = {}
    for time, data in packets:
        for line in _lines(data):
            address = NIBBLES[line[0]] | NIBBLES[line[1]] << 4
            magazine, row = address & 7, address >> 3
            if row == 0:
                if magazine in open_pages:
                    yield open_pages.pop(magazine)
                head = _head(magazine or 8, line[2:])
                if head.subtitles:
                    open_pages[magazine] = Page(time, head)
            elif row in ROWS and magazine in open_pages:
                open_pages[magazine].rows[row] = line[2:]
            elif row == ENHANCEMENT and magazine in open_pages:
                _enhance(open_pages[magazine], line[3:])
    yield from open_pages.values()


def _lines(data: bytes) -> Iterator[bytes]:
    """The lines in a packet, their bits in the order of the standard."""
    place = 1
    while place + 2 + UNIT <= len(data):
        kind, size = data[place], data[place + 1]
        if kind in UNITS and size == UNIT and data[place + 3] == FRAMING:
            yield data[place + 4 : place + 4 + LINE].translate(REVERSED)
        place += 2 + size


def _head(magazine: int, data: bytes) -> Head:
    units, tens, *_, kind, _, charset = (NIBBLES[byte] for byte in data[:8])
    national = (charset >> 1 & 1) << 2 | (charset >> 2 & 1) << 1 | charset >> 3 & 1
    return Head(magazine << 8 | tens << 4 | units, bool(kind & 8), national)


def _enhance(page: Page, data: bytes) -> None:
    """Put letters with accents and other rare ones into their places (12.3 of the standard)."""
    row = 0
    for place in range(0, len(data) - 2, 3):
        first, second, third = data[place : place + 3]
        value = (first >> 2 & 1) | (first >> 4 & 7) << 1 | (second & 0x7F) << 4 | (third & 0x7F) << 11
        column, mode, code = value & 0x3F, value >> 6 & 0x1F, value >> 11
        if column >= COLUMNS:
            row = (column - COLUMNS or ROWS.stop) if mode == SET_ROW else row
        elif mode == RARE and code >= BLANK:
            page.better[row, column] = RARE_LETTERS[code - BLANK]
        elif mode > PLAIN and code >= BLANK:
            accent = ACCENTS[mode - PLAIN]
            page.better[row, column] = unicodedata.normalize("NFC", chr(code) + accent)


def boxed(data: bytes, national: int, better: Mapping[int, str]) -> tuple[int, list[Letter]]:
    """The text of a row inside its boxes, and its first column; subtitles stand in boxes, and nothing else of their
    pages does. A colour holds from the next column on."""
    found, inside, before, colour = list[Letter](), False, 0, frozenset[str]()
    table = str.maketrans(REPLACED, NATIONAL[national])
    for column, byte in enumerate(data):
        code = byte & 0x7F
        if code == before == START_BOX:
            inside = True
        elif code == before == END_BOX:
            inside = False
        elif code in INKS:
            colour = INKS[code]
        letter = better.get(column, chr(code).translate(table)) if inside and BLANK <= code < FILLED else " "
        found.append((letter, colour))
        before = code
    first = next((column for column, (letter, _) in enumerate(found) if not letter.isspace()), 0)
    return first, single_spaced(found)


def is_high(data: bytes) -> bool:
    """Whether there are letters of double height in the row."""
    codes = [byte & 0x7F for byte in data]
    return any(code in HIGH and any(after > BLANK for after in codes[place:]) for place, code in enumerate(codes))
