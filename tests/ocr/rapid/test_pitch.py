"""Whether gaps between clauses of Chinese and Japanese are spaces, and nothing else is."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from subextract.ocr.rapid.pitch import with_gaps
from subextract.text import Letter
from subextract.types import Image

PITCH = 32  # px
TRACE, LIKELY = 0.001, 0.1  # chances of a space
BLANK = np.zeros((48, 400, 3), np.uint8)


def line(text: str, *, pitch: float = PITCH, gap: float = 0.5, chance: float = LIKELY) -> list[Letter]:
    """Letters at a steady pitch, the narrow ones half as wide; a space is a gap of so many pitches."""
    letters, place, space = [], 24.0, 0.0
    for character in text:
        if character == " ":
            place, space = place + gap * pitch, chance
            continue
        width = pitch / 2 if character.isascii() else pitch
        letters.append(Letter(character, place + width / 2, 1.0, space))
        place, space = place + width, 0.0
    return letters


def read(letters: list[Letter], image: Image = BLANK) -> str:
    return "".join(" " * (letter.space >= 0.5) + letter.text for letter in with_gaps(image, letters))


@pytest.mark.parametrize("gap", [0.5, 1.0])
@pytest.mark.parametrize("chance", [TRACE, LIKELY])
@pytest.mark.parametrize(
    "text",
    ["安安 你没事吧", "那個 路飛你出海", "妈 我回来了", "ねえ 聞いてる", "对不起 我来晚了 路上堵车", "什么？ 刘庆祝"],
)
def test_a_gap_of_half_a_character_or_a_whole_one_is_a_space(text: str, gap: float, chance: float) -> None:
    if "？" in text and chance == TRACE:
        gap = 1.0
    assert read(line(text, gap=gap, chance=chance)) == text


def test_there_is_no_space_without_a_trace_of_one_or_without_a_gap() -> None:
    assert read(line("安安 你没事吧", chance=0.0)) == "安安你没事吧"
    assert read(line("安安 你没事吧", gap=0.0)) == "安安你没事吧"
    assert read(line("安安 你没事吧", gap=0.3, chance=TRACE / 4)) == "安安你没事吧"
    assert read(line("安安 你没事吧", gap=0.1, chance=TRACE)) == "安安你没事吧"


def test_typefaces_have_a_space_of_a_quarter_of_a_character() -> None:
    text = "戦争のずっと前 祖母はこの家に住んでいた"
    assert read(line(text, gap=0.25, chance=TRACE)) == text


def test_the_room_of_wide_punctuation_is_its_own() -> None:
    letters = [Letter(one.text, one.place, 1.0, LIKELY) for one in line("好，走吧。你来了？快坐")]
    assert read(letters) == "好，走吧。你来了？快坐"


def test_the_room_behind_a_mark_must_be_seen_more_surely() -> None:
    assert read(line("他们有几个人? 五个? 六个?", gap=0.2, chance=TRACE)) == "他们有几个人?五个?六个?"


def test_half_wide_punctuation_leaves_room_for_a_space() -> None:
    assert read(line("你来了? 快坐下")) == "你来了? 快坐下"
    assert read(line("你来了?快坐下")) == "你来了?快坐下"


def test_characters_that_are_set_apart_are_no_words() -> None:
    letters = [Letter(one.text, one.place, 1.0, LIKELY) for one in line("新世界的门", pitch=60)]
    assert read(letters) == "新世界的门"


def painted(*lefts: int) -> Image:
    """White characters, 28 px wide and 30 high, that begin at these columns: three bars and one across."""
    image = np.full((48, lefts[-1] + 60, 3), 40, np.uint8)
    for left in lefts:
        for bar in (0, 12, 24):
            image[9:39, left + bar : left + bar + 4] = 250
        image[22:26, left : left + 28] = 250
    return image


@pytest.mark.parametrize(("apart", "expected"), [(34, "走吧"), (52, "走 吧")])
def test_two_characters_are_measured_by_their_size(apart: int, expected: str) -> None:
    letters = [Letter("走", 34, 1.0), Letter("吧", 34 + apart, 1.0, LIKELY)]
    assert read(letters, painted(20, 20 + apart)) == expected


def test_two_characters_whose_ink_is_not_known_have_no_space() -> None:
    assert read([Letter("走", 34, 1.0), Letter("吧", 86, 1.0, LIKELY)]) == "走吧"


@pytest.mark.parametrize(("gap", "expected"), [(12, "我们用 Q"), (3, "我们用Q")])
def test_beside_a_letter_of_another_script_the_ink_tells(gap: int, expected: str) -> None:
    letters = [Letter(text, 34 + 32 * number, 1.0) for number, text in enumerate("我们用")]
    letters.append(Letter("Q", 126 + gap, 1.0, TRACE))
    assert read(letters, painted(20, 52, 84, 112 + gap)) == expected


def test_characters_at_no_pitch_have_no_gaps() -> None:
    letters = [Letter("安", place, 1.0, LIKELY) for place in (10.0, 40.0, 41.0)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(letters) == "安安安"
