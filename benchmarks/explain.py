"""Why each text of a video is taken for a subtitle, or is not: a page with a picture of every text.

    python -m benchmarks.explain VIDEO DIR [--only taken|left]

Writes DIR/index.html, with each text in its picture, its stay, its look, the style that it belongs to, and the pieces
of evidence that weighed most; and the pictures beside it. Open it in a browser.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import cv2
import numpy as np

from subextract.media import frames
from subextract.options import Options
from subextract.pipeline import Extraction
from subextract.types import Box, Frame, Look
from subextract.verdict import Judged, Text, judged
from subextract.verdict.blocks import distinct
from subextract.verdict.judging import chance
from subextract.verdict.weights import SECOND

WIDTH = 420  # px of a picture on the page
HEAVIEST = 8  # pieces that are shown
STYLE = """body { font: 14px sans-serif; margin: 1em; background: #fff; color: #111 }
table { border-collapse: collapse } td { border-top: 1px solid #ccc; padding: .4em; vertical-align: top }
.left { background: #fee } .taken { background: #efe } i { display: inline-block; width: 1em; height: 1em }"""


@dataclass(frozen=True, slots=True)
class Case:
    """A text with its verdict and the name of its picture."""

    number: int
    text: Text
    verdict: Judged

    @property
    def picture(self) -> str:
        return f"{self.number:04d}.jpg"

    @property
    def middle(self) -> int:
        """The time (ms) at which the text certainly shows."""
        return (self.text.evidence.start + self.text.evidence.end) // 2


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    cases = [
        case for case in found(options.video) if options.only in (None, "taken" if case.verdict.is_subtitle else "left")
    ]
    draw(options.video, cases, options.folder)
    (options.folder / "index.html").write_text(page(options.video, cases), encoding="utf-8")
    print(f"{len(cases)} texts in {options.folder / 'index.html'}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.explain", description=__doc__.split("\n")[0] if __doc__ else ""
    )
    parser.add_argument("video", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=("taken", "left"), help="the texts that count as subtitles, or the others")
    return parser


def found(video: Path) -> list[Case]:
    """Every text of the video, in order of start, as it was judged in the end."""
    with Extraction(video, Options(track="hard")) as extraction:
        for _ in extraction.steps():
            pass
        texts, film = distinct(extraction.texts), extraction.film
    verdicts = judged(texts, film)
    order = sorted(zip(texts, verdicts, strict=True), key=lambda pair: pair[0].evidence.start)
    return [Case(number, text, verdict) for number, (text, verdict) in enumerate(order)]


def draw(video: Path, cases: Sequence[Case], folder: Path) -> None:
    """A picture of each text, in the middle of its stay."""
    waiting = sorted(cases, key=lambda case: case.middle)
    for frame in frames(str(video)):
        while waiting and frame.time + frame.duration > waiting[0].middle:
            case = waiting.pop(0)
            cv2.imwrite(str(folder / case.picture), _marked(frame, case.text.evidence.box))


def _marked(frame: Frame, box: Box) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The whole picture, small, with a frame around the text, and the text itself below it."""
    height, width = frame.luma.shape[:2]
    whole = cv2.cvtColor(frame.colour(Box(0, 0, width, height)), cv2.COLOR_RGB2BGR)
    around = box.padded(8, 8, width, height)
    text = whole[around.top : around.bottom, around.left : around.right]
    cv2.rectangle(whole, (around.left, around.top), (around.right, around.bottom), (0, 0, 255), max(2, width // 400))
    shapes = [(WIDTH, max(1, each.shape[0] * WIDTH // max(1, each.shape[1]))) for each in (whole, text)]
    pictures = [cv2.resize(each, shape) for each, shape in zip((whole, text), shapes, strict=True)]
    return np.asarray(np.vstack(pictures), dtype=np.uint8)


def page(video: Path, cases: Sequence[Case]) -> str:
    rows = "\n".join(row for case in cases for row in _row(case))
    title = escape(f"Texts of {video.name}")
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{title}</title><style>{STYLE}</style>"
        f"<h1>{title}</h1><table>{rows}</table></html>\n"
    )


def _row(case: Case) -> Iterator[str]:
    stay, verdict = case.text.evidence, case.verdict
    marks = [
        f"{stay.start / 1000:.3f} to {stay.end / 1000:.3f} s",
        f"box {tuple(stay.box)}",
        f"score {case.text.score:.2f}" if case.text.score is not None else "no score",
        "came with a cut" * stay.cut_in,
        "went with a cut" * stay.cut_out,
        "written" * stay.written,
        _look(stay.look),
    ]
    weighed = {name: SECOND.get(name, 0.0) * value for name, value in verdict.pieces.items()}
    heaviest = sorted(weighed, key=lambda name: -abs(weighed[name]))[:HEAVIEST]
    yield f'<tr class="{"taken" if verdict.is_subtitle else "left"}">'
    yield f'<td><img src="{case.picture}" width="{WIDTH}" alt="">'
    yield f"<td><b>{escape(case.text.said)}</b><br>" + "<br>".join(mark for mark in marks if mark)
    yield f"<td>style {verdict.style}, log-odds {verdict.odds:+.1f} ({chance(verdict.odds):.0%})<br>"
    yield "<br>".join(f"{weighed[name]:+.2f} {escape(name)}" for name in heaviest)


def _look(look: Look | None) -> str:
    if look is None:
        return "no look"
    swatches = "".join(f'<i style="background: rgb{colour}"></i>' for colour in (look.fill, look.edge))
    return f"{swatches} letters {look.height:.0f} px, strokes {look.stroke:.1f} px"


if __name__ == "__main__":
    sys.exit(main())
