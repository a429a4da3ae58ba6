"""Whether a video is decoded on the device that was asked for, and by the processor where that cannot be.

No device is needed: what PyAV does with one is played by a container whose pictures come back as devices give them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import av
import pytest

from subextract.errors import UsageError
from subextract.media import Decoding, container, decoding, frames, hwaccel, stills
from subextract.types import Box, Frame
from tests.helpers.files import FIXTURES

SILENT = FIXTURES / "silent.mp4"
OPEN = av.open


@dataclass
class Accelerator:
    """What of av.codec.hwaccel.HWAccel counts here."""

    device_type: str
    allow_software_fallback: bool


@dataclass
class CopiedBack:
    """A packet whose pictures were decoded on a device."""

    packet: Any
    gives_pictures: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.packet, name)

    def decode(self) -> list[av.VideoFrame]:
        pictures = [_nv12(picture) for picture in self.packet.decode()]
        if not self.gives_pictures:
            raise av.InvalidDataError(1, "no such profile")
        return pictures


def _nv12(picture: av.VideoFrame) -> av.VideoFrame:
    copied = picture.reformat(format="nv12")
    copied.pts, copied.time_base = picture.pts, picture.time_base
    return copied


@dataclass
class OnDevice:
    """A container that was opened with a device."""

    container: Any
    gives_pictures: bool = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.container.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.container, name)

    def demux(self, stream: Any) -> Iterator[CopiedBack]:
        return (CopiedBack(packet, self.gives_pictures) for packet in self.container.demux(stream))


class Machine:
    """Devices that are "absent", "silent" (there, without a picture) or that each "works".

    ``opened`` are those with which a file was opened, and whether they had to do it all.
    """

    def __init__(self, **state: str) -> None:
        self.state = state
        self.opened: list[tuple[str, bool]] = []

    def open(self, *arguments: Any, hwaccel: Accelerator | None = None, **options: Any) -> Any:
        if hwaccel is None:
            return OPEN(*arguments, **options)
        self.opened.append((hwaccel.device_type, not hwaccel.allow_software_fallback))
        if self.state[hwaccel.device_type] == "absent":
            raise av.PermissionError(1, "Operation not permitted")
        return OnDevice(OPEN(*arguments, **options), self.state[hwaccel.device_type] == "works")


def machine(monkeypatch: pytest.MonkeyPatch, **state: str) -> Machine:
    fake = Machine(**state)
    monkeypatch.setattr(container, "HWAccel", Accelerator)
    monkeypatch.setattr(hwaccel, "devices_of", lambda codec: list(state))
    monkeypatch.setattr(av, "open", fake.open)
    return fake


def shown(some: Iterator[Frame]) -> list[tuple[int, int, bytes]]:
    """Time, duration and some of the brightness of each frame."""
    return [(frame.time, frame.duration, frame.luma[::9, ::9].tobytes()) for frame in some]


def colour(some: Iterator[Frame]) -> list[int]:
    """That of one pixel of the first frame."""
    pixel: list[int] = next(some).colour(Box(9, 9, 10, 10)).ravel().tolist()
    return pixel


@pytest.mark.parametrize(("wanted", "tried"), [("vaapi", ["vaapi"]), ("auto", ["cuda", "vaapi"])])
def test_pictures_from_a_device_are_those_of_the_processor(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, wanted: str, tried: list[str]
) -> None:
    here = machine(monkeypatch, cuda="absent", vaapi="works")
    how = decoding(SILENT, hwaccel=wanted, threads=3)
    assert how == Decoding(threads=3, device="vaapi")
    assert here.opened == [(name, True) for name in tried]
    here.opened.clear()
    for start in (0, 3500):
        assert shown(frames(SILENT, start=start, end=4000, how=how)) == shown(frames(SILENT, start=start, end=4000))
    assert colour(frames(SILENT, how=how)) == pytest.approx(colour(frames(SILENT)), abs=1)  # nv12 is rounded otherwise
    assert shown(stills(SILENT, count=4, how=how)) == shown(stills(SILENT, count=4))
    assert set(here.opened) == {("vaapi", False)}  # the processor goes on where the device gives up in the middle
    assert caplog.messages == []


def test_what_keeps_each_device_from_decoding_is_one_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    machine(monkeypatch, cuda="absent", vaapi="silent")
    assert decoding(SILENT, hwaccel="auto", threads=2) == Decoding(threads=2)
    reasons = (
        "cuda does not work here (Operation not permitted) and "
        "vaapi does not work here (it cannot decode this kind of video)"
    )
    said = f"{SILENT} is decoded on the processor, because {reasons}; check the driver, or choose another device."
    assert [(record.levelno, record.message) for record in caplog.records] == [(logging.WARNING, said)]


def test_a_device_that_ffmpeg_lacks_is_one_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for has, told in (({"cuda": "works", "vulkan": "works"}, "cuda, vulkan"), ({}, "no device")):
        here = machine(monkeypatch, **has)
        assert decoding(SILENT, hwaccel="videotoolbox") == Decoding()
        assert here.opened == []
        reason = f"this FFmpeg decodes h264 on {told}; check the driver, or choose another device."
        assert caplog.messages.pop() == f"{SILENT} is decoded on the processor, because {reason}"
        caplog.clear()


def test_without_the_wish_no_device_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    here = machine(monkeypatch, cuda="works")
    assert decoding(SILENT, threads=1) == Decoding(threads=1)
    assert here.opened == []


def test_an_unknown_device_is_answered_with_the_names() -> None:
    with pytest.raises(UsageError) as caught:
        decoding(SILENT, hwaccel="gpu")
    known = (
        "none, auto, vdpau, cuda, vaapi, dxva2, qsv, videotoolbox, d3d11va, drm, opencl, mediacodec, vulkan, d3d12va"
    )
    assert str(caught.value).startswith(f"There is no device 'gpu' to decode with; choose from {known}")


@pytest.mark.parametrize("name", ["auto", "cuda", "vaapi", "d3d11va"])
def test_with_the_devices_of_this_machine_the_frames_are_the_same(name: str, caplog: pytest.LogCaptureFixture) -> None:
    how = decoding(SILENT, hwaccel=name)
    assert shown(frames(SILENT, end=400, how=how)) == shown(frames(SILENT, end=400))
    assert len(caplog.messages) == (how.device is None)


def test_every_device_that_ffmpeg_offers_can_be_asked_for() -> None:
    with OPEN(str(SILENT)) as opened:
        listed = hwaccel.devices_of(opened.streams.video[0].codec_context.codec)
    assert set(listed) <= set(hwaccel.NAMES)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_processor_decodes_with_as_many_threads_as_are_allowed(threads: int) -> None:
    how = decoding(SILENT, threads=threads)
    with container.opened(SILENT, how) as source:
        assert source.stream.codec_context.thread_count == threads
    assert shown(frames(SILENT, end=400, how=how)) == shown(frames(SILENT, end=400))
