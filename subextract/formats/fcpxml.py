"""How cues become the titles of a project of Final Cut Pro (FCPXML 1.9), which other editors read, too.

Source: Apple, "FCPXML Reference". Times are rational seconds, and each is a whole number of frames of the video.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from subextract.errors import UsageError
from subextract.formats.legal import legal_cues
from subextract.formats.place import place_of
from subextract.formats.styled import parts
from subextract.tags import COLOURS, switched
from subextract.types import Cue, Video

UNKNOWN_SIZE, UNKNOWN_RATE = (1920, 1080), Fraction(25)
NTSC = Fraction(1000, 1001)
NEAR_RATE = 1e-4  # relative; 23.976 is 24000/1001, 24 is not
TITLE = ".../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti"  # comes with Final Cut
BELOW = -42.0  # % of the height, from the middle up; where subtitles stand
LETTER_SIZE = 1 / 18  # of the shorter side of the picture, as in ASS
NAME_LETTERS = 40  # letters of a title's name


def dumps(cues: Sequence[Cue], video: Video | None = None, details: Mapping[str, Any] | None = None) -> str:
    """A project with one title for each cue; titles that are up at the same time are in lanes above one another."""
    legal, rate = legal_cues(cues), _rate(video)
    width, height = (video.width, video.height) if video and video.width > 0 < video.height else UNKNOWN_SIZE
    spans = [_span(cue, rate) for cue in legal]
    last = max((end for _, end in spans), default=1)
    whole = max(last, round(rate * (video.duration or 0) / 1000)) if video else last
    name = quoteattr(Path(video.path).stem if video else "subtitles")
    titles = [
        _title(number, cue, span, lane, _At(rate, round(LETTER_SIZE * min(width, height)), video))
        for number, (cue, span, lane) in enumerate(zip(legal, spans, _lanes(spans), strict=True), 1)
    ]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n<fcpxml version="1.9">\n<resources>',
            f'<format id="r1" frameDuration="{_seconds(1, rate)}" width="{width}" height="{height}"/>',
            f'<effect id="r2" name="Basic Title" uid="{TITLE}"/>\n</resources>',
            f"<library><event name={name}><project name={name}>",
            f'<sequence format="r1" tcStart="0s" tcFormat="NDF" duration="{_seconds(whole, rate)}"><spine>',
            f'<gap name="Gap" offset="0s" start="0s" duration="{_seconds(whole, rate)}">',
            *titles,
            "</gap></spine></sequence></project></event></library>\n</fcpxml>\n",
        ]
    )


class _At(NamedTuple):
    """The facts that all titles share: frames a second, size of letters in pixels, size of the picture."""

    rate: Fraction
    size: int
    video: Video | None


def _rate(video: Video | None) -> Fraction:
    """Frames a second as the fraction that is meant: 29.97 are 30000/1001."""
    if video is None or not video.frame_rate:
        return UNKNOWN_RATE
    whole = round(video.frame_rate)
    for meant in (Fraction(whole), whole * NTSC):
        if meant and abs(video.frame_rate / meant - 1) < NEAR_RATE:
            return meant
    return Fraction(video.frame_rate).limit_denominator(1001)


def _span(cue: Cue, rate: Fraction) -> tuple[int, int]:
    """First frame of a cue and first one after it: the nearest, because times are those of frames, rounded to ms."""
    first = round(cue.start * rate / 1000)
    return first, max(first + 1, round(cue.end * rate / 1000))


def _lanes(spans: Sequence[tuple[int, int]]) -> list[int]:
    """For each span (in order) the lowest lane from 1 on in which nothing else is up by then."""
    ends: list[int] = []
    found = []
    for start, end in spans:
        lane = next((number for number, until in enumerate(ends) if until <= start), len(ends))
        ends[lane : lane + 1] = [end]
        found.append(lane + 1)
    return found


def _seconds(frames: int, rate: Fraction) -> str:
    """So many frames in seconds: ``1001/30000s``, with the denominator of the rate, as editors write it."""
    if frames == 0:
        return "0s"
    return f"{frames * rate.denominator}/{rate.numerator}s" if rate.numerator > 1 else f"{frames * rate.denominator}s"


def _title(number: int, cue: Cue, span: tuple[int, int], lane: int, at: _At) -> str:
    first, after = span
    name = quoteattr(" ".join(cue.text.split())[:NAME_LETTERS])
    times = f'offset="{_seconds(first, at.rate)}" start="0s" duration="{_seconds(after - first, at.rate)}"'
    texts, styles = _styled(cue, f"ts{number}", at.size)
    return (
        f'<title ref="r2" lane="{lane}" {times} name={name}>'
        f"<text>{texts}</text>{styles}<adjust-transform position={quoteattr(_position(cue, at.video))}/></title>"
    )


def _styled(cue: Cue, name: str, size: int) -> tuple[str, str]:
    """The text with a style for each stretch of it, and these styles."""
    on = frozenset[str]()
    texts, styles = [], dict[str, str]()
    for index, part in enumerate(parts(cue)):
        if index % 2:
            on = switched(on, part)
        elif part:
            own = f"{name}{''.join(sorted(on)).replace('.', '-')}"
            styles[own] = _style(own, on, size)
            texts.append(f'<text-style ref="{own}">{escape(part)}</text-style>')
    return "".join(texts), "".join(styles.values())


def _style(name: str, on: frozenset[str], size: int) -> str:
    more = {"i": ' italic="1"', "b": ' bold="1"', "u": ' underline="1"'}
    red, green, blue = next((COLOURS[each[2:]] for each in on if each.startswith("c.")), (255, 255, 255))
    colour = f"{red // 255} {green // 255} {blue // 255} 1"
    looks = f'font="Helvetica" fontSize="{size}" fontColor="{colour}" strokeColor="0 0 0 1" strokeWidth="-2"'
    marks = "".join(more[letter] for letter in sorted(on) if letter in more)
    return f'<text-style-def id="{name}"><text-style {looks} alignment="center"{marks}/></text-style-def>'


def _position(cue: Cue, video: Video | None) -> str:
    """From the middle of the picture right and up, in % of its height."""
    place = place_of(cue, video)
    if place is None:
        return f"0 {BELOW:g}"
    box, height = place.box, place.height
    across, down = (box.left + box.right - place.width) / 2, (box.top + box.bottom - height) / 2
    return f"{round(100 * across / height, 2):g} {round(-100 * down / height, 2):g}"


def loads(text: str) -> list[Cue]:
    """Always UsageError: a project may hold anything, at times that depend on what is around it."""
    raise UsageError("Projects of Final Cut are written and not read; choose srt, vtt, ass, ttml, csv or json.")
