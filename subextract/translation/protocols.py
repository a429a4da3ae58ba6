"""The protocol of a translator, so that one can take the place of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from subextract.types import Cue


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of one speaker in one cue, in one line and without dashes and notes; tags <i>, <b>, <u> may be inside.

    ``number`` is its place in the film. ``before`` and ``after`` are the passages around it, nearest last and nearest
    first; ``max_columns`` is how many columns (letters; wide ones count twice) can be read in its time,
    ``cue`` the one in which it is said.
    """

    number: int
    text: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    max_columns: int | None = None
    cue: Cue | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Into which language (BCP 47) is translated, from which (None: not known), and what is known of the film.

    ``glossary`` says how terms are to be translated.
    """

    to: str
    source: str | None = None
    about: str = ""
    glossary: Mapping[str, str] = field(default_factory=dict)

    def terms(self, text: str) -> dict[str, str]:
        """The entries of the glossary that occur in a text."""
        folded = text.casefold()
        return {term: wanted for term, wanted in self.glossary.items() if term.casefold() in folded}


class Translator(Protocol):
    """Translates passages, wherever it runs."""

    def key(self, passage: Passage, task: Task) -> list[object]:
        """All that decides the answer, as JSON values: passages with equal keys are asked once, and then remembered."""
        ...

    def answers(self, passages: Sequence[Passage], task: Task) -> Iterator[tuple[int, str]]:
        """The number and the translation of each passage, in any order, as they come.

        One that cannot be translated is left out. Raises EngineError, after the last answer, where some are missing
        because the translator cannot run.
        """
        ...

    def close(self) -> None:
        """Let go of what is held open; closing twice does no harm."""
        ...
