"""Which readings are the same subtitle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from subextract.durations import SHORTEST, TOGETHER
from subextract.rows import same_row
from subextract.text import is_wide, letters_of
from subextract.types import Box, Clip, Cue, Line

TOUCHING = 130  # ms; a shorter break is a flash or a doubtful frame, a real pause is longer
BLINK = 350  # ms; the shortest lines that somebody means to be read stay for 400, or one frame less
LONE = 290  # ms for which a single Chinese character stays that is meant to be read: 0.3 s, or one frame less
HIDDEN = 2000  # ms for which a sign or a logo may be hidden and is still the same
ALIKE = 0.75  # similarity from which an unsure reading can be another reading of the text that it touches
CERTAIN = 0.97  # score from which a reading stands for itself, even if one letter differs
FASTEST, FASTEST_WIDE = (
    120,
    50,
)  # letters a second, and wide ones, that are meant to be read: guides allow a sixth
WORD, WIDE_WORD = 12, 6  # letters up to which a text may be a word of somebody who speaks: those stay for two frames
FEW = 3  # letters that chance does not give: equal ones at the beginning, and such as are read in a long shape
TEXT = 0.55  # score under which a reading is noise, not text
SURE = 0.7  # the same for text that is no subtitle: shapes in the scene are read as letters, too
NEARLY, FADE = 0.9, 500  # of their time together, and ms apart at most, of lines that fade in and out slowly
MOSTLY, FASTER = 0.6, 300  # the same of lines that are up more briefly, and fade over others
ANYWHERE = Box(0, 0, 0, 0)  # what columns are turned around; only how they lie to one another counts

Reading = tuple[Clip, Sequence[Line]]


@dataclass(frozen=True, slots=True)
class Draft:
    """One line's cue, which may still turn out to be a part of another.

    ``written`` when it came letter by letter; ``brief`` and ``fresh`` are those of Evidence. Where it is ``upright``,
    ``box`` is that of the column on its side, so that columns are merged as lines are, the first one on top.
    """

    cue: Cue
    box: Box
    written: bool = False
    upright: bool = False
    brief: bool = False
    fresh: bool = False

    @property
    def place(self) -> Box:
        """Where it stands in the video."""
        return self.box.turned_back(ANYWHERE) if self.upright else self.box


def merge(
    found: Iterable[tuple[int, Sequence[Reading]]], language: Callable[[Box], str | None] = lambda box: None
) -> Iterator[tuple[int, list[Cue]]]:
    """Cues in order of start, one per appearance, as soon as nothing can join them any more.

    ``found`` yields readings in order of start, with the time (ms) before which no further one will start; so does the
    answer with cues. Lines are followed one by one, because a line may stay while others come, go, or push it up; those
    that come and go together are one cue. ``language`` says in which one the text at a place is known to be; lines of
    different ones are never joined.
    """
    drafts: list[Draft] = []
    known = 0
    for known, readings in found:
        for clip, lines in readings:
            for draft in _drafts(clip, lines, language):
                if not any(_is_piece(draft, other) for other in drafts):
                    drafts[:] = [other for other in drafts if not _is_piece(other, draft)]
                    _add(drafts, draft)
        yield _finished(drafts, known)
    yield known, [_cue(group) for group in _groups(drafts) if _lasts(group)]


def _drafts(clip: Clip, lines: Sequence[Line], language: Callable[[Box], str | None]) -> Iterator[Draft]:
    known = clip.evidence if len(clip.evidence) == len(lines) else (None,) * len(lines)
    for line, seen in zip(lines, known, strict=True):
        box, letters = line.box or clip.box, letters_of(line.text)
        if letters and (line.score is None or line.score >= _least(clip, letters, box)):
            text = line.text.strip()
            cue = Cue(clip.start, clip.end, text, box, line.score, language(box), clip.kind, rival=line.rival)
            place = box.turned(ANYWHERE) if clip.upright else box
            brief, fresh = (seen.brief, seen.fresh) if seen else (False, False)
            yield Draft(cue, place, clip.written, clip.upright, brief, fresh)


def _least(clip: Clip, letters: str, box: Box) -> float:
    """The score from which a reading is text: one or two letters in a shape, or lost in a long one, must be certain."""
    if not clip.kind:
        return TEXT
    filled = box.width <= FEW * box.height and is_wide(letters[0])
    return SURE if len(letters) >= FEW or filled else CERTAIN


def _is_piece(part: Draft, whole: Draft) -> bool:
    """Whether it is a character of a line, taken for a column where the line crosses their zone, or the reverse.

    Lines and columns that are up at the same time never cross.
    """
    if part.upright == whole.upright or part.place.area > whole.place.area:
        return False
    column, line = (part.place, whole.place) if part.upright else (whole.place, part.place)
    common = column.intersection(line)
    crossing = common.width > 0.5 * column.width and common.height > 0.5 * line.height
    overlap = min(part.cue.end, whole.cue.end) - max(part.cue.start, whole.cue.start)
    return crossing and overlap > 0.5 * (part.cue.end - part.cue.start)


def _add(drafts: list[Draft], new: Draft) -> None:
    """Join the new draft with the latest that it belongs to, and that with whatever it then belongs to."""
    for old in reversed(drafts):
        joined = _joined(old, new)
        if joined:
            drafts.remove(old)
            _add(drafts, joined)
            return
    drafts.append(new)


def _joined(old: Draft, new: Draft) -> Draft | None:
    first, second = sorted((old, new), key=lambda draft: draft.cue.start)
    kind = first.cue.kind
    if (kind, first.cue.language) != (second.cue.kind, second.cue.language):
        return None
    if second.cue.start - first.cue.end > (HIDDEN if kind else TOUCHING):
        return None
    again = second.fresh and second.cue.start > first.cue.end
    if first.upright != second.upright or (again and not kind):
        return None
    start, end = first.cue.start, max(first.cue.end, second.cue.end)
    whole = _same_sign(first, second) if kind else _same_text(first, second)
    if whole is None:
        return None
    cue = replace(whole.cue, start=start, end=end)
    return replace(whole, cue=cue, brief=first.brief or second.brief, fresh=first.fresh)


def _same_text(first: Draft, second: Draft) -> Draft | None:
    """The better of two drafts that are one text, seen in two parts."""
    level = same_row(first.box, second.box)
    for part, whole in ((first, second), (second, first)):
        if level and part.cue.end <= whole.cue.end and _grew(part, whole) and not _is_doubtful(part, whole):
            return replace(whole, written=True)
        if level and part.cue.start >= whole.cue.start and _is_rest(part, whole):
            return whole
        if level and _is_middle(part, whole):
            return whole
    equal = _single(letters_of(first.cue.text)) == _single(letters_of(second.cue.text))
    after = second.cue.start >= first.cue.end - TOUCHING
    if level:  # at one place there is one text at a time, however it was cut up
        spoken = _is_word(first) and _is_word(second)  # one after the other, whose strokes were seen to differ
        same = equal or (after and not spoken and _alike(first.cue, second.cue))
    else:  # a line that is pushed up by the next one keeps its text
        same = equal and after and _stacked(first.box, second.box)
    if not same:
        return None
    better = max(first, second, key=lambda draft: _weight(draft.cue))
    return replace(better, written=level and (first.written or second.written))


def _same_sign(first: Draft, second: Draft) -> Draft | None:
    """The better of two drafts of text that is no subtitle, seen twice; it may have moved meanwhile."""
    equal = letters_of(first.cue.text) == letters_of(second.cue.text) or _alike(first.cue, second.cue)
    return max(first, second, key=lambda draft: _weight(draft.cue)) if equal else None


def _finished(drafts: list[Draft], known: int) -> tuple[int, list[Cue]]:
    """Take out of the drafts the cues that start before everything that can still change."""
    groups = _groups(drafts)
    done: list[Cue] = []
    open_since = [draft.cue.start for draft in drafts if draft.cue.end + TOUCHING >= known]
    for group in groups:
        # What touches one that may still change may join it then.
        if max(draft.cue.end for draft in group) + TOUCHING >= min([known, *open_since]):
            return min(known, *(draft.cue.start for draft in group)), done
        done += [_cue(group)] if _lasts(group) else []
        for draft in group:
            drafts.remove(draft)
    return known, done


def _lasts(group: Sequence[Draft]) -> bool:
    """Whether the text stays longer than a flash; a lone letter, which any shape resembles, longer than a blink.

    Hardly any shape is read surely as a Chinese character that fills its box. Brief ones among others are the words of
    somebody who speaks.
    """
    stay = max(draft.cue.end for draft in group) - min(draft.cue.start for draft in group)
    letters = "".join(letters_of(draft.cue.text) for draft in group)
    if _outruns_readers(letters, stay):
        return False
    if any(draft.brief for draft in group):
        return True
    if len(letters) > 1:
        return stay >= SHORTEST
    box, score = group[0].box, group[0].cue.score
    filled = is_wide(letters) and box.width <= 2 * box.height
    return stay >= (LONE if filled and (score or 0.0) >= CERTAIN else BLINK)


def _is_word(draft: Draft) -> bool:
    """Whether it is one of the words of somebody who speaks, and not a line of which a flash was left."""
    cue = draft.cue
    return draft.brief and not _outruns_readers(letters_of(cue.text), cue.end - cue.start)


def _outruns_readers(letters: str, stay: int) -> bool:
    """Whether nobody can read letters in a time (ms): a ticker that runs through, what is left of a line in a flash."""
    wide = 2 * sum(map(is_wide, letters)) > len(letters)
    word, fastest = (WIDE_WORD, FASTEST_WIDE) if wide else (WORD, FASTEST)
    return len(letters) > word and 1000 * len(letters) > fastest * stay


def _groups(drafts: Sequence[Draft]) -> list[list[Draft]]:
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
    if one.upright != other.upright or one.cue.kind != other.cue.kind or one.cue.language != other.cue.language:
        return False
    if not _stacked(one.box, other.box):
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


def _cue(group: Sequence[Draft]) -> Cue:
    lines = sorted(group, key=lambda draft: (draft.box.top, draft.box.left))
    box = lines[0].place
    for line in lines:
        box = box.union(line.place)
    scores = [line.cue.score for line in lines if line.cue.score is not None]
    start, end = min(line.cue.start for line in lines), max(line.cue.end for line in lines)
    text, score = "\n".join(line.cue.text for line in lines), min(scores) if scores else None
    rival = "\n".join(line.cue.rival or line.cue.text for line in lines)
    first = lines[0]
    rival_text = None if rival == text else rival
    of = first.cue
    return Cue(start, end, text, box, score, of.language, of.kind, rival=rival_text, upright=first.upright)


def _stacked(one: Box, other: Box) -> bool:
    """Whether one line stands right above the other; their boxes may overlap where accents and margins meet."""
    across = min(one.right, other.right) - max(one.left, other.left)
    apart = abs(one.top + one.bottom - other.top - other.bottom) / 2
    height = (one.height + other.height) / 2
    return across > 0 and 0.4 * height < apart < 2 * height


def _grew(part: Draft, whole: Draft) -> bool:
    """Whether the second text continues the first; the last letter of the first may be half a letter.

    What grows keeps its left edge, or its middle. A few equal letters count only if the text was seen being written.
    """
    begun, letters = letters_of(part.cue.text)[:-1], letters_of(whole.cue.text)
    slack = 0.5 * whole.box.height
    left = abs(part.box.left - whole.box.left) < slack
    middle = abs(part.box.left + part.box.right - whole.box.left - whole.box.right) / 2 < slack
    if left and whole.cue.text.startswith(f"{part.cue.text} "):
        return True
    enough = 1 if part.written or whole.written else FEW if left else 2 * FEW if middle else len(letters)
    if not (left or middle) or len(begun) < enough or len(letters) <= len(begun) + 1:
        return False
    return Levenshtein.distance(begun, letters[: len(begun)]) <= (
        len(begun) // 6 if _unsure(part.cue, whole.cue) else 0
    )


def _is_doubtful(part: Draft, whole: Draft) -> bool:
    """Whether the longer of two texts may but be the shorter one, and a shape beside it that was read as a letter."""
    seen = part.written or whole.written
    doubt = _unsure(part.cue, whole.cue) or _adds_in_a_blink(part.cue, whole.cue)
    return not seen and doubt and _weight(whole.cue) < _weight(part.cue)


def _is_rest(part: Draft, whole: Draft) -> bool:
    """Whether the first text is what was still read of the second after its beginning had gone."""
    rest, letters = letters_of(part.cue.text), letters_of(whole.cue.text)
    edge = abs(part.box.right - whole.box.right) < 0.5 * whole.box.height
    enough = len(rest) >= 2 * FEW or (len(rest) >= FEW and 2 * len(rest) > len(letters))
    return edge and enough and len(letters) > len(rest) and letters.endswith(rest)


def _is_middle(part: Draft, whole: Draft) -> bool:
    """Whether the first text is what was seen of the second while its ends were lost: letters of it, at their place."""
    some, letters = letters_of(part.cue.text), letters_of(whole.cue.text)
    first = letters.find(some)
    if len(some) < 2 * FEW or first <= 0 or first + len(some) == len(letters):
        return False
    letter = whole.box.width / len(letters)
    left, right = whole.box.left + first * letter, whole.box.left + (first + len(some)) * letter
    return max(abs(part.box.left - left), abs(part.box.right - right)) < whole.box.height


def _alike(first: Cue, second: Cue) -> bool:
    """Whether one of them can be a worse reading of the other."""
    alike = Levenshtein.normalized_similarity(letters_of(first.text), letters_of(second.text)) >= ALIKE
    return alike and (_unsure(first, second) or _adds_in_a_blink(first, second) or _adds_in_a_blink(second, first))


def _adds_in_a_blink(first: Cue, second: Cue) -> bool:
    """Whether the second one is too brief to be read, and but adds letters: strokes of something that goes by."""
    rest = iter(letters_of(second.text))
    return second.end - second.start < BLINK and all(letter in rest for letter in letters_of(first.text))


def _unsure(first: Cue, second: Cue) -> bool:
    """Whether a letter more or less in one of two readings means nothing."""
    return min(first.score or 0.0, second.score or 0.0) < CERTAIN


def _single(letters: str) -> str:
    """Doubled letters once: readers tell them apart by their place alone, and skip one in a tight font."""
    return "".join(letter for letter, _ in groupby(letters))


def _weight(cue: Cue) -> float:
    """How much a reading counts: sure ones more than long ones."""
    return (cue.score or 0.5) ** 4 * (cue.end - cue.start)
