"""A library of short videos for tests of the cluster: good ones, and whatever else stands in libraries."""

from __future__ import annotations

import os
from pathlib import Path

from subextract.cluster.settings import Clustering
from tests.helpers.muxing import Stream, mux


def videos(folder: Path, count: int) -> list[Path]:
    """Short videos, each with a line of its own in a track."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        mux(folder / f"film{number:03}.mkv", Stream("subrip", [(0, 900, f"Line {number}".encode())]), frames=25)
        for number in range(count)
    ]


def odd_ones(folder: Path) -> dict[str, str]:
    """What is no good video, and how the sentence about each begins (behind its path)."""
    (folder / "broken.mkv").write_bytes(b"no video")
    (folder / "crash.mkv").write_bytes(b"ends its process")
    os.mkfifo(folder / "hang.mkv")
    names = {"broken.mkv": "is not a video", "crash.mkv": "Segmentation fault", "hang.mkv": "made no progress"}
    return {str(folder / name): sentence for name, sentence in names.items()} | {str(folder / "gone.mkv"): "not exist"}


def listed(folder: Path, *more: str) -> Path:
    """A list of all that is in a folder, and more."""
    path = folder.parent / "library.txt"
    path.write_text("\n".join([*sorted(str(each) for each in folder.iterdir()), *more]), "utf-8")
    return path


def settings(**chosen: object) -> Clustering:
    """Settings of a cluster, the others as they are by themselves."""
    return Clustering.model_validate(chosen)
