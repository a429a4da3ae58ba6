"""Drawn lines as the network takes them: made once, kept in a file, mixed anew for every round of the training."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.scripts.drawing import Backgrounds, drawn
from subextract.ocr.script import CLASSES, SCALED_HEIGHT, levelled, scaled

BATCH = 48
JITTER = 3  # px by which a line is moved up or down
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Lines:
    """Grey pictures (40, width) of lines, the number of the script of each, and the family of its typeface."""

    pictures: Sequence[Pixels]
    scripts: Sequence[int]
    families: Sequence[str]

    def saved(self, path: Path) -> None:
        """Write all to a file."""
        widths = np.array([picture.shape[1] for picture in self.pictures])
        flat = np.concatenate([picture.ravel() for picture in self.pictures])
        np.savez(path, flat=flat, widths=widths, scripts=np.array(self.scripts), families=np.array(self.families))


def loaded(paths: Sequence[Path]) -> Lines:
    """The lines of several files."""
    pictures: list[Pixels] = []
    scripts: list[int] = []
    families: list[str] = []
    for path in paths:
        held = np.load(path)
        ends = np.cumsum(held["widths"] * SCALED_HEIGHT)[:-1]
        pictures += [part.reshape(SCALED_HEIGHT, -1) for part in np.split(held["flat"], ends)]
        scripts += held["scripts"].tolist()
        families += held["families"].tolist()
    return Lines(pictures, scripts, families)


def made(count: int, seed: int, films: Sequence[Path], *, held_out: bool) -> Lines:
    """So many lines, as many of each script."""
    dice, backgrounds = random.Random(seed), Backgrounds(films)
    names = [CLASSES[number % len(CLASSES)] for number in range(count)]
    every = [drawn(name, dice, backgrounds, held_out=held_out) for name in names]
    return Lines(
        [scaled(one.image) for one in every], [CLASSES.index(one.script) for one in every], [o.family for o in every]
    )


def sheet(path: Path, seed: int) -> None:
    """Write a picture with a line of each script below one another, 40 px each, on black."""
    lines = made(len(CLASSES), seed, (), held_out=True)
    width = max(picture.shape[1] for picture in lines.pictures)
    rows = [np.pad(picture, ((0, 0), (0, width - picture.shape[1]))) for picture in lines.pictures]
    cv2.imwrite(str(path), np.concatenate(rows))


def batches(lines: Lines, dice: random.Random) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int64]]]:
    """All lines once, in batches of about one width, each a little changed."""
    order = sorted(range(len(lines.pictures)), key=lambda one: lines.pictures[one].shape[1] * dice.uniform(0.8, 1.25))
    groups = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    dice.shuffle(groups)
    for group in groups:
        width = sorted(lines.pictures[one].shape[1] for one in group)[len(group) // 3]
        seen = [_changed(lines.pictures[one], width, dice) for one in group]
        yield np.stack(seen)[:, None], np.array([lines.scripts[one] for one in group])


def _changed(picture: Pixels, width: int, dice: random.Random) -> NDArray[np.float32]:
    """A part of that width; what is narrower is filled up with its own edge."""
    room = picture.shape[1] - width
    start = dice.randint(0, max(0, room))
    part = np.pad(picture[:, start : start + width], ((0, 0), (0, max(0, -room))), mode="edge")
    moved = np.roll(part, dice.randint(-JITTER, JITTER), axis=0)
    levels = levelled(moved if dice.random() < 0.8 else 255 - moved)
    return levels + np.random.default_rng(dice.getrandbits(32)).normal(0, dice.uniform(0, 0.15), levels.shape).astype(
        np.float32
    )
