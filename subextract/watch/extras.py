"""Recognises files beside films that are none: trailers, samples and other extras, as media servers name them.

The names are those of Jellyfin (``VideoExtraRules`` in ``Emby.Naming/Common/NamingOptions.cs``), which hold all of
Plex's ("Local Files for Trailers and Extras"), and a few that Plex and Kodi pass over besides.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from subextract.kinds import NAMES

FOLDERS = frozenset({
    "trailers", "backdrops", "behind the scenes", "deleted scenes", "interviews", "scenes", "samples", "shorts",
    "featurettes", "extras", "other", "clips",
    "sample", "bonus", "bonus disc",  # of releases, and on Plex's list of what its scanner ignores
})  # fmt: skip
STEMS = frozenset({"trailer", "sample"})
ENDINGS = (
    *(f"{mark}{name}" for name in ("trailer", "sample") for mark in "-._ "),
    "-behindthescenes", "-deleted", "-deletedscene", "-featurette", "-interview", "-scene", "-short", "-clip", "-extra",
    "-other",
)  # fmt: skip


def is_extra(name: str) -> bool:
    """Whether a file is called like a trailer, a sample or another extra."""
    stem = PurePath(name).stem.lower()
    return stem in STEMS or stem.endswith(ENDINGS)


def is_folder_of_extras(name: str, beside: Iterable[str] | None = None) -> bool:
    """Whether the folder ``name`` holds what belongs to a film or a series.

    ``beside`` are the names in the watched folder itself (None: further below). A series can be called Extras, and a
    library Shorts: there such a folder is one of extras only where it stands beside a video.
    """
    return name.lower() in FOLDERS and (beside is None or any(_looks_like_video(each) for each in beside))


def are_extras(folder: str, parents: Sequence[str]) -> bool:
    """Whether one of the folders that lead from the watched ``folder`` to a file holds extras."""
    if any(is_folder_of_extras(name) for name in parents[1:]):
        return True
    return bool(parents) and is_folder_of_extras(parents[0], _names(folder))


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:  # its disk is away
        return []


def _looks_like_video(name: str) -> bool:
    return not name.startswith(".") and PurePath(name).suffix.removeprefix(".").lower() in NAMES
