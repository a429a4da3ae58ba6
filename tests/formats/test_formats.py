"""Does every format give back the cues it was given, here and in the programs of others."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from types import ModuleType

import pysubs2
import pytest
import srt  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from subextract.errors import InputError
from subextract.formats import ass, vtt
from subextract.formats import json as json_format
from subextract.formats import srt as srt_format
from subextract.formats.legal import legal_cues
from subextract.types import Cue
from tests.helpers.strict_vtt import read_strictly
from tests.helpers.texts import ODD_TEXTS, PLAIN, SCRIPTS, TIMED, VIDEO, one_after_another


def fold(text: str) -> str:
    """The text as a reader sees it: without joiners of no width, white space and full-width twins as one."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\N{WORD JOINER}", "").split())


def times_and_folded(cues: list[Cue]) -> list[tuple[int, int, str]]:
    return [(cue.start, cue.end, fold(cue.text)) for cue in cues]


def read_by_srt(text: str) -> list[Cue]:
    millisecond = timedelta(milliseconds=1)
    return [Cue(each.start // millisecond, each.end // millisecond, each.content) for each in srt.parse(text)]


def read_by_pysubs2(text: str, kind: str) -> list[Cue]:
    """``plaintext`` drops all braces, in SubRip too, where they are text; so SubRip is read from ``text``."""
    subtitles = pysubs2.SSAFile.from_string(text, kind)
    texts = [each.plaintext if kind == "ass" else each.text.replace("\\N", "\n") for each in subtitles]
    return [Cue(each.start, each.end, text) for each, text in zip(subtitles, texts, strict=True)]


@pytest.mark.parametrize("kind", TIMED.values(), ids=TIMED)
class TestEveryFormatWithTimes:
    def test_gives_back_times_and_text(self, kind: ModuleType) -> None:
        assert kind.loads(kind.dumps(PLAIN)) == PLAIN

    @pytest.mark.parametrize("text", ODD_TEXTS + SCRIPTS)
    def test_gives_back_a_text_alone_first_and_last(self, kind: ModuleType, text: str) -> None:
        cues = [Cue(0, 500, text), Cue(1_000, 1_500, "between"), Cue(2_000, 2_500, text)]
        assert kind.loads(kind.dumps(cues)) == cues
        assert kind.loads(kind.dumps(cues[:1])) == cues[:1]

    def test_accepts_no_cues_at_all(self, kind: ModuleType) -> None:
        assert kind.loads(kind.dumps([], VIDEO, {"engine": "fake"})) == []

    def test_sorts_by_start_then_end_then_as_given(self, kind: ModuleType) -> None:
        cues = [Cue(20, 40, "b"), Cue(20, 30, "a"), Cue(20, 40, "c"), Cue(10, 90, "over all")]
        assert kind.loads(kind.dumps(cues)) == [cues[3], cues[1], cues[0], cues[2]]

    def test_keeps_an_overlap_that_the_video_shows(self, kind: ModuleType) -> None:
        cues = [Cue(0, 5_000, "a sign"), Cue(1_000, 2_000, "a word")]
        assert kind.loads(kind.dumps(cues)) == cues

    def test_leaves_out_cues_without_text(self, kind: ModuleType) -> None:
        cues = [Cue(0, 10, ""), Cue(10, 20, " \n\t\n"), Cue(20, 30, "\ufeff\u2060"), Cue(30, 40, "text")]
        assert kind.loads(kind.dumps(cues)) == [cues[3]]

    def test_keeps_no_space_around_lines_and_no_empty_line_at_the_edges(self, kind: ModuleType) -> None:
        cues = [Cue(0, 10, "\n\n  one  \r\n\ttwo \u2028three\u00a0\n \n")]
        assert kind.loads(kind.dumps(cues)) == [Cue(0, 10, "one\ntwo\nthree")]

    def test_keeps_no_character_that_would_break_a_file(self, kind: ModuleType) -> None:
        cues = [Cue(0, 10, "n\0ul b\x08ell \ufeffmark \ud800half tab\there")]
        assert kind.loads(kind.dumps(cues)) == [Cue(0, 10, "nul bell mark half tab\there")]

    def test_never_writes_a_cue_without_length(self, kind: ModuleType, caplog: pytest.LogCaptureFixture) -> None:
        written = kind.loads(kind.dumps([Cue(500, 500, "none"), Cue(900, 800, "backwards"), Cue(-20, 0, "early")]))
        length = 10 if kind is ass else 1
        assert written == [Cue(0, length, "early"), Cue(500, 500 + length, "none"), Cue(900, 900 + length, "backwards")]
        assert [record.levelname for record in caplog.records] == ["WARNING"] * 3

    def test_does_not_need_a_line_feed_at_the_end_nor_unix_line_ends(self, kind: ModuleType) -> None:
        text = kind.dumps(PLAIN)
        assert kind.loads(text.rstrip("\n")) == PLAIN
        assert kind.loads(text.replace("\n", "\r\n")) == PLAIN

    @pytest.mark.parametrize("text", ["garbage", "\0\1\2", "<html></html>", "PNG\n\n1\n2\n3", "{}", "[]", "null"])
    def test_rejects_what_it_is_not_in_one_sentence(self, kind: ModuleType, text: str) -> None:
        with pytest.raises(InputError, match=r"^this .*\.$"):
            kind.loads(text)


FRAGMENTS = st.sampled_from(
    [*ODD_TEXTS, *SCRIPTS, "\n", "\n\n", " ", "-->", "<", ">", "&", "{", "}", "\\", "7", ":", ","]
)
TEXTS = st.lists(FRAGMENTS | st.text(max_size=8), min_size=1, max_size=6).map("".join)
CENTISECONDS = st.integers(0, 4_000_000)


@st.composite
def any_cues(draw: st.DrawFn) -> list[Cue]:
    """Cues on whole centiseconds, which all formats can hold."""
    starts = draw(st.lists(CENTISECONDS, max_size=5))
    return [Cue(10 * start, 10 * (start + draw(st.integers(1, 999))), draw(TEXTS)) for start in starts]


@given(cues=any_cues())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_cues_come_back_from_every_format(cues: list[Cue]) -> None:
    expected = legal_cues(cues)
    for kind in TIMED.values():
        assert kind.loads(kind.dumps(cues, VIDEO)) == expected


@given(cues=any_cues())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_cues_come_back_from_the_readers_of_others(cues: list[Cue]) -> None:
    expected = times_and_folded(legal_cues(cues))
    subrip = srt_format.dumps(cues)
    assert times_and_folded(read_by_srt(subrip)) == expected
    assert times_and_folded(read_by_pysubs2(subrip, "srt")) == expected
    assert times_and_folded(read_by_pysubs2(ass.dumps(cues, VIDEO), "ass")) == expected
    assert times_and_folded([cue for cue, _ in read_strictly(vtt.dumps(cues, VIDEO))]) == expected


@given(start=st.integers(0, 10**8), length=st.integers(1, 10**6))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_millisecond_survives_and_ass_rounds_down_to_a_centisecond(start: int, length: int) -> None:
    cue = Cue(start, start + length, "text")
    for kind in (srt_format, vtt, json_format):
        assert kind.loads(kind.dumps([cue])) == [cue]
    (written,) = ass.loads(ass.dumps([cue]))
    assert 0 <= cue.start - written.start < 10
    assert 0 <= cue.end - written.end < 10 or written.end == written.start + 10
    assert written.start < written.end


@pytest.mark.parametrize("text", ODD_TEXTS + SCRIPTS)
def test_other_readers_see_each_odd_text_in_first_and_in_last_place(text: str) -> None:
    cues = one_after_another([text, "between", text])
    expected = times_and_folded(cues)
    assert times_and_folded(read_by_srt(srt_format.dumps(cues))) == expected
    assert times_and_folded(read_by_pysubs2(srt_format.dumps(cues), "srt")) == expected
    assert times_and_folded(read_by_pysubs2(ass.dumps(cues), "ass")) == expected
    assert times_and_folded([cue for cue, _ in read_strictly(vtt.dumps(cues))]) == expected


def test_ordinary_text_is_written_without_any_guard() -> None:
    cues = one_after_another(["1 < 2 & 3 > 2", "a --> b", "Year\n1984", "{note} 7:30:15.5", *SCRIPTS, "the end"])
    assert read_by_srt(srt_format.dumps(cues)) == cues
    assert read_by_pysubs2(srt_format.dumps(cues), "srt") == cues


@pytest.mark.parametrize("kind", TIMED.values(), ids=TIMED)
@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_texts_in_italics_come_back(kind: ModuleType, text: str) -> None:
    cues = [Cue(cue.start, cue.end, cue.text, italics=(0, 1)) for cue in one_after_another([text, "between", text])]
    assert [cue.text for cue in kind.loads(kind.dumps(cues))] == [cue.text for cue in cues]
