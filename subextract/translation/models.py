"""How a text model in this process says texts in another language, several at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import reduce
from itertools import groupby
from typing import Any

from subextract.errors import UsageError
from subextract.languages.names import name
from subextract.translation.families import Told, told
from subextract.translation.protocols import Task
from subextract.translation.shape import joined

TEXTS_ON_GPU, TEXTS_ON_CPU = 64, 16  # texts at once
LENGTH_STEP = 16  # tokens; texts of about one length go together, with a limit that does not depend on the others
SPARE_LENGTH = 16  # tokens that a translation may have beyond twice those of the original

# Models for translation know single sentences, and leave out a second one.
_ENDS = re.compile(r"(?<=[.!?…])(?<!\b(?:Mr|Ms|Dr|St|Jr|Sr|vs|No)\.)(?<!\bMrs\.)\s+(?=\S)|(?<=[。！？])(?=[^」』”）])")


class SentenceModel:
    """A model that was trained on pairs of sentences: Marian, NLLB, M2M100."""

    def __init__(self, tokenizer: Any, model: Any, title: str) -> None:
        self._tokenizer, self._model, self._title = tokenizer, model, title

    def check(self, task: Task) -> None:
        """Raise EngineError where the model lacks a language, as far as they are known."""
        with suppress(UsageError):
            told(self._tokenizer, self._title, task)

    def say(self, texts: Sequence[str], task: Task) -> list[str]:
        """Each text in the other language. Raises EngineError and UsageError as ``told`` does."""
        how = told(self._tokenizer, self._title, task)
        sentences = {text: _ENDS.split(text) for text in texts}
        said: dict[str, str] = {}
        asked = [f"{how.before}{one}" for one in dict.fromkeys(one for each in sentences.values() for one in each)]
        lengths = [len(ids) for ids in self._tokenizer(asked)["input_ids"]] if asked else []
        for limit, some in batches(asked, lengths, _at_once(self._model)):
            said.update(zip(some, self._batch(some, limit, how), strict=True))
        return [reduce(joined, (said[f"{how.before}{one}"] for one in sentences[text])) for text in texts]

    def _batch(self, texts: Sequence[str], limit: int, how: Told) -> list[str]:
        given = self._tokenizer(list(texts), padding=True, return_tensors="pt").to(self._model.device)
        tokens = self._model.generate(**given, max_new_tokens=limit, **how.settings)
        return [text.strip() for text in self._tokenizer.batch_decode(tokens, skip_special_tokens=True)]


class ChatModel:
    """A model that is asked in words: Hunyuan-MT and others with a chat template."""

    # The words of https://github.com/Tencent-Hunyuan/Hunyuan-MT, also understood by others.
    PROMPT = "Translate the following segment into {language}, without additional explanation.\n\n{text}"

    def __init__(self, tokenizer: Any, model: Any) -> None:
        tokenizer.padding_side = "left"
        self._tokenizer, self._model = tokenizer, model

    def check(self, task: Task) -> None:
        """Accept any language: which ones it knows, only its answers tell."""

    def say(self, texts: Sequence[str], task: Task) -> list[str]:
        """Each text in the other language."""
        prompts = [self._prompt(text, task) for text in texts]
        lengths = [len(ids) for ids in self._tokenizer(prompts, add_special_tokens=False)["input_ids"]]
        said: dict[str, str] = {}
        for limit, some in batches(prompts, lengths, _at_once(self._model)):
            said.update(zip(some, self._batch(some, limit), strict=True))
        return [said[prompt] for prompt in prompts]

    def _prompt(self, text: str, task: Task) -> str:
        asked = self.PROMPT.format(language=name(task.to), text=text)
        message = [{"role": "user", "content": asked}]
        return str(self._tokenizer.apply_chat_template(message, tokenize=False, add_generation_prompt=True))

    def _batch(self, prompts: Sequence[str], limit: int) -> list[str]:
        given = self._tokenizer(list(prompts), padding=True, return_tensors="pt", add_special_tokens=False)
        tokens = self._model.generate(**given.to(self._model.device), max_new_tokens=limit, do_sample=False)
        new = tokens[:, given["input_ids"].shape[1] :]
        return [" ".join(text.split()) for text in self._tokenizer.batch_decode(new, skip_special_tokens=True)]


def batches(texts: Sequence[str], lengths: Sequence[int], max_texts: int) -> Iterator[tuple[int, list[str]]]:
    """Texts of about one length together, with how many tokens each of their translations may have."""
    order = sorted(range(len(texts)), key=lambda index: lengths[index])
    for steps, same in groupby(order, key=lambda index: -(-lengths[index] // LENGTH_STEP)):
        alike = list(same)
        for first in range(0, len(alike), max_texts):
            yield 2 * LENGTH_STEP * steps + SPARE_LENGTH, [texts[index] for index in alike[first : first + max_texts]]


def _at_once(model: Any) -> int:
    return TEXTS_ON_CPU if model.device.type == "cpu" else TEXTS_ON_GPU
