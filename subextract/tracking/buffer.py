"""Keeps the whole picture of the last moments, small, so that a zone opened later can look back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np

from subextract.tracking.strip_frames import StripFrame
from subextract.types import Box, Frame, Luma, Plane

ROWS_MEMORY = 1500  # ms; with UNSURE as much as what the trackers of zones promise: no text begins before their memory
BYTES = 40 << 20  # of rows; at 60 frames a second of 1080p they last for 0.6 s
MAX_ROWS, MAX_COLUMNS = 540, 1920  # of the picture that is kept: copying whole rows costs least


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the samples of a plane lie: along one axis, the first one at ``origin`` px of the video and then each
    ``step`` px. Samples stand for a pixel, whose middle counts."""

    origin: float
    step: float

    def halved(self) -> Grid:
        """The same once two samples were made one."""
        return Grid(self.origin + self.step / 2, 2 * self.step)


class FrameBuffer:
    """The last 1.5 s of planes, each some rows of the picture, evenly spread: all of a small one."""

    def __init__(self) -> None:
        self.recent: deque[StripFrame] = deque()
        self._bytes = 0
        self._size = (1, 1)
        self._across = self._down = Grid(0.5, 1.0)

    def take(self, frame: Frame) -> None:
        """Remember the next frame."""
        rows, down, across = sampled(frame.luma)
        self._size = frame.luma.shape[0], frame.luma.shape[1]
        self._across, self._down = Grid(0.5, across), Grid(0.5, down)
        self.recent.append(StripFrame(frame.time, frame.time + frame.duration, rows))
        self._bytes += rows.nbytes
        while frame.time - self.recent[0].time > ROWS_MEMORY or (self._bytes > BYTES and len(self.recent) > 2):
            self._bytes -= self.recent.popleft().strip.nbytes

    def picture(self, side: int) -> tuple[Luma, float]:
        """The latest picture with a longer side of at most ``side`` px, and its step in px of the video."""
        height, width = self._size
        step = max(1.0, max(height, width) / side)
        size = max(1, round(width / step)), max(1, round(height / step))
        plane = self.recent[-1].strip
        while plane.shape[1] >= 2 * size[0]:
            plane = _half_as_wide(plane)
        if plane.shape[::-1] != size:
            plane = np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
        return plane, step

    def strips(self, box: Box, scale: float) -> list[StripFrame]:
        """The frames, without the latest, in a box of the video, ``scale`` times as large as there."""
        return [StripFrame(each.time, each.end, self._strip(each.strip, box, scale)) for each in list(self.recent)[:-1]]

    def _strip(self, plane: Luma, box: Box, scale: float) -> Luma:
        """A box of the video as luma.downscale would make it of the video itself, but for sharpness."""
        width, height = max(1, round(box.width * scale)), max(1, round(box.height * scale))
        pace = box.width / width, box.height / height  # px of the video per px of the strip
        first = box.left + pace[0] / 2, box.top + pace[1] / 2
        across, down = self._across, self._down
        while pace[0] >= 2 * across.step and plane.shape[1] > 1:
            plane, across = _half_as_wide(plane), across.halved()
        while pace[1] >= 2 * down.step and plane.shape[0] > 1:
            plane, down = _half_as_high(plane), down.halved()
        matrix = np.array(
            [
                [pace[0] / across.step, 0, (first[0] - across.origin) / across.step],
                [0, pace[1] / down.step, (first[1] - down.origin) / down.step],
            ]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        strip = cv2.warpAffine(plane, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(strip, dtype=np.uint8)


def sampled(luma: Plane) -> tuple[Luma, int, int]:
    """A copy of some rows and columns, each so many-th."""
    height, width = luma.shape[:2]
    down, across = -(-height // MAX_ROWS), -(-width // MAX_COLUMNS)
    view = luma[::down, ::across]
    own = isinstance(luma, np.ndarray)  # else it was narrowed, and is new already
    return (view.copy() if own else view), down, across


def _half_as_wide(plane: Luma) -> Luma:
    size = plane.shape[1] // 2, plane.shape[0]
    even = plane[:, : 2 * size[0]]
    return np.asarray(cv2.resize(even, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _half_as_high(plane: Luma) -> Luma:
    size = plane.shape[1], plane.shape[0] // 2
    even = plane[: 2 * size[1]]
    return np.asarray(cv2.resize(even, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
