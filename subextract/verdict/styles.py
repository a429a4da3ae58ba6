"""Which blocks of text are of one style: they look alike and stand at the same columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from subextract.language import main_script, scripts
from subextract.types import Box
from subextract.verdict.blocks import ONE_LOOK, Block, distance

SAMPLE = 50  # blocks whose letters tell the script of a style
SAME_COLUMN = 0.04  # of the width of the picture, between centres, left or right edges


@dataclass(eq=False)
class Style:
    """The blocks of one look and anchor, in order of start. Once all are there, it is asked for what they tell."""

    blocks: list[Block] = field(default_factory=list)

    @property
    def model(self) -> Block:
        """The block with most letters so far: its look is measured best."""
        return max(self.blocks[-8:], key=lambda block: len(block.said))

    @cached_property
    def script(self) -> str | None:
        """The script of most of its letters."""
        return main_script(scripts(" ".join(block.said for block in self.blocks[:SAMPLE])))

    @cached_property
    def members(self) -> frozenset[int]:
        """The ids of its blocks."""
        return frozenset(id(block) for block in self.blocks)


def styles_of(blocks: Sequence[Block], width: int) -> list[Style]:
    """The styles of the blocks of a video ``width`` px wide; each block joins the nearest style that was met before."""
    styles: list[Style] = []
    for block in blocks:
        near = [(apart(style.model, block, width), number) for number, style in enumerate(styles)]
        best, number = min(near, default=(ONE_LOOK, -1))
        if best < ONE_LOOK:
            styles[number].blocks.append(block)
        else:
            styles.append(Style([block]))
    return styles


def apart(one: Block, other: Block, width: int) -> float:
    """How far two blocks are from being of one style: looks, and half a look for columns that they do not share."""
    look = distance(one.look, other.look)
    return look + (0.0 if same_column(one.box, other.box, width) else 0.5)


def same_column(one: Box, other: Box, width: int) -> bool:
    """Whether two boxes are centred on one column, or begin or end at one."""
    slack = SAME_COLUMN * width
    middles = abs(one.left + one.right - other.left - other.right) / 2
    return min(middles, abs(one.left - other.left), abs(one.right - other.right)) < slack
