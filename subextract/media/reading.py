"""Which pictures a video shows, each once, in order, with its time."""

from __future__ import annotations

import heapq
import logging
import os
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain

import av
from av import VideoFrame

from subextract.errors import DecodeError, NotMedia
from subextract.media.container import (
    ON_PROCESSOR,
    Decoding,
    Source,
    decoded,
    demuxed,
    going_clock,
    no_picture,
    opened,
    quarter_turns,
    typical_ticks,
)
from subextract.media.origins import FREE_RUNNING
from subextract.media.pixels import colour_of, luma_of
from subextract.media.truncation import unbroken
from subextract.types import Frame

log = logging.getLogger(__name__)

HOPELESS_PACKETS = 300  # damaged packets in a row; about ten seconds, after which nothing is likely to come
PICTURES_AHEAD = 4  # pictures; time stamps of a group of B frames may be shuffled, seen in files remuxed by old tools
SKIPPED_FILTER = "noref"  # pictures that no other one is made from keep their block edges: 7% of the work, and no drift
STEPS_BACK = (0, 2000, 20_000)  # ms; a seek may land late when key frames are indexed by decoding time

Skip = Callable[[int], None]


def frames(
    path: str | os.PathLike[str],
    *,
    start: int = 0,
    end: int | None = None,
    on_skip: Skip | None = None,
    how: Decoding = ON_PROCESSOR,
) -> Iterator[Frame]:
    """Every frame shown from ``start`` up to but not including ``end`` (ms), with strictly increasing times.

    ``on_skip`` is called with the number of packets that had to be skipped. Raises NotMedia if nothing can be
    decoded, and DecodeError after the last good frame if the file breaks off.
    """
    skip = on_skip or _ignored
    if start > 0:
        with opened(path, how) as source:
            pictures = _sought(source, start, skip)
            if pictures is not None:
                yield from _shown(source, pictures, start, end)
                return
    with opened(path, how) as source:
        yield from _shown(source, pictures_of(source, skip), max(0, start), end)


def reachable(path: str | os.PathLike[str], time: int) -> bool:
    """Whether ``frames`` can begin at a time (ms) with what it would show there if it had begun at the front."""
    with opened(path) as source:
        # Recordings may begin another clock in the middle, of which one who enters behind it knows nothing.
        return source.container.format.name not in FREE_RUNNING and _sought(source, time, _ignored) is not None


def _ignored(count: int) -> None:
    log.debug("%d packets skipped", count)


def _shown(source: Source, pictures: Iterator[VideoFrame], start: int, end: int | None) -> Iterator[Frame]:
    time, last = source.clock.milliseconds, start - 1
    upright = Upright(source)
    for ticks, picture in ordered(source, pictures):
        now = time(ticks)
        if end is not None and now >= end:
            return
        if now > last:
            last = now
            yield upright.frame(picture, now)


class Upright:
    """Makes frames that all have the size and the orientation of the first picture."""

    def __init__(self, source: Source) -> None:
        self.clock = source.clock
        self.typical = typical_ticks(source)
        self.size: tuple[int, int] | None = None
        self.turns = 0

    def frame(self, picture: VideoFrame, time: int) -> Frame:
        """One picture with its time; one whose size differs, as in joined broadcasts, is scaled."""
        if self.size is None:
            self.size, self.turns = (picture.width, picture.height), quarter_turns(picture)
        elif self.size != (picture.width, picture.height):
            picture = picture.reformat(*self.size)
        duration = self.clock.length(picture.duration or self.typical)
        return Frame(time, duration, luma_of(picture, self.turns), partial(colour_of, picture, self.turns))


def ordered(source: Source, pictures: Iterator[VideoFrame]) -> Iterator[tuple[int, VideoFrame]]:
    """Pictures with their time stamps in order.

    Decoders give pictures in the order they are shown, whatever the container says; where the time stamps are not in
    that order they are sorted, not the pictures.
    """
    waiting: deque[VideoFrame] = deque()
    stamps: list[int] = []
    failure: DecodeError | None = None
    try:
        for ticks, picture in _stamped(source, pictures):
            heapq.heappush(stamps, ticks)
            waiting.append(picture)
            if len(waiting) > PICTURES_AHEAD:
                yield heapq.heappop(stamps), waiting.popleft()
    except DecodeError as exc:
        failure = exc
    while waiting:
        yield heapq.heappop(stamps), waiting.popleft()
    if failure is not None:
        raise failure


def _stamped(source: Source, pictures: Iterator[VideoFrame]) -> Iterator[tuple[int, VideoFrame]]:
    """Pictures with a time stamp each: the missing ones filled in, and clocks that start again continued."""
    going = going_clock(source)
    for picture in pictures:
        ticks = picture.pts if picture.pts is not None else picture.dts
        if ticks is None:
            following = source.clock.ticks(0) if going.following is None else going.following
            ticks = following - going.shift
        yield going.of_picture(ticks), picture


def pictures_of(source: Source, skip: Skip) -> Iterator[VideoFrame]:
    """Everything that decodes from here on; NotMedia if that is nothing, DecodeError if it breaks off."""
    shown = False
    try:
        for picture in _pictures(source, skip):
            shown = True
            yield picture
    except DecodeError as exc:
        if shown:
            raise
        raise no_picture(source.path) from exc
    if not shown:
        raise no_picture(source.path)


def _pictures(source: Source, skip: Skip) -> Iterator[VideoFrame]:
    if not source.stream.codec_context.is_open:
        source.stream.thread_type = "AUTO"
        source.stream.codec_context.options = {"skip_loop_filter": SKIPPED_FILTER}
    failures = 0
    for packet in unbroken(source.path, demuxed(source.container, source.stream), source):
        pictures = decoded(packet)
        if pictures is None:
            skip(1)
            failures += 1
        elif pictures:
            failures = 0
            yield from pictures
        if failures >= HOPELESS_PACKETS:
            raise DecodeError(f"{source.path} is damaged, {failures} packets in a row cannot be decoded: repair it.")


def _sought(source: Source, start: int, skip: Skip) -> Iterator[VideoFrame] | None:
    """Pictures from a key frame at or before ``start``; None if there is no way to get there but from the front."""
    for back in STEPS_BACK:
        if back >= start and back > 0:
            return None
        try:
            source.container.seek(source.clock.ticks(start - back), stream=source.stream)
            pictures = pictures_of(source, skip)
            first = next((picture for picture in pictures if picture.key_frame), None)
        except (av.FFmpegError, DecodeError, NotMedia):
            return None
        if first is not None and first.pts is not None and source.clock.milliseconds(first.pts) <= start:
            return chain((first,), pictures)
    return None
