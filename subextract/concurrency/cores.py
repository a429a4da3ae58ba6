"""How many cores there are for this process, and how the videos at work share them."""

from __future__ import annotations

import os

OPENCV_THREADS = "OPENCV_FOR_THREADS_NUM"  # the variable that OpenCV reads when it is imported


def cores() -> int:
    """How many cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def share(wanted: int, jobs: int) -> int:
    """How many threads a video may use while ``jobs`` are at work: as ``wanted``, for 0 its share of the cores.

    One that is alone keeps the 0, with which each library takes as many as are good for it.
    """
    return wanted or (max(1, cores() // jobs) if jobs > 1 else 0)


def opencv_threads(threads: int | None) -> dict[str, str]:
    """The variable that gives OpenCV of another process its threads, unless the user has set it; none for 0."""
    return {OPENCV_THREADS: os.environ.get(OPENCV_THREADS, str(threads))} if threads else {}
