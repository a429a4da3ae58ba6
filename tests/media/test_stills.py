"""Whether stills are spread over a video."""

from __future__ import annotations

from pathlib import Path

from subextract.media import stills
from tests.helpers.encoding import SHADES, greys, write


def test_stills_of_a_file_with_many_key_frames_are_key_frames(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", greys(shades=range(20, 220, 2)), g="10", sc_threshold="0")
    assert [still.time for still in stills(path, count=5)] == [0, 800, 1600, 2400, 3200]
    assert [int(still.luma[:, :][0, 0]) for still in stills(path, count=5)] == [20, 60, 100, 140, 180]


def test_stills_of_a_file_with_few_key_frames_are_spread_evenly(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", greys(shades=range(20, 220, 2)), g="250", bf="0")
    assert [still.time for still in stills(path, count=5)] == [400, 1200, 2000, 2800, 3600]
    assert [still.time for still in stills(path, count=2, start=1000, end=2000)] == [1280, 1760]


def test_one_frame_is_a_still(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.h264", "a.ts"):
        path = write(tmp_path / name, greys(shades=SHADES[:1]))
        assert [(still.time, int(still.luma[:, :][0, 0])) for still in stills(path, count=9)] == [(0, 30)]


def test_stills_of_a_stream_that_cannot_be_sought(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h264", greys())
    assert [still.time for still in stills(path, count=4)] == [120, 320, 480, 680]
