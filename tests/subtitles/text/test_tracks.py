"""Whether text tracks say what was put into them, when, and where."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from operator import length_hint
from pathlib import Path
from random import Random
from typing import Any

import av
import pytest
from av.stream import Disposition

from subextract import extract
from subextract.errors import DecodeError, InputError, NotMedia
from subextract.languages.tags import short
from subextract.media.container import demuxed
from subextract.subtitles import contents, texts
from subextract.subtitles.text import wvtt
from subextract.subtitles.text.ass import drawn, head_of, numpad, place, plain
from subextract.subtitles.text.cea608 import Caption, Row, captions
from subextract.subtitles.text.cea708 import Listener
from subextract.subtitles.text.charset import encoding_of
from subextract.subtitles.text.teletext import NIBBLES, subtitle_pages
from subextract.subtitles.text.teletext import cues as teletext_cues
from subextract.subtitles.texts import Texts
from subextract.timedtext import cues as ttml_cues
from subextract.types import Box, Cue, Track
from tests.helpers.muxing import HEAD, HEIGHT, WIDTH, Stream, captioned, mux, parity, service, window
from tests.helpers.teletext import CODEWORDS, further, head, row


def said(path: Path, number: int = 1) -> list[tuple[int, int, str]]:
    """Times and texts of a track."""
    return [(cue.start, cue.end, cue.text) for cue in whole(path, number).cues]


def whole(path: Path, number: int = 1) -> Texts:
    found = contents(path)
    track = next(track for track in found.tracks if track.index == number)
    return texts(path, track, found.width, found.height)


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def test_each_track_of_a_file_keeps_its_own_texts_and_marks(tmp_path: Path) -> None:
    path = mux(
        tmp_path / "a.mkv",
        Stream("srt", [(100, 500, b"One <i>two</i>\nthree")], "eng", Disposition.default),
        Stream("webvtt", [(200, 300, b"<b>x</b> &lt;3")], "ger", Disposition.forced),
        Stream("ass", [(300, 100, b"0,0,Default,,0,0,0,,{\\b1}bold{\\b0}\\Nline")], "", Disposition.hearing_impaired),
    )
    assert contents(path).tracks == (
        Track(1, "text", "subrip", "eng", default=True),
        Track(2, "text", "webvtt", "ger", forced=True),
        Track(3, "text", "ass", hearing_impaired=True),
    )
    assert said(path, 1) == [(100, 600, "One two\nthree")]
    assert said(path, 2) == [(200, 500, "x <3")]
    assert said(path, 3) == [(300, 400, "bold\nline")]


def test_text_in_mp4_has_the_times_of_its_samples(tmp_path: Path) -> None:
    events = [(100, 200, b"\x00\x05Hello"), (300, 150, b"\x00\x00"), (450, 100, b"\x00\x06two\nis")]
    path = mux(tmp_path / "a.mp4", Stream("mov_text", events))
    assert said(path) == [(100, 300, "Hello"), (450, 550, "two\nis")]


def test_bytes_behind_a_zero_are_no_text(tmp_path: Path) -> None:
    path = mux(tmp_path / "a.mkv", Stream("srt", [(0, 500, b"First\x00\xde\xad\xbe\xef"), (600, 100, b"Second")]))
    assert said(path) == [(0, 500, "First"), (600, 700, "Second")]


def test_overlapping_texts_keep_their_times_and_what_has_no_length_lasts_until_the_next(tmp_path: Path) -> None:
    path = mux(tmp_path / "a.mkv", Stream("srt", [(0, 900, b"a"), (100, 100, b"b"), (500, 0, b"c"), (700, 0, b"d")]))
    assert said(path) == [(0, 900, "a"), (100, 200, "b"), (500, 700, "c"), (700, 5700, "d")]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Où étais-tu hier soir ? Ça va.", "cp1252"),
        ("Где ты был прошлой ночью?", "cp1251"),
        ("昨日の夜、どこにいたんだ？", "cp932"),
        ("你昨晚去哪儿了？我不知道。", "gb18030"),
        ("Hello — naïve", "utf-8"),
    ],
)
def test_texts_in_other_encodings_are_read_in_all_containers(tmp_path: Path, text: str, encoding: str) -> None:
    data = text.encode(encoding)
    inside = mux(tmp_path / "a.mkv", Stream("srt", [(0, 500, data)]))
    moved = mux(tmp_path / "a.mp4", Stream("mov_text", [(0, 500, len(data).to_bytes(2, "big") + data)]))
    alone = written(tmp_path / "a.srt", f"1\n00:00:00,000 --> 00:00:00,500\n{text}\n\n", encoding)
    assert said(inside) == said(moved) == said(alone, 0) == [(0, 500, text)]


def test_a_file_in_utf_16_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.srt", "1\n00:00:01,000 --> 00:00:02,000\nГде ты?\n\n", "utf-16")
    assert said(path, 0) == [(1000, 2000, "Где ты?")]


def test_nothing_but_ascii_needs_no_guess() -> None:
    assert encoding_of(b"plain") == "utf-8"
    assert encoding_of(b"") == "utf-8"


def test_files_of_text_alone_are_tracks_without_a_video(tmp_path: Path) -> None:
    path = written(tmp_path / "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.500\nHello\n")
    found = contents(path)
    assert (found.width, found.height, found.tracks) == (0, 0, (Track(0, "text", "webvtt"),))
    assert said(path, 0) == [(1000, 2500, "Hello")]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", None),
        (" line:90% align:center", (1, 0)),
        (" line:10%", (1, 2)),
        (" position:10% align:left", (0, 0)),
        (" line:10% position:90% align:right", (2, 2)),
    ],
)
def test_settings_of_webvtt_become_a_place(tmp_path: Path, settings: str, expected: tuple[int, int] | None) -> None:
    path = written(tmp_path / "a.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.500{settings}\nHello\n")
    found = whole(path, 0)
    (cue,) = found.cues
    assert third(cue.box, found.width, found.height) == expected


def third(box: Box | None, width: int, height: int) -> tuple[int, int] | None:
    """In which third of the picture the middle lies, from the left and from the bottom."""
    if box is None:
        return None
    return (box.left + box.right) * 3 // 2 // width, 2 - (box.top + box.bottom) * 3 // 2 // height


def test_scripts_keep_styles_and_commands_and_say_where_text_stands(tmp_path: Path) -> None:
    lines = [
        b"0,0,Sign,,0,0,0,,{\\i1}Top{\\i0}",
        b"1,0,Default,Bob,0,0,0,,{\\pos(64,48)}Aside, with a comma",
        b"2,0,Default,,0,0,0,,usual {a note}",
        b"3,0,Default,,0,0,0,,{\\p1}m 0 0 l 1 1{\\p0}",
    ]
    path = mux(tmp_path / "a.mkv", Stream("ass", [(100 * place, 50, line) for place, line in enumerate(lines)]))
    found = whole(path)
    assert [cue.text for cue in found.cues] == ["Top", "Aside, with a comma", "usual"]
    assert [cue.markup for cue in found.cues] == [
        "0,Sign,,0,0,0,,{\\i1}Top{\\i0}",
        "0,Default,Bob,0,0,0,,{\\pos(64,48)}Aside, with a comma",
        "0,Default,,0,0,0,,usual {a note}",
    ]
    assert found.script == HEAD.decode()
    first, second, last = (cue.box for cue in found.cues)
    assert third(first, WIDTH, HEIGHT) == (1, 2)
    assert second is not None
    assert (second.left + second.right, second.bottom) == (64, 24)  # 64, 48 of 640x480 is 32, 24 of the video
    assert last is None


def test_other_formats_have_no_script() -> None:
    assert Texts((), 384, 288).script == ""


def test_braces_are_text_where_they_hold_no_command() -> None:
    assert plain(r"{x} {\an8}a\Nb\hc", braces=True) == "{x} a\nb c"
    assert plain(r"{x} {\an8}a\Nb\hc", braces=False) == "a\nb c"


@pytest.mark.parametrize(("old", "key"), [(1, 1), (2, 2), (3, 3), (5, 7), (6, 8), (7, 9), (9, 4), (10, 5), (11, 6)])
def test_alignments_of_old_scripts_are_keys_of_the_keypad(old: int, key: int) -> None:
    assert numpad(old) == key


def test_the_head_of_an_old_script_is_understood() -> None:
    head = head_of(
        "[Script Info]\nPlayResX: 800\nPlayResY: 600\n"
        "[V4 Styles]\nFormat: Name, Alignment\nStyle: *Top,6\nStyle: Low,2\n"
    )
    assert (head.width, head.height, head.alignments) == (800, 600, {"Top": 8, "Low": 2})
    assert place("text", "Low", head, 800, 600) is None
    assert place("text", "Top", head, 800, 600) == drawn("text", 8, None, 800, 600)


TTML = """<?xml version="1.0" encoding="utf-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25">
 <body><div begin="10s">
  <p begin="00:00:01.500" end="00:00:02:05">Hello<br/>
     <span>big</span> world</p>
  <p begin="3s" dur="500ms">Next</p>
  <p begin="4s" end="5s"> </p>
  <p begin="6s">no end</p>
 </div></body></tt>"""


def test_timed_text_has_the_times_of_what_is_around_it() -> None:
    assert list(ttml_cues(TTML)) == [
        Cue(11_500, 12_200, "Hello\nbig world"),
        Cue(13_000, 13_500, "Next"),
        Cue(16_000, 16_000, "no end"),
    ]
    with pytest.raises(ValueError, match=r"mismatched tag"):
        list(ttml_cues("<tt><p></tt>"))


def test_frames_of_timed_text_begin_no_later_than_their_picture() -> None:
    text = TTML.replace('frameRate="25"', 'frameRate="24"').replace('"00:00:01.500"', '"1.001s"')
    found = next(ttml_cues(text))
    assert (found.start, found.end) == (11_001, 12_208)  # the picture is at 2208.33


def test_timed_text_in_mp4_is_found_although_ffmpeg_has_no_decoder(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    event = av.subtitles.subtitle.SubtitleSet.create(b"0,0,Default,,0,0,0,,Hello", 0, 500, 1000)
    with av.open(str(path), "w") as container:
        track = container.add_stream("ttml")
        track.codec_context.subtitle_header = HEAD
        packet = track.codec_context.encode_subtitle(event)
        packet.stream, packet.pts, packet.dts, packet.duration = track, 1000, 1000, 500
        container.mux(packet)
    assert contents(path).tracks == (Track(0, "text", "ttml", default=True),)
    assert [text for *_, text in said(path, 0)] == ["Hello"]


def boxed(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def webvtt_in_mp4(path: Path, events: Sequence[tuple[int, int, list[tuple[bytes, bytes]]]], frames: int = 25) -> Path:
    """A file whose samples of WebVTT hold cues, each of a text and its settings."""
    samples = [
        (start, length, b"".join(boxed(b"vttc", boxed(b"sttg", how) + boxed(b"payl", text)) for text, how in cues))
        for start, length, cues in events
    ]
    mux(
        path,
        Stream("mov_text", [(start, length, data or boxed(b"vtte", b"")) for start, length, data in samples], "eng"),
        frames=frames,
    )
    return written_bytes(path, path.read_bytes().replace(b"tx3g", b"wvtt"))


def written_bytes(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


STAYS, SECOND = (b"It <i>stays</i>", b"line:10%"), (b"A &amp; B", b"")


def test_webvtt_in_mp4_is_read_although_ffmpeg_has_no_decoder(tmp_path: Path) -> None:
    events = [(0, 400, [STAYS]), (400, 600, [STAYS, SECOND]), (1000, 500, []), (1500, 500, [STAYS])]
    path = webvtt_in_mp4(tmp_path / "a.mp4", events)
    assert contents(path).tracks == (Track(1, "text", "wvtt", "eng", default=True),)
    assert said(path) == [(0, 1000, "It stays"), (400, 1000, "A & B"), (1500, 2000, "It stays")]
    first, second, _ = whole(path).cues
    assert (third(first.box, WIDTH, HEIGHT), second.box) == ((1, 2), None)


def test_webvtt_in_mp4_needs_no_video_beside_it(tmp_path: Path) -> None:
    path = webvtt_in_mp4(tmp_path / "a.mp4", [(0, 400, [SECOND])], frames=0)
    assert contents(path).tracks == (Track(0, "text", "wvtt", "eng", default=True),)
    assert said(path, 0) == [(0, 400, "A & B")]


def test_damaged_samples_of_webvtt_give_what_is_whole() -> None:
    whole_box = boxed(b"vttc", boxed(b"payl", b"Hello"))
    assert list(wvtt.texts(whole_box + whole_box[:14])) == [("Hello", ""), ("", "")]
    assert list(wvtt.texts(b"\0\0\0\0vttc" + b"\0" * 30)) == [("", "")]
    assert not wvtt.is_sample(b"\0\0\0\x08free")


LOAD, SHOW, ROLL, RETURN, ERASE = b"\x14\x20", b"\x14\x2f", b"\x14\x25", b"\x14\x2d", b"\x14\x2c"
LOWEST = b"\x14\x70"  # the row at the bottom


def test_captions_inside_the_video_are_read_in_the_order_in_which_pictures_are_shown(tmp_path: Path) -> None:
    sent = {10: LOAD + LOWEST + b"Hi there", 25: SHOW, 50: ERASE, 60: LOAD + LOWEST + b"Bye ", 75: SHOW, 90: ERASE}
    path = captioned(tmp_path / "a.mp4", {frame: parity(data) for frame, data in sent.items()})
    assert contents(path).tracks == (Track(1, "text", "eia_608", title="closed captions"),)
    found = whole(path)
    assert [(cue.start, cue.end, cue.text) for cue in found.cues] == [(1000, 2000, "Hi there"), (3000, 3600, "Bye")]
    assert third(found.cues[0].box, found.width, found.height) == (0, 0)


def test_digital_captions_are_read_where_there_are_no_others(tmp_path: Path) -> None:
    lower = window(0, down=70, across=105, corner=7, rows=2)
    upper = window(1, down=0, across=105, corner=1)
    sent = {
        10: service(lower, "Hola, ¿qué".encode("latin-1"), b"\r", b"tal?\x10\x25"),
        12: service(upper, b"\x7f"),
        25: service(b"\x89\x01"),  # show the first window
        40: service(b"\x89\x02"),
        50: service(b"\x8a\x01"),
        60: service(b"\x8a\xff"),
        70: service(b"\x80\x88\x01\x89\x01", b"not this", number=2),
        75: service(b"\x88\x01\x80\x92\x00\x00", b"Cha", b"\x08o", b"\x89\x01"),
        90: service(b"\x8f"),
    }
    path = captioned(tmp_path / "a.mp4", {}, digital=sent)
    assert said(path) == [
        (1000, 2000, "♪\nHola, ¿qué\ntal?…"),  # what joins a caption belongs to it
        (2000, 2400, "♪"),
        (3000, 3600, "Cho"),
    ]
    assert [third(cue.box, WIDTH, HEIGHT) for cue in whole(path).cues[1:]] == [(1, 2), (1, 0)]


def test_digital_captions_are_not_read_beside_the_same_ones_in_the_old_form(tmp_path: Path) -> None:
    sent = {10: LOAD + LOWEST + b"Hi there", 25: SHOW, 50: ERASE}
    digital = {25: service(window(0, down=70, across=105, corner=7, visible=True), b"Hi there"), 50: service(b"\x8f")}
    path = captioned(tmp_path / "a.mp4", {frame: parity(data) for frame, data in sent.items()}, digital=digital)
    assert said(path) == [(1000, 2000, "Hi there")]


def test_lines_of_digital_captions_that_roll_up_are_one_cue_each() -> None:
    listener = Listener()
    define = window(0, down=70, across=0, corner=6, rows=2, visible=True)
    packets = [
        (0, service(define, b"\x92\x01\x00One")),
        (1000, service(b"\rTwo")),
        (2000, service(b"\rThree")),
        (3000, service(b"\x8c\x01")),
    ]
    sent = [
        (time, [(0xFF, *data[:2]), *((0xFE, *data[place : place + 2]) for place in range(2, len(data), 2))])
        for time, data in packets
    ]
    list(listener.hearing(sent))
    assert [(time, [line.text for line in shown]) for time, shown in listener.screens] == [
        (0, ["One"]),
        (1000, ["One", "Two"]),
        (2000, ["Two", "Three"]),
        (3000, []),
    ]
    assert [(each.start, each.end, each.rows[0].text) for each in captions(sent)] == [
        (0, 1000, "One"),
        (1000, 2000, "Two"),
        (2000, 3000, "Three"),
    ]


def test_damaged_digital_captions_are_no_error() -> None:
    random = Random(1)
    for _ in range(300):
        pairs = [(random.choice((0xFE, 0xFF)), random.randrange(256), random.randrange(256)) for _ in range(40)]
        captions([(0, pairs), (1000, [])])


def test_a_video_with_room_for_captions_and_none_in_it_has_an_empty_track(tmp_path: Path) -> None:
    path = captioned(tmp_path / "a.mp4", {}, frames=30)
    assert said(path) == []


def test_captions_that_roll_up_are_one_cue_per_line_from_the_first_letter_on() -> None:
    def pairs(data: bytes) -> list[tuple[int, int, int]]:
        sent = parity(data)
        return [(0xFC, sent[place], sent[place + 1]) for place in range(0, len(sent), 2)]

    sent = [
        (0, ROLL + RETURN + LOWEST),
        (100, b"on"),
        (200, b"e "),
        (300, RETURN),
        (400, b"tw"),
        (500, b"o "),
        (900, ERASE),
    ]
    assert list(captions((time, pairs(data)) for time, data in sent)) == [
        Caption(100, 400, (Row(38, 243, "one"),)),
        Caption(400, 900, (Row(38, 243, "two"),)),
    ]


def test_a_broadcast_counts_from_its_start_like_the_video(tmp_path: Path) -> None:
    path = captioned(tmp_path / "a.ts", {25: parity(LOAD + LOWEST + b"Hi" + SHOW), 50: parity(ERASE)})
    assert [(cue.end - cue.start, cue.text) for cue in whole(path).cues] == [(1000, "Hi")]
    assert whole(path).cues[0].start == pytest.approx(1000, abs=45)


def test_a_file_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    events = [(10 * place, 10, b"x" * 400) for place in range(90)]
    path = mux(tmp_path / "a.mkv", Stream("srt", events))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    found = whole(path)
    assert 10 < len(found.cues) < 90
    assert isinstance(found.broken, DecodeError)


class FakeContainer:
    """Hands out the packets of three calls; between them a stream begins that was not there when it was opened."""

    def __init__(self) -> None:
        self._calls = iter(("ab", "", "c"))

    def demux(self, stream: str) -> Iterator[str]:
        yield from next(self._calls)
        if length_hint(self._calls):
            raise IndexError("list index out of range")


@pytest.mark.parametrize(
    "left", ["3", "3\n", "3\n00:00:0", "3\r\n00:00:04,000 --> 00", "3\n00:00:04,000 --> 00:00:05,000"]
)
def test_a_file_of_subrip_that_was_cut_off_ends_with_its_last_whole_cue(tmp_path: Path, left: str) -> None:
    path = tmp_path / "a.srt"
    blocks = "1\n00:00:01,000 --> 00:00:02,000\nOne\n3\n\n2\n00:00:02,000 --> 00:00:03,000\nRoom\n3\n\n"
    path.write_bytes((blocks + left).encode())
    assert said(path, 0) == [(1000, 2000, "One\n3"), (2000, 3000, "Room\n3")]
    assert str(whole(path, 0).broken) == f"{path} breaks off in the middle of a cue: copy or download it again."
    for end in ("", "\n", "4\n00:00:04,000 --> 00:00:05,000\n24.12.", "4\n00:00:04,000 --> 00:00:05,000\n7\n"):
        path.write_bytes((blocks + end).encode())
        assert whole(path, 0).broken is None


def test_a_stream_that_begins_in_the_middle_of_a_broadcast_ends_nothing() -> None:
    container: Any = FakeContainer()
    stream: Any = "the wanted one"
    packets: list[Any] = list(demuxed(container, stream))
    assert packets == ["a", "b", "c"]


def test_a_track_in_an_unknown_format_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(NotMedia, match=r"Track 3 of .*a\.mkv is in a format that cannot be decoded: convert it"):
        texts(tmp_path / "a.mkv", Track(3, "text", "unknown"))


def test_one_wrong_bit_of_a_number_in_teletext_is_put_right() -> None:
    damaged = [(value, code ^ 1 << bit) for value, code in enumerate(CODEWORDS) for bit in range(8)]
    assert all(NIBBLES[code] == value for value, code in damaged)


def test_pages_of_teletext_are_read_with_their_national_letters() -> None:
    empty, end = b"\x10" + head(0x888, 1), b"\x10" + head(0x1FF, kind=0) + head(0x8FF, kind=0)
    text = b"\x10" + head(0x888, 1) + row(0x888, 20, b"F}r }ber") + row(0x888, 22, b"die ~") + head(0x8FF, kind=0)
    other = b"\x10" + head(0x150) + row(0x150, 22, b"Hi") + head(0x1FF, kind=0)
    packets = [(1000, text), (1040, other), (2000, text), (3000, empty), (3040, end), (9000, other)]
    assert subtitle_pages(data for _, data in packets) == [0x150, 0x888]
    assert list(teletext_cues(packets, 0x888)) == [Cue(1000, 3000, "Für über\ndie ß")]
    assert list(teletext_cues(packets, 0x150)) == [Cue(1040, 9040, "Hi")]


def test_rare_letters_and_accents_come_in_packets_of_their_own() -> None:
    page = head(0x888) + row(0x888, 20, b"s t har o") + further(0x888, (60, 4, 0), (4, 15, 0x71), (11, 0x12, ord("o")))
    assert [cue.text for cue in teletext_cues([(None, b"\x10" + page + head(0x8FF))], 0x888)] == ["sæt har ó"]


def test_what_holds_neither_picture_nor_track_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        contents(tmp_path / "none.mkv")
    with pytest.raises(NotMedia):
        contents(written(tmp_path / "letter.mkv", "Dear Sir or Madam,\n" * 50))


@pytest.mark.parametrize(
    ("code", "expected"),
    [("eng", "en"), ("ger", "de"), ("deu", "de"), ("pt-BR", "pt-BR"), ("fil", "fil"), (None, None)],
)
def test_languages_of_containers_are_written_short(code: str | None, expected: str | None) -> None:
    assert short(code) == expected


def test_equal_texts_with_two_empty_frames_between_them_are_two_cues(tmp_path: Path) -> None:
    events = [(1000, 1000, b"Go!"), (2080, 920, b"Go!")]
    path = mux(tmp_path / "a.mkv", Stream("srt", events))
    assert [(cue.start, cue.end, cue.text) for cue in extract(path)] == [(1000, 2000, "Go!"), (2080, 3000, "Go!")]
