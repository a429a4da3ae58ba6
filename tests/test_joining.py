"""Whether words that are shown one after the other become lines, and all else stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import starmap
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subextract import Options, cli, extract, load, stream
from subextract.errors import DecodeError, EngineError
from subextract.formats import by_name
from subextract.joining import joined
from subextract.pipeline import Extraction
from subextract.types import Batch, Box, Cue, Word
from tests.helpers.encoding import write
from tests.helpers.files import FIXTURES
from tests.helpers.painting import HEIGHT, WIDTH, Words, clouds, film, still

PLACE = Box(200, 320, 440, 344)


def shown(text: str, length: int = 200, start: int = 1000, gap: int = 0) -> list[Cue]:
    """The words of a text, one after the other."""
    words = text.split()
    return [
        Cue(start + number * (length + gap), start + number * (length + gap) + length, word, PLACE, 0.9)
        for number, word in enumerate(words)
    ]


def after(cues: Sequence[Cue], text: str, length: int = 200, gap: int = 0) -> list[Cue]:
    return [*cues, *shown(text, length, cues[-1].end + gap)]


def lines(cues: Sequence[Cue]) -> list[Cue]:
    return [cue for _, some in joined([Batch(0, cues)]) for cue in some]


def said(cues: Sequence[Cue]) -> list[tuple[int, int, str]]:
    return [(cue.start, cue.end, cue.text) for cue in lines(cues)]


def test_words_in_touch_are_one_line_that_keeps_their_times() -> None:
    first, second, third = shown("When I was")
    first, second = replace(first, box=Box(210, 318, 430, 346)), replace(second, score=0.7)
    assert lines([first, second, third]) == [
        Cue(
            1000,
            1600,
            "When I was",
            Box(200, 318, 440, 346),
            0.7,
            words=(Word(1000, 1200, "When"), Word(1200, 1400, "I"), Word(1400, 1600, "was")),
        )
    ]


def test_a_line_ends_where_a_sentence_or_a_question_does() -> None:
    found = said(shown("She left. Did he? No! Well… “Go home.” Then Dr. No came"))
    assert [text for _, _, text in found] == ["She left.", "Did he?", "No!", "Well…", "“Go home.”", "Then Dr. No came"]
    assert [text for _, _, text in said(shown("你好 。 我们 走 吧！ 他们 来 了"))] == [
        "你好。",
        "我们走吧！",
        "他们来了",
    ]


def test_a_line_ends_where_nothing_is_said_for_a_moment() -> None:
    found = said(after(after(shown("one two"), "three four", gap=250), "five six", gap=251))
    assert found == [(1000, 2050, "one two three four"), (2301, 2701, "five six")]


def test_a_line_ends_with_a_word_that_stays_until_the_speaker_goes_on() -> None:
    lingering = after(shown("When I was"), "studying,", 1200)
    assert said(after(lingering, "my mom told me", 300)) == [
        (1000, 2800, "When I was studying,"),
        (2800, 4000, "my mom told me"),
    ]
    assert said(after(shown("The end", 300), "Subscribe", 2501)) == [(1000, 1600, "The end"), (1600, 4101, "Subscribe")]


def test_a_line_has_no_more_than_forty_two_letters_and_the_last_two_are_about_as_long() -> None:
    found = lines(
        shown("so today I want to show you how this small machine can be taken apart without a tool and " * 2)
    )
    assert [cue.text for cue in found] == [
        "so today I want to show you how this small",
        "machine can be taken apart without a tool",
        "and so today I want to show you how this",
        "small machine can be taken",
        "apart without a tool and",
    ]
    assert max(len(cue.text) for cue in found) <= 42


def test_a_line_that_is_too_long_ends_rather_at_a_comma() -> None:
    text = "after all of that was over, nobody in the house said a word"
    assert [cue.text for cue in lines(shown(text))] == [
        "after all of that was over,",
        "nobody in the house said a word",
    ]


def test_chinese_words_are_joined_without_a_space_to_lines_of_eighteen() -> None:
    found = [cue.text for cue in lines(shown("今天 我们 来 看看 这个 小 机器 是 怎么 拆开 的 用 iPhone 拍 就 可以 了"))]
    assert found == ["今天我们来看看这个小机器是", "怎么拆开的用 iPhone 拍就可以了"]
    assert [cue.text for cue in lines(shown("오늘은 우리가 만든"))] == ["오늘은 우리가 만든"]
    assert [cue.text for cue in lines(shown("สวัสดี ตอน เย็น"))] == ["สวัสดีตอนเย็น"]


def test_captions_of_two_or_three_words_at_a_time_are_joined_as_well() -> None:
    texts = ("so today I'm", "gonna show you", "how to make this")
    cues = [Cue(700 * number, 700 * number + 700, text) for number, text in enumerate(texts)]
    assert said(cues[:2]) == [(0, 700, "so today I'm"), (700, 1400, "gonna show you")]  # may be two short sentences
    assert said([*cues[:2], Cue(1400, 2100, "how to make")]) == [(0, 2100, "so today I'm gonna show you how to make")]
    assert said(cues) == [*said(cues[:2]), (1400, 2100, "how to make this")]  # four words


ORDINARY = [
    [Cue(0, 900, "Wait"), Cue(900, 1800, "Not now"), Cue(1800, 2700, "Go home")],  # long enough to be read
    [Cue(0, 700, "Wait"), Cue(700, 2200, "Stop it now")],  # short, but not as a spoken word is
    [Cue(0, 400, "Wait"), Cue(400, 900, "Put it back over there")],
    [Cue(0, 400, "One\ntwo"), Cue(400, 800, "three")],
    [Cue(0, 300, "SALE"), Cue(400, 700, "SALE"), Cue(800, 1100, "SALE")],  # blinks
    [Cue(0, 400, "Wait", PLACE), Cue(400, 800, "here", PLACE.moved(0, -100))],
    [Cue(0, 400, "Wait", PLACE), Cue(400, 800, "here", PLACE.moved(300, 0))],
    [Cue(0, 400, "Wait", PLACE), Cue(400, 800, "here", Box(260, 302, 380, 362))],
    [Cue(0, 400, "Wait", PLACE), Cue(400, 800, "here")],
    [Cue(0, 400, "EXIT", PLACE, kind="sign"), Cue(400, 800, "HERE", PLACE, kind="sign")],
    [Cue(0, 400, "上", PLACE, vertical=True), Cue(400, 800, "下", PLACE, vertical=True)],
    [Cue(0, 40, "In", markup="0,Sign,,0,0,0,,In"), Cue(40, 80, "Inn", markup="0,Sign,,0,0,0,,Inn")],
    [Cue(0, 400, "Wait", styled="<i>Wait</i>"), Cue(400, 800, "here")],
    [Cue(0, 400, "Wait", language="en"), Cue(400, 800, "hier", language="de")],
    [Cue(0, 400, "Wait"), Cue(0, 400, "here"), Cue(100, 5000, "Over both"), Cue(5000, 5400, "end")],
]


@pytest.mark.parametrize("cues", ORDINARY)
def test_what_is_no_run_of_words_stays_as_it_is(cues: list[Cue]) -> None:
    assert lines(cues) == cues


@pytest.mark.parametrize("name", ["demo", "bilingual", "mixed", "ja10bit", "columns", "fade", "capitals"])
def test_a_video_without_such_captions_is_unchanged_to_the_byte(name: str) -> None:
    text = (FIXTURES / f"{name}.gt.srt").read_text("utf-8")
    assert by_name("srt").dumps(lines(by_name("srt").loads(text))) == text


def test_words_that_cross_fade_have_times_one_after_the_other() -> None:
    cues = [Cue(0, 300, "One", alternative="Ore"), Cue(260, 600, "by"), Cue(600, 900, "one")]
    (line,) = lines(cues)
    assert line.words == (Word(0, 260, "One"), Word(260, 600, "by"), Word(600, 900, "one"))
    assert (line.text, line.alternative) == ("One by one", "Ore by one")


def test_words_at_two_places_are_lines_of_their_own_in_order_of_start() -> None:
    low, high = shown("so this is low"), [replace(cue, box=PLACE.moved(0, -200)) for cue in shown("and that high", 310)]
    sign = Cue(1100, 9000, "A sign that stays for long", kind="sign")
    mixed = sorted([*low, *high, sign], key=lambda cue: cue.start)
    assert said(mixed) == [(1000, 1800, "so this is low"), (1000, 1930, "and that high"), (1100, 9000, sign.text)]


def test_a_line_is_handed_out_as_soon_as_it_is_certain_and_the_position_stays_before_one_that_is_not() -> None:
    first, second = shown("All is well."), shown("And then it ends", start=2000)
    found = joined(starmap(Batch[Cue], [(1600, first), (2100, second[:1]), (2250, second[1:2]), (3200, second[2:])]))
    told = [(position, [cue.text for cue in cues]) for position, cues in found]
    assert [each for each in told if each[1]] == [(1000, ["All is well."]), (3200, ["And then it ends"])]
    assert [position for position, _ in told] == [1000, 1000, 1000, 1600, *[2000] * 6, 3200, 3200]


def test_what_was_found_before_a_video_breaks_off_comes_before_the_error() -> None:
    def broken(error: Exception) -> Iterator[Batch[Cue]]:
        yield Batch(1200, shown("So it"))
        raise error

    found = joined(broken(DecodeError("It breaks off.")))
    texts: list[str] = []
    with pytest.raises(DecodeError):
        texts.extend(cue.text for _, cues in found for cue in cues)
    assert texts == ["So it"]
    lost = joined(broken(EngineError("It is gone.")))  # found again by the run that goes on
    with pytest.raises(EngineError):
        texts.extend(cue.text for _, cues in lost for cue in cues)
    assert texts == ["So it"]


TEXTS = st.sampled_from(
    (
        "I",
        "will",
        "be",
        "back.",
        "Well,",
        "我们",
        "走",
        "opportunities",
        "a b c",
        "this is an ordinary cue",
        "Two\nlines",
    )
)
PLACES = st.sampled_from((PLACE, PLACE, PLACE, PLACE.moved(0, -200)))


@st.composite
def films(draw: st.DrawFn) -> list[Cue]:
    """Cues in order of start as a merge hands them out, most of them words, none longer than the next but one."""
    cues: list[Cue] = []
    time = 0
    for _ in range(draw(st.integers(0, 40))):
        length = draw(st.sampled_from((80, 120, 200, 200, 300, 300, 700, 1200)))
        cues.append(Cue(time, time + length, draw(TEXTS), draw(PLACES)))
        time += max(1, length + draw(st.sampled_from((-100, -40, 0, 0, 0, 0, 0, 60, 200, 400))))
    return cues


@given(cues=films())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_run_that_is_stopped_and_goes_on_ends_with_the_same_lines(cues: list[Cue]) -> None:
    whole = lines(cues)
    assert [cue.start for cue in whole] == sorted(cue.start for cue in whole)
    words = [word.text for cue in whole for word in (cue.words or [Word(cue.start, cue.end, cue.text)])]
    assert sorted(words) == sorted(cue.text for cue in cues)
    kept: list[Cue] = []
    for position, some in joined(Batch(cue.start, [cue]) for cue in cues):
        kept += some
        before = [cue for cue in kept if cue.start < position]
        assert all(cue.end <= position for cue in before)
        rest = [replace(cue, start=max(cue.start, position)) for cue in cues if cue.end > position]
        assert before + lines(rest) == whole


@pytest.fixture
def captions(tmp_path: Path) -> Path:
    """A file of words, two of whose lines nobody would want."""
    cues = after(after(shown("When I was small, it never rained."), "Not once,", gap=400), "ever.", 1200)
    path = tmp_path / "words.srt"
    path.write_text(by_name("srt").dumps(after(cues, "Ordinary_subtitles_are_left_alone.", 1500)))
    return path


WHOLE = (
    "1\n00:00:01,000 --> 00:00:02,400\nWhen I was small, it never rained.\n\n"
    "2\n00:00:02,800 --> 00:00:04,400\nNot once, ever.\n\n"
    "3\n00:00:04,400 --> 00:00:05,900\nOrdinary_subtitles_are_left_alone.\n\n"
)


def test_a_track_of_words_becomes_lines_in_every_format(captions: Path) -> None:
    assert (
        cli.main([str(captions), "--join-words", "-o", str(captions.parent / "out"), "--format", "srt,json,txt"]) == 0
    )
    out = captions.parent / "out"
    assert (out / "words.srt").read_text("utf-8") == WHOLE
    assert (out / "words.txt").read_text("utf-8").startswith("When I was small, it never rained.\n\nNot once, ever.\n")
    assert load(out / "words.json") == extract(captions, Options(join_words=True))
    assert json.loads((out / "words.json").read_text("utf-8"))["cues"][1]["words"] == [
        {"start": 2800, "end": 3000, "text": "Not"},
        {"start": 3000, "end": 3200, "text": "once,"},
        {"start": 3200, "end": 4400, "text": "ever."},
    ]


def test_a_part_of_a_video_has_only_the_words_in_it(captions: Path) -> None:
    found = extract(captions, Options(join_words=True, start=1300, end=3500))
    assert [(cue.start, cue.end, cue.text) for cue in found] == [
        (1300, 2400, "I was small, it never rained."),
        (2800, 3500, "Not once, ever."),
    ]


@pytest.mark.parametrize("taken", [0, 1, 2, 3])
def test_an_extraction_that_is_closed_goes_on_before_the_next_line(captions: Path, taken: int) -> None:
    options = Options(join_words=True)
    whole = extract(captions, options)
    with stream(captions, options) as extraction:
        kept = [next(extraction) for _ in range(taken)]
        position = extraction.position
    rest = extract(captions, options.model_copy(update={"start": position}))
    assert [cue for cue in kept if cue.start < position] + rest == whole


BURNED = "Back at the old house. Nobody ever asked why"


@pytest.fixture
def burned(tmp_path: Path) -> Path:
    """A video that shows each word for seven frames."""
    words = [Words(word, 6 + 7 * number, 13 + 7 * number) for number, word in enumerate(BURNED.split())]
    frames = film(*words, count=6 + 7 * len(words) + 12, background=still(clouds(3, WIDTH, 2 * HEIGHT)), grain=0.5)
    pictures = [
        av.VideoFrame.from_ndarray(np.ascontiguousarray(frame.luma), "gray").reformat(format="yuv420p")
        for frame in frames
    ]
    return write(tmp_path / "words.mp4", pictures, base=Fraction(1, 24), qp="18")


def test_burned_in_words_become_lines_and_a_run_that_was_stopped_after_the_first_ends_with_the_same(
    burned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subextract.burned.STILLS", 8)  # enough for four seconds
    options = Options(join_words=True)
    with stream(burned, options) as extraction:
        whole = list(extraction)
        assert extraction.position == extraction.video.duration
    first, second = whole
    assert (first.start, first.end, first.text) == (250, 1708, "Back at the old house.")
    assert (second.start, second.end, second.text) == (1708, 2875, "Nobody ever asked why")
    assert [(word.start, word.text) for word in second.words] == [
        (1708, "Nobody"),
        (2000, "ever"),
        (2291, "asked"),
        (2583, "why"),
    ]
    with stream(burned, options) as extraction:
        next(extraction)
        past = extraction.past()
    with Extraction(burned, options, past=past) as again:
        for _ in again.steps():
            pass
        rest = again.likely()
    assert [(cue.start, cue.end, cue.text, cue.words) for cue in rest] == [
        (cue.start, cue.end, cue.text, cue.words) for cue in whole
    ]
