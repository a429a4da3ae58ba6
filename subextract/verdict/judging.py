"""How likely is each text of a video a subtitle, by all that is known of all of them.

Evidence adds up over a style, the blocks of text that look alike. It is judged twice: first each block by itself and
its style, which tells the style that leads, most likely that of the subtitles; then once more with how it lies to that
style. Both times named pieces of evidence are weighed by a logistic regression, whose weights
``benchmarks/verdicts.py`` learns from labelled videos; they stand in weights.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp

from subextract.text import letters_of
from subextract.verdict import weights
from subextract.verdict.blocks import Text, blocks_of
from subextract.verdict.likely import Likely
from subextract.verdict.panels import MAX_ODDS, as_panels
from subextract.verdict.pieces import (
    TURN_GAP,
    Company,
    Film,
    Leader,
    of_kinship,
    of_look,
    of_place,
    of_reading,
    of_stay,
    of_style,
)
from subextract.verdict.styles import Style, styles_of

__all__ = ["Film", "Judged", "Text", "judged"]

OF_LINES = frozenset(
    (
        *("off the middle", "high", "low", "touches a side", "apart from the leader", "off the leader's level"),
        *("off the usual level", "off the usual column", "aside where the others are"),
    )
)
BELIEF = 0.0  # log-odds from which a block is a subtitle


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one text: log-odds that it is a subtitle, the number of its style, and the pieces weighed."""

    odds: float
    style: int
    pieces: Mapping[str, float]

    @property
    def is_subtitle(self) -> bool:
        return self.odds > BELIEF


def judged(texts: Sequence[Text], film: Film) -> list[Judged]:
    """The verdict on each text of a video, in their order."""
    blocks = blocks_of(texts)
    if not blocks:
        return []
    styles = styles_of(blocks, film.width)
    company = Company(blocks)
    first = first_look(styles, company, film)
    second = second_look(styles, first, company, film)
    odds = as_panels(blocks, {key: weighed(pieces, weights.SECOND) for key, pieces in second.items()})
    verdicts: list[Judged | None] = [None] * len(texts)
    for number, style in enumerate(styles):
        for block in style.blocks:
            verdict = Judged(odds[id(block)], number, second[id(block)])
            for index in block.numbers:
                verdicts[index] = verdict
    return _as_one(texts, [verdict for verdict in verdicts if verdict])


def _as_one(texts: Sequence[Text], verdicts: list[Judged]) -> list[Judged]:
    """The verdicts, alike on the pieces of one stay: the same words at one place, one right after the other."""
    chains: dict[str, list[int]] = {}
    done: list[list[int]] = []
    for number in sorted(range(len(texts)), key=lambda number: texts[number].evidence.start):
        chain = chains.get(letters_of(texts[number].said))
        if chain and _goes_on(texts[chain[-1]], texts[number]):
            chain.append(number)
        else:
            chains[letters_of(texts[number].said)] = chain = [number]
            done.append(chain)
    for chain in done:
        stays = [texts[number].evidence.end - texts[number].evidence.start for number in chain]
        odds = sum(verdicts[number].odds * stay for number, stay in zip(chain, stays, strict=True)) / max(1, sum(stays))
        for number in chain if len(chain) > 1 else ():
            verdicts[number] = replace(verdicts[number], odds=odds)
    return verdicts


def _goes_on(one: Text, other: Text) -> bool:
    a, b = one.evidence, other.evidence
    return b.start - a.end <= TURN_GAP and min(a.box.bottom, b.box.bottom) > max(a.box.top, b.box.top)


Weighed = Mapping[int, Mapping[str, float]]
"""The pieces of evidence of each block, by its id."""


def first_look(styles: Sequence[Style], company: Company, film: Film) -> Weighed:
    """The pieces that a block and its style give."""
    found: dict[int, Mapping[str, float]] = {}
    for style in styles:
        common = of_style(style, company, film)
        for block in style.blocks:
            own = of_reading(block) | of_place(block, film) | of_stay(block, film) | of_look(block)
            found[id(block)] = _of_columns(own | common) if block.main.vertical else own | common
    return found


def second_look(
    styles: Sequence[Style],
    first: Weighed,
    company: Company,
    film: Film,
    *,
    table: Mapping[str, float] = weights.FIRST,
) -> Weighed:
    """The same, with how a block lies to the style that leads, and what the first look said of its style."""
    odds = {key: weighed(pieces, table) for key, pieces in first.items()}
    belief = {key: max(0.0, min(MAX_ODDS, value)) for key, value in odds.items()}
    trust = [sum(belief[id(block)] for block in style.blocks) for style in styles]
    leader = Leader(styles[trust.index(max(trust))])
    every = sorted((block for style in styles for block in style.blocks), key=lambda block: block.start)
    likely = Likely(every, belief, film.width, film.height)
    found: dict[int, Mapping[str, float]] = {}
    for style, sure in zip(styles, trust, strict=True):
        count = len(style.blocks)
        mean = sum(max(-4.0, min(4.0, odds[id(block)])) for block in style.blocks) / count / 4
        common = {
            "style at first look": mean,
            "style at first look, often seen": mean * min(1.0, (count - 1) / 6),
            "the leader is sure": min(1.0, max(trust) / 6 / MAX_ODDS),
            "share of the trust": sure / max(1e-6, sum(trust)),
        }
        for block in style.blocks:
            kinship = of_kinship(block, style, leader, company, film)
            own = {"at first look": max(-4.0, min(4.0, odds[id(block)])) / 4}
            pieces = {**first[id(block)], **common, **kinship, **own, **likely.pieces(block)}
            found[id(block)] = _of_columns(pieces) if block.main.vertical else pieces
    return found


def _of_columns(pieces: Mapping[str, float]) -> Mapping[str, float]:
    """The pieces without those that tell of lines by their place; columns stand at a side, and begin at one level."""
    return {name: 0.0 if name in OF_LINES else value for name, value in pieces.items()}


def weighed(pieces: Mapping[str, float], table: Mapping[str, float]) -> float:
    """The sum of the pieces, each by its weight; what has no weight is not known to mean anything."""
    return table["base"] + sum(table.get(name, 0.0) * value for name, value in pieces.items())


def chance(odds: float) -> float:
    """The probability, from 0 to 1, for log-odds."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, odds))))
