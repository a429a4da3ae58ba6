"""When is it decided which texts are subtitles: of the whole video at its end, and before that as far as it is certain.

What was read is held without its pictures: of a film of three hours less than 100 MB. From time to time the latest
minutes are judged by themselves. A text that is then certain can be handed out, because its style is. When that is
done, and of what, depends on the times of the texts alone, and not on how many of them come at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from subextract.durations import AWAITED, LOGO_TIME
from subextract.types import Clip, Image, Line
from subextract.verdict.blocks import Text, distinct
from subextract.verdict.judging import Film, Judged, judged

ROUND_EVERY = 120_000  # ms of the video from one round to the next
WINDOW = 600_000  # ms before a round that are judged in it: each text five times, however long the film
LAG = 30_000  # ms before a round whose texts wait for the next one: what comes after a text tells of it, too
LATE = 10_000  # ms after its end until which what stays for long is surely known
MANY_BEGINNINGS = 12  # beginnings of texts of one style from which it can be certain; signs and logos change less often
SURE_STYLE, SURE_TEXT = 3.0, 2.0  # log-odds from which a style and a text of it are subtitles for certain: 95% and 88%
NO_STYLE, UNLIKELY = -3.0, -3.0  # log-odds under which a style and a text are other text: 5%
NO_TEXT = ""  # the kind of what turned out to say nothing
NOTHING: Image = np.zeros((0, 0, 3), np.uint8)

Reading = tuple[Clip, Sequence[Line]]


@dataclass(eq=False, slots=True)
class Seen:
    """A clip without its pictures and its lines: as they were ``read`` for evidence, and as they are ``told``.

    The two differ where another reader looked more closely. ``texts`` is what is known of each line; empty where it was
    not followed, or has a kind already.
    """

    clip: Clip
    read: Sequence[Line]
    told: Sequence[Line]
    texts: Sequence[Text]
    handed: bool = False

    @classmethod
    def of(cls, clip: Clip, read: Sequence[Line], told: Sequence[Line] | None = None) -> Seen:
        """The parts of a clip that are kept after its pictures are released."""
        slim = replace(clip, image=NOTHING, frames=())
        return cls(slim, read, read if told is None else told, _texts_of(clip, read))

    @property
    def worded(self) -> list[Text]:
        """The texts in which something was read."""
        return [text for text in self.texts if text.said.strip()]


class Standing(IntEnum):
    """How likely a clip shows a subtitle, in a round."""

    HOPELESS = 0  # it is other text, like all of its style
    UNLIKELY = 1
    OPEN = 2
    SETTLED = 3


@dataclass(frozen=True, slots=True)
class Round:
    """The certain texts at a ``time`` (ms) of the video: those ``settled`` since the round before, and more."""

    time: int
    settled: Sequence[Seen]
    standings: Mapping[int, Standing]

    def standing(self, seen: Seen) -> Standing:
        """How likely it is a subtitle; open, where it was not judged."""
        return self.standings.get(id(seen), Standing.OPEN)


class Kept(NamedTuple):
    """The numbers of those lines of a clip that are subtitles, or of one other kind; ``clip`` has these alone."""

    seen: Seen
    clip: Clip
    numbers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Decision:
    """The subtitles, and the texts of a kind that is kept, in order of start.

    What stays for more than a minute comes when it goes. ``left_out`` counts the other text by kind (Cue.kind);
    ``verdicts`` are those on ``texts``.
    """

    kept: Sequence[Kept] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    texts: Sequence[Text] = ()
    verdicts: Sequence[Judged] = ()

    def found(self) -> Iterator[tuple[int, list[Reading]]]:
        """The same as clips with their lines as they are told by now, each with the time (ms) whose turn it is."""
        for seen, clip, numbers in self.kept:
            yield _turn(clip)[0], [(clip, [seen.told[number] for number in numbers])]


class Case:
    """All that was read of a video, and what is decided of it.

    ``known`` is the time (ms) before which everything has been read, ``start`` where it begins. What an earlier run had
    ``seen`` needs no round once more.
    """

    def __init__(
        self, film: Film, *, start: int = 0, keep: frozenset[str] = frozenset(), seen: Iterable[Seen] = ()
    ) -> None:
        self.film, self.start = film, start
        self.seen: list[Seen] = list(seen)
        self.known = start
        self._keep = keep
        self._round = start + ROUND_EVERY
        self._recent = 0  # what is seen before this number began too long ago for the next round

    def goes_on_at(self, time: int) -> None:
        """All that begins before a time (ms) is there already."""
        self.known = max(self.known, time)
        while self._round <= self.known:
            self._round += ROUND_EVERY

    def add(self, known: int, seen: Iterable[Seen]) -> None:
        """Take what was read next, and the time (ms) before which no further text will start."""
        self.seen += seen
        self.known = max(self.known, known)

    def rounds(self) -> Iterator[Round]:
        """The rounds for which enough is known by now."""
        while self._round <= self.known:
            yield self._at(self._round)
            self._round += ROUND_EVERY

    def decision(self) -> Decision:
        """The decision from all that is known now."""
        texts = distinct([text for one in self.seen for text in one.worded])
        verdicts = judged(texts, self.film)
        by_text = _by_text(texts, verdicts)
        left_out: Counter[str] = Counter()
        kept = [part for one in self.seen for part in self._parts(one, by_text, left_out)]
        kept.sort(key=lambda part: _turn(part.clip))
        return Decision(kept, left_out, texts, verdicts)

    def _at(self, time: int) -> Round:
        while self._recent < len(self.seen) and self.seen[self._recent].clip.start < time - WINDOW:
            self._recent += 1
        recent = [one for one in self.seen[self._recent :] if _is_of_round(one.clip, time)]
        texts = distinct([text for one in recent for text in one.worded])
        verdicts = judged(texts, self.film)
        by_text, sure = _by_text(texts, verdicts), _means(texts, verdicts)
        standings = {id(one): self._standing(one, by_text, sure) for one in recent}
        settled = []
        for one in recent:
            if standings[id(one)] is Standing.SETTLED and not one.handed and one.clip.start < time - LAG:
                one.handed = True
                settled.append(one)
        return Round(time, sorted(settled, key=lambda one: _turn(one.clip)), standings)

    def _standing(self, one: Seen, by_text: Mapping[int, Judged], sure: Mapping[int, float]) -> Standing:
        """Where all that is said in a clip stands; other text that is kept is no less wanted than a subtitle."""
        worded = [text for text in one.worded if id(text) in by_text]  # the others are seen twice
        verdicts = [by_text[id(text)] for text in worded]
        wanted = any(_kind(text, verdict) in self._keep for text, verdict in zip(worded, verdicts, strict=True))
        standing = _standing(verdicts, sure) if one.texts else Standing.SETTLED
        return max(standing, Standing.OPEN) if wanted else standing

    def _parts(self, one: Seen, by_text: Mapping[int, Judged], left_out: Counter[str]) -> Iterator[Kept]:
        """The lines of a clip that are subtitles, and those of other kinds that are kept."""
        if not one.texts:
            yield Kept(one, one.clip, range(len(one.told)))
            return
        kinds = [_kind(text, by_text.get(id(text))) for text in one.texts]
        for kind in dict.fromkeys(kinds):
            numbers = [number for number, other in enumerate(kinds) if other == kind]
            if kind and kind not in self._keep:
                left_out[kind] += 1
            elif kind != NO_TEXT:
                yield Kept(one, with_lines(replace(one.clip, kind=kind), numbers), numbers)


def with_lines(clip: Clip, numbers: Sequence[int]) -> Clip:
    """The clip with some of its lines alone."""
    evidence = tuple(clip.evidence[number] for number in numbers) if clip.evidence else ()
    return replace(clip, lines=tuple(clip.lines[number] for number in numbers), evidence=evidence)


def _texts_of(clip: Clip, lines: Sequence[Line]) -> list[Text]:
    """The facts about each line of a clip; none where it was not followed."""
    if len(clip.evidence) != len(lines) or clip.kind:
        return []
    both = zip(clip.evidence, lines, strict=True)
    return [Text(evidence, line.text, line.score, clip.vertical) for evidence, line in both]


def _turn(clip: Clip) -> tuple[int, int]:
    """When it is the turn of a clip: at its start, unless it stays for so long that others must not wait for it."""
    return clip.start if clip.end - clip.start < AWAITED else clip.end, clip.box.top


def _is_of_round(clip: Clip, time: int) -> bool:
    """Whether a clip is judged in the round at a time (ms), and surely known then: trackers tell late of what stays."""
    known = clip.end - clip.start < AWAITED or clip.end + LATE <= time
    return time - WINDOW <= clip.start < time and known


def _by_text(texts: Sequence[Text], verdicts: Sequence[Judged]) -> dict[int, Judged]:
    return {id(text): verdict for text, verdict in zip(texts, verdicts, strict=True)}


def _means(texts: Sequence[Text], verdicts: Sequence[Judged]) -> dict[int, float]:
    """The mean log-odds of each style of which there are enough texts to be certain, by its number."""
    odds: dict[int, list[float]] = defaultdict(list)
    starts: dict[int, set[int]] = defaultdict(set)
    for text, verdict in zip(texts, verdicts, strict=True):
        odds[verdict.style].append(verdict.odds)
        starts[verdict.style].add(text.evidence.start)
    return {style: sum(each) / len(each) for style, each in odds.items() if len(starts[style]) >= MANY_BEGINNINGS}


def _standing(verdicts: Sequence[Judged], sure: Mapping[int, float]) -> Standing:
    """Where all that is said in a clip stands; what says nothing is no subtitle."""
    if all(_is_certain(verdict, sure, SURE_TEXT, SURE_STYLE) for verdict in verdicts) and verdicts:
        return Standing.SETTLED
    if max((verdict.odds for verdict in verdicts), default=UNLIKELY) > UNLIKELY:
        return Standing.OPEN
    hopeless = all(sure.get(verdict.style, 0.0) < NO_STYLE for verdict in verdicts)
    return Standing.HOPELESS if hopeless else Standing.UNLIKELY


def _is_certain(verdict: Judged, sure: Mapping[int, float], min_odds: float, of_style: float) -> bool:
    return verdict.odds >= min_odds and sure.get(verdict.style, 0.0) >= of_style


def _kind(text: Text, verdict: Judged | None) -> str | None:
    if verdict is None:
        return NO_TEXT
    if verdict.is_subtitle:
        return None
    return "static" if text.evidence.end - text.evidence.start > LOGO_TIME else "sign"
