"""Which pixels of a line are ink, told by where its letters were read, and which shapes they make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.text import Letter
from subextract.types import Image

Mask = NDArray[np.bool_]
Plane = NDArray[np.float32]

INKED_LETTERS = 0.9  # share of the letters in whose place there must be ink; less, and ink is confused with background
FAINTEST_INK = 0.15  # of the contrast of the strokes, by which they must differ from what surrounds the line
ENCLOSED = 0.5  # share of one colour inside the shapes of the other, from which that one is its outline
NOISE_SIZE = 3  # px; smaller shapes are noise, and a full stop in a line of 48 px is larger
SLANTS = (0.0, 0.1, 0.18, 0.25)  # columns per row: upright to the steepest italics


class Span(NamedTuple):
    """Neighbouring columns of ink: the first, the one behind the last, and the runs of rows that they fill."""

    left: int
    right: int
    parts: tuple[tuple[int, int], ...]

    @property
    def top(self) -> int:
        return self.parts[0][0]

    @property
    def bottom(self) -> int:
        return self.parts[-1][1]

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def large(self) -> list[tuple[int, int]]:
        """The parts that are more than a blot."""
        return [part for part in self.parts if part[1] - part[0] > 1]


def separated(picture: Image, letters: Sequence[Letter]) -> Mask | None:
    """Which pixels of a line are ink, (H, W); None where that is not certain.

    Ink is brighter or darker than its background. Outlined letters offer both; theirs is the colour inside.
    """
    if not letters:
        return None
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    places = np.array([letter.place for letter in letters])
    bright, dark = _strokes(luma, places), _strokes(-luma, places)
    if bright is None or dark is None:
        return dark if bright is None else bright
    return dark if _enclosed(dark, bright) > ENCLOSED > _enclosed(bright, dark) else bright


def _strokes(plane: Plane, places: NDArray[np.float64]) -> Mask | None:
    """The brightest pixels around each letter's place; None if they are not set off from the rest.

    They are brighter than half way from the darkest pixels there, or from what is around the line, if that makes fewer
    shapes: on a bright background only the outline is dark.
    """
    reach = plane.shape[0] // 6
    columns = np.clip(places[:, None].astype(int) + np.arange(-reach, reach), 0, plane.shape[1] - 1)
    around = plane[reach:-reach].T[columns].reshape(len(places), -1)
    few = max(1, around.shape[1] // 12)  # about the pixels of the thinnest letter
    around = np.partition(around, (few, -few), axis=1)
    ink, background = np.median(around[:, -few:].mean(axis=1)), np.median(around[:, :few].mean(axis=1))
    rim = np.percentile(np.concatenate([plane[: reach // 2], plane[-reach // 2 :]]), 90)
    found: list[tuple[int, int, Mask]] = []
    for number, other in enumerate((background, max(background, rim))):
        if ink - other > FAINTEST_INK * (ink - background):
            mask, count = _without_clutter(np.greater(plane, (ink + other) / 2))
            if np.mean(_any(mask, 0)[columns].any(axis=1)) >= INKED_LETTERS:
                found.append((count, number, mask))
    return min(found)[2] if found else None


def _without_clutter(mask: Mask) -> tuple[Mask, int]:
    """Without specks, shapes that run along the edge of the picture, and crumbs of other lines there; how many stay."""
    height = mask.shape[0]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    contact = np.bincount(edge, minlength=count)
    crumb = (contact > 0) & (stats[:, cv2.CC_STAT_HEIGHT] < height // 8)
    keep = (contact <= height // 4) & ~crumb & (stats[:, cv2.CC_STAT_AREA] >= NOISE_SIZE)
    keep[0] = False
    return np.asarray(keep[labels]), int(keep.sum())


def _enclosed(mask: Mask, other: Mask) -> float:
    """The share of a mask that lies inside the shapes of the other."""
    outside = np.pad(~other, 1, constant_values=True).astype(np.uint8)
    _, labels = cv2.connectedComponents(outside, connectivity=4)
    return float((mask & (labels != labels[0, 0])[1:-1, 1:-1]).sum() / max(1, mask.sum()))


def upright(mask: Mask) -> Mask:
    """The mask with italics set upright: leaned so that most columns between its letters are empty."""
    height, width = mask.shape
    best, max_empty = mask, -2.0
    for slant in SLANTS:
        shear = np.array([[1, slant, -slant * height / 2], [0, 1, 0]], np.float32)
        leaned = cv2.warpAffine(mask.astype(np.uint8), shear, (width, height), flags=cv2.INTER_NEAREST) > 0
        inked = np.flatnonzero(_any(leaned, 0))
        empty = int(inked[-1] - inked[0]) + 1 - len(inked) if len(inked) else 0
        if empty > 1.03 * max_empty + 2:  # by more than a chance column
            best, max_empty = leaned, empty
    return best


def spans(mask: Mask) -> list[Span]:
    """The shapes of a line that stand apart, from left to right."""
    return [Span(left, right, tuple(_runs(_any(mask[:, left:right], 1)))) for left, right in _runs(_any(mask, 0))]


def _any(mask: Mask, axis: int) -> Mask:
    return np.asarray(mask.any(axis=axis))


def _runs(flags: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
