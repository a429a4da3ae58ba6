"""Which subtitle tracks a file holds, with or without a video beside them, and the packets of each."""

from __future__ import annotations

import codecs
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Stream
from av.video.stream import VideoStream

from subextract.errors import DecodeError, NotMedia
from subextract.media.clock import Clock
from subextract.media.container import (
    PROBED_PACKETS,
    SEARCHED_PACKETS,
    Source,
    check_readable,
    clock_of,
    container_of,
    demuxed,
    duration,
    going_clock,
    probe,
    track_of,
    video_stream,
)
from subextract.media.origins import FREE_RUNNING, origin, told_origin
from subextract.media.truncation import unbroken
from subextract.subtitles.bitmap import program, sup, vobsub
from subextract.subtitles.bitmap.screens import Payload
from subextract.subtitles.text import cea608, teletext, wvtt
from subextract.types import Track, Video

log = logging.getLogger(__name__)

SUP = Track(0, "image", "hdmv_pgs_subtitle")
FOREVER = 24 * 3_600_000  # ms; what is to be shown longer has a length that stands for none
CAPTIONS = "closed captions"
TELETEXT = "dvb_teletext"
MP4_HEADS = (b"ftyp", b"styp", b"moov")  # the first box of a file, or of a part of one
TELETEXT_HEADS = range(0x10, 0x20)  # what the first byte of such a packet may be (ETSI EN 300 472, 4.3)


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
    with _in_utf8(name) or container_of(name) as container:
        try:
            video = video_stream(name, container)
        except NotMedia:
            video = None
        yield File(name, container, video)


def _in_utf8(path: str) -> InputContainer | None:
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


def contents(path: str | os.PathLike[str]) -> Video:
    """What a file holds, its subtitle tracks above all. Width and height are 0 where it has no video.

    Raises InputError, and NotMedia where there is neither a picture nor a track.
    """
    check_readable(os.fspath(path))
    if sup.is_sup(path):
        return Video(os.fspath(path), 0, 0, container="sup", tracks=(SUP,))
    try:
        video = probe(path)
    except NotMedia:
        video = _without_picture(path)
        if not video.tracks and not _boxed(path):
            raise
    named = tuple(replace(each, codec=_sniffed(path, each)) for each in video.tracks)
    tracks = tuple(page for each in named for page in _pages(path, each))
    return replace(video, tracks=tracks + _captions(path) + _boxed(path) + _late(path))


def _without_picture(path: str | os.PathLike[str]) -> Video:
    with opened_file(path) as file:
        container, video = file.container, file.video
        length = None if container.duration is None else round(container.duration / 1000)
        if video is not None:
            length = duration(Source(file.path, container, video, file.clock(video)))
        tracks = tuple(track_of(stream) for stream in container.streams.subtitles)
        named = container.format.name
        return Video(os.fspath(path), 0, 0, length, container=named, tracks=tracks, origin=told_origin(container))


def _sniffed(path: str | os.PathLike[str], track: Track) -> str:
    """The codec of a track that FFmpeg has no decoder for, by its first packet."""
    if track.codec != "unknown":
        return track.codec
    with opened_file(path) as file:
        first = _first(file, file.container.streams[track.index])
        if first[:1] and first[0] in TELETEXT_HEADS and file.container.format.name == "mpegts":
            return TELETEXT
    if wvtt.is_sample(first):
        return wvtt.CODEC
    try:
        text = first.decode("utf-8")
    except UnicodeDecodeError:
        return "unknown"
    if "<tt" in text:
        return "ttml"
    return "webvtt" if text.strip("\0 \r\n").isprintable() or "\n" in text else "unknown"


def _first(file: File, stream: Stream) -> bytes:
    """The first packet of a stream that holds anything."""
    try:
        return next((bytes(packet) for packet in packets_of(file, stream) if packet.size), b"")
    except DecodeError:
        return b""


def _boxed(path: str | os.PathLike[str]) -> tuple[Track, ...]:
    """The tracks of WebVTT in an MP4, which FFmpeg takes for data."""
    if not os.path.isfile(path):
        return ()
    with open(path, "rb") as head:
        if head.read(8)[4:] not in MP4_HEADS:
            return ()
    with opened_file(path) as file:
        unknown = [stream.index for stream in file.container.streams.data]
    return tuple(track for index in unknown for track in _boxed_in(path, index))


def _boxed_in(path: str | os.PathLike[str], index: int) -> list[Track]:
    with opened_file(path) as file:
        stream = file.container.streams[index]
        return [replace(track_of(stream), codec=wvtt.CODEC)] if wvtt.is_sample(_first(file, stream)) else []


def _pages(path: str | os.PathLike[str], track: Track) -> list[Track]:
    """A track for each page of subtitles in a teletext stream: the first one for the stream, others behind all."""
    if track.codec != TELETEXT:
        return [track]
    with opened_file(path) as file:
        try:
            packets = islice(packets_of(file, file.container.streams[track.index]), SEARCHED_PACKETS)
            pages = teletext.subtitle_pages(bytes(packet) for packet in packets)
        except DecodeError:
            pages = []
        behind = len(file.container.streams) + 1  # the number before is for captions
    numbers = (track.index, *range(behind, behind + len(pages)))
    found = zip(numbers, pages, strict=False)
    return [replace(track, index=number, title=f"page {page:x}", page=page) for number, page in found] or [track]


def _captions(path: str | os.PathLike[str]) -> tuple[Track, ...]:
    """The captions inside the pictures as a track behind the others, where the first packets hold any."""
    with opened_file(path) as file:
        if file.video is None or not cea608.possible(file.video):
            return ()
        try:
            packets = islice(demuxed(file.container, file.video), PROBED_PACKETS)
            found = any(cea608.present(packet) for packet in packets)
        except av.FFmpegError:
            return ()
        index = len(file.container.streams)
    return (Track(index, "text", cea608.CODEC, title=CAPTIONS),) if found else ()


def _late(path: str | os.PathLike[str]) -> tuple[Track, ...]:
    """The tracks of pictures in a DVD's program stream that begin where FFmpeg does not look any more."""
    with opened_file(path) as file:
        first = len(file.container.streams) + 1  # the number before is for captions
        return tuple(Track(number, "image", program.CODEC) for number, _ in enumerate(_late_numbers(file), first))


def _late_numbers(file: File) -> list[int]:
    if not _of_a_dvd(file):
        return []
    known = {stream.id for stream in file.container.streams}
    return [number for number in program.numbers(file.path) if number not in known]


def _of_a_dvd(file: File) -> bool:
    return file.container.format.name == program.CONTAINER and os.path.isfile(file.path)


def _pictures(file: File, track: Track) -> Iterator[Payload]:
    """What a track of a DVD's program stream holds."""
    streams = file.container.streams
    inside = track.index < len(streams)
    number = streams[track.index].id if inside else _late_numbers(file)[track.index - len(streams) - 1]
    start = origin(file.container)
    clock = Clock.of(program.BASE, start)
    for ticks, data in program.pictures(file.path, number, start):
        yield Payload(clock.milliseconds(ticks), data)


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
    """What the container says once for all packets of a track."""
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
