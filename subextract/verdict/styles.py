"""Which blocks of text are of one style: they look alike and stand at the same columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from subextract.types import Box
from subextract.verdict.blocks import ONE_LOOK, Block, distance

SAME_COLUMN = 0.04  # of the width of the picture, between centres, left or right edges


@dataclass(eq=False)
class Style:
    """The blocks of one look and anchor, in order of start."""

    blocks: list[Block] = field(default_factory=list)

    @property
    def model(self) -> Block:
        """The block with most letters so far: its look is measured best."""
        return max(self.blocks[-8:], key=lambda block: len(block.said))


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
