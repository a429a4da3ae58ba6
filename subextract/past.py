"""What a run leaves to the one that goes on where it was stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from subextract.types import Cue

if TYPE_CHECKING:  # who only asks whether there is a past need not load numpy
    from subextract.verdict import Seen


@dataclass(frozen=True, slots=True)
class Past:
    """What was found from ``start`` to ``position`` (ms), by all runs until now.

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
