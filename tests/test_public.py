"""Which names are public, and what is loaded for each command."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import subextract

pytestmark = pytest.mark.usefixtures("scripted_videos")

PARSING = {"cyclopts", "pydantic"}
SHOWING = {"rich.progress", "rich.table"}
FILES = {"pysubs2", "srt"}
PICTURES = {"cv2", "numpy", "onnxruntime", "rapidocr", "scenedetect"}
MODELS = {"openai", "torch", "transformers"}
HEAVY = (
    PARSING | SHOWING | FILES | PICTURES | MODELS | {"av", "py3langid", "sqlite3", "watchfiles", "starlette", "uvicorn"}
)


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (None, set()),
        (["--help"], PARSING),
        (["--version"], PARSING),
        (["probe", "--help"], PARSING),
        (["tracks", "--help"], PARSING),
        (["ocr", "--help"], PARSING),
        (["review", "--help"], PARSING),
        (["review", "no.srt", "--port", "x"], PARSING),
        (["watch", "--help"], PARSING),
        (["jobs", "--help"], PARSING),
        (["models", "path"], PARSING),
        (["jobs", "--ledger", "no.db"], PARSING | {"sqlite3"}),
        (["film.mp4", "--format", "sub"], PARSING | FILES | SHOWING),
        (["probe", "--json", "no.mp4"], PARSING | {"av", "numpy"}),
        (["engines", "--json"], PARSING),
        (["engines"], PARSING | {"rich.table"}),
    ],
)
def test_a_command_loads_only_what_it_needs(arguments: list[str] | None, needed: set[str]) -> None:
    script = f"""
import sys, subextract
if {arguments!r} is not None:
    from subextract import cli
    cli.main({arguments!r})
print(sorted({HEAVY!r} & set(sys.modules)))
"""
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[-1] == str(sorted(needed))


def test_the_public_names_are_these() -> None:
    assert subextract.__all__ == [
        *("extract", "stream", "Extraction", "load", "save", "split", "probe", "engines", "translate"),
        *("Options", "Region"),
        *("Box", "Clip", "Cue", "Line", "Track", "Video", "Word"),
        *("SubextractError", "UsageError", "InputError", "NotMedia", "OutputError", "DecodeError", "EngineError"),
        *("WorkerDied", "Untranslated", "Interrupted", "__version__"),
    ]
    assert set(subextract.__all__) <= set(dir(subextract))
    declared = re.findall(r"import (\w+) as \1$", Path(subextract.__file__).read_text("utf-8"), re.MULTILINE)
    assert sorted([*declared, "__version__"]) == sorted(subextract.__all__)
    assert [name for name in subextract.__all__ if not hasattr(subextract, name)] == []


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'subextract' has no attribute 'extrct'$"):
        _ = subextract.extrct
