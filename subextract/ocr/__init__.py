"""Which readers there are, and which of them can be used here.

Heavy libraries are imported only by the reader that needs them, when it is made.
"""

from __future__ import annotations

import difflib
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from subextract.distribution import installing
from subextract.errors import EngineError, UsageError
from subextract.languages.packs import INSTALL, bundled_lacks, refuse_unreadable, tags
from subextract.ocr.dealing import dealt, places_of
from subextract.ocr.protocols import BATCH, Detector, Engine, Reader, batch
from subextract.ocr.vlm.profiles import Profile
from subextract.ocr.vlm.protocol import Model
from subextract.options import Options, VlmOptions

if TYPE_CHECKING:
    from subextract.ocr.vlm.reader import VlmReader

__all__ = [
    "BATCH",
    "VLM_ENGINES",
    "Detector",
    "Engine",
    "Reader",
    "answering",
    "batch",
    "dealt",
    "detector",
    "engines",
    "lacking",
    "places_of",
    "reader",
    "refusal",
    "standing_in",
]

log = logging.getLogger(__name__)

GROUP = "subextract.readers"  # the entry points by which other packages bring readers of their own


def _rapidocr(language: str | None, asked: VlmOptions, threads: int | None) -> Reader:
    from subextract.ocr.rapid.reader import RapidReader

    return RapidReader(threads=threads)


def _auto(language: str | None, asked: VlmOptions, threads: int | None) -> Reader:
    from functools import partial

    from subextract.ocr.automatic import AutoReader
    from subextract.ocr.choosing import Choosing, script_of
    from subextract.ocr.script import ScriptTeller

    engine = "server" if asked.server_url else "hunyuan" if asked.model else None
    bundled = _rapidocr(None, asked, threads)
    model = partial(_checked, engine, bundled, None, asked, threads, compare=False) if engine else None
    spoken = tags(language)
    choosing = Choosing(spoken, asked.models, model)
    return AutoReader(
        bundled, partial(choosing.reader, threads=threads), ScriptTeller(threads=1), list(map(script_of, spoken))
    )


def _tesseract(language: str | None, asked: VlmOptions, threads: int | None) -> Reader:
    from subextract.ocr.tesseract.reader import TesseractReader

    return TesseractReader(languages=tags(language))


def _hunyuan(language: str | None, asked: VlmOptions, threads: int | None) -> Reader:
    return _checked("hunyuan", _rapidocr(language, asked, threads), language, asked, threads)


def _server(language: str | None, asked: VlmOptions, threads: int | None) -> Reader:
    return _checked("server", _rapidocr(language, asked, threads), language, asked, threads)


def _cascade(language: str | None, asked: VlmOptions, threads: int | None) -> Reader:
    from subextract.ocr.cascade import CascadeReader

    quick = _rapidocr(language, asked, threads)
    slow = _checked("cascade", quick, language, asked, threads)  # all lines where RapidOCR takes letters for others
    return slow if bundled_lacks(language) else CascadeReader(quick, slow)


def _checked(
    engine: str, second: Reader, language: str | None, asked: VlmOptions, threads: int | None, *, compare: bool = True
) -> VlmReader:
    """Reads all lines with a model, and lets RapidOCR check it where that knows the letters."""
    from subextract.ocr.vlm.reader import VlmReader

    model, profile = answering(engine, asked, threads=threads)
    return VlmReader(model, profile, second, compare=compare and bundled_lacks(language) is None)


def answering(engine: str, asked: VlmOptions, *, threads: int | None = None) -> tuple[Model, Profile]:
    """The model of an engine, ready to be asked, and how it wants to be asked; a cascade's is wherever one is named.

    Raises UsageError where the engine has none, EngineError where it cannot run.
    """
    if engine not in VLM_ENGINES:
        raise UsageError(
            f"The engine {engine!r} has no model to ask; add --engine with one of {', '.join(VLM_ENGINES)}."
        )
    if engine == "server" or (engine == "cascade" and asked.server_url):
        from subextract.ocr.vlm.server import ServerModel

        server = ServerModel(asked.server_url, asked.model, asked.profile, requests=asked.requests)
        return server, server.profile
    from subextract.ocr.vlm.checkpoint import Checkpoint
    from subextract.ocr.vlm.loading import source_of

    source, profile = source_of(asked)
    return Checkpoint(source, profile, threads=threads), profile


def _rapidocr_missing() -> str | None:
    absent = [library for library in ("rapidocr", "onnxruntime") if find_spec(library) is None]
    return f"Not installed; run: pip install {' '.join(absent)}." if absent else None


def _tesseract_missing() -> str | None:
    return None if shutil.which("tesseract") else f"Not installed; run: {INSTALL}."


def _hunyuan_missing() -> str | None:
    absent = [library for library in ("torch", "transformers") if find_spec(library) is None]
    return f"Not installed; run: {installing('hunyuan')}." if absent else None


def _server_missing() -> str | None:
    return None if find_spec("openai") else f"Not installed; run: {installing('server')}."


def _cascade_missing() -> str | None:
    """Either kind of model will do."""
    return _server_missing() and _hunyuan_missing()


class _BuiltIn(NamedTuple):
    description: str
    make: Callable[[str | None, VlmOptions, int | None], Reader]
    missing: Callable[[], str | None]


READERS = {
    "auto": _BuiltIn(
        "By the script of each line: rapidocr where it knows it, else what is installed here and can read it",
        _auto,
        _rapidocr_missing,
    ),
    "rapidocr": _BuiltIn(
        "PP-OCRv6, comes with subextract: Chinese, Japanese, English and languages in Latin letters",
        _rapidocr,
        _rapidocr_missing,
    ),
    "tesseract": _BuiltIn(
        "Tesseract, a program of its own: 100 languages, also Korean, Russian, Arabic, Hebrew, Thai, Hindi and Greek",
        _tesseract,
        _tesseract_missing,
    ),
    "hunyuan": _BuiltIn(
        "HunyuanOCR or a model of its kind in this process: 100 languages, made for a GPU",
        _hunyuan,
        _hunyuan_missing,
    ),
    "server": _BuiltIn(
        "A model on a server with OpenAI's protocol: vLLM, llama-server, Ollama (--server-url)",
        _server,
        _server_missing,
    ),
    "cascade": _BuiltIn(
        "rapidocr for all lines; hunyuan, or server with --server-url, for those of which it is not sure",
        _cascade,
        _cascade_missing,
    ),
}
VLM_ENGINES = ("hunyuan", "server", "cascade")

# By the name of the built-in reader. It holds only what ``standing_in`` puts in, and only for as long as that lasts.
_standing_in: dict[str, Reader] = {}


def reader(
    name: str = "auto",
    *,
    language: str | None = None,
    asked: VlmOptions | None = None,
    threads: int | None = None,
) -> Reader:
    """The reader called ``name``, for subtitles in ``language`` (BCP 47, like ``pt-BR``; None: not known).

    ``asked`` says which vision-language model is asked by those readers that ask one (None: as Options say by
    themselves). It works with so many ``threads``
    (None: as many as are good for it) where it can be told. Raises UsageError when there is no such reader or it cannot
    read the language, EngineError when it cannot run here.
    """
    if name in READERS:
        refuse_unreadable(name, language)
        if name in _standing_in:
            return _standing_in[name]
        return READERS[name].make(language, asked or Options().asked, threads)
    others = _others()
    if name not in others:
        raise UsageError(_unknown(name, [*READERS, *others]))
    return _third_party(others[name], language)


@contextmanager
def standing_in(name: str, other: Reader) -> Iterator[None]:
    """As long as this lasts, ``other`` reads in this process where the built-in reader ``name`` is asked for."""
    _standing_in[name] = other
    try:
        yield
    finally:
        del _standing_in[name]


def refusal(name: str, language: str | None) -> UsageError | None:
    """Why a built-in reader cannot read a language, before it is made; None where nothing speaks against it."""
    try:
        if name in READERS:
            refuse_unreadable(name, language)
    except UsageError as error:
        return error
    return None


def lacking(script: str) -> tuple[str, str]:
    """The name of a script that nothing here can read (``Line.unread``), and what to run so that something can."""
    from subextract.ocr.choosing import remedy, script_name

    return script_name(script), remedy(script)


def detector(*, threads: int | None = None) -> Detector:
    """The detector of lines of text, with a number of threads (None: as many as suit it)."""
    from subextract.ocr.rapid.reader import RapidDetector

    return RapidDetector(threads=threads)


def engines() -> list[Engine]:
    """List the OCR engines.

    Returns:
        Each engine with its name, a description, and what is missing here to run it (None if nothing is). No model is
        loaded.
    """
    built_in = [Engine(name, one.description, one.missing()) for name, one in READERS.items()]
    return built_in + [Engine(name, f"from the package {_origin(entry)}") for name, entry in _others().items()]


def _others() -> dict[str, EntryPoint]:
    """The readers of other packages; the names of the built-in ones cannot be taken over."""
    return {entry.name: entry for entry in entry_points(group=GROUP) if entry.name not in READERS}


def _third_party(entry: EntryPoint, language: str | None) -> Reader:
    try:
        make: Callable[..., Reader] = entry.load()
    except Exception as error:  # whatever another package does when it is imported
        message = f"the engine {entry.name!r} cannot be loaded ({error}); reinstall the package {_origin(entry)}."
        raise EngineError(message) from error
    return make(language=language)


def _origin(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.module


def _unknown(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"There is no engine {name!r}; {hint}The engines are {', '.join(known)}."
