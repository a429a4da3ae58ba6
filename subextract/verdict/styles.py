"""Which blocks of text are of one style: they look alike and stand at the same columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import exp

from subextract.types import Box, Colour, Look
from subextract.verdict.blocks import FILLS_DIFFER, HEIGHTS, Block, distance

ONE_STYLE = 0.65  # distance from which on two blocks are of two styles
TOO_LARGE = 1.01 * exp(1.5 * HEIGHTS * ONE_STYLE)  # times the height of other letters: by that alone two looks are two
TOO_COLOURFUL = 1.01 * 1.5 * FILLS_DIFFER * ONE_STYLE  # levels of a channel; the same
SAME_COLUMN = 0.04  # of the width of the picture, between centres, left or right edges


@dataclass(eq=False)
class Style:
    """The blocks of one look and anchor, in order of start."""

    blocks: list[Block] = field(default_factory=list)

    @property
    def model(self) -> Block:
        """The block with most letters so far: its look is measured best."""
        return max(self.blocks[-8:], key=lambda block: len(block.said))

    @cached_property
    def _members(self) -> frozenset[int]:
        return frozenset(map(id, self.blocks))

    def __contains__(self, block: Block) -> bool:
        """Whether a block is one of it; asked only when all are there."""
        return id(block) in self._members


def styles_of(blocks: Sequence[Block], width: int) -> list[Style]:
    """The styles of the blocks of a video ``width`` px wide; each block joins the nearest style that was met before."""
    styles: list[Style] = []
    models: list[tuple[Look | None, Block]] = []  # a film has hundreds of styles, and each block is compared with all
    for block in blocks:
        look = block.look
        likely = [(number, model) for number, (other, model) in enumerate(models) if _may_be(other, look)]
        near = [(apart(model, block, width), number) for number, model in likely]
        best, number = min(near, default=(ONE_STYLE, -1))
        if best < ONE_STYLE:
            styles[number].blocks.append(block)
            models[number] = styles[number].model.look, styles[number].model
        else:
            styles.append(Style([block]))
            models.append((look, block))
    return styles


def _may_be(one: Look | None, other: Look | None) -> bool:
    """Whether two looks may be one by the size and the fill of the letters: a quick answer to most comparisons.

    Fill and edge may be taken for one another, so the fill of the one must be near either of the other.
    """
    if one is None or other is None:
        return True
    if one.height > TOO_LARGE * max(0.5, other.height) or other.height > TOO_LARGE * max(0.5, one.height):
        return False
    return _near(one.fill, other.fill) or _near(one.fill, other.edge)


def _near(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) < TOO_COLOURFUL for a, b in zip(one, other, strict=True))


def apart(one: Block, other: Block, width: int) -> float:
    """How far two blocks are from being of one style: looks, and half a look for columns that they do not share."""
    look = distance(one.look, other.look)
    return look + (0.0 if same_column(one.box, other.box, width) else 0.5)


def same_column(one: Box, other: Box, width: int) -> bool:
    """Whether two boxes are centred on one column, or begin or end at one."""
    slack = SAME_COLUMN * width
    middles = abs(one.left + one.right - other.left - other.right) / 2
    return min(middles, abs(one.left - other.left), abs(one.right - other.right)) < slack
