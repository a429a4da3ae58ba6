"""Which words that are shown one after the other are one line.

Many short videos show what is said word by word: a few frames for each, the next one in its place. As cues they are
right, and as a subtitle file nobody can read them. What makes a line is decided by its words and by what follows them,
never by what came before, so that a run that goes on where a line begins makes the same lines.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import takewhile

from subextract.boxes import same_anchor
from subextract.durations import NEVER, TOGETHER
from subextract.errors import DecodeError
from subextract.languages.identification import parted
from subextract.text import is_wide
from subextract.types import Batch, Box, Cue, Word

WORDS_AT_ONCE = 3  # that such captions show at a time, at most
IN_A_WORD = 2  # letters of a Chinese word, on average; nothing parts them
BRIEF_CUE = 830  # ms; guides want each subtitle to stay for five sixths of a second: what is gone sooner is no sentence
QUICK_CUE = 500  # ms; twelve frames: words that are spoken stay for less, subtitles that are read hardly ever do
MANY_CUES = 3  # brief cues in touch that are no chance, even where none is quick
LINGER = 2500  # ms for which the last word of a line may stay, until the speaker goes on
SENTENCE_PAUSE = 250  # ms; a shorter silence is within a sentence

LINE_LETTERS = 42  # letters that a line has at most, as guides for Latin scripts say
WIDE_LINE = 18  # the same for Chinese, Japanese and Korean ones, where they say 16 to 20
COMMA_SLACK = 0.3  # of a line, by which it may rather be shorter or longer and end where one pauses

SENTENCE = re.compile(r"[.?!…。．｡？！؟۔।][\"'”’»›」』）)\]]*\Z")
CLAUSE = re.compile(r"[,;:，、､；：،—–][\"'”’»›」』）)\]]*\Z")
TITLES = frozenset(("mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "vs."))  # what their dots end is no sentence


def joined(found: Iterable[Batch[Cue]]) -> Iterator[Batch[Cue]]:
    """The cues with lines in the place of words that are shown one after the other; all others as they are.

    No line is up at the time until which a batch of the answer is complete. A DecodeError comes after what was found
    before it.
    """
    joiner, complete_until = _Joiner(), 0
    failure: DecodeError | None = None
    try:
        for complete_until, cues in found:
            for cue in cues:
                joiner.add(cue)
                yield joiner.ready(cue.start)
            yield joiner.ready(complete_until)
    except DecodeError as error:
        failure = error
    yield joiner.rest(complete_until)
    if failure:
        raise failure


@dataclass(frozen=True, slots=True)
class _Run:
    """Cues that follow one another at one place. Where it is not ``open``, it is one cue that is certain."""

    cues: tuple[Cue, ...]
    open: bool

    @property
    def start(self) -> int:
        return self.cues[0].start

    def takes(self, cue: Cue) -> bool:
        """Whether the cue is its next word."""
        last = self.cues[-1]
        return self.open and _goes_on(last) and _is_word(cue, LINGER) and _follows(cue, last)

    def is_over(self, known: int) -> bool:
        """Whether nothing can follow it that starts at a time (ms) or later."""
        return not _goes_on(self.cues[-1]) or known > self.cues[-1].end + SENTENCE_PAUSE

    def settled(self, known: int) -> list[_Run]:
        """Its lines, as far as they are certain when nothing starts before a time any more."""
        if not self.open:
            return [self]
        fill = _fill(_text(self.cues))
        if fill > 2 or (fill > 1 and self.is_over(known)):
            first = _first_line(self.cues)
            return [*_certain(self.cues[:first]), *_Run(self.cues[first:], True).settled(known)]
        return _certain(self.cues) if self.is_over(known) else [self]


class _Joiner:
    """The cues that were not handed out yet, and until when all were."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []  # in order of start
        self._shown: list[Cue] = []  # handed out, and perhaps still up
        self._position = 0

    def add(self, cue: Cue) -> None:
        for index, run in enumerate(self._runs):
            if run.takes(cue):
                self._runs[index] = _Run((*run.cues, cue), True)
                return
        self._runs.append(_Run((cue,), _is_word(cue, BRIEF_CUE)))

    def ready(self, complete_until: int) -> Batch[Cue]:
        """The cues that start before all that is not certain yet, with a time at which none of them is up."""
        settled = [part for run in self._runs for part in run.settled(complete_until)]
        settled.sort(key=lambda run: run.start)
        cues = [run.cues[0] for run in takewhile(lambda run: not run.open, settled)]
        self._runs = settled[len(cues) :]
        before = min([complete_until, *(run.start for run in self._runs[:1])])
        self._shown = [cue for cue in (*self._shown, *cues) if cue.end > before]
        if not any(cue.start < before for cue in self._shown):  # else who goes on there would find its rest again
            self._position = max(self._position, before)
        return Batch(self._position, cues)

    def rest(self, complete_until: int) -> Batch[Cue]:
        """All other cues, which nothing follows."""
        shown = self._shown
        cues = self.ready(NEVER).items
        return Batch(max([complete_until, *(cue.end for cue in (*shown, *cues))]), cues)


def _certain(cues: Sequence[Cue]) -> list[_Run]:
    return [_Run((cue,), False) for cue in ([_line(cues)] if _are_words(cues) else cues)]


def _is_word(cue: Cue, longest: int) -> bool:
    """Whether it may be a word of a line by itself: short, plain, and shown for at most ``longest`` ms."""
    if cue.kind or cue.vertical or cue.markup or cue.styled or cue.italics or cue.words or "\n" in cue.text:
        return False
    count = sum(max(1, math.ceil(sum(map(is_wide, word)) / IN_A_WORD)) for word in cue.text.split())
    return 0 < count <= WORDS_AT_ONCE and _fill(cue.text) <= 1 / 2 and cue.end - cue.start <= longest


def _goes_on(cue: Cue) -> bool:
    """Whether another word can follow this one in its line."""
    last = cue.text.split()[-1].lower()
    return cue.end - cue.start <= BRIEF_CUE and (not SENTENCE.search(last) or last in TITLES)


def _follows(cue: Cue, last: Cue) -> bool:
    in_touch = -TOGETHER <= cue.start - last.end <= SENTENCE_PAUSE and cue.start > last.start
    alike = (cue.language, cue.forced, cue.untranslated) == (last.language, last.forced, last.untranslated)
    return in_touch and alike and _same_place(cue.box, last.box)


def _same_place(one: Box | None, other: Box | None) -> bool:
    return one is other if one is None or other is None else same_anchor(one, other)


def _are_words(cues: Sequence[Cue]) -> bool:
    """Whether they are shown so quickly that they can only be read as one line; what blinks is none."""
    brief = [cue.end - cue.start for cue in cues if cue.end - cue.start <= BRIEF_CUE]
    quick = sum(length <= QUICK_CUE for length in brief)
    return len({cue.text for cue in cues}) > 1 and (len(brief) >= MANY_CUES or 2 * quick >= len(brief))


def _first_line(cues: Sequence[Cue]) -> int:
    """How many of the cues, which are too many for one line, are the first: a full line, or half of two."""
    fills = [_fill(_text(cues[:number])) for number in range(1, len(cues) + 1)]
    wanted = 1.0 if fills[-1] > 2 else fills[-1] / 2
    fitting = [number for number in range(1, len(cues)) if fills[number - 1] <= 1]
    halves = [number for number in fitting if _fill(_text(cues[number:])) <= 1]
    return min(
        halves or fitting,
        key=lambda number: abs(fills[number - 1] - wanted) - COMMA_SLACK * bool(CLAUSE.search(cues[number - 1].text)),
    )


def _line(cues: Sequence[Cue]) -> Cue:
    """One cue of several, with the times of its words, none of which is said before the one in front of it is over."""
    ends = [*(cue.start for cue in cues[1:]), NEVER]
    words = tuple(Word(cue.start, min(cue.end, end), cue.text) for cue, end in zip(cues, ends, strict=True))
    scores = [cue.score for cue in cues if cue.score is not None]
    boxes = [cue.box for cue in cues if cue.box]
    alternative = _text([replace(cue, text=cue.alternative or cue.text) for cue in cues])
    return replace(
        cues[0],
        end=words[-1].end,
        text=_text(cues),
        box=reduce(Box.union, boxes) if boxes else None,
        score=min(scores, default=None),
        alternative=alternative if any(cue.alternative for cue in cues) else None,
        words=words,
    )


def _text(cues: Sequence[Cue]) -> str:
    return reduce(lambda before, after: before + parted(before, after) + after, (cue.text for cue in cues))


def _fill(text: str) -> float:
    """How much of a line the text takes."""
    letters = [letter for letter in text if not unicodedata.combining(letter)]
    return sum(LINE_LETTERS if is_wide(letter) else WIDE_LINE for letter in letters) / (LINE_LETTERS * WIDE_LINE)
