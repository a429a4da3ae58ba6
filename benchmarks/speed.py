"""How fast is it beside decoding: ``python -m benchmarks.speed CLIP... [--runs 5]``.

Each run only decodes the clip in one process and then extracts its subtitles in another, so that both meet the same
machine. The table shows the median over the runs, least and most in brackets: extraction over decoding, on the wall and
in CPU seconds, and the largest resident set in mebibytes.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.__main__ import Cost, run

COLUMNS = ("decode wall s", "decode CPU s", "wall / decode", "CPU / decode", "peak MB")


@dataclass(frozen=True, slots=True)
class Pair:
    """What decoding a clip cost, and what its extraction did right after."""

    decoding: Cost
    extraction: Cost

    @property
    def wall(self) -> float:
        return self.extraction.wall / self.decoding.wall

    @property
    def cpu(self) -> float:
        return self.extraction.cpu / self.decoding.cpu


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a clip could not be extracted, otherwise 0."""
    parser = argparse.ArgumentParser("python -m benchmarks.speed", description=__doc__)
    parser.add_argument("clips", nargs="+", metavar="CLIP")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args(arguments)
    print(header(COLUMNS), flush=True)
    failed = False
    for clip in options.clips:
        pairs, status = measured(clip, options.runs)
        print(row(Path(clip).name, pairs), flush=True)
        failed = failed or status != 0
    return int(failed)


def measured(clip: str, runs: int) -> tuple[list[Pair], int]:
    """The costs of each run, and the worst exit code."""
    with tempfile.TemporaryDirectory() as folder:
        done = list(_runs(clip, runs, Path(folder)))
    return [pair for pair, _ in done], max(abs(status) for _, status in done)


def _runs(clip: str, runs: int, folder: Path) -> Iterator[tuple[Pair, int]]:
    for number in range(runs):
        decoding, broken, _ = run("benchmarks.decode", clip)
        extraction, status, _ = run("benchmarks.one", clip, str(folder / f"{number}.srt"))
        if broken or status:
            print(f"{clip}: run {number + 1} ended with {broken or status}", file=sys.stderr)
        yield Pair(decoding, extraction), abs(broken) or abs(status)


def header(columns: Sequence[str]) -> str:
    """The first two lines of a Markdown table about clips."""
    return f"| clip | {' | '.join(columns)} |\n| :--- | {' | '.join('---:' for _ in columns)} |"


def row(name: str, pairs: Sequence[Pair]) -> str:
    """A line of the table."""
    values: list[tuple[Callable[[Pair], float], str]] = [
        (lambda pair: pair.decoding.wall, ".2f"),
        (lambda pair: pair.decoding.cpu, ".2f"),
        (lambda pair: pair.wall, ".2f"),
        (lambda pair: pair.cpu, ".2f"),
        (lambda pair: pair.extraction.peak, ".0f"),
    ]
    cells = [spread([value(pair) for pair in pairs], digits) for value, digits in values]
    return f"| {' | '.join([name, *cells])} |"


def spread(values: Sequence[float], digits: str) -> str:
    """``median (least-most)``."""
    middle, lowest, highest = (format(each, digits) for each in (statistics.median(values), min(values), max(values)))
    return f"{middle} ({lowest}-{highest})"


if __name__ == "__main__":
    raise SystemExit(main())
