"""Which device decodes a video in place of the processor, and why none does."""

from __future__ import annotations

import logging
import os
from itertools import islice

import av
from av.codec import Codec
from av.codec.hwaccel import HWDeviceType

from subextract.errors import NotMedia, UsageError
from subextract.media.container import SEARCHED_PACKETS, Decoding, decoded, demuxed, opened

log = logging.getLogger(__name__)

NAMES = ("none", "auto", *(kind.name for kind in HWDeviceType if kind))


def decoding(path: str | os.PathLike[str], *, hwaccel: str = "none", threads: int = 0) -> Decoding:
    """How to decode a video: on the device called ``hwaccel`` (``auto``: the first that can), if it shows a picture.

    ``threads`` is how many the processor may use, 0 as many as it has cores. What keeps a device from decoding is one
    warning, and the processor decodes. Raises UsageError for a name that FFmpeg does not know, InputError and NotMedia.
    """
    if hwaccel not in NAMES:
        raise UsageError(f"There is no device {hwaccel!r} to decode with; choose from {', '.join(NAMES)}.")
    device = _device(os.fspath(path), hwaccel) if hwaccel != "none" else None
    return Decoding(threads, device)


def _device(path: str, wanted: str) -> str | None:
    with opened(path) as source:
        codec = source.stream.codec_context.codec
    offered, failures = devices_of(codec), []
    for name in offered if wanted == "auto" else {wanted}.intersection(offered):
        failure = _failure(path, name)
        if failure is None:
            log.info("%s is decoded on %s.", path, name)
            return name
        failures.append(f"{name} does not work here ({failure})")
    missing = f"this FFmpeg decodes {codec.name} on {', '.join(offered) or 'no device'}"
    reason = " and ".join(failures) or missing
    log.warning("%s is decoded on the processor, because %s; check the driver, or choose another device.", path, reason)
    return None


def devices_of(codec: Codec) -> list[str]:
    """The devices for which the installed FFmpeg has this decoder, whether they are there or not."""
    supported = [config.device_type.name for config in codec.hardware_configs if config.is_supported]
    return list(dict.fromkeys(supported))


def _failure(path: str, device: str) -> str | None:
    """Why no picture of a video comes from a device; None if one comes."""
    try:
        with opened(path, Decoding(device=device, strict=True)) as source:
            for packet in islice(demuxed(source.container, source.stream), SEARCHED_PACKETS):
                if decoded(packet):
                    return None
    except NotMedia as error:  # the file can be opened without the device
        return getattr(error.__cause__, "strerror", None) or str(error.__cause__)
    except av.FFmpegError as error:
        return error.strerror or str(error)
    return "it cannot decode this kind of video"
