"""In which script a line is written, told from its picture before anybody reads it.

A small network of our own (script.onnx, trained by ``python -m benchmarks.scripts``) sees a line as the reader does,
and answers with the log-probability of each script. Of lines of one film they can be summed.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.languages.packs import VIETNAMESE
from subextract.ocr.rapid.models import opened
from subextract.types import Image, Luma

MODEL = Path(__file__).with_name("script.onnx")
NONE = "Zyyy"  # no letters
CLASSES = (
    *("Latn", VIETNAMESE, "Hani", "Kore", "Cyrl", "Grek", "Arab"),
    *("Hebr", "Thai", "Deva", "Beng", "Taml", "Telu", NONE),
)
SCALED_HEIGHT = 40  # px to which the picture of a line is scaled; less blurs the marks of Vietnamese
MIN_SCALED_WIDTH, MAX_SCALED_WIDTH = 40, 480  # px of the width; 480 are about 25 letters, and more say nothing new
TELLING = 6  # heights that a line is wide which tells all it can; a word of a syllable or two tells as much less
SUREST = 4.0  # nats by which one script is likelier than others: one line in twenty is told wrong, however sure
FLAT_SPREAD = 4.0  # levels; a picture that is flatter is noise and is not made to look like strokes


def scaled(image: Image) -> Luma:
    """The brightness of the picture (H, W, 3) of a line, 40 px high: its beginning, where it is very long."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    whole = grey[:, : max(1, round(grey.shape[0] * MAX_SCALED_WIDTH / SCALED_HEIGHT))]
    width = min(MAX_SCALED_WIDTH, max(MIN_SCALED_WIDTH, round(SCALED_HEIGHT * whole.shape[1] / whole.shape[0])))
    smooth = cv2.INTER_AREA if grey.shape[0] > SCALED_HEIGHT else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(whole, (width, SCALED_HEIGHT), interpolation=smooth), np.uint8)


def levelled(line: Luma) -> NDArray[np.float32]:
    """The same with mean 0 and spread 1, as the network takes it."""
    levels = line.astype(np.float32)
    return np.asarray((levels - levels.mean()) / max(FLAT_SPREAD, float(levels.std())), np.float32)


class ScriptTeller:
    """Tells the scripts of lines by their pictures."""

    def __init__(self, *, threads: int | None = None) -> None:
        self._session = opened(MODEL, threads)

    def odds(self, image: Image) -> NDArray[np.float32]:
        """The log-probability of each of CLASSES for the picture (H, W, 3) of a line."""
        return self.odds_of(levelled(scaled(image)))

    def odds_of(self, line: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same for a picture that is prepared."""
        (answer,) = self._session.run(None, {"line": line[None, None]})
        told = np.asarray(answer[0], np.float32) * min(1.0, line.shape[1] / (TELLING * SCALED_HEIGHT))
        told = np.maximum(told, told.max() - SUREST)
        return np.asarray(told - np.log(np.exp(told).sum()), np.float32)
