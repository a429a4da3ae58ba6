"""How many dots an ellipsis has, which recognisers do not count: the line's ink shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from subextract.ocr.rapid.binarize import Span
from subextract.text import Letter, Reading, is_wide

DOTS = ".…‥·"
LARGEST_DOT = 10  # px in a line of 48 px
EVEN_DOTS = 2  # px by which equal dots, and their distances, differ by chance
FEWEST = 3  # dots of an ellipsis; Chinese ones have six
NEAR_DOT = 12  # px by which the place of a dot that was read may miss the ink


def counted(found: Sequence[Span], letters: Sequence[Letter]) -> list[Letter]:
    """The letters of a line in a wide script, its ellipses as long as their dots are many, three to a character.

    ``found`` is the ink of the line. Only where a dot was read are any counted.
    """
    result = list(letters)
    for dots in _rows(found):
        places = [number for number, letter in enumerate(result) if _is_of(letter, dots)]
        if not places:
            continue
        read = result[places[0]]
        step, text = (3, "…") if len(dots) % 3 == 0 else (1, ".")
        middles = [(dot.left + dot.right) / 2 for dot in dots]
        characters = [replace(read, text=text, place=middle, space=0.0) for middle in middles[step // 2 :: step]]
        characters[0] = replace(characters[0], space=read.space)
        result[places[0] : places[-1] + 1] = characters
    return result


def breaks_off(reading: Reading) -> bool:
    """Whether a line in a wide script ends with dots; there may be more than the detector saw."""
    return reading.text.endswith(tuple(DOTS)) and any(is_wide(letter.text) for letter in reading.letters)


def longer(reading: Reading, wider: Reading) -> Reading:
    """The reading with the dots at the end of a wider picture of its line, if it says the same with more of them."""
    text = reading.text.rstrip(DOTS)
    if wider.text.rstrip(DOTS) != text or _count(wider.text) <= _count(reading.text):
        return reading
    dots = wider.letters[len(_without_dots(wider.letters)) :]
    sure = (replace(dot, score=max(dot.score, reading.letters[-1].score)) for dot in dots)
    return replace(reading, letters=(*_without_dots(reading.letters), *sure))


def _without_dots(letters: Sequence[Letter]) -> Sequence[Letter]:
    end = len(letters)
    while end and letters[end - 1].text in DOTS:
        end -= 1
    return letters[:end]


def _count(text: str) -> int:
    return sum(3 if letter == "…" else 1 for letter in text if letter in DOTS)


def _is_of(letter: Letter, dots: Sequence[Span]) -> bool:
    return letter.text in DOTS and dots[0].left - NEAR_DOT <= letter.place <= dots[-1].right + NEAR_DOT


def _rows(found: Sequence[Span]) -> Iterator[list[Span]]:
    """Rows of dots that are alike and evenly apart."""
    row: list[Span] = []
    for span in found:
        if row and not _continues(row, span):
            yield from [row] * (len(row) >= FEWEST)
            row = []
        row = [*row, span] if max(span.width, span.height) <= LARGEST_DOT else []
    yield from [row] * (len(row) >= FEWEST)


def _continues(row: Sequence[Span], span: Span) -> bool:
    last = row[-1]
    alike = (
        max(abs(span.width - last.width), abs(span.height - last.height), abs(span.bottom - last.bottom)) <= EVEN_DOTS
    )
    before = last.left - row[-2].left if len(row) > 1 else span.left - last.left
    return alike and abs(span.left - last.left - before) <= EVEN_DOTS and span.left - last.right <= 2 * LARGEST_DOT
