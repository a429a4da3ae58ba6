"""Which lines of bilingual subtitles are in which language, and what the cues of each language alone are."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from subextract.durations import TOGETHER
from subextract.languages.identification import doubts, language_of, main_script, scripts
from subextract.types import Box, Cue

RARE_LINES = 1 / 20  # share of the lines of the main language; what is rarer are words of another one in its text
AGREED_LINES = 3 / 4  # share of the lines of a place, of those that are clear, that must be in its language
FOREIGN = 5.0  # nats against a language for each word, or unspaced letter, in a script that it is not written in
NAME_WORD = 1.0  # the same for a Latin word with a capital: names, initials and "OK!" stand in texts of any script
CLEAR_LINE = 3.0  # nats, a chance of 20 to 1, from which a line alone shows in which language it is
UNSEEN = 1 / 2  # lines that count as seen at a place of each language before any was: Jeffreys' prior
UNDETERMINED = "und"  # BCP 47 for what nobody knows

_Place = tuple[int, int, int | None]
"""Which line of how many, and its row on the screen."""


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """The ``index``-th ``of`` so many lines of a cue, with the words of each script in it."""

    text: str
    cue: Cue
    index: int
    of: int
    amounts: Mapping[str, int]
    script: str | None

    @property
    def box(self) -> Box | None:
        """Its part of the cue's box, which all lines share alike."""
        if self.cue.box is None:
            return None
        box, height = self.cue.box, self.cue.box.height / self.of
        top = box.top + self.index * height
        return Box(box.left, round(top), box.right, round(top + height))


@dataclass(frozen=True, slots=True)
class _Tongue:
    """A language of the film and the script of its lines; None where nobody knows."""

    language: str | None
    script: str | None

    @property
    def tag(self) -> str:
        return self.language or "-".join(filter(None, (UNDETERMINED, self.script)))

    @property
    def scripts(self) -> set[str | None]:
        return {self.script, "Kana"} if self.language == "ja" else {self.script}


_Company = Mapping[_Line, Sequence[_Line]]


def split(cues: Iterable[Cue], language: str | None = None, known: Collection[str] = ()) -> dict[str, list[Cue]]:
    """Split bilingual subtitles by language.

    Bilingual subtitles show two languages or more at the same time, as lines of one cue or as separate cues. Two
    languages in one script, such as German above English, are told apart by their places; separate cues need boxes for
    that. Equal lines that touch become one cue again.

    Args:
        cues: All cues of a film.
        language: One of the languages, if known (BCP 47).
        known: Languages that ``Cue.language`` names correctly, because the user named them for a region.

    Returns:
        The cues of each language by its code (BCP 47). A code that begins with ``und`` stands for a language that is
        not certain; its cues have no language.
    """
    ordered = sorted(cues, key=lambda cue: (cue.start, cue.end))
    told = {tag: [cue for cue in ordered if cue.language == tag] for tag in known}
    rest = [cue for cue in ordered if cue.language not in told]
    found = _detected(rest, language) if rest or not any(told.values()) else {}
    for tag, own in told.items():
        if own:
            found[tag] = sorted([*found.get(tag, ()), *own], key=lambda cue: (cue.start, cue.end))
    return found


def _detected(ordered: Sequence[Cue], language: str | None) -> dict[str, list[Cue]]:
    """The same for cues of which nobody said in which language they are, in order."""
    lines = [line for cue in ordered for line in _lines(cue)]
    tongues = _with_known(_tongues(lines), language) if lines else []
    if len(tongues) == 1:
        return {tongues[0].tag: [replace(cue, language=tongues[0].language) for cue in ordered]}
    owners = _owners(lines, tongues)
    return {tongue.tag: _joined(_cues(lines, owners, tongue)) for tongue in tongues}


def _lines(cue: Cue) -> Iterator[_Line]:
    texts = cue.text.split("\n")
    for index, text in enumerate(texts):
        amounts = scripts(text)
        yield _Line(text, cue, index, len(texts), amounts, main_script(amounts))


def _with_known(tongues: Sequence[_Tongue], language: str | None) -> list[_Tongue]:
    """The languages with the code that is known beforehand in the place of the one that it means."""
    same = [one for one in tongues if language and one.tag.split("-")[0] == language.split("-")[0]]
    meant = tongues[0] if len(tongues) == 1 else same[0] if len(same) == 1 else None
    return [replace(one, language=language) if language and one is meant else one for one in tongues]


def _tongues(lines: Sequence[_Line]) -> list[_Tongue]:
    """The languages that the film shows together, in the order in which they first appear; one at least."""
    company = _company(lines)
    by_script: dict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        if line.script:
            by_script[line.script].append(line)
    max_lines = max(map(len, by_script.values()), default=0)
    found = [
        tongue
        for script, own in by_script.items()
        if len(own) == max_lines or _is_language(own, max_lines, company)
        for tongue in _of_one_script(script, own, company)
    ]
    return _distinct(found) or [_Tongue(None, None)]


def _distinct(tongues: Sequence[_Tongue]) -> list[_Tongue]:
    """A language in two scripts, as Serbian can be, is two."""
    times = Counter(one.language for one in tongues)
    return [
        replace(one, language=f"{one.language}-{one.script}") if one.language and times[one.language] > 1 else one
        for one in tongues
    ]


def _company(lines: Sequence[_Line]) -> _Company:
    """For each line the others that are on the screen with it. ``lines`` are in order of start."""
    company: dict[_Line, list[_Line]] = {line: [] for line in lines}
    shown: list[_Line] = []
    for line in lines:
        shown = [other for other in shown if other.cue.end > line.cue.start]
        for other in shown:
            if other.cue is line.cue or min(other.cue.end, line.cue.end) - line.cue.start > TOGETHER:
                company[line].append(other)
                company[other].append(line)
        shown.append(line)
    return company


def _is_language(own: Sequence[_Line], max_lines: int, company: _Company) -> bool:
    """Whether lines of one script, which are not the ``max_lines`` of the film, are one of its languages.

    Then they mostly stand with lines of another script, as a translation does. Where their language is not known they
    may be names, unless they are nearly as many.
    """
    accompanied = sum(any(other.script not in (line.script, None) for other in company[line]) for line in own)
    share = RARE_LINES if language_of(line.text for line in own) else 1 / 2
    return len(own) > share * max_lines and accompanied > len(own) / 2


def _of_one_script(script: str, own: Sequence[_Line], company: _Company) -> list[_Tongue]:
    """The languages of what stands above and of what stands below, where they differ; else that of all lines."""
    upper: list[str] = []
    lower: list[str] = []
    for line in own:
        others = [other for other in company[line] if other.script == script]
        over = any(_is_above(other, line) for other in others)
        under = any(_is_above(line, other) for other in others)
        if over != under:
            (lower if over else upper).append(line.text)
    pair = language_of(upper), language_of(lower)
    if min(len(upper), len(lower)) > RARE_LINES * len(own) and _differ(pair, upper, lower):
        return [_Tongue(language, script) for language in pair]
    return [_Tongue(language_of(line.text for line in own), script)]


def _is_above(one: _Line, other: _Line) -> bool:
    if one.cue is other.cue:
        return one.index < other.index
    return one.box is not None and other.box is not None and one.box.bottom <= other.box.top + other.box.height / 2


def _differ(pair: tuple[str | None, str | None], upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether two places have languages of their own, to which line by line agrees."""
    first, second = pair
    if first is None or second is None or first.startswith(second) or second.startswith(first):
        return False
    return _agree(upper, first, second) and _agree(lower, second, first)


def _agree(texts: Sequence[str], own: str, other: str) -> bool:
    """Whether nearly all of the texts that say clearly in which of two languages they are say the same one."""
    against = [doubts(text, (own, other)) for text in texts]
    right, wrong = (sum(pair[one] >= CLEAR_LINE for pair in against) for one in (1, 0))
    return right > 0 and right >= AGREED_LINES * (right + wrong)


def _owners(lines: Sequence[_Line], tongues: Sequence[_Tongue]) -> dict[_Line, _Tongue]:
    """The language of each line: by its script and its words, and where these say little by its place."""
    against = {line: _against(line, tongues) for line in lines}
    height = statistics.median([line.box.height for line in lines if line.box] or [1])
    shown = _shown(against, height)
    owners = {}
    for line, doubt in against.items():
        there = shown[line.index, line.of, _row(line, height)]
        rest = UNSEEN * len(tongues)
        whole = [one - math.log((there[number] + UNSEEN) / (there.total() + rest)) for number, one in enumerate(doubt)]
        owners[line] = tongues[whole.index(min(whole))]
    return owners


def _shown(against: Mapping[_Line, Sequence[float]], height: float) -> defaultdict[_Place, Counter[int]]:
    """How many lines of which language stand where, as far as they say so themselves."""
    shown: defaultdict[_Place, Counter[int]] = defaultdict(Counter)
    for line, doubt in against.items():
        best, second = sorted(range(len(doubt)), key=doubt.__getitem__)[:2]
        if doubt[second] - doubt[best] < CLEAR_LINE:
            continue
        row = _row(line, height)
        for near in (None,) if row is None else (row - 1, row, row + 1):
            for place in {(line.index, line.of, near), (0, 1, near)}:  # a line alone is like any on its row
                shown[place][best] += 1
    return shown


def _row(line: _Line, height: float) -> int | None:
    """Where on the screen the middle of a line is, in steps of half a line of usual ``height``."""
    return None if line.box is None else round((line.box.top + line.box.bottom) / max(1, height))


def _against(line: _Line, tongues: Sequence[_Tongue]) -> list[float]:
    """The evidence of the line itself against each language, in nats."""
    found = [
        sum(_weight(line, script) for script in line.amounts if script not in tongue.scripts) for tongue in tongues
    ]
    alike = [number for number, tongue in enumerate(tongues) if tongue.script == line.script]
    if line.script and len(alike) > 1:
        for number, doubt in zip(alike, doubts(line.text, [tongues[number].tag for number in alike]), strict=True):
            found[number] += doubt
    return found


def _weight(line: _Line, script: str) -> float:
    """The evidence of the words in one script against a language that is not written in it, in nats."""
    number, names = line.amounts[script], 0
    if script == "Latn":
        names = min(number, sum(any(map(str.isupper, word)) for word in line.text.split()))
    return NAME_WORD * names + FOREIGN * (number - names)


def _cues(lines: Sequence[_Line], owners: Mapping[_Line, _Tongue], tongue: _Tongue) -> Iterator[Cue]:
    """The part of each cue in one language, in order of start."""
    for _, whole in groupby(lines, key=lambda line: id(line.cue)):
        own = [line for line in whole if owners[line] is tongue]
        if own:
            text, boxes = "\n".join(line.text for line in own), [line.box for line in own if line.box]
            box = boxes[0].union(boxes[-1]) if boxes else None
            cue = own[0].cue
            words = cue.words if text == cue.text else ()
            yield replace(cue, text=text, box=box, language=tongue.language, italics=(), words=words)


def _joined(cues: Iterable[Cue]) -> list[Cue]:
    """Equal cues that touch as one: the lines of another language between them came and went alone."""
    joined: list[Cue] = []
    latest: dict[str, int] = {}
    for cue in cues:
        last = latest.get(cue.text)
        if last is not None and cue.start - joined[last].end <= TOGETHER:
            joined[last] = replace(joined[last], end=max(joined[last].end, cue.end))
        else:
            latest[cue.text] = len(joined)
            joined.append(cue)
    return joined
