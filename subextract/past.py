"""The past that a run leaves to the one that goes on where it was stopped, and counts that know of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from subextract.durations import NEVER
from subextract.types import Cue

if TYPE_CHECKING:  # who only asks whether there is a past need not load numpy
    from subextract.verdict import Seen


@dataclass(frozen=True, slots=True)
class Past:
    """The findings from ``start`` to ``position`` (ms), by all runs until now.

    Of a subtitle track these are its ``cues``, of burned-in text what was ``seen``, from which the cues are decided at
    the end. ``left_out`` and ``skipped`` count what was met besides, as in Extraction. Where it is ``whole``, no
    picture is left to be looked at.
    """

    start: int = 0
    position: int = 0
    cues: Sequence[Cue] = ()
    seen: Sequence[Seen] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    skipped: int = 0
    whole: bool = False


class Met:
    """Counts of what was met besides subtitles, and when, so that a run that goes on counts nothing twice."""

    def __init__(self, past: Past) -> None:
        self.time = self._first = past.position
        self._found: list[tuple[int, Mapping[str, int], int]] = [(-1, past.left_out, past.skipped)]

    def leave_out(self, kind: str) -> None:
        """Count a text of a kind (as in Extraction)."""
        self._found.append((self.time, {kind: 1}, 0))

    def take(self, seen: int, left_out: Mapping[str, int], skipped: int) -> None:
        """Count what was met in the pictures until ``seen`` (ms), unless the run before has counted it."""
        self.time = seen
        if seen >= self._first and (left_out or skipped):
            self._found.append((seen, left_out, skipped))

    def left_out(self, until: int = NEVER) -> Counter[str]:
        """How many texts of each kind were met before a time (ms)."""
        found: Counter[str] = Counter()
        for time, kinds, _ in self._found:
            found.update(kinds if time < until else {})
        return found

    def skipped(self, until: int = NEVER) -> int:
        """How many corrupt packets there were before a time (ms)."""
        return sum(packets for time, _, packets in self._found if time < until)
