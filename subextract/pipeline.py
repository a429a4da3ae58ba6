"""In which order the stages work."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from subextract import ocr, soft
from subextract.burned import Burned, Progress
from subextract.joining import joined
from subextract.languages.tags import short
from subextract.media import probe
from subextract.ocr.watched import Onlooker, watched
from subextract.options import Options
from subextract.past import Met, Past
from subextract.scan.scanning import Surveyed
from subextract.speakers import dashed
from subextract.types import Batch, Cue, Source, Track
from subextract.verdict import Film, Seen, Text
from subextract.wording import Wording


def extract(
    path: str | os.PathLike[str], options: Options | None = None, *, on_progress: Progress | None = None
) -> list[Cue]:
    """Extract the subtitles of a video, from a track or burned into the picture.

    Args:
        path: The video, or a file of subtitles alone such as ``.sup``.
        options: Settings; by default those of the command line.
        on_progress: Gets the milliseconds that are done and those to do (None where unknown).

    Returns:
        The cues in order of start. Times are milliseconds from the start of the video, boxes are pixels.

    Raises:
        UsageError: A setting makes no sense, or names a track that is not there.
        InputError: The file cannot be read (NotMedia: it is no video).
        EngineError: The engine cannot run here.
        DecodeError: The video breaks off. ``stream`` hands out the cues before.
        WorkerDied: One of several processes ended (``Options.processes``; by default there is none).

    Example:
        >>> cues = subextract.extract("film.mp4", subextract.Options(language="en"))
    """
    with stream(path, options, on_progress=on_progress) as extraction:
        for _ in extraction.steps():
            pass
        return extraction.likely()


def stream(
    path: str | os.PathLike[str],
    options: Options | None = None,
    *,
    on_progress: Progress | None = None,
    past: Past | None = None,
    source: Source | None = None,
    on_read: Onlooker | None = None,
) -> Extraction:
    """Extract the subtitles of a video as an iterator, which yields each cue as soon as it is certain.

    Args:
        path: As in ``extract``.
        options: As in ``extract``.
        on_progress: As in ``extract``.
        past: The result of ``Extraction.past()`` of a stopped run; ``options.start`` must be its position.
        source: The file and the track, if they were examined before; ``options.track`` is then ignored.
        on_read: Gets the pictures that are read, with their lines.

    Returns:
        The extraction. Use it in a ``with`` statement, or close it, to end its threads and processes.

    Raises:
        SubextractError: As ``extract``, when it is made or while it is iterated.
    """
    return Extraction(Path(path), options or Options(), on_progress, past, source, on_read)


class Extraction(Iterator[Cue]):
    """One run over one video: an iterator over its cues that also says what was seen besides.

    A burned-in cue is handed out once it is certain that its style is that of subtitles, all others at the end, so not
    in order of start; what was handed out stays. ``likely()`` is what all evidence together says, at the end the
    result. Closing it ends all work.
    """

    def __init__(
        self,
        path: Path,
        options: Options,
        on_progress: Progress | None = None,
        past: Past | None = None,
        source: Source | None = None,
        on_read: Onlooker | None = None,
    ) -> None:
        self._wording = Wording.of(options.replace, options.ignore)
        source = source or soft.examined(path, options)
        self.video = source.video
        self._path, self._options, self._on_progress, self._on_read = path, options, on_progress, on_read
        self._past = past or Past(options.start, options.start)
        self._met = Met(self._past)
        self._reached = options.start  # in a subtitle track
        self._of_the_track: list[Cue] = list(self._past.cues)
        self._burned: Burned | None = None
        self._close: Callable[[], None] = lambda: None
        self._steps = self._of_track(source.track) if source.track else self._burned_in()
        self._certain: deque[Cue] = deque()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Cue:
        while not self._certain:
            self._certain += self._worded(next(self._steps))
        return self._certain.popleft()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop at once; cues that were not handed out are lost."""
        self._steps.close()
        self._certain.clear()
        self._close()

    def steps(self) -> Iterator[Sequence[Cue]]:
        """The same cues by steps of the work, most of which bring none, to look at ``likely()`` in between."""
        for cues in self._steps:
            yield self._worded(cues)

    def likely(self) -> list[Cue]:
        """The subtitles by all that is known now, in order of start; at the end the result."""
        return self._wording.applied(self._as_read())

    def rejected(self) -> list[Cue]:
        """The texts in the picture that are no subtitles, with their kind, in order of start."""
        return self._burned.rejected() if self._burned else []

    def _as_read(self) -> list[Cue]:
        return self._burned.likely() if self._burned else list(self._of_the_track)

    def _worded(self, cues: Sequence[Cue]) -> list[Cue]:
        among = self._as_read() if cues and self._wording.needs_all else None
        return self._wording.applied(cues, among)

    @property
    def position(self) -> int:
        """The time in ms until which everything has been read, and of a track handed out."""
        return self._burned.position if self._burned else self._reached

    def past(self) -> Past:
        """The past by which a run that goes on at ``position`` comes to the same result."""
        position = self.position
        past = Past(
            self._past.start, position, left_out=self._met.left_out(position), skipped=self._met.skipped(position)
        )
        if self._burned:
            return replace(past, seen=self._burned.case.seen)
        return replace(past, cues=self._of_the_track)

    def surveyed(self) -> Surveyed | None:
        """Where burned-in text is to be looked for, so that parts of the video can be scanned elsewhere; None of a
        track."""
        return self._burned.surveyed() if self._burned else None

    def whole(self) -> Past | None:
        """The past for a run that only decides and writes, once all was read here; None of a track."""
        return self._burned.whole() if self._burned else None

    @property
    def seen(self) -> Sequence[Seen]:
        """The burned-in texts that were seen, with their lines as they are told by now."""
        return self._burned.case.seen if self._burned else ()

    @property
    def left_out(self) -> Counter[str]:
        """How many texts were no subtitles, by kind (as in Cue), or something went wrong with ("unfollowed", "unread";
        the log says when and what)."""
        found = self._met.left_out() + (self._burned.left_out if self._burned else Counter())
        if self._wording.leaves_out:
            read = self._as_read()
            found["ignored"] = len(read) - len(self._wording.applied(read))
        return Counter(dict(sorted(found.items())))

    @property
    def skipped(self) -> int:
        """How many packets were corrupt."""
        return self._met.skipped()

    @property
    def film(self) -> Film:
        """The facts about a video with burned-in text that a verdict needs."""
        assert self._burned is not None
        return self._burned.case.film

    @property
    def texts(self) -> list[Text]:
        """All that was read of the pictures until now, with what is known of it."""
        return [text for seen in self._burned.case.seen for text in seen.worded] if self._burned else []

    def _of_track(self, chosen: Track) -> Generator[Sequence[Cue], None, None]:
        """The cues of a subtitle track; those of a text track are read at once, because that takes a moment."""
        options, declared = self._options, short(chosen.language)
        language = options.one_language or declared
        if chosen.kind == "text":
            self.video, said = soft.text_cues(self.video, chosen, language)
            found = soft.asked_for(said, chosen, options.forced, self._leave_out)
        else:
            self.video = soft.placed(self.video, chosen)
            spoken = options.language or declared
            reader = ocr.reader(options.engine, language=spoken, asked=options.asked, threads=options.threads or None)
            self._close = reader.close
            seen = watched(reader, self._on_read)
            found = soft.image_cues(self.video, chosen, seen, self._leave_out, options.forced)
        return self._within(found, language)

    def _within(self, found: Iterable[Batch[Cue]], language: str | None) -> Generator[Sequence[Cue], None, None]:
        """Cut to what is to be looked at; the position stays before a cue that is still up."""
        options, reached = self._options, self._options.start
        trimmed = (Batch(time, list(_trimmed(cues, options.start, options.end))) for time, cues in found)
        for complete_until, cues in joined(trimmed) if options.join_words else trimmed:
            for cue in cues:
                reached = max(reached, cue.end) if cue.start < complete_until else reached
                spoken = replace(cue, language=language or cue.language)
                spoken = dashed(spoken) if options.speaker_dashes else spoken
                self._of_the_track.append(spoken)
                yield [spoken]
            self._reached = max(self._reached, complete_until) if reached <= complete_until else self._reached
            self._report(complete_until)
        self._reached = max(self._reached, reached, self._until or 0)

    def _burned_in(self) -> Generator[Sequence[Cue], None, None]:
        self.video = self.video if self.video.width else probe(self._path)  # says why there is no picture
        self._burned = Burned(self.video, self._options, self._past, self._met, self._on_progress, self._on_read)
        self._close = self._burned.close
        return self._burned.steps()

    @property
    def _until(self) -> int | None:
        return self._options.end or self.video.duration

    def _report(self, seen: int) -> None:
        start, until = self._options.start, self._until
        if self._on_progress:
            self._on_progress(max(0, seen - start), until and until - start)

    def _leave_out(self, kind: str) -> None:
        if kind not in self._options.kept_kinds:
            self._met.leave_out(kind)


def _trimmed(cues: Iterable[Cue], start: int, end: int | None) -> Iterator[Cue]:
    """The cues between two times (ms), those that cross one of them cut."""
    for cue in cues:
        trimmed = replace(cue, start=max(cue.start, start), end=cue.end if end is None else min(cue.end, end))
        if trimmed.start < trimmed.end:
            yield trimmed
