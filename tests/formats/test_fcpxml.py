"""Whether titles for Final Cut are on frames of the video, where the cues were, and never two in one lane."""

from __future__ import annotations

import xml.etree.ElementTree as et
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from subextract.errors import UsageError
from subextract.formats import by_name, load, save
from subextract.types import Box, Cue, Video
from tests.helpers.texts import ODD_TEXTS, SCRIPTS, one_after_another

RATES = {
    23.976023976023978: Fraction(24000, 1001),
    24.0: Fraction(24),
    25.0: Fraction(25),
    29.97002997002997: Fraction(30000, 1001),
    30.0: Fraction(30),
    59.94005994005994: Fraction(60000, 1001),
    12.5: Fraction(25, 2),
}


def project(cues: list[Cue], video: Video | None = None) -> et.Element:
    return et.fromstring(by_name("fcpxml").dumps(cues, video))


def seconds(text: str | None) -> Fraction:
    assert text
    assert text.endswith("s")
    return Fraction(text[:-1])


def titles(cues: list[Cue], video: Video | None = None) -> list[et.Element]:
    return list(project(cues, video).iter("title"))


@pytest.mark.parametrize(("rate", "meant"), RATES.items())
def test_every_frame_of_a_video_is_found_again(rate: float, meant: Fraction) -> None:
    """Cues begin and end with frames, whose times are rounded to milliseconds."""
    edges = [round(1000 * frame / meant) for frame in range(0, 5000, 7)]
    cues = [Cue(start, end, "text") for start, end in pairwise(edges)]
    video = Video("film.mp4", 1920, 1080, frame_rate=rate)
    found = titles(cues, video)
    assert [seconds(title.get("offset")) * meant for title in found] == list(range(0, 7 * len(cues), 7))
    assert {seconds(title.get("duration")) for title in found} == {7 / meant}
    root = project(cues, video)
    (form,) = root.iter("format")
    assert seconds(form.get("frameDuration")) == 1 / meant


def test_times_are_written_with_the_denominator_of_the_rate() -> None:
    (title,) = titles([Cue(1001, 2002, "a")], Video("a.mp4", 640, 360, frame_rate=29.97002997002997))
    assert (title.get("offset"), title.get("duration")) == ("30030/30000s", "30030/30000s")
    (title,) = titles([Cue(0, 1, "a")], Video("a.mp4", 640, 360, frame_rate=25.0))
    assert (title.get("offset"), title.get("duration")) == ("0s", "1/25s")


def test_titles_that_are_up_together_are_in_lanes_of_their_own() -> None:
    cues = [Cue(0, 5000, "a"), Cue(1000, 2000, "b"), Cue(2000, 3000, "c"), Cue(2500, 6000, "d"), Cue(5000, 7000, "e")]
    assert [title.get("lane") for title in titles(cues)] == ["1", "2", "2", "3", "1"]


def test_a_project_is_as_long_as_the_video_or_its_last_title() -> None:
    for duration, length in ((60_000, 60), (500, 2), (None, 2)):
        root = project([Cue(1000, 2000, "a")], Video("x/film.mp4", 640, 360, duration=duration, frame_rate=25.0))
        assert {seconds(each.get("duration")) for name in ("sequence", "gap") for each in root.iter(name)} == {length}
        assert [each.get("name") for each in root.iter("project")] == ["film"]
    assert list(project([]).iter("title")) == []


@pytest.mark.parametrize(
    ("box", "position"),
    [
        (None, "0 -42"),
        (Box(200, 310, 440, 345), "0 -42"),
        (Box(220, 0, 420, 36), "0 45"),
        (Box(0, 0, 64, 36), "-80 45"),
    ],
)
def test_places_are_from_the_middle_of_the_picture(box: Box | None, position: str) -> None:
    (title,) = titles([Cue(0, 1000, "a", box)], Video("a.mp4", 640, 360))
    (found,) = title.iter("adjust-transform")
    assert found.get("position") == position


@pytest.mark.parametrize("text", ODD_TEXTS + SCRIPTS)
def test_odd_texts_stand_in_their_titles(text: str) -> None:
    found = titles(one_after_another([text, text]))
    assert ["".join(title.find("text").itertext()) for title in found] == [text, text]  # type: ignore[union-attr]


def test_each_stretch_has_its_style_and_all_names_are_defined_once() -> None:
    (title,) = titles([Cue(0, 1000, "one two three", styled="one <i>two</i> three")])
    looks = {each.get("id"): each.find("text-style") for each in title.iter("text-style-def")}
    used = [(each.text, each.get("ref")) for each in title.find("text") or ()]
    italic = [(text, looks[name].get("italic")) for text, name in used]  # type: ignore[union-attr]
    assert italic == [("one ", None), ("two", "1"), (" three", None)]
    assert [each.tag for each in title] == ["text", "text-style-def", "text-style-def", "adjust-transform"]


def test_it_is_written_and_not_read(tmp_path: Path) -> None:
    save([Cue(0, 1000, "a")], tmp_path / "a.fcpxml")
    assert (tmp_path / "a.fcpxml").read_text().startswith('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>')
    with pytest.raises(UsageError, match="are written and not read"):
        load(tmp_path / "a.fcpxml")
