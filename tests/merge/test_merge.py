"""Whether readings become one cue per appearance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subextract.merge import Reading, merge
from subextract.types import Batch, Box, Clip, Cue, Evidence, Line

PICTURE = np.zeros((4, 4, 3), np.uint8)
LOW, HIGH = Box(200, 320, 440, 344), Box(200, 290, 440, 314)
TOP = Box(200, 20, 440, 44)


def reading(start: int, end: int, *texts: str, score: float | None = 0.98, box: Box = LOW) -> Reading:
    """A clip with its lines from top to bottom, the lowest at ``box``."""
    boxes = [box.moved(0, -30 * (len(texts) - 1 - number)) for number in range(len(texts))]
    lines = [Line(text, place, score) for text, place in zip(texts, boxes, strict=True)]
    return Clip(start, end, PICTURE, Box(0, 260, 640, 360), tuple(boxes)), lines


def merged(*readings: Reading) -> list[Cue]:
    """All cues of readings that come one by one, each with the time of its start as what is known."""
    found = [Batch(clip.start, [(clip, lines)]) for clip, lines in readings]
    return [cue for _, cues in merge([*found, Batch(10**6, [])]) for cue in cues]


def said(*readings: Reading) -> list[tuple[int, int, str]]:
    return [(cue.start, cue.end, cue.text) for cue in merged(*readings)]


def test_one_reading_is_one_cue_with_its_box_and_its_least_score() -> None:
    clip, (upper, lower) = reading(1000, 2500, " Here we are. ", "At last!")
    lines = [upper, Line(lower.text, lower.box, 0.91)]
    assert merged((clip, lines)) == [
        Cue(1000, 2500, "Here we are.\nAt last!", Box(200, 290, 440, 344), 0.91),
    ]


def test_a_reader_without_scores_and_boxes_makes_a_cue_without_a_score() -> None:
    clip, _ = reading(1000, 2500, "Hello.")
    (cue,) = merged((clip, [Line("Hello.")]))
    assert (cue.start, cue.end, cue.text, cue.score) == (1000, 2500, "Hello.", None)


def test_a_line_that_nobody_reads_gives_its_time_and_place_and_no_letter() -> None:
    clip, (upper, lower) = reading(1000, 2500, "가나다", "Where is he?")
    unread = replace(upper, score=None, unread="Kore")
    assert merged((clip, [unread, lower])) == [
        Cue(1000, 2500, "Where is he?", Box(200, 290, 440, 344), 0.98, unread="Kore")
    ]
    alone, (line,) = reading(1000, 2500, "가나다")
    again, _ = reading(2550, 3000, "가나다")
    line = replace(line, score=None, unread="Kore")
    assert merged((alone, [line]), (again, [line])) == [Cue(1000, 3000, "", LOW, unread="Kore")]


def test_lines_of_regions_in_different_languages_are_cues_of_their_own() -> None:
    both = reading(1000, 2500, "Wo ist er?", "Where is he?")
    later = reading(2500, 3000, "Where is he?")
    found = [Batch(0, [both]), Batch(10**6, [later]), Batch[Reading](10**6, [])]
    cues = [cue for _, cues in merge(found, lambda box: "de" if box.top < 310 else "en") for cue in cues]
    assert [(cue.start, cue.end, cue.text, cue.language) for cue in cues] == [
        (1000, 2500, "Wo ist er?", "de"),
        (1000, 3000, "Where is he?", "en"),
    ]


def test_equal_text_that_touches_is_one_cue() -> None:
    parts = [reading(1000, 2000, "We stay."), reading(2000, 3000, "We stay."), reading(3080, 4000, "We stay.")]
    assert said(*parts) == [(1000, 4000, "We stay.")]


def test_a_white_flash_does_not_part_a_cue() -> None:
    assert said(reading(1000, 2083, "Thunder!"), reading(2125, 4167, "Thunder!")) == [(1000, 4167, "Thunder!")]


def test_the_same_text_after_a_gap_is_another_cue() -> None:
    assert said(reading(1000, 2000, "No."), reading(2250, 3000, "No.")) == [(1000, 2000, "No."), (2250, 3000, "No.")]


def test_one_other_letter_that_is_read_surely_is_another_cue() -> None:
    parts = [reading(1000, 2000, "The cat is gone.", score=0.99), reading(2000, 3000, "The rat is gone.", score=0.98)]
    assert said(*parts) == [(1000, 2000, "The cat is gone."), (2000, 3000, "The rat is gone.")]


@pytest.mark.parametrize("scores", [(0.97, 0.71), (0.71, 0.97)])
def test_of_two_readings_that_differ_and_are_not_both_sure_the_better_wins(scores: tuple[float, float]) -> None:
    texts = (
        ("The cat is gone.", "The caf is gone.") if scores[0] > scores[1] else ("The caf is gone.", "The cat is gone.")
    )
    first = reading(1000, 2000, texts[0], score=scores[0])
    second = reading(2000, 3000, texts[1], score=scores[1])
    assert merged(first, second) == [Cue(1000, 3000, "The cat is gone.", LOW, 0.97)]


def test_readings_that_differ_much_stay_two_cues_however_unsure() -> None:
    parts = [reading(1000, 2000, "I saw him there.", score=0.8), reading(2000, 3000, "I saw her again.", score=0.8)]
    assert said(*parts) == [(1000, 2000, "I saw him there."), (2000, 3000, "I saw her again.")]


def test_other_marks_spaces_and_capitals_are_no_other_text() -> None:
    parts = [reading(1000, 2000, "Dont go!", score=0.96), reading(2000, 3000, "Don't go!", score=0.99)]
    assert said(*parts) == [(1000, 3000, "Don't go!")]


def test_a_line_that_loses_a_mark_for_a_moment_is_one_cue() -> None:
    texts = ["Mi abuela vivía aquí", "Mi abuela vivia aquí", "Mi abuela vivía aquí"]
    parts = [reading(1000 * start, 1000 * start + 1000, text, score=0.99) for start, text in enumerate(texts, 1)]
    assert said(*parts) == [(1000, 4000, "Mi abuela vivía aquí")]
    words = [reading(1000, 2000, "Sí", score=0.99), reading(2000, 3000, "Si", score=0.99)]
    assert said(*words) == [(1000, 2000, "Sí"), (2000, 3000, "Si")]
    kana = [
        reading(1000, 2000, "かれはがくせいです", score=0.99),
        reading(2000, 3000, "かれはかくせいです", score=0.99),
    ]
    assert len(said(*kana)) == 2


def test_a_text_that_is_written_letter_by_letter_is_one_cue_with_the_whole_text() -> None:
    whole = "Chapter one: the road"
    parts = [
        reading(
            1000 + 100 * number, 1100 + 100 * number, whole[: 3 + 3 * number], box=Box(200, 320, 230 + 35 * number, 344)
        )
        for number in range(6)
    ]
    parts.append(reading(1600, 4000, whole))
    assert merged(*parts) == [Cue(1000, 4000, whole, LOW, 0.98)]


def test_a_text_that_grows_word_by_word_is_one_cue_with_the_whole_text() -> None:
    parts = [
        reading(1000, 1500, "I", box=Box(200, 320, 220, 344)),
        reading(1500, 2000, "I will", box=Box(200, 320, 280, 344)),
        reading(2000, 2500, "I will be", box=Box(200, 320, 330, 344)),
        reading(2500, 4000, "I will be back."),
    ]
    assert said(*parts) == [(1000, 4000, "I will be back.")]


def test_a_letter_that_was_read_half_written_does_not_stop_the_growth() -> None:
    parts = [reading(1000, 1500, "Good mc", score=0.7), reading(1500, 4000, "Good morning, all of you.")]
    assert said(*parts) == [(1000, 4000, "Good morning, all of you.")]


@pytest.mark.parametrize(
    ("short", "long"), [("No.", "Never mind all that."), ("Oh?", "Of course it is."), ("So", "Sit down.")]
)
def test_a_short_line_is_not_taken_for_the_start_of_the_next_one(short: str, long: str) -> None:
    parts = [reading(1000, 2000, short, box=Box(300, 320, 340, 344)), reading(2000, 3500, long)]
    assert said(*parts) == [(1000, 2000, short), (2000, 3500, long)]


def test_two_lines_that_are_written_one_after_the_other_become_one_cue() -> None:
    parts = [
        reading(1000, 1500, "Two roads", box=HIGH),
        reading(1500, 4000, "Two roads diverged", box=HIGH),
        reading(2000, 2500, "in a"),
        reading(2500, 4000, "in a yellow wood"),
    ]
    assert merged(*parts) == [Cue(1000, 4000, "Two roads diverged\nin a yellow wood", LOW.union(HIGH), 0.98)]


def test_lines_of_two_speakers_that_come_one_after_the_other_stay_two_cues() -> None:
    parts = [reading(1000, 4000, "- Who is it?", box=HIGH), reading(2000, 4000, "- Me.")]
    assert said(*parts) == [(1000, 4000, "- Who is it?"), (2000, 4000, "- Me.")]


def test_the_same_text_on_another_row_is_another_cue() -> None:
    parts = [reading(1000, 2000, "Listen!", box=TOP), reading(2000, 3000, "Listen!")]
    assert said(*parts) == [(1000, 2000, "Listen!"), (2000, 3000, "Listen!")]


@pytest.mark.parametrize(
    ("text", "score", "kept"),
    [
        ("Go on.", 0.75, True),
        ("Go on.", 0.4, False),
        ("h", 0.6, True),
        ("Go on.", None, True),
        ("— ...", 0.99, False),
        ("", None, False),
    ],
)
def test_what_is_no_text_or_not_sure_enough_is_left_out(text: str, score: float | None, kept: bool) -> None:
    assert said(reading(1000, 2000, text, score=score)) == ([(1000, 2000, text)] if kept else [])


def test_a_line_that_is_noise_is_dropped_and_the_other_is_kept() -> None:
    clip, (noise, line) = reading(1000, 2000, "~;il", "Go on.")
    assert merged((clip, [Line(noise.text, noise.box, 0.3), line])) == [Cue(1000, 2000, "Go on.", LOW, 0.98)]


def test_a_cue_is_handed_out_as_soon_as_nothing_can_join_it() -> None:
    answers = merge(
        [
            Batch(900, [reading(1000, 2000, "First.")]),
            Batch(2100, []),
            Batch(2200, []),
            Batch(3000, [reading(3000, 4000, "Second.")]),
        ]
    )
    handed = [(known, [cue.text for cue in cues]) for known, cues in answers]
    assert handed == [(900, []), (1000, []), (2200, ["First."]), (3000, []), (3000, ["Second."])]


def test_lines_of_one_picture_are_one_cue_though_their_boxes_overlap() -> None:
    clip, _ = reading(1000, 2000, "Upper", "lower")
    upper, lower = Box(174, 275, 449, 326), Box(188, 306, 452, 339)
    assert said((clip, [Line("Upper", upper, 0.96), Line("lower", lower, 0.98)])) == [(1000, 2000, "Upper\nlower")]


def test_a_line_that_the_next_one_pushes_up_is_one_cue() -> None:
    parts = [reading(1000, 2000, "It began in May."), reading(2000, 4000, "It began in May.", "Nobody knew yet.")]
    assert said(*parts) == [(1000, 4000, "It began in May."), (2000, 4000, "Nobody knew yet.")]


def test_nothing_read_is_no_cue() -> None:
    assert merged() == []


TEXTS = st.sampled_from(["Go", "Go on", "Go on then", "Go in then", "No", "Never mind", "...", ""])
PLACES = st.sampled_from([LOW, HIGH, TOP])
SCORES = st.sampled_from([0.3, 0.7, 0.93, 0.97, None])


@st.composite
def streams(draw: st.DrawFn) -> list[Batch[Reading]]:
    """Random readings in order of start, in batches that know of nothing that starts before their end."""
    found: list[Batch[Reading]] = []
    time = 0
    for size in draw(st.lists(st.integers(0, 3), max_size=5)):
        batch = []
        for _ in range(size):
            time += draw(st.integers(0, 400))
            end = time + draw(st.integers(120, 400))
            batch.append(reading(time, end, draw(TEXTS), score=draw(SCORES), box=draw(PLACES)))
        time += draw(st.integers(0, 400))
        found.append(Batch(time, batch))
    return found


def times(cues: Sequence[Cue]) -> set[int]:
    """The milliseconds at which something is said."""
    return {time for cue in cues for time in range(cue.start, cue.end)}


@given(streams())
def test_cues_come_in_order_none_before_a_time_that_was_passed_and_nothing_is_lost(
    found: list[Batch[Reading]],
) -> None:
    handed: list[Cue] = []
    passed = 0
    for known, cues in merge(found):
        assert known >= passed
        assert [cue for cue in cues if cue.start < passed] == []
        handed += cues
        passed = known
    alone = [cue for _, batch in found for one in batch for cue in merged(one)]
    assert [cue.start for cue in handed] == sorted(cue.start for cue in handed)
    assert {cue.start for cue in handed} <= {cue.start for cue in alone}
    assert {cue.end for cue in handed} <= {cue.end for cue in alone}
    assert times(handed) >= times(alone)


@given(streams())
def test_the_cues_do_not_depend_on_how_the_readings_are_batched(found: list[Batch[Reading]]) -> None:
    together = [one for _, batch in found for one in batch]
    bit_by_bit = [cue for _, cues in merge(found) for cue in cues]
    assert bit_by_bit == [cue for _, cues in merge([Batch(10**6, together)]) for cue in cues]


def test_a_flash_is_no_cue_but_counts_where_it_is_the_rest_of_one() -> None:
    assert said(reading(1000, 1083, "Go on.")) == []
    assert said(reading(1000, 2000, "Go on."), reading(2000, 2083, "Go on.")) == [(1000, 2083, "Go on.")]


def sign(start: int, end: int, text: str, *, score: float = 0.9, box: Box = LOW, kind: str = "sign") -> Reading:
    return Clip(start, end, PICTURE, box, (box,), kind=kind), [Line(text, box, score)]


def test_a_sign_that_was_hidden_and_moved_is_one_cue_and_keeps_its_kind() -> None:
    first, again = sign(1000, 3000, "BAKERY", box=TOP), sign(4500, 6000, "BAKERY", box=HIGH, score=0.8)
    assert merged(first, again) == [Cue(1000, 6000, "BAKERY", TOP, 0.9, kind="sign")]


def test_a_sign_never_joins_a_subtitle_nor_text_of_another_kind() -> None:
    found = [reading(1000, 3000, "BAKERY", box=LOW), sign(1000, 3000, "BAKERY", box=LOW.moved(0, -30))]
    found.append(sign(1000, 3000, "BAKERY", box=HIGH, kind="credits"))
    assert [(cue.text, cue.kind) for cue in merged(*found)] == [
        ("BAKERY", "sign"),
        ("BAKERY", "credits"),
        ("BAKERY", None),
    ]


def test_a_sign_needs_a_surer_reading_than_a_subtitle() -> None:
    assert merged(sign(1000, 3000, "BAKERY", score=0.65)) == []
    assert said(sign(1000, 3000, "BAKERY", score=0.75)) == [(1000, 3000, "BAKERY")]
    assert said(reading(1000, 3000, "BAKERY", score=0.65)) == [(1000, 3000, "BAKERY")]


def test_letters_that_are_added_for_less_than_the_briefest_line_are_something_that_goes_by() -> None:
    whole = reading(1000, 3000, "I never said that.", score=0.99)
    added, other = "I neverl said tihat.", "I never sang that."
    assert said(whole, reading(3000, 3300, added, score=0.99)) == [(1000, 3300, "I never said that.")]
    assert len(said(whole, reading(3000, 3400, added, score=0.99))) == 2
    assert len(said(whole, reading(3000, 3300, other, score=0.99))) == 2


def test_a_sign_of_one_letter_that_does_not_fill_its_box_is_a_shape_unless_it_is_certain() -> None:
    narrow = Box(300, 320, 340, 344)
    assert said(sign(1000, 2000, "h", score=0.9)) == []
    assert said(sign(1000, 2000, "h", score=0.98)) == [(1000, 2000, "h")]
    assert said(sign(1000, 2000, "h", score=0.9, box=narrow)) == []
    assert said(sign(1000, 2000, "喂？", score=0.9, box=narrow)) == [(1000, 2000, "喂？")]
    assert said(sign(1000, 2000, "喂？", score=0.9)) == []


def test_a_letter_that_a_short_and_unsure_reading_adds_is_a_shape_beside_the_line() -> None:
    whole, more = reading(1000, 2900, "And so it goes"), reading(2900, 3000, "And so it goesnl", score=0.8)
    assert said(whole, more) == [(1000, 3000, "And so it goes")]


@pytest.mark.parametrize(("rest", "cues"), [("said that before.", 1), ("re.", 2)])
def test_the_end_of_a_text_that_shows_on_after_its_beginning_is_lost_is_no_other_cue(rest: str, cues: int) -> None:
    whole = reading(1000, 2000, "I never said that before.")
    ending = reading(2000, 3000, rest, box=LOW._replace(left=320))
    assert len(said(whole, ending)) == cues


def test_a_lone_letter_needs_more_than_a_blink() -> None:
    assert said(reading(1000, 1200, "I")) == []
    assert said(reading(1000, 1200, "No")) == [(1000, 1200, "No")]
    assert said(reading(1000, 1400, "I")) == [(1000, 1400, "I")]


@pytest.mark.parametrize(
    ("text", "score", "stay", "kept"),
    [("来", 0.99, 300, True), ("来", 0.99, 250, False), ("来", 0.9, 300, False), ("I", 0.99, 300, False)],
)
def test_a_lone_character_that_is_read_surely_may_be_brief(text: str, score: float, stay: int, kept: bool) -> None:
    found = reading(1000, 1000 + stay, text, score=score, box=Box(300, 320, 326, 344))
    assert said(found) == [(1000, 1000 + stay, text)] * kept


def word(start: int, end: int, text: str, *, brief: bool = True, fresh: bool = False) -> Reading:
    """One of the words that somebody speaks."""
    clip, lines = reading(start, end, text)
    return replace(clip, evidence=(Evidence(start, end, LOW, brief=brief, fresh=fresh),)), lines


def test_a_brief_word_stays_for_as_long_as_it_likes_and_a_flash_does_not() -> None:
    assert said(word(1000, 1067, "a")) == [(1000, 1067, "a")]
    assert said(word(1000, 1067, "a", brief=False)) == []


def test_equal_words_with_a_clear_place_between_them_are_two_cues() -> None:
    assert said(word(1000, 1200, "Go!"), word(1267, 1400, "Go!", fresh=True)) == [
        (1000, 1200, "Go!"),
        (1267, 1400, "Go!"),
    ]
    assert said(word(1000, 1200, "Go!"), word(1267, 1400, "Go!")) == [(1000, 1400, "Go!")]


def test_a_word_is_fresh_once_whatever_joins_it_afterwards() -> None:
    parts = [word(1000, 1200, "Go!"), word(1267, 1400, "Go!", fresh=True), word(1400, 1500, "Go!")]
    assert said(*parts) == [(1000, 1200, "Go!"), (1267, 1500, "Go!")]


def test_spoken_words_that_are_alike_are_no_readings_of_one() -> None:
    one, other = word(1000, 1200, "where"), word(1200, 1400, "were")
    doubtful = [(clip, [Line(line.text, line.box, 0.9) for line in lines]) for clip, lines in (one, other)]
    assert said(*doubtful) == [(1000, 1200, "where"), (1200, 1400, "were")]


@pytest.mark.parametrize(
    ("upper", "lower", "cues"),
    [
        ((1000, 4200), (1080, 4000), 1),
        ((8535, 9433), (8766, 9400), 1),
        ((1000, 2000), (1250, 2250), 2),
        ((1000, 1500), (1250, 1520), 2),
        ((1000, 3000), (1400, 3000), 2),
    ],
    ids=["a slow fade", "a fast one over another text", "in turn", "half of it", "an answer that comes later"],
)
def test_lines_that_fade_with_one_another_are_of_one_cue(
    upper: tuple[int, int], lower: tuple[int, int], cues: int
) -> None:
    assert len(said(reading(*upper, "You cannot be", box=HIGH), reading(*lower, "serious!"))) == cues


@pytest.mark.parametrize(
    ("text", "stay", "kept"),
    [
        ("How many of them are there?", 100, False),  # part of a ticker that runs through
        ("How many of them are there?", 400, True),
        ("unbelievably", 100, True),  # a word that is spoken
        ("你到底在说什么呀", 130, False),
        ("你到底在说什么呀", 400, True),
    ],
)
def test_what_nobody_can_read_in_its_time_is_no_cue(text: str, stay: int, kept: bool) -> None:
    assert said(word(1000, 1000 + stay, text)) == ([(1000, 1000 + stay, text)] if kept else [])


def test_what_is_left_of_a_line_for_a_moment_belongs_to_it_and_is_no_word_of_its_own() -> None:
    parts = word(1000, 2000, "That'll be $12, please."), word(2000, 2100, "That'Il be $12, please.")
    clip, (line,) = parts[1]
    assert said(parts[0], (clip, [replace(line, score=0.9)])) == [(1000, 2100, "That'll be $12, please.")]


def test_what_is_seen_of_a_line_without_its_ends_is_the_line() -> None:
    whole, part = "Illness isn't the worst of it.", "ss isn't the worst of"
    inside = LOW._replace(left=252, right=396)
    parts = [reading(1000, 1220, whole), reading(1220, 1520, part, box=inside), reading(1520, 2060, whole)]
    assert said(*parts) == [(1000, 2060, whole)]
    assert said(parts[1], parts[2]) == [(1220, 2060, whole)]


def test_words_of_a_line_that_are_said_again_at_another_place_are_a_cue() -> None:
    whole, again = "Illness isn't the worst of it.", "the worst of"
    parts = [reading(1000, 2000, whole), reading(2000, 3000, again, box=LOW._replace(left=270, right=370))]
    assert said(*parts) == [(1000, 2000, whole), (2000, 3000, again)]
