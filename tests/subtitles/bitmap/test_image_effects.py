"""Whether a picture that fades, is coloured, scrolls, grows or is pushed up is one text, read at its best."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.sup import Colours, Shown, sup
from subextract.subtitles.bitmap import pgs
from subextract.subtitles.bitmap.dvb import screens as dvb_screens
from subextract.subtitles.bitmap.screens import Part, Payload, Screen
from subextract.subtitles.bitmap.vobsub import screens as vobsub_screens
from subextract.subtitles.bitmaps import Span, groups
from subextract.types import Box
from tests.helpers.muxing import dvb, in_four, lettered, vobsub

HELLO, WORLD = lettered("Hello"), lettered("world")
STEP = 42  # ms


def screen(time: int, colours: Colours | None, left: int = 500, top: int = 900) -> Screen:
    """One bitmap whose numbers count its colours."""
    if colours is None:
        return Screen(time, None, (), 1920, 1080)
    _, numbers = np.unique(colours.reshape(-1, 4), axis=0, return_inverse=True)
    box = Box(left, top, left + colours.shape[1], top + colours.shape[0])
    return Screen(time, None, (Part(box, numbers.reshape(colours.shape[:2]).astype(np.uint8), colours),), 1920, 1080)


def shown(screens: Sequence[Screen]) -> list[Span]:
    return [span for group in groups(screens) for span in group]


def times(screens: Sequence[Screen]) -> list[tuple[int, int | None]]:
    return [(span.start, span.end) for span in shown(screens)]


def opaque(colours: Colours, share: float, levels: int) -> Colours:
    """A step of a fade, its colours and opacity in so many levels."""
    step = 255 / levels
    faded = colours.astype(float)
    faded[..., 3] *= share
    return np.asarray(np.rint(np.rint(faded / step) * step), np.uint8)


def dark(colours: Colours, share: float) -> Colours:
    """A step of a fade from black, as opaque as ever."""
    return np.concatenate([np.rint(colours[..., :3] * share), colours[..., 3:]], axis=2).astype(np.uint8)


def wiped(colours: Colours, columns: int) -> Colours:
    """The same letters, those of the first columns in yellow, the others in grey."""
    tint = np.where(np.arange(colours.shape[1])[:, None] < columns, [255, 255, 0], [160, 160, 160]) / 255
    return np.concatenate([np.rint(colours[..., :3] * tint), colours[..., 3:]], axis=2).astype(np.uint8)


FADES: list[Callable[[float, int], Colours]] = [
    lambda share, number: opaque(HELLO, share, 9 + 2 * number),
    lambda share, number: dark(HELLO, share),
]


@pytest.mark.parametrize("fade", FADES)
def test_a_fade_of_new_bitmaps_is_one_text_seen_where_it_is_clearest(fade: Callable[[float, int], Colours]) -> None:
    shares = [0.1, 0.2, 0.4, 0.7, 1.0, 0.7, 0.4, 0.2, 0.1]
    steps = [screen(1000 + STEP * number, fade(share, number)) for number, share in enumerate(shares)]
    (span,) = shown([*steps, screen(2000, None)])
    assert (span.start, span.end) == (1000, 2000)
    assert int(span.part.colours.max()) == 255
    assert span.part is steps[4].parts[0]


def test_a_fade_of_a_disc_whose_objects_are_quantised_anew_is_one_text() -> None:
    events = [(1000 + STEP * n, [Shown(opaque(HELLO, (n + 1) / 5, 8 + n), 800, 900)]) for n in range(5)]
    data = sup([*events, (4000, []), (5000, [Shown(WORLD, 800, 900)]), (6000, [])])
    assert times(list(pgs.screens(segments_of(data)))) == [(1000, 4000), (5000, 6000)]


def segments_of(data: bytes) -> list[Payload]:
    """The segments of a bare file."""
    found, place = [], 0
    while place < len(data):
        size = int.from_bytes(data[place + 11 : place + 13], "big")
        time = int.from_bytes(data[place + 2 : place + 6], "big") // 90
        found.append(Payload(time, data[place + 10 : place + 13 + size]))
        place += 13 + size
    return found


def test_a_text_that_is_coloured_word_by_word_is_one() -> None:
    steps = [screen(1000 + 100 * number, wiped(HELLO, 12 * number)) for number in range(8)]
    assert times([*steps, screen(2000, None)]) == [(1000, 2000)]


@pytest.mark.parametrize(("across", "down"), [(-4, 0), (0, -6), (3, -3)])
def test_a_text_that_scrolls_is_one(across: int, down: int) -> None:
    steps = [screen(1000 + 40 * n, HELLO, 500 + across * n, 900 + down * n) for n in range(20)]
    assert times([*steps, screen(2000, None)]) == [(1000, 2000)]


@pytest.mark.parametrize(
    ("one", "other"), [("Line 1", "Line 2"), ("He is", "She is"), ("I'll go", "I'd go"), ("cat", "oat"), ("No!", "No?")]
)
def test_another_text_at_the_place_is_another_one_although_it_is_nearly_the_same(one: str, other: str) -> None:
    sent = [screen(1000, lettered(one)), screen(2000, lettered(other)), screen(3000, None)]
    assert times(sent) == [(1000, 2000), (2000, 3000)]
    crossing = [screen(1960, opaque(lettered(one), 0.5, 9)), screen(2000, opaque(lettered(other), 0.5, 9))]
    assert times([sent[0], *crossing, screen(2040, lettered(other)), sent[2]]) == [(1000, 2000), (2000, 3000)]


def test_the_same_text_far_away_is_said_again() -> None:
    assert len(times([screen(1000, HELLO), screen(2000, HELLO, top=100), screen(3000, None)])) == 2


def lines(*texts: str) -> Colours:
    """Lines below one another in one bitmap of one size."""
    whole = np.zeros((60 * len(texts), 900, 4), np.uint8)
    for number, text in enumerate(texts):
        if text:
            ink = lettered(text)
            whole[60 * number : 60 * number + ink.shape[0], : ink.shape[1]] = ink
    return whole


def test_words_that_come_one_by_one_are_one_text_and_all_of_it_is_read() -> None:
    said = ["Good", "Good evening", "Good evening all"]
    sent = [screen(1000 + 500 * number, lettered(text)) for number, text in enumerate(said)]
    (span,) = shown([*sent, screen(4000, None)])
    assert (span.start, span.end) == (1000, 4000)
    assert span.part is sent[2].parts[0]


def test_lines_that_are_pushed_up_come_once_each() -> None:
    pages = [("", "one line"), ("one line", "second"), ("second", "the third"), ("the third", "last")]
    sent = [screen(1000 * number, lines(*page)) for number, page in enumerate(pages, 1)]
    spans = shown([*sent, screen(5000, None)])
    assert [(span.start, span.end) for span in spans] == [(1000, 2000), (2000, 3000), (3000, 4000), (4000, 5000)]
    ink = [(span.part.box.top + np.flatnonzero(span.part.colours[..., 3].any(axis=1))).tolist() for span in spans]
    assert all(min(rows) > 950 for rows in ink)


def test_a_line_that_grows_below_one_that_was_pushed_up_is_read_alone_and_whole() -> None:
    pages = [("", "one line"), ("one line", "sec"), ("one line", "second")]
    sent = [screen(1000 * number, lines(*page)) for number, page in enumerate(pages, 1)]
    first, second = shown([*sent, screen(5000, None)])
    assert (first.end, second.start, second.end) == (2000, 2000, 5000)
    np.testing.assert_array_equal(second.part.colours[..., 3].any(axis=0), lines("second")[..., 3].any(axis=0))


def plane(*texts: str) -> NDArray[np.uint8]:
    return in_four(lines(*texts)[:, :700])


def test_it_is_so_on_discs_and_in_broadcasts() -> None:
    pages = [plane("", "Good"), plane("", "Good evening"), plane("Good evening", "all")]
    starts = [1000, 2000, 3000]
    air = [Payload(time, dvb(page, 10, 400)) for time, page in zip(starts, pages, strict=True)]
    dvd = [Payload(time, vobsub(page, 10, 400), 1000) for time, page in zip(starts, pages, strict=True)]
    expected = [(1000, 3000), (3000, 4000)]
    assert times(list(dvb_screens([*air, Payload(4000, dvb(None))]))) == expected
    assert times(list(vobsub_screens(dvd, b"size: 720x576\n"))) == expected


def test_equal_pictures_with_two_empty_frames_between_them_are_two() -> None:
    for gap, expected in ((40, 1), (80, 2)):
        sent = [screen(1000, HELLO), screen(2000, None), screen(2000 + gap, HELLO), screen(3000, None)]
        assert len(times(sent)) == expected


@pytest.mark.parametrize("step", [10, -10])
def test_a_line_that_runs_through_a_window_is_one_text_and_is_read_whole(step: int) -> None:
    banner = lettered("a long line that runs through")
    height, width = banner.shape[:2]
    lefts = list(range(0, width - 200, abs(step)))[:: 1 if step > 0 else -1]
    events = [(1000 + 40 * n, [Shown(banner, 800, 900, crop=(left, 0, 200, height))]) for n, left in enumerate(lefts)]
    end = 1000 + 40 * len(lefts)
    (span,) = shown(list(pgs.screens(segments_of(sup([*events, (end, [])])))))
    assert (span.start, span.end) == (1000, end)
    assert span.part.colours.shape[1] == lefts[0] + 200 if step < 0 else lefts[-1] + 200


def test_two_texts_that_are_parts_of_one_bitmap_are_two() -> None:
    both = np.concatenate([lettered("one"), np.zeros((*lettered("one").shape[:1], 9, 4), np.uint8), lettered("one")], 1)
    width = lettered("one").shape[1]
    crops = [(0, 0, width, both.shape[0]), (width + 9, 0, width, both.shape[0])]
    both[:, -9:] = 255  # so that the second one is another picture
    events = [(1000 * n, [Shown(both, 800, 900, crop=crop)]) for n, crop in enumerate(crops, 1)]
    assert times(list(pgs.screens(segments_of(sup([*events, (3000, [])]))))) == [(1000, 2000), (2000, 3000)]
