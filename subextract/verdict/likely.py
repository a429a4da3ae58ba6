"""Measures what the likeliest subtitles of a video have in common, whatever their style.

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

MAX_COMPARED = 256  # blocks that are compared with; of more, some that are spread over the video
LINES = 3  # of a block, the lowest ones
ENDS, MIDDLE, HEIGHT = slice(LINES, LINES + 3), LINES + 1, LINES + 3  # of a row, after the levels: left, middle, right
FILL, EDGE = slice(HEIGHT + 1, HEIGHT + 4), slice(HEIGHT + 4, HEIGHT + 7)  # the channels of two colours
BLOCKS_AT_ONCE = 256  # blocks that are compared with the others at once: a few MB
SAME_LEVEL, SAME_COLUMN = 0.015, 0.02  # of the height and the width of the picture
FAR_ASIDE = 0.25  # of the width, from the middle; what is further away is no more aside than that
SAME_SIZE = 0.2  # of the logarithm of their ratio: letters without tall ones among them
COLOUR = 45.0  # levels of the channel that differs most: low bitrates smear the colours of thin strokes
PRIOR_BLOCKS = 3.0  # blocks that speak as much as what is not known yet

Floats = NDArray[np.float64]


class Likely:
    """The blocks of a video, each with its ``trust``, and what those have in common for which that is positive."""

    def __init__(self, blocks: Sequence[Block], trust: Mapping[int, float], width: int, height: int) -> None:
        self._number = {id(block): number for number, block in enumerate(blocks)}
        rows, every = _measured(blocks, width, height), np.array([trust[id(block)] for block in blocks])
        sure = np.flatnonzero(every > 0)
        self._chosen = sure[:: max(1, -(-len(sure) // MAX_COMPARED))]
        if len(self._chosen):
            weight = every[self._chosen]
            parts = [self._shares(rows, weight, first) for first in range(0, len(rows), BLOCKS_AT_ONCE)]
            self._share = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
            usual = {name: np.average(share[self._chosen], weights=weight) for name, share in self._share.items()}
            self._lack = {name: np.maximum(0, usual[name] - share) for name, share in self._share.items()}
            self._aside = np.minimum(1, np.abs(rows[:, MIDDLE] - 0.5) / FAR_ASIDE)

    def pieces(self, block: Block) -> dict[str, float]:
        """By how much fewer of the others one of the blocks has something in common with than these have with one
        another; nothing where none is likely."""
        if not len(self._chosen):
            return {}
        number = self._number[id(block)]
        lacks = {name: float(lack[number]) for name, lack in self._lack.items()}
        with_others = float(self._aside[number] * self._share["off the usual column"][number])
        clearly = {f"{name}, clearly": lack**2 for name, lack in lacks.items()}
        return lacks | clearly | {"aside where the others are": with_others}

    def _shares(self, rows: Floats, weight: Floats, first: int) -> dict[str, Floats]:
        """For some of the rows, the share of the others, by their trust, that are like each in one respect."""
        some, others = rows[first : first + BLOCKS_AT_ONCE, None], rows[self._chosen]
        numbers = np.arange(first, first + len(some))
        weights = np.where(numbers[:, None] == self._chosen, 0.0, weight)  # none counts for itself
        levels = np.abs(some[:, :, :LINES, None] - others[:, None, :LINES])  # two lines of one cue may be two blocks
        alike = {
            "off the usual level": (levels < SAME_LEVEL).any(axis=(2, 3)),
            "off the usual column": (np.abs(some[:, :, ENDS] - others[:, ENDS]) < SAME_COLUMN).any(axis=2),
            "not the usual size": np.abs(some[:, :, HEIGHT] - others[:, HEIGHT]) < SAME_SIZE,
            "not the usual colours": _near(some[:, :, FILL], others[:, FILL])
            | _near(some[:, :, EDGE], others[:, FILL])  # which is the fill, and which the edge, is hard to tell
            | _near(some[:, :, FILL], others[:, EDGE]),
        }
        whole = weights.sum(axis=1) + PRIOR_BLOCKS * float(weight.mean())
        return {name: np.asarray((weights * same).sum(axis=1) / whole) for name, same in alike.items()}


def _measured(blocks: Sequence[Block], width: int, height: int) -> Floats:
    """A row for each: levels, left, middle, right, size, channels of fill and edge; NaN for what is not known."""
    rows = np.full((len(blocks), EDGE.stop), np.nan)
    for row, block in zip(rows, blocks, strict=True):
        levels = sorted((text.evidence.box.bottom / height for text in block.texts), reverse=True)[:LINES]
        row[: len(levels)] = levels
        left, right = block.box.left / width, block.box.right / width
        row[ENDS] = left, (left + right) / 2, right
        if block.look is not None:
            row[HEIGHT] = log(max(block.look.height, 0.5))
            row[FILL], row[EDGE] = block.look.fill, block.look.edge
    return rows


def _near(some: Floats, others: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.abs(some - others).max(axis=2) < COLOUR)
