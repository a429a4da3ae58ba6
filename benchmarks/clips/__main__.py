"""Which clips are made: ``python -m benchmarks.clips OUT_DIR``, then ``python -m benchmarks OUT_DIR`` scores them.

OUT_DIR gets NAME.mp4 (or another suffix), NAME.gt.srt and a row of pairs.tsv for each: truth, where the found file is
expected, and the seconds by which an edge may miss.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from fnmatch import fnmatchcase
from pathlib import Path

import cv2

from benchmarks.clips import asides, growing, languages, layouts, looks, reported, timing
from benchmarks.clips.film import make
from benchmarks.clips.studio import SETS, studio

KINDS = timing.KINDS | growing.KINDS | asides.KINDS | looks.KINDS | layouts.KINDS | languages.KINDS | reported.KINDS


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the clips; 2 where no name fits, otherwise 0."""
    options = _parser().parse_args(arguments)
    names = [name for name in KINDS if not options.only or any(fnmatchcase(name, each) for each in options.only)]
    if not names:
        print(f"no such clip; there are {', '.join(KINDS)}")
        return 2
    options.folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(options.jobs) as pool:
        running = [pool.submit(made, name, options.set, options.seed, options.folder) for name in names]
        for done in as_completed(running):
            name, tolerance = done.result()
            note(options.folder / "pairs.tsv", name, tolerance)
            print(name, flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks.clips", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="OUT_DIR")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these clips alone; 'lang_*' means all of that kind")
    parser.add_argument("--seed", type=int, default=1, help="other dice: other lines, times and pictures")
    parser.add_argument("--set", choices=SETS, default="shown", help="shown is to tune on, unseen to judge by")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="clips at the same time")
    return parser


def made(name: str, of_set: str, seed: int, folder: Path) -> tuple[str, float]:
    """Make one clip; gives back its name and tolerance."""
    cv2.setNumThreads(1)
    try:
        recipe = KINDS[name](studio(name, of_set, seed))
        make(recipe, folder, name)
    except Exception as exc:
        exc.add_note(f"in the clip {name}")
        raise
    return name, recipe.tolerance


def note(table: Path, name: str, tolerance: float) -> None:
    """Add the clip's row to the table, or replace it."""
    rows = table.read_text().splitlines() if table.exists() else []
    rows = [row for row in rows if not row.startswith(f"{name}.gt.srt\t")]
    rows.append(f"{name}.gt.srt\t{name}.srt\t{tolerance:.6f}")
    table.write_text(_lines(sorted(rows)))


def _lines(rows: Iterable[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


if __name__ == "__main__":
    raise SystemExit(main())
