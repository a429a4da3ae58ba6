"""The table of thresholds, and changing one of them in a copy of the package."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from benchmarks.sweep import Change, apply, changes, scaled
from benchmarks.thresholds import PAGE, ROOT, Threshold, page, thresholds

ALL = list(thresholds())


def test_the_page_is_that_of_the_code() -> None:
    assert PAGE.read_text() == page(), "run: python -m benchmarks.thresholds --write"


def test_thresholds_of_all_stages_are_listed() -> None:
    stages = {one.module.split("/")[0] for one in ALL}
    assert {"scan", "survey", "tracking", "verdict", "merge", "bilingual.py"} <= stages


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.module}:{one.names}")
def test_each_says_its_unit_or_its_reason(one: Threshold) -> None:
    assert one.reason


@pytest.mark.parametrize(
    ("value", "factor", "changed"),
    [
        ("200", 1.2, "240"),
        ("2", 1.2, "3"),
        ("2", 0.8, "1"),
        ("0", 1.2, "0"),
        ("0.5", 0.8, "0.4"),
        ("(0.6, 2.5)", 0.8, "(0.48, 2.0)"),
        ("{True: 6.0, False: 15.0}", 2.0, "{True: 12.0, False: 30.0}"),
        ("1.5 * HEIGHT", 0.8, "1.2 * HEIGHT"),
    ],
)
def test_scaled(value: str, factor: float, changed: str) -> None:
    assert scaled(value, factor) == changed


def test_each_is_changed_both_ways_where_it_is_written(tmp_path: Path) -> None:
    for change in changes(ALL, 0.2):
        file = tmp_path / change.threshold.module
        before = statement(change.threshold.module, change.threshold.line)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(before)
        apply(change, tmp_path)
        ((one,), (other,)) = (ast.parse(text).body for text in (before, file.read_text()))
        assert ast.unparse(one) != ast.unparse(other), change
        assert _value(other) == change.value


@cache
def statements(module: str) -> dict[int, str]:
    """The statements of a module by their first line."""
    source = (ROOT / "subextract" / module).read_text()
    lines = source.splitlines(keepends=True)
    return {node.lineno: "".join(lines[node.lineno - 1 : node.end_lineno]) for node in ast.parse(source).body}


def statement(module: str, line: int) -> str:
    """One statement of a module at its line, with nothing around it."""
    return "\n" * (line - 1) + statements(module)[line]


def test_nothing_else_is_changed(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("A = 1  # ä\nPAUSE, LONG = 100, 200  # ms\nDASH = {'é': 3}  # why\n\n\ndef f() -> None: ...\n")
    apply(Change(Threshold("a.py", "PAUSE, LONG", "(100, 200)", 2, "ms"), "(120, 240)"), tmp_path)
    apply(Change(Threshold("a.py", "DASH", "{'é': 3}", 3, "why"), "{'é': 4}"), tmp_path)
    assert file.read_text() == (
        "A = 1  # ä\nPAUSE, LONG = (120, 240)  # ms\nDASH = {'é': 4}  # why\n\n\ndef f() -> None: ...\n"
    )


def test_one_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("PAUSE = 100\n")
    with pytest.raises(ValueError, match="PAUSE"):
        apply(Change(Threshold("a.py", "PAUSE", "100", 7, "ms"), "120"), tmp_path)


def _value(node: ast.stmt) -> str:
    value = getattr(node, "value", None)
    assert isinstance(value, ast.expr)
    return ast.unparse(value)
