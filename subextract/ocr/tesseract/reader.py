"""How Tesseract, a program of its own, reads languages that the bundled models do not know.

It is made for scans, so it gets each line as dark letters on a white page (subextract.ocr.ink). All lines of a call are
read by one process, because starting it takes longer than reading a line.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from subextract.errors import EngineError, UsageError
from subextract.languages.packs import INSTALL, describe, is_right_to_left, package
from subextract.ocr.tesseract import binarize
from subextract.types import Box, Clip, Line, Luma

log = logging.getLogger(__name__)

PAGE_LINE_HEIGHT = 36  # px of a line's box on a page; the input height of Tesseract's networks (their "1,36,0,1")
SURE_LINE = 0.7  # right readings are mostly above 0.85, those of the background between the letters below 0.6
LEEWAY = 0.1  # by which the reading with a mark in its place may be less sure: words at the end of a line vary so much
LINES_PER_PROCESS = 64  # lines; starting a process takes as long as reading three
SECONDS = 60  # a process that takes longer for a page hangs
WHOLE = ("--psm", "7", "--dpi", "300", "-c", "tessedit_create_txt=1", "-c", "tessedit_create_tsv=1")  # 7: one line

_CLOSING = ".!?؟:,،؛;"
_COLUMNS = 12  # of a row of Tesseract's TSV
_CJK = r"[\u2e80-\u30ff\u31f0-\u9fff\uf900-\ufaff\uff00-\uffef]"
_DIRECTION_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


class Word(NamedTuple):
    """A word that was read; ``box`` is in pixels of its page, ``score`` is from 0 to 1."""

    text: str
    box: Box
    score: float


class Reading(NamedTuple):
    """The text of one page and how sure it is, 0 to 1."""

    text: str
    score: float

    @property
    def worth(self) -> float:
        """A text is worth more than a piece of it that is read as surely; one of less than 0.4 is worth nothing."""
        return len(self.text) * (self.score - 0.4)


NOTHING = Reading("", 0)


class Task(NamedTuple):
    """One line to read."""

    clip: Clip
    box: Box


class TesseractReader:
    """Reads the lines of clips with the packs of one language or several."""

    def __init__(self, *, languages: Sequence[str] = (), program: str = "tesseract") -> None:
        if not languages:
            raise UsageError("Tesseract must know the language; add it, as in --language ko.")
        self._program = _found(program)
        self._packs = [describe(language).pack for language in languages]
        self._right_to_left = any(map(is_right_to_left, languages))
        for language, pack in zip(languages, self._packs, strict=True):
            _require(self._program, pack, describe(language).name)

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        """The lines of each clip in the order of its boxes; boxes are those of the video. Raises EngineError.

        Columns are not read.
        """
        tasks = [Task(clip, box) for clip in clips for box in clip.lines if not clip.vertical]
        batches = (tasks[start : start + LINES_PER_PROCESS] for start in range(0, len(tasks), LINES_PER_PROCESS))
        readings = chain.from_iterable(map(self._readings, batches))
        return [
            [_line(clip, box, NOTHING if clip.vertical else next(readings)) for box in clip.lines] for clip in clips
        ]

    def close(self) -> None:
        """Nothing is held open."""

    def _readings(self, tasks: Sequence[Task]) -> list[Reading]:
        """The reading tells ink from background: one guess after the other until a line is surely read."""
        best = [NOTHING] * len(tasks)
        for guess in binarize.GUESSES:
            doubtful = [index for index, reading in enumerate(best) if reading.score < SURE_LINE]
            again = self._guessed([tasks[index] for index in doubtful], guess)
            for index, reading in zip(doubtful, again, strict=True):
                best[index] = max(best[index], reading, key=lambda reading: reading.worth)
        return best

    def _guessed(self, tasks: Sequence[Task], guess: binarize.Guess) -> list[Reading]:
        pages = [binarize.page(*task, guess) for task in tasks]
        readings = self._pages(pages)
        if self._right_to_left:
            turned = self._pages([None if page is None else end_first(page) for page in pages])
            readings = [right_to_left(*pair) for pair in zip(readings, turned, strict=True)]
        return [
            reading if page is None else reading._replace(score=reading.score * filled(page, task.box))
            for reading, page, task in zip(readings, pages, tasks, strict=True)
        ]

    def _pages(self, pages: Sequence[Luma | None]) -> list[Reading]:
        """A reading of each page; one without ink is not shown to Tesseract, which sees a zero there."""
        inked = [page for page in pages if page is not None]
        found = iter(_run(self._program, "+".join(self._packs), inked))
        return [NOTHING if page is None else self._reading(page, *next(found)) for page in pages]

    def _reading(self, page: Luma, text: str, words: Sequence[Word]) -> Reading:
        if "ara" in self._packs:
            text = " ".join(with_comma(page, word) for word in words)
        letters = sum(len(word.text) for word in words)
        return Reading(tidy(text), sum(len(word.text) * word.score for word in words) / letters if letters else 0)


def filled(page: Luma, box: Box) -> float:
    """How much of the width of a line's box is taken by the ink on its page; a detector leaves half a letter around."""
    width = (page.shape[1] - 2 * binarize.WHITE_MARGIN) * box.height / binarize.BOX_HEIGHT
    return float(min(1.0, (width + box.height / 2) / box.width))


def _line(clip: Clip, box: Box, reading: Reading) -> Line:
    text, score = reading
    return Line(text, box.moved(clip.box.left, clip.box.top), score if text else None)


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise EngineError(f"Tesseract is not installed; run: {INSTALL}.")
    return path


def installed_packs(program: str = "tesseract") -> list[str]:
    """The packs that Tesseract finds. Raises EngineError where it does not run."""
    return _output([program, "--list-langs"]).splitlines()[1:]


def _require(program: str, pack: str, language: str) -> None:
    if pack not in installed_packs(program):
        raise EngineError(f"Tesseract has no pack {pack!r} for {language} here; run: {package(pack)}.")


def _run(program: str, pack: str, pages: Sequence[Luma]) -> list[tuple[str, list[Word]]]:
    """The text of each page as Tesseract spaces it, and its words."""
    if not pages:
        return []
    with tempfile.TemporaryDirectory(prefix="subextract-") as folder:
        names = [_saved(page, Path(folder, f"{number}.png")) for number, page in enumerate(pages)]
        listed, result = Path(folder, "pages.txt"), Path(folder, "result")
        listed.write_text("\n".join(names) + "\n", "utf-8")
        _output([program, str(listed), str(result), "-l", pack, *WHOLE], SECONDS * len(pages))
        texts = _written(result.with_suffix(".txt")).split("\f")[: len(pages)]
        rows = _written(result.with_suffix(".tsv")).splitlines()
    if len(texts) < len(pages):
        raise EngineError(f"Tesseract read {len(texts)} of {len(pages)} lines; reinstall it: {INSTALL}.")
    words: list[list[Word]] = [[] for _ in pages]
    for number, word in _words(rows):
        words[number].append(word)
    return list(zip(texts, words, strict=True))


def _written(result: Path) -> str:
    try:
        return result.read_text("utf-8")
    except OSError as error:
        raise EngineError(f"Tesseract wrote no result ({error.strerror}); reinstall it: {INSTALL}.") from error


def _saved(page: Luma, path: Path) -> str:
    scale = PAGE_LINE_HEIGHT / binarize.BOX_HEIGHT
    cv2.imwrite(str(path), cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    return str(path)


def _output(command: Sequence[str], seconds: int = SECONDS) -> str:
    one_thread = os.environ | {"OMP_THREAD_LIMIT": "1"}  # its threads wait for one another: two take longer than one
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, env=one_thread)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"Tesseract does not run ({error}); reinstall it: {INSTALL}.") from error
    if done.returncode:
        reason = " ".join(done.stderr.decode("utf-8", "replace").split()[-40:])
        raise EngineError(f"Tesseract failed ({reason}); see that tesseract --list-langs works, or reinstall it.")
    return done.stdout.decode("utf-8", "replace")


def _words(rows: Iterable[str]) -> Iterable[tuple[int, Word]]:
    """The words in the rows of a TSV, each with the number of its page from 0."""
    for row in rows:
        cells = row.split("\t")
        if len(cells) == _COLUMNS and cells[0] == "5" and cells[11].strip():
            left, top, width, height = map(int, cells[6:10])
            score = min(1.0, max(0.0, float(cells[10]) / 100))
            yield int(cells[1]) - 1, Word(cells[11].strip(), Box(left, top, left + width, top + height), score)


def tidy(text: str) -> str:
    """One line without what only Tesseract puts there: marks of direction, spaces between Chinese characters."""
    text = unicodedata.normalize("NFC", " ".join(text.translate(_DIRECTION_MARKS).split())).replace("µ", "μ")
    text = re.sub(f"(?<={_CJK}) (?={_CJK})", "", text)
    return re.sub("\u0e4d([\u0e48-\u0e4b]?)\u0e32", "\\1\u0e33", text)  # Thai am as people type it, one letter


def end_first(page: Luma) -> Luma | None:
    """The page with the punctuation mark at its right end put at its left end; None where there is no mark.

    Many programs lay out Arabic and Hebrew subtitles as if the line were English, with the full stop of the last word
    at the right, before the first word. There it is easily taken for a letter; at the left it is read for what it is.
    Three dots stay at the right, since they also open a line that goes on from the one before.
    """
    black = np.flatnonzero((page < 128).any(axis=0))
    breaks = np.flatnonzero(np.diff(black) > 1)
    if len(breaks) < 2:
        return None
    before, start = black[breaks[-1]] + 1, black[breaks[-1] + 1]
    end, neighbour = page[:, start : black[-1] + 1], page[:, black[breaks[-2] + 1] : before]
    if not _is_mark(end) or (_is_dot(_lowest(neighbour)) and neighbour.shape[1] < binarize.BOX_HEIGHT / 5):
        return None
    gap = np.full((page.shape[0], max(4, start - before)), 255, np.uint8)
    edge = page[:, : binarize.WHITE_MARGIN]
    return np.hstack([edge, end, gap, page[:, binarize.WHITE_MARGIN : before], edge])


def _is_mark(end: Luma) -> bool:
    """Whether it stands on a dot, as . ! ? : do and no letter as narrow as these."""
    return end.shape[1] < binarize.BOX_HEIGHT / 3 and _is_dot(_lowest(end))


def _lowest(picture: Luma) -> tuple[int, int]:
    """Width and height of the lowest shape in a piece of a page."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((picture < 128).astype(np.uint8), connectivity=8)
    _, _, width, height, _ = max(stats[1:].tolist(), key=lambda shape: shape[1] + shape[3])
    return width, height


def _is_dot(size: tuple[int, int]) -> bool:
    return max(size) < binarize.BOX_HEIGHT / 5


def right_to_left(straight: Reading, turned: Reading) -> Reading:
    """Which reading holds: that of the page as it is, or of that with the mark at its right end put at the left."""
    if turned.text[-1:] in tuple(_CLOSING) and turned.score >= straight.score - LEEWAY:
        return turned._replace(text=_dash_first(turned.text))
    if re.match(r"[.!?:,](?![.…])", straight.text):  # no sentence begins so, the mark is from its end
        return straight._replace(text=_dash_first(straight.text[1:].strip() + straight.text[0]))
    return straight._replace(text=_dash_first(straight.text))


def _dash_first(text: str) -> str:
    """The dash of a speaker in front, where it was at the other end beside the mark of the last word."""
    found = re.fullmatch(r"(?P<text>[^-–—].*?) ?(?P<dash>[-–—])(?P<mark>[.!?:,])", text)
    found = found or re.fullmatch(r"(?P<text>[^-–—].*)(?P<mark>[.!?؟]) ?(?P<dash>[-–—])", text)
    return "{dash} {text}{mark}".format_map(found.groupdict()) if found else text


def with_comma(page: Luma, word: Word) -> str:
    """The word with an Arabic comma, a letter that the pack for Arabic lacks and reads as a full stop.

    A full stop is as wide as it is high, a comma is higher.
    """
    mark = word.text[-1]
    if mark == ",":
        return word.text[:-1] + "،"
    if mark not in ".؛»" or len(word.text) < 2 or word.text[-2] == ".":
        return word.text
    scale = binarize.BOX_HEIGHT / PAGE_LINE_HEIGHT
    box = word.box.scaled(scale, scale)
    around = (page[:, max(0, box.left - 4) : box.right] < 128).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(around, connectivity=8)
    shapes = sorted(tuple(map(int, shape)) for shape in stats[1:])
    if not shapes:
        return word.text
    left, _, width, height, _ = shapes[0]
    alone = all(shape[0] >= left + width for shape in shapes[1:])
    return word.text[:-1] + "،" if alone and height > 1.4 * width else word.text
