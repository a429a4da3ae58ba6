"""Whether readings become the text that is displayed: two looks that agree, widths of punctuation, notes, sureness."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from subextract.ocr.rapid.reader import decoded, rarely_sure
from subextract.text import Letter, Reading, agreed, is_wide, tidied

PITCH = 20.0  # px from letter to letter


def reading(text: str, *, unsure: dict[int, float] | None = None, faint: Sequence[Letter] = ()) -> Reading:
    """The letters of a text at equal distances; ``unsure`` has the scores of some of them, all others are sure."""
    letters: list[Letter] = []
    space = 0.0
    for character in text:
        if character == " ":
            space = 1.0
            continue
        score = (unsure or {}).get(len(letters), 1.0)
        letters.append(Letter(character, PITCH * len(letters), score, space))
        space = 0.0
    return Reading(tuple(letters), tuple(faint))


def seen(text: str, index: float, score: float = 0.2) -> Letter:
    return Letter(text, PITCH * index, score)


# --- the text and how sure it is ---------------------------------------------------------------------------------


def test_spaces_are_those_that_are_more_likely_than_not() -> None:
    letters = (Letter("a", 0, 1.0, 0.9), Letter("b", 20, 1.0, 0.5), Letter("c", 40, 1.0, 0.49), Letter("d", 60, 1.0))
    assert Reading(letters).text == "a bcd"


def test_a_line_is_as_sure_as_its_letters() -> None:
    assert (reading("Yes").score, reading("Yes").min_score) == (1.0, 1.0)
    unsure = reading("Yes!", unsure={1: 0.6})
    assert unsure.min_score == 0.6
    assert unsure.score == pytest.approx(0.75)


def test_a_letter_that_was_nearly_read_between_two_others_makes_a_line_less_sure() -> None:
    omitted = reading("Ys", faint=[seen("e", 0.5, 0.3)])
    assert omitted.min_score == pytest.approx(0.7)
    assert omitted.score == pytest.approx(0.85)


def test_the_blurred_edge_of_a_letter_and_its_rivals_do_not() -> None:
    faint = [seen("s", 0.4, 0.3), Letter("S", 2, 0.3, 0)]
    assert reading("s", faint=faint).min_score == 1.0


def test_nothing_read_has_no_sureness() -> None:
    assert (Reading(()).text, Reading(()).score) == ("", 0.0)


# --- two looks at one line ---------------------------------------------------------------------------------------


def test_two_equal_readings_are_one() -> None:
    assert agreed(reading("It rains."), reading("It rains.")).text == "It rains."


@pytest.mark.parametrize(
    ("first", "doubt", "second", "expected"),
    [
        ("You'l find it", {4: 0.7}, "You'll find it", "You'll find it"),
        ("conto", {4: 0.9}, "contó", "contó"),
        ("the bill", {}, "the biil", "the bill"),
        ("Cè tempo", {1: 0.7}, "C'è tempo", "C'è tempo"),
    ],
)
def test_where_two_readings_differ_the_surer_one_counts(
    first: str, doubt: dict[int, float], second: str, expected: str
) -> None:
    assert agreed(reading(first, unsure=doubt), reading(second, unsure={5: 0.85, 6: 0.85})).text == expected


def test_a_second_look_must_not_be_surer_to_win() -> None:
    assert agreed(reading("hat", unsure={0: 0.8}), reading("bat", unsure={0: 0.75})).text == "bat"
    assert agreed(reading("hat", unsure={0: 0.8}), reading("bat", unsure={0: 0.6})).text == "hat"


def test_a_space_is_there_if_both_looks_together_say_so() -> None:
    first = Reading((Letter("a", 0, 1.0), Letter("b", 20, 1.0, 0.4), Letter("c", 40, 1.0, 0.7)))
    second = Reading((Letter("a", 0, 1.0), Letter("b", 20, 1.0, 0.8), Letter("c", 40, 1.0, 0.1)))
    assert agreed(first, second).text == "a bc"


def test_the_space_behind_letters_comes_from_the_reading_that_has_them() -> None:
    first = reading("fil he", unsure={2: 0.5, 3: 0.5})
    assert agreed(first, reading("fill the")).text == "fill the"


def test_what_either_look_nearly_read_is_kept() -> None:
    one, other = seen("x", 0), seen("y", 1)
    assert agreed(reading("ab", faint=[one]), reading("ab", faint=[other])).faint == (one, other)


# --- scripts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wide"), [("a", False), ("é", False), ("?", False), ("？", True), ("中", True), ("ん", True), ("—", False)]
)
def test_wide_characters_are_those_of_eastern_scripts(text: str, wide: bool) -> None:
    assert is_wide(text) is wide


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please，sit down！", "Please,sit down!"),
        ("12：30", "12:30"),
        ("（sighs）", "(sighs)"),
        ("你疯了吗？", "你疯了吗？"),
        ("BGM：晚安", "BGM：晚安"),
        ("ＯＫ", "ＯＫ"),
    ],
)
def test_punctuation_is_half_as_wide_in_a_line_without_wide_letters(text: str, expected: str) -> None:
    assert tidied(reading(text)).text == expected


def test_the_room_around_wide_punctuation_may_be_a_space_before_or_behind_it() -> None:
    assert [letter.space for letter in tidied(reading("la？Oui")).letters] == [0, 0, 0.05, 0.05, 0, 0]


def test_punctuation_is_wide_after_a_wide_letter_if_that_was_nearly_read() -> None:
    both = [seen("？", 4, 0.4)]
    assert tidied(reading("どうして?", unsure={4: 0.6}, faint=both)) == Reading(
        reading("どうして？").letters, tuple(both)
    )
    assert tidied(reading("どうして?")).text == "どうして?"
    assert tidied(reading("你好Tom?", faint=[seen("？", 5)])).text == "你好Tom?"


def test_a_greek_letter_among_latin_ones_is_the_latin_one_that_was_nearly_read() -> None:
    assert tidied(reading("Grüβe", faint=[seen("ß", 3)])).text == "Grüße"
    assert tidied(reading("Grüβe")).text == "Grüβe"
    assert tidied(reading("αβγ", faint=[seen("ß", 1)])).text == "αβγ"


# --- notes -------------------------------------------------------------------------------------------------------


def test_a_single_unsure_letter_beside_a_line_is_the_note_that_was_nearly_read() -> None:
    sung = reading("J La la s", unsure={0: 0.5, 5: 0.4}, faint=[seen("♪", 0), seen("♪", 5)])
    assert tidied(sung).text == "♪ La la ♪"


def test_a_sure_letter_or_a_word_is_no_note() -> None:
    assert tidied(reading("J La la s", faint=[seen("♪", 0), seen("♪", 5)])).text == "J La la s"
    assert tidied(reading("Ja la", unsure={0: 0.5}, faint=[seen("♪", 0)])).text == "Ja la"
    assert tidied(reading("s", unsure={0: 0.7}, faint=[seen("♪", 0)])).text == "s"


def test_a_note_that_was_nearly_read_before_the_line_is_restored() -> None:
    assert tidied(reading("La la", faint=[seen("♪", -1.5, 0.09)])).text == "♪ La la"


def test_a_trace_of_a_note_behind_the_line_is_one() -> None:
    assert tidied(reading("La la", faint=[seen("♪", 5.5, 0.001)])).text == "La la ♪"


def test_a_bracket_at_the_beginning_is_the_note_that_was_nearly_read() -> None:
    assert tidied(reading("』我爱你", unsure={0: 0.5}, faint=[seen("♪", 0, 0.2)])).text == "♪我爱你"


# --- from columns of chances to letters --------------------------------------------------------------------------

SYMBOLS = ["blank", "a", "b", "é", "\u3000", " "]
RARE = rarely_sure(SYMBOLS)


def columns(*chances: dict[str, float]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    table = np.zeros((len(chances), len(SYMBOLS)), np.float32)
    for row, chance in zip(table, chances, strict=True):
        for symbol, value in chance.items():
            row[SYMBOLS.index(symbol)] = value
        row[0] += 1 - row.sum()
    return table


def test_neighbouring_columns_of_one_symbol_are_one_letter_and_a_gap_makes_two() -> None:
    found = decoded(columns({"a": 0.625}, {"a": 0.75}, {}, {"a": 1.0}), SYMBOLS, RARE)
    assert found == Reading((Letter("a", 5.0, 0.75), Letter("a", 25.0, 1.0)))


def test_spaces_are_chances_of_the_letters_behind_them() -> None:
    found = decoded(
        columns({"a": 1.0}, {" ": 0.25}, {" ": 0.125}, {"b": 1.0}, {"\u3000": 0.75}, {"a": 1.0}),
        SYMBOLS,
        rarely_sure(SYMBOLS),
    )
    assert [(letter.text, letter.space) for letter in found.letters] == [("a", 0.0), ("b", 0.25), ("a", 0.75)]
    assert found.text == "ab a"


def test_what_was_nearly_read_is_kept_with_its_place() -> None:
    found = decoded(columns({"b": 0.25}, {"a": 0.5, "é": 0.375}, {"é": 0.005}), SYMBOLS, RARE)
    assert found == Reading((Letter("a", 9.0, 0.5),), (Letter("b", 1.0, 0.25), Letter("é", 9.0, 0.375)))


def test_a_blank_line_has_no_letters() -> None:
    assert decoded(columns({}, {}), SYMBOLS, RARE) == Reading(())
