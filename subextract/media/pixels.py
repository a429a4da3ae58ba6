"""Access to a decoded picture: its brightness as a view, the colours of a box on request."""

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

CHROMA_MARGIN = 16  # px; a multiple of every chroma step, and wider than any chroma filter


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
    whole = Box(0, 0, picture.width, picture.height)
    box = _stored(box, turns, whole.right, whole.bottom).intersection(whole)
    if not box.area:
        return np.zeros((0, 0, 3), np.uint8)
    around = _around(picture, box)
    rgb = _part(picture, around).reformat(format="rgb24", threads=1)
    plane = VideoPlane(rgb, 0)
    image: Image = np.ndarray((rgb.height, rgb.width, 3), np.uint8, memoryview(plane), 0, (plane.line_size, 3, 1))
    left, top, right, bottom = box.moved(-around.left, -around.top)
    return np.ascontiguousarray(np.rot90(image[top:bottom, left:right], -turns))


def _stored(box: Box, turns: int, width: int, height: int) -> Box:
    """A box of the displayed picture as it lies in the stored picture of ``width`` by ``height``."""
    left, top, right, bottom = box
    return (
        box,
        Box(top, height - right, bottom, height - left),
        Box(width - right, height - bottom, width - left, height - top),
        Box(width - bottom, left, width - top, right),
    )[turns]


def _around(picture: VideoFrame, box: Box) -> Box:
    """The part to convert for a box; all rows, or columns, where a part of them would not be converted alike."""
    form, width, height = picture.format, picture.width, picture.height
    # With an odd size, and where four rows share their colour, swscale gives the colours other places in a part.
    alike = not (form.has_palette or form.is_bit_stream or form.is_bayer)
    by_rows = alike and height % 2 == 0 and form.chroma_height(height) * 2 >= height
    by_columns = alike and width % 2 == 0 and form.chroma_width(width) * 2 >= width and _has_a_plane_each(form)
    left, right = _with_margin(box.left, box.right, width) if by_columns else (0, width)
    top, bottom = _with_margin(box.top, box.bottom, height) if by_rows else (0, height)
    return Box(left, top, right, bottom)


def _with_margin(first: int, stop: int, size: int) -> tuple[int, int]:
    return max(0, first // CHROMA_MARGIN * CHROMA_MARGIN - CHROMA_MARGIN), min(
        size, -(-stop // CHROMA_MARGIN) * CHROMA_MARGIN + CHROMA_MARGIN
    )


def _has_a_plane_each(form: VideoFormat) -> bool:
    """Whether brightness and colours lie apart, so that the columns of each plane can be counted."""
    return form.is_planar and not form.is_rgb and len({each.plane for each in form.components}) == len(form.components)


def _part(picture: VideoFrame, box: Box) -> VideoFrame:
    """A part of a picture as a picture of its own, so that only it is converted."""
    if box == Box(0, 0, picture.width, picture.height):
        return picture
    part = VideoFrame(box.width, box.height, picture.format.name)
    part.colorspace, part.color_range = picture.colorspace, picture.color_range
    for source, target in zip(picture.planes, part.planes, strict=True):
        down = -(-picture.height // source.height)  # rows of brightness per row of this plane
        rows = _rows(source)[box.top // down : box.top // down + target.height]
        if box.width < picture.width:
            across = -(-picture.width // source.width)
            size = 2 if picture.format.components[0].bits > 8 else 1  # bytes of a sample
            rows = rows[:, size * (box.left // across) :]
        copied = min(rows.shape[1], target.line_size)
        _rows(target)[:, :copied] = rows[:, :copied]
    return part


def _rows(plane: VideoPlane) -> NDArray[np.uint8]:
    """The bytes of a plane, one row of it per row, top first."""
    line = plane.line_size
    first = 0 if line > 0 else -line * (plane.height - 1)
    return np.ndarray((plane.height, abs(line)), np.uint8, memoryview(plane), first, (line, 1))
