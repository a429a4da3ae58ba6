"""How a recipe becomes pictures, and the pictures a file with its truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import accumulate, cycle, islice
from pathlib import Path
from typing import cast

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.clips.files import subrip, times_in_file
from benchmarks.clips.lettering import blend
from benchmarks.clips.pictures import KINDS, noise, shapes
from benchmarks.clips.recipe import Recipe, Scene
from benchmarks.clips.showing import truth

Pixels = NDArray[np.uint8]
"""(H, W, 3) uint8, RGB."""
Paint = Callable[[float], Pixels]
"""From a frame, which may be the half of one, to its picture."""

GRAINS = 6  # fields of noise that are laid over the frames in turn, each time at another place
MARGIN = 0.4  # of the screen, that a still is wider and higher on each side


def camera(scene: Scene, random: np.random.Generator, size: tuple[int, int], rate: float) -> Paint:
    """The moving picture of a scene, from the number of frames since its cut."""
    width, height = size
    unit = height / 360
    wide, high = round(width * (1 + 2 * MARGIN)), round(height * (1 + 2 * MARGIN))
    painted = KINDS[scene.kind](random, round(wide / unit), round(high / unit), scene.palette)
    if scene.lit:
        painted *= light(random, painted.shape[1], painted.shape[0])
    still = cv2.resize(np.clip(painted, 0, 255).astype(np.uint8), (wide, high), interpolation=cv2.INTER_CUBIC)
    crossing = shapes(random, scene.palette, round(width / unit), 360) if scene.shapes else []
    phases = random.uniform(0, 6, 4)

    def paint(frame: float) -> Pixels:
        seconds = frame / rate
        wobble = scene.shake * unit * np.sin(np.array([2.1, 2.7]) * seconds * 2 + phases[:2])
        wobble += scene.shake * unit * 0.5 * np.sin(np.array([5.3, 4.1]) * seconds * 2 + phases[2:])
        scale = 1 + scene.zoom * seconds
        across = wide / 2 + unit * scene.pan[0] * seconds + wobble[0]
        down = high / 2 + unit * scene.pan[1] * seconds + wobble[1]
        move = np.array([[scale, 0, width / 2 - scale * across], [0, scale, height / 2 - scale * down]])
        picture = cv2.warpAffine(still, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        for shape in crossing:
            shape.draw(picture, seconds, unit)
        return cast(Pixels, picture)

    return paint


def light(random: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
    """(H, W, 3) factors: coloured light and shade over large areas, and the fine texture of real things."""
    tint = [0.85 + 0.35 * noise(random, width, height, 3, 3) for _ in range(3)]
    shade = 0.75 + 0.45 * noise(random, width, height, 2, 4)
    texture = 0.9 + 0.2 * noise(random, width, height, 90, 2)
    return np.stack(tint, axis=-1) * (shade * texture)[..., None]


def grain(random: np.random.Generator, size: tuple[int, int], strength: float) -> Callable[[Pixels], Pixels]:
    """A function that lays the grain of the film over a picture."""
    width, height = size[0] + 64, size[1] + 64
    soft = [cv2.GaussianBlur(random.normal(0, 1, (height, width)), (0, 0), 0.6) for _ in range(GRAINS)]
    fields = [cv2.merge([np.round(each * strength / each.std()).astype(np.int16)] * 3) for each in soft]

    def laid_over(picture: Pixels) -> Pixels:
        x, y = random.integers(0, 64, 2)
        field = fields[int(random.integers(GRAINS))][y : y + size[1], x : x + size[0]]
        return cast(Pixels, cv2.add(picture, field, dtype=cv2.CV_8U))

    return laid_over


def painter(recipe: Recipe) -> Paint:
    """From the number of a frame to its finished picture."""
    random = np.random.default_rng(recipe.seed)
    cameras = [camera(scene, random, recipe.size, float(recipe.rate)) for scene in recipe.scenes]
    grainy = grain(random, recipe.size, recipe.grain)

    def paint(frame: float) -> Pixels:
        picture = scenery(recipe, cameras, frame)
        _lay_over(picture, recipe, frame, inside=True)
        picture = grainy(picture)
        if recipe.bars:
            picture[: recipe.bars] = picture[-recipe.bars :] = 0
        _lay_over(picture, recipe, frame, inside=False)
        return picture

    return paint


def scenery(recipe: Recipe, cameras: list[Paint], frame: float) -> Pixels:
    """The picture behind all text."""
    if int(frame) in recipe.flashes:
        return np.full((recipe.size[1], recipe.size[0], 3), 252, np.uint8)
    number = max(index for index, scene in enumerate(recipe.scenes) if frame >= scene.first or not index)
    since = frame - recipe.scenes[number].first
    picture = cameras[number](since)
    if number and since < recipe.dissolve:
        before = cameras[number - 1](frame - recipe.scenes[number - 1].first)
        new = (since + 0.5) / recipe.dissolve
        picture = cast(Pixels, cv2.addWeighted(picture, new, before, 1 - new, 0))
    return picture


def _lay_over(picture: Pixels, recipe: Recipe, frame: float, inside: bool) -> None:
    for showing in recipe.showings:
        if showing.inside == inside:
            for patch, opacity in showing.at(frame):
                blend(picture, patch, opacity)


def video_frames(recipe: Recipe) -> Iterator[av.VideoFrame]:
    """The frames in the order of their times, without these."""
    paint = painter(recipe)
    for number in range(recipe.frames):
        if recipe.interlaced:
            yield woven(paint(number), paint(number + 0.5))
        else:
            yield av.VideoFrame.from_ndarray(paint(number), "rgb24")


def woven(upper: Pixels, lower: Pixels) -> av.VideoFrame:
    """A frame of two moments: the even rows show the first one, the odd rows the second."""
    first, second = (
        av.VideoFrame.from_ndarray(each, "rgb24").reformat(format="yuv420p").to_ndarray() for each in (upper, lower)
    )
    height, width = upper.shape[:2]
    first[1:height:2] = second[1:height:2]
    for plane in range(2):
        start = height + plane * height // 4
        chroma = first[start : start + height // 4].reshape(height // 2, width // 2)
        chroma[1::2] = second[start : start + height // 4].reshape(height // 2, width // 2)[1::2]
    return av.VideoFrame.from_ndarray(first, "yuv420p")


def frame_times(recipe: Recipe) -> tuple[list[int], Fraction]:
    """When the frames begin, in units of the time base."""
    if not recipe.durations:
        return list(range(recipe.frames)), 1 / recipe.rate
    return list(accumulate(islice(cycle(recipe.durations), recipe.frames - 1), initial=0)), Fraction(1, 1000)


def encode(recipe: Recipe, path: Path) -> None:
    times, base = frame_times(recipe)
    with av.open(str(path), "w") as container:
        stream = cast(av.VideoStream, container.add_stream(recipe.codec, rate=recipe.rate, options=_options(recipe)))
        stream.width, stream.height = recipe.size
        stream.pix_fmt = recipe.pixels
        if recipe.bits:
            stream.bit_rate = recipe.bits
        stream.codec_context.time_base = base
        for time, frame in zip(times, video_frames(recipe), strict=True):
            frame.pts, frame.time_base = time, base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _options(recipe: Recipe) -> dict[str, str]:
    if recipe.bits:
        return {"threads": "1", "g": "100"}
    options = {"crf": str(recipe.crf), "preset": "veryfast", "threads": "1"}
    if recipe.codec == "libx265":
        options |= {"preset": "ultrafast", "x265-params": "log-level=none:pools=none:frame-threads=1"}
    if recipe.interlaced:
        options |= {"x264-params": "tff=1"}
    return options


def _end(times: list[int]) -> int:
    """When the last frame ends, in milliseconds."""
    return 2 * times[-1] - times[-2]


def make(recipe: Recipe, folder: Path, name: str) -> None:
    """Write NAME.mp4 (or another suffix) and NAME.gt.srt."""
    path = folder / f"{name}.{recipe.suffix}"
    encode(recipe, path)
    times = times_in_file(path)
    if len(times) != recipe.frames:
        raise SystemExit(f"{path.name}: {recipe.frames} frames went in, {len(times)} came out")
    (folder / f"{name}.gt.srt").write_text(subrip(truth(recipe.showings, [*times, _end(times)])), encoding="utf-8")
