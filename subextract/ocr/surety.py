"""What the answer of the bundled reader tells of a line's script: it is sure of the letters that it knows.

It reads Latin letters with a score of 0.99, and what it makes of Cyrillic ones with 0.75. How often it gives each kind
of answer to lines of each script was counted (``python -m benchmarks.scripts answers``); by Bayes' rule that weighs as
the picture of the line does (``script``).
"""

from __future__ import annotations

from bisect import bisect

import numpy as np
from numpy.typing import NDArray

from subextract.languages.packs import VIETNAMESE
from subextract.ocr.script import CLASSES, NONE
from subextract.text import is_wide
from subextract.types import Line

SCORES = (0.6, 0.75, 0.85, 0.93, 0.97)  # between them lie the six classes of surety
COUNTS = {
    "Latn": (0, 0, 0, 0, 0, 0, 0, 1, 7, 4, 6, 42, 0, 0, 0, 0, 0, 0),
    VIETNAMESE: (1, 0, 0, 0, 0, 0, 1, 14, 26, 11, 3, 4, 0, 0, 0, 0, 0, 0),
    "Hani": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 8, 11, 14, 9, 17),
    "Kore": (28, 5, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 6, 2, 0, 0, 0),
    "Cyrl": (6, 5, 13, 9, 1, 1, 5, 13, 4, 2, 1, 0, 0, 0, 0, 0, 0, 0),
    "Grek": (0, 0, 1, 0, 0, 0, 7, 34, 10, 5, 0, 3, 0, 0, 0, 0, 0, 0),
    "Arab": (41, 2, 2, 1, 0, 0, 7, 4, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0),
    "Hebr": (8, 5, 1, 1, 0, 0, 31, 10, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0),
    "Thai": (2, 2, 0, 1, 0, 0, 50, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    "Deva": (5, 4, 5, 1, 0, 0, 37, 7, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0),
    "Beng": (3, 3, 1, 2, 2, 0, 33, 6, 0, 0, 0, 0, 5, 3, 2, 0, 0, 0),
    "Taml": (2, 5, 7, 3, 0, 0, 21, 21, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0),
    "Telu": (12, 11, 6, 0, 0, 0, 25, 2, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0),
    NONE: (29, 5, 5, 7, 0, 3, 5, 1, 0, 0, 0, 0, 2, 3, 0, 0, 0, 0),
}
"""Answers to lines of each script: six classes of surety each without letters, with other ones, with wide ones."""


def answer_class(line: Line) -> int:
    """The number of the kind of answer that a line is, as in COUNTS."""
    letters = [letter for letter in line.text if letter.isalpha()]
    kind = 0 if not letters else 1 + (2 * sum(map(is_wide, letters)) > len(letters))
    return kind * (len(SCORES) + 1) + bisect(SCORES, line.score or 0.0)


def odds_by_answer(line: Line) -> NDArray[np.float32]:
    """The log-probability of such an answer to a line of each of CLASSES."""
    return np.asarray(_LOG_SHARES[:, answer_class(line)])


def _log_shares() -> NDArray[np.float32]:
    """The logarithms of the shares of answers; what never occurred counts as once."""
    counts = np.array([COUNTS[script] for script in CLASSES], np.float32) + 1
    return np.asarray(np.log(counts / counts.sum(axis=1, keepdims=True)), np.float32)


_LOG_SHARES = _log_shares()
