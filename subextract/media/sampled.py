"""How a video looks here and there: some stills, spread evenly, without decoding all of it."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterator
from itertools import islice

import av
from av import VideoFrame

from subextract.errors import DecodeError
from subextract.media.container import ON_PROCESSOR, PROBED_PACKETS, Decoding, Source, demuxed, opened, typical_ticks
from subextract.media.probing import duration
from subextract.media.reading import Upright, ordered, pictures_of
from subextract.types import Frame

log = logging.getLogger(__name__)

ENOUGH_KEY_FRAMES = 10  # key frames; decoding everything for more stills costs half of what extraction does
LONG_VIDEO = 300_000  # ms; above this, key frames alone must do, because decoding everything takes longer than the rest


def stills(
    path: str | os.PathLike[str],
    *,
    count: int,
    start: int = 0,
    end: int | None = None,
    how: Decoding = ON_PROCESSOR,
) -> Generator[Frame, None, None]:
    """At most ``count`` frames from ``start`` up to but not including ``end`` (ms), in order and evenly spread.

    Key frames where the file has enough of them, at the price of one seek each; otherwise decoded in one go. Reads
    every file that ``frames`` reads and raises what it raises.
    """
    last = _last_time(path)
    stop = last + 1 if end is None else min(last + 1, end)
    with opened(path) as source:
        targets = [start + (stop - start) * (2 * place + 1) // (2 * count) for place in range(count)]
        dense = _key_frame_gap(source) * min(ENOUGH_KEY_FRAMES, count // 2) <= stop - start or stop - start > LONG_VIDEO
    seen = start - 1
    if dense:
        with opened(path, how) as source:
            for frame in _key_frames(source, targets, start):
                seen = frame.time
                yield frame
    missing = [target for target in targets if target > seen]
    if 2 * len(missing) > count:  # without an index every seek ends at the front
        with opened(path, how) as source:
            yield from _picked(source, missing, seen + 1, stop)


def _last_time(path: str | os.PathLike[str]) -> int:
    """The time of the last frame, looked up in the last packets because durations are only claims."""
    with opened(path) as source:
        stamps = list(_stamps(source, None)) if _seek(source, duration(source) or 0) else []
    if not stamps:  # it breaks off before that, or cannot be sought
        with opened(path) as source:
            stamps = list(_stamps(source, None))
    return source.clock.milliseconds(max(stamps)[0]) if stamps else 0


def _key_frame_gap(source: Source) -> int:
    """About how many ms lie between two key frames, judged by the first packets."""
    if not _seek(source, 0):
        return LONG_VIDEO
    stamps = list(_stamps(source, 2 * PROBED_PACKETS))
    keys = sum(key for _, key in stamps)
    ticks = [ticks for ticks, _ in stamps]
    return source.clock.length(max(ticks) - min(ticks)) // keys if keys else LONG_VIDEO


def _seek(source: Source, time: int) -> bool:
    try:
        source.container.seek(source.clock.ticks(time), stream=source.stream)
    except av.FFmpegError as exc:
        log.debug("%s: cannot seek to %d ms: %s", source.path, time, exc)
        return False
    return True


def _stamps(source: Source, limit: int | None) -> Iterator[tuple[int, bool]]:
    """Time stamp and whether it is a key frame, of the packets from here on; made up where the file has none."""
    typical = typical_ticks(source)
    ticks = source.clock.ticks(0) - typical
    try:
        for packet in islice(demuxed(source.container, source.stream), limit):
            if packet.size:
                ticks = ticks + typical if packet.pts is None else packet.pts
                yield ticks, packet.is_keyframe
    except av.FFmpegError as exc:
        log.debug("%s: packets end early: %s", source.path, exc)


def _key_frames(source: Source, targets: list[int], start: int) -> Iterator[Frame]:
    """The key frame before each target, each once; nothing where the file cannot be sought."""
    upright, last = Upright(source), start - 1
    source.stream.codec_context.skip_frame = "NONKEY"
    for target in targets:
        picture = _key_frame(source) if _seek(source, target) else None
        if picture is None or picture.pts is None:
            continue
        now = source.clock.milliseconds(picture.pts)
        if last < now <= targets[-1]:
            last = now
            yield upright.frame(picture, now)


def _key_frame(source: Source) -> VideoFrame | None:
    try:
        for packet in islice(demuxed(source.container, source.stream), PROBED_PACKETS):
            if packet.is_keyframe:
                pictures = packet.decode() + source.stream.codec_context.decode(None)
                return pictures[0] if pictures else None
    except av.FFmpegError as exc:
        log.debug("%s: no key frame here: %s", source.path, exc)
    return None


def _picked(source: Source, targets: list[int], start: int, stop: int) -> Iterator[Frame]:
    """The first frame at or after each target, and at least one frame if there is any."""
    upright, waiting = Upright(source), sorted(targets, reverse=True)
    spare: Frame | None = None
    for picture, now in _between(source, start, stop):
        if now < waiting[-1]:
            spare = spare or upright.frame(picture, now)
            continue
        while waiting and waiting[-1] <= now:
            waiting.pop()
        yield upright.frame(picture, now)
        if not waiting:
            return
    if len(waiting) == len(targets) and spare is not None:
        yield spare


def _between(source: Source, start: int, stop: int) -> Iterator[tuple[VideoFrame, int]]:
    source.stream.codec_context.skip_frame = "NONREF"
    try:
        for ticks, picture in ordered(source, pictures_of(source, lambda _: None)):
            now = source.clock.milliseconds(ticks)
            if now >= stop:
                return
            if now >= start:
                yield picture, now
    except DecodeError as exc:  # frames() will say so; what could be seen serves here
        log.debug("%s: stills end early: %s", source.path, exc)
