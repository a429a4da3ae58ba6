"""Evidence about a line's script in the answer of the bundled reader: it is sure of the letters that it knows.

It reads Latin letters with a score of 0.99, and what it makes of Cyrillic ones with 0.75. How often it gives each kind
of answer to lines of each script was counted (``python -m benchmarks.scripts answers``); its log-probability is added
to that of the picture (``script``).
"""

from __future__ import annotations

from bisect import bisect

import numpy as np
from numpy.typing import NDArray

from subextract.languages.packs import VIETNAMESE
from subextract.ocr.script import CLASSES, NONE
from subextract.text import is_wide
from subextract.types import Line

WEIGHT = 0.5  # of the answer: it tells of the same pixels as the picture; of 0, 0.25, 0.4, 0.7 and 1 none is better
SCORES = (0.6, 0.75, 0.85, 0.93, 0.97)  # between them lie the six classes of surety
COUNTS = {
    "Latn": (0, 0, 0, 0, 0, 0, 1, 4, 26, 18, 47, 104, 0, 0, 0, 0, 0, 0),
    VIETNAMESE: (0, 0, 0, 0, 0, 0, 3, 38, 72, 41, 26, 20, 0, 0, 0, 0, 0, 0),
    "Hani": (0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 2, 7, 28, 30, 34, 41, 54),
    "Kore": (103, 12, 14, 2, 2, 0, 2, 9, 3, 0, 0, 0, 31, 16, 6, 0, 0, 0),
    "Cyrl": (28, 37, 36, 16, 16, 5, 10, 36, 10, 5, 1, 0, 0, 0, 0, 0, 0, 0),
    "Grek": (2, 0, 1, 0, 0, 0, 32, 109, 36, 9, 8, 3, 0, 0, 0, 0, 0, 0),
    "Arab": (153, 7, 7, 3, 0, 1, 17, 8, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0),
    "Hebr": (31, 11, 5, 2, 0, 0, 130, 14, 1, 0, 0, 0, 5, 1, 0, 0, 0, 0),
    "Thai": (6, 3, 4, 1, 0, 0, 159, 20, 5, 0, 0, 0, 1, 1, 0, 0, 0, 0),
    "Deva": (13, 10, 10, 0, 0, 0, 112, 33, 11, 1, 1, 0, 8, 1, 0, 0, 0, 0),
    "Beng": (12, 11, 9, 0, 0, 0, 113, 13, 2, 2, 1, 0, 28, 5, 4, 0, 0, 0),
    "Taml": (26, 21, 13, 4, 0, 0, 80, 47, 3, 0, 0, 0, 6, 0, 0, 0, 0, 0),
    "Telu": (27, 52, 22, 7, 0, 1, 64, 20, 3, 1, 0, 0, 2, 1, 0, 0, 0, 0),
    NONE: (83, 16, 22, 10, 15, 15, 19, 2, 3, 1, 1, 0, 10, 2, 0, 1, 0, 0),
}
"""Answers to lines of each script: six classes of surety each without letters, with other ones, with wide ones."""


def answer_class(line: Line) -> int:
    """The number of the kind of answer that a line is, as in COUNTS."""
    letters = [letter for letter in line.text if letter.isalpha()]
    kind = 0 if not letters else 1 + (2 * sum(map(is_wide, letters)) > len(letters))
    return kind * (len(SCORES) + 1) + bisect(SCORES, line.score or 0.0)


def odds_by_answer(line: Line) -> NDArray[np.float32]:
    """The addition of such an answer to the log-probability of each of CLASSES."""
    return np.asarray(WEIGHT * _LOG_SHARES[:, answer_class(line)], np.float32)


def _log_shares() -> NDArray[np.float32]:
    """The logarithms of the shares of answers; what never occurred counts as once."""
    counts = np.array([COUNTS[script] for script in CLASSES], np.float32) + 1
    return np.asarray(np.log(counts / counts.sum(axis=1, keepdims=True)), np.float32)


_LOG_SHARES = _log_shares()
