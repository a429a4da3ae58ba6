"""Clips of outlined lines of text, and where their lines are."""

from __future__ import annotations

import cv2
import numpy as np

from subextract.types import Box, Clip, Image

Colour = tuple[int, int, int]

FONT = cv2.FONT_HERSHEY_SIMPLEX
WHITE, BLACK, GREEN, CYAN, GREY = (255, 255, 255), (0, 0, 0), (60, 110, 50), (0, 230, 250), (190, 180, 175)
ROOM = 8  # px between the letters and the edge of their box


def flat(colour: Colour, width: int = 480, height: int = 60) -> Image:
    return np.full((height, width, 3), colour, np.uint8)


def painted(background: Image, text: str, *, fill: Colour = WHITE, outline: Colour = BLACK, top: int = 10) -> Image:
    """The picture with a line of outlined letters, 22 px high, that begins at column 40 below ``top``."""
    letters = np.zeros(background.shape[:2], np.uint8)
    cv2.putText(letters, text, (40, top + 26), FONT, 1, 255, 2, cv2.LINE_AA)
    image = background.astype(np.float32)
    for colour, mask in ((outline, cv2.dilate(letters, np.ones((5, 5), np.uint8))), (fill, letters)):
        share = (mask[..., None] / 255).astype(np.float32)
        image += (np.array(colour, np.float32) - image) * share
    return image.round().astype(np.uint8)


def box_of(text: str, top: int = 10) -> Box:
    width, height = cv2.getTextSize(text, FONT, 1, 2)[0]
    return Box(40 - ROOM, top + 26 - height - ROOM, 40 + width + ROOM, top + 26 + ROOM)


def clip_of(*texts: str, background: Colour = GREEN, at: tuple[int, int] = (100, 500)) -> Clip:
    image = flat(background, height=50 * len(texts) + 10)
    for number, text in enumerate(texts):
        image = painted(image, text, top=10 + 50 * number)
    lines = tuple(box_of(text, 10 + 50 * number) for number, text in enumerate(texts))
    return Clip(0, 1000, image, Box(*at, at[0] + image.shape[1], at[1] + image.shape[0]), lines)
