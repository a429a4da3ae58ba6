"""Which scripts lines are written in, by their pictures and by what the other lines of the film are in."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from subextract.languages.packs import VIETNAMESE
from subextract.ocr.script import CLASSES

PRIOR_LINES = {"Latn": 2.0, "Hani": 2.0}  # lines that count as seen before the first: most films are in these
ELSE = 0.2  # the same for any other script
NAMED_LINES = 20.0  # and for one that the user named
MAX_WEIGHT = 3.0  # nats that the other lines weigh, at most: a film may be in two scripts, one line in twenty
CAUTION = {VIETNAMESE: 1.0}  # nats: soft or slanted Latin letters look as if they had its marks
DECISIVE = 3.0  # nats: as much as the answer of a reader can weigh (surety.py)
REMEMBERED_LINES = 400  # lines that tell what a film is in
ESTIMATE_ROUNDS = 20  # of the estimate, which moves by less than a hundredth in the last one


class Expecting:
    """Tells the scripts of the lines of one film, as they come: what many lines are in, others are likely in.

    The shares of the scripts are the maximum-likelihood weights of a mixture with a Dirichlet prior, found by
    expectation-maximisation (Dempster, Laird, Rubin: "Maximum likelihood from incomplete data via the EM algorithm",
    1977): for a film in one script that is the one with the greatest sum of log-probabilities.
    """

    def __init__(self, spoken: Sequence[str] = ()) -> None:
        self._before = np.array([NAMED_LINES if one in spoken else PRIOR_LINES.get(one, ELSE) for one in CLASSES])
        self._seen = np.zeros((0, len(CLASSES)))
        self._caution = np.array([0.0 if one in spoken else CAUTION.get(one, 0.0) for one in CLASSES])

    def told(self, odds: Sequence[NDArray[np.float32]]) -> list[str]:
        """The script of each of some lines, one of CLASSES, by the log-probability that its picture gives each."""
        if not odds:
            return []
        lines = np.stack(odds) - self._caution
        self._seen = np.concatenate([self._seen, lines])[-max(REMEMBERED_LINES, len(odds)) :]
        weight = np.maximum(np.log(self._shares()), -MAX_WEIGHT)
        return [CLASSES[int((one + weight).argmax())] for one in lines]

    def is_sure(self, odds: NDArray[np.float32], scripts: Collection[str]) -> bool:
        """Whether a line is in none of some scripts, by its picture and the lines before it, whatever a reader says."""
        likely = odds - self._caution + np.maximum(np.log(self._shares()), -MAX_WEIGHT)
        among = np.array([name in scripts for name in CLASSES])
        return float(likely[~among].max() - likely[among].max()) > DECISIVE

    def _shares(self) -> NDArray[np.float64]:
        """The share of each script over the greatest one."""
        counts = self._before
        for _ in range(ESTIMATE_ROUNDS):
            chances = np.exp(self._seen) * counts
            counts = self._before + (chances / chances.sum(axis=1, keepdims=True)).sum(axis=0)
        return np.asarray(counts / counts.max())
