"""Which blocks of text are one thing on the screen: on several rows, drawn in one frame and taken away in one.

The end of a game, a menu or a card with a name and a title is drawn as a whole. A subtitle comes and goes by itself, or
with others that are subtitles. What begins and ends with the shot tells nothing: everything in the picture does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from subextract.durations import TOGETHER
from subextract.verdict.blocks import Block

PANEL_ROWS = 3  # of text, from which on it is a panel: two may be a subtitle and a stroke of the scene beside it
MAX_ODDS = 5.0  # log-odds of a block, beyond which it counts no more for all of its panel, or its style


def as_panels(blocks: Sequence[Block], odds: Mapping[int, float]) -> dict[int, float]:
    """The log-odds of each block, by its id: within a panel none is more likely than all of them are on average."""
    found = dict(odds)
    for panel in panels(blocks):
        mean = sum(max(-MAX_ODDS, min(MAX_ODDS, odds[id(block)])) for block in panel) / len(panel)
        if mean < 0:
            found |= {id(block): min(odds[id(block)], mean) for block in panel}
    return found


def panels(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """The panels among the blocks of a video."""
    begin_at_once: list[Block] = []
    for block in sorted(blocks, key=lambda block: block.start):
        if begin_at_once and block.start - begin_at_once[0].start > TOGETHER:
            yield from _ending_at_once(begin_at_once)
            begin_at_once = []
        begin_at_once.append(block)
    yield from _ending_at_once(begin_at_once)


def _ending_at_once(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Those panels that blocks which begin at one time make."""
    order = sorted(blocks, key=lambda block: block.end)
    ends = [number for number, (one, next_) in enumerate(pairwise(order), 1) if next_.end - one.end > TOGETHER]
    for first, last in pairwise([0, *ends, len(order)]):
        together = order[first:last]
        if _rows(together) >= PANEL_ROWS and not _is_of_the_shot(together):
            yield together


def _rows(blocks: Sequence[Block]) -> int:
    """How many rows of text there are, apart from one another."""
    rows, bottom = 0, -1
    for block in sorted(blocks, key=lambda block: block.box.bottom):
        if (block.box.top + block.box.bottom) / 2 > bottom:
            rows, bottom = rows + 1, block.box.bottom
    return rows


def _is_of_the_shot(blocks: Sequence[Block]) -> bool:
    """Whether most of them begin with a shot, or the video, and end with one."""
    bound = [block for block in blocks if _starts_with_it(block) and _ends_with_it(block)]
    return 2 * len(bound) > len(blocks)


def _starts_with_it(block: Block) -> bool:
    return block.main.evidence.cut_in or block.main.evidence.from_first


def _ends_with_it(block: Block) -> bool:
    return block.main.evidence.cut_out or block.main.evidence.to_last
