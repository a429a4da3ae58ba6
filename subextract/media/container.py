"""An open file: which of its streams is the video, and why a file cannot be used."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar, cast

import av
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
from subextract.media.origins import origin

AnyStream = TypeVar("AnyStream", bound=Stream)

log = logging.getLogger(__name__)

av.logging.set_level(None)  # FFmpeg would write to the user's terminal; what matters comes as an exception

STILL_CODECS = ("mjpeg", "png", "bmp", "gif", "tiff", "webp")  # a second stream of these is cover art, marked or not
NOT_SHOWN = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
PROBED_PACKETS = 300  # ten seconds of video: enough to see whether frames come evenly
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
