"""Whether each module imports only from the rows above its own, and each library comes in by one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest

import subextract

PACKAGE = Path(subextract.__file__).parent

# From the words that all share down to what people touch. A package counts as one module.
ROWS = (
    {"types", "errors", "durations", "distribution", "unfinished"},
    {"boxes", "luma", "places", "kinds"},
    {
        "text",
        "tags",
        "languages",
        "concurrency",
        "openai_client",
        "bands",
        "mishaps",
        "timedtext",
        "listed",
        "playlists",
    },
    {"options", "media", "survey", "tracking", "verdict", "merge", "joining", "bilingual", "formats", "ledger"},
    {"subtitles", "ocr"},
    {"soft", "translation", "scan", "closer", "past", "readings", "wording", "speakers", "regional", "rejected"},
    {"burned"},
    {"pipeline", "output", "images"},
    {"review"},
    {"runner"},
    {"watch", "web", "cluster"},
    {"cli", "__init__"},
    {"__main__"},
)
DOORS: dict[str, str | tuple[str, ...]] = {
    "av": ("media", "subtitles"),
    "sqlite3": ("ledger", "translation.cache", "review.sidecar"),
    "srt": "formats.srt",
    "pysubs2": "formats.ass",
    "rapidocr": "ocr",
    "onnxruntime": "ocr",
    "torch": "ocr",
    "transformers": "ocr",
    "huggingface_hub": "ocr",
    "openai": "openai_client",
    "scenedetect": "scan.gate",
    "rapidfuzz": ("merge", "verdict", "ocr.rapid.alone"),
    "py3langid": "languages.identification",
    "cyclopts": "cli",
    "rich": "cli",
    "watchfiles": "watch",
    "starlette": "web",
    "uvicorn": "web",
    "python_multipart": "web",
    "regex": "wording",
    "platformdirs": "places",
    "prometheus_client": "watch.metrics",
    "ray": "cluster.stages",
    "pyarrow": "cluster",
    "fsspec": "cluster.stores",
}
MODULES = {
    path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", "."): path for path in PACKAGE.rglob("*.py")
}


def imports(name: str) -> Iterator[str]:
    """The full names of what a module imports, also inside functions and for the type checker."""
    package = ".".join(["subextract", *name.split(".")[:-1]])
    for node in ast.walk(ast.parse(MODULES[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{source}.{alias.name}" for alias in node.names)


def row(module: str) -> int:
    return next(number for number, names in enumerate(ROWS) if module in names)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_imports_only_from_the_rows_above(name: str) -> None:
    own = name.split(".")[0]
    inside = {full.split(".")[1] for full in imports(name) if full.startswith("subextract.")} - {own, "__version__"}
    assert [other for other in sorted(inside) if row(other) >= row(own)] == []


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_library_comes_in_by_its_door_alone(name: str) -> None:
    libraries = {full.split(".")[0] for full in imports(name)} & set(DOORS)
    assert [library for library in sorted(libraries) if not _is_within(name, DOORS[library])] == []


def _is_within(name: str, doors: str | tuple[str, ...]) -> bool:
    return any(f"{name}.".startswith(f"{door}.") for door in ([doors] if isinstance(doors, str) else doors))


def test_each_row_names_modules_that_are_there() -> None:
    there = {name.split(".")[0] for name in MODULES}
    assert [name for names in ROWS for name in sorted(names) if name not in there] == []
    assert sum(map(len, ROWS)) == len(set.union(*ROWS))


def test_the_design_says_which_question_each_room_answers() -> None:
    design = (PACKAGE.parent / "docs" / "design.md").read_text("utf-8")
    rooms = design.partition("## Rooms")[2].partition("###")[0]
    assert [
        name for names in ROWS for name in sorted(names) if f"`{name}`" not in rooms and f"`{name}/`" not in rooms
    ] == []
