"""Which pieces of evidence speak for or against a block of text being a subtitle, each a number from about -1 to 1."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p

from subextract.durations import LOGO_TIME
from subextract.languages.identification import UNSPACED, main_script, scripts
from subextract.text import letters_of
from subextract.verdict.blocks import Block, distance, stacked
from subextract.verdict.styles import Style, same_column

PACE = {
    True: 6.0,
    False: 15.0,
}  # letters a second that are read: of a script without spaces, of others (Netflix guides)
PACE_SLACK = log(3)  # three times as fast, or as slow, is still usual
ENDS = frozenset('.?!…。？！♪"”’」』)')
LABELS = frozenset("@#©®™•|/_=<>+*")
TURN_GAP = 120  # ms between the end of one text and the beginning of the next in its place
TYPICAL = 50  # blocks of a style tell its script and its capitals
BRIEF_STAY = 30_000  # ms; what stays for longer is looked at one by one
MANY = 4  # subtitles that come and go while another text stays: two may, below the line of a song
UP_TOGETHER = 250  # ms for which two texts must both be up to be company


@dataclass(frozen=True, slots=True)
class Film:
    """The size of the picture in px, and how long was looked at it, in ms."""

    width: int
    height: int
    duration: int


def of_reading(block: Block) -> dict[str, float]:
    """The evidence of its words."""
    said = block.said.strip()
    script = main_script(scripts(said))
    spaced = script not in UNSPACED
    words = len(said.split()) if spaced else len(letters_of(said)) / 2
    bare = [letter for letter in said if not letter.isspace()] or [" "]
    capitals = [letter for letter in said if letter.isupper()]
    small = [letter for letter in said if letter.islower()]
    pace = max(1, len(letters_of(said))) / max(0.1, (block.end - block.start) / 1000)
    score = min((text.score for text in block.texts if text.score is not None), default=1.0)
    titled = spaced and words >= 2 and all(word[:1].isupper() or word[:1].isdigit() for word in said.split())
    return {
        "words": min(1.0, log1p(words) / log1p(10)),
        "one word": float(words <= 1),
        "ends as a sentence": float(said[-1:] in ENDS),
        "begins small or with a dash": float(said[:1].islower() or said[:1] in "-–—…"),
        "capitals only": float(spaced and len(capitals) >= 2 and not small),
        "title case": float(titled and bool(small)),
        "digits": sum(letter.isdigit() for letter in bare) / len(bare),
        "label marks": float(any(letter in LABELS for letter in said) or "www" in said.lower()),
        "no letters": float(not any(letter.isalpha() for letter in said)),
        "unsure": min(1.0, (1 - score) / 0.4),
        "unusual pace": min(1.0, max(0.0, abs(log(pace / PACE[script in UNSPACED])) - PACE_SLACK) / PACE_SLACK),
    }


def of_place(block: Block, film: Film) -> dict[str, float]:
    """Where it stands, and how large."""
    box = block.box
    middle = (box.left + box.right) / 2 / film.width
    low = (box.top + box.bottom) / 2 / film.height
    high = block.main.evidence.box.height / film.height
    return {
        "off the middle": min(1.0, abs(middle - 0.5) / 0.25),
        "low": max(0.0, min(1.0, (low - 0.5) / 0.35)),
        "high": max(0.0, min(1.0, (0.5 - low) / 0.4)),
        "touches a side": float(box.left < 0.01 * film.width or box.right > 0.99 * film.width),
        "wide": box.width / film.width,
        "small letters": max(0.0, min(1.0, (0.04 - high) / 0.02)),
        "large letters": max(0.0, min(1.0, (high - 0.09) / 0.06)),
    }


def of_stay(block: Block, film: Film) -> dict[str, float]:
    """How it came, stayed and went."""
    every = [text.evidence for text in block.texts]
    stay = block.end - block.start
    count = len(every)
    throughout = all(one.from_first and one.to_last for one in every)
    return {
        "comes with a cut": sum(one.cut_in for one in every) / count,
        "goes with a cut": sum(one.cut_out for one in every) / count,
        "comes and goes with cuts": sum(one.cut_in and one.cut_out for one in every) / count,
        "long": max(0.0, min(1.0, log(max(1, stay) / LOGO_TIME) / log(4) + 0.5)),
        "brief": max(0.0, min(1.0, (700 - stay) / 500)),
        "throughout": float(throughout) * min(1.0, film.duration / 20_000),
        "unsteady": min(1.0, max(0.0, 1 - sum(one.steadiness for one in every) / count) / 0.3),
        "seldom found": 1 - sum(one.found for one in every) / count,
        "in its stead": sum(one.follows for one in every) / count,
    }


def of_look(block: Block) -> dict[str, float]:
    """How its letters look."""
    look = block.look
    if look is None:
        return {"no look": 1.0}
    return {
        "no look": 0.0,
        "contrast": min(1.0, abs(look.contrast) / 255),
        "uneven fill": min(1.0, look.fill_spread / 80),
        "uneven edge": min(1.0, look.edge_spread / 80),
        "plain background": max(0.0, 1 - look.background_spread / 20),
        "fat": min(1.0, look.stroke / max(1.0, look.height) / 0.3),
        "coloured": min(1.0, (max(look.fill) - min(look.fill)) / 200),
    }


class Company:
    """Which other blocks are up at the same time as one, or come or go when it goes or comes."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._brief = sorted((block for block in blocks if _is_brief(block)), key=lambda block: block.start)
        self._starts = [block.start for block in self._brief]
        self._lasting = [block for block in blocks if not _is_brief(block)]
        self._known: dict[int, list[Block]] = {}

    def of(self, block: Block) -> list[Block]:
        """Those that share some time with it."""
        if id(block) not in self._known:
            near = self._near(block.start, block.end)
            self._known[id(block)] = [one for one in near if one is not block and overlap(one, block) > UP_TOGETHER]
        return self._known[id(block)]

    def around(self, block: Block) -> list[Block]:
        """Those that may come when it goes, or go when it comes."""
        return self._near(block.start - TURN_GAP, block.end + TURN_GAP + 1)

    def _near(self, start: int, end: int) -> list[Block]:
        """All that share some of a time (ms), and a few more; few last, so that a film's length costs nothing."""
        first, last = bisect_left(self._starts, start - BRIEF_STAY), bisect_left(self._starts, end)
        return self._brief[first:last] + self._lasting


def _is_brief(block: Block) -> bool:
    return block.end - block.start <= BRIEF_STAY


def overlap(one: Block, other: Block) -> int:
    """For how many ms both are up."""
    return min(one.end, other.end) - max(one.start, other.start)


def wording(said: str) -> str:
    """The letters without digits, so that a display that counts says the same again."""
    return "".join(letter for letter in said.casefold() if letter.isalpha())


def of_style(style: Style, company: Company, film: Film) -> dict[str, float]:
    """The evidence of all blocks of its style together."""
    said = Counter(wording(block.said) for block in style.blocks)
    count = len(style.blocks)
    company_of = {id(block): company.of(block) for block in style.blocks}
    crowd = sum(
        any(other in style and not stacked(other.box, block.box) for other in company_of[id(block)])
        for block in style.blocks
    )
    middles = [(block.box.left + block.box.right) / 2 for block in style.blocks]
    median = sorted(middles)[count // 2]
    lows = sorted(block.box.bottom for block in style.blocks)
    widths = sorted(block.box.width for block in style.blocks)
    shown = sum(block.end - block.start for block in style.blocks)
    return {
        "several texts": min(1.0, log(len(said)) / log(12)),
        "alone of its style": float(len(said) == 1),
        "the same again": 1 - len(said) / count if count > 1 else 0.0,
        "several at once": crowd / count,
        "one column": sum(abs(middle - median) < 0.02 * film.width for middle in middles) / count if count > 1 else 0.5,
        "one level": sum(abs(low - lows[count // 2]) < 0.02 * film.height for low in lows) / count
        if count > 1
        else 0.5,
        "widths vary": min(1.0, (widths[-1] - widths[0]) / max(1, widths[-1])) if count > 1 else 0.3,
        "share of the time": min(1.0, shown / max(1, film.duration)) * min(1.0, log(len(said)) / log(4)),
        "style comes with cuts": sum(block.main.evidence.cut_in for block in style.blocks) / count,
        "style goes with cuts": sum(block.main.evidence.cut_out for block in style.blocks) / count,
    }


class Leader:
    """The style that is most likely that of the subtitles, and what is usual in it."""

    def __init__(self, style: Style) -> None:
        said = " ".join(block.said for block in style.blocks[:TYPICAL])
        self.style, self.model = style, style.model
        self.script, self.capitals = main_script(scripts(said)), _capitals(said)


def of_kinship(block: Block, style: Style, leader: Leader, company: Company, film: Film) -> dict[str, float]:
    """How it lies to the style that is most likely that of the subtitles."""
    model, leads, stay = leader.model, style is leader.style, max(1, block.end - block.start)
    beside = [other for other in company.of(block) if other in leader.style and not stacked(other.box, block.box)]
    turns = (other for other in company.around(block) if other in leader.style and _in_turn(block, other))
    shared = min(1.0, sum(overlap(block, other) for other in beside) / stay)
    off = 0.3 * film.height
    sizes = block.main.evidence.box.height / max(1, model.main.evidence.box.height)
    other_script = main_script(scripts(block.said)) != leader.script
    return {
        "of the leading style": float(leads),
        "looks unlike the leader": min(2.0, distance(model.look, block.look)) / 2,
        "apart from the leader": 0.0 if leads else float(not same_column(model.box, block.box, film.width)),
        "while the leader shows": 0.0 if leads else shared,
        "in turn with the leader": float(next(turns, None) is not None),
        "another script": float(other_script),
        "another script, unread": float(other_script and all(text.score is None for text in block.texts)),
        "other case than the leader": abs(_capitals(block.said) - leader.capitals),
        "off the leader's level": 0.0 if leads else min(1.0, abs(block.box.bottom - model.box.bottom) / off),
        "not the leader's size": min(1.0, abs(log(max(0.01, sizes))) / log(2)),
    }


def of_the_others(block: Block, company: Company, belief: Mapping[int, float]) -> dict[str, float]:
    """What the likely subtitles do while it is up; ``belief`` (0 to 1) is how likely each block is one, by its id.

    A subtitle is mostly up alone; text of the scene or of a channel stays while subtitles come and go.
    """
    others = [(other, belief[id(other)]) for other in company.of(block) if belief[id(other)] > 0]
    shared = sum(sure * overlap(other, block) for other, sure in others if not stacked(other.box, block.box))
    outlasted = sum(sure for other, sure in others if block.start < other.start and other.end < block.end)
    return {
        "while others show": min(1.0, shared / max(1, block.end - block.start)),
        "others come and go meanwhile": min(1.0, outlasted / MANY),
    }


def _capitals(said: str) -> float:
    """The share of its letters that are capitals."""
    cased = [letter.isupper() for letter in said if letter.isupper() or letter.islower()]
    return sum(cased) / len(cased) if cased else 0.0


def _in_turn(block: Block, other: Block) -> bool:
    """Whether one comes when the other goes, at about its place."""
    if other is block:
        return False
    touching = abs(block.start - other.end) <= TURN_GAP or abs(other.start - block.end) <= TURN_GAP
    rows = min(block.box.bottom, other.box.bottom) - max(block.box.top, other.box.top)
    return touching and rows > 0
