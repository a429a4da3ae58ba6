"""Which videos are meant, where each lies, and what its results are called."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from subextract.cluster.addresses import bare, is_url, joined, parted, spelled
from subextract.cluster.messages import Video
from subextract.cluster.stores import Entry, Store
from subextract.cluster.tables import rows_of
from subextract.errors import InputError, UsageError
from subextract.kinds import NAMES

LIST_SUFFIXES = (".txt", ".lst", ".m3u", ".m3u8")
COLUMN = "path"  # of a Parquet file
AT_ONCE = 32  # requests to a store; each waits for the network


def videos(source: str, root: str | None = None) -> list[Video]:
    """The videos of a library, each once, in order of their places.

    Args:
        source: A folder, a list of paths, or a Parquet file with a column ``path``.
        root: A beginning that is left out of the names of results of a list; those of a folder are called as below it.

    Returns:
        The videos; one that is listed and is not there has a size of -1.

    Raises:
        UsageError: There is no video.
        InputError: The source is not there or cannot be read.
    """
    place = str(spelled(source))
    if not is_url(place):
        _check_source(source, Path(place))
    found = _listed(place, root) if _is_list(place) else _below(Store(place))
    if not found:
        raise UsageError(f"{source} names no video; give a folder of videos, a list of paths, or a Parquet file.")
    return _without_clashes(found)


def identity(place: str) -> str:
    """The id of a video in the index: a digest (32 hexadecimal digits) of its place."""
    return hashlib.sha256(bare(place).encode()).hexdigest()[:32]


def _check_source(source: str, path: Path) -> None:
    if not path.exists():
        raise InputError(f"{source} does not exist: check the name and the folder.")
    if path.is_file() and not _is_list(str(path)):
        raise UsageError(f"{source} is a file; give its folder, or a list of paths that ends with .txt or .parquet.")


def _is_list(place: str) -> bool:
    return bare(place).lower().endswith((".parquet", *LIST_SUFFIXES))


def _below(store: Store) -> list[Video]:
    """Files are told by their names: to look into each would cost a request."""
    return [_video(joined(store.place, entry.name), entry.name, entry) for entry in store.entries() if _is_shown(entry)]


def _is_shown(entry: Entry) -> bool:
    path = PurePosixPath(entry.name)
    hidden = any(part.startswith(".") for part in path.parts)
    return path.suffix.removeprefix(".").lower() in NAMES and not hidden


def _listed(place: str, root: str | None) -> list[Video]:
    folder, name = parted(place)
    paths = list(dict.fromkeys(_paths(Store(folder).read(name), place)))
    places = [_placed(path, folder) for path in paths]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        entries = list(pool.map(_entry, places))
    named = zip(paths, places, entries, strict=True)
    return [_video(each, _name(path, each, root), entry) for path, each, entry in named]


def _paths(data: bytes, place: str) -> Iterator[str]:
    if not bare(place).lower().endswith(".parquet"):
        lines = data.decode("utf-8-sig", "replace").splitlines()
        yield from (line.strip() for line in lines if line.strip() and not line.startswith("#"))
        return
    import pyarrow

    try:
        yield from (row[COLUMN] for row in rows_of(data, [COLUMN]))
    except (pyarrow.ArrowException, OSError, KeyError) as exc:
        raise InputError(f"{place} is no Parquet file with a column {COLUMN!r} ({exc}); make one, or a .txt.") from exc


def _placed(path: str, folder: str) -> str:
    """Where a path of a list leads: from the folder of the list on, as settings of a store there hold for it, too."""
    if is_url(path) or path.startswith("/"):
        return str(spelled(path))
    return joined(folder, path) if is_url(folder) else str(spelled(f"{folder}/{path}"))


def _name(path: str, place: str, root: str | None) -> str:
    base = bare(root or "").rstrip("/") + "/"
    if root and bare(place).startswith(base):
        return bare(place).removeprefix(base)
    relative = posixpath.normpath(path)
    if is_url(path) or relative.startswith(("/", "..")):
        return re.sub(r"^[a-z0-9+.-]*://", "", bare(place), flags=re.IGNORECASE).lstrip("/")
    return relative


def _entry(place: str) -> Entry | None:
    folder, name = parted(place)
    return Store(folder).entry(name)


def _video(place: str, name: str, entry: Entry | None) -> Video:
    return Video(
        identity(place),
        place,
        str(PurePosixPath(name).with_suffix("")),
        *((entry.size, entry.changed) if entry else ()),
    )


def _without_clashes(found: Sequence[Video]) -> list[Video]:
    """Each video once; the second one of a name that is taken knows by whom."""
    owners: dict[str, Video] = {}
    kept: list[Video] = []
    for video in _each_once(found):
        owner = owners.setdefault(video.name, video)
        kept.append(video if owner is video else video._replace(clash=owner.place))
    return kept


def _each_once(found: Iterable[Video]) -> Iterator[Video]:
    known = {video.id: video for video in reversed(list(found))}
    yield from sorted(known.values(), key=lambda video: video.place)
