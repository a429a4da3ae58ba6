"""Which frames deserve a look: cuts, new strokes inside the zone, and a slow heartbeat."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scenedetect import FrameTimecode  # type: ignore[import-untyped]
from scenedetect.detectors import ContentDetector  # type: ignore[import-untyped]

from subextract.types import Box, Luma

CELL = 8  # px; about the width of one letter at the scale of the strips
STEEP = 24.0  # luma levels per px; strokes of text with a readable contrast are steeper, shaded ground is not
NEW_INK = 3  # cells; one letter
THUMBNAIL = (64, 16)  # px
HEARTBEAT = 1000  # ms between looks at a picture that does not change


class Gate:
    """Remembers the strip of the last look and says when another look could show another text."""

    def __init__(self) -> None:
        self._cells: NDArray[np.float32] | None = None
        self._time = 0
        self._cuts = ContentDetector(min_scene_len=1, luma_only=True)
        self._frames = 0

    def opens(self, time: int, strip: Luma, *, pause: int, ignore: tuple[Box, ...] = ()) -> bool:
        """Whether this strip deserves a look: a cut, new strokes after ``pause`` ms, or the heartbeat.

        To be asked for every frame. ``ignore`` are boxes whose content is known to be unchanged.
        """
        since = time - self._time
        if self._is_cut(strip) or self._cells is None or since >= HEARTBEAT:
            return True
        if since < pause:
            return False
        change = np.abs(ink(strip) - self._cells)
        for box in ignore:
            change[box.top // CELL : -(-box.bottom // CELL), box.left // CELL : -(-box.right // CELL)] = 0
        return int((change > STEEP).sum()) >= NEW_INK

    def _is_cut(self, strip: Luma) -> bool:
        """Whether another scene begins: PySceneDetect's content detector on a thumbnail, its threshold as it comes."""
        thumbnail = cv2.cvtColor(cv2.resize(strip, THUMBNAIL, interpolation=cv2.INTER_AREA), cv2.COLOR_GRAY2BGR)
        self._frames += 1
        return bool(self._cuts.process_frame(FrameTimecode(self._frames, 25.0), thumbnail))

    def looked(self, time: int, strip: Luma) -> None:
        self._cells, self._time = ink(strip), time


def ink(strip: Luma) -> NDArray[np.float32]:
    """The mean steepness of each cell, (h / 8, w / 8)."""
    across = cv2.absdiff(strip[:, 1:], strip[:, :-1])
    height, width = max(1, strip.shape[0] // CELL), max(1, strip.shape[1] // CELL)
    cells = cv2.resize(across[: height * CELL, : width * CELL], (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cells, dtype=np.float32)
