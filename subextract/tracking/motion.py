"""Does this text move over the picture."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from subextract.tracking.lines import Moment
from subextract.tracking.strokes import Floats, Strokes, cut, high_pass

LAGS = (160, 500)  # ms to look back: for what crosses the picture in seconds, and for what creeps
FOUND = 0.75  # correlation of the strokes with themselves at another place: 0.85 and more; chance gives up to 0.6
SHIFT = 2  # px on the strip; less is jitter of the encoder


def moves(strokes: Strokes, recent: Sequence[Moment]) -> bool:
    """Whether the strokes that the last moment shows were at another place a moment before."""
    now = recent[-1].time
    for lag in LAGS:
        earlier = [moment for moment in recent if now - lag - 60 <= moment.time <= now - lag]
        if earlier and elsewhere(strokes, earlier[-1]):
            return True
    return False


def elsewhere(strokes: Strokes, moment: Moment) -> bool:
    """Whether a moment shows the strokes near their place, but not at it."""
    box, strip = strokes.box, moment.strip
    around = box.grown(2 * box.height, box.height, strip.shape[1], strip.shape[0])
    agreement = _agreement(strokes.pattern, high_pass(cut(strip, around)))
    home_top, home_left = box.top - around.top, box.left - around.left
    home = float(agreement[home_top, home_left])
    _, best, _, (left, top) = cv2.minMaxLoc(agreement)
    shift = max(abs(left - home_left), abs(top - home_top))
    return best > FOUND and best > home + 0.2 and shift >= SHIFT


def _agreement(pattern: Floats, area: Floats) -> Floats:
    """The correlation of the strokes with each place of the area, over the pixels of the strokes alone."""
    common = cv2.matchTemplate(area, pattern, cv2.TM_CCORR)
    energy = cv2.matchTemplate(area * area, (pattern != 0).astype(np.float32), cv2.TM_CCORR)
    scale = np.sqrt(np.maximum(energy, 0) * np.square(pattern).sum()) + 1e-3
    return np.asarray(common / scale, dtype=np.float32)
