"""Does every format give back the cues it was given, here and in the programs of others."""

from __future__ import annotations

import html
import json
import os
import re
import unicodedata
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import numpy as np
import pysubs2
import pytest
import srt  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from subextract.errors import InputError, OutputError, UsageError
from subextract.formats import FORMATS, ass, by_name, by_suffix, load, save, vtt
from subextract.formats import json as json_format
from subextract.formats import srt as srt_format
from subextract.formats import txt as txt_format
from subextract.formats.legal import legal_cues
from subextract.types import Box, Cue, Track, Video

TIMED = {"srt": srt_format, "vtt": vtt, "ass": ass, "json": json_format}
VIDEO = Video("film.mkv", 640, 360)

PLAIN = [
    Cue(1_000, 2_480, "Good evening."),
    Cue(2_480, 4_000, "- Two people speak.\n- One after the other."),
    Cue(3_599_990, 3_600_010, "an hour in"),
    Cue(36_000_000, 36_001_000, "ten hours in"),
]
ODD_TEXTS = [
    "an arrow --> in the text",
    "00:00:01,000 --> 00:00:02,000",
    "00:00:01.000 --> 00:00:02.000\nbelow its own times",
    "a blank line\n\ninside",
    "three\n\n\n\nof them",
    "1 < 2 & 3 > 2 &amp; &lt;i&gt;",
    "<i>not slanted</i> <laughs>",
    "a < b, said x, and c > b",
    "{\\an8}not at the top",
    "{braces} {\\ and } one { alone",
    "C:\\new\\Nothing\\here\\",
    "1984",
    "Year\n1984",
    "Score\n3\n12:30:15",
    "Lottery\n-5.\n\n24.12.2023, noon",
    "NOTE this is no note",
    "WEBVTT",
    "STYLE\n::cue { color: red }",
    "[Events]\nDialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,none",
    "comma, semicolon; colon: \u201cquotes\u201d 'and' \"these\"",
]
SCRIPTS = [
    "Ça ne fait rien, Zoë ; ¿qué? Ärger",
    "Добрый вечер, ёлка",
    "مساء الخير، كيف الحال؟",
    "ערב טוב, מה שלומך?",
    "नमस्ते, क्षमा करें",
    "สวัสดีตอนเย็น",
    "晚上好。\nこんばんは。\n안녕하세요.",
    "👩‍👩‍👧 family, 🏳️‍🌈 flag, 👍🏽 thumb",
    "can\N{ZERO WIDTH NON-JOINER}not \N{RIGHT-TO-LEFT MARK}marks",
]


def fold(text: str) -> str:
    """The text as a reader sees it: without joiners of no width, white space and full-width twins as one."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\N{WORD JOINER}", "").split())


def one_after_another(texts: list[str]) -> list[Cue]:
    return [Cue(1_000 * number, 1_000 * number + 500, text) for number, text in enumerate(texts)]


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


# A strict reader of WebVTT: the file, block, timings and cue text rules of https://www.w3.org/TR/webvtt1/ (4 and 6).

STRICT_TIME = r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})"
STRICT_SETTING = r"(?:line:\d{1,3}%|position:\d{1,3}%|align:(?:left|right))"
STRICT_TIMING = re.compile(rf"{STRICT_TIME} --> {STRICT_TIME}((?: {STRICT_SETTING})*)")
STRICT_TEXT = re.compile(r"(?:[^&<>]|&(?:amp|lt|gt|nbsp|lrm|rlm);)+")


def read_strictly(text: str) -> list[tuple[Cue, str]]:
    """Every cue with its settings; AssertionError for whatever the rules for writers forbid."""
    assert "\0" not in text
    assert "\r" not in text
    header, _, body = text.partition("\n")
    assert header == "WEBVTT"
    if not body:
        return []
    assert body.startswith("\n")
    return [read_block(block) for block in body.strip("\n").split("\n\n")]


def read_block(block: str) -> tuple[Cue, str]:
    identifier, timing, *payload = block.split("\n")
    assert "-->" not in identifier
    fields = STRICT_TIMING.fullmatch(timing)
    assert fields, timing
    assert payload
    assert all(line and "-->" not in line and STRICT_TEXT.fullmatch(line) for line in payload), payload
    numbers = [int(field) for field in fields.groups()[:8]]
    start, end = (((h * 60 + m) * 60 + s) * 1000 + ms for h, m, s, ms in (numbers[:4], numbers[4:]))
    assert start < end
    return Cue(start, end, html.unescape("\n".join(payload))), fields[9].strip()


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
def test_any_millisecond_survives_and_ass_takes_the_nearest_centisecond(start: int, length: int) -> None:
    cue = Cue(start, start + length, "text")
    for kind in (srt_format, vtt, json_format):
        assert kind.loads(kind.dumps([cue])) == [cue]
    (written,) = ass.loads(ass.dumps([cue]))
    assert abs(written.start - cue.start) <= 5
    assert abs(written.end - cue.end) <= 5 or written.end == written.start + 10
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


def test_subrip_looks_like_subrip() -> None:
    assert srt_format.dumps(PLAIN[:2]) == (
        "1\n00:00:01,000 --> 00:00:02,480\nGood evening.\n\n"
        "2\n00:00:02,480 --> 00:00:04,000\n- Two people speak.\n- One after the other.\n\n"
    )


def test_webvtt_looks_like_webvtt() -> None:
    cues = [Cue(0, 1_000, "a <b> & c --> d"), Cue(36_000_000, 36_000_001, "top", Box(220, 29, 420, 60))]
    assert vtt.dumps(cues, VIDEO) == (
        "WEBVTT\n"
        "\n1\n00:00:00.000 --> 00:00:01.000\na &lt;b&gt; &amp; c --&gt; d\n"
        "\n2\n10:00:00.000 --> 10:00:00.001 line:8%\ntop\n"
    )


def test_plain_text_is_the_lines_with_an_empty_one_between_cues() -> None:
    cues = [Cue(1_000, 2_000, "second\n\nof two lines"), Cue(0, 1_000, "مرحبا 👋")]
    assert txt_format.dumps(cues, VIDEO, {"engine": "fake"}) == "مرحبا 👋\n\nsecond\nof two lines\n"
    assert txt_format.dumps([]) == ""


def test_plain_text_cannot_be_read_back() -> None:
    with pytest.raises(UsageError, match="no times"):
        txt_format.loads("Good evening.\n")


@pytest.mark.parametrize(
    ("box", "settings_of_vtt", "command"),
    [
        (Box(200, 310, 440, 345), "", ""),
        (Box(180, 310, 440, 345), "", ""),
        (Box(200, 29, 440, 60), "line:8%", r"{\an8\pos(320,29)}"),
        (Box(200, 160, 440, 200), "line:44%", r"{\an5\pos(320,180)}"),
        (Box(32, 310, 200, 345), "position:5% align:left", r"{\an1\pos(32,345)}"),
        (Box(440, 310, 608, 345), "position:95% align:right", r"{\an3\pos(608,345)}"),
        (Box(32, 29, 200, 60), "line:8% position:5% align:left", r"{\an7\pos(32,29)}"),
        (Box(440, 160, 608, 200), "line:44% position:95% align:right", r"{\an6\pos(608,180)}"),
        (Box(-50, -40, 100, 40), "line:0% position:0% align:left", r"{\an7\pos(0,0)}"),
        (Box(700, 400, 900, 500), "", ""),
        (Box(300, 310, 300, 310), "", ""),
    ],
)
def test_place_is_written_unless_it_is_the_ordinary_one(box: Box, settings_of_vtt: str, command: str) -> None:
    cue = Cue(0, 1_000, "text", box)
    assert read_strictly(vtt.dumps([cue], VIDEO)) == [(Cue(0, 1_000, "text"), settings_of_vtt)]
    assert [event.text for event in pysubs2.SSAFile.from_string(ass.dumps([cue], VIDEO))] == [command + "text"]


def test_a_sign_has_its_place_in_ass_even_where_subtitles_are() -> None:
    cue = Cue(0, 1_000, "text", Box(200, 310, 440, 345), kind="sign")
    (event,) = pysubs2.SSAFile.from_string(ass.dumps([cue], VIDEO))
    assert event.text == r"{\an2\pos(320,345)}text"


@pytest.mark.parametrize("video", [None, Video("sound.mka", 0, 0)])
def test_a_box_in_a_picture_of_unknown_size_is_no_place(video: Video | None) -> None:
    cue = Cue(0, 1_000, "text", Box(0, 0, 10, 10))
    assert read_strictly(vtt.dumps([cue], video)) == [(Cue(0, 1_000, "text"), "")]
    script = pysubs2.SSAFile.from_string(ass.dumps([cue], video))
    assert (script.info["PlayResX"], script.info["PlayResY"], script[0].text) == ("1920", "1080", "text")


def test_ass_script_is_as_large_as_the_video_and_its_letters_fit_the_shorter_side() -> None:
    scripts = [pysubs2.SSAFile.from_string(ass.dumps([], Video("a.mp4", *size))) for size in ((720, 1280), (1920, 800))]
    sizes = [(each.info["PlayResX"], each.info["PlayResY"], each.styles["Default"].fontsize) for each in scripts]
    assert sizes == [("720", "1280", 40), ("1920", "800", 44)]


def test_ass_reader_skips_comments_drawings_and_commands() -> None:
    head = "[Script Info]\nScriptType: v4.00+\n\n[Events]\n"
    head += "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    lines = [
        r"Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\i1}Hello,{\i0}\Nthere\hyou",
        r"Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,not shown",
        r"Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\p1}m 0 0 l 10 10{\p0}",
    ]
    assert ass.loads(head + "\n".join(lines)) == [
        Cue(1_000, 2_000, "Hello,\nthere you", styled="<i>Hello,</i>\nthere you")
    ]


def test_ass_reader_names_a_damaged_script() -> None:
    with pytest.raises(InputError, match="damaged"):
        ass.loads("[Events]\nDialogue: 0,soon,later,Default,,0,0,0,,text\n")


def test_subrip_reader_drops_the_markup_of_others() -> None:
    text = '1\n00:00:01,000 --> 00:00:02,000 X1:0 X2:9\n{\\an8}<i>Hello</i> <font color="red">there</font>\n\n'
    assert srt_format.loads(text) == [Cue(1_000, 2_000, "Hello there", styled="<i>Hello</i> there")]


def test_webvtt_reader_follows_the_standard_in_what_it_skips() -> None:
    text = (
        "WEBVTT - some title\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE\na remark\n\n"
        "intro\n00:01.000 --> 00:02.500 line:0 align:start\n<v Ann>Hello</v> <c.loud>you</c>&nbsp;&amp; me\n\n"
        "00:00:03.000-->00:00:04.000\none\n00:00:05.000 --> 00:00:06.000\ntwo <00:00:05.500>three\n\n"
        "00:00:99.000 --> 00:00:07.000\nno time\n"
    )
    assert vtt.loads(text) == [
        Cue(1_000, 2_500, "Hello you\u00a0& me"),
        Cue(3_000, 4_000, "one"),
        Cue(5_000, 6_000, "two three"),
    ]


def test_json_carries_video_details_and_every_field_of_a_cue() -> None:
    video = Video("film.mkv", 640, 360, duration=9_000, frame_rate=24.0, tracks=(Track(2, "text", "subrip"),))
    cues = [
        Cue(1_000, 2_000, "Ünï\n字", Box(1, 2, 3, 4), np.float32(0.5), "de", "sign"),  # type: ignore[arg-type]
        Cue(2_000, 3_000, "bare"),
    ]
    details = {"engine": "fake", "settings": {"out": Path("a.srt")}, "cues": "not these", "version": 9}
    text = json_format.dumps(cues, video, details)
    document = json.loads(text)
    assert list(document) == ["format", "version", "engine", "settings", "video", "cues"]
    assert (document["format"], document["version"]) == ("subextract", 1)
    assert (document["engine"], document["settings"]) == ("fake", {"out": "a.srt"})
    assert document["video"]["frame_rate"] == 24.0
    assert document["video"]["tracks"][0]["codec"] == "subrip"
    bare = {"start": 2_000, "end": 3_000, "text": "bare", "box": None, "score": None, "language": None, "kind": None}
    full = {"start": 1_000, "end": 2_000, "text": "Ünï\n字", "box": [1, 2, 3, 4], "score": 0.5, "language": "de"}
    full["kind"] = "sign"
    assert document["cues"] == [full, bare]
    assert '  {"start": 2000, "end": 3000, "text": "bare"' in text
    assert json_format.loads(text) == cues


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ({"format": "subextract", "version": 2, "cues": []}, "version 2"),
        ({"format": "subextract", "version": 1}, "no list of cues"),
        ({"format": "subextract", "version": 1, "cues": [{"start": 1, "end": 2, "text": "a"}, {"start": 1}]}, "cue 2"),
        ({"format": "subextract", "version": 1, "cues": ["text"]}, "cue 1"),
        ({"format": "subextract", "version": 1, "cues": [{"start": 1, "end": 2, "text": "a", "box": [1]}]}, "cue 1"),
    ],
)
def test_json_reader_names_what_is_wrong(document: object, word: str) -> None:
    with pytest.raises(InputError, match=word):
        json_format.loads(json.dumps(document))


def test_formats_are_found_by_name_and_by_suffix() -> None:
    assert list(FORMATS) == ["srt", "vtt", "ass", "json", "txt"]
    assert by_name("VTT") is vtt
    assert by_suffix("Film.en.SRT") is srt_format


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="'sub'; choose one of srt, vtt, ass, json, txt"):
        by_name("sub")


@pytest.mark.parametrize("path", ["film.sub", "film", ".srt", Path("film.srt.d")])
def test_an_unknown_suffix_lists_the_known_ones(path: str | Path) -> None:
    with pytest.raises(UsageError, match=r"one of \.srt, \.vtt, \.ass, \.json, \.txt"):
        by_suffix(path)


@pytest.mark.parametrize("name", TIMED)
def test_saved_files_are_utf8_with_line_feeds_and_load_again(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"film.{name}"
    cues = [*PLAIN, *one_after_another(SCRIPTS)]
    save(cues, path, VIDEO, {"engine": "fake"})
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert "مساء الخير".encode() in data
    assert load(path) == sorted(cues, key=lambda cue: (cue.start, cue.end))
    assert os.listdir(tmp_path) == [f"film.{name}"]


def test_save_replaces_what_a_link_points_to(tmp_path: Path) -> None:
    (tmp_path / "old.srt").write_text("old")
    (tmp_path / "link.srt").symlink_to(tmp_path / "old.srt")
    save(PLAIN, tmp_path / "link.srt")
    assert (tmp_path / "link.srt").is_symlink()
    assert load(tmp_path / "old.srt") == PLAIN


def test_a_full_disk_leaves_the_old_file_and_nothing_half_written(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    path = tmp_path / "film.srt"
    path.write_text("old")
    (tmp_path / "film.srt.part").symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"^Cannot write '.*film\.srt': the disk is full; .*\.$"):
        save(PLAIN, path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["film.srt"]


def test_a_missing_folder_a_folder_of_that_name_and_a_file_as_folder_are_said(tmp_path: Path) -> None:
    (tmp_path / "taken.srt").mkdir()
    (tmp_path / "file").write_text("")
    reasons = {
        tmp_path / "no" / "film.srt": "its folder does not exist",
        tmp_path / "taken.srt": "a folder has that name",
        tmp_path / "file" / "film.srt": "a part of its path is a file",
        tmp_path / f"{'long' * 99}.srt": "its name is too long",
    }
    for path, reason in reasons.items():
        with pytest.raises(OutputError, match=rf"^Cannot write .*: {reason}.*\.$"):
            save(PLAIN, path)
    assert sorted(os.listdir(tmp_path)) == ["file", "taken.srt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="not permitted"):
        save(PLAIN, tmp_path / "film.srt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_load_knows_byte_order_marks_and_line_ends(encoding: str, end: str, tmp_path: Path) -> None:
    for name, kind in TIMED.items():
        path = tmp_path / f"film.{name}"
        path.write_bytes(kind.dumps(PLAIN).replace("\n", end).encode(encoding))
        assert load(path) == PLAIN


def test_load_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    (tmp_path / "latin.srt").write_bytes("1\n00:00:01,000 --> 00:00:02,000\nÄrger\n".encode("latin-1"))
    (tmp_path / "picture.srt").write_bytes(b"PNG\n")
    (tmp_path / "folder.srt").mkdir()
    for name, reason in {
        "latin.srt": "not UTF-8",
        "picture.srt": "this is not SubRip text",
        "folder.srt": "directory",
        "missing.srt": "No such file",
    }.items():
        with pytest.raises(InputError, match=rf"{re.escape(name)}'.*{reason}.*\.$"):
            load(tmp_path / name)


STYLED = Cue(
    1_000, 2_000, "You & the Titanic?\nNo {1} <i>!", styled="You &amp; the <i>Titanic</i>?\n<b>No {1} &lt;i&gt;!</b>"
)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("srt", "You & the <i>Titanic</i>?\n<b>No {1} <\N{WORD JOINER}i>!</b>"),
        ("vtt", "You &amp; the <i>Titanic</i>?\n<b>No {1} &lt;i&gt;!</b>"),
        (
            "ass",
            r"You & the {\i1}Titanic{\i0}?\N{\b1}No ｛\N{WORD JOINER}1} <i>!{\b0}".replace(
                r"\N{WORD JOINER}", "\N{WORD JOINER}"
            ),
        ),
    ],
)
def test_italics_go_from_format_to_format(name: str, written: str) -> None:
    text = by_name(name).dumps([STYLED])
    assert written in text
    assert by_name(name).loads(text) == [STYLED]


def test_styles_of_a_text_that_was_changed_are_not_written() -> None:
    changed = Cue(1_000, 2_000, "You & the Olympic?", styled=STYLED.styled)
    assert srt_format.dumps([changed]) == "1\n00:00:01,000 --> 00:00:02,000\nYou & the Olympic?\n\n"


def test_an_italic_style_of_a_script_is_known() -> None:
    script = pysubs2.SSAFile()
    script.styles["Thought"] = pysubs2.SSAStyle(italic=True)
    script.events = [pysubs2.SSAEvent(0, 1_000, "Who?", style="Thought")]
    assert [cue.styled for cue in ass.loads(script.to_string("ass"))] == ["<i>Who?</i>"]
