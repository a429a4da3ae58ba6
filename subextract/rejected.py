"""Which texts were read and are no subtitles, for a person who looks whether that is so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import starmap

from subextract.boxes import touch
from subextract.merge import merge
from subextract.text import letters_of
from subextract.types import Batch, Box, Clip, Cue
from subextract.verdict import Case, Reading, Seen

UNSURE = "unsure"
"""The kind of what was read too unsurely, or is gone too soon, to be any cue."""

MAX_UNSURE = 2000  # of a video; leaves and bricks are read as letters, too, and nobody looks through more


def rejected(case: Case, cues: Sequence[Cue], kinds: Iterable[str], language: Callable[[Box], str | None]) -> list[Cue]:
    """The texts of a video beside its ``cues``, as cues with their kind, in order of start.

    ``kinds`` are all that there are besides subtitles (Cue.kind); ``language`` is that of merge.
    """
    everything = Case(case.film, start=case.start, keep=frozenset(kinds), seen=case.seen).decision()
    merged = [cue for _, found in merge(starmap(Batch[Reading], everything.found()), language) for cue in found]
    others = [cue for cue in merged if cue.kind and cue not in cues]
    unsure = list(_unsure(case.seen, [*cues, *merged]))
    kept = sorted(unsure, key=lambda cue: cue.score or 0.0, reverse=True)[:MAX_UNSURE]
    return sorted([*others, *kept], key=lambda cue: (cue.start, cue.end))


def _unsure(seen: Sequence[Seen], known: Sequence[Cue]) -> Iterator[Cue]:
    """The texts that were seen where and when no other cue is."""
    by_start = sorted(known, key=lambda cue: cue.start)
    first = 0
    longest = max((cue.end - cue.start for cue in by_start), default=0)
    for one in sorted(seen, key=lambda one: one.clip.start):
        while first < len(by_start) and by_start[first].start + longest <= one.clip.start:
            first += 1
        near = by_start[first:]
        if (cue := _cue_of(one)) and not any(_meet(one.clip, other) for other in _until(near, one.clip.end)):
            yield cue


def _until(cues: Sequence[Cue], end: int) -> Iterator[Cue]:
    for cue in cues:
        if cue.start >= end:
            return
        yield cue


def _meet(clip: Clip, cue: Cue) -> bool:
    together = min(clip.end, cue.end) > max(clip.start, cue.start)
    return together and (cue.box is None or touch(clip.box, cue.box))


def _cue_of(seen: Seen) -> Cue | None:
    text = "\n".join(line.text.strip() for line in seen.told if letters_of(line.text))
    scores = [line.score for line in seen.told if line.score is not None and letters_of(line.text)]
    clip = seen.clip
    return Cue(clip.start, clip.end, text, clip.box, min(scores, default=None), kind=UNSURE) if text else None
