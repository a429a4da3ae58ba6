"""The table of thresholds, and changing one of them in a copy of the package."""

from __future__ import annotations

import ast
import shutil
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
    shutil.copytree(ROOT / "subextract", tmp_path / "subextract", ignore=shutil.ignore_patterns("__pycache__"))
    for change in changes(ALL, 0.2):
        file = tmp_path / "subextract" / change.threshold.module
        before = file.read_text()
        apply(change, tmp_path / "subextract")
        after = file.read_text()
        differing = [pair for pair in zip(ast.parse(before).body, ast.parse(after).body, strict=True) if _differ(*pair)]
        assert len(differing) == 1, change
        assert _value(differing[0][1]) == change.value
        file.write_text(before)


def test_one_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("PAUSE = 100\n")
    with pytest.raises(ValueError, match="PAUSE"):
        apply(Change(Threshold("a.py", "PAUSE", "100", 7, "ms"), "120"), tmp_path)


def _differ(one: ast.stmt, other: ast.stmt) -> bool:
    return ast.unparse(one) != ast.unparse(other)


def _value(node: ast.stmt) -> str:
    value = getattr(node, "value", None)
    assert isinstance(value, ast.expr)
    return ast.unparse(value)
