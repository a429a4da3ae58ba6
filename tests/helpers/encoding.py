"""Videos of a few frames whose brightness, colours and times are known."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.video.stream import VideoStream

from subextract.media import frames

WIDTH, HEIGHT = 64, 48
SHADES = tuple(range(30, 230, 10))
LOSSLESS: dict[str, str] = {"qp": "0", "preset": "ultrafast"}
B_FRAMES: dict[str, Any] = {"qp": "1", "bf": "3", "b_strategy": "0", "sc_threshold": "0", "g": "50"}


def grey(shade: int, form: str = "yuv420p", size: tuple[int, int] = (WIDTH, HEIGHT)) -> av.VideoFrame:
    """A picture of one brightness, its planes written directly so that nothing converts them."""
    picture = av.VideoFrame(*size, form)
    for number, plane in enumerate(picture.planes):
        value, kind = (128 if number else shade), np.uint8
        if "10" in form:
            value, kind = value * 4 + 3 * (number == 0), cast(Any, np.uint16)
        np.frombuffer(memoryview(plane), kind)[:] = value
    return picture


def cross(form: str = "rgb24", size: tuple[int, int] = (WIDTH, HEIGHT)) -> av.VideoFrame:
    """A picture whose quarters are red, green (above), blue and white (below)."""
    width, height = size
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, : width // 2, 0] = 255
    image[: height // 2, width // 2 :, 1] = 255
    image[height // 2 :, : width // 2, 2] = 255
    image[height // 2 :, width // 2 :] = 255
    return av.VideoFrame.from_ndarray(image, "rgb24").reformat(format=form)


def write(
    path: Path,
    pictures: Sequence[av.VideoFrame],
    *,
    stamps: Sequence[int] | None = None,
    base: Fraction = Fraction(1, 25),
    codec: str = "libx264",
    **options: Any,
) -> Path:
    """Encode pictures at ``stamps`` (in ``base``); ``rotation``, ``audio`` and ``mux`` are for the container."""
    rotation, mux = options.pop("rotation", 0), options.pop("mux", {})
    with av.open(str(path), "w", container_options=mux) as container:
        stream = cast(VideoStream, container.add_stream(codec, rate=1 / base))
        stream.width, stream.height, stream.pix_fmt = pictures[0].width, pictures[0].height, pictures[0].format.name
        stream.time_base = stream.codec_context.time_base = base
        stream.options = (LOSSLESS if codec == "libx264" else {}) | options
        if rotation:
            stream.set_display_rotation(rotation)
        for place, picture in enumerate(pictures):
            picture.pts, picture.time_base = (stamps[place] if stamps else place), base
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


def greys(form: str = "yuv420p", shades: Sequence[int] = SHADES) -> list[av.VideoFrame]:
    return [grey(shade, form) for shade in shades]


def seen(path: Path, **span: Any) -> list[tuple[int, int]]:
    """Time and brightness of every frame."""
    return [(frame.time, int(frame.luma[:, :][5, 5])) for frame in frames(path, **span)]


def noisy(count: int) -> list[av.VideoFrame]:
    noise = np.random.default_rng(1).integers(0, 256, (count, HEIGHT * 3 // 2, WIDTH), dtype=np.uint8)
    return [av.VideoFrame.from_ndarray(each, "yuv420p") for each in noise]
