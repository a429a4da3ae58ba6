"""Whether a picture that is damaged, or was never sent, ends the one before it, and is told of once."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest

from benchmarks.sup import ACQUISITION, COMPOSITION, END, EPOCH_START, OBJECT, Shown, display_set
from subextract.subtitles.bitmap import dvb as dvb_tracks
from subextract.subtitles.bitmap import pgs, vobsub, xsub
from subextract.subtitles.bitmap.screens import Payload, Screen
from subextract.subtitles.bitmaps import groups
from tests.helpers import muxing
from tests.helpers.muxing import dvb, in_four, lettered

HELLO, WORLD = lettered("Hello"), lettered("world")
Segments = Sequence[tuple[int, bytes]]


def spans(screens: Iterable[Screen]) -> list[tuple[int, int | None]]:
    """When each picture comes and goes."""
    return [(group[0].start, group[0].end) for group in groups(screens)]


@pytest.fixture(autouse=True)
def told_once(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    (record,) = caplog.get_records("call")
    assert record.levelname == "WARNING"
    assert record.getMessage().startswith("A damaged picture at 3.000 s of the track is left out")


def payload(time: int, segments: Segments) -> Payload:
    return Payload(time, b"".join(struct.pack(">BH", kind, len(body)) + body for kind, body in segments))


def pgs_set(
    time: int, shown: Sequence[Shown], change: Callable[[Segments], Segments] = list, state: int = EPOCH_START
) -> Payload:
    return payload(time, change(display_set(shown, time, 1920, 1080, state)))


def without_object(segments: Segments) -> Segments:
    return [each for each in segments if each[0] != OBJECT]


def with_a_short_head_of_an_object(segments: Segments) -> Segments:
    return [(kind, body[: 6 if kind == OBJECT else None]) for kind, body in segments]


def with_a_broken_composition(segments: Segments) -> Segments:
    return [(kind, body[: -6 if kind == COMPOSITION else None]) for kind, body in segments]


def without_an_end(segments: Segments) -> Segments:
    return without_object([each for each in segments if each[0] != END])


@pytest.mark.parametrize(
    ("damaged", "state"),
    [
        (without_object, EPOCH_START),
        (without_an_end, EPOCH_START),
        (with_a_short_head_of_an_object, EPOCH_START),
        (with_a_short_head_of_an_object, ACQUISITION),  # the object of before is known, and not what is meant
        (with_a_broken_composition, EPOCH_START),
        (with_a_broken_composition, ACQUISITION),
    ],
)
def test_a_set_of_a_disc_whose_object_is_missing_ends_the_cue_before(
    damaged: Callable[[Segments], Segments], state: int
) -> None:
    sent = [
        pgs_set(1000, [Shown(HELLO, 800, 900)]),
        pgs_set(3000, [Shown(WORLD, 800, 900)], damaged, state),
        pgs_set(5000, [Shown(HELLO, 800, 900)]),
        pgs_set(6000, []),
    ]
    assert spans(pgs.screens(sent)) == [(1000, 3000), (5000, 6000)]


def test_of_two_objects_the_one_that_was_sent_is_shown() -> None:
    def first_alone(segments: Segments) -> Segments:
        last = max(place for place, (kind, _) in enumerate(segments) if kind == OBJECT)
        return [each for place, each in enumerate(segments) if place != last]

    both = [Shown(WORLD, 500, 100), Shown(HELLO, 800, 900)]
    sent = [pgs_set(1000, both[1:]), pgs_set(3000, both, first_alone), pgs_set(4000, [])]
    assert spans(pgs.screens(sent)) == [(1000, 3000), (3000, 4000)]


SEGMENT = struct.Struct(">BBHH")
PAGE, REGION, PIXELS = 0x10, 0x11, 0x13


def without(kind: int, data: bytes) -> bytes:
    """A broadcast's packet without one kind of segment."""
    found = [SEGMENT.pack(0x0F, each, page, len(body)) + body for each, page, body in dvb_tracks.segments(data)]
    kinds = [each for each, *_ in dvb_tracks.segments(data)]
    return b"".join(whole for each, whole in zip(kinds, found, strict=True) if each != kind)


def cut(kind: int, length: int, data: bytes) -> bytes:
    """The packet with one kind of segment cut to a length."""
    segments = [
        (each, page, body[: length if each == kind else None]) for each, page, body in dvb_tracks.segments(data)
    ]
    return b"".join(SEGMENT.pack(0x0F, each, page, len(body)) + body for each, page, body in segments)


def broken_pixels(data: bytes) -> bytes:
    """The packet with a type of pixels that does not exist at the start of its object."""
    place = data.index(b"\x0f\x13") + SEGMENT.size + 7
    return data[:place] + b"\x77" + data[place + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: without(REGION, data),
        lambda data: without(PIXELS, data),
        lambda data: cut(PIXELS, 4, data),
        lambda data: cut(REGION, 4, data),
        lambda data: cut(PAGE, 1, data),
        broken_pixels,
    ],
)
def test_a_page_of_a_broadcast_that_cannot_be_shown_ends_the_cue_before(damage: Callable[[bytes], bytes]) -> None:
    first, second = (dvb(in_four(each), 100, 400, timeout=20) for each in (HELLO, WORLD))
    sent = [Payload(1000, first), Payload(3000, damage(second)), Payload(5000, first), Payload(6000, dvb(None))]
    assert spans(dvb_tracks.screens(sent)) == [(1000, 3000), (5000, 6000)]


def test_a_region_that_is_missing_for_long_is_told_of_once() -> None:
    page = without(PIXELS, without(REGION, dvb(in_four(HELLO), 100, 400)))
    sent = [Payload(time, page) for time in range(3000, 6000, 500)]
    assert spans(dvb_tracks.screens(sent)) == []


def test_a_damaged_packet_of_a_dvd_ends_the_cue_before() -> None:
    whole = muxing.vobsub(in_four(HELLO), 0, 0, stop=900)
    sent = [Payload(1000, whole), Payload(3000, whole[:50]), Payload(5000, whole, 1000)]
    assert spans(vobsub.screens(sent)) == [(1000, 3000), (5000, 6000)]


@pytest.mark.parametrize("head", [b"[00:00:03.000-00:00:09.000]", b"[no times at all]"])
def test_a_damaged_picture_of_a_divx_file_ends_the_cue_before(head: bytes) -> None:
    whole = [
        muxing.xsub(in_four(HELLO), 10, 20, times)
        for times in ("00:00:01.000-00:00:04.000", "00:00:05.000-00:00:06.000")
    ]
    sent = [Payload(1000, whole[0]), Payload(3000, head + b"\0\0"), Payload(5000, whole[1])]
    assert spans(xsub.screens(sent)) == [(1000, 3000), (5000, 6000)]
