"""What becomes of a folder of clips when each threshold is a fifth higher, and a fifth lower.

    python -m benchmarks.sweep FOLDER [--in tracking/pace] [--name BRIEF_TEXT] [--by 0.2] [--only CLIP...] [--jobs 2]

Prints a line for each change: how many clips then have other subtitles, and msr_cer and the share of perfect cues of
all. Where nothing differs, the threshold decides nothing on these clips; it may still guard against what they do not
show. docs/thresholds.md says what each threshold means.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.__main__ import found_clips, found_tolerances, half_a_frame, run
from benchmarks.score import compare, figures, read
from benchmarks.thresholds import ROOT, Threshold, thresholds


@dataclass(frozen=True, slots=True)
class Change:
    """A threshold with another value, as it is written."""

    threshold: Threshold
    value: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in each clip (the text of its file), and the figures of all."""

    found: dict[str, str]
    msr_cer: float
    perfect: float

    def differs_from(self, other: Outcome) -> int:
        """In how many clips something else was found."""
        return sum(said != other.found[name] for name, said in self.found.items())


@dataclass(frozen=True, slots=True)
class Clips:
    """Clips with their truth, and the tolerance of edges in seconds by the name of the truth file."""

    truth: dict[Path, Path]
    tolerances: dict[str, float]

    @classmethod
    def of(cls, folder: Path, only: Sequence[str] | None) -> Clips:
        truth, known = found_clips(folder, only), found_tolerances(folder)
        return cls(truth, {one.name: known.get(one.name) or _half_a_frame(clip) for clip, one in truth.items()})

    def outcome(self, changes: Sequence[Change], jobs: int) -> Outcome:
        """What a copy of the package finds in which some thresholds are changed."""
        with tempfile.TemporaryDirectory() as scratch:
            tree = Path(scratch)
            for package in ("subextract", "benchmarks"):
                shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
            for change in changes:
                apply(change, tree / "subextract")
            with ThreadPoolExecutor(jobs) as pool:
                list(pool.map(lambda clip: _extract(clip, tree), self.truth))
            verdicts, found = [], {}
            for clip, truth in self.truth.items():
                result = tree / f"{clip.stem}.srt"
                found[clip.stem] = result.read_text() if result.exists() else ""
                cues = read(result) if result.exists() else []
                verdicts += compare(read(truth), cues, self.tolerances[truth.name], clip.stem)
        score = figures(verdicts)
        return Outcome(found, score.msr_cer, score.perfect)


def _half_a_frame(clip: Path) -> float:
    _, _, output = run("benchmarks.decode", str(clip))
    return half_a_frame(output)


def _extract(clip: Path, tree: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.one", str(clip.resolve()), str(tree / f"{clip.stem}.srt")]
    environment = {**os.environ, "PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1"}
    subprocess.run(command, cwd=tree, env=environment, check=False, stdin=subprocess.DEVNULL, capture_output=True)


def changes(chosen: Sequence[Threshold], by: float) -> Iterator[Change]:
    """Each threshold once higher and once lower."""
    for threshold in chosen:
        for factor in (1 - by, 1 + by):
            value = scaled(threshold.value, factor)
            if value != threshold.value:
                yield Change(threshold, value)


def scaled(value: str, factor: float) -> str:
    """A value, as it is written, with all its numbers times a factor: whole ones by one at least, but for 0."""

    class Scale(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.Constant:
            number = node.value
            if isinstance(number, bool) or not isinstance(number, (int, float)):
                return node
            if isinstance(number, float):
                return ast.Constant(round(number * factor, 6))
            nearest = number + (1 if factor > 1 else -1)
            return ast.Constant((max if factor > 1 else min)(nearest, round(number * factor)) if number else 0)

        def visit_Dict(self, node: ast.Dict) -> ast.Dict:
            return ast.Dict(node.keys, [self.visit(each) for each in node.values])  # keys are names, not numbers

    return ast.unparse(Scale().visit(ast.parse(value, mode="eval").body))


def apply(change: Change, package: Path) -> None:
    """Write a changed value into a copy of the package."""
    path = package / change.threshold.module
    source = path.read_text()
    for node in ast.parse(source).body:
        value = getattr(node, "value", None)
        if node.lineno == change.threshold.line and value is not None:
            old = ast.get_source_segment(source, value)
            assert old is not None
            lines = source.splitlines(keepends=True)
            start = sum(map(len, lines[: value.lineno - 1])) + len(
                lines[value.lineno - 1].encode()[: value.col_offset].decode()
            )
            path.write_text(source[:start] + change.value + source[start + len(old) :])
            return
    raise ValueError(f"{change.threshold.names} is not at its line of {change.threshold.module}")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    chosen = [one for one in thresholds() if options.within in one.module and options.name in one.names]
    clips = Clips.of(options.folder, options.only)
    if not clips.truth or not chosen:
        print("no clip with its NAME.gt.srt, or no such threshold", file=sys.stderr)
        return 2
    before = clips.outcome([], options.jobs)
    print("| threshold | value | changed to | clips that differ | msr_cer | perfect |\n|---|---:|---:|---:|---:|---:|")
    print(f"| as they are | | | | {before.msr_cer:.4f} | {before.perfect:.4f} |", flush=True)
    for change in changes(chosen, options.by):
        after, one = clips.outcome([change], options.jobs), change.threshold
        cells = [f"{one.module} {one.names}", one.value, change.value, str(after.differs_from(before))]
        print(f"| {' | '.join(cells)} | {after.msr_cer:.4f} | {after.perfect:.4f} |", flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks.sweep", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--in", dest="within", default="", metavar="MODULE", help="thresholds of these modules alone")
    parser.add_argument("--name", default="", help="thresholds with this in their name alone")
    parser.add_argument("--by", type=float, default=0.2, help="the part of its value by which each is changed")
    parser.add_argument("--only", nargs="+", metavar="CLIP", help="these clips alone")
    parser.add_argument("--jobs", type=int, default=2)
    return parser


if __name__ == "__main__":
    sys.exit(main())
