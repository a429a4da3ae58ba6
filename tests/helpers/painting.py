"""How do tests paint pictures whose text is known, and who finds that text in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.types import Box, Frame, Image, Luma

WIDTH, HEIGHT = 480, 120
ROW = 36  # px from line to line
INK, OUTLINE = 245, 8
DARKEST, BRIGHTEST = 20, 110  # of every background, so that what is brighter is ink
FONT, STROKE = cv2.FONT_HERSHEY_DUPLEX, 0.7
MARGIN = 4  # px around the ink that detectors add

Floats = NDArray[np.float64]
Background = Callable[[int], Luma]
"""The picture without text on a frame, given by its number."""


def clouds(seed: int, width: int = WIDTH, height: int = HEIGHT, *, coarse: int = 12) -> Luma:
    """A picture of soft patches about ``coarse`` pixels wide."""
    noise = np.random.default_rng(seed).random((height // coarse + 2, width // coarse + 2), dtype=np.float32)
    soft = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(DARKEST + (BRIGHTEST - DARKEST) * np.clip(soft, 0, 1), dtype=np.uint8)


def slope(width: int = WIDTH, height: int = HEIGHT) -> Luma:
    """A picture that gets brighter from left to right."""
    return np.tile(np.linspace(DARKEST, BRIGHTEST, width).astype(np.uint8), (height, 1))


def still(picture: Luma) -> Background:
    """The same picture all the time."""
    return lambda number: picture


def drifting(picture: Luma, speed: int) -> Background:
    """The picture going by at ``speed`` pixels per frame."""
    return lambda number: np.roll(picture, speed * number, axis=1)


def cutting(*scenes: tuple[int, Luma]) -> Background:
    """Pictures one after the other, each from the frame with its number on."""
    return lambda number: next(picture for first, picture in reversed(scenes) if number >= first)


def width_of(text: str, size: float = STROKE) -> int:
    return cv2.getTextSize(text, FONT, size, _thickness(size))[0][0]


def lettered(picture: Luma, text: str, *, left: int, foot: int, size: float = STROKE) -> Luma:
    """The picture with bright letters in a dark outline that begin at the column ``left`` and stand on ``foot``."""
    letters = np.zeros_like(picture)
    cv2.putText(letters, text, (left, foot), FONT, size, 255, _thickness(size), cv2.LINE_AA)
    around = cv2.dilate(letters, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    outlined = _blend(picture, OUTLINE, around / 255)
    return _blend(outlined, INK, letters / 255)


def _blend(picture: Luma, level: Luma | int, share: Floats | float) -> Luma:
    return np.asarray(np.rint(picture * (1 - share) + level * share), dtype=np.uint8)


def _thickness(size: float) -> int:
    return max(1, round(1.6 * size))


def frame(time: int, luma: Luma, duration: int = 42) -> Frame:
    """A grey frame."""
    return Frame(time, duration, luma, lambda box: _grey(luma[box.top : box.bottom, box.left : box.right]))


def _grey(luma: Luma) -> Image:
    return np.repeat(luma[:, :, None], 3, axis=2)


@dataclass(frozen=True, slots=True)
class Words:
    """A text on the frames from ``first`` up to but not including ``past``.

    ``row`` counts the lines from the lowest up, ``fade`` the frames on which it is paler at both ends, ``speed`` the
    pixels to the right per frame. It is centred on ``middle``, or begins at ``left``.
    """

    text: str
    first: int
    past: int
    row: int = 0
    fade: int = 0
    speed: int = 0
    left: int | None = None
    middle: int = WIDTH // 2

    def on(self, picture: Luma, number: int) -> Luma:
        """The picture with what the frame shows of the text."""
        if not self.first <= number < self.past:
            return picture
        begin = self.middle - width_of(self.text) // 2 if self.left is None else self.left
        place = begin + self.speed * (number - self.first)
        whole = lettered(picture, self.text, left=place, foot=picture.shape[0] - 20 - ROW * self.row)
        return _blend(picture, whole, self._strength(number))

    def _strength(self, number: int) -> float:
        """From 0 to 1; the first frame of a fade shows a little of the text already."""
        return min(1.0, (number - self.first + 1) / (self.fade + 1), (self.past - number) / (self.fade + 1))


def film(
    *words: Words, count: int, background: Background, times: Sequence[int] | None = None, grain: float = 1.5
) -> Iterator[Frame]:
    """``count`` frames of grainy pictures with words, 24 a second unless ``times`` (one more than frames) says else."""
    stamps = times or [time_of(number) for number in range(count + 1)]
    noise = np.random.default_rng(5)
    for number in range(count):
        picture = background(number)
        for one in words:
            picture = one.on(picture, number)
        grainy = picture + noise.normal(0, grain, picture.shape)
        luma = np.asarray(np.clip(grainy, 0, 255), dtype=np.uint8)
        yield frame(stamps[number], luma, stamps[number + 1] - stamps[number])


def time_of(number: int) -> int:
    """The time in ms of a frame of a film with 24 frames a second."""
    return round(number * 1000 / 24)


def bright_lines(images: Sequence[Image]) -> list[list[Box]]:
    """A detector for painted pictures: lines are where pixels are brighter than any background."""
    return [_lines(image[:, :, 0]) for image in images]


def _lines(luma: Luma) -> list[Box]:
    bright = luma > BRIGHTEST + 40
    found = []
    for top, bottom in _runs(np.asarray(bright.any(axis=1)), gap=3):
        for left, right in _runs(np.asarray(bright[top:bottom].any(axis=0)), gap=bottom - top):
            box = Box(left, top, right, bottom)
            found.append(box.padded(MARGIN, MARGIN, luma.shape[1], luma.shape[0]))
    return [box for box in found if box.height > 2 * MARGIN + 4]


def _runs(marks: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Where marks begin and end; a gap of up to ``gap`` does not end them."""
    runs: list[tuple[int, int]] = []
    for place in map(int, np.flatnonzero(marks)):
        if runs and place - runs[-1][1] <= gap:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs
