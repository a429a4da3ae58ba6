"""What those blocks of a video have in common that are most likely subtitles, whatever style they were taken for.

The edge of thin letters has the colour of what they stand on, so that one film's subtitles fall into several styles;
their level, their column, their size and their colours stay the same. Where they do not (a film with a place of its own
for each of them), it says nothing that a block is elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from subextract.verdict.blocks import Block

MOST = 256  # blocks that are compared with; of more, some that are spread over the video
LINES = 3  # of a block, the lowest ones
EDGES, HEIGHT, COLOURS = slice(LINES, LINES + 3), LINES + 3, slice(LINES + 4, LINES + 10)  # where they are in a row
LEVEL, COLUMN = 0.015, 0.02  # of the height and the width of the picture
ASIDE = 0.25  # of the width, from the middle; what is further away is no more aside than that
SIZE = 0.2  # of the logarithm of their ratio: letters without tall ones among them
COLOUR = 45.0  # levels of the channel that differs most: low bitrates smear the colours of thin strokes
FEW = 3.0  # blocks that speak as much as what is not known yet

Floats = NDArray[np.float64]


class Likely:
    """The blocks of a video with a positive ``trust`` each, as rows of numbers."""

    def __init__(self, blocks: Sequence[Block], trust: Mapping[int, float], width: int, height: int) -> None:
        sure = [block for block in blocks if trust[id(block)] > 0]
        chosen = sure[:: max(1, -(-len(sure) // MOST))]
        self._width, self._height = width, height
        self._trust = np.array([trust[id(block)] for block in chosen])
        self._rows = self._measured(chosen)
        self._of = {id(block): number for number, block in enumerate(chosen)}
        self._usual: dict[str, float] = {}
        if chosen:
            shares = [self._shares(block) for block in chosen]
            self._usual = {
                name: float(np.average([each[name] for each in shares], weights=self._trust)) for name in shares[0]
            }

    def pieces(self, block: Block) -> dict[str, float]:
        """By how much fewer of the others it has something in common with than these have with one another."""
        if not self._usual:
            return {}
        shares = self._shares(block)
        lacks = {name: max(0.0, self._usual[name] - share) for name, share in shares.items()}
        aside = min(1.0, abs((block.box.left + block.box.right) / 2 / self._width - 0.5) / ASIDE)
        with_others = {"aside where the others are": aside * shares["off the usual column"]}
        return lacks | {f"{name}, clearly": lack**2 for name, lack in lacks.items()} | with_others

    def _shares(self, block: Block) -> dict[str, float]:
        """The share of the others, by their trust, that are like a block in one respect."""
        (own,), rows = self._measured([block]), self._rows
        trust = self._trust.copy()
        if (number := self._of.get(id(block))) is not None:
            trust[number] = 0.0
        whole = trust.sum() + FEW * float(self._trust.mean())
        alike = {
            "off the usual level": _on_one_level(rows[:, :LINES], own[:LINES]),
            "off the usual column": (np.abs(rows[:, EDGES] - own[EDGES]) < COLUMN).any(axis=1),
            "not the usual size": np.abs(rows[:, HEIGHT] - own[HEIGHT]) < SIZE,
            "not the usual colours": _same_colours(rows[:, COLOURS], own[COLOURS]),
        }
        return {name: float(trust[same].sum() / whole) for name, same in alike.items()}

    def _measured(self, blocks: Sequence[Block]) -> Floats:
        """A row for each: levels, left, middle, right, size, channels of fill and edge; NaN for what is not known."""
        rows = np.full((len(blocks), COLOURS.stop), np.nan)
        for row, block in zip(rows, blocks, strict=True):
            levels = sorted((text.evidence.box.bottom / self._height for text in block.texts), reverse=True)[:LINES]
            row[: len(levels)] = levels
            left, right = block.box.left / self._width, block.box.right / self._width
            row[EDGES] = left, (left + right) / 2, right
            if block.look is not None:
                row[HEIGHT] = log(max(block.look.height, 0.5))
                row[COLOURS] = *block.look.fill, *block.look.edge
        return rows


def _on_one_level(rows: Floats, own: Floats) -> NDArray[np.bool_]:
    """Whether a line of each stands on the level of one of a block: lines of one cue may be two blocks."""
    return np.asarray((np.abs(rows[:, :, None] - own) < LEVEL).any(axis=(1, 2)))


def _same_colours(rows: Floats, own: Floats) -> NDArray[np.bool_]:
    """Whether the fill of each is that of a block; fill and edge may be taken for one another."""
    fills, edges = rows[:, :3], rows[:, 3:]
    near = [
        np.abs(one - other).max(axis=1) < COLOUR
        for one, other in ((fills, own[:3]), (fills, own[3:]), (edges, own[:3]))
    ]
    return np.asarray(near[0] | near[1] | near[2])
