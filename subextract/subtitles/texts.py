"""The texts of a text track, with their times."""

from __future__ import annotations

import html
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, cast

import av
from av.packet import Packet
from av.subtitles.codeccontext import SubtitleCodecContext
from av.subtitles.subtitle import AssSubtitle

from subextract import timedtext
from subextract.errors import DecodeError, NotMedia
from subextract.media.truncation import unfinished
from subextract.subtitles.packets import File, opened_file, packets_of
from subextract.subtitles.text import cea608, teletext, wvtt
from subextract.subtitles.text.ass import FIELDS, Head, drawn, head_of, place, plain, styled_of
from subextract.subtitles.text.charset import encoding_of
from subextract.subtitles.tracks import TELETEXT
from subextract.types import Box, Cue, Track

log = logging.getLogger(__name__)

UNENDED = 5000  # ms; what does not say when it ends is shown for that long, or until the next text
UNREADABLE = ("unknown",)
STYLED = "ass"  # also what SSA is called
TEXT_PREFIX = 2  # bytes; in front of the text of a mov_text packet stands its length
SHARE = re.compile(r"(\w+):(\d+(?:\.\d+)?)%")
ALIGN = re.compile(r"align:(\w+)")
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Texts:
    """The cues of a track in order of start, and the head of its script where it is one (else ``""``).

    ``width`` and ``height`` are of the picture in which their boxes lie. ``broken`` says why there are no more.
    """

    cues: tuple[Cue, ...]
    width: int
    height: int
    script: str = ""
    broken: DecodeError | None = None


def is_readable(track: Track) -> bool:
    """Whether its text can be decoded here."""
    return track.codec not in UNREADABLE


def texts(path: str | os.PathLike[str], track: Track, width: int = 0, height: int = 0) -> Texts:
    """Everything that a text track says; boxes are for a picture of ``width`` by ``height``, or the track's own plane.

    Raises NotMedia where the track cannot be decoded here.
    """
    if not is_readable(track):
        name = f"Track {track.index} of {os.fspath(path)}"
        raise NotMedia(f"{name} is in a format that cannot be decoded: convert it to SubRip first.")
    with opened_file(path) as file:
        if track.codec == cea608.CODEC:
            return _caption_texts(file, track, width, height)
        if track.codec == TELETEXT:
            return _teletext(file, track, width, height)
        return _texts(file, track, width, height)


def _caption_texts(file: File, track: Track, width: int, height: int) -> Texts:
    inside = track.index >= len(file.container.streams)
    stream = file.video if inside else file.container.streams[track.index]
    assert stream is not None
    size = (width or cea608.WIDTH, height or cea608.HEIGHT)
    clock, found = file.clock(stream), []
    held = Held()
    sent = (
        (clock.milliseconds(packet.pts), bytes(packet))
        for packet in held.until_broken(packets_of(file, stream))
        if packet.pts is not None
    )
    pairs = cea608.in_order(sent) if inside else ((time, cea608.triplets(data)) for time, data in sent)
    for each in cea608.captions(pairs):
        box = cea608.box_of(each, *size)
        found.append(Cue(each.start, each.end, each.text, box, styled=each.styled, turns=cea608.turns_of(each)))
    return Texts(tuple(found), *size, broken=held.error)


def _teletext(file: File, track: Track, width: int, height: int) -> Texts:
    """The page that the track stands for; without one the first page of subtitles."""
    streams = [each for each in file.container.streams.subtitles if each.codec_context is None]
    stream = next((each for each in streams if each.index == track.index), streams[0])
    clock, held = file.clock(stream), Held()
    packets = [
        (None if packet.pts is None else clock.milliseconds(packet.pts), bytes(packet))
        for packet in held.until_broken(packets_of(file, stream))
        if packet.size
    ]
    page = track.page
    if page is None:
        page = min(teletext.subtitle_pages(data for _, data in packets), default=0)
    return Texts(tuple(teletext.cues(packets, page)), width, height, broken=held.error)


class Held:
    """Keeps the error that ends a row of packets, so that what came before can be used first."""

    def __init__(self) -> None:
        self.error: DecodeError | None = None

    def until_broken(self, packets: Iterator[Packet[Any]]) -> Iterator[Packet[Any]]:
        try:
            yield from packets
        except DecodeError as error:
            self.error = error


def _texts(file: File, track: Track, width: int, height: int) -> Texts:
    stream, held = file.container.streams[track.index], Held()
    packets = [packet for packet in held.until_broken(packets_of(file, stream)) if packet.pts is not None]
    clock, context = file.clock(stream), cast(SubtitleCodecContext | None, stream.codec_context)
    head = _head(context)
    size = (width or head.width, height or head.height)
    encoding = encoding_of(b"\n".join(_bare(packet, track.codec) for packet in packets))
    read = _reader(track.codec, context, head, size)
    found = []
    for packet in packets:
        start = clock.milliseconds(packet.pts or 0)
        end = clock.milliseconds((packet.pts or 0) + (packet.duration or 0))
        for cue in read(_in_utf8(packet, track.codec, encoding)):
            times = (start, end) if cue.end == 0 else (cue.start, cue.end)
            found.append(replace(cue, start=times[0], end=times[1]))
    if file.container.format.name == "srt" and (rest := unfinished(file.path)):
        found[-1:] = [replace(cue, text=cue.text.removesuffix(f"\n{rest}")) for cue in found[-1:]]
        held.error = DecodeError(f"{file.path} breaks off in the middle of a cue: copy or download it again.")
    script = head.text if track.codec == STYLED else ""
    whole = wvtt.joined(found) if track.codec == wvtt.CODEC else found
    return Texts(tuple(_ended(whole)), *size, script, held.error)


def _head(context: SubtitleCodecContext | None) -> Head:
    """The head of the script into which the track is decoded; a context knows it once it is open."""
    if context is None:
        return Head()
    context.open(strict=False)
    return head_of((context.subtitle_header or context.extradata or b"").decode("utf-8", "replace"))


def _ended(cues: list[Cue]) -> Iterator[Cue]:
    """In order of start; what has no length is shown until the next one starts, for a while at most."""
    ordered = sorted(cues, key=lambda cue: (cue.start, cue.end))
    starts = sorted({cue.start for cue in ordered})
    following = dict(pairwise(starts))
    for cue in ordered:
        if cue.end > cue.start:
            yield cue
        else:
            yield replace(cue, end=min(cue.start + UNENDED, following.get(cue.start, cue.start + UNENDED)))


def _bare(packet: Packet[Any], codec: str) -> bytes:
    """The text of a packet; what follows a zero byte is none."""
    data = bytes(packet)
    if codec == "mov_text":
        return data[TEXT_PREFIX : TEXT_PREFIX + int.from_bytes(data[:TEXT_PREFIX], "big")]
    return data.partition(b"\0")[0]


def _in_utf8(packet: Packet[Any], codec: str, encoding: str) -> Packet[Any]:
    """The same packet, its text in UTF-8."""
    if encoding == "utf-8":
        return packet
    text = _bare(packet, codec)
    better = text.decode(encoding, "replace").encode("utf-8")
    if codec == "mov_text":
        better = len(better).to_bytes(TEXT_PREFIX, "big") + better + bytes(packet)[TEXT_PREFIX + len(text) :]
    changed: Packet[Any] = Packet(better)
    changed.pts, changed.duration = packet.pts, packet.duration
    return changed


Read = Callable[["Packet[Any]"], Iterator[Cue]]
"""The texts in a packet. Times of 0 stand for those of the packet."""


def _reader(codec: str, context: SubtitleCodecContext | None, head: Head, size: tuple[int, int]) -> Read:
    if codec == "ttml":
        return lambda packet: _timed_text(_bare(packet, codec).decode("utf-8", "replace"))
    if codec == wvtt.CODEC:
        return lambda packet: _sample(bytes(packet), size)
    if context is None:
        return lambda packet: _undecoded(_bare(packet, codec).decode("utf-8", "replace"))
    return lambda packet: _decoded(packet, codec, context, head, size)


def _timed_text(document: str) -> Iterator[Cue]:
    try:
        yield from timedtext.cues(document)
    except ValueError as exc:
        log.warning("A damaged document of the track is left out from here on (%s).", exc)


def _undecoded(text: str) -> Iterator[Cue]:
    """WebVTT by a codec name that FFmpeg does not know."""
    if shown := _shown(text):
        yield Cue(0, 0, shown)


def _sample(data: bytes, size: tuple[int, int]) -> Iterator[Cue]:
    """WebVTT in MP4."""
    for text, settings in wvtt.texts(data):
        if shown := _shown(text):
            yield Cue(0, 0, shown, _box_of(settings, shown, size))


def _shown(text: str) -> str:
    """The plain text of a WebVTT cue."""
    return html.unescape(TAG.sub("", text)).strip()


def _decoded(
    packet: Packet[Any], codec: str, context: SubtitleCodecContext, head: Head, size: tuple[int, int]
) -> Iterator[Cue]:
    try:
        events = context.decode2(packet) if packet.size else None
    except av.FFmpegError as exc:
        log.warning("A damaged text at %s of the track is left out (%s).", packet.pts, exc.strerror)
        return
    for each in cast(Iterable[AssSubtitle], events or ()):
        event = each.ass.decode("utf-8", "replace")
        fields = event.split(",", FIELDS)
        if len(fields) <= FIELDS:
            continue
        text = plain(fields[FIELDS], braces=codec != STYLED)
        if text:
            box = _settings(packet, text, size) or place(fields[FIELDS], fields[2], head, *size)
            if codec == STYLED:
                yield Cue(0, 0, text, box, markup=event.partition(",")[2])
            else:
                yield Cue(0, 0, text, box, styled=styled_of(fields[FIELDS], text))


def _settings(packet: Packet[Any], text: str, size: tuple[int, int]) -> Box | None:
    """The box that the settings of a WebVTT packet ask for."""
    if not packet.has_sidedata("webvtt_settings"):
        return None
    return _box_of(bytes(packet.get_sidedata("webvtt_settings")).decode("utf-8", "replace"), text, size)


def _box_of(said: str, text: str, size: tuple[int, int]) -> Box | None:
    """The box that the settings of a WebVTT cue ask for; None for the bottom centre."""
    values = {name: float(value) / 100 for name, value in SHARE.findall(said)}
    align = ALIGN.search(said)
    across = {"left": 0, "start": 0, "right": 2, "end": 2}.get(align[1] if align else "", 1)
    if across == 1 and "line" not in values:
        return None
    line = values.get("line", 1.0)
    position = values.get("position", (0.0, 0.5, 1.0)[across])
    up = 2 if line < 0.8 else 0
    return drawn(text, 1 + across + 3 * up, (position, line if up else 23 / 24), *size)
