"""How a chat model on a server translates: vLLM, llama-server, Ollama and whatever speaks OpenAI's protocol."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from typing import Any

from subextract.errors import EngineError
from subextract.openai_client import Busy, Refused, Server
from subextract.translation.asking import Asking, Messages
from subextract.translation.protocols import Passage, Task
from subextract.translation.request import VERSION, form, max_tokens
from subextract.translation.windows import windows

log = logging.getLogger(__name__)

WINDOW_SECONDS = 300.0  # for an answer; a window is 600 tokens, which a CPU says in two minutes
RATE_ROUNDS = 8  # of five requests in 8 s or more, while the server answers "too many": limits are by the minute
FAILED_WINDOWS = 3  # windows in a row without an answer, each asked five times, until the server counts as gone
FLAGS = ("--translator-url", "--translator-model")


class ServerTranslator:
    """A chat model on a server, found and named when this is made. Raises EngineError."""

    def __init__(self, url: str, model: str | None = None, *, requests: int) -> None:
        self._server = Server(url, model, requests=requests, seconds=WINDOW_SECONDS, flags=FLAGS)
        self._way: int | None = None
        log.info("%s translates with %s.", url, self._server.model)

    def key(self, passage: Passage, task: Task) -> list[object]:
        """The model, the words of the request, and what it says of the passage."""
        known = [task.to, task.source, task.about, task.terms(passage.text)]
        return [
            "chat",
            VERSION,
            self._server.model,
            *known,
            passage.text,
            passage.before,
            passage.after,
            passage.max_columns,
        ]

    def answers(self, passages: Sequence[Passage], task: Task) -> Iterator[tuple[int, str]]:
        """As in Translator. Windows are under way together; a server that is gone is not asked for all of them."""
        trouble: EngineError | None = None
        failures, answered = 0, False

        def work(window: Sequence[Passage]) -> tuple[dict[int, str], EngineError | None]:
            asking = Asking(window, task, self._say)
            try:
                asking.run()
            except EngineError as error:  # what has been answered stays
                return asking.good, error
            return asking.good, None

        with closing(self._server.each(work, windows(passages))) as under_way:
            for _, (good, error) in under_way:
                yield from good.items()
                failures = failures + 1 if error else 0
                trouble, answered = error or trouble, answered or error is None
                if failures == FAILED_WINDOWS:
                    break
        if trouble and (failures == FAILED_WINDOWS or not answered):
            raise trouble
        if trouble:  # with some lines alone
            log.warning("%s", trouble)

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def _say(self, window: Sequence[Passage], messages: Messages) -> str:
        """The answer, asked in the first way that the server takes: some know no form, limits or system messages."""
        limits = {"temperature": 0.0, "max_tokens": max_tokens(window)}
        whole: Messages = [{"role": "user", "content": "\n\n".join(each["content"] for each in messages)}]
        strict = limits | {"response_format": form(window)}
        ways: list[tuple[Messages, dict[str, Any]]] = [
            (messages, strict),
            (messages, limits),
            (messages, {}),
            (whole, strict),
            (whole, {}),
        ]
        refusal = None
        for way in range(len(ways)) if self._way is None else (self._way,):
            try:
                said = self._patiently(*ways[way])
            except Refused as error:
                refusal = error
            else:
                self._way = way if self._way is None else min(way, self._way)
                return said
        assert refusal is not None
        raise refusal

    def _patiently(self, messages: Messages, settings: dict[str, Any]) -> str:
        """The answer, however long the server says that there are too many requests."""
        for _ in range(RATE_ROUNDS - 1):
            with suppress(Busy):
                return self._asked(messages, settings)
        return self._asked(messages, settings)

    def _asked(self, messages: Messages, settings: dict[str, Any]) -> str:
        choice = self._server.ask(messages, **settings)
        with self._server.speaking():
            return choice.message.content or ""
