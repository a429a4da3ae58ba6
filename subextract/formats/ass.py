"""How cues become Advanced SubStation Alpha, and Advanced SubStation Alpha cues."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from io import StringIO
from itertools import pairwise
from typing import Any

import pysubs2
from pysubs2.formats.substation import SubstationFormat

from subextract.errors import InputError
from subextract.formats.legal import GUARD, legal_cues
from subextract.formats.place import Place, place_of
from subextract.formats.styled import command, parts
from subextract.formats.timed import stretches, words_of
from subextract.tags import TAG, exact
from subextract.types import Cue, Video, Word

UNKNOWN_SIZE = (1920, 1080)
TO_COME = pysubs2.Color(160, 160, 160)  # of words that are not said yet; those that are become white

# Backslash and letter are a line break or a space, braces hold commands, and neither can be escaped in a way that all
# renderers and pysubs2 know. So the backslash is cut off from its letter, and the opening brace becomes its full-width
# twin with a mark by which it is known when it is read back.
COMMAND = re.compile(r"\\(?=[Nnh])")
OPENING_BRACE = "\N{FULLWIDTH LEFT CURLY BRACKET}" + GUARD

LAST = re.compile(r"\\\Z")  # before a command it would make its brace a letter
GUARDED = rf"\\{GUARD}"

KARAOKE = re.compile(r"\\[kK][fo]?(\d+)")  # centiseconds for which what follows is sung
BLOCK = re.compile(r"(\{[^}]*\})")
SWITCH = re.compile(r"\\(?:([ibu])([01])(?!\d)|1?c(?:&H([0-9A-Fa-f]{6})&)?(?![\w(&]))")
"""What turns italics, bold or underlining on or off (other numbers are weights of bold letters), or a colour."""


class _LongFormat(SubstationFormat):
    """The same format for videos of ten hours and more, which pysubs2 would cut off at 9:59:59.99."""

    @staticmethod
    def ms_to_timestamp(requested_ms: int) -> str:
        seconds, milliseconds = divmod(requested_ms, 1000)
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{milliseconds // 10:02d}"


def dumps(cues: Sequence[Cue], video: Video | None = None, details: Mapping[str, Any] | None = None) -> str:
    """A script as large as the video; cues that are not at the bottom centre carry the place of their box."""
    if video and video.script:
        return _as_written(cues, video.script)
    script = pysubs2.SSAFile()
    width, height = (video.width, video.height) if video and video.width > 0 < video.height else UNKNOWN_SIZE
    script.info |= {"PlayResX": str(width), "PlayResY": str(height)}
    legal = legal_cues(cues)
    style = _style(min(width, height))
    if any(cue.words for cue in legal):
        style.secondarycolor = TO_COME
    script.styles = {"Default": style}
    script.events = [_event(cue, place_of(cue, video)) for cue in legal]
    text = StringIO()
    _LongFormat.to_file(script, text, "ass", header_notice="")
    return text.getvalue()


def _as_written(cues: Sequence[Cue], head: str) -> str:
    """The script that the cues come from, its styles and commands as they were, in today's version of the format."""
    old = "[V4+ Styles]" not in head
    layer = "Marked" if old else "Layer"
    columns = f"Format: {layer}, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
    events = [_as_it_was(cue, "Marked=" if old else "") for cue in legal_cues(cues)]
    text = "\n".join([head.partition("[Events]")[0].replace("\r", "").rstrip(), "", "[Events]", columns, *events, ""])
    if not old:
        return text
    converted = StringIO()
    _LongFormat.to_file(pysubs2.SSAFile.from_string(text, "ssa"), converted, "ass", header_notice="")
    return converted.getvalue()


def _as_it_was(cue: Cue, before_layer: str) -> str:
    """The event of a cue; one whose text has been changed since is written without commands."""
    layer, _, fields = (cue.markup or "").partition(",")
    if not fields or _words(pysubs2.SSAEvent(text=fields.split(",", 6)[-1]).plaintext) != _words(cue.text):
        layer, fields = "0", f"Default,,0,0,0,,{_guarded(cue.text)}"
    return f"Dialogue: {before_layer}{layer},{_time(cue.start)},{_time(max(cue.start + 10, cue.end))},{fields}"


def _words(text: str) -> list[str]:
    return text.split()


def _time(milliseconds: int) -> str:
    return _LongFormat.ms_to_timestamp(_centisecond(milliseconds))


def _style(size: int) -> pysubs2.SSAStyle:
    """White with a black outline; ``size`` is the shorter side of the picture, so that upright videos get no giants."""
    return pysubs2.SSAStyle(
        fontname="Arial",
        fontsize=max(1, round(size / 18)),
        backcolor=pysubs2.Color(0, 0, 0, 128),
        outline=max(1, round(size / 360)),
        shadow=0,
        marginl=round(size / 36),
        marginr=round(size / 36),
        marginv=round(size / 27),
    )


def _event(cue: Cue, place: Place | None) -> pysubs2.SSAEvent:
    start = _centisecond(cue.start)
    end = max(start + 10, _centisecond(cue.end))
    return pysubs2.SSAEvent(start=start, end=end, text=_command(place) + (_sung(cue, start, end) or _styled(cue)))


def _centisecond(milliseconds: int) -> int:
    """Rounded down: a picture shows an event from its start on, so a start behind it would be one picture late. The
    picture before lies more than 10 ms earlier up to 95 pictures a second, and so the event does not reach it."""
    return milliseconds // 10 * 10


def _command(place: Place | None) -> str:
    if place is None:
        return ""
    across, down = place.point
    return rf"{{\an{place.numpad}\pos({across},{down})}}"


def _styled(cue: Cue) -> str:
    """The text with commands in the place of tags."""
    return "".join(command(part) if index % 2 else _guarded(part) for index, part in enumerate(parts(cue)))


def _sung(cue: Cue, start: int, end: int) -> str:
    """The text with the time that each word takes, and each pause; nothing where its words have no times.

    Each length is the difference of two times that are rounded as those of the event, so that all are as long as it is.
    """
    pieces = stretches(cue)
    times = [min(max(start, _centisecond(time)), end) for time, _ in pieces]
    lengths = [(after - before) // 10 for before, after in pairwise([*times, end])]
    return "".join(
        f"{{\\k{length}}}{LAST.sub(GUARDED, _guarded(text))}" for length, (_, text) in zip(lengths, pieces, strict=True)
    )


def _guarded(text: str) -> str:
    return COMMAND.sub(rf"\\{GUARD}", text).replace("{", OPENING_BRACE).replace("\n", r"\N")


def _tag(letter: str, state: str, colour: str) -> str:
    """A switch as a tag; colours without a name end the one before."""
    if letter:
        return f"<{'/' * (state == '0')}{letter}>"
    tag = exact(*reversed(bytes.fromhex(colour))) if colour else ""
    return f"<{tag}>" if tag else "</c>"


def loads(text: str) -> list[Cue]:
    """The cues of a script, without comments, drawings, styles and places; InputError where it is not one."""
    if "[Events]" not in text:
        raise InputError("this is not an ASS script, which has a part [Events]; check that the file is whole.")
    try:
        script = pysubs2.SSAFile.from_string(text, "ass")
    except (pysubs2.Pysubs2Error, ValueError, TypeError, LookupError) as exc:
        raise InputError("this ASS script is damaged; check that the file is whole.") from exc
    return legal_cues(
        Cue(
            event.start,
            event.end,
            _plain(event),
            styled=_with_tags(event, script.styles.get(event.style)),
            words=_words_of(event),
        )
        for event in script
        if event.is_text
    )


def _plain(event: pysubs2.SSAEvent) -> str:
    return event.plaintext.replace(OPENING_BRACE, "{")


def _words_of(event: pysubs2.SSAEvent) -> tuple[Word, ...]:
    """The times of its words, as its commands give them."""
    time, pieces = event.start, list[tuple[int, str]]()
    for part in BLOCK.split(event.text):
        if part.startswith("{"):
            for length in KARAOKE.findall(part):
                pieces.append((time, ""))
                time += 10 * int(length)
        elif pieces:
            pieces[-1] = (pieces[-1][0], _plain(pysubs2.SSAEvent(text=part)))
    return words_of(pieces, min(time, event.end))


def _with_tags(event: pysubs2.SSAEvent, style: pysubs2.SSAStyle | None) -> str | None:
    """The text with tags for what its commands or its style say of its letters; None where they say nothing."""
    found, tags = [], 0
    for part in BLOCK.split(event.text):
        if part.startswith("{"):
            switched = [_tag(*switch) for switch in SWITCH.findall(part)]
            found += switched
            tags += sum("/" not in tag for tag in switched)
        else:
            found.append(html.escape(_plain(pysubs2.SSAEvent(text=part)), quote=False))
    text = "".join(found)
    text = text if tags else TAG.sub("", text)
    slanted = style is not None and style.italic and "<i>" not in text
    return f"<i>{text}</i>" if slanted else text if tags else None
