"""The order that a worker gets, and the reports that it sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from subextract.types import Track


@dataclass(frozen=True, slots=True)
class Order:
    """One job for one process: which ``video`` (job and token of the ledger) is read how, and where things go.

    Calling it does it; that is for the process of its own (``concurrency.processes``).

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
        """The wish for a video with a soft track that says it already: ``skip``, ``extract`` or ``hard``."""
        return self.if_pictures or self.if_soft if track.kind == "image" else self.if_soft

    def __call__(self, tell: Callable[[Report], None]) -> None:
        from subextract.watch.worker import work  # not at the top: the watch itself needs none of its libraries

        work(self, tell)


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a worker. ``state`` None: it is still at it, at ``position`` of ``duration`` ms.

    Otherwise it has ended: ``state`` is what the ledger has now, or ``lost``, and ``reason`` says why. The watch itself
    makes a report with the state ``error`` of what a worker raised.
    """

    state: str | None = None
    position: int = 0
    duration: int | None = None
    reason: str | None = None
    outputs: tuple[str, ...] = ()
    cues: int | None = None
    language: str | None = None
    seconds: float | None = None
