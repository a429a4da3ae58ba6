"""Checks settings that can be found invalid before any video is opened."""

from __future__ import annotations

from collections.abc import Mapping

from subextract.errors import EngineError, UsageError
from subextract.options import Options


def check_lists(options: Options, called: Mapping[str, str]) -> None:
    """UsageError where a file of --replace, --ignore or --glossary cannot be read, or a line of it makes no sense.

    ``called`` is how the user wrote each setting.
    """
    if options.replace or options.ignore:
        from subextract.wording import Wording  # not at the top: mistakes in flags are answered before it is loaded

        Wording.of(options.replace, options.ignore, called)
    if options.glossary and options.translate:
        from subextract.translation.glossary import FLAG, glossary

        glossary(options.glossary, called.get("glossary", FLAG))


def check_reading(options: Options) -> None:
    """UsageError or EngineError where nothing could be read or translated so; without loading the engine."""
    from subextract.translation import check

    for language in {options.language, *(region.language for region in options.regions)}:
        _check_engine(options.engine, language)
    check(options.translating)


def check_web(sentence: str, *modules: str) -> None:
    """EngineError where a module of the extra ``web`` is missing; ``{}`` in its ``sentence`` is what to run."""
    from importlib.util import find_spec

    from subextract.distribution import installing

    if not all(map(find_spec, modules)):
        raise EngineError(sentence.format(installing("web")))


def _check_engine(name: str, language: str | None) -> None:
    from subextract.ocr import engines, refusal

    known = {engine.name: engine for engine in engines()}
    if name not in known:
        raise UsageError(f"There is no engine {name!r}; the engines are {', '.join(known)}.")
    if reason := known[name].missing:
        raise EngineError(f"The engine {name!r} cannot run here. {reason}")
    if error := refusal(name, language):
        raise error
