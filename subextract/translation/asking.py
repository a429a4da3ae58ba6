"""How a chat model is brought to translate every passage of a window: asked again for what is missing or wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from subextract.openai_client import Refused
from subextract.translation.checking import Fault, fault, misplaced
from subextract.translation.protocols import Passage, Task
from subextract.translation.request import found, messages

log = logging.getLogger(__name__)

Messages = list[dict[str, str]]
Chat = Callable[[Sequence[Passage], Messages], str]
"""What a model says to messages about a window. Raises Refused where it does not take these, else EngineError."""


class Asking:
    """One window on its way: ``good`` are the translations that hold, by number."""

    def __init__(self, window: Sequence[Passage], task: Task, chat: Chat) -> None:
        self.good: dict[int, str] = {}
        self._window, self._task, self._chat = window, task, chat
        self._wrong: dict[int, str] = {}
        self._usable: dict[int, str] = {}

    def run(self) -> None:
        """All at once, then what is missing together, then each by itself. Raises EngineError; what is good stays."""
        self._ask(self._window)
        if len(self._window) > 1:
            self._ask(self._missing())
        for passage in self._missing():
            self._ask([passage])
            if passage.number not in self.good and passage.number in self._usable:
                self.good[passage.number] = self._usable[passage.number]

    def _missing(self) -> list[Passage]:
        return [passage for passage in self._window if passage.number not in self.good]

    def _ask(self, passages: Sequence[Passage]) -> None:
        if not passages:
            return
        try:
            said = self._chat(passages, messages(passages, self._task, self._wrong))
        except Refused as error:
            log.info("%d lines are refused: %s", len(passages), error)
            return
        answers = found(said, passages)
        amiss = misplaced(passages, answers)
        for passage in passages:
            wrong: Fault | None = Fault("it was missing")
            if passage.number in answers:
                moved = Fault("it was joined with another line, or is that of another one")
                wrong = moved if passage.number in amiss else fault(passage, answers[passage.number], self._task)
            self._judge(passage.number, answers, wrong)

    def _judge(self, number: int, answers: dict[int, str], wrong: Fault | None) -> None:
        if wrong is None:
            self.good[number] = answers[number]
            return
        log.info("Line %d, %r: %s.", number, answers.get(number, ""), wrong.remark)
        self._wrong[number] = wrong.remark
        if not wrong.grave:
            self._usable[number] = answers[number]
