"""In which order the stages work."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from subextract import ocr, soft
from subextract.ahead import ahead
from subextract.errors import DecodeError, SubextractError
from subextract.joining import joined
from subextract.looking import Answer, Task, looked
from subextract.media import Decoding, contents, decoding, probe, short, stills
from subextract.merge import Reading, merge
from subextract.mishaps import Mishaps
from subextract.options import Options
from subextract.survey import survey
from subextract.tracking import Elsewhere
from subextract.types import Box, Clip, Cue, Track
from subextract.verdict import Film, Judged, Text, decided
from subextract.windows import Found

log = logging.getLogger(__name__)

Progress = Callable[[int, int | None], None]

UNREAD = "unread"  # the kind of a text that the reader failed at
STILLS = 24  # for videos of up to a minute; each costs a look at the whole picture
STILLS_PER_MINUTE = 1  # more; what they miss is found elsewhere (tracking/scout.py)
MOST_STILLS = 80
STILLS_AHEAD = 2  # that wait for being looked at
ANSWERS_AHEAD = 4  # about clips, each of a second, that wait for being read


def extract(
    path: str | os.PathLike[str], options: Options | None = None, *, on_progress: Progress | None = None
) -> list[Cue]:
    """The subtitles of a video, in order of start: of the track that the options mean, or burned-in ones.

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
    ``left_out`` texts that are no subtitles by kind (as in Cue), and those for which something went wrong
    ("unfollowed", "unread"; the log says when and what). ``zones`` are the parts of the picture where subtitles were
    looked for. Closing it ends all work.
    """

    def __init__(self, path: Path, options: Options, on_progress: Progress | None = None) -> None:
        self.video = probe(path) if options.track == "hard" else contents(path)
        chosen = soft.chosen(self.video, options)
        self.position = options.start
        self.skipped = 0
        self.left_out: Counter[str] = Counter()
        self.zones: tuple[Box, ...] = ()
        self.on_verdicts: Callable[[Sequence[Text], Sequence[Judged]], None] = lambda texts, verdicts: None
        self._path, self._options, self._on_progress = path, options, on_progress
        self._broken: DecodeError | None = None
        self._reader: ocr.Reader | None = None
        self._threads = options.threads or None
        self._cues = self._of_track(chosen) if chosen else self._burned_in()

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
        if self._reader:
            self._reader.close()

    def _of_track(self, chosen: Track) -> Generator[Cue, None, None]:
        """The cues of a subtitle track; those of a text track are read at once, because that takes a moment."""
        language = self._options.language or short(chosen.language)
        if chosen.kind == "text":
            self.video, found = soft.text_cues(self.video, chosen, language)
        else:
            self.video = soft.placed(self.video, chosen)
            self._reader = self._made(language)
            found = soft.image_cues(self.video, chosen, self._reader, self._leave_out)
        return self._within(found, language)

    def _within(self, found: soft.Found, language: str | None) -> Generator[Cue, None, None]:
        """Cut to what is to be looked at; the position stays before a cue that is still up."""
        options, reached = self._options, self._options.start
        cut = ((known, list(_cut(cues, options.start, options.end))) for known, cues in found)
        for known, cues in self._lines(cut):
            for cue in cues:
                reached = max(reached, cue.end) if cue.start < known else reached
                yield replace(cue, language=language or cue.language)
            self.position = max(self.position, known) if reached <= known else self.position
            self._report(known)
        self.position = max(self.position, reached, self._until() or 0)

    def _burned_in(self) -> Generator[Cue, None, None]:
        options = self._options
        self.video = self.video if self.video.width else probe(self._path)  # says why there is no picture
        how = decoding(self._path, hwaccel=options.hwaccel, threads=options.threads)
        self._reader = reader = self._made(options.language)
        return self._read_off(reader, how)

    def _made(self, language: str | None) -> ocr.Reader:
        options = self._options
        return ocr.reader(options.engine, language=language, asked=options.asked, threads=self._threads)

    def _read_off(self, reader: ocr.Reader, how: Decoding) -> Generator[Cue, None, None]:
        options, detect = self._options, ocr.detector(threads=self._threads).detect
        region = options.region and options.region.box(self.video.width, self.video.height)
        logos: list[Box] = []
        with closing(ahead(stills(self._path, count=self._stills(), how=how), STILLS_AHEAD)) as seen:
            zones = survey(seen, detect, region=region, leave_out=self._leave_out, on_logo=logos.append)
        self.zones = tuple(zone.box for zone in zones)
        task = Task(
            self.video,
            zones,
            how,
            options.start,
            options.end,
            keep=options.kept_kinds,
            threads=self._threads,
            elsewhere=Elsewhere(region, tuple(logos)),
        )
        with closing(ahead(looked(task, detect, options.processes), ANSWERS_AHEAD)) as answers:
            readings = _read(self._reported(answers), reader, Mishaps(self._leave_out, UNREAD))
            kept = decided(
                readings, self.film, keep=options.kept_kinds, leave_out=self._leave_out, told=self._tell_verdicts
            )
            for known, cues in self._lines(merge(kept)):
                yield from cues
                self.position = max(self.position, known)
        if self._broken:
            raise self._broken
        self.position = max(self.position, self._until() or 0)

    @property
    def film(self) -> Film:
        """What a verdict needs to know of the video."""
        return Film(self.video.width, self.video.height, (self._until() or 0) - self._options.start)

    def _tell_verdicts(self, texts: Sequence[Text], verdicts: Sequence[Judged]) -> None:
        self.on_verdicts(texts, verdicts)

    def _lines(self, found: soft.Found) -> soft.Found:
        """Lines in the place of words that are shown one by one, where these are wanted."""
        return joined(found) if self._options.join_words else found

    def _reported(self, answers: Iterable[Answer]) -> Iterator[Found]:
        """What was found, with a report of how far the pictures are; the stages after it finish what they have."""
        try:
            for answer in answers:
                self.left_out.update(answer.left_out)
                self.skipped += answer.skipped
                self._report(answer.seen)
                yield answer.known, answer.clips
        except DecodeError as error:
            self._broken = error

    def _until(self) -> int | None:
        return self._options.end or self.video.duration

    def _report(self, seen: int) -> None:
        start, until = self._options.start, self._until()
        if self._on_progress:
            self._on_progress(max(0, seen - start), until and until - start)

    def _stills(self) -> int:
        minutes = (self.video.duration or 0) // 60_000
        return min(MOST_STILLS, STILLS + STILLS_PER_MINUTE * minutes)

    def _leave_out(self, kind: str) -> None:
        if kind not in self._options.kept_kinds:
            self.left_out[kind] += 1


def _cut(cues: Iterable[Cue], start: int, end: int | None) -> Iterator[Cue]:
    """The cues between two times (ms), those that cross one of them cut."""
    for cue in cues:
        cut = replace(cue, start=max(cue.start, start), end=cue.end if end is None else min(cue.end, end))
        if cut.start < cut.end:
            yield cut


def _read(found: Iterable[Found], reader: ocr.Reader, mishaps: Mishaps) -> Iterator[tuple[int, list[Reading]]]:
    """Clips with their lines, in batches of a size that is worth a call."""
    least = ocr.batch(reader)
    waiting: list[Clip] = []
    for known, clips in found:
        waiting += clips
        if sum(len(clip.lines) for clip in waiting) >= least or (least == ocr.BATCH and not clips):
            yield known, _readings(waiting, reader, mishaps)
            waiting = []
    if waiting:
        yield waiting[-1].end, _readings(waiting, reader, mishaps)


def _readings(clips: Sequence[Clip], reader: ocr.Reader, mishaps: Mishaps) -> list[Reading]:
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
