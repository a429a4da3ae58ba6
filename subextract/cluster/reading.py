"""How the lines of several videos are read together by one model."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator, Sequence

from subextract import ocr
from subextract.cluster.clips import from_bytes
from subextract.cluster.messages import Order
from subextract.cluster.node import Row, failed
from subextract.errors import SubextractError
from subextract.options import Options
from subextract.regional import Regions, languages
from subextract.types import Clip, Line

BATCHES = 16  # of the model in one call of the reader: all but the last are full, and the pictures take little memory


def reader_of(order: Order) -> ocr.Reader:
    """The reader of a run. EngineError where it cannot run here."""
    options = Options.model_validate(order.options)
    spoken = languages(options, Regions.of(options, 1, 1))
    return ocr.reader(options.engine, language=spoken[0] if len(spoken) == 1 else None, asked=options.asked)


class Together:
    """Reads the clips of several videos in full batches."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._reader: ocr.Reader | None = None
        self._refusal: SubextractError | None = None
        try:
            self._reader = reader_of(order)
        except SubextractError as error:  # an actor that cannot begin would be started again for ever
            self._refusal = error

    def rows(self, rows: Sequence[Row]) -> list[Row]:
        """Read the clips of some videos.

        Returns:
            The rows in the same order, those that waited with ``lines`` (pickled) in place of ``clips``. Where the
            reader fails they are rows with its error.
        """
        began = time.monotonic()
        waiting = [row for row in rows if is_waiting(row)]
        try:
            answers = self._answers([[from_bytes(data) for data in row["clips"]] for row in waiting])
        except SubextractError as error:
            return [failed(row, self._order, error, {}) if is_waiting(row) else row for row in rows]
        share = (time.monotonic() - began) / max(1, len(waiting))
        done = {row["id"]: _with(row, lines, share) for row, lines in zip(waiting, answers, strict=True)}
        return [done.get(row["id"], row) for row in rows]

    def read(self, videos: Sequence[Sequence[Clip]]) -> list[list[list[Line]]]:
        """The lines of each clip of each video; clips of like width are read together, whichever video they are of."""
        assert self._reader is not None
        flat = [(video, number, clip) for video, clips in enumerate(videos) for number, clip in enumerate(clips)]
        flat.sort(key=lambda one: max((box.width / max(1, box.height) for box in one[2].lines), default=0.0))
        found: list[list[list[Line]]] = [[[] for _ in clips] for clips in videos]
        for batch in filled([clip for _, _, clip in flat], BATCHES * ocr.batch(self._reader)):
            answers = self._reader.read([flat[place][2] for place in batch])
            for place, lines in zip(batch, answers, strict=True):
                video, number, _ = flat[place]
                found[video][number] = lines
        return found

    def _answers(self, videos: Sequence[Sequence[Clip]]) -> list[list[list[Line]]]:
        if self._refusal:
            raise self._refusal
        return self.read(videos)


def is_waiting(row: Row) -> bool:
    """True where lines of a video wait to be read: it is neither done, nor long and about to be scanned in parts."""
    return not row["done"] and bool(row["joined"] or not row["parts"])


def filled(clips: Sequence[Clip], max_lines: int) -> Iterator[list[int]]:
    """The numbers of clips that are read in one call, of at most ``max_lines`` lines together."""
    batch: list[int] = []
    lines = 0
    for number, clip in enumerate(clips):
        if batch and lines + len(clip.lines) > max_lines:
            yield batch
            batch, lines = [], 0
        batch.append(number)
        lines += len(clip.lines)
    if batch:
        yield batch


def _with(row: Row, lines: Sequence[Sequence[Line]], seconds: float) -> Row:
    stages: dict[str, float] = {**pickle.loads(row["stages"]), "ocr": round(seconds, 3)}
    return {**row, "clips": [], "lines": pickle.dumps(lines), "stages": pickle.dumps(stages)}
