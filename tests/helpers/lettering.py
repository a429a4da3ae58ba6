"""Lines of text painted letter by letter, in the looks that subtitles have, and what a recogniser reads from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest

from subextract.text import Letter, Reading
from subextract.types import Image, Luma

FONT = cv2.FONT_HERSHEY_DUPLEX
HEIGHT, FEET, SPACE, BETWEEN = 48, 34, 14, 4  # px: of the line, the row below its letters, of a space, between letters
WHITE, BLACK, GREEN, SAND = (255, 255, 255), (16, 16, 16), (60, 110, 50), (190, 180, 160)
Colour = tuple[int, int, int]


def shape(text: str) -> Luma:
    """One character in the picture of its own, as wide as its ink; ``¡`` is ``!`` on its head, ``„`` two low commas."""
    if text == "¡":
        turned = shape("!")[::-1, ::-1]
        return np.asarray(np.roll(turned, 2 * FEET - HEIGHT - 22 + 7, axis=0))
    if text == "„":
        return np.hstack([shape(","), np.zeros((HEIGHT, 3), np.uint8), shape(",")])
    canvas = np.zeros((HEIGHT, 60), np.uint8)
    cv2.putText(canvas, text, (15, FEET - 1), FONT, 1, 255, 2, cv2.LINE_AA)
    inked = np.flatnonzero(canvas.any(axis=0))
    return canvas[:, inked[0] : inked[-1] + 1]


@dataclass(frozen=True)
class Painted:
    """The ink of a line, and the letters that were painted."""

    ink: Luma
    letters: tuple[Letter, ...]

    def without(self, *gone: int) -> Reading:
        """What a recogniser reads that is blind to some of the letters: the spaces before them stay."""
        letters = []
        for index, letter in enumerate(self.letters):
            space = max(letter.space, self.letters[index - 1].space if index - 1 in gone else 0.0)
            letters += [replace(letter, space=space)] if index not in gone else []
        return Reading(tuple(letters))

    def spaced(self, chances: dict[int, float]) -> Reading:
        """What it reads if it is unsure of the spaces before some letters."""
        letters = (replace(one, space=chances.get(index, one.space)) for index, one in enumerate(self.letters))
        return Reading(tuple(letters))


def painted(text: str) -> Painted:
    canvas, letters, left, space = np.zeros((HEIGHT, 40 + 40 * len(text)), np.uint8), [], 16, 0.0
    for character in text:
        if character == " ":
            left, space = left + SPACE, 1.0
            continue
        glyph = shape(character)
        canvas[:, left : left + glyph.shape[1]] = glyph
        letters.append(Letter(character, left + glyph.shape[1] / 2, 1.0, space))
        left, space = left + glyph.shape[1] + BETWEEN, 0.0
    return Painted(canvas[:, : left + 16], tuple(letters))


def picture(
    ink: Luma, fill: Colour = WHITE, background: Colour = GREEN, outline: Colour | None = None, share: float = 1.0
) -> Image:
    """The ink in colour on a background that gets brighter from left to right."""
    ramp = np.linspace(0.6, 1.2, ink.shape[1])[None, :, None]
    image = np.clip(np.full((*ink.shape, 3), background, np.float32) * ramp, 0, 255)
    layers = [(fill, ink)] if outline is None else [(outline, cv2.dilate(ink, np.ones((5, 5), np.uint8))), (fill, ink)]
    for colour, mask in layers:
        part = (share * mask[..., None] / 255).astype(np.float32)
        image += (np.array(colour, np.float32) - image) * part
    return image.round().astype(np.uint8)


def boxed(ink: Luma) -> Image:
    """White letters in a black box that ends before the picture does."""
    image = np.full((HEIGHT, ink.shape[1] + 20, 3), SAND, np.uint8)
    image[:, : ink.shape[1]] = picture(ink, WHITE, BLACK)
    return image


def texture(ink: Luma) -> Image:
    """White letters with a black outline on coloured clouds."""
    noise = np.random.default_rng(3).integers(20, 200, (HEIGHT // 4, ink.shape[1] // 4, 3)).astype(np.uint8)
    background = cv2.GaussianBlur(cv2.resize(noise, ink.shape[::-1], interpolation=cv2.INTER_CUBIC), (0, 0), 2)
    lined, outline = picture(ink, outline=BLACK), cv2.dilate(ink, np.ones((5, 5), np.uint8)) > 0
    return np.where(outline[..., None], lined, background).astype(np.uint8)


LOOKS: dict[str, Callable[[Luma], Image]] = {
    "bright": lambda ink: picture(ink),
    "dark": lambda ink: picture(ink, BLACK, SAND),
    "outlined": lambda ink: picture(ink, WHITE, SAND, BLACK),
    "dark with a bright outline": lambda ink: picture(ink, BLACK, GREEN, WHITE),
    "yellow": lambda ink: picture(ink, (255, 230, 0), SAND, BLACK),
    "half transparent": lambda ink: picture(ink, WHITE, GREEN, BLACK, share=0.5),
    "in a box": boxed,
    "on texture": texture,
}
every_look = pytest.mark.parametrize("look", LOOKS)


def faint(text: str, place: float, score: float = 0.1) -> tuple[Letter, ...]:
    return (Letter(text, place, score),)
