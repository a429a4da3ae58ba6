"""Which lines are one block of text: below one another, of one look, come and gone together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log

from rapidfuzz import fuzz

from subextract.durations import TOGETHER
from subextract.text import letters_of
from subextract.types import Box, Colour, Evidence, Look

ONE_LOOK = 0.7  # distance of two looks from which on they are not of one block
HEIGHTS, STROKES = 0.30, 0.60  # of the logarithm of their ratio: lines without tall letters, or of few strokes
FILLS_DIFFER = 50.0  # levels of the channel that differs most: low bitrates smear the colours of thin strokes
UNEVEN = 60.0  # luma levels by which the background around letters without an edge varies, at least
OVERLAP = 0.6  # of the lower one, by which the boxes of lines below one another overlap, at most; of one row it is 0.9
LINE_PITCH = 2.2  # line heights from one line of a block to the next, at most
SURELY = 8  # the power of the score: where two texts touch, the reading of both is long and less sure
TWICE, SAME_LETTERS = 0.6, 70.0  # of the stay and the place, and likeness (0 to 100), of a text that is seen twice


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text, what is known of its stay, and how it was read (``score`` from 0 to 1, None: not known)."""

    evidence: Evidence
    said: str
    score: float | None = None
    vertical: bool = False


@dataclass(eq=False)
class Block:
    """Lines that belong together, from top to bottom. Numbers are those of the texts that were given.

    What is worked out of them is remembered: it is asked for only when all lines are there.
    """

    numbers: list[int]
    texts: list[Text] = field(default_factory=list)

    @cached_property
    def start(self) -> int:
        return min(text.evidence.start for text in self.texts)

    @cached_property
    def end(self) -> int:
        return max(text.evidence.end for text in self.texts)

    @cached_property
    def box(self) -> Box:
        box = self.texts[0].evidence.box
        for text in self.texts[1:]:
            box = box.union(text.evidence.box)
        return box

    @cached_property
    def said(self) -> str:
        return " ".join(text.said for text in self.texts)

    @cached_property
    def main(self) -> Text:
        """The longest line, which shows most of the look."""
        return max(self.texts, key=lambda text: text.evidence.box.width)

    @property
    def look(self) -> Look | None:
        return self.main.evidence.look


def blocks_of(texts: Sequence[Text]) -> list[Block]:
    """The blocks in order of start."""
    order = sorted(range(len(texts)), key=lambda number: _order(texts[number]))
    blocks: list[Block] = []
    recent: list[Block] = []
    for number in order:
        text = texts[number]
        recent = [block for block in recent if text.evidence.start - block.texts[0].evidence.start <= TOGETHER]
        block = next((block for block in recent if any(_belong(other, text) for other in block.texts)), None)
        if block is None:
            block = Block([])
            blocks.append(block)
            recent.append(block)
        block.numbers.append(number)
        block.texts.append(text)
    return blocks


def _order(text: Text) -> tuple[int, int, int]:
    box = text.evidence.box
    return text.evidence.start, box.top, box.left


def _belong(one: Text, other: Text) -> bool:
    a, b = one.evidence, other.evidence
    together = abs(a.start - b.start) <= TOGETHER and abs(a.end - b.end) <= TOGETHER
    return together and one.vertical == other.vertical and stacked(a.box, b.box) and distance(a.look, b.look) < ONE_LOOK


def stacked(one: Box, other: Box) -> bool:
    """Whether one box lies right above the other, and they share columns; the boxes of close lines overlap."""
    across = min(one.right, other.right) - max(one.left, other.left)
    apart = max(one.top, other.top) - min(one.bottom, other.bottom)
    lower = min(one.height, other.height)
    return across > 0 and -OVERLAP * lower < apart < (LINE_PITCH - 1) * lower


def distinct(texts: Sequence[Text]) -> list[Text]:
    """The texts, each once: where bands of the picture overlap, a line is followed in both. Of those that are one the
    surest stays; a text that is left out for it takes no other with it."""
    order = sorted(texts, key=lambda text: text.evidence.start)
    twins: dict[int, set[int]] = {number: set() for number in range(len(order))}
    for one, other in _at_one_time(order):
        if _same(order[one], order[other]):
            twins[one].add(other)
            twins[other].add(one)
    kept: set[int] = set()
    for number in sorted(twins, key=lambda number: reliability(order[number]), reverse=True):
        if not twins[number] & kept:
            kept.add(number)
    return [order[number] for number in sorted(kept)]


def _at_one_time(order: Sequence[Text]) -> Iterator[tuple[int, int]]:
    """The numbers of each two texts that share some time, of texts in order of start."""
    for one, text in enumerate(order):
        for other in range(one + 1, len(order)):
            if order[other].evidence.start >= text.evidence.end:
                break
            yield one, other


def _same(one: Text, other: Text) -> bool:
    """Whether two texts are one, seen twice: at one place, at one time, of mostly the same letters."""
    a, b = one.evidence, other.evidence
    common, shared = a.box.intersection(b.box), min(a.end, b.end) - max(a.start, b.start)
    if shared <= TWICE * min(a.end - a.start, b.end - b.start) or common.width <= 0 or common.height <= 0:
        return False
    if common.area <= TWICE * min(a.box.area, b.box.area):
        return False
    return fuzz.partial_ratio(one.said.casefold(), other.said.casefold()) >= SAME_LETTERS


def reliability(text: Text) -> tuple[float, int]:
    """How much a reading counts: sure ones more than long ones, and a whole text more than a word of it; of equal ones,
    that of the closer box."""
    stay, letters = text.evidence.end - text.evidence.start, max(1, len(letters_of(text.said)))
    return (0.5 if text.score is None else text.score) ** SURELY * stay * letters**0.5, -text.evidence.box.area


def distance(one: Look | None, other: Look | None) -> float:
    """How far two looks lie apart; from 1 on they are two looks."""
    if one is None or other is None:
        return 0.5
    heights = abs(_log(one.height) - _log(other.height)) / HEIGHTS
    strokes = abs(_log(one.stroke) - _log(other.stroke)) / STROKES
    straight = _colours((one.fill, other.fill), (one.edge, other.edge), _even(one, other))
    swapped = _colours((one.fill, other.edge), (one.edge, other.fill), 1.0)
    return float((heights**2 + strokes**2 + min(straight, swapped) ** 2) ** 0.5 / 1.5)


def _even(one: Look, other: Look) -> float:
    """How far (0 to 1) both edges are edges, and not the background around letters that have none."""
    return max(0.0, 1 - min(one.edge_spread, other.edge_spread) / UNEVEN)


def _colours(fills: tuple[Colour, Colour], edges: tuple[Colour, Colour], even: float) -> float:
    fill, edge = (max(abs(a - b) for a, b in zip(*pair, strict=True)) / FILLS_DIFFER for pair in (fills, edges))
    return float((fill**2 + even * edge**2) ** 0.5)


def _log(value: float) -> float:
    return log(max(value, 0.5))
