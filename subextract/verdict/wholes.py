"""Which stays are one text that was followed several times in a row.

What other text is drawn over is lost and found again whenever that comes or goes, so that it seems to come and go in
turn with the subtitles. It is judged by its whole stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from subextract.text import letters_of
from subextract.types import Evidence
from subextract.verdict.blocks import Text, reliability
from subextract.verdict.pieces import TURN_GAP

ONE_PLACE = 0.7  # of what two boxes cover together, covered by both
LIKE = 70.0  # likeness (0 to 100) of letters of which some are hidden; other sentences reach 60


@dataclass(frozen=True, slots=True)
class Whole:
    """A text as it is judged, and the numbers of its stays among the texts that were given, in order of start."""

    numbers: Sequence[int]
    text: Text


def wholes(texts: Sequence[Text]) -> list[Whole]:
    """The texts in order of start, those that are stays of one text together."""
    chains: list[list[int]] = []
    recent: list[list[int]] = []
    for number in sorted(range(len(texts)), key=lambda number: texts[number].evidence.start):
        text = texts[number]
        recent = [chain for chain in recent if text.evidence.start - texts[chain[-1]].evidence.end <= TURN_GAP]
        chain = next((chain for chain in recent if _goes_on(texts[chain[-1]], text)), None)
        if chain is None:
            chain = []
            chains.append(chain)
            recent.append(chain)
        chain.append(number)
    return [Whole(chain, _whole([texts[number] for number in chain])) for chain in chains]


def _goes_on(one: Text, other: Text) -> bool:
    """Whether a text goes on with another stay: the same words on the same rows, or most of them in the same box."""
    a, b = one.evidence, other.evidence
    if min(a.box.bottom, b.box.bottom) <= max(a.box.top, b.box.top):
        return False
    if letters_of(one.said) and letters_of(one.said) == letters_of(other.said):
        return True
    both = a.box.intersection(b.box).area
    if both < ONE_PLACE * (a.box.area + b.box.area - both):
        return False
    return fuzz.ratio(one.said.casefold(), other.said.casefold()) >= LIKE


def _whole(stays: Sequence[Text]) -> Text:
    """The text of its surest stay, with the facts of all."""
    if len(stays) == 1:
        return stays[0]
    best, every = max(stays, key=reliability), [stay.evidence for stay in stays]
    first, last = every[0], max(every, key=lambda one: one.end)
    facts = replace(
        best.evidence,
        start=first.start,
        end=last.end,
        cut_in=first.cut_in,
        from_first=first.from_first,
        follows=first.follows,
        fresh=first.fresh,
        written=first.written,
        cut_out=last.cut_out,
        to_last=last.to_last,
        steadiness=_mean(every, [one.steadiness for one in every]),
        found=_mean(every, [one.found for one in every]),
        brief=all(one.brief for one in every),
    )
    return replace(best, evidence=facts)


def _mean(every: Sequence[Evidence], values: Sequence[float]) -> float:
    """The mean of a fact over the stays, by their lengths."""
    lengths = [max(1, one.end - one.start) for one in every]
    return sum(value * length for value, length in zip(values, lengths, strict=True)) / sum(lengths)
