"""Pictures of a video at a time: single frames, those around the edge of a cue, and crops of a place."""

from __future__ import annotations

import base64
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from subextract.errors import InputError
from subextract.media import Decoding, frames
from subextract.review.keeping import jpeg_of
from subextract.types import Box, Frame, Image

FRAMES_AROUND = 2  # frames before an edge and after it
FRAMES_REACH = 400  # ms before and after, in which these lie, down to 6 frames a second
MAX_FRAMES = 60  # frames that are looked at for them: 120 frames a second
TEXT_MARGIN = 0.35  # of the height of a text that is shown around it
REMEMBERED_BYTES = 24 << 20  # bytes of answers that need not be decoded again
LOWEST_SHARE = 0.35  # of the picture's height, where subtitles are when nothing says where
THREADS = 2  # a glance, beside somebody who watches the same film


class Around(NamedTuple):
    """A frame near an edge: its time (ms) and its picture as a data URI."""

    time: int
    picture: str


class Stills:
    """The frames of one video, one look at a time; what was seen lately is remembered. InputError and DecodeError."""

    def __init__(self, video: Path) -> None:
        self.video = video
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[Any, ...], tuple[int, Any]] = OrderedDict()

    def still(self, time: int, widest: int, box: Box | None = None) -> bytes:
        """The frame that is up at a time (ms), or the part of it around a box, as JPEG."""
        found: bytes = self._remembered(("still", time, widest, box), lambda: self._still(time, widest, box), len)
        return found

    def around(self, time: int, widest: int, box: Box | None) -> list[Around]:
        """The frames from n-2 to n+2, where n is the first one that is not before a time (ms)."""
        key = ("around", time, widest, box)
        found: list[Around] = self._remembered(
            key, lambda: self._around(time, widest, box), lambda those: sum(len(one.picture) for one in those)
        )
        return found

    def _still(self, time: int, widest: int, box: Box | None) -> bytes:
        for start in (time, max(0, time - FRAMES_REACH), 0):
            with closing(frames(self.video, start=start, how=Decoding(THREADS))) as shown:  # type: ignore[type-var]
                for frame in shown:
                    return jpeg_of(_crop(frame, box), widest)
        raise InputError(f"{self.video} has no picture at {time / 1000:g} s.")

    def _around(self, time: int, widest: int, box: Box | None) -> list[Around]:
        start, end = max(0, time - FRAMES_REACH), time + FRAMES_REACH + 1
        with closing(frames(self.video, start=start, end=end, how=Decoding(THREADS))) as shown:  # type: ignore[type-var]
            seen = [(frame.time, jpeg_of(_crop(frame, box), widest)) for frame in islice(shown, MAX_FRAMES)]
        here = next((index for index, (at, _) in enumerate(seen) if at >= time), len(seen))
        picked = seen[max(0, here - FRAMES_AROUND) : here + FRAMES_AROUND + 1]
        return [Around(at, "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()) for at, jpeg in picked]

    def _remembered(self, key: tuple[Any, ...], make: Callable[[], Any], size: Callable[[Any], int]) -> Any:
        with self._lock:
            if key not in self._known:
                made = make()
                self._known[key] = size(made), made
                while len(self._known) > 1 and sum(size for size, _ in self._known.values()) > REMEMBERED_BYTES:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
            return self._known[key][1]


def _crop(frame: Frame, box: Box | None) -> Image:
    height, width = frame.luma.shape
    if box is None:
        return frame.colour(Box(0, 0, width, height))
    margin = round(TEXT_MARGIN * min(box.height, box.width))
    place = box.padded(2 * margin, margin, width, height)
    return frame.colour(place if place.area > 0 else Box(0, 0, width, height))


def usual_place(width: int, height: int) -> Box:
    """Where subtitles mostly are."""
    return Box(0, round((1 - LOWEST_SHARE) * height), width, height)
