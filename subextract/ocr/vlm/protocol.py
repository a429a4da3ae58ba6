"""The questions to a vision-language model, and its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from subextract.types import Image


@dataclass(frozen=True, slots=True)
class Question:
    """A picture, what to do with it in the words of the model's authors, and how many tokens an answer may have."""

    picture: Image
    prompt: str
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a model to one picture.

    ``score`` is from 0 to 1, half way between the mean and the least of the chances of its tokens, None where they are
    not known. ``ended`` says whether it came to its end by itself, not by the limit of tokens.
    """

    text: str
    score: float | None = None
    ended: bool = True


class Model(Protocol):
    """Answers questions, wherever it runs."""

    name: str
    """By which the model is known where it runs."""
    batch: int
    """How many questions at a time keep it busy."""

    def answers(self, questions: Sequence[Question]) -> list[Answer]:
        """An answer to each question, in their order. Raises EngineError."""
        ...

    def close(self) -> None:
        """Let go of what is held open; closing twice does no harm."""
        ...


def score_of(chances: Sequence[float]) -> float | None:
    """How sure an answer is, by the chances of its tokens."""
    return (sum(chances) / len(chances) + min(chances)) / 2 if chances else None
