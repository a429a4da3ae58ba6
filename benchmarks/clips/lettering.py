"""How text becomes a patch that can be laid over a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.clips.pictures import Colour

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
WHITE, BLACK = (255, 255, 255), (0, 0, 0)

Layer = NDArray[np.float32]
"""(H, W, 4): colour times opacity, 0 to 255, and opacity, 0 to 1."""

Rgba = tuple[int, int, int, int]
Side = Literal["left", "centre", "right"]


@dataclass(frozen=True)
class Look:
    """How text is set: font file and face in it, height in pixels, colours, width of the outline, shadow, box."""

    font: str
    size: int
    face: int = 0
    fill: Colour = WHITE
    outline: float = 2
    outline_colour: Colour = BLACK
    shadow: float = 0
    box: Rgba | None = None
    leading: float = 1.32


@dataclass(frozen=True)
class Place:
    """Where the block stands: its side, the share of the width at which that side lies, the middle of its last line."""

    side: Side = "centre"
    across: float = 0.5
    down: float = 0.91


@dataclass(frozen=True)
class Patch:
    """A piece of a layer, and where its top left corner lies on the screen."""

    values: Layer
    left: float
    top: float

    def moved(self, right: float, down: float) -> Patch:
        return replace(self, left=self.left + right, top=self.top + down)

    @property
    def width(self) -> int:
        return int(self.values.shape[1])

    @property
    def height(self) -> int:
        return int(self.values.shape[0])


@cache
def font(name: str, size: int, face: int) -> ImageFont.FreeTypeFont:
    for folder in FONT_FOLDERS:
        if found := next(folder.rglob(name), None):
            return ImageFont.truetype(str(found), size, index=face)
    raise SystemExit(f"{name} is not installed; apt-get install fonts-noto-core fonts-noto-cjk fonts-dejavu")


def lettered(text: str, look: Look, place: Place, size: tuple[int, int]) -> Patch:
    """The lines of the text, one below the other, as they stand on a screen of that size."""
    lines = text.split("\n")
    return placed(lines, [look] * len(lines), place, size)


def placed(lines: Sequence[str], looks: Sequence[Look], place: Place, size: tuple[int, int]) -> Patch:
    """The same with a look for each line."""
    below, above = Image.new("RGBA", size), Image.new("RGBA", size)
    rows = [look.leading * look.size for look in looks]
    for number, (line, look) in enumerate(zip(lines, looks, strict=True)):
        middle = place.down * size[1] - sum(rows[number:]) + (rows[number] + rows[-1]) / 2
        _set_line(below, above, line, look, (place.across * size[0], middle), place.side)
    below.alpha_composite(above)
    return cropped(below)


def columns(text: str, look: Look, corner: tuple[float, float], size: tuple[int, int]) -> Patch:
    """The lines as columns, the first one at the right, its upper right corner at that share of the screen."""
    image = Image.new("RGBA", size)
    face = font(look.font, look.size, look.face)
    across = corner[0] * size[0] - look.size / 2
    for line in text.split("\n"):
        ImageDraw.Draw(image).text(
            (across, corner[1] * size[1]),
            line,
            (*look.fill, 255),
            face,
            "mt",
            direction="ttb",
            stroke_width=look.outline,
            stroke_fill=(*look.outline_colour, 255),
        )
        across -= look.leading * look.size
    return cropped(image)


def _set_line(
    below: Image.Image, above: Image.Image, line: str, look: Look, at: tuple[float, float], side: Side
) -> None:
    face = font(look.font, look.size, look.face)
    anchor = {"left": "lm", "centre": "mm", "right": "rm"}[side]
    if look.box:
        _set_box(below, ImageDraw.Draw(above).textbbox(at, line, face, anchor), at[1], look)
    if look.shadow:
        _set_shadow(below, line, look, (at[0] + look.shadow, at[1] + look.shadow), anchor)
    ImageDraw.Draw(above).text(
        at, line, (*look.fill, 255), face, anchor, stroke_width=look.outline, stroke_fill=(*look.outline_colour, 255)
    )


def _set_box(below: Image.Image, inside: tuple[float, float, float, float], middle: float, look: Look) -> None:
    margin, half = 0.3 * look.size, 0.5 * look.leading * look.size
    box = (inside[0] - margin, middle - half, inside[2] + margin, middle + half)
    ImageDraw.Draw(below).rectangle(box, fill=look.box)


def _set_shadow(below: Image.Image, line: str, look: Look, at: tuple[float, float], anchor: str) -> None:
    alone = Image.new("RGBA", below.size)
    face = font(look.font, look.size, look.face)
    ImageDraw.Draw(alone).text(at, line, (*look.outline_colour, 230), face, anchor, stroke_width=look.outline)
    below.alpha_composite(alone.filter(ImageFilter.GaussianBlur(1.2)))


def cropped(image: Image.Image) -> Patch:
    """The part of a transparent image that holds anything; text that runs over the edge of the screen is an error."""
    left, top, right, bottom = image.getbbox() or (0, 0, 1, 1)
    if left <= 0 or top <= 0 or right >= image.width or bottom >= image.height:
        raise ValueError(f"the text does not fit on the screen: {left, top, right, bottom} in {image.size}")
    return Patch(premultiplied(image.crop((left, top, right, bottom))), left, top)


def premultiplied(image: Image.Image) -> Layer:
    values = np.asarray(image, np.float32).copy()
    values[..., :3] *= values[..., 3:] / 255
    values[..., 3] /= 255
    return values


def blend(picture: NDArray[np.uint8], patch: Patch, opacity: float) -> None:
    """Lay the patch over the picture, in place; what lies outside is cut off."""
    values, left, top = _on_whole_pixels(patch)
    height, width = picture.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + values.shape[1]), min(height, top + values.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    values = values[y0 - top : y1 - top, x0 - left : x1 - left]
    under = picture[y0:y1, x0:x1]
    picture[y0:y1, x0:x1] = np.round(under * (1 - opacity * values[..., 3:]) + opacity * values[..., :3])


def _on_whole_pixels(patch: Patch) -> tuple[Layer, int, int]:
    left, top = int(np.floor(patch.left)), int(np.floor(patch.top))
    right, down = patch.left - left, patch.top - top
    if not right and not down:
        return patch.values, left, top
    shift = np.array([[1, 0, right], [0, 1, down]], np.float32)
    values = cv2.warpAffine(patch.values, shift, (patch.width + 1, patch.height + 1), flags=cv2.INTER_LINEAR)
    return np.asarray(values, np.float32), left, top
