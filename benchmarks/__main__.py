"""How good and how fast is it on a folder of clips: NAME.mp4 (or any other suffix) beside NAME.gt.srt, the truth.

Every clip is extracted in a process of its own and, right after, only decoded in another. CPU seconds are user and
system time of all threads from the start of the process to its end, the start of Python and the loading of models
included; peak is the largest resident set. The table is Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.score import Figures, Verdict, coarseness, compare, figures, read

NOT_CLIPS = {".srt", ".vtt", ".ass", ".json", ".txt", ".tsv", ".md", ".part", ".log"}
QUALITY = ("cues", "missed", "invented", "msr_cer", "f1", "exact", "perfect", "start p95 ms", "end p95 ms")
PRICE = ("CPU / decode", "wall / decode", "peak MB")
MEBIBYTE = 1 << 20
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: seconds of all its cores, seconds on the wall, mebibytes at most."""

    cpu: float
    wall: float
    peak: float


@dataclass(frozen=True, slots=True)
class Result:
    """A clip, or all of them: what was found, the exit code, what that cost and what decoding alone costs."""

    clip: str
    verdicts: Sequence[Verdict]
    status: int
    cost: Cost
    decoding: Cost

    @property
    def figures(self) -> Figures:
        return figures(self.verdicts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a clip could not be extracted, 2 where there is no clip, otherwise 0."""
    options = _parser().parse_args(arguments)
    clips = found_clips(options.folder, options.only)
    if not clips:
        print(f"no NAME.gt.srt with its clip in {options.folder}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        results = measured(clips, options.out or Path(scratch), options)
        everything = _print_json(results) if options.json else _print_table(results)
    for verdict in everything.verdicts if options.errors else ():
        if verdict.kind != "perfect":
            print(complaint(verdict), file=sys.stderr)
    return int(everything.status != 0)


def _print_table(results: Iterator[Result]) -> Result:
    """Each clip as soon as it is measured; gives back the last row, the total."""
    print(header(), flush=True)
    done = []
    for result in results:
        done.append(result)
        print(row(result), flush=True)
    everything = total(done)
    print(row(everything))
    return everything


def _print_json(results: Iterator[Result]) -> Result:
    done = list(results)
    everything = total(done)
    rows = [
        {"clip": each.clip, "status": each.status}
        | asdict(each.figures)
        | {"cost": asdict(each.cost), "decoding": asdict(each.decoding)}
        for each in [*done, everything]
    ]
    print(json.dumps(rows, ensure_ascii=False, indent=1))
    return everything


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these clips alone")
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep the extracted files here")
    parser.add_argument("--tolerance", type=float, metavar="S", help="of an edge; default: pairs.tsv, or half a frame")
    parser.add_argument("--format", choices=("srt", "vtt", "ass"), default="srt", help="of the extracted files")
    parser.add_argument("--errors", action="store_true", help="list every cue that is not perfect")
    parser.add_argument("--json", action="store_true", help="print all figures as JSON instead of the table")
    return parser


def found_clips(folder: Path, only: Sequence[str] | None = None) -> dict[Path, Path]:
    """The clips of the folder with their truth, by name."""
    clips = {}
    for truth in sorted(folder.glob("*.gt.srt")):
        name = truth.name.removesuffix(".gt.srt")
        films = [path for path in folder.iterdir() if path.stem == name and path.suffix.lower() not in NOT_CLIPS]
        if films and (not only or name in only):
            clips[min(films)] = truth
    return clips


def found_tolerances(folder: Path) -> dict[str, float]:
    """Seconds by the name of the truth file, from pairs.tsv: truth, hypothesis, tolerance."""
    table = folder / "pairs.tsv"
    rows = [line.split("\t") for line in table.read_text().splitlines()] if table.exists() else []
    return {Path(row[0]).name: float(row[2]) for row in rows if len(row) > 2}


def measured(clips: dict[Path, Path], out: Path, options: argparse.Namespace) -> Iterator[Result]:
    """Extract and decode one clip after the other; ``out`` holds what was extracted."""
    out.mkdir(parents=True, exist_ok=True)
    known = found_tolerances(options.folder)
    for clip, truth in clips.items():
        name = truth.name.removesuffix(".gt.srt")
        found = out / f"{name}.{options.format}"
        found.unlink(missing_ok=True)
        cost, status, _ = run("benchmarks.one", str(clip), str(found))
        decoding, _, output = run("benchmarks.decode", str(clip))
        allowed = options.tolerance or known.get(truth.name) or half_a_frame(output)
        cues = read(found) if found.exists() else []
        yield Result(name, compare(read(truth), cues, allowed + coarseness(found), name), status, cost, decoding)


def half_a_frame(output: str) -> float:
    """Seconds, from what benchmarks.decode printed; of 24 frames a second where it printed nothing."""
    rate = json.loads(output)["frame_rate"] if output else 0
    return 0.5 / (rate or 24)


def run(module: str, *arguments: str) -> tuple[Cost, int, str]:
    """Run a module in a process of its own: what it cost, its exit code and what it printed."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process.stdout:
        output = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)  # the usage of this process and its threads, not of all children
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = usage.ru_maxrss * MAXRSS_UNIT / MEBIBYTE
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, peak), process.returncode, output


def total(results: Sequence[Result]) -> Result:
    """All cues together, the worst exit code, seconds added up, the largest peak."""
    return Result(
        "total",
        [verdict for result in results for verdict in result.verdicts],
        max(abs(result.status) for result in results),
        _together([result.cost for result in results]),
        _together([result.decoding for result in results]),
    )


def _together(costs: Sequence[Cost]) -> Cost:
    return Cost(sum(cost.cpu for cost in costs), sum(cost.wall for cost in costs), max(cost.peak for cost in costs))


def header() -> str:
    """The first two lines of the table."""
    columns = [*QUALITY, *PRICE]
    rule = ["---:" for _ in columns]
    return f"| clip | {' | '.join(columns)} |\n| :--- | {' | '.join(rule)} |"


def row(result: Result) -> str:
    """A line of the table."""
    score, cost, decoding = result.figures, result.cost, result.decoding
    cells = [result.clip, str(score.cues), str(score.missed), str(score.invented)]
    cells += [f"{value:.4f}" for value in (score.msr_cer, score.f1, score.exact, score.perfect)]
    cells += ["" if value is None else f"{value:.1f}" for value in (score.start_ms.p95, score.end_ms.p95)]
    cells += [f"{cost.cpu / decoding.cpu:.2f}", f"{cost.wall / decoding.wall:.2f}", f"{cost.peak:.0f}"]
    return f"| {' | '.join(cells)} |"


def complaint(verdict: Verdict) -> str:
    """What is wrong with a cue, in a line: clip, kind, true times and text, found times and text."""
    sides = [
        f"{cue.start / 1000:.3f}-{cue.end / 1000:.3f}\t{cue.text!r}" if cue else "\t"
        for cue in (verdict.truth, verdict.found)
    ]
    return "\t".join([verdict.clip, verdict.kind, *sides])


if __name__ == "__main__":
    raise SystemExit(main())
