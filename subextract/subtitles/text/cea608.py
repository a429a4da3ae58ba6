"""Reads the closed captions inside a video stream (CEA-608 in ATSC A/53 user data) without decoding a picture.

The bytes lie in the supplemental information of H.264 and H.265 and in the user data of MPEG-2; FFmpeg's decoder makes
screens of them. Digital captions (CEA-708) are mostly accompanied by the same text as CEA-608; see digital.py.
"""

from __future__ import annotations

import heapq
import logging
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import cast

import av
from av.packet import Packet
from av.stream import Stream
from av.subtitles.codeccontext import SubtitleCodecContext
from av.subtitles.subtitle import AssSubtitle
from av.video.stream import VideoStream

from subextract.subtitles import rolling
from subextract.subtitles.text.cea708 import Listener, Shown
from subextract.tags import commanded, plain, single_spaced, styled
from subextract.types import Box

log = logging.getLogger(__name__)

CODEC = "eia_608"
CODECS = ("h264", "hevc", "mpeg2video")
MARK = b"GA94\x03"  # ATSC A/53 part 4, 6.2.3: user data that are captions
ESCAPED = re.compile(rb"\x00\x00\x03(?=[\x00-\x03])")  # a byte put in so that nothing looks like the start of a unit
PACKETS_AHEAD = 32  # packets; more pictures are not shown before one that is decoded earlier
PADDING = 0x7F  # both bytes are 0 without their parity bit

PLACE = re.compile(r"\{\\an7\}\{\\pos\((\d+),(\d+)\)\}")
WIDTH, HEIGHT = 384, 288  # of the screen in which FFmpeg's decoder places the lines
ALIGNED_WITHIN = 2  # cells; lines of one speaker share an edge or their middle, give or take so much
CELL_SIZE = (10, 15)  # 80 % of it hold 32 letters across and 15 lines

BEGINNING = ((0x94, 0x20), (0x94, 0x2F), (0x94, 0x2C))  # load a caption, which stays empty, show it, erase it

Pair = tuple[int, int, int]
"""Flags and two bytes, as they are sent."""


Row = rolling.TextRow
"""A line on the screen, placed in ``WIDTH`` by ``HEIGHT``."""

Caption = rolling.Stay
"""Lines that came together. Times in ms."""


def possible(stream: VideoStream) -> bool:
    """Whether a video of this codec can hold captions that are found here."""
    return stream.codec_context.name in CODECS


def present(packet: Packet[VideoStream]) -> bool:
    """Whether there is room for captions beside the picture; most of the time it is empty."""
    return MARK in bytes(packet)


def pairs_of(packet: Packet[VideoStream] | bytes) -> list[Pair]:
    """The pairs of bytes of the first field or the second that are no padding, and those of digital captions."""
    data = bytes(packet)
    place = data.find(MARK)
    if place < 0:
        return []
    body = ESCAPED.sub(b"\0\0", data[place + len(MARK) : place + 160])
    count = body[0] & 0x1F if body else 0
    triplets = [body[first : first + 3] for first in range(2, 2 + 3 * count, 3)]
    return [
        (each[0], each[1], each[2])
        for each in triplets
        if len(each) == 3 and each[0] & 4 and (each[0] & 3 > 1 or (each[1] | each[2]) & PADDING)
    ]


def triplets(data: bytes) -> list[Pair]:
    """The pairs of a track of captions alone, where a container or a file keeps them apart from the video."""
    return [(data[first], data[first + 1], data[first + 2]) for first in range(0, len(data) - 2, 3)]


def in_order(packets: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, list[Pair]]]:
    """The pairs in the order in which their pictures are shown; packets come as they are decoded."""
    waiting: list[tuple[int, int, list[Pair]]] = []
    for number, (time, data) in enumerate(packets):
        heapq.heappush(waiting, (time, number, pairs_of(data)))
        if len(waiting) > PACKETS_AHEAD:
            time, _, pairs = heapq.heappop(waiting)
            yield time, pairs
    while waiting:
        time, _, pairs = heapq.heappop(waiting)
        yield time, pairs


def captions(found: Iterable[tuple[int, list[Pair]]]) -> list[Caption]:
    """The texts, and how long they stay: of the captions of old, which are always sent along, else of digital ones."""
    listener = Listener()
    analog = list(rolling.stays(_screens(listener.hearing(found))))
    return analog or list(rolling.stays((time, _rows_of(shown)) for time, shown in listener.screens))


def _rows_of(shown: Iterable[Shown]) -> tuple[Row, ...]:
    rows = [Row(round(WIDTH * line.left), round(HEIGHT * line.top), line.text, line.styled) for line in shown]
    return tuple(sorted(rows, key=lambda row: (row.top, row.left)))


def box_of(caption: Caption, width: int, height: int) -> Box:
    """Where its lines stand in a picture of ``width`` by ``height``."""
    top, left = min(row.top for row in caption.rows), min(row.left for row in caption.rows)
    right = max(row.left + len(row.text) * CELL_SIZE[0] for row in caption.rows)
    bottom = max(row.top for row in caption.rows) + CELL_SIZE[1]
    return Box(left, top, right, bottom).scaled(width / WIDTH, height / HEIGHT)


def turns_of(caption: Caption) -> tuple[int, ...]:
    """The numbers of the lines that stand neither below the line before, nor centred or ending as it does."""
    edges = [
        (row.left, row.left + len(row.text) * CELL_SIZE[0] / 2, row.left + len(row.text) * CELL_SIZE[0])
        for row in caption.rows
    ]
    near = [min(abs(one - other) for one, other in zip(*both, strict=True)) for both in pairwise(edges)]
    return tuple(number for number, distance in enumerate(near, 1) if distance > ALIGNED_WITHIN * CELL_SIZE[0])


def _screens(found: Iterable[tuple[int, list[Pair]]]) -> Iterator[tuple[int, tuple[Row, ...]]]:
    """The screen whenever it changes; the last one is empty, at the time of the last packet."""
    decoder = cast(SubtitleCodecContext, av.CodecContext.create("cc_dec", "r"))
    decoder.options = {"real_time": "1", "real_time_latency_msec": "0"}
    before: tuple[Row, ...] = ()
    time, started = 0, False
    for time, pairs in found:
        rows = before
        if pairs and not started:
            started = _start(decoder, pairs[0][0])
        for pair in pairs:
            rows = _after(decoder, pair, rows)
        if rows != before:
            yield time, rows
            before = rows
    if before:
        yield time, ()


def _start(decoder: SubtitleCodecContext, field: int) -> bool:
    """Packets without times make the decoder speak only after a first caption has gone by."""
    for pair in BEGINNING:
        _after(decoder, (field, *pair), ())
    return True


def _after(decoder: SubtitleCodecContext, pair: Pair, before: tuple[Row, ...]) -> tuple[Row, ...]:
    packet: Packet[Stream] = Packet(bytes(pair))
    packet.pts = 0
    try:
        said = decoder.decode2(packet)
    except av.FFmpegError as exc:
        log.debug("captions: %s", exc)
        return before
    if said is None:
        return before
    events = [each.ass.decode("utf-8", "replace") for each in cast(Iterable[AssSubtitle], said)]
    return tuple(row for event in events for row in _rows(event))


def _rows(event: str) -> Iterator[Row]:
    for line in event.split(",", 8)[-1].strip().split(r"\N"):
        place = PLACE.search(line)
        letters = single_spaced(commanded(PLACE.sub("", line).replace(r"\h", " ")))
        if letters:
            yield Row(int(place[1]) if place else 0, int(place[2]) if place else 0, plain(letters), styled(letters))
