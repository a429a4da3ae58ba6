"""Where videos, results and indexes lie: how such a place is written.

A place is a folder or a file on a disk, or of an object store by its URL, such as ``s3://bucket/films``. What stands
behind a question mark in a URL are settings of the store (``?region=…&endpoint_override=…``), as Arrow reads them.
"""

from __future__ import annotations

import os
import re

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_url(place: str) -> bool:
    """True for a place that lies elsewhere than on a disk."""
    return bool(_URL.match(place)) and not place.lower().startswith("file://")


def spelled(place: object) -> object:
    """A place as it is kept: folders of disks are absolute, because machines work elsewhere."""
    if not isinstance(place, str) or not place:
        return place or None
    if is_url(place):
        return place
    return os.path.abspath(os.path.expanduser(re.sub("^file://", "", place, flags=re.IGNORECASE)))


def bare(place: str) -> str:
    """A place without the settings of its store, as people are told it."""
    return place.partition("?")[0] if is_url(place) else place


def joined(place: str, name: str) -> str:
    """The place of a file or folder ``name`` below another place."""
    base, mark, settings = place.partition("?") if is_url(place) else (place, "", "")
    return f"{base.rstrip('/')}/{name}{mark}{settings}"


def parted(place: str) -> tuple[str, str]:
    """The folder of a file, as a place, and its name there."""
    base, mark, settings = place.partition("?") if is_url(place) else (place, "", "")
    folder, _, name = base.rpartition("/")
    return f"{folder or '/'}{mark}{settings}", name
