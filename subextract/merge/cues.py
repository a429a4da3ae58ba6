"""Which drafts are one cue: lines below one another that come and go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from subextract.durations import SHORTEST, TOGETHER
from subextract.merge.drafts import CERTAIN, Draft
from subextract.merge.texts import BLINK, outruns_readers, stacked
from subextract.text import is_wide, letters_of
from subextract.types import Cue

LONE = 290  # ms for which a single Chinese character stays that is meant to be read: 0.3 s, or one frame less
NEARLY, FADE = 0.9, 500  # of their time together, and ms apart at most, of lines that fade in and out slowly
MOSTLY, FASTER = 0.6, 300  # the same of lines that are up more briefly, and fade over others


def groups_of(drafts: Sequence[Draft]) -> list[list[Draft]]:
    """Lines that stand below one another and come and go together, in order of start."""
    groups: list[list[Draft]] = []
    for draft in sorted(drafts, key=lambda draft: (draft.cue.start, draft.box.top, draft.box.left)):
        for group in groups:
            if any(_belong(other, draft) for other in group):
                group.append(draft)
                break
        else:
            groups.append([draft])
    return groups


def _belong(one: Draft, other: Draft) -> bool:
    """Whether two lines are of one cue: they come together, or the second is written when the first one is."""
    if one.vertical != other.vertical or one.cue.kind != other.cue.kind or one.cue.language != other.cue.language:
        return False
    if not stacked(one.box, other.box):
        return False
    if _side_by_side(one.cue, other.cue):
        return True
    first, second = sorted((one, other), key=lambda draft: draft.cue.start)
    together = second.cue.start - first.cue.start <= TOGETHER or first.written
    return together and abs(one.cue.end - other.cue.end) <= TOGETHER


def _side_by_side(one: Cue, other: Cue) -> bool:
    """Whether two lines are up nearly all of their time together: a slow fade ends for each at another frame."""
    common = min(one.end, other.end) - max(one.start, other.start)
    whole = max(one.end, other.end) - min(one.start, other.start)
    apart = whole - common
    return (common >= NEARLY * whole and apart <= FADE) or (common >= MOSTLY * whole and apart <= FASTER)


def lasts(group: Sequence[Draft]) -> bool:
    """Whether the text stays longer than a flash; a lone letter, which any shape resembles, longer than a blink.

    Hardly any shape is read surely as a Chinese character that fills its box. Brief ones among others are the words of
    somebody who speaks.
    """
    stay = max(draft.cue.end for draft in group) - min(draft.cue.start for draft in group)
    letters = "".join(letters_of(draft.cue.text) for draft in group)
    if outruns_readers(letters, stay):
        return False
    if any(draft.brief for draft in group):
        return True
    if len(letters) > 1:
        return stay >= SHORTEST
    box, score = group[0].box, group[0].cue.score
    filled = is_wide(letters) and box.width <= 2 * box.height
    return stay >= (LONE if filled and (score or 0.0) >= CERTAIN else BLINK)


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
