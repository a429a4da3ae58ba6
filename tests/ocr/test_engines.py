"""Whether engines are found by name, say what they lack, and come from other packages, too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from subextract import ocr
from subextract.errors import EngineError, UsageError
from subextract.ocr.protocols import Engine


def test_an_unknown_engine_is_refused_with_the_closest_one() -> None:
    with pytest.raises(UsageError) as refusal:
        ocr.reader("tesserakt", language="ko")
    assert str(refusal.value) == (
        "There is no engine 'tesserakt'; did you mean 'tesseract'? The engines are auto, rapidocr, tesseract, "
        "hunyuan, server, cascade."
    )


def test_engines_say_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [(one.name, one.missing) for one in ocr.engines()] == [
        ("auto", None),
        ("rapidocr", None),
        ("tesseract", "Not installed; run: apt-get install tesseract-ocr, or brew install tesseract."),
        ("hunyuan", None),
        ("server", None),
        ("cascade", None),
    ]


def test_engines_are_listed_without_loading_their_libraries() -> None:
    script = "import sys; from subextract import engines; engines(); print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert set(loaded) & {"rapidocr", "onnxruntime", "cv2", "torch", "transformers", "openai"} == set()


def other_package(folder: Path, code: str) -> None:
    """An installed package ``other`` with a reader of its own."""
    (folder / "other_reader.py").write_text(code, "utf-8")
    facts = folder / "other-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n", "utf-8")
    (facts / "entry_points.txt").write_text("[subextract.readers]\nother = other_reader:make\n", "utf-8")


def test_another_package_can_bring_a_reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other_package(tmp_path, "def make(*, language):\n    return f'a reader of {language}'\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert str(ocr.reader("other", language="ko")) == "a reader of ko"
    assert ocr.engines()[-1] == Engine("other", "from the package other", None)


def test_a_broken_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other_package(tmp_path, "raise RuntimeError('no card')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "other_reader", raising=False)
    with pytest.raises(EngineError, match=r"'other' cannot be loaded \(no card\); reinstall the package other"):
        ocr.reader("other")
