"""How cues become cues in another language.

A cue is taken apart into what its speakers say (``shape``); passages go to a translator (``server``, ``local``,
``picture``), unless the answer is known from an earlier run (``cache``); what comes back gets the form of the original.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import NamedTuple, Self

from subextract.errors import UsageError
from subextract.languages.names import tag
from subextract.options import Options, TranslationOptions, VlmOptions
from subextract.translation.cache import Cache
from subextract.translation.glossary import glossary
from subextract.translation.protocols import Passage, Task, Translator
from subextract.translation.translating import LineLimits, Progress, Translation, translated
from subextract.types import Cue, Track

__all__ = [
    "Interpreter",
    "Passage",
    "Task",
    "Translation",
    "Translator",
    "check",
    "interpreter",
    "translate",
]

log = logging.getLogger(__name__)


class Place(NamedTuple):
    """Which video is looked at by the model of which engine, for a translator that sees."""

    video: Path
    engine: str
    asked: VlmOptions


def translate(
    cues: Sequence[Cue],
    to: str | None = None,
    *,
    translator: str | Translator | None = None,
    options: Options | None = None,
    on_progress: Progress | None = None,
) -> list[Cue]:
    """Translate cues.

    Args:
        cues: Cues in order of start.
        to: The language to translate into (BCP 47); by default ``options.translate``.
        translator: A name (``server``, ``local``) or an object with the methods of ``Translator``.
        options: Other settings, such as the address of the server.
        on_progress: Gets the number of passages that are done, and the number of all.

    Returns:
        As many cues with the same times. One that could not be translated keeps its text and has ``untranslated`` set.

    Raises:
        UsageError: A setting makes no sense.
        EngineError: The translator cannot run.
    """
    chosen = (options or Options()).model_dump(exclude_unset=True) | ({"translate": to} if to else {})
    named = {"translator": translator} if isinstance(translator, str) else {}
    own = None if isinstance(translator, str) else translator
    with Interpreter(Options.model_validate(chosen | named).translating, own) as interpreter:
        found = interpreter.translation(cues, on_progress)
    if told := found.failure():
        log.warning("%s", told)
    return found.cues


class Interpreter:
    """A translator with all that is set about it, held open; one that was handed over is left open in the end.

    Raises UsageError and EngineError.
    """

    def __init__(
        self, chosen: TranslationOptions, translator: Translator | None = None, place: Place | None = None
    ) -> None:
        self._task = task_of(chosen)
        self._way = LineLimits.of(chosen)
        self._own = None if translator else made(chosen, self._task, place)
        self._translator = translator or self._own
        self._cache = Cache()

    def translation(self, cues: Sequence[Cue], on_progress: Progress | None = None) -> Translation:
        """The cues in the other language. Raises EngineError where not one of them could be translated for that."""
        assert self._translator is not None
        found = translated(
            cues,
            self._translator,
            self._task,
            cache=self._cache,
            way=self._way,
            on_progress=on_progress,
        )
        if found.trouble and not any(cue.original for cue in found.cues):
            raise found.trouble
        return found

    def close(self) -> None:
        """Let go of everything."""
        if self._own:
            self._own.close()
        self._cache.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def interpreter(options: Options, video: Path, track: Track | None) -> AbstractContextManager[Interpreter | None]:
    """The interpreter of what is read from a video, or from a track of it, where that is asked for.

    Raises UsageError and EngineError.
    """
    if options.translate is None:
        return nullcontext()
    if options.translator == "vlm" and track:
        raise UsageError(
            "The translator 'vlm' looks at burned-in subtitles, and this is a track; add --track hard, or choose "
            "--translator server or local."
        )
    return Interpreter(options.translating, place=Place(video, options.engine, options.asked))


def made(chosen: TranslationOptions, task: Task, place: Place | None = None) -> Translator:
    """The translator that is meant; ``place`` is what one that looks must know. Raises UsageError and EngineError."""
    if chosen.translator == "vlm":
        from subextract.translation.picture import PictureTranslator

        if place is None:
            raise UsageError("The translator 'vlm' looks at a video, and this is text; choose server or local.")
        return PictureTranslator(*place, task)
    if chosen.translator == "local":
        from subextract.translation.local import LocalTranslator

        return LocalTranslator(chosen.translator_model, task, device=chosen.device, dtype=chosen.dtype)
    from subextract.translation.server import ServerTranslator

    return ServerTranslator(_url(chosen), chosen.translator_model, requests=chosen.requests)


def task_of(chosen: TranslationOptions) -> Task:
    """The task that the settings describe. Raises UsageError if they make no sense for any translator."""
    if chosen.translate is None:
        raise UsageError("There is no language to translate into; name one, as in --translate en.")
    terms = glossary(chosen.glossary) if chosen.glossary else {}
    source = tag(chosen.language) if chosen.language else None
    return Task(tag(chosen.translate), source, chosen.about, terms)


def check(chosen: TranslationOptions) -> None:
    """Raise UsageError for what can be seen to make no sense before anything is read or opened."""
    if chosen.translate:
        task_of(chosen)
        if chosen.translator == "server":
            _url(chosen)


def _url(chosen: TranslationOptions) -> str:
    url = chosen.translator_url or chosen.server_url
    if not url:
        raise UsageError(
            "The translator 'server' needs --translator-url (or --server-url), like http://localhost:8000/v1."
        )
    return url
