"""Whether Tesseract is asked for what it can do, and what it answers is set right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from subextract import ocr
from subextract.errors import EngineError, UsageError
from subextract.ocr.tesseract import binarize
from subextract.ocr.tesseract.reader import Reading, TesseractReader, Word, end_first, right_to_left, tidy, with_comma
from subextract.types import Box, Clip, Line, Luma
from tests.helpers.outlined import GREEN, clip_of, flat


def test_all_lines_are_read_by_one_process_with_one_thread(fake_tesseract: Path) -> None:
    reader = TesseractReader(languages=["ko"])
    fake_tesseract.unlink()
    found = reader.read([clip_of("Where were you", "last night?"), clip_of("No")])
    (call,) = fake_tesseract.read_text("utf-8").splitlines()
    assert "-l kor --psm 7" in call
    assert call.endswith("threads 1")
    widths = [int(line.text.removeprefix("wide ")) for lines in found for line in lines]
    assert widths[0] > widths[1] > widths[2] > 2 * binarize.WHITE_MARGIN * 36 / 96
    # The mean of the two words, 96 and 90, by their letters.
    assert [line.score for line in found[0]] == [pytest.approx((4 * 0.96 + 3 * 0.9) / 7)] * 2


def test_a_line_without_ink_is_not_shown_to_tesseract(fake_tesseract: Path) -> None:
    blank = Clip(0, 1000, flat(GREEN), Box(0, 0, 480, 60), (Box(20, 10, 300, 50),))
    reader = TesseractReader(languages=["ko"])
    fake_tesseract.unlink()
    assert reader.read([blank]) == [[Line("", Box(20, 10, 300, 50), None)]]
    assert not fake_tesseract.exists()


def test_a_missing_program_is_said_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError) as error:
        ocr.reader("tesseract", language="ko")
    assert str(error.value) == (
        "Tesseract is not installed; run: apt-get install tesseract-ocr, or brew install tesseract."
    )


def test_a_missing_pack_is_said_with_its_package(fake_tesseract: Path) -> None:
    with pytest.raises(EngineError) as error:
        ocr.reader("tesseract", language="zh-Hant")
    assert str(error.value) == (
        "Tesseract has no pack 'chi_tra' for Chinese here; run: "
        "apt-get install tesseract-ocr-chi-tra, or brew install tesseract-lang."
    )


def test_tesseract_wants_to_know_the_language(fake_tesseract: Path) -> None:
    with pytest.raises(UsageError, match="add it, as in --language ko"):
        ocr.reader("tesseract")


@pytest.mark.parametrize("code", ["echo no such pack >&2; exit 1", "exit 0"])
def test_a_tesseract_that_fails_is_an_engine_error(fake_tesseract: Path, code: str) -> None:
    reader = TesseractReader(languages=["ko"])
    program = fake_tesseract.parent / "bin" / "tesseract"
    program.write_text(f"#!/bin/sh\n{code}\n", "utf-8")
    with pytest.raises(EngineError, match=r"reinstall"):
        reader.read([clip_of("Good evening")])


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("\u200f1987 \u200eب\n", "1987 ب"),
        ("我 从 来 没 说 过 OK 了", "我从来没说过 OK 了"),
        ("7시 45분 기차는", "7시 45분 기차는"),
        ("น้ํากําลัง", "น้ำกำลัง"),
        ("µε", "με"),
    ],
)
def test_what_tesseract_alone_writes_so_is_tidied(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


@pytest.mark.parametrize(
    ("straight", "turned", "result"),
    [
        (Reading("إتوقف! لا تفتح", 0.92), Reading("توقف! لا تفتح!", 0.93), "توقف! لا تفتح!"),
        (Reading("אתה לא רציני", 0.9), Reading("תה לא רציניא", 0.9), "אתה לא רציני"),
        (Reading("אתה לא רציני", 0.9), Reading("", 0), "אתה לא רציני"),
        (Reading("...ואז הוא הלך", 0.9), Reading("", 0), "...ואז הוא הלך"),
        (Reading(".זה רק אני -", 0.9), Reading("זה רק אני", 0.5), "- זה רק אני."),
        (Reading("מי שם? -", 0.9), Reading("", 0), "- מי שם?"),
        (Reading("- מי שם?", 0.9), Reading("", 0), "- מי שם?"),
    ],
)
def test_a_mark_that_was_painted_at_the_wrong_end_goes_to_the_end(
    straight: Reading, turned: Reading, result: str
) -> None:
    assert right_to_left(straight, turned).text == result


def page(*shapes: Box) -> Luma:
    """A page with black rectangles, 100 pixels high, between margins as those of binarize.page."""
    white = np.full((100, max(shape.right for shape in shapes) + binarize.WHITE_MARGIN), 255, np.uint8)
    for left, top, right, bottom in shapes:
        white[top:bottom, left:right] = 0
    return white


WORDS = (Box(32, 30, 80, 80), Box(100, 30, 150, 80))


def test_a_full_stop_at_the_right_end_is_put_at_the_left_end() -> None:
    turned = end_first(page(*WORDS, Box(156, 70, 166, 80)))
    assert turned is not None
    columns = np.flatnonzero(np.diff((turned < 128).any(axis=0).astype(int)))
    assert columns.tolist() == [31, 41, 47, 95, 115, 165]


@pytest.mark.parametrize(
    "end",
    [(Box(156, 30, 164, 80),), (Box(156, 30, 200, 80),), (Box(156, 70, 166, 80), Box(172, 70, 182, 80))],
    ids=["a letter", "a word", "three dots"],
)
def test_nothing_but_a_mark_is_put_at_the_left_end(end: tuple[Box, ...]) -> None:
    assert end_first(page(*WORDS, *end)) is None


@pytest.mark.parametrize(("height", "text"), [(10, "لك."), (16, "لك،")])
def test_an_arabic_comma_is_known_by_its_height(height: int, text: str) -> None:
    word = Word("لك.", Box(12, 11, 30, 30), 0.9)
    assert with_comma(page(Box(32, 80 - height, 42, 80), Box(46, 30, 80, 80)), word) == text
