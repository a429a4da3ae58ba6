"""Whether the ink of a line corrects its letters, and a whole line is read with its spaces and marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image as Drawing
from PIL import ImageDraw, ImageFont

from subextract.ocr.rapid.corrections import mended
from subextract.ocr.rapid.reader import RapidReader
from subextract.text import Reading
from subextract.types import Box, Clip
from tests.helpers.lettering import BLACK, GREEN, WHITE, faint, painted, picture


def test_an_exclamation_mark_that_was_read_as_a_letter_is_known_by_its_dot() -> None:
    line = painted("Halt!")
    read = Reading((*line.letters[:-1], replace(line.letters[-1], text="l")))
    assert mended(picture(line.ink), read).text == "Halt!"


def test_an_l_at_the_end_of_a_word_stays_one() -> None:
    line = painted("Hotel")
    assert mended(picture(line.ink), Reading(line.letters)).text == "Hotel"


@pytest.mark.parametrize(("painting", "read", "expected"), [("Oh no", "oh no", "Oh no"), ("oh no", "oh no", "oh no")])
def test_the_first_letter_is_a_capital_if_it_is_as_tall_as_one(painting: str, read: str, expected: str) -> None:
    line = painted(painting)
    letters = (replace(line.letters[0], text=read[0], score=0.6), *line.letters[1:])
    assert mended(picture(line.ink), Reading(letters, faint("O", line.letters[0].place, 0.3))).text == expected


def test_a_numeral_one_is_a_capital_i_unless_the_line_is_chinese() -> None:
    line = painted("I say so")
    read = Reading((replace(line.letters[0], text="\N{ROMAN NUMERAL ONE}"), *line.letters[1:]))
    assert mended(picture(line.ink), read).text == "I say so"
    chapter = Reading((*read.letters, replace(line.letters[-1], text="章", place=line.letters[-1].place + 20)))
    assert mended(picture(line.ink), chapter).text.startswith("\N{ROMAN NUMERAL ONE}")


def test_an_accent_is_restored_if_it_is_inked_and_was_nearly_read() -> None:
    line = painted("La casa la vio")
    ink = line.ink.copy()
    column = round(line.letters[7].place)
    cv2.line(ink, (column + 3, 5), (column - 2, 9), 255, 2, cv2.LINE_AA)
    reading = Reading(line.letters, faint("á", line.letters[7].place))
    bare = Reading(line.letters, faint("á", line.letters[7].place, 0.05))
    assert mended(picture(ink), reading).text == "La casa lá vio"
    assert mended(picture(ink), bare).text == "La casa la vio"
    assert mended(picture(line.ink), reading).text == "La casa la vio"


# --- the whole reader --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reader() -> RapidReader:
    return RapidReader(threads=1)


@pytest.fixture(scope="module")
def font() -> ImageFont.FreeTypeFont:
    for name in ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf"):
        try:
            return ImageFont.truetype(name, 40)
        except OSError:
            continue
    pytest.skip("needs a common typeface: apt-get install fonts-dejavu-core")


def clip_of(texts: Sequence[str], font: ImageFont.FreeTypeFont) -> Clip:
    drawing = Drawing.new("RGB", (1100, 70 * len(texts) + 20), GREEN)
    draw, boxes = ImageDraw.Draw(drawing), []
    for number, text in enumerate(texts):
        at = (40, 20 + 70 * number)
        draw.text(at, text, fill=WHITE, font=font, stroke_width=3, stroke_fill=BLACK)
        left, top, right, bottom = (round(edge) for edge in draw.textbbox(at, text, font=font))
        boxes.append(Box(left - 8, top - 6, right + 8, bottom + 6))
    image = np.asarray(drawing)
    return Clip(0, 1000, image, Box(0, 0, image.shape[1], image.shape[0]), tuple(boxes))


def test_marks_and_spaces_of_many_languages_are_read(reader: RapidReader, font: ImageFont.FreeTypeFont) -> None:
    texts = [
        "¡No puedes hablar en serio!",
        "¡Alto! ¡No abras esa puerta!",
        "El agua está subiendo. ¡Muévanse!",
        "- ¿Quién es?",
        "Appelle-moi, d'accord ?",
        "Arrête ! N'ouvre pas cette porte !",
        "- Nur ich.",
        "Look at the sky... It's beautiful.",
    ]
    (lines,) = reader.read([clip_of(texts, font)])
    assert [line.text for line in lines] == texts
    assert min(line.score or 0 for line in lines) > 0.8
