"""What the whole picture showed a moment ago, small: for who finds a text somewhere and must know when it came."""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np

from subextract.tracking.lines import Moment
from subextract.types import Box, Frame, Luma, Plane

MEMORY = 1500  # ms; with UNSURE less than what the trackers of zones promise: no text begins before their memory
BYTES = 40 << 20  # of planes; at 60 frames a second of 1080p they last for 1.3 s
SIDE = 960  # px of the longer side of a plane, at most: of 1080p the half, of 720p, too
FINE = 1920  # px of the longer side; of larger pictures every second row and column does
FINE_IF_DEEP = 1280  # the same for planes of more than 8 bits, which are narrowed for this


class Past:
    """The last 1.5 s of planes, each the picture halved until it is small."""

    def __init__(self) -> None:
        self.recent: deque[Moment] = deque()
        self._bytes = 0
        self._step = 1.0

    def take(self, frame: Frame) -> None:
        """Remember the next frame."""
        plane, self._step = halved(frame.luma)
        self.recent.append(Moment(frame.time, frame.time + frame.duration, plane))
        self._bytes += plane.nbytes
        while frame.time - self.recent[0].time > MEMORY or (self._bytes > BYTES and len(self.recent) > 2):
            self._bytes -= self.recent.popleft().strip.nbytes

    @property
    def step(self) -> float:
        """Pixels of the video from one pixel of a plane to the next."""
        return self._step

    def strips(self, box: Box, scale: float) -> list[Moment]:
        """What these moments, but the latest, showed in a box of the video, ``scale`` times as large as it is there."""
        earlier = list(self.recent)[:-1]
        return [Moment(each.time, each.end, _strip(each.strip, self._step, box, scale)) for each in earlier]


def halved(luma: Plane) -> tuple[Luma, float]:
    """The plane, halved until its longer side is at most SIDE, and by what it was divided."""
    fine = FINE if isinstance(luma, np.ndarray) else FINE_IF_DEEP
    skip = max(1, -(-max(luma.shape) // fine))
    whole = luma[::skip, ::skip]
    small, down = smaller(whole, SIDE)
    return (small.copy() if small is whole else small), skip * down


def smaller(luma: Luma, side: int) -> tuple[Luma, float]:
    """The plane, halved until its longer side is at most so many px, and by what it was divided."""
    step = 1.0
    while max(luma.shape) > side:
        luma, step = _half(luma), 2 * step
    return luma, step


def _half(luma: Luma) -> Luma:
    down, across = luma.shape[0] // 2, luma.shape[1] // 2
    return np.asarray(
        cv2.resize(luma[: 2 * down, : 2 * across], (across, down), interpolation=cv2.INTER_AREA), dtype=np.uint8
    )


def _strip(plane: Luma, step: float, box: Box, scale: float) -> Luma:
    """A box of the video as planes.shrink would make it of the video itself, but for sharpness."""
    width, height = max(1, round(box.width * scale)), max(1, round(box.height * scale))
    across, down = box.width / width, box.height / height  # px of the video per px of the strip
    while min(across, down) >= 2 * step and min(plane.shape) >= 2:
        plane, step = _half(plane), 2 * step
    pace = across / step, down / step
    first = (0.5 * across + box.left) / step - 0.5, (0.5 * down + box.top) / step - 0.5
    matrix = np.array([[pace[0], 0, first[0]], [0, pace[1], first[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(plane, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8
    )
