"""Which readings are the same subtitle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from subextract.types import Box, Clip, Cue, Line

TOUCHING = 130  # ms; a shorter break is a flash or a doubtful frame, a real pause is longer
ALIKE = 0.75  # similarity from which an unsure reading can be another reading of the text that it touches
CERTAIN = 0.95  # score from which a reading stands for itself, even if one letter differs
TEXT = 0.6  # score under which a reading is noise, not text
SURE = 0.9  # the same for a line of another size, or at another place, than the video's other subtitles
TOGETHER = 90  # ms between the ends of lines that leave together

Reading = tuple[Clip, Sequence[Line]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A cue that may still turn out to be a part of another; ``grown`` when it was seen being written."""

    cue: Cue
    grown: bool = False


def merge(found: Iterable[tuple[int, Sequence[Reading]]]) -> Iterator[tuple[int, list[Cue]]]:
    """Cues in order of start, one per appearance, as soon as nothing can join them any more.

    ``found`` yields readings in order of start, with the time (ms) before which no further one will start; so does the
    answer with cues.
    """
    drafts: list[Draft] = []
    known = 0
    for known, readings in found:
        for clip, lines in readings:
            if cue := cue_of(clip, lines):
                _add(drafts, Draft(cue, clip.written))
        yield _finished(drafts, known)
    yield known, [draft.cue for draft in drafts]


def cue_of(clip: Clip, lines: Sequence[Line]) -> Cue | None:
    """The cue that a clip's lines make; None where nothing of it is text."""
    good = [line for line in lines if _is_text(line, TEXT if clip.fits else SURE)]
    if not good:
        return None
    boxes = [line.box for line in good if line.box]
    scores = [line.score for line in good if line.score is not None]
    text = "\n".join(line.text.strip() for line in good)
    return Cue(clip.start, clip.end, text, _around(boxes), min(scores) if scores else None)


def _is_text(line: Line, least: float) -> bool:
    return any(letter.isalnum() for letter in line.text) and (line.score is None or line.score >= least)


def _around(boxes: Sequence[Box]) -> Box | None:
    whole = boxes[0] if boxes else None
    for box in boxes:
        whole = box.union(whole or box)
    return whole


def _add(drafts: list[Draft], new: Draft) -> None:
    """Join the new draft with the latest that it belongs to, and that with whatever it then belongs to."""
    for old in reversed(drafts):
        joined = _joined(old, new)
        if joined:
            drafts.remove(old)
            _add(drafts, joined)
            return
    drafts.append(new)


def _finished(drafts: list[Draft], known: int) -> tuple[int, list[Cue]]:
    """Take out of the drafts what starts before everything that can still change."""
    drafts.sort(key=lambda draft: (draft.cue.start, draft.cue.end))
    open_from = min((draft.cue.start for draft in drafts if draft.cue.end + TOUCHING >= known), default=known)
    done = [draft.cue for draft in drafts if draft.cue.start < open_from]
    drafts[:] = [draft for draft in drafts if draft.cue.start >= open_from]
    return min(open_from, known), done


def _joined(old: Draft, new: Draft) -> Draft | None:
    first, second = sorted((old, new), key=lambda draft: draft.cue.start)
    if second.cue.start - first.cue.end > TOUCHING or not first.cue.box or not second.cue.box:
        return None
    if _stacked(first.cue.box, second.cue.box):
        return _written_below(first, second)
    if not _same_row(first.cue.box, second.cue.box):
        return None
    start, end = first.cue.start, max(first.cue.end, second.cue.end)
    for part, whole in ((first, second), (second, first)):
        if part.cue.end <= whole.cue.end and _grew(part.cue, whole.cue):
            return Draft(replace(whole.cue, start=start, end=end), grown=True)
    if second.cue.start >= first.cue.end - TOUCHING and _alike(first.cue, second.cue):
        better = max(first.cue, second.cue, key=_weight)
        return Draft(replace(better, start=start, end=end), first.grown or second.grown)
    return None


def _written_below(first: Draft, second: Draft) -> Draft | None:
    """Lines that are written one after the other and leave together are one text."""
    if not (first.grown or second.grown) or abs(first.cue.end - second.cue.end) > TOGETHER:
        return None
    upper, lower = sorted((first.cue, second.cue), key=lambda cue: cue.box.top if cue.box else 0)
    scores = [cue.score for cue in (upper, lower) if cue.score is not None]
    boxes = [cue.box for cue in (upper, lower) if cue.box]
    text = f"{upper.text}\n{lower.text}"
    whole = replace(upper, start=first.cue.start, end=max(upper.end, lower.end), text=text, box=_around(boxes))
    return Draft(replace(whole, score=min(scores) if scores else None), grown=True)


def _same_row(one: Box, other: Box) -> bool:
    common = one.intersection(other)
    return common.width > 0 and common.height > 0.5 * min(one.height, other.height)


def _stacked(one: Box, other: Box) -> bool:
    """Whether one box stands right above the other."""
    upper, lower = sorted((one, other), key=lambda box: box.top)
    height = min(upper.height, lower.height)
    across = min(upper.right, lower.right) - max(upper.left, lower.left)
    return across > 0 and -0.5 * height < lower.top - upper.bottom < height


def _grew(first: Cue, second: Cue) -> bool:
    """Whether the second text continues the first; the last letter of the first may be half a letter."""
    begun = _letters(first.text)[:-1]
    whole = _letters(second.text)
    if not begun or len(whole) <= len(begun) + 1:
        return False
    return Levenshtein.distance(begun, whole[: len(begun)]) <= len(begun) // 6


def _alike(first: Cue, second: Cue) -> bool:
    one, other = _letters(first.text), _letters(second.text)
    if one == other:
        return True
    unsure = min(first.score or 0.0, second.score or 0.0) < CERTAIN
    return unsure and Levenshtein.normalized_similarity(one, other) >= ALIKE


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _weight(cue: Cue) -> float:
    return (cue.score or 0.5) ** 4 * (cue.end - cue.start)
