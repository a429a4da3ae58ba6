"""Whether each format is written as it should look, and reads what others write."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pysubs2
import pytest

from subextract.errors import InputError, UsageError
from subextract.formats import ass, vtt
from subextract.formats import json as json_format
from subextract.formats import srt as srt_format
from subextract.formats import txt as txt_format
from subextract.types import Box, Cue, Track, Video, Word
from tests.helpers.strict_vtt import read_strictly
from tests.helpers.texts import PLAIN, VIDEO


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


def test_lines_in_italics_are_set_so_where_the_format_can() -> None:
    cue = Cue(1_000, 2_000, "Far away\n& <loud>\nhere", italics=(0, 1, 7))
    assert srt_format.dumps([cue]).split("\n")[2:5] == ["<i>Far away", "& <\u2060loud></i>", "here"]
    assert vtt.dumps([cue]).split("\n")[4:7] == ["<i>Far away", "&amp; &lt;loud&gt;</i>", "here"]
    assert ass.dumps([cue]).rstrip().endswith(r",,{\i1}Far away\N& <loud>{\i0}\Nhere")
    assert txt_format.dumps([cue]) == "Far away\n& <loud>\nhere\n"
    assert json_format.loads(json_format.dumps([cue])) == [cue]


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
    text = '1\n00:00:01,000 --> 00:00:02,000 X1:0 X2:9\n{\\an8}<i>Hello</i> <font color="#123456">there</font>\n\n'
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
        Cue(5_000, 6_000, "two three", words=(Word(5_000, 5_500, "two"), Word(5_500, 6_000, "three"))),
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
