"""How planes of brightness are scaled, and turned into what detectors take."""

from __future__ import annotations

import cv2
import numpy as np

from subextract.types import Image, Luma


def shrink(luma: Luma, scale: float) -> Luma:
    """The plane at another size; averaging when it gets smaller, so that strokes stay whole."""
    if scale == 1:
        return luma
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    width, height = max(1, round(luma.shape[1] * scale)), max(1, round(luma.shape[0] * scale))
    return np.asarray(cv2.resize(luma, (width, height), interpolation=method), dtype=np.uint8)


def grey(luma: Luma) -> Image:
    """The plane as an RGB picture."""
    return np.repeat(luma[:, :, None], 3, axis=2)
