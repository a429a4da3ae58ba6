"""Which single lines are read exactly: ``python -m benchmarks.lines [FILE...] [--only en zh_gaps] [--jpeg 40]``.

Every line of the files is drawn in several typefaces with an outline over a coloured, uneven background, 24 to 60 px
high, and read as a clip of its own. The output is the share of lines that are read exactly in each typeface and in
each set, then what was read for what most often. Nothing is found or tracked, so this measures the reader alone, in
seconds instead of minutes.

A file maps sets of lines to their lines, or names to such maps (``clips/lines.json``). A set is named after its
language (``zh``, ``zh_gaps``), or after a trait of Latin text. In lines of Chinese and Japanese a space between two
wide characters is drawn as a quarter of an em, half of one, or a whole one, in turn.
"""

from __future__ import annotations

import argparse
import difflib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.clips.lettering import BLACK, WHITE, font
from subextract.ocr.rapid.reader import RapidReader
from subextract.text import is_wide
from subextract.types import Box, Clip

FOLDER = Path(__file__).parent
FILES = (FOLDER / "lines.json", FOLDER / "clips" / "lines.json")
SIZES = (24, 30, 36, 44, 52, 60)  # px of an em: text from 480p to 1080p
GAPS = (0.25, 0.5, 1.0)  # em that are drawn for a space between wide characters
UNREADABLE = {"ru", "el", "th", "hi", "ar", "he", "ko", "vi"}  # letters that the bundled model does not know well
BESIDE, ABOVE = 0.5, 0.25  # em around the ink, as crops of the tracker have it
BLUR = 4  # px; sharper edges cross gaps as strokes do, and the mean of a line's frames has none that move
SHOWN = 12  # confusions and wrong lines that are printed

NARROW = str.maketrans("，！？：；（）。", ",!?:;().")
NOTES, NOTE_FONT = "♪♫", "DejaVuSans.ttf"  # most typefaces have no notes; players take those of another one

Pixels = NDArray[np.uint8]


class Face(NamedTuple):
    """A font file, which face in it, and how wide the outline is in em."""

    file: str
    which: int = 0
    outline: float = 0.06

    @property
    def name(self) -> str:
        return Path(self.file).stem


LATIN = (
    Face("NotoSans-Regular.ttf"),
    Face("NotoSerif-Regular.ttf"),
    Face("LiberationSans-Regular.ttf"),
    Face("DejaVuSans-Bold.ttf"),
    Face("OpenSans-CondBold.ttf", outline=0.08),
    Face("OpenSans-ExtraBold.ttf", outline=0.1),
    Face("Lato-Black.ttf", outline=0.12),
)
WIDE = {
    script: (
        Face("NotoSansCJK-Regular.ttc", index),
        Face("NotoSansCJK-Bold.ttc", index, 0.08),
        Face("NotoSerifCJK-Bold.ttc", index),
    )
    for script, index in (("ja", 0), ("zh", 2), ("zh-Hant", 3))
}


@dataclass(frozen=True)
class Drawn:
    """A line of a set in a typeface: its text, and its picture with the box of the text."""

    name: str
    face: Face
    text: str
    clip: Clip


def drawn(name: str, lines: Sequence[str], jpeg: int | None) -> Iterator[Drawn]:
    """Every line of a set in every typeface of its script, in sizes that take turns."""
    sizes = cycle(SIZES)
    for face in WIDE.get(name.split("_")[0], LATIN):
        for number, text in enumerate(lines):
            random = np.random.default_rng(number)
            usable = face if name != "short" or not is_wide(text[0]) else WIDE["zh"][number % 3]
            if any(map(is_wide, text)) and usable in LATIN:
                usable = WIDE["ja"][number % 3]
            clip = pictured(text, usable, next(sizes), GAPS[number % len(GAPS)], random)
            yield Drawn(name, face, text, worn(clip, jpeg) if jpeg else clip)


def pictured(text: str, face: Face, size: int, gap: float, random: np.random.Generator) -> Clip:
    """A line as a clip of one second."""
    letters, outline = font(face.file, size, face.which), max(1, round(face.outline * size))
    beside, above = round(BESIDE * size), round(ABOVE * size)
    mask = inked(text, letters, round(gap * size))
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    ink = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    mask = np.pad(mask[ink.top : ink.bottom, ink.left : ink.right], ((3 * above,) * 2, (2 * beside,) * 2))
    image = background(mask.shape[1], mask.shape[0], random).astype(np.float32)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * outline + 1, 2 * outline + 1))
    for colour, layer in ((BLACK, cv2.dilate(mask, kernel)), (WHITE, mask)):
        image += (np.array(colour, np.float32) - image) * (layer[..., None] / np.float32(255))
    box = Box(beside, 2 * above, mask.shape[1] - beside, mask.shape[0] - 2 * above)
    return Clip(0, 1000, image.round().astype(np.uint8), Box(0, 0, mask.shape[1], mask.shape[0]), (box,))


def inked(text: str, letters: ImageFont.FreeTypeFont, gap: int) -> Pixels:
    """The ink of a line, 0 to 255, with gaps of that width (px) for spaces between wide characters."""
    size = round(letters.size)
    image = Image.new("L", (round(letters.getlength(text)) + (gap + size) * len(text) + 2 * size, 3 * size))
    draw, left, words = ImageDraw.Draw(image), float(size), text.split(" ")
    for number, word in enumerate(words):
        face = font(NOTE_FONT, size, 0) if set(word) <= set(NOTES) else letters
        draw.text((left, 2 * size), word, 255, face, "ls")
        between = word[-1:] + (words[number + 1][:1] if number + 1 < len(words) else "")
        wide = len(between) == 2 and all(map(is_wide, between))
        left += face.getlength(word) + (gap if wide else letters.getlength(" "))
    return np.asarray(image, dtype=np.uint8)


def background(width: int, height: int, random: np.random.Generator) -> Pixels:
    """Soft patches of colour with grain, and a few blurred edges, as in a photograph behind what is in focus."""
    coarse = random.integers(0, 220, (2 + height // 40, 2 + width // 40, 3)).astype(np.float32)
    image = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(1 + width // 200):
        ends = random.integers(0, (width, height), (2, 2)).tolist()
        cv2.line(image, ends[0], ends[1], random.integers(0, 255, 3).tolist(), int(random.integers(2, 12)), cv2.LINE_AA)
    soft = np.asarray(cv2.GaussianBlur(image, (0, 0), BLUR), np.float32)
    return np.clip(soft + random.normal(0, 8, soft.shape), 0, 255).astype(np.uint8)


def worn(clip: Clip, quality: int) -> Clip:
    """The clip as a JPEG of that quality leaves it."""
    _, packed = cv2.imencode(".jpg", clip.image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    image = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)
    return Clip(clip.start, clip.end, image, clip.box, clip.lines)


def sets(files: Sequence[Path], only: Sequence[str]) -> dict[str, list[str]]:
    """The lines of each set; cues of several lines are taken apart."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in files:
        content = json.loads(file.read_text("utf-8"))
        for part in content.values() if all(isinstance(one, dict) for one in content.values()) else [content]:
            for name, texts in part.items():
                if name in only if only else name not in UNREADABLE:
                    found[name] += parted(texts)
    return found


def parted(texts: Sequence[str | Sequence[str]]) -> list[str]:
    """The single lines of cues, which may have several, and of pairs of cues."""
    single = [line for text in texts for line in ([text] if isinstance(text, str) else text)]
    return [line for text in single for line in text.split("\n")]


def plain(text: str) -> str:
    """The text without what nobody sees: how wide the room around punctuation is that was drawn in a wide line."""
    return text.translate(NARROW)


def confusions(text: str, read: str) -> Iterator[str]:
    """What was read for what, with the letter before and the one behind."""
    for tag, start, end, begin, stop in difflib.SequenceMatcher(a=text, b=read, autojunk=False).get_opcodes():
        if tag != "equal":
            before, behind = text[max(0, start - 1) : start], text[end : end + 1]
            yield f"{before}[{text[start:end]}>{read[begin:stop]}]{behind}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser("python -m benchmarks.lines", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=FILES, metavar="FILE")
    parser.add_argument("--only", nargs="+", default=(), metavar="SET")
    parser.add_argument("--jpeg", type=int, help="compress the pictures at this quality")
    parser.add_argument("--wrong", action="store_true", help="print every line that was read wrong")
    options = parser.parse_args(arguments)
    reader = RapidReader(threads=1)
    rates: dict[tuple[str, str], list[bool]] = defaultdict(list)
    confused: Counter[str] = Counter()
    for name, lines in sets(options.files, options.only).items():
        for one in drawn(name, lines, options.jpeg):
            ((line,),) = reader.read([one.clip])
            rates[name, one.face.name].append(plain(line.text) == plain(one.text))
            confused.update(confusions(plain(one.text), plain(line.text)))
            if options.wrong and plain(line.text) != plain(one.text):
                print(f"{name} {one.face.name} {one.clip.box.height}: {one.text!r} read as {line.text!r}", flush=True)
        print("; ".join(_rate(key, right) for key, right in rates.items() if key[0] == name), flush=True)
    total = [one for right in rates.values() for one in right]
    print(f"all: {sum(total)} of {len(total)}")
    print(", ".join(f"{what} {count}" for what, count in confused.most_common(SHOWN)))


def _rate(key: tuple[str, str], right: Sequence[bool]) -> str:
    return f"{key[0]} {key[1]} {sum(right)}/{len(right)}"


if __name__ == "__main__":
    main()
