"""Texts and cues that formats have trouble with."""

from __future__ import annotations

from subextract.formats import ass, tsv, ttml, vtt
from subextract.formats import csv as csv_format
from subextract.formats import json as json_format
from subextract.formats import srt as srt_format
from subextract.types import Cue, Video

TIMED = {
    "srt": srt_format,
    "vtt": vtt,
    "ass": ass,
    "json": json_format,
    "csv": csv_format,
    "tsv": tsv,
    "ttml": ttml,
}
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


def one_after_another(texts: list[str]) -> list[Cue]:
    return [Cue(1_000 * number, 1_000 * number + 500, text) for number, text in enumerate(texts)]
