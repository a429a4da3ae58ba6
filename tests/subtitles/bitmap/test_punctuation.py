"""Whether lines of dots, commas and notes alone are told by their shapes, and not taken for letters."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from subextract.soft import image_cues
from subextract.subtitles.bitmap.binarize import darkened, lines_of
from subextract.subtitles.bitmap.heights import Heights
from subextract.subtitles.bitmap.punctuation import marks_alone
from subextract.subtitles.bitmap.screens import Colours, Part, Screen
from subextract.subtitles.bitmaps import _clip as clip_of
from subextract.subtitles.bitmaps import groups
from subextract.text import Letter, Reading, with_notes
from subextract.types import Box, Clip, Line, Luma, Track, Video
from tests.helpers.muxing import lettered

MIN_HEIGHT = 54  # px; of a plane of 1080 rows
FOOT = 40  # the row on which letters stand
DASHES = {"-": 14, "–": 24, "—": 42}  # px
Shape = tuple[str, int]
"""A mark and the column where it begins."""


def drawn(*shapes: Shape, scale: float = 1.0) -> Luma:
    """Marks in black on white, as large as those of letters of 36 px."""
    paper = np.full((60, 300), 255, np.uint8)
    for mark, left in shapes:
        _draw(paper, mark, left)
    return np.asarray(cv2.resize(paper, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _draw(paper: Luma, mark: str, left: int) -> None:
    if mark == ".":
        cv2.circle(paper, (left + 3, FOOT - 3), 3, 0, -1)
    elif mark == "。":
        cv2.circle(paper, (left + 6, FOOT - 6), 6, 0, 2)
    elif mark == ",":
        cv2.fillPoly(
            paper, [np.array([(left + 2, FOOT - 6), (left + 8, FOOT - 6), (left + 3, FOOT + 8), (left, FOOT + 8)])], 0
        )
    elif mark == "leaning":  # of an italic: it fills less than half of its box
        cv2.line(paper, (left + 11, FOOT - 4), (left + 2, FOOT + 9), 0, 3)
    elif mark == "headed":  # with serifs: a dot with a thin tail
        cv2.circle(paper, (left + 5, FOOT - 3), 4, 0, -1)
        cv2.line(paper, (left + 8, FOOT), (left + 2, FOOT + 8), 0, 2)
    elif mark == "speck":
        paper[FOOT - 3 : FOOT, left : left + 3] = 0
    elif mark == "、":
        cv2.line(paper, (left, FOOT - 9), (left + 9, FOOT), 0, 4)
    elif mark == "fat":
        cv2.circle(paper, (left + 7, FOOT - 5), 5, 0, -1)
        cv2.line(paper, (left + 11, FOOT - 2), (left + 3, FOOT + 6), 0, 2)
    elif mark in DASHES:
        paper[FOOT - 14 : FOOT - 10, left : left + DASHES[mark]] = 0
    else:
        cv2.putText(paper, mark, (left, FOOT), cv2.FONT_HERSHEY_DUPLEX, 1.6, 0, 3)


THREE: list[Shape] = [(".", 50), (".", 66), (".", 82)]


@pytest.mark.parametrize("scale", [1.0, 0.6])
@pytest.mark.parametrize(
    ("shapes", "text"),
    [
        (THREE, "..."),
        ([(".", 50)], "."),
        ([(".", 50), (".", 66)], ".."),
        ([("-", 20), *THREE], "- ..."),
        ([("-", 30), *THREE], "-..."),
        ([(",", 50)], ","),
        ([("leaning", 50)], ","),
        ([("headed", 50)], ","),
        ([("-", 20), (",", 50)], "- ,"),
        ([("-", 34), (".", 54), (".", 62), (".", 70)], "- ..."),
        ([("-", 20), ("speck", 50), ("speck", 58), ("speck", 66)], "- ..."),
        ([("speck", 50)], "."),
        ([("r", 50)], ""),
        ([("、", 50)], "、"),
        ([("。", 50)], "。"),
        ([(".", 16 * number) for number in range(1, 7)], "……"),
        ([("–", 10), *THREE], "– ..."),
        ([("—", 0), (".", 60), (".", 76), (".", 92)], "— ..."),
        ([("fat", 50)], ","),
        ([("-", 30)], ""),
        ([("I", 30)], ""),
        ([("i", 30)], ""),
        ([("o", 30)], ""),
        ([("N", 10), *THREE], ""),
        ([], ""),
    ],
)
def test_marks_are_told_by_shape_and_size(shapes: Sequence[Shape], text: str, scale: float) -> None:
    assert marks_alone(drawn(*shapes, scale=scale), MIN_HEIGHT * scale) == text


def shown(*shapes: Shape) -> Colours:
    """The same in white with a black outline, cropped to it."""
    letters = 255 - drawn(*shapes)
    around = cv2.dilate(letters, np.ones((7, 7), np.uint8))
    rows, columns = np.flatnonzero(around.any(axis=1)), np.flatnonzero(around.any(axis=0))
    whole = np.dstack([letters, letters, letters, around])
    return np.asarray(whole[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], dtype=np.uint8)


def clip(colours: Colours, heights: Heights | None = None) -> Clip:
    box = Box(900, 900, 900 + colours.shape[1], 900 + colours.shape[0])
    part = Part(box, np.zeros(colours.shape[:2], np.uint8), colours)
    (spans,) = groups([Screen(0, 1000, (part,), 1920, 1080)])
    return clip_of(spans, heights or Heights(MIN_HEIGHT))


def test_a_dash_and_the_dots_behind_it_are_one_line() -> None:
    assert clip(shown(("-", 20), *THREE)).marks == ("- ...",)
    assert len(lines_of(darkened(shown(("-", 20), *THREE)))) == 2  # unless it is known how low lines are
    two = np.concatenate([lettered("one"), lettered("one")])
    assert len(clip(two).lines) == 2


def large(*shapes: Shape) -> Colours:
    """The same half as large again, as on discs with large letters."""
    colours = shown(*shapes)
    return np.asarray(cv2.resize(colours, None, fx=1.7, fy=1.7, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def test_how_large_marks_are_is_told_by_the_lines_before_them() -> None:
    marks, heights = large((",", 50)), Heights(MIN_HEIGHT)
    assert clip(marks).marks == ("",)  # as large as a letter, for all that is known
    for _ in range(3):
        clip(lettered("Happy", 2.4), heights)
    assert 70 < heights.usual < 90
    assert clip(marks, heights).marks == (",",)


def test_a_picture_knows_the_size_of_its_marks_by_its_other_lines() -> None:
    line, marks = lettered("Happy", 2.4), large(("-", 20), *THREE)
    width = max(line.shape[1], marks.shape[1])
    both = [np.pad(each, ((0, 30), (0, width - each.shape[1]), (0, 0))) for each in (line, marks)]
    assert clip(np.concatenate(both)).marks == ("", "- ...")
    assert clip(np.concatenate(both[::-1])).marks == ("- ...", "")


@pytest.mark.parametrize(
    ("shapes", "read", "cue"),
    [
        (THREE, "i", "..."),
        (THREE, "…", "…"),
        ([(",", 50)], "1", ","),
        ([(".", 50)], "", "."),
        ([("I", 50)], "I", "I"),
    ],
)
def test_what_an_engine_makes_of_dots_counts_for_nothing(
    shapes: Sequence[Shape], read: str, cue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Reader:
        def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
            return [[Line(read, box, 0.5) for box in each.lines] for each in clips]

        def close(self) -> None:
            pass

    monkeypatch.setattr("subextract.soft.reading.clips", lambda *_: iter([clip(shown(*shapes))]))
    monkeypatch.setattr("subextract.soft.reading.plane", lambda *_: (1920, 1080))
    track, video = Track(0, "image", "hdmv_pgs_subtitle"), Video("a", 1920, 1080)
    assert [each.text for _, cues in image_cues(video, track, Reader(), lambda _: None) for each in cues] == [cue]


def reading(text: str, score: float, *notes: float) -> Reading:
    letters = tuple(Letter(each, 17 + 30 * place, score) for place, each in enumerate(text))
    return Reading(letters, tuple(Letter("♪", 17, note) for note in notes))


@pytest.mark.parametrize(
    ("text", "score", "notes", "expected"),
    [
        ("J", 0.34, [0.26], "♪"),
        ("&", 0.5, [0.1], "♪"),
        ("♪∫", 0.4, [0.2], "♪♪"),
        ("J", 0.97, [0.26], "J"),
        ("J", 0.34, [], "J"),
        ("d", 0.5, [0.005], "d"),
    ],
)
def test_a_note_alone_is_told_by_what_is_nearly_read(
    text: str, score: float, notes: Sequence[float], expected: str
) -> None:
    assert with_notes(reading(text, score, *notes)).text == expected


def test_a_small_kana_and_a_question_mark_stand_on_one_line() -> None:
    paper = np.full((60, 140), 255, np.uint8)
    paper[27:49, 10:40] = 0  # え, whose upper stroke is a piece of its own
    paper[12:17, 18:30] = 0
    paper[28:48, 50:68] = 0  # っ, at the foot of the line
    paper[8:42, 86:90] = 0  # the hook of ？, and its dot
    paper[8:12, 80:90] = 0
    paper[45:49, 86:90] = 0
    assert len(lines_of(paper)) == 1
