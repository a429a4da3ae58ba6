"""How near are the found cues to the true ones.

A true cue and a found one belong together when they share at least half of the time that they cover together
(intersection over union); the largest share goes first, then the nearest text. This and ``msr_cer`` follow the visual
subtitle track of the ICPR 2022 MSR challenge, except that every found cue that belongs to none counts as an error, also
where the video shows no text at all.

    cues, hypotheses   how many are true, how many were found
    missed, invented   true cues without a found one, found cues without a true one
    msr_cer            mean character error over true cues and invented ones, which count 1 like missed ones; compared
                       without spaces, punctuation and case
    cer                edits per true character over the pairs, with all of these
    precision, recall, f1   a pair is right when its character error (without spaces ...) is at most 0.1
    exact              share of true cues with identical text, line breaks as spaces
    perfect            share of true cues that are exact with both edges within the tolerance of their clip
    start_ms, end_ms   median and 95th percentile of the distance of the edges over the pairs
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import srt  # type: ignore[import-untyped]
from rapidfuzz.distance import Levenshtein

from subextract.formats import load
from subextract.types import Cue

MARKUP = re.compile(r"<[^>]+>|\{\\[^}]*\}")
ROUNDING = 1e-3  # s; subtitle files hold whole milliseconds, video files do not
RIGHT = 0.1  # the character error up to which a pair is right, as in the MSR challenge
OTHERS = (".ass", ".vtt")  # results in these are read as well; truth is always SubRip
HUNDREDTHS = 0.009  # s; ASS rounds its times down to hundredths
SAME_TIME = 0.5  # the share of time up from which two cues belong together, as in the MSR challenge


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one true cue, or of one that was found without there being a true one."""

    truth: Cue | None
    found: Cue | None
    tolerance: float
    clip: str = ""

    @property
    def kind(self) -> str:
        """``perfect``, or the first thing that is wrong: ``missed``, ``invented``, ``text`` or ``timing``."""
        if self.truth is None or self.found is None:
            return "invented" if self.truth is None else "missed"
        if folded(self.truth.text) != folded(self.found.text):
            return "text"
        nearest = max(self.start_error, self.end_error)
        return "perfect" if nearest <= self.tolerance + ROUNDING else "timing"

    @property
    def character_error(self) -> float:
        """0 for the same letters and digits, 1 for nothing in common, or for no partner at all."""
        if self.truth is None or self.found is None:
            return 1.0
        true, found = letters(self.truth.text), letters(self.found.text)
        distance = Levenshtein.distance(true, found)
        return min(1.0, distance / len(true)) if true else float(distance > 0)

    @property
    def start_error(self) -> float:
        """Seconds between the true and the found start of a pair."""
        assert self.truth is not None
        assert self.found is not None
        return abs(self.truth.start / 1000 - self.found.start / 1000)

    @property
    def end_error(self) -> float:
        """Seconds between the true and the found end of a pair."""
        assert self.truth is not None
        assert self.found is not None
        return abs(self.truth.end / 1000 - self.found.end / 1000)


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds; None where there is nothing to measure."""

    median: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the table shows; each is explained at the head of the module."""

    cues: int
    hypotheses: int
    missed: int
    invented: int
    msr_cer: float
    cer: float | None
    precision: float
    recall: float
    f1: float
    exact: float
    perfect: float
    start_ms: Spread
    end_ms: Spread


def folded(text: str) -> str:
    """The text without markup, compatibility forms and white space folded (NFKC); case and punctuation count."""
    return " ".join(unicodedata.normalize("NFKC", MARKUP.sub("", text)).split())


def letters(text: str) -> str:
    """The letters, marks and digits of the text alone, without case."""
    return "".join(each for each in folded(text).casefold() if unicodedata.category(each)[0] not in "ZPSC")


def read(path: Path) -> list[Cue]:
    """The cues of a file by start, end and text; those of SubRip as they stand there, empty ones and markup too."""
    cues = load(path) if path.suffix in OTHERS else _as_they_stand(path)
    return sorted(cues, key=lambda cue: (cue.start, cue.end, cue.text))


def coarseness(path: Path) -> float:
    """Seconds by which a file of this kind may differ from the truth because it holds no finer times."""
    return HUNDREDTHS if path.suffix == ".ass" else 0.0


def _as_they_stand(path: Path) -> list[Cue]:
    millisecond = timedelta(milliseconds=1)
    subtitles = srt.parse(path.read_text(encoding="utf-8-sig"))
    return [Cue(each.start // millisecond, each.end // millisecond, each.content) for each in subtitles]


def compare(truth: Sequence[Cue], found: Sequence[Cue], tolerance: float, clip: str = "") -> list[Verdict]:
    """A verdict on every true cue, in order, then on every invented one; ``tolerance`` in seconds."""
    partners = _partners(truth, found)
    used = set(partners.values())
    verdicts = [
        Verdict(cue, found[partners[index]] if index in partners else None, tolerance, clip)
        for index, cue in enumerate(truth)
    ]
    return verdicts + [Verdict(None, cue, tolerance, clip) for index, cue in enumerate(found) if index not in used]


def _partners(truth: Sequence[Cue], found: Sequence[Cue]) -> dict[int, int]:
    """Which found cue belongs to which true one, by their indices."""
    candidates = (
        (share, -Levenshtein.distance(letters(true.text), letters(other.text)), index, number)
        for index, true in enumerate(truth)
        for number, other in enumerate(found)
        if (share := shared_time(true, other)) >= SAME_TIME
    )
    partners: dict[int, int] = {}
    for _, _, index, number in sorted(candidates, reverse=True):
        if index not in partners and number not in partners.values():
            partners[index] = number
    return partners


def shared_time(one: Cue, other: Cue) -> float:
    """Intersection over union of two time spans: 1 the same, 0 nothing in common."""
    common = min(one.end / 1000, other.end / 1000) - max(one.start / 1000, other.start / 1000)
    if common <= 0:
        return 0.0
    return common / (max(one.end / 1000, other.end / 1000) - min(one.start / 1000, other.start / 1000))


def figures(verdicts: Sequence[Verdict]) -> Figures:
    """The figures over any number of clips."""
    kinds = [verdict.kind for verdict in verdicts]
    pairs = [verdict for verdict in verdicts if verdict.truth and verdict.found]
    cues = len(verdicts) - kinds.count("invented")
    hypotheses = len(verdicts) - kinds.count("missed")
    right = sum(pair.character_error <= RIGHT for pair in pairs)
    precision, recall = _share(right, hypotheses), _share(right, cues)
    exact = kinds.count("perfect") + kinds.count("timing")
    return Figures(
        cues=cues,
        hypotheses=hypotheses,
        missed=kinds.count("missed"),
        invented=kinds.count("invented"),
        msr_cer=round(_share(sum(verdict.character_error for verdict in verdicts), len(verdicts)), 4),
        cer=_edits_per_character(pairs),
        precision=round(precision, 4),
        recall=round(recall, 4),
        f1=round(_share(2 * precision * recall, precision + recall), 4),
        exact=round(_share(exact, cues), 4),
        perfect=round(_share(kinds.count("perfect"), cues), 4),
        start_ms=_spread([pair.start_error * 1000 for pair in pairs]),
        end_ms=_spread([pair.end_error * 1000 for pair in pairs]),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _edits_per_character(pairs: Sequence[Verdict]) -> float | None:
    texts = [(folded(pair.truth.text), folded(pair.found.text)) for pair in pairs if pair.truth and pair.found]
    characters = sum(len(true) for true, _ in texts)
    edits = sum(Levenshtein.distance(true, found) for true, found in texts)
    return round(edits / characters, 4) if characters else None


def _spread(values: list[float]) -> Spread:
    if not values:
        return Spread(None, None)
    values = sorted(values)
    high = values[min(len(values) - 1, int(0.95 * len(values)))]
    return Spread(round(statistics.median(values), 1), round(high, 1))
