"""How cues become timed text in XML (TTML2, as IMSC 1.1 text profile), and timed text cues.

Sources: W3C "TTML Profiles for Internet Media Subtitles and Captions 1.1" (2018), TTML2 (2018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import gcd
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from subextract import timedtext
from subextract.errors import InputError
from subextract.formats.legal import legal_cues
from subextract.formats.place import Place, place_of
from subextract.formats.styled import colour_of, parts
from subextract.formats.timed import timestamp
from subextract.languages.identification import as_marked
from subextract.tags import kind
from subextract.types import Cue, Video

PROFILE = "http://www.w3.org/ns/ttml/profile/imsc1.1/text"
NAMESPACES = {
    "xmlns": "http://www.w3.org/ns/ttml",
    "xmlns:ttp": "http://www.w3.org/ns/ttml#parameter",
    "xmlns:tts": "http://www.w3.org/ns/ttml#styling",
    "xmlns:itts": "http://www.w3.org/ns/ttml/profile/imsc1#styling",
}

# Cells of 1/15 of the height are those of TTML; 80% of one is the size that players expect of subtitles.
STYLE = {
    "tts:fontFamily": "proportionalSansSerif",
    "tts:fontSize": "80%",
    "tts:lineHeight": "125%",
    "tts:color": "#ffffff",
    "tts:textOutline": "#000000 5%",
}
BOTTOM = {
    "tts:origin": "10% 75%",
    "tts:extent": "80% 20%",
    "tts:displayAlign": "after",
    "tts:textAlign": "center",
}
COLUMN, ROW = ("left", "center", "right"), ("after", "center", "before")
STYLED = {"i": 'tts:fontStyle="italic"', "b": 'tts:fontWeight="bold"', "u": 'tts:textDecoration="underline"'}

Attributes = Mapping[str, str]


def dumps(cues: Sequence[Cue], video: Video | None = None, details: Mapping[str, Any] | None = None) -> str:
    """A document; cues that are not at the bottom centre have a region as large as their box."""
    legal = legal_cues(cues)
    places = [_region(place_of(cue, video), cue.vertical) for cue in legal]
    regions = list({tuple(region.items()): region for region in [BOTTOM, *places]}.values())
    language = as_marked(legal) or ""  # which says that it is not known
    body = [
        _paragraph(number, cue, f"r{regions.index(region)}", language)
        for number, (cue, region) in enumerate(zip(legal, places, strict=True), 1)
    ]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f"<tt{_written(NAMESPACES | _root(video) | {'xml:lang': language, 'xml:space': 'preserve'})}>",
            f"<head><styling><style{_written({'xml:id': 's0', **STYLE})}/></styling><layout>",
            *(f"<region{_written({'xml:id': f'r{number}', **each})}/>" for number, each in enumerate(regions)),
            '</layout></head><body style="s0"><div>',
            *body,
            "</div></body></tt>\n",
        ]
    )


def _root(video: Video | None) -> dict[str, str]:
    found = {"ttp:contentProfiles": PROFILE, "ttp:timeBase": "media", "ttp:cellResolution": "32 15"}
    if video and video.width > 0 < video.height:
        width = round(video.width * 1000 * video.pixel_aspect)
        shared = gcd(width, height := video.height * 1000)
        found["ttp:displayAspectRatio"] = f"{width // shared} {height // shared}"
    return found


def _written(attributes: Attributes) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())


def _region(place: Place | None, vertical: bool) -> Attributes:
    """A box in shares of the picture, from which longer text may hang out; of columns the first is at the right."""
    if place is None:
        return BOTTOM
    box, width, height = place.box, place.width, place.height
    made = {
        "tts:origin": f"{_share(box.left, width)} {_share(box.top, height)}",
        "tts:extent": f"{_share(box.width, width)} {_share(box.height, height)}",
        "tts:displayAlign": "before" if vertical else ROW[place.up],
        "tts:textAlign": "start" if vertical else COLUMN[place.across],
        "tts:overflow": "visible",
        "tts:wrapOption": "noWrap",
    }
    return made | ({"tts:writingMode": "tbrl"} if vertical else {})


def _share(pixels: int, whole: int) -> str:
    # Down: origin and extent together never leave the picture, which IMSC forbids.
    return f"{int(10_000 * pixels / whole) / 100:g}%"


def _paragraph(number: int, cue: Cue, region: str, language: str) -> str:
    attributes = {"xml:id": f"c{number}", "begin": timestamp(cue.start), "end": timestamp(cue.end), "region": region}
    if cue.language and cue.language != language:
        attributes["xml:lang"] = cue.language
    if cue.forced:
        attributes["itts:forcedDisplay"] = "true"
    return f"<p{_written(attributes)}><span>{_content(cue)}</span></p>"


def _content(cue: Cue) -> str:
    """The text, with spans in the place of tags."""
    found, opened = [], list[str]()
    for index, part in enumerate(parts(cue)):
        if index % 2:
            found.append(_turned(part.strip("</>"), "/" in part, opened))
        else:
            found.append(escape(part).replace("\n", "<br/>"))
    return "".join(found) + "</span>" * len(opened)


def _look(name: str) -> str:
    return STYLED[name] if name in STYLED else f'tts:color="{colour_of(name)}"'


def _turned(name: str, ends: bool, opened: list[str]) -> str:
    """A tag as spans, which unlike it must end in the order in which they began: those inside end and begin anew."""
    if not ends:
        opened.append(name)
        return f"<span {_look(name)}>"
    place = max((number for number, each in enumerate(opened) if kind(each) == name), default=None)
    if place is None:
        return ""
    inside = opened[place + 1 :]
    del opened[place]
    return "</span>" * (len(inside) + 1) + "".join(f"<span {_look(each)}>" for each in inside)


def loads(text: str) -> list[Cue]:
    """The cues of a document, without styles and places; InputError where it is not one."""
    try:
        return legal_cues(timedtext.cues(text.removeprefix("\ufeff")))
    except ValueError as exc:
        raise InputError(f"this is not timed text ({exc}); check that the file is whole.") from exc
