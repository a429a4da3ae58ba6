"""Whether a song at the top and a dialogue at the bottom come apart where one bitmap holds both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.sup import Colours, Shown, sup
from subextract.formats import by_name
from subextract.soft import image_cues
from subextract.subtitles import contents
from subextract.subtitles.bitmap.dvb import screens as dvb_screens
from subextract.subtitles.bitmap.screens import Part, Payload, Screen
from subextract.subtitles.bitmap.vobsub import screens as vobsub_screens
from subextract.subtitles.bitmaps import groups, pattern
from subextract.types import Box, Clip, Line
from tests.helpers.muxing import dvb, in_four, lettered, vobsub


def crisp(text: str) -> Colours:
    """Letters whose outline ends at a pixel."""
    colours = lettered(text, 2.0)
    colours[..., 3] = np.where(colours[..., 3] > 127, 255, 0)
    return colours


SONG = crisp("la la la")
WORDS = [crisp(text) for text in ("One", "Two", "Three")]


def as_high_as(height: int, width: int, *texts: tuple[Colours, int]) -> Colours:
    """One picture with these texts at these heights, each from the same column on."""
    whole = np.zeros((height, width, 4), np.uint8)
    for colours, top in texts:
        whole[top : top + colours.shape[0], 300 : 300 + colours.shape[1]] = colours
    return whole


def tinted(colours: Colours, tint: Sequence[int]) -> Colours:
    """The same letters in another colour."""
    return np.concatenate([colours[..., :3] // 255 * np.array(tint, np.uint8), colours[..., 3:]], axis=2)


def boxed(colours: Colours, left: int, top: int) -> Box:
    """Where the ink lies of a text in a picture."""
    rows, columns = (np.flatnonzero(colours[..., 3].any(axis=axis)) for axis in (1, 0))
    return Box(left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]) + 1, top + int(rows[-1]) + 1)


def seen(screens: list[Screen]) -> list[tuple[int, int | None, Box]]:
    return [(group[0].start, group[0].end, group[0].part.box) for group in groups(screens)]


def expected(top: int, bottom: int, left: int = 300) -> list[tuple[int, int, Box]]:
    song = (1000, 4000, boxed(SONG, left, top))
    words = [(1000 + 1000 * place, 2000 + 1000 * place, boxed(each, left, bottom)) for place, each in enumerate(WORDS)]
    return sorted([song, *words], key=lambda each: each[:2])


class Told:
    """A reader that tells the number of lines and where they stand."""

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        return [[Line(f"{clip.start}", box, 1.0) for box in clip.lines] for clip in clips]

    def close(self) -> None:
        pass


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    """One object as high as the screen, thrice, its lower text in another colour each time, and so its palette."""
    tints = ((255, 255, 255), (255, 255, 0), (0, 255, 255))
    shown = [
        as_high_as(1080, 1200, (SONG, 60), (tinted(words, tint), 960)) for words, tint in zip(WORDS, tints, strict=True)
    ]
    path = tmp_path / "a.sup"
    path.write_bytes(
        sup([*((1000 + 1000 * place, [Shown(each, 0, 0)]) for place, each in enumerate(shown)), (4000, [])])
    )
    return path


def test_the_song_comes_once_with_its_whole_time_and_place_and_each_line_by_itself(disc: Path) -> None:
    video = contents(disc)
    video = replace(video, width=1920, height=1080)
    cues = [cue for _, found in image_cues(video, video.tracks[0], Told(), lambda kind: None) for cue in found]
    assert sorted(((cue.start, cue.end, cue.box) for cue in cues), key=lambda each: each[:2]) == expected(60, 960)
    written = by_name("ass").dumps(cues, video).splitlines()
    lines = [line.partition(",,")[2] for line in written if line.startswith("Dialogue")]
    assert [r"{\an" in line and line.split(r"\an")[1][0] for line in lines] == ["1", "7", "1", "1"]


def test_it_is_so_on_discs_and_in_broadcasts_too() -> None:
    planes = [in_four(as_high_as(570, 700, (SONG, 20), (words, 500))) for words in WORDS]
    times = [1000, 2000, 3000]
    size = b"size: 720x576\n"
    dvd = [Payload(time, vobsub(plane, 0, 2, stop=90), 1000) for time, plane in zip(times, planes, strict=True)]
    air = [Payload(time, dvb(plane, 0, 2)) for time, plane in zip(times, planes, strict=True)]
    assert len(seen(list(vobsub_screens(dvd, size)))) == 4
    for screens in (list(vobsub_screens(dvd, size)), list(dvb_screens([*air, Payload(4000, dvb(None))]))):
        assert [each[:2] for each in seen(screens)] == [each[:2] for each in expected(22, 502)]


def screen(colours: Colours, height: int, time: int = 0) -> Screen:
    numbers = in_four(colours)
    part = Part(Box(0, 0, colours.shape[1], colours.shape[0]), numbers, colours)
    return Screen(time, time + 1000, (part,), 1920, height)


def test_a_line_in_a_picture_as_high_as_the_screen_stands_where_its_ink_is() -> None:
    assert seen([screen(as_high_as(1080, 1200, (SONG, 900)), 1080)]) == [(0, 1000, boxed(SONG, 300, 900))]


def test_lines_that_fill_the_screen_are_one_text() -> None:
    page = as_high_as(1080, 1200, *((SONG, top) for top in range(50, 1000, 150)))
    ((_, _, box),) = seen([screen(page, 1080)])
    assert box == boxed(SONG, 300, 50).union(boxed(SONG, 300, 950))


def test_a_low_picture_and_one_on_a_box_stay_as_they_are() -> None:
    low = as_high_as(400, 1200, (SONG, 0), (SONG, 330))
    solid = as_high_as(1080, 1200, (SONG, 60), (SONG, 960))
    solid[..., 3] = 255
    assert [each[2] for each in seen([screen(low, 1080), screen(solid, 1080, 5000)])] == [
        Box(0, 0, 1200, 400),
        Box(0, 0, 1200, 1080),
    ]


def test_the_same_pixels_have_one_pattern_under_any_palette() -> None:
    one = np.array([[0, 3, 3], [7, 3, 0]], np.uint8)
    assert pattern(one) == pattern(np.array([[5, 1, 1], [2, 1, 5]], np.uint8))
    assert pattern(one) != pattern(np.array([[5, 1, 1], [2, 2, 5]], np.uint8))
    everything = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert pattern(everything) == pattern(everything[::-1])
