"""Do memory and cost grow with the length of the video: ``python -m benchmarks.memory CLIP1 CLIP2...``.

Give clips that differ in nothing but length. The table lists them by length: the largest resident set of extraction and
of decoding alone, and the seconds that one minute of video takes; flat figures are good ones.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.__main__ import Cost, run
from benchmarks.speed import header

COLUMNS = ("minutes", "peak MB", "decode peak MB", "wall s / minute", "CPU s / minute", "CPU / decode")


@dataclass(frozen=True, slots=True)
class Length:
    """What a clip of that many minutes cost; the status is not 0 where it could not be extracted."""

    clip: str
    minutes: float
    decoding: Cost
    extraction: Cost
    status: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a clip could not be extracted, otherwise 0."""
    parser = argparse.ArgumentParser("python -m benchmarks.memory", description=__doc__)
    parser.add_argument("clips", nargs="+", metavar="CLIP")
    lengths = sorted((measured(clip) for clip in parser.parse_args(arguments).clips), key=lambda each: each.minutes)
    print(header(COLUMNS))
    for each in lengths:
        print(row(each))
    return int(any(each.status for each in lengths))


def measured(clip: str) -> Length:
    decoding, broken, output = run("benchmarks.decode", clip)
    found = json.loads(output) if output else {"frames": 0, "frame_rate": 0}
    with tempfile.TemporaryDirectory() as folder:
        extraction, status, _ = run("benchmarks.one", clip, str(Path(folder) / "found.srt"))
    minutes = found["frames"] / (found["frame_rate"] or 24) / 60
    return Length(clip, minutes, decoding, extraction, broken or status)


def row(length: Length) -> str:
    """A line of the table; a clip without a frame has no cost per minute."""
    minutes = length.minutes or float("nan")
    cells = [
        Path(length.clip).name,
        f"{length.minutes:.1f}",
        f"{length.extraction.peak:.0f}",
        f"{length.decoding.peak:.0f}",
        f"{length.extraction.wall / minutes:.2f}",
        f"{length.extraction.cpu / minutes:.2f}",
        f"{length.extraction.cpu / length.decoding.cpu:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    raise SystemExit(main())
