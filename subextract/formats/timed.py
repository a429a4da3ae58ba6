"""How times are written, and how the words of a cue with times of their own go from one format to another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise

from subextract.formats.styled import parts
from subextract.types import Cue, Word

Stretches = Sequence[tuple[int, str]]
"""A text cut where something of it begins to be shown, or is over: each piece with its time (ms)."""


def timestamp(milliseconds: int) -> str:
    """A time as ``00:01:02.345``."""
    seconds, milliseconds = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{milliseconds:03d}"


def fitting(cue: Cue) -> tuple[Word, ...]:
    """The words of the cue; none where they are not its text, or not one after the other within its time."""
    times = [cue.start, *chain.from_iterable((word.start, word.end) for word in cue.words), cue.end]
    in_order = all(before <= after for before, after in pairwise(times))
    lasting = all(word.start < word.end for word in cue.words)
    return cue.words if in_order and lasting and _spaces(cue) is not None else ()


def stretches(cue: Cue) -> Stretches:
    """The whole text of a cue, cut at its words; nothing where it has none, or where letters of it are styled."""
    if not cue.words or len(parts(cue)) > 1:
        return ()
    found: list[tuple[int, str]] = []
    last = cue.start
    for space, word in zip(_spaces(cue) or (), cue.words, strict=True):
        if word.start > last:  # a pause, which has the space between the words
            found.append((last, space))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + space)
        found.append((word.start, word.text))
        last = word.end
    return [*found, (last, "")] if last < cue.end else found


def words_of(pieces: Stretches, end: int) -> tuple[Word, ...]:
    """The words of a text that was cut so, the last piece of which is over at ``end``."""
    return tuple(
        Word(start, after, text.strip()) for (start, text), (after, _) in pairwise([*pieces, (end, "")]) if text.strip()
    )


def _spaces(cue: Cue) -> list[str] | None:
    """The space before each word; None where the text is more than its words, or something else."""
    rest, found = cue.text, []
    for word in cue.words:
        begun = rest.lstrip()
        if not word.text or not begun.startswith(word.text):
            return None
        found.append(rest[: len(rest) - len(begun)])
        rest = begun.removeprefix(word.text)
    return None if rest.strip() else found
