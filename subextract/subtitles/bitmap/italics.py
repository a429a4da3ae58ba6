"""How far the letters of a line lean to the right, as those of italics do."""

from __future__ import annotations

import math

import numpy as np

from subextract.subtitles.bitmap.binarize import DARK
from subextract.types import Luma

UPRIGHT = (-0.05, 0.0, 0.05)  # columns to the right per row upwards
LEANING = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35)  # italics are drawn with 0.14 to 0.27


def slant(picture: Luma) -> float:
    """How much better the strokes line up where the letters are set upright than as they are; below 0 for upright ones.

    Long strokes that stand upright put their ink into few columns, so the sum of the squared columns is largest where
    they do; the answer is the logarithm of the ratio of two such sums (shear and projection, as in Vinciarelli and
    Luettin 2001).
    """
    rows, columns = np.nonzero(picture < DARK)
    if not len(rows):
        return 0.0
    straight, leaning = (
        max(_alignment(columns + np.rint(lean * rows).astype(int)) for lean in leans) for leans in (UPRIGHT, LEANING)
    )
    return math.log(leaning / straight)


def _alignment(columns: np.ndarray[tuple[int], np.dtype[np.int_]]) -> float:
    ink = np.bincount(columns - columns.min())
    return float(np.square(ink, dtype=float).sum())
