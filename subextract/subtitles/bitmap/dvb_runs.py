"""How the pixels of European broadcasts are coded in runs of equal numbers (ETSI EN 300 743, 7.2.5.2)."""

from __future__ import annotations

from collections.abc import Iterator


class Bits:
    """A place in a row of bits."""

    def __init__(self, data: bytes) -> None:
        self.total = 8 * len(data)
        self.place = 0
        self._data = data

    def take(self, count: int) -> int:
        """The next ``count`` bits (at most 8) as a number; IndexError where there are none left."""
        first, shift = divmod(self.place, 8)
        window = self._data[first] << 8 | (self._data[first + 1] if shift + count > 8 else 0)
        self.place += count
        return window >> (16 - shift - count) & (1 << count) - 1

    def skip_zeros(self) -> None:
        """On to the next byte that is not 0; there begins another block."""
        self.place += -self.place % 8
        while self.place < self.total and self._data[self.place // 8] == 0:
            self.place += 8


def runs(bits: Bits, depth: int) -> Iterator[tuple[int, int]]:
    """Length and number of each run up to the end of a string of pixels of ``depth`` bits (7.2.5.2)."""
    read = {2: _run_of_2, 4: _run_of_4, 8: _run_of_8}[depth]
    while run := read(bits):
        yield run


def _run_of_2(bits: Bits) -> tuple[int, int] | None:
    if number := bits.take(2):
        return 1, number
    if bits.take(1):
        return 3 + bits.take(3), bits.take(2)
    if bits.take(1):
        return 1, 0
    match bits.take(2):
        case 0:
            return None
        case 1:
            return 2, 0
        case 2:
            return 12 + bits.take(4), bits.take(2)
    return 29 + bits.take(8), bits.take(2)


def _run_of_4(bits: Bits) -> tuple[int, int] | None:
    if number := bits.take(4):
        return 1, number
    if not bits.take(1):
        length = bits.take(3)
        return (2 + length, 0) if length else None
    if not bits.take(1):
        return 4 + bits.take(2), bits.take(4)
    match bits.take(2):
        case 0:
            return 1, 0
        case 1:
            return 2, 0
        case 2:
            return 9 + bits.take(4), bits.take(4)
    return 25 + bits.take(8), bits.take(4)


def _run_of_8(bits: Bits) -> tuple[int, int] | None:
    if number := bits.take(8):
        return 1, number
    coloured, length = bits.take(1), bits.take(7)
    if coloured:
        return length, bits.take(8)
    return (length, 0) if length else None
