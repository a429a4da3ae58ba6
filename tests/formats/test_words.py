"""Whether the times of words go from one format to another, and their text is read by those that have none."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subextract.errors import InputError
from subextract.formats import ass, by_name, vtt
from subextract.formats import json as json_format
from subextract.types import Box, Cue, Video, Word
from tests.helpers.strict_vtt import read_strictly
from tests.helpers.texts import ODD_TEXTS, SCRIPTS

LINE = Cue(
    1_000,
    2_007,
    "I will <be> back.",
    words=(
        Word(1_000, 1_203, "I"),
        Word(1_203, 1_400, "will"),
        Word(1_450, 1_800, "<be>"),
        Word(1_800, 2_007, "back."),
    ),
)
TIME = re.compile(r"<\d+:")
LENGTH = re.compile(r"\{\\k(\d+)\}")


def events(text: str) -> list[str]:
    return [line.split(",", 9)[-1] for line in text.splitlines() if line.startswith("Dialogue:")]


def test_webvtt_says_when_each_word_begins_and_when_there_is_a_pause() -> None:
    text = vtt.dumps([LINE])
    assert text == (
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.007\n"
        "I <00:00:01.203>will<00:00:01.400> <00:00:01.450>&lt;be&gt; <00:00:01.800>back.\n"
    )
    assert vtt.loads(text) == [LINE]
    assert [(cue.start, cue.end, cue.text) for cue, _ in read_strictly(text)] == [(1_000, 2_007, LINE.text)]


def test_ass_says_how_long_each_word_and_each_pause_is_and_shows_what_is_to_come_in_grey() -> None:
    text = ass.dumps([LINE])
    assert events(text) == [r"{\k20}I {\k20}will{\k5} {\k35}<be> {\k20}back."]
    assert "Style: Default,Arial,60,&H00FFFFFF,&H00A0A0A0," in text
    rounded = (
        Word(1_000, 1_200, "I"),
        Word(1_200, 1_400, "will"),
        Word(1_450, 1_800, "<be>"),
        Word(1_800, 2_000, "back."),
    )
    assert ass.loads(text) == [replace(LINE, end=2_000, words=rounded)]


def test_ass_says_the_place_before_the_words() -> None:
    (event,) = events(ass.dumps([replace(LINE, box=Box(200, 10, 440, 40))], Video("film.mp4", 640, 360)))
    assert event == r"{\an8\pos(320,10)}{\k20}I {\k20}will{\k5} {\k35}<be> {\k20}back."


def test_json_lists_the_words_of_cues_that_have_them() -> None:
    text = json_format.dumps([LINE, Cue(3_000, 4_000, "bare")])
    first, second = json.loads(text)["cues"]
    assert first["words"][2] == {"start": 1_450, "end": 1_800, "text": "<be>"}
    assert "words" not in second
    assert json_format.loads(text) == [LINE, Cue(3_000, 4_000, "bare")]


@pytest.mark.parametrize("words", [[{"start": 1}], [3], "one", 3])
def test_json_reader_names_the_cue_whose_words_are_damaged(words: object) -> None:
    document = {"format": "subextract", "version": 1, "cues": [{"start": 1, "end": 2, "text": "a", "words": words}]}
    with pytest.raises(InputError, match="cue 1"):
        json_format.loads(json.dumps(document))


@pytest.mark.parametrize(
    ("name", "written"),
    [("srt", "1\n00:00:01,000 --> 00:00:02,007\nI will <\N{WORD JOINER}be> back.\n\n"), ("txt", "I will <be> back.\n")],
)
def test_other_formats_have_the_text_alone(name: str, written: str) -> None:
    assert by_name(name).dumps([LINE]) == written


@pytest.mark.parametrize("name", ["vtt", "ass", "json"])
@pytest.mark.parametrize(
    "changed",
    [
        replace(LINE, text="I shall be back."),
        replace(LINE, text="I will <be> back. Soon."),
        replace(LINE, text="So I will <be> back."),
        replace(LINE, start=1_100),
        replace(LINE, end=1_900),
        replace(LINE, words=LINE.words[::-1]),
        replace(LINE, words=(*LINE.words[:3], Word(1_700, 2_007, "back."))),
        replace(LINE, words=(*LINE.words[:3], Word(2_007, 2_007, "back."))),
        replace(LINE, words=(*LINE.words, Word(2_007, 2_007, ""))),
    ],
)
def test_words_that_are_not_the_text_and_the_time_of_the_cue_are_left_out(name: str, changed: Cue) -> None:
    assert by_name(name).dumps([changed]) == by_name(name).dumps([replace(changed, words=())])


@pytest.mark.parametrize(
    ("name", "tagged"), [("vtt", "<i>I will &lt;be&gt; back.</i>"), ("ass", r"{\i1}I will <be> back.{\i0}")]
)
def test_words_of_a_cue_in_italics_have_no_times(name: str, tagged: str) -> None:
    assert by_name(name).dumps([replace(LINE, italics=(0,))]).splitlines()[-1].endswith(tagged)


def test_words_of_several_lines_and_of_a_part_of_the_time_come_back() -> None:
    cue = Cue(1_000, 3_000, "I will\nbe back.", words=(Word(1_100, 1_500, "I will"), Word(1_500, 2_000, "be back.")))
    assert vtt.loads(vtt.dumps([cue])) == [cue]
    assert ass.loads(ass.dumps([cue])) == [cue]
    assert events(ass.dumps([cue])) == [r"{\k10}{\k40}I will\N{\k50}be back.{\k100}"]


def test_captions_of_others_with_times_inside_have_words() -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:03.000\nso<00:01.200><c> you</c><00:01.500><c> &amp; I</c>\n\n"
        "00:04.000 --> 00:05.000\n<00:09.000>out of its time\n"
    )
    words = (Word(1_000, 1_200, "so"), Word(1_200, 1_500, "you"), Word(1_500, 3_000, "& I"))
    assert vtt.loads(text) == [Cue(1_000, 3_000, "so you & I", words=words), Cue(4_000, 5_000, "out of its time")]


def test_karaoke_of_others_has_syllables() -> None:
    script = pysubs2.SSAFile()
    script.events = [
        pysubs2.SSAEvent(1_000, 2_000, r"{\an8\k20}ka{\kf30}ra{\K10\k0}{\ko20}o {\k99}ke"),
        pysubs2.SSAEvent(3_000, 4_000, r"before {\k20}the song"),
    ]
    words = (Word(1_000, 1_200, "ka"), Word(1_200, 1_500, "ra"), Word(1_600, 1_800, "o"), Word(1_800, 2_000, "ke"))
    assert ass.loads(script.to_string("ass")) == [
        Cue(1_000, 2_000, "karao ke", words=words),
        Cue(3_000, 4_000, "before the song"),
    ]


TEXTS = st.sampled_from([text for text in (*ODD_TEXTS, *SCRIPTS) if "\n" not in text]) | st.text(min_size=1, max_size=8)


@st.composite
def lines(draw: st.DrawFn) -> Cue:
    """A cue of words with odd texts, which follow one another or leave pauses, with and without spaces."""
    time, text = draw(st.integers(0, 10**7)), ""
    words: list[Word] = []
    start = time
    for word in draw(st.lists(TEXTS.map(str.strip).filter(bool), min_size=1, max_size=6)):
        time += draw(st.sampled_from((0, 0, 1, 4, 30)))
        words.append(Word(time, time := time + draw(st.integers(1, 600)), word))
        text += draw(st.sampled_from((" ", ""))) * bool(text) + word
    return Cue(start, time + draw(st.sampled_from((0, 0, 7))), text, words=tuple(words))


@given(cue=lines())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_the_times_in_an_ass_event_are_together_as_long_as_it_is(cue: Cue) -> None:
    for written in ass.loads(ass.dumps([cue])):
        (event,) = events(ass.dumps([cue]))
        assert written.text == ass.loads(ass.dumps([replace(cue, words=())]))[0].text
        assert 10 * sum(map(int, LENGTH.findall(event))) in (0, written.end - written.start)


@given(cue=lines())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_words_come_back_from_webvtt_and_json_and_strict_readers_take_them(cue: Cue) -> None:
    for legal in json_format.loads(json_format.dumps([cue])):
        assert json_format.loads(json_format.dumps([legal])) == [legal]
        text = vtt.dumps([cue])
        (back,) = vtt.loads(text)
        times = [word.start for word in legal.words] if TIME.search(text) else []
        assert (back.text, [word.start for word in back.words]) == (legal.text, times)
        read_strictly(text)
