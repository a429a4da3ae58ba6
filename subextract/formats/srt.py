"""How cues become SubRip, and SubRip cues."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import srt  # type: ignore[import-untyped]

from subextract.errors import InputError
from subextract.formats.legal import BLANK, GUARD, legal_cues, without_blank_lines
from subextract.formats.place import ORDINARY, Place, place_of
from subextract.formats.styled import colour_of, parts, styled_of
from subextract.formats.wishes import wished
from subextract.types import Cue, Video

MILLISECOND = timedelta(milliseconds=1)

# SubRip has no escapes. What readers and players take for tags, ASS commands or line breaks is guarded in writing; tags
# and commands of other programs are dropped in reading.
TAG = re.compile(r"< */? *[a-zA-Z][^>]*>")
OVERRIDE = re.compile(r"\{\\[^}]*\}")
MARKUP_START = re.compile(r"<(?= */? *[a-zA-Z][^>]*>)|\{(?=\\)|\\(?=[Nnh])")
TIMESTAMP = re.compile(r"(\d{1,2}:)(?=\d{1,2}:\d{1,2}[.,]\d)")  # two in one line read as the times of a cue

# A line that readers take for the number of the next cue: digits alone, then a time or the end of the file.
NUMBER = re.compile(r"-?\d+\.?\d*")
TIME_START = re.compile(r"\d+[,.:，．。：]\d+[,.:，．。：]\d+")


def dumps(cues: Sequence[Cue], video: Video | None = None, details: Mapping[str, Any] | None = None) -> str:
    """SubRip text; an empty one for no cues.

    Where "position_tags" are wished, cues that are not at the bottom centre begin with the place of their box: not part
    of the format, but players know these commands of ASS.
    """
    legal = legal_cues(cues)
    placed = video if wished(details, "position_tags") else None
    subtitles = [_subtitle(number, cue, placed, last=number == len(legal)) for number, cue in enumerate(legal, 1)]
    return str(srt.compose(subtitles, reindex=False))


def _subtitle(number: int, cue: Cue, video: Video | None, last: bool) -> srt.Subtitle:
    return srt.Subtitle(number, cue.start * MILLISECOND, cue.end * MILLISECOND, content(cue, video, last=last))


def content(cue: Cue, video: Video | None = None, *, last: bool = False) -> str:
    """The text of a cue as it stands in a file (there as the last one), or in a track of Matroska.

    ``video`` is for its place, where that is to be said.
    """
    return _tag(place_of(cue, video)) + _guarded(parts(cue), last)


def _tag(place: Place | None) -> str:
    """``{\\an8}`` for the top; nothing for the place where text without a tag stands."""
    return "" if place is None or place.numpad == ORDINARY else rf"{{\an{place.numpad}}}"


def _guarded(parts: list[str], last: bool) -> str:
    text = "".join(
        _html(part) if index % 2 else MARKUP_START.sub(rf"\g<0>{GUARD}", part) for index, part in enumerate(parts)
    )
    lines = [_without_times(line) for line in text.split("\n")]
    guarded = [BLANK + line if _reads_as_number(lines, index, last) else line for index, line in enumerate(lines)]
    return without_blank_lines("\n".join(guarded))


def _html(tag: str) -> str:
    if tag.startswith("<c."):
        return f'<font color="{colour_of(tag)}">'
    return "</font>" if tag == "</c>" else tag


def _without_times(line: str) -> str:
    return TIMESTAMP.sub(rf"\1{GUARD}", line) if len(TIMESTAMP.findall(line)) > 1 else line


def _reads_as_number(lines: list[str], index: int, last: bool) -> bool:
    if index == 0 or not NUMBER.fullmatch(lines[index]):
        return False
    following = next((line for line in lines[index + 1 :] if line), None)
    return last if following is None else bool(TIME_START.match(following))


def loads(text: str) -> list[Cue]:
    """The cues of a SubRip text; InputError where it is not one."""
    try:
        subtitles = list(srt.parse(text))
    except (srt.SRTParseError, srt.TimestampParseError, OverflowError) as exc:
        raise InputError("this is not SubRip text; check that the file is whole.") from exc
    return legal_cues(
        Cue(
            subtitle.start // MILLISECOND,
            subtitle.end // MILLISECOND,
            _plain(subtitle.content),
            styled=styled_of(subtitle.content, _plain),
        )
        for subtitle in subtitles
    )


def _plain(content: str) -> str:
    return OVERRIDE.sub("", TAG.sub("", content))
