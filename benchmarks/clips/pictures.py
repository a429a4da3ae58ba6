"""What the clips show behind their text: painted stills wider than the screen, and shapes that cross it.

The same random generator paints the same pictures everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
"""(H, W, 3), 0 to 255, RGB."""

Colour = tuple[int, int, int]
Palette = tuple[Colour, Colour, Colour]
"""From dark to light."""

DUSK: Palette = ((28, 36, 66), (150, 96, 84), (236, 190, 140))
FOREST: Palette = ((18, 40, 26), (70, 112, 62), (196, 204, 140))
STONE: Palette = ((48, 46, 50), (118, 112, 106), (206, 198, 184))
SEA: Palette = ((8, 40, 62), (38, 110, 136), (190, 222, 222))
SNOW: Palette = ((120, 132, 150), (196, 204, 212), (246, 246, 242))
NEON: Palette = ((20, 8, 36), (128, 30, 110), (240, 140, 90))
EARTH: Palette = ((46, 30, 20), (152, 106, 66), (232, 208, 170))
WHITEOUT: Palette = ((196, 202, 206), (236, 238, 238), (255, 255, 252))


def noise(random: np.random.Generator, width: int, height: int, coarse: int, octaves: int) -> NDArray[np.float32]:
    """Cloudy values, 0 to 1: random fields, each twice as fine and half as strong as the one before."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        cells = coarse * 2**octave
        field = random.random((max(2, cells * height // width), cells), np.float32)
        total += cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC) / 2**octave
    low, high = float(total.min()), float(total.max())
    return (total - low) / (high - low)


def coloured(values: NDArray[np.float32], palette: Sequence[Colour]) -> Picture:
    """Values from 0 to 1 as colours between the three of the palette."""
    stops = np.linspace(0.0, 1.0, len(palette))
    channels = [np.interp(values, stops, [colour[channel] for colour in palette]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)


def clouds(random: np.random.Generator, width: int, height: int, palette: Sequence[Colour]) -> Picture:
    values = noise(random, width, height, 4, 5)
    values += np.linspace(0.5, -0.2, height, dtype=np.float32)[:, None]
    return coloured(np.clip(values, 0, 1), palette)


def leaves(random: np.random.Generator, width: int, height: int, palette: Sequence[Colour]) -> Picture:
    picture = coloured(noise(random, width, height, 6, 4) * 0.7, palette)
    for _ in range(900):
        centre = (int(random.integers(width)), int(random.integers(height)))
        axes = (int(random.integers(4, 22)), int(random.integers(2, 8)))
        colour = coloured(np.array([random.random()], np.float32), palette)[0] * random.uniform(0.6, 1.1)
        turn = random.uniform(0, 180)
        cv2.ellipse(picture, centre, axes, turn, 0, 360, tuple(map(float, colour)), -1, cv2.LINE_AA)
    return cv2.GaussianBlur(picture, (0, 0), 0.8).astype(np.float32)


def houses(random: np.random.Generator, width: int, height: int, palette: Sequence[Colour]) -> Picture:
    """Rows of windows: many straight strokes of the size of letters, none of them text."""
    sky = np.linspace(1.0, 0.3, height, dtype=np.float32)[:, None] * np.ones((1, width), np.float32)
    picture = coloured(sky * 0.8 + 0.2 * noise(random, width, height, 5, 4), palette)
    left = 0
    while left < width:
        across, up = int(random.integers(60, 150)), int(random.integers(height // 3, height * 4 // 5))
        wall = coloured(np.array([random.uniform(0.05, 0.6)], np.float32), palette)[0]
        picture[height - up :, left : left + across] = wall
        _windows(random, picture, (left, height - up, across), palette)
        left += across + int(random.integers(0, 30))
    bricks = 1 + 0.08 * (noise(random, width, height, 80, 3)[..., None] - 0.5)
    return cv2.GaussianBlur(picture * bricks, (0, 0), 0.7).astype(np.float32)


def _windows(
    random: np.random.Generator, picture: Picture, wall: tuple[int, int, int], palette: Sequence[Colour]
) -> None:
    left, top, across = wall
    step, size = int(random.integers(16, 30)), int(random.integers(6, 13))
    for y in range(top + 10, picture.shape[0] - size, step):
        for x in range(left + 8, min(left + across - size, picture.shape[1]), step):
            glow = coloured(np.array([random.choice([0.15, 0.3, 0.95])], np.float32), palette)[0]
            picture[y : y + size + 4, x : x + size] = glow


def waves(random: np.random.Generator, width: int, height: int, palette: Sequence[Colour]) -> Picture:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    ripple = np.sin(y / 7 + 2.5 * np.sin(x / 90) + 4 * noise(random, width, height, 5, 3))
    values = 0.45 + 0.18 * ripple + 0.3 * (noise(random, width, height, 8, 4) - 0.5) - 0.3 * (y / height - 0.5)
    return coloured(np.clip(values, 0, 1), palette)


def room(random: np.random.Generator, width: int, height: int, palette: Sequence[Colour]) -> Picture:
    """Shelves full of books behind a table: narrow upright strokes close to one another."""
    light = np.linspace(0.75, 0.25, width, dtype=np.float32)[None] * np.ones((height, 1), np.float32)
    picture = coloured(light * 0.7 + 0.15 * noise(random, width, height, 4, 3), palette)
    for top in range(int(random.integers(10, 40)), height * 2 // 3, 74):
        left = int(random.integers(0, 40))
        while left < width:
            across, up = int(random.integers(5, 17)), int(random.integers(38, 62))
            spine = coloured(np.array([random.random()], np.float32), palette)[0] * random.uniform(0.4, 1.0)
            picture[top + 62 - up : top + 62, left : left + across] = spine
            left += across + int(random.choice([1, 1, 1, 2, 30]))
        picture[top + 62 : top + 68] *= 0.45
    table = height * 3 // 4
    wood = noise(random, width, height - table, 3, 6) * 0.4 + np.linspace(0.5, 0.2, height - table)[:, None]
    picture[table:] = coloured(wood.astype(np.float32), palette)
    return cv2.GaussianBlur(picture, (0, 0), 0.9).astype(np.float32)


def people(random: np.random.Generator, width: int, height: int, palette: Sequence[Colour]) -> Picture:
    """Heads and shoulders in front of something out of focus."""
    back = houses if random.random() < 0.5 else leaves
    picture = cv2.GaussianBlur(back(random, width, height, palette), (0, 0), 7)
    for middle in np.linspace(0.3, 0.7, 3) * width + random.uniform(-20, 20, 3):
        size = random.uniform(0.8, 1.15) * height / 7
        _person(random, picture, (float(middle), height * random.uniform(0.4, 0.5)), float(size))
    texture = 1 + 0.12 * (noise(random, width, height, 60, 4)[..., None] - 0.5)
    return cv2.GaussianBlur(picture * texture, (0, 0), 1.0).astype(np.float32)


def _person(random: np.random.Generator, picture: NDArray[Any], head: tuple[float, float], size: float) -> None:
    skin = np.array([224, 178, 148]) * random.uniform(0.35, 1.0)
    hair = np.array([120, 84, 52]) * random.uniform(0.15, 1.3)
    coat = random.uniform(20, 200, 3)

    def oval(right: float, down: float, across: float, up: float, colour: NDArray[Any]) -> None:
        centre = (round(head[0] + right * size), round(head[1] + down * size))
        axes = (max(1, round(across * size)), max(1, round(up * size)))
        cv2.ellipse(picture, centre, axes, 0, 0, 360, tuple(map(float, colour)), -1)

    oval(0, 3.4, 1.9, 2.2, coat)
    oval(0, 1.1, 0.38, 0.6, skin * 0.85)
    oval(0, -0.15, 0.88, 1.05, hair)
    oval(0, 0.1, 0.7, 0.95, skin)
    oval(0, -0.75, 0.72, 0.42, hair)
    for side in (-0.28, 0.28):
        oval(side, 0.0, 0.14, 0.06, np.array([235, 232, 228]))
        oval(side, 0.0, 0.06, 0.06, np.array([30, 24, 20]))
    oval(0, 0.55, 0.22, 0.07, np.array([150, 70, 66]))


def street(random: np.random.Generator, width: int, height: int, palette: Sequence[Colour]) -> Picture:
    """A road to the horizon with markings, posts and parked cars; kerbs and edges cross the subtitles slantwise."""
    picture = clouds(random, width, height, palette)
    far, middle = round(height * 0.45), width * random.uniform(0.4, 0.6)
    shade = np.linspace(0.45, 0.2, height - far, dtype=np.float32)[:, None] + 0.1 * noise(
        random, width, height - far, 40, 4
    )
    picture[far:] = coloured(shade, palette)
    for lane in np.linspace(-3, 3, 7):
        for near in np.geomspace(0.04, 1.0, 14):
            ends = [(middle + lane * width * 0.3 * depth, far + (height - far) * depth) for depth in (near, near * 1.2)]
            points = np.round(np.array(ends)).astype(int)
            start, end = (int(points[0, 0]), int(points[0, 1])), (int(points[1, 0]), int(points[1, 1]))
            cv2.line(picture, start, end, (225.0, 222.0, 205.0), max(1, round(9 * near)))
    for _ in range(9):
        _car(random, picture, far, middle)
    return cv2.GaussianBlur(picture, (0, 0), 0.8).astype(np.float32)


def _car(random: np.random.Generator, picture: NDArray[Any], far: int, middle: float) -> None:
    depth = random.uniform(0.15, 0.8)
    size = 90 * depth
    left = round(middle + random.choice([-1, 1]) * picture.shape[1] * random.uniform(0.2, 0.5) * depth)
    top = round(far + (picture.shape[0] - far) * depth - size)
    paint = tuple(map(float, random.uniform(20, 220, 3)))
    cv2.rectangle(picture, (left, top + round(size * 0.35)), (left + round(size * 2), top + round(size)), paint, -1)
    cv2.rectangle(
        picture, (left + round(size * 0.4), top), (left + round(size * 1.6), top + round(size / 2)), paint, -1
    )
    glass = (40.0, 52.0, 60.0)
    for start in (0.5, 1.05):
        corner = (left + round(size * (start + 0.45)), top + round(size * 0.38))
        cv2.rectangle(picture, (left + round(size * start), top + round(size * 0.08)), corner, glass, -1)
    for wheel in (0.45, 1.55):
        cv2.circle(picture, (left + round(size * wheel), top + round(size)), round(size / 5), (18.0, 18.0, 18.0), -1)


@dataclass(frozen=True)
class Shape:
    """Something round or cornered that crosses the picture."""

    place: tuple[float, float]
    speed: tuple[float, float]
    size: float
    corners: int
    colour: tuple[float, float, float]

    def draw(self, picture: NDArray[Any], seconds: float, scale: float = 1.0) -> None:
        x, y = (start + speed * seconds for start, speed in zip(self.place, self.speed, strict=True))
        turn = 2 * np.pi * np.arange(self.corners) / self.corners + 0.3 * seconds
        points = np.stack([x + self.size * np.cos(turn), 0.8 * (y + self.size * np.sin(turn))], axis=1)
        cv2.fillPoly(picture, [np.round(points * scale * 16).astype(np.int32)], self.colour, cv2.LINE_AA, shift=4)


def shapes(random: np.random.Generator, palette: Sequence[Colour], width: int, height: int) -> list[Shape]:
    """Half a dozen of them, in the colours of the palette made a little brighter or darker."""

    def shape() -> Shape:
        colour = np.array(palette[int(random.integers(3))]) * random.uniform(0.7, 1.25)
        return Shape(
            (random.uniform(0, width), random.uniform(0, height)),
            (random.uniform(-45, 45), random.uniform(-12, 12)),
            random.uniform(14, 60),
            int(random.choice([3, 4, 6, 40])),
            (float(min(255, colour[0])), float(min(255, colour[1])), float(min(255, colour[2]))),
        )

    return [shape() for _ in range(6)]


Still = Callable[[np.random.Generator, int, int, Sequence[Colour]], Picture]

KINDS: dict[str, Still] = {
    "clouds": clouds,
    "leaves": leaves,
    "houses": houses,
    "waves": waves,
    "room": room,
    "people": people,
    "street": street,
}
