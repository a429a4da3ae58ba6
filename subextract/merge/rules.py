"""Which rules say that two drafts are one text: seen twice, in parts, or growing.

Texts are compared by the edit distance of their letters (Levenshtein).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from subextract.boxes import same_row, stacked
from subextract.merge.drafts import CERTAIN_READING, FEW_LETTERS, Draft
from subextract.text import is_wide, letters_of
from subextract.types import Cue

TOUCHING_TEXTS = 130  # ms; a shorter break is a flash or a doubtful frame, a real pause is longer
BLINK = 350  # ms; the shortest lines that somebody means to be read stay for 400, or one frame less
HIDDEN = 2000  # ms for which a sign or a logo may be hidden and is still the same
ALIKE_TEXTS = 0.75  # similarity from which an unsure reading can be another reading of the text that it touches
FASTEST_LETTERS, FASTEST_WIDE_LETTERS = 120, 50  # letters a second, and wide ones, to be read: guides allow a sixth
WORD_LETTERS, WIDE_WORD_LETTERS = 12, 6  # letters up to which a text may be a spoken word: those stay for two frames


class Joined(NamedTuple):
    """Two drafts as one, and the name of the rule that says so."""

    draft: Draft
    rule: str


def joined(old: Draft, new: Draft) -> Joined | None:
    """Both as one draft with the better text and all of the time; None where they are two texts."""
    first, second = sorted((old, new), key=lambda draft: draft.cue.start)
    if not _may_join(first, second):
        return None
    found = next(_fitting(first, second), None)
    if found is None:
        return None
    start, end = first.cue.start, max(first.cue.end, second.cue.end)
    cue = replace(found.draft.cue, start=start, end=end)
    whole = replace(found.draft, cue=cue, brief=first.brief or second.brief, fresh=first.fresh)
    return Joined(whole, found.rule)


def _may_join(first: Draft, second: Draft) -> bool:
    """Whether kind, language, direction and time allow that both are one text."""
    kind = first.cue.kind
    if (kind, first.cue.language) != (second.cue.kind, second.cue.language) or first.vertical != second.vertical:
        return False
    again = second.fresh and second.cue.start > first.cue.end
    return second.cue.start - first.cue.end <= (HIDDEN if kind else TOUCHING_TEXTS) and not (again and not kind)


def _fitting(first: Draft, second: Draft) -> Iterator[Joined]:
    """The results of the rules that fit both, in the order of the tables."""
    if first.cue.kind:
        pairs: tuple[tuple[Draft, Draft], ...] = ()
        rules = SAME_SIGN
    else:
        pairs = ((first, second), (second, first)) if same_row(first.box, second.box) else ()
        rules = SAME_TEXT
    for part, whole in pairs:
        for name, take in PART_OF.items():
            if draft := take(part, whole):
                yield Joined(draft, name)
    for name, fits in rules.items():
        if fits(first, second):
            better = max(first, second, key=lambda draft: _weight(draft.cue))
            written = bool(pairs) and (first.written or second.written)
            yield Joined(better if first.cue.kind else replace(better, written=written), name)


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


# Of two texts on one row, one of which may be a part of the other.


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
    enough = (
        1 if part.written or whole.written else FEW_LETTERS if left else 2 * FEW_LETTERS if middle else len(letters)
    )
    if not (left or middle) or len(begun) < enough or len(letters) <= len(begun) + 1:
        return False
    return Levenshtein.distance(begun, letters[: len(begun)]) <= (
        len(begun) // 6 if _unsure(part.cue, whole.cue) else 0
    )


def _is_doubtful(part: Draft, whole: Draft) -> bool:
    """Whether the longer of two texts may only be the shorter one, and a shape beside it that was read as a letter."""
    seen = part.written or whole.written
    doubt = _unsure(part.cue, whole.cue) or _adds_in_a_blink(part.cue, whole.cue)
    return not seen and doubt and _weight(whole.cue) < _weight(part.cue)


def _written_on(part: Draft, whole: Draft) -> Draft | None:
    """The second text, where it continues the first, which is seen no longer than it."""
    if part.cue.end <= whole.cue.end and _grew(part, whole) and not _is_doubtful(part, whole):
        return replace(whole, written=True)
    return None


def _end_left(part: Draft, whole: Draft) -> Draft | None:
    """The second text, where the first comes later and is its end."""
    return whole if part.cue.start >= whole.cue.start and _is_rest(part, whole) else None


def _middle_seen(part: Draft, whole: Draft) -> Draft | None:
    """The second text, where the first is what was seen of it without its ends."""
    return whole if _is_middle(part, whole) else None


def _is_rest(part: Draft, whole: Draft) -> bool:
    """Whether the first text is what was still read of the second after its beginning had gone."""
    rest, letters = letters_of(part.cue.text), letters_of(whole.cue.text)
    edge = abs(part.box.right - whole.box.right) < 0.5 * whole.box.height
    enough = len(rest) >= 2 * FEW_LETTERS or (len(rest) >= FEW_LETTERS and 2 * len(rest) > len(letters))
    return edge and enough and len(letters) > len(rest) and letters.endswith(rest)


def _is_middle(part: Draft, whole: Draft) -> bool:
    """Whether the first text is what was seen of the second while its ends were lost: letters of it, at their place."""
    some, letters = letters_of(part.cue.text), letters_of(whole.cue.text)
    first = letters.find(some)
    if len(some) < 2 * FEW_LETTERS or first <= 0 or first + len(some) == len(letters):
        return False
    letter = whole.box.width / len(letters)
    left, right = whole.box.left + first * letter, whole.box.left + (first + len(some)) * letter
    return max(abs(part.box.left - left), abs(part.box.right - right)) < whole.box.height


# Of two texts, neither of which need be a part of the other.


def _equal(first: Draft, second: Draft) -> bool:
    """Whether both say the same at one place, where there is one text at a time, however it was cut up."""
    return same_row(first.box, second.box) and _same_letters(first, second)


def _other_reading(first: Draft, second: Draft) -> bool:
    """Whether one follows the other at its place and can be a worse reading of it.

    Words that are spoken one after the other are not: their strokes were seen to differ.
    """
    spoken = _is_word(first) and _is_word(second)
    return same_row(first.box, second.box) and _after(first, second) and not spoken and _alike(first.cue, second.cue)


def _pushed_up(first: Draft, second: Draft) -> bool:
    """Whether a line says the same a row further: the next one pushed it up."""
    boxes = first.box, second.box
    return not same_row(*boxes) and _same_letters(first, second) and _after(first, second) and stacked(*boxes)


def _sign_again(first: Draft, second: Draft) -> bool:
    """Whether both say the same; a sign may have moved meanwhile."""
    return letters_of(first.cue.text) == letters_of(second.cue.text)


def _sign_otherwise(first: Draft, second: Draft) -> bool:
    """Whether one can be a worse reading of the other."""
    return _alike(first.cue, second.cue)


PART_OF: dict[str, Callable[[Draft, Draft], Draft | None]] = {
    "written on": _written_on,
    "end left": _end_left,
    "middle seen": _middle_seen,
}
"""For texts on one row: the whole, where the first is a part of the second. Tried with the earlier text as the part,
then the other way round."""

SAME_TEXT: dict[str, Callable[[Draft, Draft], bool]] = {
    "equal": _equal,
    "other reading": _other_reading,
    "pushed up": _pushed_up,
}
"""For subtitles, where none of the above fits: whether both are one text; the better reading counts."""

SAME_SIGN: dict[str, Callable[[Draft, Draft], bool]] = {
    "sign again": _sign_again,
    "sign read otherwise": _sign_otherwise,
}
"""The same for text that is no subtitle."""


def _same_letters(first: Draft, second: Draft) -> bool:
    """Whether both have the same letters; of lines, whatever their marks: no two in turn differ by those alone."""
    one, other = (_single(letters_of(draft.cue.text)) for draft in (first, second))
    return one == other or (min(len(one), len(other)) >= 2 * FEW_LETTERS and _bare(one) == _bare(other))


def _bare(letters: str) -> str:
    """Latin letters without their marks, which a background that moves by hides, or adds."""
    split = ((letter, unicodedata.normalize("NFD", letter)[0]) for letter in letters)
    return "".join(base if base.isascii() else letter for letter, base in split)


def _after(first: Draft, second: Draft) -> bool:
    return second.cue.start >= first.cue.end - TOUCHING_TEXTS


def _alike(first: Cue, second: Cue) -> bool:
    """Whether one of them can be a worse reading of the other."""
    alike = Levenshtein.normalized_similarity(letters_of(first.text), letters_of(second.text)) >= ALIKE_TEXTS
    return alike and (_unsure(first, second) or _adds_in_a_blink(first, second) or _adds_in_a_blink(second, first))


def _adds_in_a_blink(first: Cue, second: Cue) -> bool:
    """Whether the second one is too brief to be read, and only adds letters: strokes of something that goes by."""
    rest = iter(letters_of(second.text))
    return second.end - second.start < BLINK and all(letter in rest for letter in letters_of(first.text))


def _unsure(first: Cue, second: Cue) -> bool:
    """Whether a letter more or less in one of two readings means nothing."""
    return min(first.score or 0.0, second.score or 0.0) < CERTAIN_READING


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
    word, fastest = (WIDE_WORD_LETTERS, FASTEST_WIDE_LETTERS) if wide else (WORD_LETTERS, FASTEST_LETTERS)
    return len(letters) > word and 1000 * len(letters) > fastest * stay
