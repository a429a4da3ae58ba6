"""Which drafts are one cue: lines below one another that come and go together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from subextract.boxes import stacked
from subextract.durations import SHORTEST_STAY, TOGETHER
from subextract.merge.drafts import CERTAIN_READING, Draft
from subextract.merge.rules import BLINK, outruns_readers
from subextract.text import is_wide, letters_of
from subextract.types import Cue

LONE = 290  # ms for which a single Chinese character stays that is meant to be read: 0.3 s, or one frame less
NEARLY_TOGETHER, FADES_APART = 0.9, 500  # of their time together, and at most ms apart, of lines that fade slowly
MOSTLY, FASTER = 0.6, 300  # the same of lines that are up more briefly, and fade over others


def groups_of(drafts: Sequence[Draft]) -> list[list[Draft]]:
    """Lines that stand below one another and come and go together, in order of start."""
    groups: list[list[Draft]] = []
    for draft in sorted(drafts, key=lambda draft: (draft.cue.start, draft.box.top, draft.box.left)):
        for group in groups:
            if any(rule_of(other, draft) for other in group):
                group.append(draft)
                break
        else:
            groups.append([draft])
    return groups


def rule_of(one: Draft, other: Draft) -> str | None:
    """The name of the rule by which two lines are of one cue; None where they are not."""
    if one.vertical != other.vertical or one.cue.kind != other.cue.kind or one.cue.language != other.cue.language:
        return None
    if not stacked(one.box, other.box):
        return None
    first, second = sorted((one, other), key=lambda draft: draft.cue.start)
    return next((name for name, fits in ONE_CUE.items() if fits(first, second)), None)


def _side_by_side(first: Draft, second: Draft) -> bool:
    """Whether two lines are up nearly all of their time together: a slow fade ends for each at another frame."""
    one, other = first.cue, second.cue
    common = min(one.end, other.end) - max(one.start, other.start)
    whole = max(one.end, other.end) - min(one.start, other.start)
    apart = whole - common
    return (common >= NEARLY_TOGETHER * whole and apart <= FADES_APART) or (
        common >= MOSTLY * whole and apart <= FASTER
    )


def _together(first: Draft, second: Draft) -> bool:
    """Whether two lines come and go together."""
    return second.cue.start - first.cue.start <= TOGETHER and _end_together(first, second)


def _written_in_turn(first: Draft, second: Draft) -> bool:
    """Whether the second is written when the first one is, and both go together."""
    return first.written and _end_together(first, second)


def _end_together(first: Draft, second: Draft) -> bool:
    return abs(first.cue.end - second.cue.end) <= TOGETHER


ONE_CUE: dict[str, Callable[[Draft, Draft], bool]] = {
    "side by side": _side_by_side,
    "together": _together,
    "written in turn": _written_in_turn,
}
"""For a line and one that stands right above or below it: whether both are of one cue."""


def _outruns_readers(letters: str, stay: int, group: Sequence[Draft]) -> bool:
    return outruns_readers(letters, stay)


def _is_flash(letters: str, stay: int, group: Sequence[Draft]) -> bool:
    return len(letters) > 1 and stay < SHORTEST_STAY and not any(draft.brief for draft in group)


def _is_shape(letters: str, stay: int, group: Sequence[Draft]) -> bool:
    """Whether it is a lone letter, which any shape resembles, for no longer than a blink.

    Hardly any shape is read surely as a Chinese character that fills its box.
    """
    if len(letters) > 1 or any(draft.brief for draft in group):
        return False
    box, score = group[0].box, group[0].cue.score
    filled = is_wide(letters) and box.width <= 2 * box.height
    return stay < (LONE if filled and (score or 0.0) >= CERTAIN_READING else BLINK)


NO_CUE: dict[str, Callable[[str, int, Sequence[Draft]], bool]] = {
    "too fast to read": _outruns_readers,
    "flash": _is_flash,
    "lone letter": _is_shape,
}
"""Whether lines with these letters that stay for a time (ms) are no cue. Brief ones among others are spoken words."""


def handed_out(group: Sequence[Draft], tell: Callable[[str], None]) -> list[Cue]:
    """The cue that the lines of a group are, if they are one."""
    cue = cue_of(group)
    stay = cue.end - cue.start
    letters = "".join(letters_of(draft.cue.text) for draft in group)
    if why := next((name for name, fits in NO_CUE.items() if fits(letters, stay, group)), None):
        tell(f"{told(cue)} is no cue: {why}")
        return []
    rules = {rule for one in group for other in group if one is not other and (rule := rule_of(one, other))}
    if rules:
        tell(f"{told(cue)} is one cue: {', '.join(sorted(rules))}")
    return [cue]


def told(cue: Cue) -> str:
    """A cue in a line of the log."""
    return f"{cue.text!r} at {cue.start / 1000:.3f} s"


def cue_of(group: Sequence[Draft]) -> Cue:
    """The cue that the lines of a group are, from top to bottom."""
    lines = sorted(group, key=lambda draft: (draft.box.top, draft.box.left))
    box = lines[0].place
    for line in lines:
        box = box.union(line.place)
    said = [line for line in lines if not line.cue.unread]
    scores = [line.cue.score for line in said if line.cue.score is not None]
    start, end = min(line.cue.start for line in lines), max(line.cue.end for line in lines)
    text, score = "\n".join(line.cue.text for line in said), min(scores) if scores else None
    alternative = "\n".join(line.cue.alternative or line.cue.text for line in said)
    first = lines[0]
    alternative_text = None if alternative == text else alternative
    of, unread = first.cue, next((line.cue.unread for line in lines if line.cue.unread), None)
    cue = Cue(start, end, text, box, score, of.language, of.kind, alternative=alternative_text, vertical=first.vertical)
    return replace(cue, unread=unread) if unread else cue
