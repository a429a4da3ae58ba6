"""What share of lines and of films is told right, and what is taken for what."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.scripts.data import Lines
from subextract.ocr.expecting import Expecting
from subextract.ocr.script import CLASSES, ScriptTeller, levelled

FILMS = 200  # that are put together from the lines of each script


def report(lines: Lines, film: int) -> None:
    """Print the table of the lines and the share of films; what is read of a script stands in its row."""
    teller = ScriptTeller(threads=1)
    odds = np.stack([teller.odds_of(levelled(picture)) for picture in lines.pictures])
    truth, told = np.array(lines.scripts), odds.argmax(axis=1)
    print(f"lines: {int((truth == told).sum())} of {len(truth)} right ({(truth == told).mean():.4f})")
    for number, name in enumerate(CLASSES):
        taken = Counter(told[truth == number].tolist())
        others = ", ".join(f"{CLASSES[one]} {count}" for one, count in taken.most_common() if one != number)
        print(f"{name:5} {taken[number]:4} of {taken.total():4}  {others}")
    _of_families(lines, truth == told)
    whole, together = _films(odds, truth, film)
    print(f"films of {film} lines: {whole:.4f} right by their sum; lines told together with their film: {together:.4f}")


def _of_families(lines: Lines, right: NDArray[np.bool_]) -> None:
    wrong = Counter(family for family, good in zip(lines.families, right.tolist(), strict=True) if not good)
    every = Counter(lines.families)
    worst = sorted(wrong, key=lambda family: wrong[family] / every[family], reverse=True)[:10]
    print("; ".join(f"{family or 'no typeface'} {wrong[family]} of {every[family]} wrong" for family in worst))


def _films(odds: NDArray[np.float32], truth: NDArray[np.int64], film: int) -> tuple[float, float]:
    """The share of films of one script whose lines together say the right one, and of their lines that are told right
    by who knows the others."""
    dice, right, lines = random.Random(1), [], []
    for number in range(len(CLASSES)):
        own = np.flatnonzero(truth == number).tolist()
        for _ in range(FILMS if len(own) >= film else 0):
            some = odds[dice.sample(own, film)]
            right.append(int(some.sum(axis=0).argmax()) == number)
            lines += [told == CLASSES[number] for told in Expecting().told(list(some))]
    return sum(right) / max(1, len(right)), sum(lines) / max(1, len(lines))
