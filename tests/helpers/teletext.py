"""How tests write the lines and pages of teletext, byte by byte."""

from __future__ import annotations

CODEWORDS = bytes.fromhex("15 02 49 5e 64 73 38 2f d0 c7 8c 9b a1 b6 fd ea")  # ETS 300 706, table 8.2


def line(magazine: int, row: int, data: bytes) -> bytes:
    """A line of teletext as a data unit; its bits are sent the other way round."""
    body = bytes([CODEWORDS[magazine & 7 | (row & 1) << 3], CODEWORDS[row >> 1]]) + data
    return b"\x03\x2c\xe7\xe4" + bytes(int(f"{byte:08b}"[::-1], 2) for byte in body.ljust(42, b" "))


def head(page: int, national: int = 0, kind: int = 8) -> bytes:
    """The first line of a page, of subtitles unless another kind is given."""
    bits = int(f"{national:03b}"[::-1], 2) << 1
    fields = (page & 15, page >> 4 & 15, 0, 0, 0, kind, 0, bits)
    return line(page >> 8, 0, bytes(CODEWORDS[each] for each in fields))


def row(page: int, number: int, text: bytes, before: bytes = b"\x0d") -> bytes:
    """A line in a box, of letters as high as two rows unless something else is before it."""
    return line(page >> 8, number, before + b"\x0b\x0b" + text + b"\x0a\x0a")


def further(page: int, *triplets: tuple[int, int, int]) -> bytes:
    """Letters put into places: address, mode and data of each."""
    data = b""
    for address, mode, code in triplets:
        value = address | mode << 6 | code << 11
        data += bytes([(value & 1) << 2 | (value >> 1 & 7) << 4, value >> 4 & 0x7F, value >> 11])
    return line(page >> 8, 26, b"\x15" + data)


def page(number: int, rows: dict[int, bytes], before: bytes = b"\x0d") -> bytes:
    """A packet with a page of subtitles and the head of the next one, which ends it."""
    lines = b"".join(row(number, place, text, before) for place, text in rows.items())
    return b"\x10" + head(number) + lines + head(number & 0xF00 | 0xFF, kind=0)
