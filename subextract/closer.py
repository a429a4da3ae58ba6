"""How a costly reader is shown only what may be a subtitle.

Pictures wait, packed, until enough is known of their texts, for a bounded time and space (MAX_WAIT, MAX_WAITING_BYTES).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.types import Clip, Image, Line
from subextract.verdict import Decision, Reading, Round, Seen, Standing, with_lines

MAX_WAIT = 300_000  # ms of the video for which a picture waits; then it is shown unless its text is unlikely
MAX_WAITING_BYTES = 64 << 20  # of packed pictures; above, the oldest are shown although they may be other text
FAST = [cv2.IMWRITE_PNG_COMPRESSION, 1]

_Wanted = tuple[Seen, Sequence[int]]
"""What is shown, and the numbers of the lines of it that are read."""


@dataclass(frozen=True, slots=True)
class _Packed:
    """The pictures of a clip as PNG, which loses nothing."""

    pictures: Sequence[NDArray[np.uint8]]

    @property
    def size(self) -> int:
        return sum(picture.nbytes for picture in self.pictures)

    @classmethod
    def of(cls, clip: Clip) -> _Packed:
        return cls([cv2.imencode(".png", picture, FAST)[1] for picture in (clip.image, *clip.frames)])

    def put_back(self, clip: Clip) -> Clip:
        """The clip with its pictures."""
        image, *frames = (cast(Image, cv2.imdecode(each, cv2.IMREAD_COLOR)) for each in self.pictures)
        return replace(clip, image=image, frames=tuple(frames))


class Closer:
    """Shows clips to a reader when it is likely that they are subtitles.

    ``read`` answers with those clips that it could read, and is given about ``min_lines`` lines at once.
    """

    def __init__(self, read: Callable[[Sequence[Clip]], Sequence[Reading]], min_lines: int) -> None:
        self._read, self._min_lines = read, min_lines
        self._waiting: dict[Seen, _Packed] = {}

    @property
    def size(self) -> int:
        """Bytes of the pictures that wait."""
        return sum(packed.size for packed in self._waiting.values())

    @property
    def since(self) -> int | None:
        """The start (ms) of the first text that waits: who goes on later needs its picture once more."""
        return min((seen.clip.start for seen in self._waiting), default=None)

    def wait(self, seen: Seen, clip: Clip) -> None:
        """Keep the pictures of a clip until it is decided whether they are shown."""
        self._waiting[seen] = _Packed.of(clip)

    def look(self, now: Round) -> Iterator[None]:
        """Show what is likely, and let go of what is not; a step for each call of the reader."""
        shown: list[Seen] = []
        for seen in list(self._waiting):
            standing, due = now.standing(seen), seen.clip.start < now.time - MAX_WAIT
            if standing is Standing.HOPELESS or (due and standing is Standing.UNLIKELY):
                del self._waiting[seen]
            elif standing is Standing.SETTLED or due:
                shown.append(seen)
        yield from self._show((seen, range(len(seen.read))) for seen in shown)

    def make_room(self) -> Iterator[None]:
        """Show the oldest where too many wait; a batch at a time, so that as few as possible are."""
        while self.size > MAX_WAITING_BYTES:
            oldest = next(self._batches((seen, range(len(seen.read))) for seen in self._waiting))
            yield from self._show(oldest)

    def finish(self, decision: Decision) -> Iterator[None]:
        """Show what is decided to be a subtitle, and let go of the rest."""
        wanted = [(seen, numbers) for seen, _, numbers in decision.kept if seen in self._waiting]
        yield from self._show(wanted)
        self._waiting.clear()

    def _show(self, wanted: Iterable[_Wanted]) -> Iterator[None]:
        for batch in self._batches(wanted):
            clips = [_lines_of(self._waiting[seen].put_back(seen.clip), numbers) for seen, numbers in batch]
            answers = {id(clip): lines for clip, lines in self._read(clips)}
            for (seen, numbers), clip in zip(batch, clips, strict=True):
                told = list(seen.told)
                lines = answers.get(id(clip), [Line("")] * len(numbers))  # what could not be read says nothing
                for number, line in zip(numbers, lines, strict=True):
                    told[number] = line
                seen.told = told
            for seen, _ in batch:
                self._waiting.pop(seen, None)
            yield

    def _batches(self, wanted: Iterable[_Wanted]) -> Iterator[list[_Wanted]]:
        """As many as are worth a call, at a time."""
        batch: list[_Wanted] = []
        for one in wanted:
            batch.append(one)
            if sum(len(numbers) for _, numbers in batch) >= self._min_lines:
                yield batch
                batch = []
        if batch:
            yield batch


def _lines_of(clip: Clip, numbers: Sequence[int]) -> Clip:
    return with_lines(clip, numbers) if len(numbers) < len(clip.lines) else clip
