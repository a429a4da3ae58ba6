"""All numbers on which finding, following, judging and reading text rest, with their units and reasons.

    python -m benchmarks.thresholds           # print the page
    python -m benchmarks.thresholds --write   # put it into docs/thresholds.md

A threshold is a constant of a module of one of the stages below, whose value is written in numbers; what is said of it
is the comment at its end. Those of the verdict's weights are learned, and not listed.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "thresholds.md"
STAGES = (  # in the order in which a video goes through them
    "durations.py",
    "scan/cells.py",
    "scan/comings.py",
    "scan/gate.py",
    "boxes.py",
    "luma.py",
    "bands.py",
    "survey",
    "closer.py",
    "tracking",
    "verdict",
    "ocr/protocols.py",
    "ocr/rapid",
    "ocr/tesseract/binarize.py",
    "ocr/vlm/spotting.py",
    "merge",
    "joining.py",
    "bilingual.py",
)
LEARNED = {"weights.py"}
HEAD = """# Thresholds

Made by `python -m benchmarks.thresholds --write` from the constants in the code, so that each stands beside what it
decides, and all of them in one place. `python -m benchmarks.sweep FOLDER --in tracking/pace` changes each by a fifth
and prints what that does to the figures of a folder of clips. What the verdict weighs is learned
(`subextract/verdict/weights.py`) and not listed.
"""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A constant: the module (relative to the package), its names, its value as written, where, and why."""

    module: str
    names: str
    value: str
    line: int
    reason: str


def thresholds(package: Path = ROOT / "subextract") -> Iterator[Threshold]:
    """All of them, stage by stage."""
    for stage in STAGES:
        path = package / stage
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        for file in (file for file in files if file.exists() and file.name not in LEARNED):
            yield from _of(file, str(file.relative_to(package)))


def _of(file: Path, module: str) -> Iterator[Threshold]:
    source = file.read_text()
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    for node in ast.parse(source).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if target is None or value is None or not _is_constant(target) or not _is_numeric(value):
            continue
        said = [comments[line] for line in range(node.lineno, (node.end_lineno or node.lineno) + 1) if line in comments]
        yield Threshold(module, ast.unparse(target).strip("()"), ast.unparse(value), node.lineno, " ".join(said))


def _is_constant(target: ast.expr) -> bool:
    names = [target] if isinstance(target, ast.Name) else getattr(target, "elts", [])
    return bool(names) and all(isinstance(name, ast.Name) and name.id.lstrip("_").isupper() for name in names)


def _is_numeric(value: ast.expr) -> bool:
    """Whether a value is made of numbers, and of other thresholds."""
    if not any(isinstance(node, ast.Constant) for node in ast.walk(value)):
        return False
    kinds = (ast.Constant, ast.Name, ast.Tuple, ast.Dict, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Load)
    return all(isinstance(node, kinds) for node in ast.walk(value)) and all(
        isinstance(node.value, (int, float)) for node in ast.walk(value) if isinstance(node, ast.Constant)
    )


def page() -> str:
    """The tables as Markdown."""
    parts = [HEAD]
    for module, group in groupby(thresholds(), key=lambda one: one.module):
        rows = [f"| `{one.names}` | `{one.value}` | {one.reason.replace('|', chr(92) + '|')} |" for one in group]
        parts.append(
            "\n".join([f"\n## {module}\n", "| name | value | unit and reason |", "| --- | --- | --- |", *rows, ""])
        )
    return "".join(parts)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m benchmarks.thresholds", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the page into docs/thresholds.md")
    if parser.parse_args(arguments).write:
        PAGE.write_text(page())
    else:
        print(page(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
