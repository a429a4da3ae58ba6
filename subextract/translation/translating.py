"""How the cues of a film become cues in another language: the same number, the same times, the same form."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from subextract.errors import EngineError, Untranslated
from subextract.formats.event import with_text
from subextract.formats.styled import plain_of, with_tags
from subextract.languages.identification import language_of
from subextract.languages.names import known
from subextract.languages.packs import same_language
from subextract.options import TranslationOptions
from subextract.translation.balance import columns
from subextract.translation.cache import Cache, digest
from subextract.translation.protocols import Passage, Task, Translator
from subextract.translation.shape import Turn, dressed, plain, styled_like, turns
from subextract.types import Cue

log = logging.getLogger(__name__)

UPRIGHT = frozenset({"Hans", "Hant", "Jpan", "Kore"})  # scripts that are written in columns, too

Progress = Callable[[int, int | None], None]


class LineLimits(NamedTuple):
    """The limits of a translation: columns per line, ``speed`` in columns per second, passages of context around each.

    ``bilingual`` says where the translation stands: "above" or "below" the original, or "no" for it alone.
    """

    width: int
    speed: float
    bilingual: str
    context: int

    @classmethod
    def of(cls, chosen: TranslationOptions) -> Self:
        return cls(chosen.line_width, chosen.reading_speed, chosen.bilingual, chosen.context)


@dataclass(frozen=True, slots=True)
class Translation:
    """The cues, as many as before and with the same times; ``failed`` of them are as they were, and marked.

    ``trouble`` is why the translator could not go on, where it could not.
    """

    cues: list[Cue]
    failed: int = 0
    trouble: EngineError | None = None

    def failure(self, way_on: str = "") -> Untranslated | None:
        """The sentence on cues that could not be translated, and how to continue; None if there are none."""
        if not self.failed:
            return None
        reason = f" ({str(self.trouble).rstrip('.')})" if self.trouble else ""
        told = f"{self.failed} of {len(self.cues)} cues could not be translated{reason}: they stay as they were."
        return Untranslated(f"{told} {way_on}".rstrip())


def translated(
    cues: Sequence[Cue],
    translator: Translator,
    task: Task,
    *,
    cache: Cache,
    way: LineLimits,
    on_progress: Progress | None = None,
) -> Translation:
    """The cues in another language; those that are in it already stay as they are.

    Answers are kept as they come, so that a run that is stopped goes on where it was.
    """
    film = _Film(cues, task, way)  # what is in the language already, only marks say
    task = replace(task, source=task.source or _source(cues, task.to))
    passages = film.passages()
    keys = {passage.number: digest(translator.key(passage, task)) for passage in passages}
    answers = cache.known(dict.fromkeys(keys.values()))
    unknown = {keys[passage.number]: passage for passage in reversed(passages) if keys[passage.number] not in answers}
    log.info("%d of %d passages are asked for.", len(unknown), len(passages))
    trouble = None
    try:
        for key, text in _asked(translator, unknown, task):
            answers[key] = text
            cache.remember({key: text})
            if on_progress:
                on_progress(sum(one in answers for one in keys.values()), len(keys))
    except EngineError as error:
        trouble = error
    done = {number: answers[key] for number, key in keys.items() if key in answers}
    made = [film.cue(index, done) for index in range(len(cues))]
    return Translation(made, sum(cue.untranslated for cue in made), trouble)


def _asked(translator: Translator, unknown: Mapping[str, Passage], task: Task) -> Iterator[tuple[str, str]]:
    """The answers by their keys; of passages with the same key the first one is asked for."""
    key_of = {passage.number: key for key, passage in unknown.items()}
    passages = sorted(unknown.values(), key=lambda passage: passage.number)
    if passages:
        for number, text in translator.answers(passages, task):
            yield key_of[number], text


def _source(cues: Sequence[Cue], to: str) -> str | None:
    """The language of most cues, as they say themselves or by their words.

    Words never say that there is nothing to translate: of Danish and Norwegian one is easily taken for the other.
    """
    marks = Counter(cue.language for cue in cues if cue.language and not same_language(cue.language, to))
    if marks:
        return marks.most_common(1)[0][0]
    found = language_of(line for cue in cues for line in cue.text.split("\n"))
    return None if found is None or same_language(found, to) else found


class _Film:
    """All cues with what is said in them."""

    def __init__(self, cues: Sequence[Cue], task: Task, way: LineLimits) -> None:
        self._cues, self._task, self._way = cues, task, way
        self._turns = [turns(cue) for cue in cues]
        self._numbers: dict[tuple[int, int], int] = {}
        places = (
            (index, place)
            for index, said in enumerate(self._turns)
            for place, turn in enumerate(said)
            if turn.says_something
        )
        for number, at in enumerate(places, 1):
            self._numbers[at] = number

    def passages(self) -> list[Passage]:
        """The passages to be translated, in order."""
        context = self._way.context
        texts = [plain(self._turns[index][place].words) for index, place in self._numbers]
        return [
            Passage(
                number,
                self._turns[index][place].words,
                tuple(texts[max(0, number - 1 - context) : number - 1]),
                tuple(texts[number : number + context]),
                self._max_columns(index, place),
                self._cues[index],
            )
            for (index, place), number in self._numbers.items()
            if not self._is_in_it(index)
        ]

    def cue(self, index: int, done: Mapping[int, str]) -> Cue:
        """The cue in the other language, or marked; as it was where there is nothing to translate."""
        cue, said = self._cues[index], self._turns[index]
        numbers = {place: self._numbers[index, place] for place in range(len(said)) if (index, place) in self._numbers}
        if not numbers or self._is_in_it(index):
            return cue
        if not all(number in done for number in numbers.values()):
            return replace(cue, untranslated=True)
        new = [
            replace(turn, words=styled_like(turn.words, done[numbers[place]])) if place in numbers else turn
            for place, turn in enumerate(said)
        ]
        return self._made(cue, new)

    def _made(self, cue: Cue, said: Sequence[Turn]) -> Cue:
        translation, original = dressed(said, self._way.width), with_tags(cue)
        order = {"above": (translation, original), "below": (original, translation)}
        styled = "\n".join(order.get(self._way.bilingual, (translation,)))
        text = plain_of(styled)
        return replace(
            cue,
            text=text,
            styled=styled if "<" in styled else None,
            italics=(),
            words=(),
            original=cue.text,
            untranslated=False,
            language=self._task.to,
            markup=cue.markup and with_text(cue.markup, styled),
            alternative=None,
            vertical=cue.vertical and known(self._task.to).script in UPRIGHT,
        )

    def _is_in_it(self, index: int) -> bool:
        language = self._cues[index].language or self._task.source
        return language is not None and same_language(language, self._task.to)

    def _max_columns(self, index: int, place: int) -> int:
        """How much can be read of a passage: its share of the time of its cue, and no less than the original has."""
        cue, own = self._cues[index], columns(plain(self._turns[index][place].words))
        whole = sum(columns(plain(turn.words)) for turn in self._turns[index])
        return max(own, int(self._way.speed * (cue.end - cue.start) / 1000 * own / whole))
