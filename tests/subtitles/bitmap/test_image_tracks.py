"""Whether the pictures of image tracks come out as they were put in, with their times, whatever the format."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from av.stream import Disposition
from numpy.typing import NDArray

from benchmarks.sup import (
    COMPOSITION,
    END,
    EPOCH_START,
    NORMAL,
    PALETTE,
    Colours,
    Shown,
    composition,
    display_set,
    numbers,
    objects,
    segment,
    sup,
)
from subextract.errors import DecodeError
from subextract.subtitles import clips, contents, plane
from subextract.subtitles.bitmap.binarize import darkened, lines_of
from subextract.subtitles.bitmap.dvb import usual
from subextract.subtitles.bitmap.dvb_runs import Bits, runs
from subextract.subtitles.bitmap.pgs import decoded
from subextract.subtitles.bitmap.screens import Payload
from subextract.subtitles.bitmap.vobsub import palette_of, screens
from subextract.subtitles.bitmap.xsub import screens as xsub_screens
from subextract.types import Box, Clip, Track
from tests.helpers.muxing import Stream, dvb, in_four, lettered, mux, vobsub, xsub

HELLO, WORLD = lettered("Hello"), lettered("world")
PALE = 40


class Seen(NamedTuple):
    """What matters of a clip."""

    start: int
    end: int
    box: Box
    lines: int
    forced: bool = False


def seen(path: Path, track: int = 0) -> list[Seen]:
    """The clips of a track."""
    tracks = {each.index: each for each in contents(path).tracks}
    return [_seen(clip) for clip in clips(path, tracks[track])]


def _seen(clip: Clip) -> Seen:
    return Seen(clip.start, clip.end, clip.box, len(clip.lines), clip.forced)


def box_of(colours: Colours | NDArray[np.uint8], left: int, top: int) -> Box:
    return Box(left, top, left + colours.shape[1], top + colours.shape[0])


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    return tmp_path / "a.sup"


def test_pictures_last_from_their_own_time_to_that_of_the_next_screen(bare: Path) -> None:
    shown = [(1001, [Shown(HELLO, 800, 900)]), (2002, []), (3003, [Shown(WORLD, 810, 900)]), (4004, [])]
    written(bare, sup(shown))
    assert seen(bare) == [
        Seen(1001, 2002, box_of(HELLO, 800, 900), 1),
        Seen(3003, 4004, box_of(WORLD, 810, 900), 1),
    ]
    assert plane(bare, Track(0, "image", "hdmv_pgs_subtitle")) == (1920, 1080)


def test_times_of_a_bare_file_lie_no_later_than_their_picture(bare: Path) -> None:
    data = sup([(1001, [Shown(HELLO, 800, 900)]), (2002, [])])
    ticks = [struct.pack(">I", time * 90) for time in (1001, 2002)]
    written(
        bare, data.replace(ticks[0], struct.pack(">I", 90 * 1001 + 75)).replace(ticks[1], struct.pack(">I", 180_150))
    )
    assert [each[:2] for each in seen(bare)] == [(1001, 2001)]


def test_a_bare_file_is_a_track_without_a_video(bare: Path) -> None:
    written(bare, sup([(0, [Shown(HELLO, 0, 0)])]))
    found = contents(bare)
    assert (found.width, found.height, found.container) == (0, 0, "sup")
    assert found.tracks == (Track(0, "image", "hdmv_pgs_subtitle"),)


def test_the_same_pixels_sent_again_are_one_clip_also_over_a_short_break(bare: Path) -> None:
    once = [Shown(HELLO, 800, 900)]
    written(bare, sup([(1000, once), (2000, once), (3000, []), (3042, once), (4000, []), (6000, once), (7000, [])]))
    assert [each[:2] for each in seen(bare)] == [(1000, 4000), (6000, 7000)]


def test_another_picture_at_the_same_place_is_another_clip_at_once(bare: Path) -> None:
    one, other = lettered("Line 1"), lettered("Line 2")
    written(bare, sup([(1000, [Shown(one, 800, 900)]), (2000, [Shown(other, 800, 900)]), (3000, [])]))
    assert [each[:2] for each in seen(bare)] == [(1000, 2000), (2000, 3000)]


def test_two_objects_that_come_and_go_together_are_one_clip_from_top_to_bottom(bare: Path) -> None:
    written(bare, sup([(1000, [Shown(WORLD, 500, 900), Shown(HELLO, 500, 100)]), (2000, [])]))
    whole = box_of(WORLD, 500, 900).union(box_of(HELLO, 500, 100))
    assert seen(bare) == [Seen(1000, 2000, whole, 2)]
    (clip,) = clips(bare, Track(0, "image", "hdmv_pgs_subtitle"))
    assert clip.lines[0].bottom <= clip.lines[1].top


def test_an_object_that_stays_while_another_goes_is_a_clip_of_its_own(bare: Path) -> None:
    sign, one, other = (Shown(each, 500, top) for each, top in ((HELLO, 100), (WORLD, 900), (lettered("bye"), 900)))
    written(bare, sup([(1000, [sign, one]), (2000, [sign, other]), (3000, [])]))
    assert [each[:2] for each in seen(bare)] == [(1000, 2000), (1000, 3000), (2000, 3000)]


def test_a_crop_shows_a_part_of_an_object(bare: Path) -> None:
    double = np.concatenate([HELLO, WORLD], axis=1)
    crop = (HELLO.shape[1], 0, WORLD.shape[1], double.shape[0])
    written(bare, sup([(1000, [Shown(double, 500, 900, crop=crop)]), (2000, [])]))
    (found,) = clips(bare, Track(0, "image", "hdmv_pgs_subtitle"))
    written(bare, sup([(1000, [Shown(WORLD, 500, 900)]), (2000, [])]))
    (expected,) = clips(bare, Track(0, "image", "hdmv_pgs_subtitle"))
    assert found.box == expected.box
    np.testing.assert_array_equal(found.image, expected.image)


def test_forced_is_told_of_each_picture(bare: Path) -> None:
    written(bare, sup([(1000, [Shown(HELLO, 0, 900, forced=True)]), (2000, [Shown(WORLD, 0, 900)]), (3000, [])]))
    assert [each.forced for each in seen(bare)] == [True, False]


def test_what_is_forced_and_what_is_not_are_clips_of_their_own_also_at_one_time(bare: Path) -> None:
    shown = [Shown(HELLO, 500, 100, forced=True), Shown(WORLD, 500, 900)]
    written(bare, sup([(1000, shown), (2000, [])]))
    assert seen(bare) == [
        Seen(1000, 2000, box_of(HELLO, 500, 100), 1, forced=True),
        Seen(1000, 2000, box_of(WORLD, 500, 900), 1),
    ]


def faded(time: int, opacity: int, state: int) -> bytes:
    """A display set whose palette makes all of "Hello" as opaque; only the first one sends the object."""
    shown = [Shown(HELLO, 800, 900)]
    entries = np.unique(HELLO.reshape(-1, 4), axis=0)
    palette = b"".join(
        bytes([place, round(16 + entry[0] * 219 / 255), 128, 128, round(entry[3] / 255 * opacity)])
        for place, entry in enumerate(entries.tolist(), 1)
    )
    data = segment(time, COMPOSITION, composition(shown, time, 1920, 1080, state))
    data += segment(time, PALETTE, b"\0\0" + palette)
    for kind, body in objects(0, numbers(HELLO, entries)) if state == EPOCH_START else ():
        data += segment(time, kind, body)
    return data + segment(time, END, b"")


def test_a_fade_by_palettes_is_one_clip_seen_where_it_is_clearest(bare: Path) -> None:
    steps = [(1000, 0), (1040, PALE), (1080, 255), (2000, PALE), (2040, 0)]
    data = b"".join(faded(time, opacity, NORMAL if time > 1000 else EPOCH_START) for time, opacity in steps)
    written(bare, data)
    assert [each[:2] for each in seen(bare)] == [(1040, 2040)]
    (clip,) = clips(bare, Track(0, "image", "hdmv_pgs_subtitle"))
    assert clip.image.min() < PALE


def test_a_new_epoch_forgets_the_objects_of_the_old_one(bare: Path, caplog: pytest.LogCaptureFixture) -> None:
    second = segment(3000, COMPOSITION, composition([Shown(HELLO, 0, 0)], 1, 1920, 1080, EPOCH_START))
    written(bare, sup([(1000, [Shown(HELLO, 800, 900)]), (2000, [])]) + second + segment(3000, END, b""))
    assert [each[:2] for each in seen(bare)] == [(1000, 2000)]
    assert "3.000 s of the track is left out" in caplog.text


def test_a_picture_that_nothing_ends_is_shown_for_five_seconds(bare: Path) -> None:
    written(bare, sup([(1000, [Shown(HELLO, 800, 900)])]))
    assert [each[:2] for each in seen(bare)] == [(1000, 6000)]


def test_a_file_that_breaks_off_gives_what_came_before(bare: Path) -> None:
    whole = sup([(1000, [Shown(HELLO, 800, 900)]), (2000, []), (3000, [Shown(WORLD, 800, 900)])])
    written(bare, whole[:-40])
    found: list[Clip] = []
    with pytest.raises(DecodeError, match=r"a\.sup breaks off"):
        found.extend(clips(bare, Track(0, "image", "hdmv_pgs_subtitle")))
    assert [(clip.start, clip.end) for clip in found] == [(1000, 2000)]


def test_an_incomplete_set_at_the_end_ends_what_was_there(bare: Path, caplog: pytest.LogCaptureFixture) -> None:
    last = display_set([Shown(WORLD, 800, 900)], 2, 1920, 1080)[0]
    written(bare, sup([(1000, [Shown(HELLO, 800, 900)])]) + segment(2000, *last))
    assert [each[:2] for each in seen(bare)] == [(1000, 2000)]
    assert "incomplete and left out" in caplog.text


def test_damaged_bytes_between_two_pictures_are_skipped(bare: Path, caplog: pytest.LogCaptureFixture) -> None:
    first, second = (sup([(time, [Shown(HELLO, 800, 900)]), (time + 500, [])]) for time in (1000, 2000))
    written(bare, first + b"\x01\x02\x03" + second)
    assert [each[:2] for each in seen(bare)] == [(1000, 1500), (2000, 2500)]
    assert "3 damaged bytes are skipped" in caplog.text


def test_heads_written_the_wrong_way_round_are_read(bare: Path) -> None:
    right = sup([(1000, [Shown(HELLO, 800, 900)]), (2000, [])])
    wrong, place = b"", 0
    while place < len(right):
        size = int.from_bytes(right[place + 11 : place + 13], "big")
        head = right[place : place + 13]
        wrong += head[:2] + head[2:6][::-1] + head[6:10][::-1] + head[10:11] + head[11:13][::-1]
        wrong += right[place + 13 : place + 13 + size]
        place += 13 + size
    written(bare, wrong)
    assert seen(bare) == [Seen(1000, 2000, box_of(HELLO, 800, 900), 1)]


def test_lines_of_run_lengths_may_be_short_and_missing() -> None:
    coded = bytes([1, 0, 0, 0, 0x82, 2, 0, 0x01, 0, 0])
    assert decoded(coded, 3, 3).tolist() == [[1, 0, 0], [2, 2, 0], [0, 0, 0]]


def test_discs_keep_length_place_and_palette_in_matroska(tmp_path: Path) -> None:
    data = [
        vobsub(in_four(colours), 100, 400, stop=90, forced=forced)
        for colours, forced in ((HELLO, False), (WORLD, True))
    ]
    stream = Stream("dvdsub", [(1000, 500, data[0]), (3000, 2000, data[1])], "de", Disposition.default)
    path = mux(tmp_path / "a.mkv", stream)
    assert contents(path).tracks == (Track(1, "image", "dvd_subtitle", "de", default=True),)
    assert seen(path, 1) == [
        Seen(1000, 1500, box_of(HELLO, 100, 400), 1),
        Seen(3000, 4024, box_of(WORLD, 100, 400), 1, forced=True),  # 90 ticks of 1024/90 ms
    ]


def test_a_damaged_picture_of_a_disc_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    whole = vobsub(in_four(HELLO), 0, 0, stop=90)
    found = list(screens([Payload(0, whole[:50]), Payload(1000, whole), Payload(2000, b"\0\0\0\x04\0\0\0\x04\x63")]))
    assert [(screen.start, len(screen.parts)) for screen in found] == [(0, 0), (1000, 1), (2000, 0)]
    assert "0.000 s of the track" in caplog.text
    assert "2.000 s of the track" in caplog.text


def test_the_palette_of_an_index_file_is_read_and_a_broken_one_is_none() -> None:
    text = b"size: 720x576\npalette: 102030, " + b", ".join([b"0000ff"] * 15) + b"\n"
    assert palette_of(text) == [(16, 32, 48), *[(0, 0, 255)] * 15]
    assert palette_of(b"palette: 102030, 0000ff") is None


def test_broadcasts_are_read_and_end_at_the_next_page_or_the_time_out(tmp_path: Path) -> None:
    events = [
        (1000, 0, dvb(in_four(HELLO), 100, 400)),
        (2000, 0, dvb(None)),
        (3000, 0, dvb(in_four(WORLD), 100, 400, timeout=2)),
    ]
    path = mux(tmp_path / "a.ts", Stream("dvbsub", events), frames=100)
    first, second = seen(path, 1)
    assert (first.end - first.start, second.start - first.start, second.end - second.start) == (1000, 2000, 2000)
    assert (first.box, second.box) == (box_of(HELLO, 100, 400), box_of(WORLD, 100, 400))


@pytest.mark.parametrize(
    ("depth", "coded", "expected"),
    [
        (2, "01 10 11 0001 000001 001101 01 000010 0011 10 000011 00000001 11 000000", [1, 2, 3, 0, 0, 0] + [1] * 8),
        (4, "0101 0000 0011 0000 1010 0011 0000 1100 0000 1101 0000 1110 0001 0010 0000 0000", [5] + [0] * 5),
        (8, "00000111 00000000 00000011 00000000 10000010 00000001 00000000 00000000", [7, 0, 0, 0, 1, 1]),
    ],
)
def test_pixels_of_broadcasts_are_decoded_in_each_depth(depth: int, coded: str, expected: list[int]) -> None:
    bits = coded.replace(" ", "")
    bits += "0" * (-len(bits) % 8)
    found = [
        number
        for length, number in runs(Bits(int("1" + bits, 2).to_bytes(len(bits) // 8 + 1, "big")[1:]), depth)
        for _ in range(length)
    ]
    rest = {2: [2] * 15 + [3] * 30, 4: [3] * 6 + [0] + [0, 0] + [2] * 10, 8: []}[depth]
    assert found == expected + rest


def test_the_usual_colours_of_broadcasts_start_with_nothing() -> None:
    assert usual(2)[:4].tolist() == [[0, 0, 0, 0], [255, 255, 255, 255], [0, 0, 0, 255], [127, 127, 127, 255]]
    assert usual(4)[:3].tolist() == [[0, 0, 0, 0], [255, 0, 0, 255], [0, 255, 0, 255]]


def test_divx_pictures_carry_their_own_times() -> None:
    data = xsub(in_four(HELLO), 10, 20, "00:00:01.500-00:01:02.250")
    (screen,) = xsub_screens([Payload(7, data)])
    assert (screen.start, screen.end) == (1500, 62_250)
    assert screen.parts[0].box == box_of(HELLO, 10, 20)
    np.testing.assert_array_equal(screen.parts[0].numbers, in_four(HELLO))


def test_divx_pictures_of_the_other_kind_say_how_opaque_each_colour_is() -> None:
    data = xsub(in_four(HELLO), 10, 20, "00:00:01.500-00:00:02.250")
    head = len("[00:00:01.500-00:00:02.250]") + 14 + 12
    (screen,) = xsub_screens([Payload(0, data[:head] + bytes([0, 200, 100, 50]) + data[head:])], translucent=True)
    np.testing.assert_array_equal(screen.parts[0].colours[..., 3], np.array([0, 200, 100])[in_four(HELLO)])


WHITE, BLACK, YELLOW, BLUE, CLEAR = (255, 255, 255), (0, 0, 0), (255, 255, 0), (30, 30, 255), (0, 0, 0)


@pytest.mark.parametrize(
    ("fill", "outline", "opacity"),
    [(WHITE, BLACK, 255), (BLACK, WHITE, 255), (YELLOW, BLACK, 255), (BLUE, BLACK, 255), (WHITE, BLACK, 100)],
)
def test_letters_become_dark_and_their_outline_light_in_all_colours(
    fill: tuple[int, ...], outline: tuple[int, ...], opacity: int
) -> None:
    letters = HELLO[..., 0] > 127
    colours = np.zeros_like(HELLO)
    colours[..., :3] = np.where(letters[..., None], fill, outline)
    colours[..., 3] = np.where(HELLO[..., 3] > 0, opacity, 0)
    np.testing.assert_array_equal(darkened(colours) < 128, letters)


@pytest.mark.parametrize("fill", [WHITE, BLACK, BLUE])
def test_letters_without_an_outline_become_dark_too(fill: tuple[int, ...]) -> None:
    letters = HELLO[..., 0] > 127
    colours = np.zeros_like(HELLO)
    colours[letters] = (*fill, 255)
    np.testing.assert_array_equal(darkened(colours) < 128, letters)


def test_letters_on_a_box_become_dark_on_light() -> None:
    letters = HELLO[..., 0] > 127
    colours = np.full_like(HELLO, 255)
    colours[..., :3] = np.where(letters[..., None], WHITE, BLACK)
    np.testing.assert_array_equal(darkened(colours) < 128, letters)


def test_lines_that_share_rows_are_told_apart_with_their_dots() -> None:
    """A tail of the upper line and a dot of the lower one stand side by side."""
    paper = np.full((60, 60), 255, np.uint8)
    paper[5:20, 5:15] = 0  # a letter,
    paper[5:28, 20:30] = 0  # one with a tail, and another one
    paper[5:20, 35:40] = 0
    paper[25:28, 42:46] = 0  # a dot above
    paper[32:47, 40:50] = 0  # the letter below
    paper[32:47, 5:30] = 0
    first, second = lines_of(paper)
    assert first.box == Box(3, 3, 42, 30)
    assert second.box == Box(3, 23, 52, 49)
    assert (second.picture < 128).sum() == 3 * 4 + 15 * 10 + 15 * 25
