"""How the truth of a clip is read back from the finished file and written down."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import av


def times_in_file(path: Path) -> list[int]:
    """Milliseconds at which the frames of the finished clip begin, rounded down as subextract's are."""
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        return [int(1000 * (frame.pts or 0) * (frame.time_base or 0)) for frame in frames]


def subrip(cues: Iterable[tuple[int, int, str]]) -> str:
    """Cues of start, end (milliseconds) and text, as SubRip."""
    blocks = [
        f"{number}\n{stamp(start)} --> {stamp(end)}\n{text}\n\n" for number, (start, end, text) in enumerate(cues, 1)
    ]
    return "".join(blocks)


def stamp(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d},{rest:03d}"
