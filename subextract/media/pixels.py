"""What a decoded picture looks like: its brightness as a view, the colours of a box on request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from av import VideoFrame
from av.video.format import VideoFormat
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from subextract.types import Box, Image, Luma, Plane

BAND = 8  # rows; a multiple of every vertical chroma step, and a margin wider than any chroma filter


class Layout(NamedTuple):
    """How the brightness lies in plane 0: bytes from sample to sample, the first byte, and bits to shift away."""

    step: int
    first: int
    shift: int


@lru_cache(maxsize=64)
def layout(name: str) -> Layout | None:
    """Where the upper 8 bits of the brightness are; None if the format must be converted first."""
    form = VideoFormat(name, 16, 16)
    depth = form.components[0].bits
    if name != "gray" and (not form.is_planar or form.is_rgb or form.is_big_endian):
        return None
    if depth == 8:
        return Layout(1, 0, 0)
    if name.startswith("p") or depth == 16:  # p010 and its kin keep their bits at the top of 16
        return Layout(2, 1, 0)
    return Layout(2, 0, depth - 8) if 8 < depth < 16 else None


@dataclass(frozen=True, slots=True)
class DeepPlane:
    """A plane of more than 8 bits; of what is sliced, the upper 8 are taken. ``samples`` is (H, W) uint16."""

    samples: NDArray[np.uint16]
    shift: int

    @property
    def shape(self) -> tuple[int, ...]:
        return self.samples.shape

    def __getitem__(self, part: tuple[slice, slice]) -> Luma:
        view = self.samples[part]
        return np.right_shift(view, self.shift, out=np.empty(view.shape, np.uint8), casting="unsafe")


def luma_of(picture: VideoFrame, turns: int) -> Plane:
    """(H, W) of the displayed picture; a read-only view on the decoder's buffer for 8-bit formats."""
    place = layout(picture.format.name)
    if place is None:
        picture, place = picture.reformat(format="gray", threads=1), Layout(1, 0, 0)
    plane = VideoPlane(picture, 0)
    line = plane.line_size
    first = place.first if line > 0 else place.first - line * (picture.height - 1)
    kind, strides = (np.uint16 if place.shift else np.uint8), (line, place.step)
    view: NDArray[Any] = np.ndarray((picture.height, picture.width), kind, memoryview(plane), first, strides)
    view.flags.writeable = False  # the decoder still predicts other pictures from these bytes
    view = np.rot90(view, -turns) if turns else view
    return DeepPlane(view, place.shift) if place.shift else view


def colour_of(picture: VideoFrame, turns: int, box: Box) -> Image:
    """(H, W, 3) RGB of a box of the displayed picture, cut to the picture."""
    width, height = picture.width, picture.height
    left, top, right, bottom = _stored(box, turns, width, height).intersection(Box(0, 0, width, height))
    if left >= right or top >= bottom:
        return np.zeros((0, 0, 3), np.uint8)
    above, below = _band_around(picture, top, bottom)
    rgb = _band(picture, above, below).reformat(format="rgb24", threads=1)
    plane = VideoPlane(rgb, 0)
    image: Image = np.ndarray((rgb.height, rgb.width, 3), np.uint8, memoryview(plane), 0, (plane.line_size, 3, 1))
    cut = image[top - above : bottom - above, left:right]
    return np.ascontiguousarray(np.rot90(cut, -turns))


def _stored(box: Box, turns: int, width: int, height: int) -> Box:
    """A box of the displayed picture as it lies in the stored picture of ``width`` by ``height``."""
    left, top, right, bottom = box
    return (
        box,
        Box(top, height - right, bottom, height - left),
        Box(width - right, height - bottom, width - left, height - top),
        Box(width - bottom, left, width - top, right),
    )[turns]


def _band_around(picture: VideoFrame, top: int, bottom: int) -> tuple[int, int]:
    """First and last row (exclusive) to convert for some rows; all where a part would not be converted alike."""
    form, height = picture.format, picture.height
    # With an odd height, and where four rows share their colour, swscale gives the colours other places in a part.
    if height % 2 or form.chroma_height(height) * 2 < height or form.has_palette or form.is_bit_stream or form.is_bayer:
        return 0, height
    return max(0, top // BAND * BAND - BAND), min(height, -(-bottom // BAND) * BAND + BAND)


def _band(picture: VideoFrame, top: int, bottom: int) -> VideoFrame:
    """Some rows of a picture as a picture of its own, so that only they are converted."""
    if bottom - top == picture.height:
        return picture
    band = VideoFrame(picture.width, bottom - top, picture.format.name)
    band.colorspace, band.color_range = picture.colorspace, picture.color_range
    for source, target in zip(picture.planes, band.planes, strict=True):
        step = -(-picture.height // source.height)  # rows of brightness per row of this plane
        rows = _rows(source)[top // step : top // step + target.height]
        copied = min(rows.shape[1], target.line_size)
        _rows(target)[:, :copied] = rows[:, :copied]
    return band


def _rows(plane: VideoPlane) -> NDArray[np.uint8]:
    """The bytes of a plane, one row of it per row, top first."""
    line = plane.line_size
    first = 0 if line > 0 else -line * (plane.height - 1)
    return np.ndarray((plane.height, abs(line)), np.uint8, memoryview(plane), first, (line, 1))
