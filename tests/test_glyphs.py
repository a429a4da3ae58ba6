"""Whether the ink of a line restores the spaces and marks that are in the picture, and no others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest
from PIL import Image as Drawing
from PIL import ImageDraw, ImageFont

from subextract.ocr.glyphs import mended, separated, spans, upright
from subextract.ocr.rapid import RapidReader
from subextract.text import Letter, Reading
from subextract.types import Box, Clip, Image, Luma

FONT = cv2.FONT_HERSHEY_DUPLEX
HEIGHT, FEET, SPACE, BETWEEN = 48, 34, 14, 4  # px: of the line, the row below its letters, of a space, between letters
WHITE, BLACK, GREEN, SAND = (255, 255, 255), (16, 16, 16), (60, 110, 50), (190, 180, 160)
Colour = tuple[int, int, int]


def shape(text: str) -> Luma:
    """One character in the picture of its own, as wide as its ink; ``¡`` is ``!`` on its head, ``„`` two low commas."""
    if text == "¡":
        turned = shape("!")[::-1, ::-1]
        return np.asarray(np.roll(turned, 2 * FEET - HEIGHT - 22 + 7, axis=0))
    if text == "„":
        return np.hstack([shape(","), np.zeros((HEIGHT, 3), np.uint8), shape(",")])
    canvas = np.zeros((HEIGHT, 60), np.uint8)
    cv2.putText(canvas, text, (15, FEET - 1), FONT, 1, 255, 2, cv2.LINE_AA)
    inked = np.flatnonzero(canvas.any(axis=0))
    return canvas[:, inked[0] : inked[-1] + 1]


@dataclass(frozen=True)
class Painted:
    """The ink of a line, and the letters that were painted."""

    ink: Luma
    letters: tuple[Letter, ...]

    def without(self, *gone: int) -> Reading:
        """What a recogniser reads that is blind to some of the letters: the spaces before them stay."""
        letters = []
        for index, letter in enumerate(self.letters):
            space = max(letter.space, self.letters[index - 1].space if index - 1 in gone else 0.0)
            letters += [replace(letter, space=space)] if index not in gone else []
        return Reading(tuple(letters))

    def spaced(self, chances: dict[int, float]) -> Reading:
        """What it reads if it is unsure of the spaces before some letters."""
        letters = (replace(one, space=chances.get(index, one.space)) for index, one in enumerate(self.letters))
        return Reading(tuple(letters))


def painted(text: str) -> Painted:
    canvas, letters, left, space = np.zeros((HEIGHT, 40 + 40 * len(text)), np.uint8), [], 16, 0.0
    for character in text:
        if character == " ":
            left, space = left + SPACE, 1.0
            continue
        glyph = shape(character)
        canvas[:, left : left + glyph.shape[1]] = glyph
        letters.append(Letter(character, left + glyph.shape[1] / 2, 1.0, space))
        left, space = left + glyph.shape[1] + BETWEEN, 0.0
    return Painted(canvas[:, : left + 16], tuple(letters))


def picture(
    ink: Luma, fill: Colour = WHITE, ground: Colour = GREEN, outline: Colour | None = None, share: float = 1.0
) -> Image:
    """The ink in colour on a ground that gets brighter from left to right."""
    ramp = np.linspace(0.6, 1.2, ink.shape[1])[None, :, None]
    image = np.clip(np.full((*ink.shape, 3), ground, np.float32) * ramp, 0, 255)
    layers = [(fill, ink)] if outline is None else [(outline, cv2.dilate(ink, np.ones((5, 5), np.uint8))), (fill, ink)]
    for colour, mask in layers:
        part = (share * mask[..., None] / 255).astype(np.float32)
        image += (np.array(colour, np.float32) - image) * part
    return image.round().astype(np.uint8)


def boxed(ink: Luma) -> Image:
    """White letters in a black box that ends before the picture does."""
    image = np.full((HEIGHT, ink.shape[1] + 20, 3), SAND, np.uint8)
    image[:, : ink.shape[1]] = picture(ink, WHITE, BLACK)
    return image


def texture(ink: Luma) -> Image:
    """White letters with a black outline on coloured clouds."""
    noise = np.random.default_rng(3).integers(20, 200, (HEIGHT // 4, ink.shape[1] // 4, 3)).astype(np.uint8)
    ground = cv2.GaussianBlur(cv2.resize(noise, ink.shape[::-1], interpolation=cv2.INTER_CUBIC), (0, 0), 2)
    lined, outline = picture(ink, outline=BLACK), cv2.dilate(ink, np.ones((5, 5), np.uint8)) > 0
    return np.where(outline[..., None], lined, ground).astype(np.uint8)


LOOKS: dict[str, Callable[[Luma], Image]] = {
    "bright": lambda ink: picture(ink),
    "dark": lambda ink: picture(ink, BLACK, SAND),
    "outlined": lambda ink: picture(ink, WHITE, SAND, BLACK),
    "dark with a bright outline": lambda ink: picture(ink, BLACK, GREEN, WHITE),
    "yellow": lambda ink: picture(ink, (255, 230, 0), SAND, BLACK),
    "half transparent": lambda ink: picture(ink, WHITE, GREEN, BLACK, share=0.5),
    "in a box": boxed,
    "on texture": texture,
}
every_look = pytest.mark.parametrize("look", LOOKS)


def faint(text: str, place: float, score: float = 0.1) -> tuple[Letter, ...]:
    return (Letter(text, place, score),)


# --- spaces ------------------------------------------------------------------------------------------------------


@every_look
def test_a_space_that_was_nearly_read_is_there_if_the_gap_is_a_word_gap(look: str) -> None:
    line = painted("Where is he ?")
    assert mended(LOOKS[look](line.ink), line.spaced({9: 0.05})).text == "Where is he ?"


@every_look
def test_a_space_that_was_nearly_read_is_not_there_if_the_gap_is_one_between_letters(look: str) -> None:
    line = painted("Where is Harlow?")
    assert mended(LOOKS[look](line.ink), line.spaced({9: 0.4, 13: 0.05})).text == "Where is Harlow?"


def test_a_wide_gap_in_which_no_space_was_seen_is_none() -> None:
    line = painted("Where is he ?")
    assert mended(picture(line.ink), line.spaced({9: 0.0})).text == "Where is he?"


def test_a_line_of_one_word_is_measured_by_its_letters() -> None:
    line = painted("Quoi ?")
    assert mended(picture(line.ink), line.spaced({1: 0.3, 4: 0.05})).text == "Quoi ?"


def test_no_space_is_put_beside_an_apostrophe_or_between_dots() -> None:
    line = painted("We 'll see. . .")
    unsure = line.spaced({2: 0.2, 9: 0.2, 10: 0.2})
    assert mended(picture(line.ink), unsure).text == "We'll see..."


def test_no_space_is_put_between_chinese_characters() -> None:
    line = painted("AB CD OK no")
    chinese = [replace(one, text=text) for one, text in zip(line.letters, "我用了吗OKno", strict=True)]
    reading = Reading(tuple(replace(one, space=0.2) if one.text in "了n" else one for one in chinese))
    assert mended(picture(line.ink), reading).text == "我用了吗 OK no"


def test_letters_far_apart_are_no_words() -> None:
    canvas, letters = np.zeros((HEIGHT, 500), np.uint8), []
    for index, text in enumerate("HEISGONE"):
        left = 16 + 34 * index + 30 * (index > 1) + 30 * (index > 3)
        canvas[:, left : left + shape(text).shape[1]] = shape(text)
        letters.append(Letter(text, left + shape(text).shape[1] / 2, 1.0, {2: 1.0, 4: 0.2, 6: 0.2}.get(index, 0.0)))
    assert mended(picture(canvas), Reading(tuple(letters))).text == "HE IS GONE"


def test_without_ink_only_a_likely_space_is_one() -> None:
    flat = np.full((HEIGHT, 300, 3), 90, np.uint8)
    letters = (Letter("a", 20, 1.0), Letter("b", 60, 1.0, 0.4), Letter("c", 100, 1.0, 0.3), Letter("d", 140, 1.0, 0.6))
    assert mended(flat, Reading(letters)).text == "a bc d"


# --- marks -------------------------------------------------------------------------------------------------------


@every_look
def test_an_exclamation_mark_on_its_head_is_restored_at_the_beginning(look: str) -> None:
    line = painted("¡No abras!")
    assert mended(LOOKS[look](line.ink), line.without(0)).text == "¡No abras!"


@every_look
def test_an_exclamation_mark_on_its_head_is_restored_after_a_gap(look: str) -> None:
    line = painted("Alto. ¡No abras")
    assert mended(LOOKS[look](line.ink), line.without(5)).text == "Alto. ¡No abras"


def test_an_exclamation_mark_on_its_head_takes_the_place_of_the_i_that_was_read() -> None:
    line = painted("¡Ahora!")
    read = Reading((replace(line.letters[0], text="i", score=0.8), *line.letters[1:]))
    assert mended(picture(line.ink), read).text == "¡Ahora!"


def test_an_exclamation_mark_on_its_head_without_its_dot_is_known_by_the_other_one() -> None:
    line = painted("¡No abras!")
    ink = line.ink.copy()
    ink[: FEET - 10, :21] = 0
    assert mended(picture(ink), line.without(0)).text == "¡No abras!"


@pytest.mark.parametrize("text", ["No puedes hablar!", "iguana!", "Hijo mio!", "l!", "jAy!", "a: b; c!", "1!"])
def test_no_mark_is_added_where_everything_was_read(text: str) -> None:
    line = painted(text)
    assert mended(picture(line.ink), Reading(line.letters)).text == text


@pytest.mark.parametrize("unread", ["i", "j", "l", ":", ";", "!", "."])
def test_other_ink_before_a_letter_is_no_exclamation_mark(unread: str) -> None:
    line = painted(f"{unread}No abras!")
    assert mended(picture(line.ink), line.without(0)).text == "No abras!"


@every_look
def test_a_dash_that_was_nearly_read_is_restored_with_its_space(look: str) -> None:
    line = painted("- Nur ich, Jan.")
    reading = replace(line.without(0), faint=faint("-", line.letters[0].place))
    assert mended(LOOKS[look](line.ink), reading).text == "- Nur ich, Jan."


def test_a_dash_without_ink_is_none() -> None:
    line = painted("Nur ich.")
    reading = Reading(line.letters, faint("-", line.letters[0].place - 24, 0.4))
    assert mended(picture(line.ink), reading).text == "Nur ich."


def test_a_dash_that_nobody_saw_is_none() -> None:
    line = painted("- Nur ich.")
    assert mended(picture(line.ink), line.without(0)).text == "Nur ich."


def test_an_apostrophe_that_was_nearly_read_is_restored() -> None:
    line = painted("We'll see.")
    reading = replace(line.without(2), faint=faint("'", line.letters[2].place))
    assert mended(picture(line.ink), reading).text == "We'll see."


def test_the_third_of_three_dots_is_restored() -> None:
    line = painted("He is... gone.")
    assert mended(picture(line.ink), line.without(5)).text == "He is... gone."


def test_two_dots_stay_two() -> None:
    line = painted("He is.. gone.")
    assert mended(picture(line.ink), Reading(line.letters)).text == "He is.. gone."


def test_a_low_quote_is_restored_before_a_letter_in_a_line_with_a_quote() -> None:
    line = painted('Er rief „Nein" laut.')
    assert mended(picture(line.ink), line.without(6)).text == 'Er rief „Nein" laut.'


def test_the_quote_after_a_low_one_is_the_curly_one_that_was_nearly_read() -> None:
    line = painted('Er rief „Nein" laut.')
    reading = replace(line.without(6), faint=faint("“", line.letters[11].place))
    assert mended(picture(line.ink), reading).text == "Er rief „Nein“ laut."


# --- letters -----------------------------------------------------------------------------------------------------


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


# --- ink ---------------------------------------------------------------------------------------------------------


@every_look
def test_ink_is_what_was_painted(look: str) -> None:
    line = painted("Where were you, Harlow?")
    image = LOOKS[look](line.ink)
    ink = separated(image, line.letters)
    assert ink is not None
    truth = np.zeros(ink.shape, np.bool_)
    truth[:, : line.ink.shape[1]] = line.ink > 127
    assert (ink & truth).sum() > 0.8 * (ink | truth).sum()


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_picture_has_no_ink(level: int) -> None:
    flat = np.full((HEIGHT, 200, 3), level, np.uint8)
    assert separated(flat, painted("Yes").letters) is None
    assert separated(flat, ()) is None


def test_italics_are_set_upright() -> None:
    line = painted("Illinois, Hitler")
    lean = np.array([[1, -0.25, 0.25 * HEIGHT / 2], [0, 1, 0]], np.float32)
    leaning = cv2.warpAffine(line.ink, lean, line.ink.shape[::-1]) > 127
    straight, leant, righted = (
        [one.width for one in spans(mask)] for mask in (line.ink > 127, leaning, upright(leaning))
    )
    assert max(abs(one - other) for one, other in zip(straight, leant, strict=True)) >= 5
    assert max(abs(one - other) for one, other in zip(straight, righted, strict=True)) <= 2


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
