"""How a model answers on a server that speaks OpenAI's protocol: vLLM, llama-server, Ollama and others."""

from __future__ import annotations

import base64
import logging
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import cv2

from subextract.errors import EngineError, UsageError
from subextract.ocr.asking import Answer, Question, score_of
from subextract.ocr.profiles import Profile, profile
from subextract.types import Image

log = logging.getLogger(__name__)

INSTALL = "run: pip install 'subextract[server]'"
RETRIES = 4  # with pauses of 0.5, 1, 2 and 4 s, or as long as the server says
SECONDS = 120.0  # for an answer; a page takes a 1B model half a minute on a CPU
HEALTH_SECONDS = 10.0  # for the list of models


class ServerModel:
    """A model on a server, found and named when this is made."""

    def __init__(
        self, url: str | None, model: str | None, wanted: str | Mapping[str, Any] | None, *, requests: int = 16
    ) -> None:
        if not url:
            raise UsageError("The engine 'server' needs --server-url, like http://localhost:8000/v1.")
        self._openai = _library()
        self._url, self._requests, self._logprobs = url, requests, True
        key = os.environ.get("OPENAI_API_KEY") or "none"  # most local servers want none, the client insists on one
        self._client = self._openai.OpenAI(base_url=url, api_key=key, max_retries=RETRIES, timeout=SECONDS)
        self._model = self._answering(model)
        self.profile: Profile = profile(wanted, self._model)
        self.batch = 2 * requests  # the next ones are ready when the first ones are answered
        log.info("%s answers with %s, asked as %s.", url, self._model, self.profile.name)

    def answers(self, questions: Sequence[Question]) -> list[Answer]:
        """An answer to each question, in their order. Raises EngineError."""
        with ThreadPoolExecutor(self._requests) as threads:
            waiting = [threads.submit(self._answer, question) for question in questions]
            try:
                return [each.result() for each in waiting]
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                raise

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _answering(self, wanted: str | None) -> str:
        """The name of the model that will answer."""
        with self._translated():
            listed = self._client.with_options(timeout=HEALTH_SECONDS).models.list()
            names = [each.id for each in listed.data]
        if wanted is None and len(names) == 1:
            return str(names[0])
        if wanted is None or wanted not in names:
            missing = f"has no model {wanted!r}, only" if wanted else "has several models; add --model with one of"
            raise EngineError(f"The server at {self._url} {missing} {', '.join(names) or 'none'}.")
        return wanted

    def _answer(self, question: Question) -> Answer:
        with self._translated():
            logprobs = self._logprobs
            try:
                choice = self._asked(question, logprobs).choices[0]
            except self._openai.BadRequestError:
                if not logprobs:
                    raise
                choice = self._asked(question, False).choices[0]
                self._logprobs = False  # some servers know no chances and say so
                log.info("%s does not tell how sure it is.", self._url)
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
        if asked.spots == "deepseek":
            extra["skip_special_tokens"] = False  # its places stand between special tokens
        return self._client.chat.completions.create(
            model=self._model,
            messages=messages,
            temperature=asked.temperature,
            top_p=asked.top_p,
            max_tokens=question.most_tokens,
            extra_body=extra,
            **({"logprobs": True} if logprobs else {}),
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Whatever goes wrong with the server, in one sentence."""
        try:
            yield
        except self._openai.APITimeoutError as error:
            raise EngineError(
                f"The server at {self._url} takes too long; see what it is doing, or restart it."
            ) from error
        except self._openai.APIConnectionError as error:
            reason = f"{error.__cause__ or error}".rstrip(".")
            raise EngineError(
                f"No server answers at {self._url} ({reason}); start it, or correct --server-url."
            ) from error
        except self._openai.AuthenticationError as error:
            raise EngineError(f"The server at {self._url} wants a key; set OPENAI_API_KEY.") from error
        except self._openai.APIStatusError as error:
            reason = " ".join(str(error.message).split())[:200]
            raise EngineError(f"The server at {self._url} refuses ({reason}); look into its log.") from error
        except (ValueError, AttributeError, IndexError, TypeError, self._openai.APIError) as error:
            raise EngineError(
                f"What answers at {self._url} does not speak OpenAI's protocol ({type(error).__name__}); "
                "correct --server-url, which mostly ends in /v1."
            ) from error


def _data_url(picture: Image) -> str:
    _, encoded = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return f"data:image/png;base64,{base64.b64encode(encoded.tobytes()).decode('ascii')}"


def _library() -> Any:
    try:
        import openai
    except ImportError as error:
        raise EngineError(f"The engine 'server' needs openai, which cannot be loaded ({error}); {INSTALL}.") from error
    return openai
