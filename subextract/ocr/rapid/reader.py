"""How RapidOCR's bundled models find and read lines of text, on any CPU and without a network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.concurrency.liveness import alive
from subextract.luma import cropped
from subextract.ocr.rapid import vertical
from subextract.ocr.rapid.alone import CERTAIN_COLOUR, is_clearer, is_cluttered, pages
from subextract.ocr.rapid.bidi import logical
from subextract.ocr.rapid.binarize import separated
from subextract.ocr.rapid.corrections import mended
from subextract.ocr.rapid.db_postprocess import text_boxes
from subextract.ocr.rapid.ellipsis import breaks_off, longer
from subextract.ocr.rapid.models import DETECTOR, RECOGNISER, opened, session, symbols
from subextract.ocr.rapid.vertical_cells import Column, apart, measured
from subextract.text import NOTE, Letter, Reading, agreed, tidied
from subextract.types import Box, Clip, Image, Line

DETECTOR_STRIDE = 32  # px; the network halves its input five times
READING_HEIGHT = 48  # px; the height at which PP-OCR recognisers were trained
NARROWEST_INPUT = 320  # px; the width at which they were trained; shorter lines are padded
COLUMN_WIDTH, COLUMN_OFFSET = 8, 1  # px of that picture per column of the answer, and from there to the letter
NEARLY_READ = 0.01  # chance from which a symbol counts as nearly read
TRACE_READ = 3e-4  # for spaces and notes: less before 97% of the letters in words, and 5e-7 where there is no note
DOUBTFUL_LETTER = 0.9  # of the least sure letter, below which a line is read again: one line in twelve
TOO_WIDE_FOR_COLUMN = 1.4  # times wider than the column: the box holds a part of its neighbour
STRETCH, CLOSER_ROOM = 1.25, 4  # of the second picture's width, px around its ink: a third of the errors go

Planes = NDArray[np.float32]


class RapidDetector:
    """PP-OCR text detector (Differentiable Binarization, Liao et al. 2020) on pictures as they are, never rescaled.

    The caller chooses the scale: text of 12 to 40 pixels is found best.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._session = session(DETECTOR, threads)

    def detect(self, images: Sequence[Image]) -> list[list[Box]]:
        """The boxes of the lines of text in each image, from top to bottom."""
        return [self._boxes(image) for image in images]

    def _boxes(self, image: Image) -> list[Box]:
        height, width = image.shape[:2]
        below, right = -height % DETECTOR_STRIDE, -width % DETECTOR_STRIDE
        padded = np.pad(image, ((0, below), (0, right), (0, 0)), mode="edge")
        (chances,) = self._session.run(None, {self._session.get_inputs()[0].name: _levels(padded)})
        alive()
        whole = Box(0, 0, width, height)
        boxes = [box.intersection(whole) for box in text_boxes(chances[0, 0])]
        return [box for box in boxes if box.width > 2 and box.height > 2]


class RapidReader:
    """PP-OCR recogniser on the lines of each clip; doubtful lines are read twice, all are checked with their ink.

    ``model`` is the file of another recogniser of that kind, with the alphabet of another script.
    """

    def __init__(self, model: Path | None = None, *, threads: int | None = None) -> None:
        self._session = opened(model, threads) if model else session(RECOGNISER, threads)
        self._symbols = symbols(self._session)
        self._rare = rarely_sure(self._symbols)

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        """The lines of each clip in the order of its boxes; boxes are those of the video."""
        return [[self._line(clip, box) for box in clip.lines] for clip in clips]

    def close(self) -> None:
        """Nothing is held open."""

    def _line(self, clip: Clip, box: Box) -> Line:
        if clip.vertical:
            reading = self._reading_of_column(clip.image, apart(box, clip.lines))
        else:
            reading = self._reading(*(cropped(image, box) for image in (clip.image, *clip.frames)))
            if is_cluttered(reading):
                reading = self._reading_alone(clip, box, reading)
            if breaks_off(reading):
                reading = longer(reading, self._reading(cropped(clip.image, _with_room(box, clip.image))))
        return Line(text=logical(reading.text), box=box.moved(clip.box.left, clip.box.top), score=reading.score)

    def _reading(self, crop: Image, *frames: Image) -> Reading:
        """The reading of the picture of a line; where that is in doubt, single frames decide together with it."""
        picture = _scaled(crop, _width(crop))
        reading = tidied(self._read(picture))
        if reading.letters and reading.min_score < DOUBTFUL_LETTER:
            second = self._read(_closer(crop, picture, reading))
            reading = tidied(agreed(reading, _unstretched(second)))
        for frame in frames:
            if reading.letters and reading.min_score < DOUBTFUL_LETTER:
                reading = tidied(agreed(reading, self._read(_scaled(frame, picture.shape[1]))))
        return mended(picture, reading)

    def _reading_alone(self, clip: Clip, box: Box, reading: Reading) -> Reading:
        """The reading, or a surer one of its letters without the strokes between and beside them."""
        for picture in pages(clip, box):
            alone = self._reading(picture)
            if is_clearer(alone, reading):
                reading = alone
            if reading.score >= CERTAIN_COLOUR:
                break
        return reading

    def _reading_of_column(self, image: Image, box: Box) -> Reading:
        """The reading of a column."""
        reading, column = self._lying_reading(image, box)
        if column and (narrow := column.box(box)).width < box.width / TOO_WIDE_FOR_COLUMN:
            box = narrow
            reading, column = self._lying_reading(image, box)
        if column:
            line = vertical.set_as_line(image, box, column)
            reading = vertical.agreed(reading, self._reading(line), column)
        return reading if vertical.is_text(reading) else Reading(())

    def _lying_reading(self, image: Image, box: Box) -> tuple[Reading, Column | None]:
        """The reading of a column that is turned to the left, and the places of its characters."""
        crop = np.ascontiguousarray(np.rot90(image[box.top : box.bottom, box.left : box.right]))
        reading = self._reading(crop)
        return reading, measured(_scaled(crop, _width(crop)), reading)

    def _read(self, picture: Image) -> Reading:
        """One line at a time: in a batch, short lines cost as much as the longest, and none becomes cheaper."""
        (chances,) = self._session.run(None, {self._session.get_inputs()[0].name: _planes(picture)})
        alive()
        return decoded(chances[0], self._symbols, self._rare)


def _with_room(box: Box, image: Image) -> Box:
    """A box with room for the dots that detectors leave out at the end of a line."""
    return box._replace(right=min(image.shape[1], box.right + 3 * box.height // 2))


def rarely_sure(symbols: Sequence[str]) -> list[int]:
    """The numbers of the symbols of which a trace says something: spaces and musical notes."""
    return [number for number, symbol in enumerate(symbols) if symbol.isspace() or symbol == NOTE]


def decoded(chances: Planes, symbols: Sequence[str], rare: Sequence[int]) -> Reading:
    """The likeliest letters, and the next likely ones, from the chances (columns, symbols) of each symbol.

    ``rare`` are the numbers of those that count from a mere trace.

    Best-path decoding of connectionist temporal classification (Graves et al. 2006): symbol 0 is none, and neighbouring
    columns with the same symbol are one letter.
    """
    likely = chances > NEARLY_READ
    likely[:, rare] = chances[:, rare] > TRACE_READ
    flat = np.flatnonzero(likely)  # ten times faster than finding rows and columns of a plane
    columns, numbers = np.divmod(flat, chances.shape[1])
    scores = chances.ravel()[flat]
    order = np.lexsort((-scores, columns))
    letters: list[Letter] = []
    faint: list[Letter] = []
    column_before, best_before, space = -1, 0, 0.0
    for column, number, score in zip(*(values[order].tolist() for values in (columns, numbers, scores)), strict=True):
        is_best, continued = column != column_before, number == best_before
        if is_best:
            column_before, best_before = column, number
        seen = Letter(symbols[number], COLUMN_WIDTH * column + COLUMN_OFFSET, score)
        if seen.text.isspace():
            space = max(space, score)
        elif number and not is_best:
            faint.append(seen)
        elif number and continued:
            letters[-1] = _merged(letters[-1], seen)
        elif number:
            letters.append(replace(seen, space=space))
            space = 0.0
    return Reading(tuple(letters), tuple(faint))


def _merged(one: Letter, other: Letter) -> Letter:
    return replace(one, place=(one.place + other.place) / 2, score=max(one.score, other.score))


def _closer(crop: Image, picture: Image, reading: Reading) -> Image:
    """The picture for a second look: the rows of the ink alone, stretched, so that letters stand farther apart."""
    ink = separated(picture, reading.letters)
    rows = np.flatnonzero(ink.sum(axis=1) > 1).tolist() if ink is not None else []
    top, bottom = (rows[0] - CLOSER_ROOM, rows[-1] + 1 + CLOSER_ROOM) if rows else (0, READING_HEIGHT)
    first, last = (round(row * crop.shape[0] / READING_HEIGHT) for row in (max(0, top), bottom))
    return _scaled(crop[first : max(last, first + 1)], round(STRETCH * picture.shape[1]))


def _unstretched(reading: Reading) -> Reading:
    letters, faint = (
        tuple(replace(letter, place=letter.place / STRETCH) for letter in some)
        for some in (reading.letters, reading.faint)
    )
    return Reading(letters, faint)


def _planes(picture: Image) -> Planes:
    """An RGB picture as (1, 3, H, W) from -1 to 1; BGR, as PP-OCR was trained with OpenCV."""
    planes = np.zeros((1, 3, READING_HEIGHT, max(NARROWEST_INPUT, picture.shape[1])), np.float32)
    planes[:, :, :, : picture.shape[1]] = _levels(picture[:, :, ::-1])
    return planes


def _levels(picture: Image) -> Planes:
    """(1, 3, H, W) from -1 to 1, as both networks take it."""
    return np.ascontiguousarray((picture.transpose(2, 0, 1) / np.float32(127.5) - 1)[None])


def _width(picture: Image) -> int:
    """How wide the picture is when it is as high as the recogniser wants it."""
    width: float = READING_HEIGHT * picture.shape[1] / picture.shape[0]
    return math.ceil(width)


def _scaled(picture: Image, width: int) -> Image:
    """The picture as high as the recogniser wants it, scaled as PP-OCR was trained."""
    return np.asarray(cv2.resize(picture, (max(1, width), READING_HEIGHT)), dtype=np.uint8)
