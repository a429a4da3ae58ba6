"""Whether two drafts are one text: seen twice, in parts, or growing."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from subextract.merge.drafts import CERTAIN, FEW, Draft
from subextract.rows import same_row
from subextract.text import is_wide, letters_of
from subextract.types import Box, Cue

TOUCHING = 130  # ms; a shorter break is a flash or a doubtful frame, a real pause is longer
BLINK = 350  # ms; the shortest lines that somebody means to be read stay for 400, or one frame less
HIDDEN = 2000  # ms for which a sign or a logo may be hidden and is still the same
ALIKE = 0.75  # similarity from which an unsure reading can be another reading of the text that it touches
FASTEST, FASTEST_WIDE = 120, 50  # letters a second that are meant to be read, and wide ones: guides allow a sixth
WORD, WIDE_WORD = 12, 6  # letters up to which a text may be a word of somebody who speaks: those stay for two frames


def joined(old: Draft, new: Draft) -> Draft | None:
    """Both as one draft with the better text and all of the time; None where they are two texts."""
    first, second = sorted((old, new), key=lambda draft: draft.cue.start)
    kind = first.cue.kind
    if (kind, first.cue.language) != (second.cue.kind, second.cue.language):
        return None
    if second.cue.start - first.cue.end > (HIDDEN if kind else TOUCHING):
        return None
    again = second.fresh and second.cue.start > first.cue.end
    if first.vertical != second.vertical or (again and not kind):
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
        same = equal and after and stacked(first.box, second.box)
    if not same:
        return None
    better = max(first, second, key=lambda draft: _weight(draft.cue))
    return replace(better, written=level and (first.written or second.written))


def _same_sign(first: Draft, second: Draft) -> Draft | None:
    """The better of two drafts of text that is no subtitle, seen twice; it may have moved meanwhile."""
    equal = letters_of(first.cue.text) == letters_of(second.cue.text) or _alike(first.cue, second.cue)
    return max(first, second, key=lambda draft: _weight(draft.cue)) if equal else None


def is_piece(part: Draft, whole: Draft) -> bool:
    """Whether it is a character of a line, taken for a column where the line crosses their zone, or the reverse.

    Lines and columns that are up at the same time never cross.
    """
    if part.vertical == whole.vertical or part.place.area > whole.place.area:
        return False
    column, line = (part.place, whole.place) if part.vertical else (whole.place, part.place)
    common = column.intersection(line)
    crossing = common.width > 0.5 * column.width and common.height > 0.5 * line.height
    overlap = min(part.cue.end, whole.cue.end) - max(part.cue.start, whole.cue.start)
    return crossing and overlap > 0.5 * (part.cue.end - part.cue.start)


def stacked(one: Box, other: Box) -> bool:
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


def _is_word(draft: Draft) -> bool:
    """Whether it is one of the words of somebody who speaks, and not a line of which a flash was left."""
    cue = draft.cue
    return draft.brief and not outruns_readers(letters_of(cue.text), cue.end - cue.start)


def outruns_readers(letters: str, stay: int) -> bool:
    """Whether nobody can read letters in a time (ms): a ticker that runs through, what is left of a line in a flash."""
    wide = 2 * sum(map(is_wide, letters)) > len(letters)
    word, fastest = (WIDE_WORD, FASTEST_WIDE) if wide else (WORD, FASTEST)
    return len(letters) > word and 1000 * len(letters) > fastest * stay
