"""Whether colours and places of text tracks are kept, and become dashes where that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from subextract import Options, extract
from subextract.formats import by_name
from subextract.speakers import dashed
from subextract.subtitles.rolling import Stay, TextRow
from subextract.subtitles.text.cea608 import turns_of
from subextract.subtitles.text.cea708 import Service
from subextract.subtitles.text.teletext import cues
from subextract.tags import COLOURS
from subextract.types import Cue
from tests.helpers.muxing import Stream, captioned, mux, parity, window
from tests.helpers.teletext import page

YELLOW, CYAN, WHITE, HIGH = b"\x03", b"\x06", b"\x07", b"\x0d"
ALL = ("srt", "vtt", "ass", "json")
TWO = Cue(0, 1000, "oder?\nJa & nein.", styled="<c.yellow>oder?</c>\n<c.cyan>Ja &amp; nein.</c>")


def told(rows: dict[int, bytes]) -> list[tuple[str, str | None]]:
    sent = [(1000, page(0x888, rows, b"\x07")), (2000, page(0x888, {}))]
    return [(cue.text, cue.styled) for cue in cues(sent, 0x888)]


def test_colours_of_teletext_hold_from_the_next_column_on_and_white_is_none() -> None:
    assert told({20: YELLOW + b"oder?" + CYAN + b"Ja."}) == [("oder? Ja.", "<c.yellow>oder? </c><c.cyan>Ja.</c>")]
    assert told({20: WHITE + b"Gut.", 22: b"So."}) == [("Gut.\nSo.", None)]
    assert told({20: WHITE + b"Gut.", 22: YELLOW + b"a<b"}) == [("Gut.\na<b", "Gut.\n<c.yellow>a&lt;b</c>")]


def test_what_lies_below_letters_of_double_height_is_covered() -> None:
    assert told({20: HIGH + b"Hoch", 21: HIGH + b"Hoch", 22: HIGH + b"und weit", 23: b"und weit"}) == [
        ("Hoch\nund weit", None)
    ]
    assert told({20: b"Eins", 21: b"Eins"}) == [("Eins\nEins", None)]
    assert told({20: b"Eins" + HIGH, 21: b"Zwei"}) == [("Eins\nZwei", None)]


LOAD, SHOW, ERASE, LOWEST = b"\x14\x20", b"\x14\x2f", b"\x14\x2c", b"\x14\x70"
IN_YELLOW, IN_CYAN, IN_ITALICS, HIGHER = b"\x14\x6a", b"\x11\x26", b"\x11\x2e", b"\x14\x56"


def test_colours_and_italics_of_captions_are_kept(tmp_path: Path) -> None:
    sent = {10: LOAD + IN_YELLOW + b"Who?" + IN_CYAN + b"Me. ", 25: SHOW, 50: ERASE}
    sent |= {55: LOAD + LOWEST + IN_ITALICS + b"thought ", 60: SHOW, 80: ERASE}
    path = captioned(tmp_path / "a.mp4", {frame: parity(data) for frame, data in sent.items()})
    found = list(extract(path))
    assert [cue.text for cue in found] == ["Who? Me.", "thought"]
    assert [cue.styled for cue in found] == ["<c.yellow>Who? </c><c.cyan>Me.</c>", "<i>thought</i>"]
    assert [cue.text for cue in extract(path, Options(speaker_dashes=True))] == ["- Who?\n- Me.", "thought"]


def test_the_pen_of_digital_captions_has_colours() -> None:
    service = Service()
    ink = [bytes([0x91, 0b11_00_11_00, 0, 0]), bytes([0x91, 0b11_11_11_11, 0, 0]), bytes([0x90, 0, 0x80])]
    service.take(
        window(0, down=70, across=100, corner=7, visible=True) + ink[0] + b"Hi " + ink[1] + b"you " + ink[2] + b"all"
    )
    assert [(line.text, line.styled) for line in service.shown()] == [("Hi you all", "<c.lime>Hi </c>you <i>all</i>")]


def test_italics_and_colours_of_subrip_inside_a_container_are_kept(tmp_path: Path) -> None:
    text = b'<font color="#ffff00">Who</font> &amp; <i>you</i>?\nHe.'
    path = mux(tmp_path / "a.mkv", Stream("srt", [(0, 900, text), (1000, 900, b"plain {1}")]), frames=0)
    assert [cue.styled for cue in extract(path)] == ["<c.yellow>Who</c> &amp;amp; <i>you</i>?\nHe.", None]


@pytest.mark.parametrize("name", ALL)
def test_colours_go_from_format_to_format(name: str) -> None:
    assert by_name(name).loads(by_name(name).dumps([TWO])) == [TWO]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("srt", '<font color="#ffff00">oder?</font>\n<font color="#00ffff">Ja & nein.</font>'),
        ("vtt", "<c.yellow>oder?</c>\n<c.cyan>Ja &amp; nein.</c>"),
        ("ass", r"{\c&H00FFFF&}oder?{\c}\N{\c&HFFFF00&}Ja & nein.{\c}"),
        ("ttml", '<span tts:color="#ffff00">oder?</span><br/><span tts:color="#00ffff">Ja &amp; nein.</span>'),
        ("fcpxml", 'fontColor="1 1 0 1"'),
        ("txt", "oder?\nJa & nein."),
    ],
)
def test_colours_are_written_as_each_format_knows_them(name: str, written: str) -> None:
    assert written in by_name(name).dumps([TWO])


def test_colours_without_a_name_and_ends_without_a_start_are_dropped() -> None:
    head = "1\n00:00:00,000 --> 00:00:01,000\n"
    for text in (
        '<font color="#123456">a</font>',
        '<font face="x">a</font>',
        "a</font>",
        '<font color="white">a</font>',
    ):
        assert by_name("srt").loads(head + text + "\n\n") == [Cue(0, 1000, "a")]
    mixed = head + '<font color="#123456">a<font color=red>b</font></font>\n\n'
    assert by_name("srt").loads(mixed)[0].styled == "a<c.red>b</c>"
    assert set(COLOURS) == {"lime", "cyan", "red", "yellow", "magenta", "blue"}  # of those that WebVTT names


@pytest.mark.parametrize(
    ("text", "styled", "turns", "expected"),
    [
        ("oder?\nJa.", "<c.yellow>oder?</c>\n<c.cyan>Ja.</c>", (), "- oder?\n- Ja."),
        ("oder? Ja.", "<c.yellow>oder? </c><c.cyan>Ja.</c>", (), "- oder?\n- Ja."),
        ("oder? Ja.", "oder? <c.cyan>Ja.</c>", (), "- oder?\n- Ja."),
        ("A b\nc. D\ne", "<c.red>A b\nc.</c> D\ne", (), "- A b\nc.\n- D\ne"),
        ("- Hi.\nYes.", "- Hi.\n<c.red>Yes.</c>", (), "- Hi.\n- Yes."),
        ("“Hi.” (Yes.)", "“Hi.” <c.red>(Yes.)</c>", (), "- “Hi.”\n- (Yes.)"),
        ("One\ntwo", "<c.red>One\ntwo</c>", (), "One\ntwo"),
        ("One\ntwo", "<c.red>One</c>\n<c.red>two</c>", (), "One\ntwo"),
        ("One ♪", "One <c.red>♪</c>", (), "One ♪"),
        ("Left\nRight\nmore", None, (1,), "- Left\n- Right\nmore"),
        ("One\ntwo", None, (), "One\ntwo"),
    ],
)
def test_dashes_stand_where_another_one_speaks(
    text: str, styled: str | None, turns: tuple[int, ...], expected: str
) -> None:
    found = dashed(Cue(0, 1000, text, styled=styled, turns=turns))
    assert found.text == expected
    assert (found.styled is None) is (styled is None)
    assert expected in by_name("txt").dumps([found])
    assert dashed(found).text == expected


def test_a_line_at_another_place_is_of_another_speaker() -> None:
    def rows(*placed: tuple[int, str]) -> tuple[int, ...]:
        return turns_of(Stay(0, 1, tuple(TextRow(left, 15 * n, text) for n, (left, text) in enumerate(placed))))

    assert rows((40, "Where are you?"), (200, "I am over there.")) == (1,)
    assert rows((40, "Where are you?"), (40, "I am here, you know.")) == ()
    assert rows((60, "centred"), (70, "lines")) == ()
    assert rows((100, "ends at"), (50, "the same one")) == ()


def test_dashes_need_to_be_asked_for() -> None:
    assert not Options().speaker_dashes
    assert Options(speaker_dashes=True).fingerprint() != Options().fingerprint()
