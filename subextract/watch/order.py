"""What a worker is told to do, and what it tells meanwhile and at the end: one line of JSON each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from subextract.types import Track


@dataclass(frozen=True, slots=True)
class Order:
    """One job for one process: which ``video`` (job and token of the ledger) is read how, and where things go.

    ``work`` is the folder for what is not finished, ``out`` the folder below which the results go (None: beside the
    video) and ``disk`` where its disk is mounted. ``memory`` is in MiB (0: any), ``pause`` in seconds.
    ``if_pictures`` is what ``if_soft`` says of other tracks (None: the same). Where both say ``hard``, ``track`` is
    what is read, as the option of that name has it.
    """

    ledger: str
    job: int
    token: int
    video: str
    folder: str
    work: str
    out: str | None = None
    disk: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    if_soft: str = "skip"
    if_pictures: str | None = None
    track: str = "hard"
    memory: int = 0
    pause: float = 60.0
    tell: bool = False

    @property
    def needs_no_look(self) -> bool:
        """Whether it says already what is read, whatever soft tracks there are."""
        return {self.if_soft, self.if_pictures or self.if_soft} == {"hard"}

    def wish(self, track: Track) -> str:
        """What a soft track that says it already is there for: ``skip``, ``extract`` or ``hard``."""
        return self.if_pictures or self.if_soft if track.kind == "image" else self.if_soft

    def dumps(self) -> str:
        return json.dumps(asdict(self), default=str) + "\n"

    @classmethod
    def loads(cls, line: str) -> Self:
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker tells. ``state`` None: it is still at it, at ``position`` of ``duration`` ms.

    Otherwise it has ended: ``state`` is what the ledger has now, or ``lost`` or ``error``, and ``reason`` says why.
    """

    state: str | None = None
    position: int = 0
    duration: int | None = None
    reason: str | None = None
    outputs: tuple[str, ...] = ()
    cues: int | None = None
    language: str | None = None
    seconds: float | None = None

    def dumps(self) -> str:
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def loads(cls, line: str) -> Self:
        """ValueError, TypeError or AttributeError for a line that is none of ours."""
        values = json.loads(line)
        return cls(**values | {"outputs": tuple(values.get("outputs", ()))})
