"""Which readings are the same subtitle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from subextract.types import Box, Clip, Cue, Line

TOUCHING = 130  # ms; a shorter break is a flash or a doubtful frame, a real pause is longer
ALIKE = 0.75  # similarity from which two readings of touching clips in one place are one text
SURE = 0.6  # score under which a reading is noise, not text


def merge(readings: Iterable[tuple[Clip, Sequence[Line]]]) -> Iterator[Cue]:
    """Cues in order of start, one per appearance."""
    cues: list[Cue] = []
    for clip, lines in readings:
        cue = cue_of(clip, lines)
        if cue is not None:
            cues.append(cue)
    joined: list[Cue] = []
    for cue in sorted(cues, key=lambda cue: (cue.start, cue.end)):
        for index in range(len(joined) - 1, max(-1, len(joined) - 4), -1):
            if _same(joined[index], cue):
                joined[index] = _joined(joined[index], cue)
                break
        else:
            joined.append(cue)
    yield from joined


def cue_of(clip: Clip, lines: Sequence[Line]) -> Cue | None:
    """The cue that a clip's lines make; None where nothing of it is text."""
    good = [line for line in lines if _is_text(line)]
    if not good:
        return None
    box: Box | None = None
    for line in good:
        box = line.box if box is None else box.union(line.box or box)
    scores = [line.score for line in good if line.score is not None]
    score = min(scores) if scores else None
    return Cue(clip.start, clip.end, "\n".join(line.text.strip() for line in good), box, score)


def _is_text(line: Line) -> bool:
    return any(letter.isalnum() for letter in line.text) and (line.score is None or line.score >= SURE)


def _same(one: Cue, other: Cue) -> bool:
    if other.start - one.end > TOUCHING or not _same_place(one, other):
        return False
    return Levenshtein.normalized_similarity(one.text, other.text) >= ALIKE


def _same_place(one: Cue, other: Cue) -> bool:
    if one.box is None or other.box is None:
        return True
    common = one.box.intersection(other.box)
    return common.width > 0 and common.height > 0.5 * min(one.box.height, other.box.height)


def _joined(one: Cue, other: Cue) -> Cue:
    better = one if (one.score or 0) * (one.end - one.start) >= (other.score or 0) * (other.end - other.start) else other
    return replace(better, start=min(one.start, other.start), end=max(one.end, other.end))
