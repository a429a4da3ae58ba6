"""Which pictures show a cue, and what else was read in them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from subextract.boxes import touch
from subextract.types import Box, Cue

NEW_ROWS = 0.3  # of a picture's rows that no other one shows; else it is the same lines once more
ENOUGH_PICTURES = 4  # pictures of one cue; a cue of four lines that were read apart
MAX_OTHERS = 9  # keys from 1 to 9


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that was read, without the picture: its number, when and where it was, and what its lines say."""

    number: int
    start: int
    end: int
    box: Box
    texts: tuple[str, ...]


class Album:
    """All pictures of a film, to be asked for those of each of its cues."""

    def __init__(self, shown: Sequence[Shown], cues: Iterable[Cue]) -> None:
        self._saying: dict[str, list[Cue]] = {}
        for cue in cues:
            self._saying.setdefault(cue.text, []).append(cue)
        self._shown = sorted(shown, key=lambda one: one.start)
        self._starts = [one.start for one in self._shown]
        self._longest = max((one.end - one.start for one in self._shown), default=0)

    def of(self, cue: Cue) -> list[Shown]:
        """Those of the time and the place of a cue, the longest together with it first."""
        first = bisect_left(self._starts, cue.start - self._longest)
        last = bisect_left(self._starts, cue.end)
        there = [
            one for one in self._shown[first:last] if _together(one, cue) > 0 and not self._is_of_another(one, cue)
        ]
        found = [one for one in there if _same_place(one, cue)] or [one for one in there if _same_time(one, cue)]
        return sorted(found, key=lambda one: (-_said(one, cue), -_together(one, cue)))

    def _is_of_another(self, one: Shown, cue: Cue) -> bool:
        """Whether it says what another cue does that is up then, as where one text fades into the next."""
        others = self._saying.get("\n".join(one.texts), ())
        return not _said(one, cue) and any(_together(one, other) > 0 for other in others)


def pictures_of(found: Sequence[Shown]) -> list[int]:
    """As few as show all lines of a cue, from top to bottom."""
    taken: list[Shown] = []
    for one in found:
        if len(taken) < ENOUGH_PICTURES and all(_new_rows(one.box, other.box) >= NEW_ROWS for other in taken):
            taken.append(one)
    return [one.number for one in sorted(taken, key=lambda one: (one.box.top, one.box.left))]


def others_of(cue: Cue, found: Sequence[Shown]) -> list[str]:
    """The other readings where a cue stands: by a second reader, before a list changed it, or in another picture."""
    lines = cue.text.count("\n") + 1
    whole = ["\n".join(one.texts) for one in found if len(one.texts) == lines]
    among = dict.fromkeys(text.strip() for text in (cue.alternative, cue.as_read, *whole) if text)
    return [text for text in among if text not in ("", cue.text.strip())][:MAX_OTHERS]


def _together(one: Shown, cue: Cue) -> int:
    return min(one.end, cue.end) - max(one.start, cue.start)


def _same_place(one: Shown, cue: Cue) -> bool:
    return cue.box is not None and touch(one.box, cue.box)


def _same_time(one: Shown, cue: Cue) -> bool:
    """As the pictures of a track have, whose places are those of a plane of another size than the video's."""
    return (one.start, one.end) == (cue.start, cue.end)


def _said(one: Shown, cue: Cue) -> int:
    """How many of the cue's lines were read in it."""
    lines = cue.text.split("\n")
    return sum(text in lines for text in one.texts)


def _new_rows(box: Box, other: Box) -> float:
    common = min(box.bottom, other.bottom) - max(box.top, other.top)
    return 1 - max(0, common) / max(1, box.height)
