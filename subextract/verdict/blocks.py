"""Which lines are one block of text: below one another, of one look, come and gone together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log

from subextract.durations import TOGETHER
from subextract.types import Box, Evidence, Look, luma

ONE_LOOK = 1.0  # distance of two looks from which on they are two
HEIGHTS, STROKES = 0.30, 0.60  # of the logarithm of their ratio: lines without tall letters, or of few strokes
COLOURS = 70.0  # levels of the channel that differs most: low bitrates smear the colours of thin strokes
LINE_PITCH = 2.2  # line heights from one line of a block to the next, at most


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text, what is known of its stay, and how it was read (``score`` from 0 to 1, None: not known)."""

    evidence: Evidence
    said: str
    score: float | None = None
    upright: bool = False


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
    return together and one.upright == other.upright and stacked(a.box, b.box) and distance(a.look, b.look) < ONE_LOOK


def stacked(one: Box, other: Box) -> bool:
    """Whether one box lies right above the other, and they share columns."""
    across = min(one.right, other.right) - max(one.left, other.left)
    apart = max(one.top, other.top) - min(one.bottom, other.bottom)
    return across > 0 and apart < (LINE_PITCH - 1) * min(one.height, other.height)


def distance(one: Look | None, other: Look | None) -> float:
    """How far two looks lie apart; from 1 on they are two looks."""
    if one is None or other is None:
        return 0.5
    heights = abs(_log(one.height) - _log(other.height)) / HEIGHTS
    strokes = abs(_log(one.stroke) - _log(other.stroke)) / STROKES
    fills = max(abs(a - b) for a, b in zip(one.fill, other.fill, strict=True)) / COLOURS
    opposite = (luma(one.fill) > luma(one.edge)) != (luma(other.fill) > luma(other.edge))
    return float((heights**2 + strokes**2 + fills**2) ** 0.5 / 1.5 + opposite)


def _log(value: float) -> float:
    return log(max(value, 0.5))
