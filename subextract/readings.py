"""How clips are read: in batches, and each alone where one of them brings the reader down."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence

from subextract import ocr
from subextract.errors import SubextractError
from subextract.mishaps import Mishaps
from subextract.types import Batch, Clip, Line
from subextract.verdict import Reading

log = logging.getLogger(__name__)


class Nobody:
    """The reader of a run that has nothing left to read."""

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        raise AssertionError(f"{len(clips)} clips are left to read")

    def close(self) -> None:
        """Nothing is held open."""


def read(found: Iterable[Batch[Clip]], reader: ocr.Reader, mishaps: Mishaps) -> Iterator[Batch[Reading]]:
    """Clips with their lines, in batches of a size that is worth a call."""
    waiting: list[Clip] = []
    for complete_until, clips in found:
        waiting += clips
        min_lines = ocr.batch(reader)  # which may be more once a line needed another reader
        if sum(len(clip.lines) for clip in waiting) >= min_lines or (min_lines == ocr.BATCH and not clips):
            yield Batch(complete_until, readings(waiting, reader, mishaps))
            waiting = []
    if waiting:
        yield Batch(waiting[-1].end, readings(waiting, reader, mishaps))


def readings(clips: Sequence[Clip], reader: ocr.Reader, mishaps: Mishaps) -> list[Reading]:
    """Clips with their lines. Where they cannot be read together each is read alone, so that only that is lost at
    which the reader fails."""
    try:
        return list(zip(clips, reader.read(clips), strict=True))
    except (SubextractError, MemoryError):
        raise
    except Exception as error:  # whatever a reader trips over
        log.info("%d clips cannot be read together (%s)", len(clips), error)
    found: list[Reading] = []
    for clip in clips:
        with mishaps.survived("reading a text", clip.start):
            found += zip([clip], reader.read([clip]), strict=True)
    return found
