"""In which order the stages work."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from subextract import ocr
from subextract.errors import DecodeError
from subextract.media import frames, probe, stills
from subextract.merge import Reading, merge
from subextract.options import Options
from subextract.sampling import Gate
from subextract.survey import survey
from subextract.tracking import track
from subextract.types import Box, Clip, Cue, Frame, Video

log = logging.getLogger(__name__)

Progress = Callable[[int, int | None], None]

STILLS = 24  # for videos of up to a minute; each costs a look at the whole picture
STILLS_PER_MINUTE = 4
MOST_STILLS = 200
BATCH = 12  # lines that are read together


def extract(
    path: str | os.PathLike[str], options: Options | None = None, *, on_progress: Progress | None = None
) -> list[Cue]:
    """All burned-in subtitles of a video, in order of start.

    ``on_progress`` is called with the milliseconds that are done and those to do (None where unknown). Raises what
    stands in errors.py: UsageError, InputError, EngineError, and DecodeError where the video breaks off.
    """
    with stream(path, options, on_progress=on_progress) as extraction:
        return list(extraction)


def stream(
    path: str | os.PathLike[str], options: Options | None = None, *, on_progress: Progress | None = None
) -> Extraction:
    """The same as an iterator: each cue as soon as it is certain."""
    return Extraction(Path(path), options or Options(), on_progress)


class Extraction(Iterator[Cue]):
    """One run over one video: an iterator over its cues that also says what was seen besides.

    ``position`` is the time in ms until which every cue has been handed out, ``skipped`` counts corrupt packets,
    ``left_out`` texts that are no subtitles by kind, ``zones`` are the parts of the picture where subtitles were
    looked for. Closing it ends all work.
    """

    def __init__(self, path: Path, options: Options, on_progress: Progress | None = None) -> None:
        self.video: Video = probe(path)
        self.position = options.start
        self.skipped = 0
        self.left_out: Counter[str] = Counter()
        self.zones: tuple[Box, ...] = ()
        self._path, self._options, self._on_progress = path, options, on_progress
        self._broken: DecodeError | None = None
        self._reader = ocr.reader(options.engine, language=options.language, asked=options.asked)
        self._cues = self._run()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Cue:
        return next(self._cues)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop at once; cues that were not handed out are lost."""
        self._cues.close()
        self._reader.close()

    def _run(self) -> Generator[Cue, None, None]:
        detector, options = ocr.detector(), self._options
        region = options.region and options.region.box(self.video.width, self.video.height)
        zones = survey(stills(self._path, count=self._stills()), detector.detect, region=region)
        self.zones = tuple(zone.box for zone in zones)
        found = track(self._frames(), zones, detect=detector.detect, gate=Gate, leave_out=self._leave_out)
        for known, cues in merge(_read(found, self._reader)):
            yield from cues
            self.position = max(self.position, known)
        if self._broken:
            raise self._broken
        self.position = max(self.position, self._until() or 0)

    def _frames(self) -> Iterator[Frame]:
        options, total = self._options, self._until()
        try:
            for frame in frames(self._path, start=options.start, end=options.end, on_skip=self._skip):
                yield frame
                if self._on_progress:
                    self._on_progress(frame.time + frame.duration - options.start, total and total - options.start)
        except DecodeError as error:  # the stages finish what they have first
            self._broken = error

    def _until(self) -> int | None:
        return self._options.end or self.video.duration

    def _stills(self) -> int:
        minutes = (self.video.duration or 0) // 60_000
        return min(MOST_STILLS, STILLS + STILLS_PER_MINUTE * minutes)

    def _skip(self, packets: int) -> None:
        self.skipped += packets

    def _leave_out(self, kind: str) -> None:
        self.left_out[kind] += 1


def _read(found: Iterable[tuple[int, Sequence[Clip]]], reader: ocr.Reader) -> Iterator[tuple[int, list[Reading]]]:
    """Clips with their lines, in batches of a size that is worth a call; ``reader.batch`` lines if it says so."""
    least = max(BATCH, getattr(reader, "batch", 0))
    waiting: list[Clip] = []
    for known, clips in found:
        waiting += clips
        if sum(len(clip.lines) for clip in waiting) >= least or (least == BATCH and not clips):
            yield known, list(zip(waiting, reader.read(waiting), strict=True))
            waiting = []
    if waiting:
        yield waiting[-1].end, list(zip(waiting, reader.read(waiting), strict=True))
