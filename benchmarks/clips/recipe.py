"""What a clip is made of: scenes, things shown over them, and how the file is encoded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from benchmarks.clips.pictures import Palette
from benchmarks.clips.showing import Showing


@dataclass(frozen=True)
class Scene:
    """The picture between two cuts: its first frame, how it is painted, in which colours, how the camera moves.

    ``pan`` is in pixels a second of a picture 360 pixels high, ``zoom`` the growth in a second, ``shake`` in pixels.
    """

    first: int
    kind: str
    palette: Palette
    pan: tuple[float, float] = (10.0, 2.0)
    zoom: float = 0.0
    shake: float = 0.0
    shapes: bool = True
    lit: bool = True
    """With light and shade over it, which would dim what is nearly white."""


@dataclass(frozen=True)
class Recipe:
    """All about one clip. Times are numbers of frames."""

    size: tuple[int, int]
    rate: Fraction
    frames: int
    seed: int
    scenes: Sequence[Scene]
    showings: Sequence[Showing]
    fade: float = 0.0
    """Seconds that the slowest subtitle takes to appear."""
    grain: float = 2.0
    crf: int = 23
    bits: int = 0
    """A second, for an encoder that knows no crf."""
    codec: str = "libx264"
    pixels: str = "yuv420p"
    suffix: str = "mp4"
    bars: int = 0
    """Height of the black bars above and below the picture."""
    dissolve: int = 0
    """Frames in which a scene is replaced by the next one."""
    flashes: frozenset[int] = frozenset()
    """Frames whose picture is white."""
    interlaced: bool = False
    durations: tuple[int, ...] = ()
    """For a variable rate: milliseconds of the frames, over and over."""

    @property
    def tolerance(self) -> float:
        """Seconds by which an edge may miss: half a frame; in a fade, which has no one right frame, half of it more."""
        return self.fade / 2 + 0.5 / float(self.rate)
