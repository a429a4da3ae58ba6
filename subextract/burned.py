"""How the pictures of a video become the cues that are burned into them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import starmap

from subextract import ocr
from subextract.boxes import touch
from subextract.closer import Closer
from subextract.concurrency.prefetch import prefetch
from subextract.durations import NEVER
from subextract.errors import DecodeError
from subextract.joining import joined
from subextract.media import decoding, stills
from subextract.merge import merge
from subextract.mishaps import Mishaps
from subextract.ocr.watched import Onlooker, watched
from subextract.options import KEPT, Options
from subextract.past import Met, Past
from subextract.readings import Nobody, read, readings
from subextract.regional import Regions, languages, reader
from subextract.rejected import rejected
from subextract.scan.scanning import ScanJob, Scanned, Surveyed, known_of, scan
from subextract.scan.segments import LEAD, SEAM
from subextract.survey import survey
from subextract.tracking import Elsewhere
from subextract.types import Batch, Box, Clip, Cue, Detect, Video, Zone
from subextract.verdict import LAG, Case, Decision, Film, Reading, Round, Seen, told

log = logging.getLogger(__name__)

QUICK = "rapidocr"  # costs so little that it reads all texts
AUTO = "auto"  # reads each text with who knows its script, so that what it says is evidence
UNREAD = "unread"  # the kind of a text that the reader failed at
STILLS = 24  # for videos of up to a minute; each costs a look at the whole picture
STILLS_PER_MINUTE = 1  # more; what they miss is found elsewhere (tracking/scout.py)
MAX_STILLS = 80
STILLS_AHEAD = 2  # that wait for being looked at
ANSWERS_AHEAD = 4  # about clips, each of a second, that wait for being read

Progress = Callable[[int, int | None], None]


class Burned:
    """One run over the pictures of a video. ``case`` is what was read.

    Makes its readers at once, because they say what they lack: one reads all texts for evidence, and where that is not
    the one that was asked for, the other one is shown what may be a subtitle.
    """

    def __init__(
        self,
        video: Video,
        options: Options,
        past: Past,
        met: Met,
        on_progress: Progress | None,
        on_read: Onlooker | None = None,
    ) -> None:
        self.case = Case(self._film(video, options, past), start=past.start, keep=options.kept_kinds, seen=past.seen)
        self.case.goes_on_at(past.position)
        self._surveyed: Counter[str] = Counter()  # left out
        self._decided: Counter[str] = Counter()  # left out
        self._video, self._options, self._past, self._met = video, options, past, met
        self._on_progress, self._on_read = on_progress, on_read
        self._broken: DecodeError | None = None
        self._result: list[Cue] | None = None
        self._handed: list[Cue] = []
        self._seen = self._safe = past.position
        self._how = decoding(video.path, hwaccel=options.hwaccel, threads=options.threads)
        self._threads = options.threads or None
        self._regions = Regions.of(options, video.width, video.height)
        self._reader, self._closer, self._close = self._readers()

    @staticmethod
    def _film(video: Video, options: Options, past: Past) -> Film:
        return Film(video.width, video.height, (options.end or video.duration or 0) - past.start)

    def _readers(self) -> tuple[ocr.Reader, Closer | None, Sequence[Callable[[], None]]]:
        """The reader for evidence, the one that is shown what may be a subtitle, and what closes both."""
        options = self._options
        if self._past.whole:
            return Nobody(), None, []
        asked = reader(options.engine, options, self._regions, self._threads)
        if options.engine in (QUICK, AUTO) or any(
            ocr.refusal(QUICK, each) for each in languages(options, self._regions)
        ):
            return watched(asked, self._on_read), None, [asked.close]
        quick = ocr.reader(QUICK, threads=self._threads)
        mishaps = Mishaps(self._met.leave_out, UNREAD)
        closer = Closer(lambda clips: readings(clips, asked, mishaps), ocr.batch(asked))
        return watched(quick, self._on_read), closer, [asked.close, quick.close]

    def close(self) -> None:
        """Let go of the readers."""
        for close in self._close:
            close()

    @property
    def left_out(self) -> Counter[str]:
        """How many texts of each kind the survey and the decision left out."""
        return self._surveyed + self._decided

    def whole(self) -> Past:
        """The past for a run that only has to decide: everything that was read."""
        counted = self._met.left_out() + self._surveyed
        return Past(self._past.start, self.position, (), self.case.seen, counted, self._met.skipped(), whole=True)

    @property
    def position(self) -> int:
        """The time (ms) before which all has been read; no text begins shortly before or after it.

        So it makes no difference if who goes on there finds the next beginning a frame earlier or later. A picture that
        waits for a closer look must be seen again.
        """
        if self._result is not None and not self._broken:
            return self._until or self.case.known
        since = self._closer.since if self._closer else None
        limit = self.case.known if since is None else min(since, self.case.known)
        before = (seen.clip.start for seen in self.case.seen if seen.clip.start < limit)
        return max(self._past.position, (max([limit - 2 * SEAM, self._past.start, *before]) + limit) // 2)

    def likely(self) -> list[Cue]:
        """The cues by all that is known now, in order of start; at the end the result."""
        return self._cues(self.case.decision()) if self._result is None else list(self._result)

    def rejected(self) -> list[Cue]:
        """The texts that were read and are no cue of the result, with their kind ("unsure": hardly a text)."""
        return rejected(self.case, self.likely(), KEPT.values(), self._regions.language)

    def _cues(self, decision: Decision, tell: Callable[[str], None] = lambda what: None) -> list[Cue]:
        found = merge(starmap(Batch[Reading], decision.found()), self._regions.language, tell)
        lines = joined(found) if self._options.join_words else found
        return sorted((cue for _, cues in lines for cue in cues), key=lambda cue: cue.start)

    def steps(self) -> Generator[Sequence[Cue], None, None]:
        """The cues that are certain, by steps of the work, and at the end the rest.

        Raises DecodeError after that where the video breaks off.
        """
        if not self._past.whole:
            yield from self._found()
        yield from self._rest()
        if self._broken:
            raise self._broken

    def surveyed(self) -> Surveyed:
        """Where text is to be looked for, told by some stills."""
        options, left_out = self._options, Counter[str]()
        zones, elsewhere = self._survey(ocr.detector(threads=self._threads).detect, left_out)
        task = ScanJob(
            self._video,
            zones,
            self._how,
            options.start,
            options.end,
            keep=options.kept_kinds,
            threads=self._threads,
            first=max(self._past.start, options.start - LEAD),
            elsewhere=elsewhere,
        )
        return Surveyed(task, left_out)

    def _found(self) -> Generator[Sequence[Cue], None, None]:
        """Look at the pictures, and hand out what becomes certain."""
        known, detect = known_of(self._video.path), ocr.detector(threads=self._threads).detect
        surveyed = known.surveyed if known else self.surveyed()
        self._surveyed.update(surveyed.left_out)
        with closing(prefetch(scan(surveyed.task, detect, self._options.processes), ANSWERS_AHEAD)) as answers:
            found = read(self._reported(answers), self._reader, Mishaps(self._met.leave_out, UNREAD))
            for _, cues in merge(self._settled(found), self._regions.language):
                self._handed += cues
                yield cues

    def _survey(self, detect: Detect, left_out: Counter[str]) -> tuple[Sequence[Zone], Elsewhere]:
        """Where text was seen, and where else it may be found; what is left out is counted."""
        logos: list[Box] = []
        note = partial(self._note, left_out)
        count = min(MAX_STILLS, STILLS + STILLS_PER_MINUTE * ((self._video.duration or 0) // 60_000))
        with closing(prefetch(stills(self._video.path, count=count, how=self._how), STILLS_AHEAD)) as seen:
            zones = survey(seen, detect, regions=self._regions.boxes, leave_out=note, on_logo=logos.append)
        return zones, Elsewhere(self._regions.boxes, tuple(logos))

    def _settled(self, found: Iterable[Batch[Reading]]) -> Iterator[Batch[Reading]]:
        """The readings that are certain; most before the time of their batch are. A step may bring none."""
        end = self._until or NEVER  # not what is known at last, which depends on how many texts came at once
        for complete_until, texts in found:
            self.case.add(min(complete_until, end), self._taken(texts))
            yield from self._round()
        if self._until and not self._broken:
            self.case.add(self._until, ())
            yield from self._round()

    def _round(self) -> Iterator[Batch[Reading]]:
        certain: list[Reading] = []
        for now in self.case.rounds():
            yield from self._looked_at(self._closer.look(now) if self._closer else ())
            certain += self._certain(now)
        yield from self._looked_at(self._closer.make_room() if self._closer else ())
        yield Batch(self._safe, certain)

    def _certain(self, now: Round) -> Iterator[Reading]:
        """The texts handed out after a round. Words wait until the end: an uncertain one may be part of a line."""
        self._safe = now.time - LAG
        for seen in () if self._options.join_words else now.settled:
            yield seen.clip, seen.told

    def _looked_at(self, steps: Iterable[None]) -> Iterator[Batch[Reading]]:
        """Steps in which a costly reader is asked and nothing is certain yet."""
        for _ in steps:
            self._report()
            yield Batch(self._safe, ())

    def _taken(self, texts: Iterable[Reading]) -> Iterator[Seen]:
        """The texts that an earlier run did not read, as they are kept."""
        again = self._past.position > self._past.start
        for clip, lines in texts:
            if again:
                clip = replace(clip, evidence=tuple(replace(one, from_first=False) for one in clip.evidence))
            if not (again and clip.start < self._past.position and self._was_read(clip)):
                seen = Seen.of(clip, lines)
                if self._closer:
                    self._closer.wait(seen, clip)
                yield seen

    def _was_read(self, clip: Clip) -> bool:
        """Whether an earlier run has read a clip that starts before its position; not always what stays for long."""
        if clip.end <= self._past.position:
            return True
        return any(_overlap(clip, seen.clip) and touch(clip.box, seen.clip.box) for seen in self._past.seen)

    def _rest(self) -> Iterator[Sequence[Cue]]:
        """Decide with everything known, and hand out what was not certain before."""
        decision = self.case.decision()
        for _ in self._closer.finish(decision) if self._closer else ():
            self._report()
            yield ()
        for line in told(decision.texts, decision.verdicts):
            log.info("%s", line)
        self._result = self._cues(decision, log.debug)
        self._decided.update(decision.left_out)
        handed = set(self._handed)
        yield [cue for cue in self._result if cue not in handed and not any(_same(cue, one) for one in self._handed)]

    def _reported(self, answers: Iterable[Scanned]) -> Iterator[Batch[Clip]]:
        """The clips found, with a report of how far the pictures are; later stages finish what they have."""
        try:
            for answer in answers:
                self._met.take(answer.seen, answer.left_out, answer.skipped)
                self._seen = answer.seen
                self._report()
                yield answer.batch
        except DecodeError as error:
            self._broken = error

    def _report(self) -> None:
        start, until = self._options.start, self._until
        if self._on_progress:
            self._on_progress(max(0, self._seen - start), until and until - start)

    @property
    def _until(self) -> int | None:
        return self._options.end or self._video.duration

    def _note(self, left_out: Counter[str], kind: str) -> None:
        """Count what the survey leaves out; a run that goes on meets it once more."""
        if kind not in self._options.kept_kinds:
            left_out[kind] += 1


def _same(one: Cue, other: Cue) -> bool:
    """Whether two cues are at one place at the same time."""
    boxes = one.box is None or other.box is None or touch(one.box, other.box)
    return boxes and _overlap(one, other)


def _overlap(one: Clip | Cue, other: Clip | Cue) -> bool:
    return min(one.end, other.end) > max(one.start, other.start)
