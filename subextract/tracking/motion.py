"""Does this text move over the picture."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.tracking.lines import Moment
from subextract.tracking.strokes import Floats, Strokes, cut, high_pass

LAGS = (80, 500)  # ms to look back: for what crosses the picture in seconds, and for what creeps
FOUND = 0.75  # correlation of the strokes with themselves at another place: 0.85 and more; chance gives up to 0.6
SHIFT = 2  # px on the strip; less is jitter of the encoder
EVEN = 0.35  # by how much of the way the second half of a movement may differ from the first


def moves(strokes: Strokes, recent: Sequence[Moment]) -> bool:
    """Whether the strokes that the last moment shows were at other places before, on a steady way."""
    return any(_moved(strokes, recent, lag) for lag in LAGS)


def _moved(strokes: Strokes, recent: Sequence[Moment], lag: int) -> bool:
    """Whether they came a way in ``lag`` ms and, before that, the same way in the same time."""
    now = recent[-1].time
    near = next((moment for moment in reversed(recent) if moment.time <= now - lag), None)
    far = next((moment for moment in reversed(recent) if near and moment.time <= 2 * near.time - now), None)
    if near is None or far is None:
        return False
    reach = 2 * strokes.box.height
    first, second = shift(strokes, near, reach), shift(strokes, far, reach)
    if first is None or second is None:
        return False
    return float(np.abs(second - 2 * first).max()) <= max(1.0, EVEN * float(np.abs(second).max()))


def slipped(strokes: Strokes, moment: Moment) -> bool:
    """Whether the strokes, which were at their place on the frame before, are now a little beside it."""
    return shift(strokes, moment, strokes.box.height // 2) is not None


def shift(strokes: Strokes, moment: Moment, reach: int) -> NDArray[np.intp] | None:
    """How far (right, down) from their place a moment shows the strokes, up to ``reach`` px; None at their place."""
    box, strip = strokes.box, moment.strip
    around = box.grown(reach, reach, strip.shape[1], strip.shape[0])
    agreement = resemblance(strokes.pattern, high_pass(cut(strip, around)))
    home_left, home_top = box.left - around.left, box.top - around.top
    home = float(agreement[home_top, home_left])
    _, best, _, (left, top) = cv2.minMaxLoc(agreement)
    way = np.array([left - home_left, top - home_top])
    return way if best > max(FOUND, home + 0.2) and np.abs(way).max() >= SHIFT else None


def resemblance(pattern: Floats, area: Floats) -> Floats:
    """The correlation of the strokes with each place of the area, over the pixels of the strokes alone."""
    common = cv2.matchTemplate(area, pattern, cv2.TM_CCORR)
    energy = cv2.matchTemplate(area * area, (pattern != 0).astype(np.float32), cv2.TM_CCORR)
    own = float(np.square(pattern).sum())
    scale = np.sqrt(np.maximum(energy, 0.05 * own) * own)  # a flat place resembles nothing
    return np.asarray(common / scale, dtype=np.float32)
