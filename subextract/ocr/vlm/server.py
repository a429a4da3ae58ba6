"""How a model answers on a server that speaks OpenAI's protocol: vLLM, llama-server, Ollama and others."""

from __future__ import annotations

import base64
import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any

import cv2

from subextract.concurrency.liveness import alive
from subextract.errors import UsageError
from subextract.ocr.vlm.profiles import NO_THINKING, Profile, profile
from subextract.ocr.vlm.protocol import Answer, Question, score_of
from subextract.openai_client import Refused, Server
from subextract.types import Image

log = logging.getLogger(__name__)


class ServerModel:
    """A model on a server, found and named when this is made."""

    def __init__(
        self, url: str | None, model: str | None, wanted: str | Mapping[str, Any] | None, *, requests: int
    ) -> None:
        if not url:
            raise UsageError("The engine 'server' needs --server-url, like http://localhost:8000/v1.")
        self._server, self._logprobs = Server(url, model, requests=requests), True
        self.name = self._server.model
        self.profile: Profile = profile(wanted, self.name)
        self.batch = 2 * requests  # the next ones are ready when the first ones are answered
        log.info("%s answers with %s, asked as %s.", url, self.name, self.profile.name)

    def answers(self, questions: Sequence[Question]) -> list[Answer]:
        """An answer to each question, in their order. Raises EngineError."""
        found = dict(self._server.each(self._answer, questions))
        return [found[number] for number in range(len(questions))]

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def _answer(self, question: Question) -> Answer:
        logprobs = self._logprobs
        try:
            choice = self._asked(question, logprobs)
            alive()
        except Refused:
            if not logprobs:
                raise
            choice = self._asked(question, False)
            self._logprobs = False  # some servers know no chances and say so
            log.info("%s does not tell how sure it is.", self._server.url)
        with self._server.speaking():
            tokens = choice.logprobs.content if choice.logprobs else None
            chances = [math.exp(each.logprob) for each in tokens or [] if each.token.strip()]
            return Answer(choice.message.content or "", score_of(chances), ended=choice.finish_reason != "length")

    def _asked(self, question: Question, logprobs: bool) -> Any:
        asked = self.profile
        picture = {"type": "image_url", "image_url": {"url": _data_url(question.picture)}}
        words = [{"type": "text", "text": question.prompt}] if question.prompt else []
        messages: list[dict[str, Any]] = [{"role": "user", "content": [picture, *words]}]
        if asked.system is not None:
            messages.insert(0, {"role": "system", "content": asked.system})
        extra: dict[str, Any] = {}
        if asked.repetition_penalty != 1:
            extra["repetition_penalty"] = asked.repetition_penalty
        if asked.top_k and asked.temperature:
            extra["top_k"] = asked.top_k
        if asked.spots == "deepseek":
            extra["skip_special_tokens"] = False  # its places stand between special tokens
        if not asked.thinking:
            extra["chat_template_kwargs"] = NO_THINKING
        return self._server.ask(
            messages,
            temperature=asked.temperature,
            top_p=asked.top_p,
            max_tokens=question.max_tokens,
            extra_body=extra,
            **({"logprobs": True} if logprobs else {}),
        )


def _data_url(picture: Image) -> str:
    _, encoded = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return f"data:image/png;base64,{base64.b64encode(encoded.tobytes()).decode('ascii')}"
