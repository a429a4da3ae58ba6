"""Which lines of a screen were on the one before: text that grows where it is, and lines that are pushed up.

Live subtitles are shown while they are typed: a line grows by letters or words, and the next one pushes it up. The
rules are the same for captions, teletext and pictures; what a line is, and when two say the same, differs.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol


class Row(Protocol):
    """A line on the screen; ``top`` grows downwards."""

    @property
    def top(self) -> int: ...

    def goes_on(self, other: Row, /) -> bool:
        """Whether it says what the other one says, and perhaps more behind it, wherever the two stand."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """A line of letters; ``styled`` is the same with tags (see subextract/tags.py), where there are any."""

    left: int
    top: int
    text: str
    styled: str = ""

    def goes_on(self, other: Row, /) -> bool:
        """See Row."""
        return isinstance(other, TextRow) and self.text.startswith(other.text)


@dataclass(frozen=True, slots=True)
class Stay:
    """Lines that came together. Times in ms."""

    start: int
    end: int
    rows: tuple[TextRow, ...]

    @property
    def text(self) -> str:
        """The text of its rows."""
        return "\n".join(row.text for row in self.rows)

    @property
    def styled(self) -> str | None:
        """The same as in Cue.styled; None where nothing is styled."""
        if not any(row.styled for row in self.rows):
            return None
        return "\n".join(row.styled or html.escape(row.text, quote=False) for row in self.rows)


def grew(before: Sequence[Row], after: Sequence[Row]) -> bool:
    """Whether each line of the first screen is continued, where it is, on the second one."""
    return bool(after) and all(any(old.top == row.top and row.goes_on(old) for row in after) for old in before)


def pushed(row: Row, before: Sequence[Row]) -> bool:
    """Whether a line stood lower on the screen before; it may have grown on its way."""
    return any(old.top > row.top and row.goes_on(old) for old in before)


def stays(screens: Iterable[tuple[int, tuple[TextRow, ...]]]) -> Iterator[Stay]:
    """The lines that can be read, each once.

    Text that is written letter by letter counts from its first letter on, and a line that is pushed up by the next one
    is over then.

    Each screen is what is shown from its time on; an empty one comes last.
    """
    start = 0
    rows: tuple[TextRow, ...] = ()
    carried: list[TextRow] = []
    new: tuple[TextRow, ...] = ()
    for time, shown in screens:
        if not grew(rows, shown):
            if new:
                yield Stay(start, time, tuple(_whole(row, shown) for row in new))
            carried, new = [row for row in shown if pushed(row, rows)], ()
        start = start if new else time
        rows, new = shown, tuple(row for row in shown if not _is_of(row, carried))


def _is_of(row: TextRow, carried: Sequence[TextRow]) -> bool:
    return any(row.top == old.top and row.goes_on(old) for old in carried)


def _whole(row: TextRow, after: Sequence[TextRow]) -> TextRow:
    """The line with its last words, which often come with the push."""
    longer = (each for each in after if each.top < row.top and each.goes_on(row))
    return next((replace(each, left=row.left, top=row.top) for each in longer), row)
