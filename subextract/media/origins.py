"""Where the times of a file begin: on the clock of the container, or at its first packet, as players count.

All players that we know of (mpv, VLC, Kodi, and FFmpeg itself) count from the start in the containers of broadcasts and
live streams, whose clock starts anywhere. In MP4 and Matroska, whose time line has a 0 of its own, they differ: VLC and
browsers keep it and wait for a first picture that comes late, mpv, Kodi and FFmpeg begin with that. There times stay as
the file has them, and the summary says so. docs/tracks.md has the table.
"""

from __future__ import annotations

from av.container import InputContainer

FREE_RUNNING = ("mpegts", "mpeg", "flv")
WRAPPING = ("mpegts", "mpeg")
WRAP = (1 << 33) / 0.09  # us; their clocks of 33 bits and 90 kHz begin again after that
NOTICED = 1000  # ms; what begins later than that is late, and not just held up by an encoder


def origin(container: InputContainer) -> int:
    """Where the time line that is used here begins on the container's own (microseconds).

    Below 0 where a clock is about to begin again: FFmpeg counts what lies behind that from 0 on.
    """
    return (container.start_time or 0) if container.format.name in FREE_RUNNING else 0


def told_origin(container: InputContainer) -> int:
    """The same in ms, as the clock of the file itself has it."""
    start = origin(container)
    return round((start + WRAP if start < 0 and container.format.name in WRAPPING else start) / 1000)


def late(container: InputContainer, first: int) -> int:
    """When a file begins whose time line is kept (ms); 0 where it begins about at 0.

    ``first`` is the time of the first picture: of most Matroska files FFmpeg does not look for an earlier sound.
    """
    start = first if container.start_time is None else (container.start_time - origin(container)) // 1000
    return start if start >= NOTICED else 0
