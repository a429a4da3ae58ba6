"""When columns of text belong to one layout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from subextract.survey.detections import Detection, same_pixels
from subextract.types import Box

ALIGNED = 0.03  # of the width, between the left edges of columns that belong to one layout
SHARED_EDGE = 0.5  # of the columns at one level must share their upper edge


def begin_alike(row: Sequence[Detection], limit: Box) -> bool:
    """Whether texts that come one after the other begin at one column."""
    texts: list[Detection] = []
    for one in row:
        if not any(same_pixels(one, other) for other in texts):
            texts.append(one)
    lefts = np.array([one.box.left for one in texts])
    near = np.abs(lefts[:, None] - lefts[None, :]) < ALIGNED * limit.width
    return len({one.time for one in texts}) > 1 and bool(near.sum(axis=1).max() >= max(2, SHARED_EDGE * len(texts)))
