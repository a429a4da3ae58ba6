"""What IMSC 1.1 asks of a document of the text profile that ttconv does not, as far as ours can break it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as et

TT = "{http://www.w3.org/ns/ttml}"
TTS, TTP = "{http://www.w3.org/ns/ttml#styling}", "{http://www.w3.org/ns/ttml#parameter}"
XML = "{http://www.w3.org/XML/1998/namespace}"
PAIR = re.compile(r"(\d+(?:\.\d+)?)% (\d+(?:\.\d+)?)%")
CHILDREN = {
    "tt": {"head", "body"},
    "head": {"styling", "layout"},
    "styling": {"style"},
    "layout": {"region"},
    "body": {"div"},
    "div": {"p"},
    "p": {"span"},
    "span": {"span", "br"},
}


def check(text: str) -> None:
    """AssertionError where something is not allowed."""
    root = et.fromstring(text)
    assert root.tag == f"{TT}tt"
    assert root.get(f"{TTP}contentProfiles") == "http://www.w3.org/ns/ttml/profile/imsc1.1/text"
    assert root.get(f"{XML}lang") is not None  # 5.1; may be empty
    names = [each.get(f"{XML}id") for each in root.iter() if each.get(f"{XML}id")]
    assert len({*names}) == len(names)
    _check_children(root)
    regions = {each.get(f"{XML}id"): each for each in root.iter(f"{TT}region")}
    for region in regions.values():
        _check_region(region)
    for paragraph in root.iter(f"{TT}p"):
        assert paragraph.get("region") in regions
        assert re.fullmatch(r"\d{2,}:\d\d:\d\d\.\d{3}", paragraph.get("begin", ""))
        assert re.fullmatch(r"\d{2,}:\d\d:\d\d\.\d{3}", paragraph.get("end", ""))


def _check_children(element: et.Element) -> None:
    name = element.tag.removeprefix(TT)
    for child in element:
        assert child.tag.removeprefix(TT) in CHILDREN.get(name, set()), f"{child.tag} in {name}"
        _check_children(child)
        if name not in ("p", "span"):
            assert not (child.tail or "").strip()


def _check_region(region: et.Element) -> None:
    """In shares of the picture, and nothing outside of it (8.4.2)."""
    found = [PAIR.fullmatch(region.get(f"{TTS}{name}", "")) for name in ("origin", "extent")]
    origin, extent = ([float(each) for each in pair.groups()] for pair in found if pair)
    assert all(start + length <= 100 for start, length in zip(origin, extent, strict=True))
