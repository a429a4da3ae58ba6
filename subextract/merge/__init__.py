"""Which readings are the same subtitle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from subextract.merge.cues import groups_of, handed_out, told
from subextract.merge.drafts import Draft, drafts_of
from subextract.merge.rules import TOUCHING_TEXTS, is_piece, joined
from subextract.types import Batch, Box, Clip, Cue, Line

Reading = tuple[Clip, Sequence[Line]]


def merge(
    found: Iterable[Batch[Reading]],
    language: Callable[[Box], str | None] = lambda box: None,
    tell: Callable[[str], None] = lambda what: None,
) -> Iterator[Batch[Cue]]:
    """Cues in order of start, one per appearance, as soon as nothing can join them any more.

    Lines are followed one by one, because a line may stay while others come, go, or push it up; those that come and go
    together are one cue. ``language`` says in which one the text at a place is known to be; lines of different ones are
    never joined. ``tell`` gets a line for each decision of a rule (of ``rules`` and ``cues``).
    """
    drafts: list[Draft] = []
    complete_until = 0
    for complete_until, readings in found:
        for clip, lines in readings:
            for draft in drafts_of(clip, lines, language):
                if not any(is_piece(draft, other) for other in drafts):
                    drafts[:] = [other for other in drafts if not is_piece(other, draft)]
                    _add(drafts, draft, tell)
        yield _finished(drafts, complete_until, tell)
    yield Batch(complete_until, [cue for group in groups_of(drafts) for cue in handed_out(group, tell)])


def _add(drafts: list[Draft], new: Draft, tell: Callable[[str], None]) -> None:
    """Join the new draft with the latest that it belongs to, and that with whatever it then belongs to."""
    for old in reversed(drafts):
        if one := joined(old, new):
            tell(f"{told(old.cue)} and {told(new.cue)} are one text: {one.rule}")
            drafts.remove(old)
            _add(drafts, one.draft, tell)
            return
    drafts.append(new)


def _finished(drafts: list[Draft], complete_until: int, tell: Callable[[str], None]) -> Batch[Cue]:
    """Take out of the drafts the cues that start before everything that can still change."""
    groups = groups_of(drafts)
    done: list[Cue] = []
    open_since = [draft.cue.start for draft in drafts if draft.cue.end + TOUCHING_TEXTS >= complete_until]
    for group in groups:
        # What touches one that may still change may join it then.
        if max(draft.cue.end for draft in group) + TOUCHING_TEXTS >= min([complete_until, *open_since]):
            return Batch(min(complete_until, *(draft.cue.start for draft in group)), done)
        done += handed_out(group, tell)
        for draft in group:
            drafts.remove(draft)
    return Batch(complete_until, done)
