"""Whether brightness and colours are those of the picture, in every pixel format and rotation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest

from subextract.media import frames, probe
from subextract.media.container import quarter_turns
from subextract.media.pixels import colour_of, luma_of
from subextract.types import Box
from tests.helpers.encoding import HEIGHT, SHADES, WIDTH, cross, greys, write


@pytest.mark.parametrize("form", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv444p10le", "gray"])
def test_every_pixel_format_gives_eight_bit_brightness(tmp_path: Path, form: str) -> None:
    path = write(tmp_path / "a.mkv", greys(form, SHADES[:3]), codec="ffv1")
    assert probe(path).pixel_format == form
    shown = [frame.luma[:, :] for frame in frames(path)]
    assert [(str(luma.dtype), luma.min(), luma.max()) for luma in shown] == [
        ("uint8", shade, shade) for shade in SHADES[:3]
    ]


def test_brightness_of_p010_lies_in_the_upper_byte() -> None:
    picture = av.VideoFrame(16, 2, "p010le")
    np.frombuffer(memoryview(picture.planes[0]), np.uint16)[:] = 700 << 6
    assert luma_of(picture, 0)[:, :].tolist() == [[700 >> 2] * 16] * 2


def test_rgb_is_made_grey(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", [cross("bgr0")], codec="ffv1")
    luma = next(frames(path)).luma[:, :]
    assert [luma[5, 5], luma[5, 60], luma[40, 5], luma[40, 60]] == pytest.approx([76, 150, 29, 255], abs=2)


def test_a_frame_stays_readable_after_the_video_is_closed(tmp_path: Path) -> None:
    kept = list(frames(write(tmp_path / "a.mp4", greys())))
    assert [int(frame.luma[:, :].mean()) for frame in kept] == list(SHADES)
    assert [int(frame.colour(Box(0, 0, 8, 8))[0, 0, 0]) for frame in kept[:2]] == [16, 27]  # (Y - 16) * 255 / 219
    assert not kept[0].luma[:, :].flags.writeable


QUARTERS = [[(255, 0, 0), (0, 255, 0)], [(0, 0, 255), (255, 255, 255)]]
TURNED = {
    0: QUARTERS,
    90: [[(0, 0, 255), (255, 0, 0)], [(255, 255, 255), (0, 255, 0)]],
    180: [[(255, 255, 255), (0, 0, 255)], [(0, 255, 0), (255, 0, 0)]],
    270: [[(0, 255, 0), (255, 255, 255)], [(255, 0, 0), (0, 0, 255)]],
}


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_rotated_video_is_shown_upright(tmp_path: Path, rotation: int) -> None:
    path = write(tmp_path / "a.mp4", [cross("yuv444p")], rotation=-rotation)
    video, frame = probe(path), next(frames(path))
    size = (HEIGHT, WIDTH) if rotation % 180 else (WIDTH, HEIGHT)
    assert (video.rotation, video.width, video.height) == (rotation, *size)
    assert frame.luma.shape == size[::-1]
    quarters = [[frame.colour(Box(x, y, x + 1, y + 1))[0, 0] for x in (10, size[0] - 10)] for y in (10, size[1] - 10)]
    assert np.abs(np.array(quarters, int) - np.array(TURNED[rotation])).max() <= 3
    bright = [[int(frame.luma[:, :][y, x]) for x in (10, size[0] - 10)] for y in (10, size[1] - 10)]
    weights = np.array([65.5, 128.6, 25]) / 255  # BT.601, limited range
    assert np.abs(np.array(bright) - (16 + np.array(TURNED[rotation]) @ weights)).max() <= 3


@dataclass
class Turned:
    rotation: int


def test_only_right_angles_turn_the_picture() -> None:
    angles = [0, -90, 90, 180, -180, 89, 45, -(2**31)]
    turns = [quarter_turns(cast(av.VideoFrame, Turned(angle))) for angle in angles]
    assert turns == [0, 1, 3, 2, 2, 3, 0, 0]


@pytest.mark.parametrize("size", [(64, 64), (97, 66), (98, 65), (33, 31), (1, 1), (200, 128)])
@pytest.mark.parametrize(
    "form",
    ["yuv420p", "yuv410p", "yuv444p", "gray10le", "gbrp", "nv12", "yuv420p10le", "p010le", "yuyv422", "rgb24", "monow"],
)
def test_the_colours_of_a_box_are_those_of_the_whole_picture(form: str, size: tuple[int, int]) -> None:
    width, height = size
    noise = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    picture = av.VideoFrame.from_ndarray(noise, "rgb24").reformat(format=form)
    upright = picture.reformat(format="rgb24").to_ndarray()
    for turns in range(4):
        whole = np.rot90(upright, -turns)
        bottom, right = whole.shape[:2]
        boxes = [Box(0, 0, right, bottom), Box(3, 27, right - 7, 30), Box(right - 5, bottom - 5, right, bottom)]
        for box in (*boxes, Box(81, 83, 89, 90)):
            expected = whole[max(0, box.top) : box.bottom, max(0, box.left) : max(0, box.right)]
            if expected.size:
                np.testing.assert_array_equal(colour_of(picture, turns, box), expected)


def test_a_box_is_cut_to_the_picture() -> None:
    picture = cross()
    assert colour_of(picture, 0, Box(-9, -9, 4, 3)).tolist() == [[[255, 0, 0]] * 4] * 3
    assert colour_of(picture, 0, Box(90, 90, 99, 99)).shape == (0, 0, 3)
