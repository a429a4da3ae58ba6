"""How sure the bundled reader is of lines in each script, and what share of lines is told right with that."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.scripts.drawing import Backgrounds, drawn
from subextract.ocr.expecting import Expecting
from subextract.ocr.rapid.reader import RapidReader
from subextract.ocr.script import CLASSES, ScriptTeller
from subextract.ocr.surety import SCORES, answer_class, odds_by_answer
from subextract.types import Box, Clip, Line


class Answered(NamedTuple):
    """The number of a line's script, the log-probability of each by its picture, and what the reader says of it."""

    script: int
    odds: NDArray[np.float32]
    line: Line


def answered(count: int, seed: int, films: Sequence[Path], *, held_out: bool) -> Iterator[Answered]:
    """So many lines, as many of each script, drawn in the typefaces that the classifier learns from, or in others."""
    dice, backgrounds = random.Random(seed), Backgrounds(films)
    teller, reader = ScriptTeller(threads=1), RapidReader(threads=1)
    for number in range(count):
        image = np.ascontiguousarray(drawn(CLASSES[number % len(CLASSES)], dice, backgrounds, held_out=held_out).image)
        box = Box(0, 0, image.shape[1], image.shape[0])
        ((line,),) = reader.read([Clip(0, 1000, image, box, (box,))])
        yield Answered(number % len(CLASSES), teller.odds(image), line)


def table(lines: Sequence[Answered]) -> None:
    """Print the rows of COUNTS in subextract/ocr/surety.py."""
    counts = np.zeros((len(CLASSES), 3 * (len(SCORES) + 1)), int)
    for one in lines:
        counts[one.script, answer_class(one.line)] += 1
    for name, row in zip(CLASSES, counts.tolist(), strict=True):
        print(f'    "{name}": ({", ".join(map(str, row))}),')


def shares(lines: Sequence[Answered]) -> None:
    """Print what share is told right by the picture, and by both, of each script and of all; each line by itself."""
    truth = np.array([one.script for one in lines])
    by_picture = np.stack([one.odds for one in lines])
    by_both = by_picture + np.stack([odds_by_answer(one.line) for one in lines])
    ways = {"picture": by_picture, "both": by_both}
    told = {name: odds.argmax(axis=1) for name, odds in ways.items()}
    told |= {f"{name}, as the first line of a film": _first(odds) for name, odds in ways.items()}
    for name, guesses in told.items():
        right = guesses == truth
        each = " ".join(f"{script} {right[truth == number].mean():.3f}" for number, script in enumerate(CLASSES))
        print(f"{name}: {right.mean():.4f}; {each}")


def _first(odds: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.array([CLASSES.index(Expecting().told([one])[0]) for one in odds])
