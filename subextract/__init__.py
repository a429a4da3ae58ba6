"""Which names are public: subtitles that are burned into videos become cues and files.

    import subextract

    cues = subextract.extract("film.mp4", subextract.Options(language="en"))
    subextract.save(cues, "film.srt")

Each name is imported when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from subextract.bilingual import split as split
    from subextract.errors import DecodeError as DecodeError
    from subextract.errors import EngineError as EngineError
    from subextract.errors import InputError as InputError
    from subextract.errors import Interrupted as Interrupted
    from subextract.errors import NotMedia as NotMedia
    from subextract.errors import OutputError as OutputError
    from subextract.errors import SubextractError as SubextractError
    from subextract.errors import Untranslated as Untranslated
    from subextract.errors import UsageError as UsageError
    from subextract.errors import WorkerDied as WorkerDied
    from subextract.formats import load as load
    from subextract.formats import save as save
    from subextract.media import probe as probe
    from subextract.ocr import engines as engines
    from subextract.options import Options as Options
    from subextract.options import Region as Region
    from subextract.pipeline import Extraction as Extraction
    from subextract.pipeline import extract as extract
    from subextract.pipeline import stream as stream
    from subextract.translation import translate as translate
    from subextract.types import Box as Box
    from subextract.types import Clip as Clip
    from subextract.types import Cue as Cue
    from subextract.types import Line as Line
    from subextract.types import Track as Track
    from subextract.types import Video as Video
    from subextract.types import Word as Word

    __version__: str

_HOMES = {
    "pipeline": ("extract", "stream", "Extraction"),
    "formats": ("load", "save"),
    "bilingual": ("split",),
    "media": ("probe",),
    "ocr": ("engines",),
    "translation": ("translate",),
    "options": ("Options", "Region"),
    "types": ("Box", "Clip", "Cue", "Line", "Track", "Video", "Word"),
    "errors": (
        "SubextractError",
        "UsageError",
        "InputError",
        "NotMedia",
        "OutputError",
        "DecodeError",
        "EngineError",
        "WorkerDied",
        "Untranslated",
        "Interrupted",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [*_HOME_OF, "__version__"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        from subextract.distribution import DISTRIBUTION

        return version(DISTRIBUTION)
    if name not in _HOME_OF:
        raise AttributeError(f"module 'subextract' has no attribute {name!r}")
    return getattr(import_module(f"subextract.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
