"""The packets of each track of a file, with or without a video beside them."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Stream
from av.video.stream import VideoStream

from subextract.errors import NotMedia
from subextract.media.clock import Clock
from subextract.media.container import (
    Source,
    check_readable,
    clock_of,
    container_of,
    demuxed,
    going_clock,
    video_stream,
)
from subextract.media.origins import FREE_RUNNING, origin
from subextract.media.truncation import unbroken
from subextract.subtitles.bitmap import program, sup, vobsub
from subextract.subtitles.bitmap.screens import Payload
from subextract.types import Track

FOREVER = 24 * 3_600_000  # ms; what is to be shown longer has a length that stands for none


@dataclass(frozen=True, slots=True)
class File:
    """An open file; ``video`` is its film, where it holds one."""

    path: str
    container: InputContainer
    video: VideoStream | None

    def clock(self, stream: Stream) -> Clock:
        return clock_of(self.container, stream)


@contextmanager
def opened_file(path: str | os.PathLike[str]) -> Iterator[File]:
    """Open a file that need not hold a video; InputError and NotMedia say why it cannot be read."""
    name = _pair(os.fspath(path))
    check_readable(name)
    with _utf16_text(name) or container_of(name) as container:
        try:
            video = video_stream(name, container)
        except NotMedia:
            video = None
        yield File(name, container, video)


def _utf16_text(path: str) -> InputContainer | None:
    """A file of text in UTF-16 in another encoding, because FFmpeg loses bytes of it; None for all other files."""
    if not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        if file.read(2) not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return None
        file.seek(0)
        text = file.read().decode("utf-16", "replace")
    try:
        return av.open(BytesIO(text.encode("utf-8")), "r")
    except av.FFmpegError as exc:
        raise NotMedia(f"{path} is text without times: give a video or a file of subtitles.") from exc


def _pair(path: str) -> str:
    """The .idx beside a .sub, which knows the colours and the languages."""
    index = Path(path).with_suffix(".idx")
    return str(index) if path.lower().endswith(".sub") and index.is_file() else path


def payloads(path: str | os.PathLike[str], track: Track) -> Iterator[Payload]:
    """The packets of a track with their times (ms), in order. DecodeError where the file breaks off."""
    if sup.is_sup(path):
        yield from sup.payloads(path)
        return
    with opened_file(path) as file:
        if track.codec == program.CODEC and _of_a_dvd(file):
            yield from _pictures(file, track)
            return
        stream = file.container.streams[track.index]
        clock, shift = file.clock(stream), _shift(file, track)
        for packet in packets_of(file, stream):
            if packet.pts is not None and packet.size:
                time = clock.milliseconds(packet.pts) + shift
                length = clock.milliseconds(packet.pts + (packet.duration or 0)) + shift - time
                yield Payload(time, bytes(packet), length if 0 < length < FOREVER else None)


def _shift(file: File, track: Track) -> int:
    """By how many ms a bare file of a DVD's pictures says that all its times are to be moved."""
    if file.container.format.name != "vobsub":
        return 0
    context = file.container.streams[track.index].codec_context
    return vobsub.offset_of(bytes(context.extradata or b"")) if context is not None else 0


def extradata_of(path: str | os.PathLike[str], track: Track) -> bytes:
    """The bytes that the container has once for all packets of a track."""
    with opened_file(path) as file:
        if track.index >= len(file.container.streams):
            return b""
        context = file.container.streams[track.index].codec_context
        return bytes(context.extradata or b"") if context is not None else b""


def tag_of(path: str | os.PathLike[str], track: Track) -> str:
    """The four letters by which the container calls the codec of a track."""
    with opened_file(path) as file:
        context = file.container.streams[track.index].codec_context
        return context.codec_tag if context is not None else ""


def _going_on(file: File, stream: Stream, guide: VideoStream, packets: Iterator[Packet[Any]]) -> Iterator[Packet[Any]]:
    """The packets of a stream on the clock of the video, which goes on where that of the file starts again."""
    going = going_clock(Source(file.path, file.container, guide, file.clock(guide)))
    for packet in packets:
        time = packet.pts
        if time is not None:
            time = going.of_picture(time) if packet.stream.index == guide.index else going.beside(time)
        if packet.stream.index == stream.index:
            packet.pts = time
            yield packet


def packets_of(file: File, stream: Stream) -> Iterator[Packet[Any]]:
    """The packets of one stream alone, so that the others are not even put together. DecodeError as above.

    Where a recording may begin another clock in the middle, those of the video are, too: its pictures tell.
    """
    guide = file.video if file.container.format.name in FREE_RUNNING else None
    wanted = {each.index: each for each in (stream, guide) if each is not None}
    for other in file.container.streams:
        if other.index not in wanted:
            other.discard = Discard.all
    packets = demuxed(file.container, *wanted.values())
    video = file.video
    source = None if video is None else Source(file.path, file.container, video, file.clock(video))
    yield from unbroken(file.path, packets if guide is None else _going_on(file, stream, guide, packets), source)


def late_numbers(file: File) -> list[int]:
    """The numbers of tracks of pictures in a DVD's program stream that begin where FFmpeg does not look any more."""
    if not _of_a_dvd(file):
        return []
    known = {stream.id for stream in file.container.streams}
    return [number for number in program.numbers(file.path) if number not in known]


def _of_a_dvd(file: File) -> bool:
    return file.container.format.name == program.CONTAINER and os.path.isfile(file.path)


def _pictures(file: File, track: Track) -> Iterator[Payload]:
    """The packets of a track of a DVD's program stream."""
    streams = file.container.streams
    inside = track.index < len(streams)
    number = streams[track.index].id if inside else late_numbers(file)[track.index - len(streams) - 1]
    start = origin(file.container)
    clock = Clock.of(program.BASE, start)
    for ticks, data in program.pictures(file.path, number, start):
        yield Payload(clock.milliseconds(ticks), data)
