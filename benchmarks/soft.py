"""How well are subtitle tracks read, text and pictures: ``python -m benchmarks.soft [FOLDER] [--made] [--long N]``.

With a folder, each track of each file in it is held against NAME.gt.srt, NAME.KIND.gt.srt (KIND is pgs or vobsub), or,
for text, what the program ffmpeg makes of it. ``--made`` writes PGS tracks of known text in several languages and
reads them. ``--long`` does that with N pictures in a process of its own and says how many are read per second.

``CER`` is edits per character over the text of all cues in order, line breaks and white space folded; ``exact`` the
cues with the same letters and line breaks, ``start`` and ``end`` the largest errors in ms, ``italics`` the cues that
were found to have any.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from rapidfuzz.distance import Levenshtein

from benchmarks.__main__ import run
from benchmarks.clips.lettering import font
from benchmarks.score import folded, read
from benchmarks.sup import Colours, Shown, sup
from subextract import Cue, Options, SubextractError, Track, extract
from subextract.subtitles import contents

LINES = Path(__file__).parent / "clips" / "lines.json"
SANS, CJK = "DejaVuSans.ttf", "NotoSansCJK-Regular.ttc"
OBLIQUE, ITALIC = "DejaVuSans-Oblique.ttf", "DejaVuSerif-Italic.ttf"
MADE = [("en", SANS), ("fr", SANS), ("de", SANS), ("es", SANS), ("zh", CJK), ("ja", CJK)]
MADE += [("en", OBLIQUE), ("fr", OBLIQUE), ("de", ITALIC), ("es", ITALIC)]
KINDS = {"hdmv_pgs_subtitle": "pgs", "dvd_subtitle": "vobsub"}
NOT_MEDIA = (".gt.srt", ".md", ".sub")
LONG = ("en", "fr", "de", "es", "zh", "ja")
SHADES = 16  # steps between letter, outline and background
MARKUP = re.compile(r"<[^>]*>|\{\\[^}]*\}")
COLUMNS = ("track", "codec", "cues", "true cues", "CER", "exact", "start", "end", "italics", "s")


@dataclass(frozen=True)
class Row:
    """One track against its truth; without one only the number of cues and the time count."""

    name: str
    codec: str
    found: Sequence[Cue]
    truth: Sequence[Cue] | None
    seconds: float

    def cells(self) -> list[str]:
        """What stands in the table."""
        italics = str(sum(bool(cue.italics) for cue in self.found))
        cells = [self.name, self.codec, str(len(self.found)), "", "", "", "", "", italics, f"{self.seconds:.2f}"]
        if self.truth is None:
            return cells
        pairs = list(zip(self.truth, self.found, strict=False))
        true, said = (folded(" ".join(cue.text for cue in cues)) for cues in (self.truth, self.found))
        cells[3] = str(len(self.truth))
        cells[4] = f"{Levenshtein.distance(true, said) / max(1, len(true)):.4f}"
        cells[5] = str(sum(MARKUP.sub("", true.text).strip() == found.text for true, found in pairs))
        cells[6] = str(max((abs(true.start - found.start) for true, found in pairs), default=0))
        cells[7] = str(max((abs(true.end - found.end) for true, found in pairs), default=0))
        return cells


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser("python -m benchmarks.soft", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--made", action="store_true", help="read PGS tracks of known text")
    parser.add_argument("--long", type=int, metavar="N", help="read a PGS track of N pictures")
    parser.add_argument("--errors", action="store_true", help="list every cue that is not exact")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.read:
        return _read(options.read)
    with tempfile.TemporaryDirectory() as scratch:
        rows = [*(in_folder(options.folder) if options.folder else ()), *(made(Path(scratch)) if options.made else ())]
        _print(rows)
        for row in rows if options.errors else ():
            _complain(row)
        if options.long:
            _long(Path(scratch), options.long)
    return 0


def _print(rows: Sequence[Row]) -> None:
    if rows:
        print(f"| {' | '.join(COLUMNS)} |\n| :--- | :--- |{' ---: |' * (len(COLUMNS) - 2)}")
    for row in rows:
        print(f"| {' | '.join(row.cells())} |")


def _complain(row: Row) -> None:
    for true, found in zip(row.truth or (), row.found, strict=False):
        if MARKUP.sub("", true.text).strip() != found.text or (true.start, true.end) != (found.start, found.end):
            print(row.name, true, found, sep="\n  ", file=sys.stderr)


def in_folder(folder: Path) -> Iterator[Row]:
    """Every track of every file that can be opened."""
    for path in sorted(folder.iterdir()):
        if path.name.endswith(NOT_MEDIA):
            continue
        try:
            tracks = contents(path).tracks
        except SubextractError:
            continue
        for track in tracks:
            yield _measured(path, track)


def _measured(path: Path, track: Track) -> Row:
    started = time.perf_counter()
    try:
        found = extract(path, Options(track=str(track.index)))
    except SubextractError as error:
        print(error, file=sys.stderr)
        found = []
    return Row(f"{path.name} {track.index}", track.codec, found, _truth(path, track), time.perf_counter() - started)


def _truth(path: Path, track: Track) -> list[Cue] | None:
    kind = KINDS.get(track.codec, "")
    for name in (f"{path.stem}.{kind}.gt.srt", f"{path.stem}.gt.srt"):
        if (path.parent / name).exists():
            return read(path.parent / name)
    if track.kind == "image" or not shutil.which("ffmpeg"):
        return None
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "true.srt"
        command = ["ffmpeg", "-v", "quiet", "-i", str(path), "-map", f"0:{track.index}", str(target)]
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL)
        return read(target) if target.exists() and target.stat().st_size else None


def made(folder: Path) -> Iterator[Row]:
    """A PGS track per language and font with every line of the benchmark's own clips."""
    for language, name in MADE:
        texts = known_texts(language)
        path, truth = folder / f"{language}.sup", events(texts)
        path.write_bytes(track_of(truth, name))
        started = time.perf_counter()
        found = extract(path, Options(track="0"))
        yield Row(
            f"made {language}, {Path(name).stem}", "hdmv_pgs_subtitle", found, truth, time.perf_counter() - started
        )


def known_texts(language: str) -> list[str]:
    """The lines of both sets of clips; for English also two-line and awkward ones."""
    sets = json.loads(LINES.read_text("utf-8")).values()
    names = (language, *(f"{language}_{more}" for more in ("long", "short", "marks")))
    return [text for lines in sets for name in names for text in lines.get(name, ())]


def events(texts: Sequence[str]) -> list[Cue]:
    """The texts one after the other, every third right behind the one before; times in whole frames of 24000/1001."""
    cues, frame = [], 24
    for number, text in enumerate(texts):
        start, end = frame, frame + 36 + number % 24
        cues.append(Cue(_time(start), _time(end), text))
        frame = end + (0 if number % 3 == 0 else 12)
    return cues


def _time(frame: int) -> int:
    return round(frame * 1001 / 24)


def track_of(cues: Sequence[Cue], name: str) -> bytes:
    """The .sup file of the cues; it is cleared after each that no other one follows at once."""
    shown: list[tuple[int, Sequence[Shown]]] = []
    for number, cue in enumerate(cues):
        colours = lettered(cue.text, name)
        height, width = colours.shape[:2]
        shown.append((cue.start, [Shown(colours, (1920 - width) // 2, 1020 - height)]))
        if number + 1 == len(cues) or cues[number + 1].start > cue.end:
            shown.append((cue.end, []))
    return sup(shown)


def lettered(text: str, name: str, size: int = 52) -> Colours:
    """White letters in a black outline on nothing, in few shades, as discs have them."""
    letters = font(name, size, 0)
    draw = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = draw.multiline_textbbox((0, 0), text, font=letters, stroke_width=3, align="center")
    image = Image.new("RGBA", (int(right - left) + 8, int(bottom - top) + 8))
    ImageDraw.Draw(image).multiline_text(
        (4 - left, 4 - top), text, "white", letters, align="center", stroke_width=3, stroke_fill="black"
    )
    step = 255 / (SHADES - 1)
    return np.asarray(np.rint(np.rint(np.asarray(image) / step) * step), dtype=np.uint8)


def _long(folder: Path, pictures: int) -> None:
    """Pictures per second and the largest resident set of a process that reads so many."""
    texts = [text for language in LONG for text in known_texts(language)]
    many = [texts[number % len(texts)] for number in range(pictures)]
    path = folder / "long.sup"
    path.write_bytes(track_of(events(many), CJK))
    cost, status, output = run("benchmarks.soft", "--read", str(path))
    print(
        f"{pictures} pictures, {path.stat().st_size / 1e6:.0f} MB: {output.strip()} cues, exit {status}, "
        f"{cost.wall:.0f} s on the wall, {pictures / cost.wall:.1f} pictures per second, peak {cost.peak:.0f} MB"
    )


def _read(path: Path) -> int:
    print(len(extract(path, Options(track="0"))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
