"""Whether a copy of a video can be written: told before the work, which can take hours."""

from __future__ import annotations

import os
from pathlib import Path

from subextract.errors import InputError, UsageError
from subextract.unfinished import can_be_named


def check(path: Path, video: Path, taken: set[Path], *, replacing: bool) -> None:
    """UsageError where the copy cannot be ``path``, or cannot be at all; else ``path`` is ``taken``, too."""
    if not can_be_named(path):
        raise UsageError(f"{path} has too long a name for its disk; choose a shorter one with --output.")
    if path in taken:
        raise UsageError(f"{path} is the result of another video already; extract {video} by itself.")
    if os.path.lexists(path) and not replacing:
        raise UsageError(f"{path} already exists; add --overwrite to start over, or choose another name with --output.")
    if path.exists() and video.exists() and path.samefile(video):
        raise UsageError(f"{path} is the video itself; choose another name with --output.")
    _check_streams(video)
    taken.add(path)


def _check_streams(video: Path) -> None:
    from subextract.media import check_copy, container_for  # not at the top: that loads the video libraries

    suffix, form = container_for(video)
    try:
        check_copy(video, form)
    except InputError:
        return  # the run itself complains of it
    except OSError as exc:
        kind = f"the pictures or the sound of {video} ({exc.strerror}) do not fit into {suffix}"
        raise UsageError(f"--mux: {kind}, so it cannot be copied as it is; leave --mux out.") from exc
