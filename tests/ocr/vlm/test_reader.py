"""Whether a vision-language model reads lines and no phantoms, whatever it answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from subextract.formats import by_name
from subextract.merge import merge
from subextract.ocr.cascade import CascadeReader
from subextract.ocr.vlm.answers import max_tokens
from subextract.ocr.vlm.profiles import CHANDRA, HUNYUAN, Profile
from subextract.ocr.vlm.protocol import Answer, Question
from subextract.ocr.vlm.reader import SLIMMEST, VlmReader, not_too_slim
from subextract.types import Batch, Box, Clip, Cue, Line

SCREEN = Box(100, 600, 580, 720)
BOXES = (Box(40, 10, 440, 50), Box(90, 60, 390, 100))
PLACES = tuple(box.moved(100, 600) for box in BOXES)
CLIP = Clip(1000, 2000, np.zeros((120, 480, 3), np.uint8), SCREEN, BOXES)


class Scripted:
    """A model that says one answer after the other and keeps the questions."""

    name = "scripted"
    batch = 8

    def __init__(self, *answers: Answer | str) -> None:
        self.asked: list[Question] = []
        self.closed = 0
        self._answers = [Answer(each, 0.99) if isinstance(each, str) else each for each in answers]

    def answers(self, questions: Sequence[Question]) -> list[Answer]:
        self.asked += questions
        return [self._answers.pop(0) for _ in questions]

    def close(self) -> None:
        self.closed += 1


class Second:
    """A reader that sees the same in each clip."""

    def __init__(self, *seen: tuple[str, float | None]) -> None:
        self._seen = seen
        self.closed = 0

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        return [
            [
                Line(text, box.moved(clip.box.left, clip.box.top), score)
                for box, (text, score) in zip(clip.lines, self._seen, strict=True)
            ]
            for clip in clips
        ]

    def close(self) -> None:
        self.closed += 1


def read(model: Scripted, second: Second, *, profile: Profile = HUNYUAN, compare: bool = True) -> list[Line]:
    (lines,) = VlmReader(model, profile, second, compare=compare).read([CLIP])
    return lines


SEEN = Second(("Where were you", 0.98), ("last night?", 0.97))


def test_each_box_is_a_question_with_its_own_picture_and_limit() -> None:
    model = Scripted("Where were you", "last night?")
    assert read(model, SEEN) == [Line("Where were you", PLACES[0], 0.99), Line("last night?", PLACES[1], 0.99)]
    assert [each.picture.shape for each in model.asked] == [(40, 400, 3), (40, 300, 3)]
    assert [each.prompt for each in model.asked] == ["提取图片中的字幕。"] * 2
    assert [each.max_tokens for each in model.asked] == [max_tokens(box) for box in BOXES]


def test_a_clip_in_which_nothing_was_detected_is_not_shown_to_the_model() -> None:
    empty = Clip(0, 1000, CLIP.image, SCREEN)
    assert VlmReader(Scripted(), HUNYUAN, Second()).read([empty]) == [[]]


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        Answer("Where were", 0.9, ended=False),
        "Where were you last night? " * 3,
        "The image does not contain any text.",
        "Where were you you you you you",
    ],
    ids=["empty", "not ended", "too long", "refusal", "loop"],
)
def test_what_cannot_be_right_is_asked_again_on_a_larger_crop(wrong: Answer | str) -> None:
    model = Scripted(wrong, "last night?", "Where were you")
    assert [line.text for line in read(model, SEEN)] == ["Where were you", "last night?"]
    assert model.asked[2].picture.shape == (70, 440, 3)


def test_without_any_answer_that_can_be_right_the_second_reader_s_line_is_kept_and_less_sure() -> None:
    lines = read(Scripted("", "last night?", ""), SEEN)
    assert lines[0] == Line("Where were you", PLACES[0], lines[0].score)
    assert lines[0].score == pytest.approx(0.7 * 0.98)


def test_a_second_reader_that_does_not_know_the_script_neither_counts_nor_fills_in() -> None:
    garbled = Second(("rne 6bi Tbi", 0.9), ("Bqepa", 0.9))
    lines = read(Scripted("Где ты был", "", ""), garbled, compare=False)
    assert lines == [Line("Где ты был", PLACES[0], 0.99), Line("", PLACES[1])]


def test_where_the_readers_do_not_agree_the_line_is_less_sure_and_says_so() -> None:
    lines = read(Scripted("Where were you", "last light?"), SEEN)
    assert (lines[0].alternative, lines[1].alternative) == (None, "last night?")
    assert lines[1].score == pytest.approx(0.99 * (1 - 0.3 * (1 - 8 / 9) * 0.97))


def test_spaces_and_quotes_are_no_disagreement() -> None:
    (line, _) = read(Scripted("Where's “he”", "last night?"), Second(('Where\' s "he"', 0.6), ("last night?", 0.97)))
    assert line == Line("Where's “he”", PLACES[0], 0.99)


def test_an_unsure_second_reader_hardly_counts() -> None:
    lines = read(Scripted("안녕하세요", "last night?"), Second(("CH6I", 0.2), ("last night?", 0.97)))
    assert lines[0] == Line("안녕하세요", PLACES[0], lines[0].score, "CH6I")
    assert lines[0].score == pytest.approx(0.99 * (1 - 0.3 * 0.2))


def test_a_disagreement_is_listed_in_json_and_read_back() -> None:
    lines = read(Scripted("Where were you", "last light?"), SEEN)
    (cue,) = (cue for _, cues in merge([Batch(3000, [(CLIP, lines)])]) for cue in cues)
    assert cue == Cue(
        1000,
        2000,
        "Where were you\nlast light?",
        Box(140, 610, 540, 700),
        cue.score,
        alternative="Where were you\nlast night?",
    )
    text = by_name("json").dumps([cue, Cue(3000, 4000, "Agreed.")])
    assert '"alternative": "Where were you\\nlast night?"' in text
    assert text.count("alternative") == 1
    assert by_name("json").loads(text)[0] == cue


def test_tags_go_and_the_profile_s_prompt_is_used() -> None:
    model = Scripted("<p>Where were you</p>", "<p>last night?</p>")
    assert [line.text for line in read(model, SEEN, profile=CHANDRA)] == ["Where were you", "last night?"]
    assert model.asked[0].prompt.startswith("OCR this image to HTML.\n\nOnly use these tags ['math', 'br'")


def test_closing_closes_both() -> None:
    model, second = Scripted(), Second()
    VlmReader(model, HUNYUAN, second).close()
    assert (model.closed, second.closed) == (1, 1)


def test_a_picture_that_is_too_slim_is_continued_at_its_edges() -> None:
    for shape in ((4, 2000, 3), (2000, 4, 3)):
        picture = not_too_slim(np.full(shape, 7, np.uint8))
        assert max(picture.shape[:2]) / min(picture.shape[:2]) <= SLIMMEST
        assert np.unique(picture).tolist() == [7]
    assert not_too_slim(CLIP.image) is CLIP.image


# --- cascade -----------------------------------------------------------------------------------------------------


def test_a_cascade_asks_the_model_only_where_the_quick_reader_is_not_sure() -> None:
    model, quick = Scripted("last night?"), Second(("Where were you", 0.98), ("lost nlght?", 0.7))
    (lines,) = CascadeReader(quick, VlmReader(model, HUNYUAN, quick)).read([CLIP])
    assert lines[0] == Line("Where were you", PLACES[0], 0.98)
    assert (lines[1].text, lines[1].alternative) == ("last night?", "lost nlght?")
    assert len(model.asked) == 1


def test_a_cascade_asks_nothing_where_all_is_sure() -> None:
    model = Scripted()
    (lines,) = CascadeReader(SEEN, VlmReader(model, HUNYUAN, SEEN)).read([CLIP])
    assert [line.text for line in lines] == ["Where were you", "last night?"]
    assert model.asked == []
