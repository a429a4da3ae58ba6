"""Whether timed text is what ttconv, a reader of IMSC by others, takes it for: times, places, looks."""

from __future__ import annotations

import xml.etree.ElementTree as et
from fractions import Fraction
from typing import Any

import pytest
import ttconv.imsc.reader
import ttconv.model
from ttconv.isd import ISD
from ttconv.style_properties import (
    DisplayAlignType,
    FontStyleType,
    FontWeightType,
    LengthType,
    StyleProperties,
    TextAlignType,
    WritingModeType,
)

from subextract.formats import by_name
from subextract.types import Box, Cue, Video
from tests.helpers.strict_ttml import check
from tests.helpers.texts import ODD_TEXTS, PLAIN, SCRIPTS, VIDEO, one_after_another


def read(cues: list[Cue], video: Video | None = VIDEO) -> ttconv.model.ContentDocument:
    text = by_name("ttml").dumps(cues, video)
    check(text)
    document = ttconv.imsc.reader.to_model(et.ElementTree(et.fromstring(text)))
    assert document is not None
    return document


def shown(document: ttconv.model.ContentDocument, milliseconds: int) -> ISD:
    found = ISD.from_model(document, Fraction(milliseconds, 1000))
    assert found is not None
    return found


def said(element: Any) -> str:
    if isinstance(element, ttconv.model.Text):
        return str(element.get_text())
    return "\n" if isinstance(element, ttconv.model.Br) else "".join(map(said, element))


def texts(document: ttconv.model.ContentDocument, milliseconds: int) -> list[str]:
    return [said(region) for region in shown(document, milliseconds).iter_regions() if said(region)]


def all_of(element: Any, kind: type) -> list[Any]:
    return ([element] if isinstance(element, kind) else []) + [one for each in element for one in all_of(each, kind)]


def test_each_cue_is_up_from_its_start_until_its_end() -> None:
    document = read(PLAIN)
    for cue in PLAIN:
        for time in (cue.start, cue.end - 1):
            assert texts(document, time) == [cue.text]
        assert cue.text not in texts(document, cue.end)
        assert cue.start == 0 or cue.text not in texts(document, cue.start - 1)


@pytest.mark.parametrize("text", ODD_TEXTS + SCRIPTS)
def test_odd_texts_are_read_as_they_were(text: str) -> None:
    document = read(one_after_another([text, "between", text]))
    assert [texts(document, time) for time in (100, 1100, 2100)] == [[text], ["between"], [text]]


@pytest.mark.parametrize(
    ("box", "across", "down", "origin"),
    [
        (Box(200, 29, 440, 60), TextAlignType.center, DisplayAlignType.before, (31.25, 8.05)),
        (Box(32, 310, 200, 345), TextAlignType.start, DisplayAlignType.after, (5.0, 86.11)),
        (Box(440, 160, 608, 200), TextAlignType.end, DisplayAlignType.center, (68.75, 44.44)),
        (Box(200, 310, 440, 345), TextAlignType.center, DisplayAlignType.after, (10.0, 75.0)),  # where others are
    ],
)
def test_a_place_is_a_region_as_large_as_its_box(box: Box, across: Any, down: Any, origin: tuple[float, float]) -> None:
    document = read([Cue(0, 1000, "text", box)])
    (region,) = [each for each in shown(document, 0).iter_regions() if said(each)]
    place = region.get_style(StyleProperties.Origin)
    assert region.get_style(StyleProperties.DisplayAlign) == down
    assert all_of(region, ttconv.model.P)[0].get_style(StyleProperties.TextAlign) == across
    assert (place.x.units, place.x.value, place.y.value) == (LengthType.Units.rw, *origin)


def test_columns_run_down_and_the_first_is_at_the_right() -> None:
    document = read([Cue(0, 1000, "縦\n書", Box(500, 20, 560, 300), vertical=True)])
    (region,) = [each for each in shown(document, 0).iter_regions() if said(each)]
    assert region.get_style(StyleProperties.WritingMode) is WritingModeType.tbrl


def test_italics_and_bold_letters_are_set_so_whatever_their_order() -> None:
    cue = Cue(0, 1000, "one two three", styled="<i>one <b>two</i> three</b>")
    spans = all_of(shown(read([cue]), 0), ttconv.model.Span)
    looks = {
        said(span): (
            span.get_style(StyleProperties.FontStyle) is FontStyleType.italic,
            span.get_style(StyleProperties.FontWeight) is FontWeightType.bold,
        )
        for span in spans
        if not all_of(list(span), ttconv.model.Span)
    }
    assert {text: look for text, look in looks.items() if text in ("two", " three")} == {
        "two": (True, True),
        " three": (False, True),
    }


def test_languages_and_forced_cues_are_marked() -> None:
    cues = [Cue(0, 1, "a", language="en"), Cue(2, 3, "b", language="en", forced=True), Cue(4, 5, "ü", language="de")]
    text = by_name("ttml").dumps(cues)
    root = et.fromstring(text)
    space = "{http://www.w3.org/XML/1998/namespace}lang"
    forced = "{http://www.w3.org/ns/ttml/profile/imsc1#styling}forcedDisplay"
    assert root.get(space) == "en"
    assert [(p.get(space), p.get(forced)) for p in root.iter("{http://www.w3.org/ns/ttml}p")] == [
        (None, None),
        (None, "true"),
        ("de", None),
    ]


def test_equal_places_share_a_region_and_the_shape_of_the_picture_is_said() -> None:
    boxes = [Box(200, 29, 440, 60)] * 3 + [None, Box(32, 310, 200, 345)]
    text = by_name("ttml").dumps([Cue(1000 * n, 1000 * n + 500, "a", box) for n, box in enumerate(boxes)], VIDEO)
    assert text.count("<region ") == 3
    assert 'ttp:displayAspectRatio="16 9"' in text
    wide = Video("a.mpg", 720, 576, pixel_aspect=64 / 45)
    assert 'ttp:displayAspectRatio="16 9"' in by_name("ttml").dumps([], wide)


def test_documents_of_others_are_read_with_their_own_white_space() -> None:
    text = (
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">\n  one\n  two<br/>three  </p>'
        '<p begin="3s" end="4s" xml:space="preserve">one  two</p></div></body></tt>'
    )
    assert by_name("ttml").loads(text) == [Cue(1000, 2000, "one two\nthree"), Cue(3000, 4000, "one  two")]
