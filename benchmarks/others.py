"""What simpler tools find and cost on the same clip: ``python -m benchmarks.others CLIP...`` (with NAME.gt.srt beside).

Both read the lower third of the picture with RapidOCR as it comes, which is what most tools ask a user to point at:

- ``every``: each frame through detector and recogniser;
- ``ssim``: every second frame, unless its structural similarity (Wang et al. 2004) to the last one that was read is
  0.92 or more.

Frames whose texts are alike by 0.8 are one subtitle, with the text that was read most often, even after a gap of
0.09 s; what is shorter than 0.2 s is none. These are the defaults of VideOCR (https://github.com/timminator/VideOCR).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from benchmarks.__main__ import Result, half_a_frame, header, row, run
from benchmarks.clips.files import subrip
from benchmarks.score import compare, read

Picture = NDArray[np.uint8]

LOWER = 2 / 3  # of the height, where subtitles are looked for
STEP = {"every": 1, "ssim": 2}  # frames
SAME_PICTURE, ALIKE, SURE = 0.92, 0.8, 0.75
GAP, SHORTEST = 90, 200  # ms
STEADY = (6.5025, 58.5225)  # constants of Wang et al. for 255 levels


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; with --one NAME CLIP OUT.srt run one of the simple tools."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--one"]:
        name, clip, out = given[1:]
        Path(out).write_text(subrip(subtitles(seen(clip, name))), encoding="utf-8")
        return 0
    parser = argparse.ArgumentParser("python -m benchmarks.others", description=__doc__)
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIP")
    print(header(), flush=True)
    for path in parser.parse_args(given).clips:
        for name in (*STEP, "subextract"):
            print(row(measured(name, path)), flush=True)
    return 0


def measured(name: str, clip: Path) -> Result:
    """What a tool found in a clip, and what that and decoding alone cost."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.srt"
        module = ("benchmarks.one",) if name == "subextract" else ("benchmarks.others", "--one", name)
        cost, status, _ = run(*module, str(clip), str(out))
        found = read(out) if out.exists() else []
    decoding, _, output = run("benchmarks.decode", str(clip))
    truth = read(clip.with_name(f"{clip.stem}.gt.srt"))
    return Result(f"{clip.stem}, {name}", compare(truth, found, half_a_frame(output), name), status, cost, decoding)


def seen(clip: str, name: str) -> Iterator[tuple[int, str]]:
    """The time in ms and the text of each frame that counts; a frame that is not read has the text of the last one."""
    from rapidocr import RapidOCR

    reader, before, text = RapidOCR(), None, ""
    with av.open(clip) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number % STEP[name]:
                continue
            picture = np.asarray(frame.to_ndarray(format="bgr24")[round(LOWER * frame.height) :], np.uint8)
            if name == "every" or before is None or similarity(before, picture) < SAME_PICTURE:
                result, before = reader(picture), picture
                text = in_lines(result)
            yield round(1000 * (frame.time or 0)), text
    yield round(1000 * (frame.time or 0)) + 40, ""


def in_lines(result: Any) -> str:
    """What was read with some certainty; what begins above the middle of the row before goes on with it."""
    rows: list[tuple[float, list[tuple[float, str]]]] = []
    found = zip(result.boxes if result.txts else (), result.txts or (), result.scores or (), strict=True)
    for corners, text, score in sorted(found, key=lambda one: float(one[0][:, 1].mean())):
        top, middle = float(corners[:, 1].min()), float(corners[:, 1].mean())
        if score <= SURE:
            continue
        if not rows or top > rows[-1][0]:
            rows.append((middle, []))
        rows[-1][1].append((float(corners[:, 0].min()), text))
    return "\n".join(" ".join(text for _, text in sorted(row)) for _, row in rows)


def similarity(one: Picture, other: Picture) -> float:
    """The mean structural similarity of two pictures, over windows of 7 pixels."""
    x, y = (cv2.cvtColor(each, cv2.COLOR_BGR2GRAY).astype(np.float32) for each in (one, other))
    means = [cv2.blur(each, (7, 7)) for each in (x, y, x * x, y * y, x * y)]
    both = means[0] * means[1]
    squares = means[0] ** 2 + means[1] ** 2
    spread = means[2] + means[3] - squares
    shared = (2 * both + STEADY[0]) * (2 * (means[4] - both) + STEADY[1])
    return float((shared / ((squares + STEADY[0]) * (spread + STEADY[1]))).mean())


def subtitles(frames: Iterator[tuple[int, str]]) -> list[tuple[int, int, str]]:
    """Frames of like text put together: start, end, text."""
    found: list[tuple[int, int, str]] = []
    for start, end, text in spans(frames):
        if found and start - found[-1][1] <= GAP and alike(found[-1][2], text):
            start, _, text = found.pop()
        found.append((start, end, text))
    return [(start, end, text) for start, end, text in found if end - start >= SHORTEST]


def spans(frames: Iterator[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    """Frames of like text in a row: start, end, and the text that was read most often."""
    start, texts = 0, Counter[str]()
    for time, text in frames:
        usual = texts.most_common(1)[0][0] if texts else ""
        if usual and not alike(usual, text):
            yield start, time, usual
            texts = Counter[str]()
        if text:
            start = start if texts else time
            texts[text] += 1


def alike(one: str, other: str) -> bool:
    return Levenshtein.normalized_similarity(one, other) >= ALIKE


if __name__ == "__main__":
    raise SystemExit(main())
