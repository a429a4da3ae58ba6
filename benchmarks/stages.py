"""Where the time of an extraction goes: ``python -m benchmarks.stages CLIP``.

The clip is worked through by a single thread, so that time is CPU time. A second thread looks every few milliseconds
at what it is doing: the innermost function that belongs to a stage tells which. The table shows the CPU time of each
stage per frame of the video, and as a share of decoding.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Generator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import cv2

import subextract
from subextract import burned
from subextract.media import frames
from subextract.scan import scanning
from subextract.survey import survey

TICK = 0.002  # s between two looks
# Of a module, or of a function in it; the first one that a stack holds, from the innermost on, counts.
STAGES = {
    "subextract.media.pixels.luma_of": "plane access",
    "subextract.media.pixels.__getitem__": "plane access",
    "subextract.media.pixels.colour_of": "best picture",
    "subextract.tracking.fused": "best picture",
    "subextract.luma": "scaling",
    "subextract.scan.gate": "gate",
    "subextract.scan.comings": "gate",
    "subextract.scan.cells": "gate",
    "subextract.ocr.rapid.db_postprocess": "detector",
    "subextract.ocr.rapid.reader._boxes": "detector",
    "subextract.ocr": "reading",
    "subextract.tracking": "tracking",
    "subextract.survey": "survey",
    "subextract.media.sampled": "survey",
    "subextract.media.reading": "decoding",
    "subextract.media.container": "decoding",
    "subextract.media.probing": "decoding",
    "subextract.merge": "merging and writing",
    "subextract.formats": "merging and writing",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser("python -m benchmarks.stages", description=__doc__)
    parser.add_argument("clip", type=Path, metavar="CLIP")
    clip: Path = parser.parse_args(arguments).clip
    cv2.setNumThreads(1)
    looks, seconds = observed(clip)
    count = sum(1 for _ in frames(clip))
    each = {stage: 1000 * seconds * number / looks.total() / count for stage, number in looks.items()}
    print(f"{clip.name}: {count} frames, {seconds:.1f} s in one thread, {looks.total()} looks\n")
    print("| stage | ms a frame | of decoding |\n| :--- | ---: | ---: |")
    for stage in sorted(each, key=lambda stage: -each[stage]):
        print(f"| {stage} | {each[stage]:.3f} | {each[stage] / each['decoding']:.3f} |")
    return 0


def observed(clip: Path) -> tuple[Counter[str], float]:
    """In which stage the work was at each look, and how many CPU seconds it took."""
    looks, over = Counter[str](), threading.Event()
    observer = threading.Thread(target=_observe, args=(threading.get_ident(), looks, over))
    for module in (burned, scanning):
        setattr(module, "prefetch", _at_once)  # noqa: B010, for mypy: it is a name that the module imports
    started = time.thread_time()
    observer.start()
    with tempfile.TemporaryDirectory() as folder:
        subextract.save(
            subextract.extract(clip, subextract.Options(threads=1, track="hard")), Path(folder) / "found.srt"
        )
    over.set()
    observer.join()
    return looks, time.thread_time() - started


def _at_once(source: Generator[Any, None, None], limit: int) -> Generator[Any, None, None]:
    """In the place of prefetch.prefetch: no thread works ahead."""
    return source


def _observe(thread: int, looks: Counter[str], over: threading.Event) -> None:
    while not over.wait(TICK):
        looks[_stage(sys._current_frames()[thread])] += 1


def _stage(frame: FrameType | None) -> str:
    innermost = frame
    while frame is not None:
        if frame.f_code is survey.__code__:
            return "survey"
        frame = frame.f_back
    while innermost is not None:
        module, function = innermost.f_globals.get("__name__", ""), innermost.f_code.co_name
        parts = f"{module}.{function}".split(".")
        for length in range(len(parts), 1, -1):
            if stage := STAGES.get(".".join(parts[:length])):
                return stage
        innermost = innermost.f_back
    return "the rest"


if __name__ == "__main__":
    raise SystemExit(main())
