"""How likely is each text of a video a subtitle, by all that is known of all of them.

Evidence adds up over a style, the blocks of text that look alike. It is judged twice: first each block by itself and
its style, which tells the style that leads, most likely that of the subtitles; then once more with how it lies to that
style. Both times named pieces of evidence are weighed by a logistic regression, whose weights
``benchmarks/verdicts.py`` learns from labelled videos; they stand in weights.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from subextract.verdict import weights
from subextract.verdict.blocks import Text, blocks_of
from subextract.verdict.likely import Likely
from subextract.verdict.panels import MAX_ODDS, as_panels
from subextract.verdict.pieces import (
    Company,
    Film,
    Leader,
    of_kinship,
    of_look,
    of_place,
    of_reading,
    of_stay,
    of_style,
    of_the_others,
)
from subextract.verdict.styles import Style, styles_of
from subextract.verdict.wholes import wholes

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
    if not texts:
        return []
    every = wholes(texts)
    blocks = blocks_of([whole.text for whole in every])
    styles = styles_of(blocks, film.width)
    company = Company(blocks)
    first = first_look(styles, company, film)
    second = second_look(styles, first, company, film)
    odds = as_panels(blocks, {key: weighed(pieces, weights.SECOND) for key, pieces in second.items()})
    verdicts: dict[int, Judged] = {}
    for number, style in enumerate(styles):
        for block in style.blocks:
            verdict = Judged(odds[id(block)], number, second[id(block)])
            verdicts |= {index: verdict for one in block.numbers for index in every[one].numbers}
    return [verdicts[index] for index in range(len(texts))]


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
    share = {key: value / MAX_ODDS for key, value in belief.items()}
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
            others = of_the_others(block, company, share)
            pieces = {**first[id(block)], **common, **kinship, **own, **likely.pieces(block), **others}
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
