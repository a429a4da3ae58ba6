"""How a text model in this process translates, whichever family it is of."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence

from subextract.distribution import installing
from subextract.errors import EngineError, SubextractError
from subextract.ocr.vlm.loading import Source, devices, first_line, folder_of, library, precision
from subextract.translation.checking import fault
from subextract.translation.models import ChatModel, SentenceModel
from subextract.translation.protocols import Passage, Task
from subextract.translation.shape import plain

log = logging.getLogger(__name__)

MODEL = "facebook/m2m100_418M"  # 100 languages, MIT licence
INSTALL = f"run: {installing('local')}"
PASSAGES_AT_ONCE = 64  # passages, after which what is known is remembered


class LocalTranslator:
    """A model in this process, loaded when this is made for a task. Raises EngineError."""

    def __init__(self, model: str | None, task: Task, *, device: str = "auto", dtype: str = "auto") -> None:
        self._name = model or MODEL
        torch = library("torch")
        place = devices(torch, device)[0]
        self._dtype = precision(torch, dtype, place)
        if self._dtype == "int8":
            raise EngineError("A translator computes with fp32, bf16 or fp16; leave --dtype out.")
        source = Source(self._name, device=place, flag="--translator-model")
        self._model: SentenceModel | ChatModel | None = _loaded(source, self._dtype)
        self._model.check(task)
        if task.glossary:
            log.warning("Models in this process know no glossary; --translator server does.")
        log.info("%s translates on %s with numbers %s.", self._name, place, self._dtype)

    def key(self, passage: Passage, task: Task) -> list[object]:
        """The model, the languages and the words."""
        return ["local", self._name, self._dtype, task.to, task.source, plain(passage.text)]

    def answers(self, passages: Sequence[Passage], task: Task) -> Iterator[tuple[int, str]]:
        """As in Translator: those of about one length together."""
        ordered = sorted(passages, key=lambda passage: len(passage.text))
        for first in range(0, len(ordered), PASSAGES_AT_ONCE):
            some = ordered[first : first + PASSAGES_AT_ONCE]
            for passage, answer in zip(some, self._said([plain(one.text) for one in some], task), strict=True):
                wrong = fault(passage, answer, task)
                if wrong and wrong.grave:
                    log.info("Line %d, %r: %s.", passage.number, answer, wrong.remark)
                else:
                    yield passage.number, answer

    def close(self) -> None:
        """Let the model go, and with it its memory."""
        self._model = None

    def _said(self, texts: Sequence[str], task: Task) -> list[str]:
        assert self._model is not None
        try:
            return self._model.say(texts, task)
        except SubextractError:
            raise
        except (RuntimeError, MemoryError, ValueError, LookupError) as error:
            raise EngineError(f"{self._name} failed ({first_line(error)}); try --device cpu.") from error


def _loaded(source: Source, dtype: str) -> SentenceModel | ChatModel:
    transformers, torch = library("transformers"), library("torch")
    folder = folder_of(source)
    transformers.utils.logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a normalizer of punctuation that few have
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
            config = transformers.AutoConfig.from_pretrained(folder)
            kind = "AutoModelForSeq2SeqLM" if config.is_encoder_decoder else "AutoModelForCausalLM"
            model = getattr(transformers, kind).from_pretrained(folder, dtype=getattr(torch, dtype))
    except Exception as error:  # files that others wrote can be wrong in any way
        lacks = isinstance(error, ImportError) or "sentencepiece" in str(error).lower()
        way_on = INSTALL if lacks else "copy or fetch it again"
        raise EngineError(f"The model of {source.model} cannot be loaded ({first_line(error)}); {way_on}.") from error
    model = model.to(source.device).eval()
    if config.is_encoder_decoder:
        return SentenceModel(tokenizer, model, source.model)
    if not tokenizer.chat_template:
        raise EngineError(f"{source.model} is neither a translator nor a chat model; name one with --translator-model.")
    return ChatModel(tokenizer, model)
