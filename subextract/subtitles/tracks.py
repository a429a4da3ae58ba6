"""The subtitle tracks that a file holds, with or without a video beside them."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import islice

import av
from av.stream import Stream

from subextract.errors import DecodeError, NotMedia
from subextract.media.container import PROBED_PACKETS, SEARCHED_PACKETS, Source, check_readable, demuxed
from subextract.media.origins import told_origin
from subextract.media.probing import duration, probe, track_of
from subextract.subtitles.bitmap import program, sup
from subextract.subtitles.packets import File, late_numbers, opened_file, packets_of
from subextract.subtitles.text import cea608, teletext, wvtt
from subextract.types import Track, Video

SUP = Track(0, "image", "hdmv_pgs_subtitle")
CAPTIONS = "closed captions"
TELETEXT = "dvb_teletext"
MP4_HEADS = (b"ftyp", b"styp", b"moov")  # the first box of a file, or of a part of one
TELETEXT_HEADS = range(0x10, 0x20)  # what the first byte of such a packet may be (ETSI EN 300 472, 4.3)


def contents(path: str | os.PathLike[str]) -> Video:
    """The content of a file, its subtitle tracks above all. Width and height are 0 where it has no video.

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
    return replace(video, tracks=tracks + _caption_track(path) + _boxed(path) + _late(path))


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


def _caption_track(path: str | os.PathLike[str]) -> tuple[Track, ...]:
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
        return tuple(Track(number, "image", program.CODEC) for number, _ in enumerate(late_numbers(file), first))
