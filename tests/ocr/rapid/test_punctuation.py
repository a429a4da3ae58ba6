"""Whether marks that a recogniser left out are restored where their ink is, and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from subextract.ocr.rapid.corrections import mended
from subextract.text import Reading
from subextract.types import Luma
from tests.helpers.lettering import FEET, LOOKS, Painted, every_look, faint, painted, picture


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


def catalan(text: str, width: int) -> tuple[Painted, Luma]:
    """A line in which a point stands half way up in place of each ``·``, so many px wide and 5 high."""
    line = painted(text.replace("·", "-"))
    ink, letters = line.ink.copy(), list(line.letters)
    for index, character in enumerate(text.replace(" ", "")):
        if character == "·":
            middle = round(letters[index].place)
            ink[:, middle - 9 : middle + 9] = 0
            ink[20:25, middle - width // 2 : middle - width // 2 + width] = 255
    return line, ink


@pytest.mark.parametrize(("width", "expected"), [(5, "pel·la"), (6, "pel·la"), (10, "pel-la")])
def test_a_round_hyphen_between_two_l_is_the_dot_of_catalan(width: int, expected: str) -> None:
    line, ink = catalan("pel·la", width)
    assert mended(picture(ink), Reading(line.letters)).text == expected


def test_the_dot_of_catalan_is_restored_where_it_was_not_read() -> None:
    line, ink = catalan("la pel·la", 5)
    assert mended(picture(ink), line.without(5)).text == "la pel·la"
    other, ink = catalan("la pen·la", 5)
    assert mended(picture(ink), other.without(5)).text == "la penla"
