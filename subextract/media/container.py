"""Which stream of a file is the video, what is known about it, and why a file cannot be used."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar, cast

import av
from av.codec.codec import Properties
from av.codec.hwaccel import HWAccel
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from subextract import playlists
from subextract.concurrency.liveness import alive
from subextract.errors import InputError, NotMedia
from subextract.media.clock import Clock, Going
from subextract.media.lent import lender_of
from subextract.media.origins import late, origin, told_origin
from subextract.types import Track, Video

AnyStream = TypeVar("AnyStream", bound=Stream)

log = logging.getLogger(__name__)

av.logging.set_level(None)  # FFmpeg would write to the user's terminal; what matters comes as an exception

STILL_CODECS = ("mjpeg", "png", "bmp", "gif", "tiff", "webp")  # a second stream of these is cover art, marked or not
NOT_SHOWN = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
PROBED_PACKETS = 300  # ten seconds of video: enough to see whether frames come evenly
REORDERED = 20  # packets; so far from the end of what was read, none can be missing from the middle
SEARCHED_PACKETS = 1500  # a recording that starts between two key frames has its first picture after at most a minute
CLOCK_BREAK = 1000  # ms; a step back by more is a new clock (joined recordings), by less a shuffled time stamp
HEAD = 1 << 20  # bytes; the boxes that announce encryption lie in front
REACHING = frozenset({"concat", "dash", "hls", "imf", "lavfi", "rtp", "rtsp", "sap", "sdp", "webm_dash_manifest"})
"""Demuxers that open other files or the network by what a file says: a video from anywhere must not have them."""
PLAYLIST = "is a playlist, which only names other files: give one of these, or join them with FFmpeg first."


@dataclass(frozen=True, slots=True)
class Source:
    """An open file, its video stream, and the clock of that stream."""

    path: str
    container: InputContainer
    stream: VideoStream
    clock: Clock


@dataclass(frozen=True, slots=True)
class Decoding:
    """How a video is decoded: with a number of threads (0: one per core), or on a device that copies pictures back.

    Where a device gives up in the middle the processor goes on, unless it is ``strict``.
    """

    threads: int = 0
    device: str | None = None
    strict: bool = False


ON_PROCESSOR = Decoding()


@contextmanager
def opened(path: str | os.PathLike[str], how: Decoding = ON_PROCESSOR) -> Iterator[Source]:
    """Open a file and choose its video stream. InputError and NotMedia say why there is none."""
    name = os.fspath(path)
    check_readable(name)
    with container_of(name, how) as container:
        stream = video_stream(name, container)
        # Beside a device more threads only wait, each with surfaces of the device's memory in its hands.
        stream.codec_context.thread_count = 1 if how.device else how.threads
        yield Source(name, container, stream, clock_of(container, stream))


def check_readable(path: str) -> None:
    """Raise InputError or NotMedia for what no demuxer needs to look at."""
    if lender := lender_of(path):
        _refuse(path, lender.stream().read(playlists.HEAD), lender.size)
        return
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{path} is a folder: name a video file inside it.")
        if stat.S_ISREG(status.st_mode):
            with open(path, "rb") as file:
                _refuse(path, file.read(playlists.HEAD), status.st_size)
    except FileNotFoundError as exc:
        raise InputError(f"{path} does not exist: check the name and the folder.") from exc
    except PermissionError as exc:
        raise InputError(f"{path} may not be read: ask for permission to read it.") from exc
    except (OSError, ValueError) as exc:  # ValueError: a null character in the name
        raise InputError(f"{path!r} cannot be opened ({exc}): check the name and the disk.") from exc


def _refuse(path: str, head: bytes, size: int) -> None:
    """Raise NotMedia for what holds no video, by its first bytes and its size."""
    if playlists.is_playlist(head):
        raise NotMedia(f"{path} {PLAYLIST}")
    if size == 0:
        raise NotMedia(f"{path} is empty (0 bytes): copy or download it again.")


def container_of(path: str, how: Decoding = ON_PROCESSOR) -> InputContainer:
    """The open file; NotMedia where FFmpeg cannot make sense of it."""
    device = HWAccel(how.device, allow_software_fallback=not how.strict) if how.device else None
    lender = lender_of(path)
    # The prefix keeps a name like "-a.mp4" or "concat:b" a name; tags in other encodings than UTF-8 are common.
    file = lender.stream() if lender else "file:" + os.path.abspath(path)
    wanted = {"format_whitelist": ",".join(av.formats_available - REACHING), "protocol_whitelist": "file"}
    try:
        return av.open(file, "r", metadata_errors="ignore", hwaccel=device, container_options=wanted)
    except av.FFmpegError as exc:
        if encrypted(path):
            raise NotMedia(f"{path} is encrypted (DRM): only an unprotected copy can be read.") from exc
        raise NotMedia(f"{path} is not a video or is damaged: check that it plays in a video player.") from exc


def encrypted(path: str) -> bool:
    """Whether an MP4 announces common encryption (ISO/IEC 23001-7): the boxes ``pssh`` or ``encv``."""
    head = head_of(path, HEAD)
    return b"pssh" in head or b"encv" in head


def head_of(path: str, length: int) -> bytes:
    """The first bytes of a file; none of a pipe, which would wait for more."""
    if lender := lender_of(path):
        return lender.stream().read(length)
    if not os.path.isfile(path):
        return b""
    with open(path, "rb") as file:
        return file.read(length)


def video_stream(path: str, container: InputContainer) -> VideoStream:
    """The stream that is the film, not its cover; NotMedia where there is none."""
    if container.format.name.endswith("_pipe") or container.format.name == "image2":
        raise NotMedia(f"{path} is a single picture, not a video: give a video file.")
    streams = [s for s in container.streams.video if not s.disposition & NOT_SHOWN]
    if not streams:
        raise NotMedia(f"{path} holds {_contents(container)} but no video: give a file with moving pictures.")
    known = [s for s in streams if s.codec_context is not None]
    if not known:
        raise NotMedia(f"{path} uses a video codec that cannot be decoded here: convert it to H.264.")
    moving = [s for s in known if s.codec_context.name not in STILL_CODECS]
    return max(moving or known, key=_preference)


def _contents(container: InputContainer) -> str:
    kinds = {"audio": "sound", "subtitle": "subtitles", "video": "cover art"}
    found = {kinds.get(stream.type, "data") for stream in container.streams}
    return " and ".join(sorted(found)) or "nothing"


def _preference(stream: VideoStream) -> tuple[bool, bool, int, int]:
    area = stream.width * stream.height
    return area > 0, Disposition.default in stream.disposition, area, -stream.index


def clock_of(container: InputContainer, stream: Stream) -> Clock:
    """The clock of a stream on the time line of its file, the same for all its streams."""
    assert stream.time_base is not None  # demuxers always set one
    return Clock.of(stream.time_base, origin(container))


def typical_ticks(source: Source) -> int:
    """How long a frame is shown when it does not say so itself."""
    rate, base = source.stream.average_rate or source.stream.guessed_rate or 25, source.stream.time_base
    return max(1, round(1 / (rate * base))) if base else 1


def going_clock(source: Source) -> Going:
    """The clock of the video, which goes on where that of the file starts again."""
    return Going(typical_ticks(source), source.clock.ticks(CLOCK_BREAK) - source.clock.ticks(0))


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


def demuxed(container: InputContainer, *streams: AnyStream) -> Iterator[av.Packet[AnyStream]]:
    """All packets of some streams, also where a broadcast begins another one in the middle, unknown to PyAV."""
    while True:
        try:
            for packet in container.demux(*streams):
                alive()
                yield cast("av.Packet[AnyStream]", packet)
            return
        except IndexError as exc:  # the packet of the new stream is gone; the next call goes on behind it
            log.debug("a stream begins in the middle: %s", exc)


def decoded(packet: av.Packet[VideoStream]) -> list[VideoFrame] | None:
    """The pictures that a packet completes; None if it is damaged."""
    try:
        return packet.decode()
    except av.FFmpegError as exc:
        log.debug("a packet at %s cannot be decoded: %s", packet.pts, exc)
        return None


def no_picture(path: str) -> NotMedia:
    """The error for a file that opens and shows nothing."""
    if encrypted(path):
        return NotMedia(f"{path} is encrypted (DRM): only an unprotected copy can be read.")
    return NotMedia(f"{path} has a video stream but no picture can be decoded: it is damaged or incomplete.")


def quarter_turns(picture: VideoFrame) -> int:
    """How many quarter turns clockwise show the picture upright; anything but a right angle counts as none."""
    angle = -picture.rotation  # FFmpeg counts counter-clockwise; a broken matrix gives INT_MIN
    nearest = round(angle / 90)
    return nearest % 4 if abs(angle) <= 360 and abs(angle - nearest * 90) <= 1 else 0


def duration(source: Source) -> int | None:
    """Where the claimed end lies on the video's own time line, in ms."""
    stream, container = source.stream, source.container
    if stream.duration:
        return max(0, source.clock.milliseconds((stream.start_time or 0) + stream.duration))
    if container.duration is None:
        return None
    return round(container.duration / 1000)


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


def track_of(stream: Stream) -> Track:
    """What the container says of a subtitle stream."""
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
