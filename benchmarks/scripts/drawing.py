"""How a line looks as a reader gets it from the tracker: worn letters with edges, boxes and shadows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.scripts.faces import Face, faces
from benchmarks.scripts.words import line
from subextract.ocr.script import NONE

SIZES = (18, 22, 26, 30, 36, 44, 54)  # px of an em: text from 480p to 1080p
Pixels = NDArray[np.uint8]
Colours = NDArray[np.float32]


@dataclass(frozen=True)
class Drawn:
    """The picture (H, W, 3) of a line, its script, and the family of its typeface."""

    image: Pixels
    script: str
    family: str


class Backgrounds:
    """What lies behind text: cuts of pictures of films, where there are any, and what is painted by chance."""

    def __init__(self, films: Sequence[Path], pictures: int = 40) -> None:
        self._stills = [still for film in films for still in _stills(film, pictures)]

    def cut(self, width: int, height: int, dice: random.Random) -> Colours:
        """A background of a size (px)."""
        kind = dice.random()
        if self._stills and kind < 0.6:
            return _cut(dice.choice(self._stills), width, height, dice)
        return _painted(width, height, dice, plain=kind > 0.85)


def _stills(film: Path, number: int) -> list[Pixels]:
    video = cv2.VideoCapture(str(film))
    count = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    found = []
    for frame in np.linspace(0, max(0, count - 2), number).astype(int).tolist():
        video.set(cv2.CAP_PROP_POS_FRAMES, frame)
        good, picture = video.read()
        if good:
            found.append(np.asarray(picture, np.uint8))
    return found


def _cut(still: Pixels, width: int, height: int, dice: random.Random) -> Colours:
    scale = max(dice.uniform(0.5, 1.5), 1.05 * width / still.shape[1], 1.05 * height / still.shape[0])
    rows, columns = max(1, int(height / scale)), max(1, int(width / scale))
    top, left = dice.randint(0, still.shape[0] - rows), dice.randint(0, still.shape[1] - columns)
    return np.asarray(cv2.resize(still[top : top + rows, left : left + columns], (width, height)), np.float32)


def _painted(width: int, height: int, dice: random.Random, *, plain: bool) -> Colours:
    random_ = np.random.default_rng(dice.getrandbits(32))
    cells = (2, 2) if plain else (2 + height // 30, 2 + width // dice.choice((20, 60, 120)))
    low = dice.randint(0, 200)
    coarse = random_.integers(low, low + 55 if plain else 255, (*cells, 3)).astype(np.float32)
    image = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(0 if plain else dice.randint(0, 6)):
        ends = random_.integers(0, (width, height), (2, 2)).tolist()
        cv2.line(image, ends[0], ends[1], random_.integers(0, 255, 3).tolist(), dice.randint(1, 12), cv2.LINE_AA)
    soft = cv2.GaussianBlur(image, (0, 0), dice.uniform(0.3, 4))
    return np.asarray(np.clip(soft + random_.normal(0, dice.uniform(0, 8), soft.shape), 0, 255), np.float32)


@lru_cache(3000)
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.file, size, index=face.index, layout_engine=ImageFont.Layout.RAQM)


def _inked(text: str, face: Face, size: int) -> Pixels | None:
    """The ink of a line, 0 to 255, cut to what is there; None where the face draws nothing."""
    letters = _font(face, size)
    image = Image.new("L", (round(letters.getlength(text)) + 2 * size, 3 * size))
    ImageDraw.Draw(image).text((size, 2 * size), text, 255, letters, "ls")
    box = image.getbbox()
    return np.asarray(image.crop(box), np.uint8) if box and box[3] - box[1] > 2 else None


def drawn(script: str, dice: random.Random, backgrounds: Backgrounds, *, held_out: bool) -> Drawn:
    """A line of a script in a typeface of those that are learned from, or of the others."""
    if script == NONE and dice.random() < 0.6:
        size = dice.choice(SIZES)
        background = backgrounds.cut(round(size * dice.uniform(1, 12)), round(size * dice.uniform(1.1, 1.8)), dice)
        return Drawn(_worn(background, dice), script, "")
    while True:
        face, size = dice.choice(dice.choice(faces(script, held_out))), dice.choice(SIZES)
        ink = _inked(line(script, dice), face, size)
        if ink is not None and ink.shape[1] > size / 3:
            return Drawn(_laid(ink, size, dice, backgrounds), script, face.family)


def _laid(ink: Pixels, size: int, dice: random.Random, backgrounds: Backgrounds) -> Pixels:
    """The ink over a background, with room around it as in the tracker's crops, and a piece of a line beside it."""
    up, down, aside = (round(size * dice.uniform(*room)) for room in ((0, 0.4), (0, 0.4), (0.05, 0.9)))
    mask = np.pad(ink, ((up, down), (aside, aside)))
    if dice.random() < 0.15 and up > 3:  # the feet of the line above
        feet = mask[-down - 4 :, :][: max(1, up // 2)]
        mask[: len(feet)] = np.maximum(mask[: len(feet)], np.roll(feet, size, axis=1))
    image = backgrounds.cut(mask.shape[1], mask.shape[0], dice)
    fill, edge, box = _colours(dice)
    if dice.random() < 0.25:
        image += (box - image) * np.float32(dice.uniform(0.4, 1))
    if dice.random() < 0.8 or abs(fill.mean() - image.mean()) < 60:
        image = _over(image, _spread(mask, size * dice.uniform(0.03, 0.13), dice), edge)
    return _worn(_over(image, mask, fill * np.float32(dice.uniform(0.85, 1))), dice)


def _colours(dice: random.Random) -> tuple[Colours, Colours, Colours]:
    """Of the letters, of their edge, of a box: mostly bright on dark."""
    bright = dice.choice(((255, 255, 255), (255, 255, 255), (90, 240, 250), (230, 230, 120), (200, 200, 255)))
    dark = dice.choice(((0, 0, 0), (0, 0, 0), (60, 20, 20), (10, 60, 30), (90, 20, 90)))
    fill, edge = (bright, dark) if dice.random() < 0.85 else (dark, bright)
    if dice.random() < 0.15:
        fill = (dice.randint(0, 255), dice.randint(0, 255), dice.randint(0, 255))
        edge = (0, 0, 0) if sum(fill) > 330 else (255, 255, 255)
    return (np.array(fill, np.float32), np.array(edge, np.float32), np.array(edge, np.float32))


def _spread(mask: Pixels, width: float, dice: random.Random) -> Pixels:
    reach = max(1, round(width))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    wide = np.asarray(cv2.dilate(mask, kernel), np.uint8)
    if dice.random() < 0.3:  # a shadow
        wide = np.maximum(wide, np.roll(wide, (reach, reach), axis=(0, 1)))
    return np.asarray(cv2.GaussianBlur(wide, (0, 0), reach), np.uint8) if dice.random() < 0.2 else wide


def _over(image: Colours, mask: Pixels, colour: Colours) -> Colours:
    return np.asarray(image + (colour - image) * (mask[..., None] / np.float32(255)), np.float32)


def _worn(image: Colours, dice: random.Random) -> Pixels:
    """As a film leaves it: smaller, softer, compressed."""
    worn = np.clip(image, 0, 255).astype(np.uint8)
    height, width = worn.shape[:2]
    if dice.random() < 0.4 and height > 24:
        scale = dice.uniform(max(0.4, 18 / height), 1)
        small = cv2.resize(worn, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        worn = np.asarray(cv2.resize(small, (width, height)), np.uint8)
    if dice.random() < 0.3:
        worn = np.asarray(cv2.GaussianBlur(worn, (0, 0), dice.uniform(0.3, 1.2)), np.uint8)
    if dice.random() < 0.7:
        _, packed = cv2.imencode(".jpg", worn, [cv2.IMWRITE_JPEG_QUALITY, dice.randint(12, 90)])
        worn = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(worn[..., ::-1])
