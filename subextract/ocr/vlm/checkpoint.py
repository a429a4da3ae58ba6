"""How a checkpoint of a vision-language model answers in this process, on a CPU or on all GPUs."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from subextract.concurrency.liveness import alive
from subextract.errors import EngineError
from subextract.ocr.vlm.loading import Source, devices, first_line, library, loaded, precision
from subextract.ocr.vlm.profiles import NO_THINKING, Profile
from subextract.ocr.vlm.protocol import Answer, Question, score_of

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

LINES_ON_GPU, LINES_ON_CPU = 64, 8  # lines at once; on a CPU more of them are no faster (docs/engines.md)
SEED = 1  # of each draw, so that the same pictures are read alike each time
LINE_PIXELS = 512 * 512  # of a line's picture as HunyuanOCR sees it; larger pictures go in smaller batches


class Checkpoint:
    """A model in this process: one copy on each device, which share the questions."""

    def __init__(self, source: Source, profile: Profile, *, threads: int | None = None) -> None:
        torch = library("torch")
        self.name = source.model
        if threads:
            torch.set_num_threads(threads)  # of the whole process: torch knows no other number
        self._copies = [
            Copy(loaded(source, precision(torch, source.dtype, device)), source, profile, device)
            for device in devices(torch, source.device)
        ]
        on_cpu = all(copy.device == "cpu" for copy in self._copies)
        self._at_once = LINES_ON_CPU if on_cpu else LINES_ON_GPU
        self.batch = self._at_once * len(self._copies)

    def answers(self, questions: Sequence[Question]) -> list[Answer]:
        """An answer to each question, in their order. Raises EngineError."""
        found: dict[int, Answer] = {}
        waiting = deque(batches(questions, self._at_once))

        def work(copy: Copy) -> None:
            while waiting:
                try:
                    batch = waiting.popleft()
                except IndexError:  # another copy took the last one
                    return
                found.update(zip(batch, copy.answers([questions[index] for index in batch]), strict=True))

        if len(self._copies) == 1:
            work(self._copies[0])
        else:
            with ThreadPoolExecutor(len(self._copies)) as threads:
                list(threads.map(work, self._copies))
        return [found[index] for index in range(len(questions))]

    def close(self) -> None:
        """Let the models go, and with them their memory."""
        self._copies = []


def batches(questions: Sequence[Question], max_lines: int) -> Iterator[list[int]]:
    """The numbers of questions that are answered together: pictures of similar size, so that little is padding."""
    order = sorted(range(len(questions)), key=lambda index: _size(questions[index]), reverse=True)
    batch: list[int] = []
    for index in order:
        room = (
            max(1, max_lines * LINE_PIXELS // max(LINE_PIXELS, _size(questions[batch[0]])[0])) if batch else max_lines
        )
        if len(batch) >= room:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _size(question: Question) -> tuple[int, int]:
    height, width = question.picture.shape[:2]
    return height * width, width


class Given(NamedTuple):
    """The input of the model, and the length of the longest prompt."""

    tensors: Any
    prompt: int


class Copy:
    """One model on one device, made of the processor and the model that were loaded."""

    def __init__(self, parts: tuple[Any, Any], source: Source, profile: Profile, device: str) -> None:
        self.device = device
        self._torch = library("torch")
        self._profile, self._static = profile, source.static_cache
        self._processor, self._model = parts[0], parts[1].to(device).eval()
        self._processor.tokenizer.padding_side = "left"  # answers are wrong with right, and the hub's files name none
        self._sizes = _sizes(self._processor, source.min_pixels or profile.min_pixels, profile.max_pixels)
        self._ends = _ends(self._model, self._processor.tokenizer)
        log.info("%s runs on %s with numbers %s.", source.model, device, source.dtype)

    def answers(self, questions: Sequence[Question]) -> list[Answer]:
        """All answers; where memory does not suffice, half of them at a time."""
        try:
            return self._answers(questions)
        except (self._torch.OutOfMemoryError, RuntimeError) as error:
            if not _is_out_of_memory(self._torch, error):
                message = f"The model failed on {self.device} ({first_line(error)}); try --device cpu."
                raise EngineError(message) from error
            if len(questions) == 1:
                message = f"There is not enough memory on {self.device} for one picture; lower --min-pixels"
                raise EngineError(f"{message}, close other programs, or use --device cpu.") from error
        self._torch.cuda.empty_cache()
        middle = len(questions) // 2
        log.warning("Not enough memory for %d pictures at once; going on with %d.", len(questions), middle)
        return self.answers(questions[:middle]) + self.answers(questions[middle:])

    def _answers(self, questions: Sequence[Question]) -> list[Answer]:
        given = self._given(questions)
        chances = Chances(self._torch)
        with self._torch.inference_mode(), self._drawing():
            tokens = self._model.generate(
                **given.tensors,
                max_new_tokens=max(question.max_tokens for question in questions),
                **self._sampling(),
                repetition_penalty=self._profile.repetition_penalty,
                eos_token_id=self._ends,
                pad_token_id=self._processor.tokenizer.pad_token_id,
                logits_processor=[chances],
                **({"cache_implementation": "static"} if self._static else {}),
            )
        said = tokens[:, given.prompt :].tolist()
        return [
            self._answer(row, sure, question.max_tokens)
            for row, sure, question in zip(said, chances.rows(), questions, strict=True)
        ]

    def _sampling(self) -> dict[str, Any]:
        """How tokens are taken; what a checkpoint's own file says of it has no say."""
        asked = self._profile
        if not asked.temperature:
            return {"do_sample": False}
        return {"do_sample": True, "temperature": asked.temperature, "top_p": asked.top_p, "top_k": asked.top_k}

    @contextmanager
    def _drawing(self) -> Iterator[None]:
        """Random numbers that begin anew, and leave those of the rest of the process alone."""
        gpus = [self.device] if self.device.startswith("cuda") else []
        with self._torch.random.fork_rng(devices=gpus, enabled=self._profile.temperature > 0):
            if self._profile.temperature > 0:
                self._torch.manual_seed(SEED)
            yield

    def _given(self, questions: Sequence[Question]) -> Given:
        texts = [self._prompt(question.prompt) for question in questions]
        pictures = [[question.picture] for question in questions]  # those of each prompt
        tensors = self._processor(text=texts, images=pictures, padding=True, return_tensors="pt", **self._sizes)
        return Given(tensors.to(self.device), tensors["input_ids"].shape[1])

    def _prompt(self, instruction: str) -> str:
        return prompt(self._processor, instruction, self._profile.system, thinking=self._profile.thinking)

    def _answer(self, row: Sequence[int], chances: Sequence[float], max_tokens: int) -> Answer:
        end = next((place for place, token in enumerate(row) if token in self._ends), None)
        length = min(len(row) if end is None else end, max_tokens)
        text = self._processor.tokenizer.decode(row[:length], skip_special_tokens=self._profile.spots != "deepseek")
        return Answer(text, score_of(chances[:length]), ended=end is not None and end <= max_tokens)


class Chances:
    """Notes at each step the chance of each row's likeliest token, which is taken, or drawn nearly always."""

    def __init__(self, torch: Any) -> None:
        self._torch = torch
        self._steps: list[torch.Tensor] = []

    def __call__(self, tokens: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        alive()
        self._steps.append((scores.amax(-1) - self._torch.logsumexp(scores.float(), -1)).exp())
        return scores

    def rows(self) -> list[list[float]]:
        """The chances of each row, as many as it has tokens."""
        return self._torch.stack(self._steps, dim=1).tolist()  # type: ignore[no-any-return]


def prompt(processor: Any, instruction: str, system: str | None, *, thinking: bool = True) -> str:
    """The whole prompt in the checkpoint's own template; the picture stands before the instruction."""
    content = [{"type": "image"}, *([{"type": "text", "text": instruction}] if instruction else [])]
    messages: list[dict[str, Any]] = [{"role": "user", "content": content}]
    if system is not None:
        messages.insert(0, {"role": "system", "content": system})
    if not getattr(processor, "chat_template", None):
        return f"{processor.image_token}\n{instruction}"
    wishes = {} if thinking or "enable_thinking" not in str(processor.chat_template) else NO_THINKING
    return str(processor.apply_chat_template(messages, tokenize=False, add_generation_prompt=True, **wishes))


def _sizes(processor: Any, min_pixels: int | None, max_pixels: int | None) -> dict[str, Any]:
    """The processor's settings for the size of pictures; none if the checkpoint's own limits hold."""
    own = getattr(processor.image_processor, "size", None) or {}
    if "shortest_edge" not in own or (min_pixels is None and max_pixels is None):
        return {}
    smallest = min_pixels or int(own["shortest_edge"])
    return {
        "size": {
            "shortest_edge": smallest,
            "longest_edge": max(smallest, min(max_pixels or 1 << 62, own["longest_edge"])),
        }
    }


def _ends(model: Any, tokenizer: Any) -> list[int]:
    """Every token that ends an answer: HunyuanOCR has two, and not all its files name both."""
    text = model.config.get_text_config()
    named = [
        *_listed(model.generation_config.eos_token_id),
        *_listed(getattr(text, "eos_token_id", None)),
        *_listed(getattr(text, "eod_token_id", None)),
        *_listed(tokenizer.eos_token_id),
    ]
    return sorted(set(named))


def _listed(value: int | Iterable[int] | None) -> list[int]:
    return [] if value is None else [value] if isinstance(value, int) else list(value)


def _is_out_of_memory(torch: Any, error: BaseException) -> bool:
    words = str(error).lower()
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in words or "can't allocate memory" in words
