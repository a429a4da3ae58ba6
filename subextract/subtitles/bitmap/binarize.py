"""How coloured letters on a transparent background become dark ones on white, and which rows are lines of text."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.subtitles.bitmap.screens import Colours
from subextract.types import Box, Luma

NEAR_COLOUR = 64  # of 255; colours that differ by less in each channel are shades of one
OUTSIDE = 0.1  # share of the letters' own edge that a closed outline may leave open
INSIDE_BOX = 0.04  # share of the opaque pixels that letters take at least, in the box of a single short word
DARK = 128  # of 255; from here on a pixel is ink
MARK_HEIGHT = 0.5  # of the height of letters; lower pieces are accents, dots, commas or dashes
CLOSE = 0.3  # of the same; how far a mark is from its letter at most, and commas are from what stands below them
ROW_OVERLAP = 0.6  # of the height of the lower of two rows; lines of text share less, also where tails and accents meet
LINES_APART = 0.5  # of the same; the middles of two letters of a line differ by less, those of two lines by more
LOW_PIECE = 0.6  # of the lowest line there can be; a dash and the dots behind it are that low, two lines are not
TAIL_BELOW = 0.1  # of the same; what reaches farther below the others is the tail of a letter
PALE_EDGE = 2  # px; how far the pale edge of a letter reaches

Mask = NDArray[np.bool_]


class TextLine(NamedTuple):
    """One line of text: where it stands, and its picture, which holds nothing else."""

    box: Box
    picture: Luma


class Piece(NamedTuple):
    """A connected piece of ink; ``middle`` is the row of its middle."""

    label: int
    box: Box
    middle: float


def darkened(colours: Colours) -> Luma:
    """The letters dark on white, (H, W) uint8, whatever their colours.

    Letters in an outline or on a box differ from the colour that meets the transparent background: as different,
    as dark. Letters without one are as dark as they are bright, so that a shadow stays pale.
    """
    opacity = colours[..., 3]
    letters, apart = _told(colours)
    if not letters.any():
        return np.full(opacity.shape, 255, np.uint8)
    peak = int(np.percentile(apart[letters], 90))
    strength = np.minimum(apart / peak, 1) if peak >= NEAR_COLOUR else np.ones(apart.shape)
    return np.asarray(255 - np.rint(strength * (opacity * (255 / opacity.max()))), dtype=np.uint8)


def evenly_dark(colours: Colours) -> Luma:
    """The letters black on white, (H, W) uint8, however much they differ from one another in colour."""
    return np.where(_told(colours)[0], 0, 255).astype(np.uint8)


def _told(colours: Colours) -> tuple[Mask, NDArray[np.int16]]:
    """Which pixels are letters, and how much each pixel differs from what is around them."""
    rgb, opacity = colours[..., :3].astype(np.int16), colours[..., 3]
    opaque = opacity >= max(1, int(opacity.max(initial=0)) // 2)
    if not opaque.any():
        return opaque, rgb.max(axis=2)
    edge = opaque & ~_inner(opaque)
    around = np.median(rgb[edge], axis=0).astype(np.int16)
    apart = np.abs(rgb - around).max(axis=2)
    letters = opaque & (apart >= NEAR_COLOUR)
    if letters.sum() < INSIDE_BOX * opaque.sum() or (letters & edge).sum() > OUTSIDE * letters.sum():
        return opaque, rgb.max(axis=2)
    return letters, apart


def _inner(opaque: Mask) -> Mask:
    """The pixels whose neighbours are all opaque; beyond the picture there is nothing."""
    kernel = np.ones((3, 3), np.uint8)
    kept = cv2.erode(opaque.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(kept, dtype=bool)


def lines_of(picture: Luma, min_height: float = 0) -> list[TextLine]:
    """The lines of dark text, from top to bottom, each without what reaches into it from the lines above and below.

    ``min_height`` (px) is the height of the lowest line there can be: what is much lower altogether is one line.

    Rows alone cannot tell lines apart that stand close: dots of capitals and tails of small letters share rows. So the
    middles of the letters make the lines, and accents, dots and commas go to the letter that they belong to.
    """
    count, labels, found, middles = cv2.connectedComponentsWithStats((picture < DARK).astype(np.uint8))
    pieces = [
        Piece(number, Box(left, top, left + width, top + height), middle)
        for number, ((left, top, width, height, _), (_, middle)) in enumerate(
            zip(found.tolist(), middles.tolist(), strict=True)
        )
        if number
    ]
    if not pieces:
        return []
    high = max(piece.box.bottom for piece in pieces) - min(piece.box.top for piece in pieces)
    rows = [pieces] if high <= LOW_PIECE * min_height else _rows(pieces, _letter_height(found[1:]))
    owner = np.full(count, -1)
    for number, row in enumerate(rows):
        owner[[piece.label for piece in row]] = number
    return [_alone(picture, owner[labels], number, row) for number, row in enumerate(rows)]


def _letter_height(found: NDArray[Any]) -> float:
    """How high letters are: a quarter of the ink is in higher ones."""
    heights, areas = found[:, cv2.CC_STAT_HEIGHT], found[:, cv2.CC_STAT_AREA]
    order = np.argsort(heights)
    return float(heights[order][np.searchsorted(np.cumsum(areas[order]), 0.75 * areas.sum())])


def _rows(pieces: list[Piece], letter: float) -> list[list[Piece]]:
    """The pieces by lines, from top to bottom."""
    letters = sorted(
        (piece for piece in pieces if piece.box.height >= MARK_HEIGHT * letter), key=lambda piece: piece.middle
    )
    rows = [[letters[0]]]
    for before, piece in pairwise(letters):
        if piece.middle - before.middle > LINES_APART * letter:
            rows.append([])
        rows[-1].append(piece)
    whole = _merged(rows)
    rows = [list(row) for row in whole]
    apart: list[Piece] = []
    for mark in (piece for piece in pieces if piece.box.height < MARK_HEIGHT * letter):
        far, nearest = min((_distance(mark, row, letter), number) for number, row in enumerate(rows))
        (whole[nearest] if far <= (CLOSE + LINES_APART) * letter else apart).append(mark)
    return sorted([*whole, *_rows_of_marks(apart, letter)], key=lambda row: _ends(row)[0])


def _rows_of_marks(marks: list[Piece], letter: float) -> list[list[Piece]]:
    """Lines of dots and dashes alone, between or below lines of letters."""
    rows: list[list[Piece]] = []
    for mark in sorted(marks, key=lambda piece: piece.middle):
        if rows and mark.middle - rows[-1][0].middle <= LINES_APART * letter:
            rows[-1].append(mark)
        else:
            rows.append([mark])
    return rows


def _merged(rows: list[list[Piece]]) -> list[list[Piece]]:
    """The rows, those that share most of their height as one: a small kana and the hook of a question mark do not stand
    on one level, but beside each other."""
    found = [rows[0]]
    for row in rows[1:]:
        tops, bottoms = ([_ends(each)[end] for each in (found[-1], row)] for end in (0, 1))
        shared = min(bottoms) - max(tops)
        min_height = min(bottom - top for top, bottom in zip(tops, bottoms, strict=True))
        if shared > ROW_OVERLAP * min_height:
            found[-1] = found[-1] + row
        else:
            found.append(row)
    return found


def _ends(row: list[Piece]) -> tuple[int, int]:
    return min(piece.box.top for piece in row), max(piece.box.bottom for piece in row)


def _distance(mark: Piece, row: list[Piece], letter: float) -> float:
    """How far a mark is from a line: from the letter that it stands on or hangs from, else from the rows between its
    letters' ends. Nothing hangs from the tail of a letter."""
    top, bottom = min(piece.box.top for piece in row), max(piece.box.bottom for piece in row)
    foot = float(np.percentile([piece.box.bottom for piece in row], 25)) + TAIL_BELOW * letter
    across = [piece.box for piece in row if _overlap(mark.box, piece.box)]
    gaps = [box.top - mark.box.bottom for box in across]
    gaps += [mark.box.top - box.bottom for box in across if box.bottom <= foot]
    beside = max(0.0, top - mark.middle, mark.middle - bottom)
    return min([gap for gap in gaps if 0 <= gap < CLOSE * letter], default=CLOSE * letter + beside)


def _overlap(one: Box, other: Box) -> bool:
    return min(one.right, other.right) > max(one.left, other.left)


def _alone(picture: Luma, owner: NDArray[np.int_], number: int, row: list[Piece]) -> TextLine:
    """One line on white, with the pale edges of its letters."""
    box = reduce(Box.union, (piece.box for piece in row)).padded(
        PALE_EDGE, PALE_EDGE, picture.shape[1], picture.shape[0]
    )
    owned = owner[box.top : box.bottom, box.left : box.right]
    near = cv2.dilate((owned == number).astype(np.uint8), np.ones((2 * PALE_EDGE + 1,) * 2, np.uint8)).astype(bool)
    kept = near & ((owned == number) | (owned < 0))
    alone = np.where(kept, picture[box.top : box.bottom, box.left : box.right], 255)
    return TextLine(box, np.asarray(alone, dtype=np.uint8))
