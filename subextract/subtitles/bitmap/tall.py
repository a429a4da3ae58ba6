"""Parts pictures as high as the screen: a song at its top and a dialogue at its bottom are two texts.

Some discs and broadcasts send one bitmap for all that is on the screen, so that a line which stays is sent anew with
each line that does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from subextract.subtitles.bitmap.screens import Part, Screen
from subextract.types import Box

TALL_PICTURE = 0.5  # of the height of the screen; lower pictures hold one text, at one place
LINE_GAP = 0.2  # of the height of the screen; the lines of one text lie nearer to one another
MIN_SCREEN = 480  # lines of a screen of which nothing says how high it is


def parted(screen: Screen) -> Screen:
    """The same screen, each of its tall parts as the texts in it, cut to their ink."""
    height = screen.height or max([MIN_SCREEN, *(part.box.bottom for part in screen.parts)])
    return replace(screen, parts=tuple(piece for part in screen.parts for piece in _pieces(part, height)))


def _pieces(part: Part, height: int) -> Iterator[Part]:
    background = int(np.bincount(part.numbers.reshape(-1)).argmax())
    if (
        part.box.height <= TALL_PICTURE * height or part.colours[part.numbers == background][0, 3]
    ):  # low, or on a box of its own
        yield part
        return
    ink = part.numbers != background  # by numbers, not by colours: those of a fade are hardly seen at its ends
    for top, bottom in _bands(ink.any(axis=1), round(LINE_GAP * height)):
        columns = np.flatnonzero(ink[top:bottom].any(axis=0))
        yield _crop(part, Box(int(columns[0]), top, int(columns[-1]) + 1, bottom))


def _bands(rows: NDArray[np.bool_], gap: int) -> Iterator[tuple[int, int]]:
    """First row and end of the bands of ink between which ``gap`` rows or more are empty."""
    filled = np.flatnonzero(rows)
    for band in np.split(filled, np.flatnonzero(np.diff(filled) > gap) + 1):
        if len(band):
            yield int(band[0]), int(band[-1]) + 1


def _crop(part: Part, box: Box) -> Part:
    """The content of a box of the part."""
    rows, columns = slice(box.top, box.bottom), slice(box.left, box.right)
    return replace(
        part,
        box=box.moved(part.box.left, part.box.top),
        numbers=part.numbers[rows, columns],
        colours=part.colours[rows, columns],
        window=None,
    )
