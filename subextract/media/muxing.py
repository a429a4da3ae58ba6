"""How a video gets more subtitle tracks: all that is in the file is copied as it is, packet by packet.

Nothing is decoded or encoded. Times stay, but those of transport streams, whose clock starts anywhere, begin at zero.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from subextract.languages.tags import long
from subextract.media.container import (
    Source,
    check_readable,
    clock_of,
    container_of,
    demuxed,
    video_stream,
)
from subextract.media.origins import origin
from subextract.media.sample_entries import keep_sample_entries
from subextract.media.truncation import check_complete, unbroken

log = logging.getLogger(__name__)

MILLISECOND = Fraction(1, 1000)
COPIED = ("video", "audio", "subtitle", "attachment")
COVERS = {"mjpeg": ("cover.jpg", "image/jpeg"), "png": ("cover.png", "image/png")}  # as Matroska calls its cover
MATROSKA, MP4 = "matroska", "mp4"
CONTAINERS = {".mp4": MP4, ".m4v": MP4}  # by the suffix of a file; Matroska takes what others hold

# What the head of an MP4 track is made from: white letters at the bottom, of 1/18 of the height.
HEAD = b"""[Script Info]
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


@dataclass(frozen=True, slots=True)
class Added:
    """A track to be added: what is said from when until when (ms), in order of start, and how players choose it.

    ``texts`` are as SubRip has them for Matroska, and plain, one at a time, for MP4 (see ``one_at_a_time``).
    """

    texts: Sequence[tuple[int, int, str]]
    language: str | None = None
    forced: bool = False
    hearing_impaired: bool = False


def container_for(path: str | os.PathLike[str]) -> tuple[str, str]:
    """The suffix and the format of the copy of a file."""
    suffix = os.path.splitext(path)[1].lower()
    return (suffix, CONTAINERS[suffix]) if suffix in CONTAINERS else (".mkv", MATROSKA)


def mux(source: str | os.PathLike[str], target: str | os.PathLike[str], tracks: Sequence[Added], form: str) -> None:
    """Write a copy of ``source`` in the format ``form`` with more tracks; streams that do not fit into it are left out.

    The first new track that is not forced is the one that players show unasked, unless the file has such a track
    already. Raises InputError and NotMedia for the source, DecodeError where it breaks off, OSError where the copy
    cannot be written, whatever is wrong.
    """
    name = os.fspath(source)
    check_readable(name)
    try:
        _mux(name, os.fspath(target), tracks, form)
        keep_sample_entries(name, target)
    except (av.FFmpegError, ValueError) as exc:  # ValueError: what this build of FFmpeg cannot write
        raise OSError(getattr(exc, "errno", 0), getattr(exc, "strerror", None) or str(exc)) from exc


def check_copy(source: str | os.PathLike[str], form: str) -> None:
    """Raise OSError, which names the codecs, where a copy in the format ``form`` could not even be begun."""
    name = os.fspath(source)
    check_readable(name)
    with container_of(name) as film:
        try:
            with _output(film, os.devnull, form) as copy:
                _copied(film, copy, log.debug)
                copy.start_encoding()
        except (av.FFmpegError, ValueError, OSError) as exc:
            log.info("%s", exc)
            raise OSError(0, ", ".join(stream.codec_context.name for stream in _seen_and_heard(film))) from exc


def _seen_and_heard(film: InputContainer) -> list[Stream]:
    return [stream for stream in film.streams if stream.type in ("video", "audio") and stream.codec_context]


def _output(film: InputContainer, target: str, form: str) -> OutputContainer:
    """The file of the copy.

    Matroska has no names of its own for many codecs (Windows Media, Flash, DV) and takes them by those of AVI. PyAV
    knows of no such thing, but lets everything through to FFmpeg's "tee", which hands it on.
    """
    url = f"file:{os.path.abspath(target)}"  # the prefix keeps a name like "concat:b" a name
    copy = av.open(url, "w", format=form)
    if form != MATROSKA or {stream.codec_context.name for stream in _seen_and_heard(film)} <= copy.supported_codecs:
        return copy
    copy.close()
    quoted = url.replace("'", r"'\''")
    return av.open(f"[f={form}]'{quoted}'", "w", format="tee")


def _mux(source: str, target: str, tracks: Sequence[Added], form: str) -> None:
    with container_of(source) as film, _output(film, target, form) as copy:
        video = video_stream(source, film)
        whole = Source(source, film, video, clock_of(film, video))
        check_complete(whole)  # before all else is copied
        outs = _copied(film, copy, log.warning)
        if copy.format.name == "tee" and film.chapters():
            log.warning("The chapters of the video are left out of the copy.")
        shown = any(stream.disposition & Disposition.default for stream in film.streams.subtitles)
        new = _new(copy, tracks, form, shown)
        copy.metadata.update(film.metadata)
        copy.set_chapters(film.chapters())
        waiting = sorted(_packets(new, tracks, form), key=_time, reverse=True)
        packets = demuxed(film, *(stream for stream in film.streams if stream.index in outs))
        for packet in unbroken(source, packets, whole):
            if packet.size == 0:  # the sign that a stream is over
                continue
            _begin_at_zero(packet, film)
            while waiting and _time(waiting[-1]) <= _time(packet):
                copy.mux(waiting.pop())
            packet.stream = outs[packet.stream_index]
            copy.mux(packet)
        while waiting:
            copy.mux(waiting.pop())


def _copied(film: InputContainer, copy: OutputContainer, tell: Callable[..., None]) -> dict[int, Stream]:
    """For each stream that fits into the container the one of the copy, by its number.

    Subtitles that do not fit are left out, and so are data: chapters are copied as such, and the time code of a camera
    is none of the film. ValueError where pictures or sound do not fit: that would be no copy.
    """
    found = {}
    for stream in film.streams:
        if stream.type not in COPIED:
            if not film.chapters():  # the titles of chapters are such a stream in an MP4
                tell("A stream of %s is left out of the copy.", stream.type or "data")
            continue
        if _is_cover(stream) and copy.format.name != MP4:
            copy.add_attachment(*_attached(film, stream))
            continue
        try:
            out: Stream = copy.add_stream_from_template(stream, opaque=True)
        except ValueError as exc:
            if stream.type in ("video", "audio"):
                raise ValueError(f"the {stream.type} of the film does not fit into it ({exc})") from exc
            tell("A %s stream of the video is left out of the copy (%s).", stream.type, exc)
            continue
        if stream.type != "attachment":
            _describe(out, stream)
            _tell_lost_shape(stream, tell)
            found[stream.index] = out
    return found


def _is_cover(stream: Stream) -> bool:
    """Whether a stream is a picture beside the film, which Matroska has as an attachment."""
    codec = stream.codec_context.name if stream.codec_context else ""
    return bool(stream.disposition & Disposition.attached_pic) and codec in COVERS


def _attached(film: InputContainer, stream: Stream) -> tuple[str, str, bytes]:
    """The name, the type and the bytes of the picture of a stream."""
    name, kind = COVERS[stream.codec_context.name]
    with container_of(film.name.removeprefix("file:")) as again:  # the head wants it before the first packet
        data = next((bytes(packet) for packet in again.demux(again.streams[stream.index]) if packet.size), b"")
    return stream.metadata.get("filename", name), stream.metadata.get("mimetype", kind), data


def _describe(out: Stream, stream: Stream) -> None:
    """Say of a stream of the copy what the film says of it beside its packets."""
    out.disposition = stream.disposition
    out.metadata.update(stream.metadata)
    if "title" not in stream.metadata and (name := stream.metadata.get("name")):  # so MP4 and QuickTime call it
        out.metadata["title"] = name


def _tell_lost_shape(stream: Stream, tell: Callable[..., None]) -> None:
    """Say where the shape of the pixels is in the container alone: PyAV copies only what the codec says of it."""
    if not isinstance(stream, VideoStream):
        return
    shape, known = stream.sample_aspect_ratio or 1, stream.codec_context.sample_aspect_ratio or 1
    if shape != known:
        tell("The copy does not say that a pixel of the video is %s:%s.", shape.numerator, shape.denominator)


def _new(copy: OutputContainer, tracks: Sequence[Added], form: str, shown: bool) -> list[Stream]:
    found: list[Stream] = []
    for track in tracks:
        stream = copy.add_stream("srt" if form == MATROSKA else "mov_text")
        stream.codec_context.subtitle_header = HEAD
        stream.time_base = MILLISECOND
        stream.disposition = _disposition(track, shown)
        shown = shown or not track.forced
        stream.metadata["language"] = long(track.language, bibliographic=form == MATROSKA)
        if track.language and "-" in track.language:
            stream.metadata["title"] = track.language  # the containers have no room for scripts and countries
        found.append(stream)
    return found


def _disposition(track: Added, shown: bool) -> Disposition:
    flags = Disposition(0)
    if track.forced:
        flags |= Disposition.forced
    elif not shown:
        flags |= Disposition.default
    return flags | Disposition.hearing_impaired if track.hearing_impaired else flags


def _packets(streams: Sequence[Stream], tracks: Sequence[Added], form: str) -> Iterator[Packet[Any]]:
    for stream, track in zip(streams, tracks, strict=True):
        for start, end, text in track.texts:
            data = text.encode("utf-8")
            packet: Packet[Any] = Packet(data if form == MATROSKA else len(data).to_bytes(2, "big") + data)
            packet.stream, packet.time_base = stream, MILLISECOND
            packet.pts = packet.dts = start
            packet.duration = end - start
            yield packet


def _begin_at_zero(packet: Packet[Any], film: InputContainer) -> None:
    if packet.time_base and (start := origin(film)):
        shift = round(Fraction(start, 1_000_000) / packet.time_base)
        packet.pts = None if packet.pts is None else packet.pts - shift
        packet.dts = None if packet.dts is None else packet.dts - shift


def _time(packet: Packet[Any]) -> Fraction:
    ticks = packet.pts if packet.dts is None else packet.dts
    return (ticks or 0) * (packet.time_base or MILLISECOND)


def one_at_a_time(texts: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The same for a track that shows one text at a time: what is up together is one text, the earlier one above."""
    edges = sorted({time for start, end, _ in texts for time in (start, end)})
    found: list[tuple[int, int, str]] = []
    up: list[tuple[int, int, str]] = []
    waiting = sorted(texts, key=lambda text: text[:2])[::-1]
    for start, end in pairwise(edges):
        up = [text for text in up if text[1] > start]
        while waiting and waiting[-1][0] <= start:
            up.append(waiting.pop())
        if up:
            found.append((start, end, "\n".join(text for *_, text in up)))
    return found
