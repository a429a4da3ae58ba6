"""Which recognisers for further scripts RapidOCR's authors offer, and where those lie that were fetched.

The table is that of the rapidocr package itself (default_models.yaml): names, addresses and SHA-256.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from subextract import places
from subextract.errors import EngineError, UsageError
from subextract.languages.packs import VIETNAMESE

FOLDER = "SUBEXTRACT_MODELS"
# The scripts of each, the one whose letters it holds for sure first; where several read a script, the first is taken.
READS = {
    "korean": "Kore",
    "eslav": "Cyrl",
    "cyrillic": "Cyrl",
    "arabic": "Arab",
    "devanagari": "Deva",
    "th": "Thai",
    "el": "Grek",
    "ta": "Taml",
    "te": "Telu",
    "latin": VIETNAMESE,
    "en": "Latn",
}


class Recogniser(NamedTuple):
    """One that can be fetched: its name, the script for which it is taken, its address, and its SHA-256 in hex."""

    name: str
    script: str
    address: str
    digest: str

    @property
    def file(self) -> str:
        """How its file is called."""
        return self.address.rpartition("/")[2]


@cache
def table() -> dict[str, Recogniser]:
    """All by name, as the rapidocr package that is installed says. EngineError where it says nothing."""
    models = _listed()
    names = {name: model for name in READS if (model := models.get(f"{name}_PP-OCRv5_rec_mobile.onnx"))}
    if not names:
        raise EngineError("The rapidocr package here lists no recognisers; run: pip install --upgrade rapidocr")
    return {name: Recogniser(name, READS[name], one["model_dir"], one["SHA256"]) for name, one in names.items()}


def _listed() -> dict[str, dict[str, str]]:
    """The recognisers that the package lists, by the name of the file."""
    import yaml

    found = find_spec("rapidocr")
    path = Path(found.origin).with_name("default_models.yaml") if found and found.origin else None
    if path is None or not path.is_file():
        return {}
    content: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {one["model_dir"].rpartition("/")[2]: one for one in _entries(content.get("onnxruntime", {}))}


def _entries(node: Any) -> list[dict[str, str]]:
    """Everything below that has an address and a digest."""
    if not isinstance(node, dict):
        return []
    if "model_dir" in node and "SHA256" in node:
        return [node]
    return [entry for value in node.values() for entry in _entries(value)]


def named(name: str) -> Recogniser:
    """The recogniser called ``name``; UsageError where there is none."""
    if name not in table():
        raise UsageError(f"There is no model {name!r}; the models are {', '.join(table())}.")
    return table()[name]


def folder(chosen: Path | None = None) -> Path:
    """Where fetched models lie: in the folder that was chosen, else with the user's data."""
    return chosen or places.data() / "models"


def fetched(script: str, chosen: Path | None = None) -> Path | None:
    """The file of a recogniser for a script, where one was fetched."""
    return next((path for name in recognisers_of(script) if (path := place(name, chosen)).is_file()), None)


def place(name: str, chosen: Path | None = None) -> Path:
    """Where the file of a recogniser lies, or would lie."""
    return folder(chosen) / f"{name}.onnx"


def recognisers_of(script: str) -> list[str]:
    """The names of those that read a script, the best first."""
    return [name for name, own in READS.items() if own == script]
