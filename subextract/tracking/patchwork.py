"""Where along a line its look changes: there it is two texts that touch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from subextract.tracking.looks import Ink
from subextract.tracking.strokes import Strokes, body_rows, on_one_level
from subextract.types import Box

MIN_WORD = 3  # blocks, of either text; a word
COLOURS_DIFFER = 50.0  # levels of the channel that differs most, between two texts; compression takes less
INNER = 0.8  # of the blocks are nearer in colour to those of their own text
STRONG, MIN_STROKE_PIXELS = 0.5, 6  # of the strongest strokes of a block; fewer pixels tell no colour

Blocks = NDArray[np.intp]


def parts_by_look(strokes: Strokes, ink: Ink) -> list[Box]:
    """The parts of a line, in px of the strip; one that looks alike all along is whole.

    Two texts must differ in the colour of their strokes and in their level, too: a word of another colour, or one of
    small letters alone, is no other text.
    """
    colours = _colours(strokes, ink)
    blocks = np.flatnonzero(strokes.solid & ~np.isnan(colours[:, 0]))
    cuts = sorted(_cuts(strokes, colours, blocks))
    box = strokes.box
    ends = [box.left, *(box.left + strokes.blocks[block].start for block in cuts), box.right]
    return [box._replace(left=left, right=right) for left, right in pairwise(ends)]


def _colours(strokes: Strokes, ink: Ink) -> NDArray[np.float64]:
    """The colour of the strokes of each block, (blocks, 3); NaN where there are too few pixels."""
    fill = np.where(ink.bright, ink.pattern, -ink.pattern)
    across = ink.pattern.shape[1] / strokes.box.width
    colours = np.full((len(strokes.edges), 3), np.nan)
    for number, block in enumerate(strokes.blocks):
        start, stop = round(across * block.start), round(across * block.stop)
        part = fill[:, start:stop]
        mask = part > STRONG * float(part.max(initial=1.0))
        if int(mask.sum()) >= MIN_STROKE_PIXELS:
            colours[number] = np.median(ink.pixels[:, start:stop][mask], axis=0)
    return colours


def _cuts(strokes: Strokes, colours: NDArray[np.float64], blocks: Blocks) -> Iterator[int]:
    """The blocks with which another text begins."""
    best, found = 0.0, None
    for number in range(MIN_WORD, len(blocks) - MIN_WORD + 1):
        left, right = blocks[:number], blocks[number:]
        apart = _apart(colours[left], colours[right])
        if apart > best and not on_one_level(body_rows(strokes, left), body_rows(strokes, right)):
            best, found = apart, number
    if found is not None:
        yield int(blocks[found])
        yield from _cuts(strokes, colours, blocks[:found])
        yield from _cuts(strokes, colours, blocks[found:])


def _apart(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """How much nearer the blocks of two sides are to their own side in colour than to the other one, in all; 0 where
    the sides do not differ, or some blocks do not keep to theirs."""
    one, other = np.median(left, axis=0), np.median(right, axis=0)
    nearer = [
        np.abs(side - its).max(axis=1) - np.abs(side - own).max(axis=1)
        for side, own, its in ((left, one, other), (right, other, one))
    ]
    kept = min(float((side > 0).mean()) for side in nearer)
    differ = float(np.abs(one - other).max())
    return float(np.concatenate(nearer).sum()) if kept >= INNER and differ > COLOURS_DIFFER else 0.0
