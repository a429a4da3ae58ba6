"""Finds the text of the line in an answer, and whether such a line can be.

What models add is taken away only where another reader of the same picture saw nothing of the kind.
"""

from __future__ import annotations

import html
import re
import unicodedata

from subextract.text import is_wide
from subextract.types import Box

NARROW = frozenset("iljftrI1.,:;!'’|()[]-·• ")
# Ems in the slimmest fonts that are used for subtitles: a character as wide as high, a slim letter, any other.
WIDE_EM, SLIM_EM, USUAL_EM = 0.85, 0.15, 0.36
SMALLEST_EM = 0.6  # of the height of its box that an em takes; a detector leaves a margin around letters
TOKENS_PER_CHARACTER = 3.0  # for a character of a script of which the tokenizer knows no words
SPARE_TOKENS = 16  # for what models say around the text
MAX_TOKENS = 256  # for any line; a box of a few rows of pixels would else have room for thousands

_LOOP = re.compile(r"(?P<loop>(?P<unit>.{1,24}?)(?P=unit){3,})(?P<rest>.{0,23})$")  # four times, the last cut off
# From 25 letters on twice is enough: whole lines come again and still fit, because a box has room for a slim font.
_LONG_LOOP = re.compile(r"(?P<loop>(?P<unit>.{25,}?)(?P=unit)+)(?P<rest>.*)$")
SEEN_LETTERS = 0.75  # of the letters of such an answer another reader must have seen, else it was not there so often
_NUMBER = r"\s*\d{1,4}(?:\.\d+)?\s*"
_POINT = rf"\({_NUMBER},{_NUMBER}\)"
_PLACE = re.compile(  # in the forms of HunyuanOCR, of JSON, of Chandra's, DeepSeek's and LightOnOCR's blocks
    rf"(?:!\[\w*\]|[\"']?\b(?:bbox|box)(?:_2d)?[\"']?\s*[:=]\s*)?"
    rf"(?:{_POINT}\s*,?\s*{_POINT}|[\[(]+{_NUMBER}(?:,{_NUMBER}){{3}}[\])]+)",
)
_LABEL = re.compile(r"\W*(?:(?:text|title|line|subtitle|caption|label)\W*)*")
_FENCE = re.compile(r"^\s*```[\w-]*[ \t]*\n?|\n?\s*```\s*$")
_HEADING = re.compile(r"^\s*#{1,6}\s+")
_EMPHASIS = re.compile(r"(\*\*|__|\*)(?=\S)(.+?)(?<=\S)\1")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_TOKEN = re.compile(r"<[|｜][^<>]*[|｜]>")
_COMMENTARY = re.compile(
    r"^\s*(?:(?:sure|certainly|of course|okay|ok)[,.!]\s*)?"
    r"(?:here(?: is|'s| are)|the|this|below(?: is| are))\b[^:：\n]{0,60}"
    r"\b(?:text|texts|subtitle|subtitles|caption|image|picture|content|transcription)\b[^:：\n]{0,40}[:：]\s*"
    r"|^\s*(?:(?:图片|图像|图|画面)中?的?(?:文字|字幕|内容|文本)[^:：\n]{0,12}|(?:文字|字幕)(?:内容)?(?:为|是|如下))[:：]\s*",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\b(?:no|not any|cannot|can't|unable to|does not contain|doesn't contain)\b.{0,40}"
    r"\b(?:text|subtitles?|captions?|image|picture)\b|(?:没有|未(?:检测|识别|发现)|无法).{0,12}(?:文字|字幕|文本|图片)",
    re.IGNORECASE,
)


def line_of(answer: str, seen: str, *, tags: bool = False) -> str:
    """The one line of text in an answer; ``seen`` is what another reader saw, ``tags`` whether answers are HTML."""
    text = _TOKEN.sub("", answer)
    if tags:
        text = html.unescape(_TAG.sub(" ", text))
    if "`" not in seen:
        text = _FENCE.sub("", text).strip("`")
    text = _without_places(text, seen)
    if _COMMENTARY.search(text) and not _COMMENTARY.search(seen):
        text = _unquoted(_COMMENTARY.sub("", text), seen)
    if "#" not in seen:
        text = _HEADING.sub("", text)
    if "*" not in seen and "_" not in seen:
        text = _EMPHASIS.sub(r"\2", text)
    if _REFUSAL.search(text) and not _alike(text, seen):
        return ""
    return _with_notes(_joined(text), seen)


def _without_places(text: str, seen: str) -> str:
    """The answer without the coordinates that models add; nothing where it holds nothing else."""
    if _PLACE.search(seen):
        return text
    rest, places = _PLACE.subn("", text)
    return "" if places and _LABEL.fullmatch(rest.lower()) else rest


def _unquoted(text: str, seen: str) -> str:
    text = text.strip()
    quoted = len(text) > 1 and text[0] + text[-1] in ('""', "''", "“”", "「」", "‘’")
    return text[1:-1] if quoted and text[0] not in seen else text


def _alike(text: str, seen: str) -> bool:
    """Whether the other reader saw most of the words, too."""
    words = re.findall(r"\w+", text.casefold())
    return sum(word in seen.casefold() for word in words) > len(words) / 2


def _joined(text: str) -> str:
    """Rows as one: a box holds one row of text, whatever the answer's line breaks say."""
    rows = [" ".join(row.split()) for row in text.splitlines() if row.strip()]
    joined = ""
    for row in rows:
        close = joined and is_wide(joined[-1]) and is_wide(row[0])
        joined += row if close or not joined else f" {row}"
    return unicodedata.normalize("NFC", joined)


def _with_notes(text: str, seen: str) -> str:
    """The musical notes that models drop, where the other reader saw them at an end of the line."""
    if text and seen[:1] == "♪" and text[0] not in "♪♫":
        text = f"♪ {text}"
    if text and len(seen) > 1 and seen[-1] == "♪" and text[-1] not in "♪♫":
        text = f"{text} ♪"
    return text


def fits(text: str, box: Box) -> bool:
    """Whether the line is no longer than its box can hold in a slim font."""
    long, high = max(box.width, box.height), min(box.width, box.height)
    return _ems(text) * SMALLEST_EM * high <= 1.1 * long


def _ems(text: str) -> float:
    return sum(
        0.0
        if unicodedata.combining(letter)
        else WIDE_EM
        if is_wide(letter)
        else SLIM_EM
        if letter in NARROW
        else USUAL_EM
        for letter in text
    )


def max_tokens(box: Box) -> int:
    """A limit that the text of a box cannot reach, so that a loop ends soon."""
    long, high = max(box.width, box.height), max(1, min(box.width, box.height))
    return min(MAX_TOKENS, SPARE_TOKENS + round(TOKENS_PER_CHARACTER * long / (SMALLEST_EM * USUAL_EM * high)))


def loops(text: str, seen: str) -> bool:
    """Whether the end says something over and over that another reader did not see half as often.

    People do laugh hahahaha and say no, no, no, no: then the other reader sees it, too.
    """
    found = _LOOP.search(text)
    if found is None or not found["unit"].startswith(found["rest"]):
        return _repeats_lines(text, seen)
    times = len(found["loop"]) // len(found["unit"])
    return 2 * seen.count(found["unit"].strip()) < times


def _repeats_lines(text: str, seen: str) -> bool:
    """The same of units that are as long as a line, with or without a space between them."""
    found = (_LONG_LOOP.search(each) for each in (text, f"{text} "))
    again = any(each and each["unit"].startswith(each["rest"]) for each in found)
    return again and len(seen) < SEEN_LETTERS * len(text)
