"""The facts about a video and its subtitle tracks, as its container and its first picture tell them."""

from __future__ import annotations

import logging
import os
from itertools import pairwise

import av
from av.codec.codec import Properties
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from subextract.media.container import (
    PROBED_PACKETS,
    SEARCHED_PACKETS,
    Source,
    decoded,
    demuxed,
    no_picture,
    opened,
    quarter_turns,
)
from subextract.media.origins import late, told_origin
from subextract.types import Track, Video

log = logging.getLogger(__name__)

REORDERED = 20  # packets; so far from the end of what was read, none can be missing from the middle


def probe(path: str | os.PathLike[str]) -> Video:
    """Examine a video file; the first picture is decoded to check what the file says.

    Args:
        path: The file.

    Returns:
        Size in pixels after rotation, duration in ms, frame rate, codec, and metadata; no subtitle tracks.

    Raises:
        InputError: The file cannot be opened.
        NotMedia: It has no picture.
    """
    with opened(path) as source:
        stream, (picture, stamps) = source.stream, _first_picture(source)
        turns = quarter_turns(picture)
        width, height = (picture.height, picture.width) if turns % 2 else (picture.width, picture.height)
        rate, variable = _rates(stream, stamps)
        return Video(
            path=source.path,
            width=width,
            height=height,
            duration=duration(source),
            frame_rate=rate,
            variable_rate=variable,
            codec=stream.codec_context.name,
            pixel_format=picture.format.name,
            rotation=turns * 90,
            pixel_aspect=_pixel_aspect(stream, turns),
            interlaced=picture.interlaced_frame,
            container=source.container.format.name,
            stream=stream.index,
            tracks=tuple(track_of(each) for each in source.container.streams.subtitles),
            origin=told_origin(source.container),
            late=late(source.container, source.clock.milliseconds(min(stamps, default=0))),
            metadata=dict(source.container.metadata),
        )


def _first_picture(source: Source) -> tuple[VideoFrame, list[int]]:
    """The first picture that decodes, and the time stamps of the first packets."""
    picture: VideoFrame | None = None
    stamps: list[int] = []
    try:
        for number, packet in enumerate(demuxed(source.container, source.stream)):
            if packet.pts is not None:
                stamps.append(packet.pts)
            picture = picture or next(iter(decoded(packet) or ()), None)
            if number >= (PROBED_PACKETS if picture else SEARCHED_PACKETS):
                break
    except av.FFmpegError as exc:
        log.info("%s: packets end early: %s", source.path, exc)
    if picture is None:
        raise no_picture(source.path)
    return picture, stamps


def duration(source: Source) -> int | None:
    """Where the claimed end lies on the video's own time line, in ms."""
    stream, container = source.stream, source.container
    if stream.duration:
        return max(0, source.clock.milliseconds((stream.start_time or 0) + stream.duration))
    if container.duration is None:
        return None
    return round(container.duration / 1000)


def track_of(stream: Stream) -> Track:
    """The facts that the container gives about a subtitle stream."""
    codec = stream.codec_context.codec if stream.codec_context is not None else None
    shown = stream.disposition
    return Track(
        index=stream.index,
        kind="image" if codec is not None and Properties.BITMAP_SUB in Properties(codec.properties) else "text",
        codec=codec.canonical_name if codec is not None else "unknown",
        language=None if stream.language in (None, "", "und") else stream.language,
        title=stream.metadata.get("title") or None,
        forced=Disposition.forced in shown,
        default=Disposition.default in shown,
        hearing_impaired=Disposition.hearing_impaired in shown,
    )


def _rates(stream: VideoStream, stamps: list[int]) -> tuple[float | None, bool]:
    """Frames per second on average, and whether frames come unevenly, from the first packets and what is claimed."""
    assert stream.time_base is not None
    claim = stream.average_rate or stream.guessed_rate
    ordered = sorted(set(stamps))
    if len(stamps) >= PROBED_PACKETS:
        ordered = ordered[:-REORDERED]
    gaps = sorted(after - before for before, after in pairwise(ordered))
    if not gaps:
        return (float(claim) if claim else None), False
    measured = float(len(gaps) / ((ordered[-1] - ordered[0]) * stream.time_base))
    rounding = max(2, round(1 / (500 * stream.time_base)))  # 2 ms: Matroska rounds every time to 1 ms
    if gaps[-1] - gaps[0] > rounding:
        return float(claim or measured), True
    if not claim or abs(measured / float(claim) - 1) > 0.1:  # a nominal rate: of fields, or of the time base
        return measured, bool(claim and stream.frames > PROBED_PACKETS)
    return float(claim), bool(stream.frames and abs(measured / float(claim) - 1) > 0.02)


def _pixel_aspect(stream: VideoStream, turns: int) -> float:
    aspect = float(stream.sample_aspect_ratio or 1) or 1.0
    return 1 / aspect if turns % 2 else aspect
