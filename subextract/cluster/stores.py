"""How a file is listed, read and written, on a disk or in an object store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from subextract.cluster.addresses import is_url, joined
from subextract.cluster.ahead import Ahead, patient
from subextract.errors import InputError, OutputError
from subextract.output.writing import FAILURES
from subextract.unfinished import unfinished, write_atomically

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

SETTING = "allow_delayed_open"  # of Arrow's S3
BY_ARROW = ("s3", "gs", "gcs", "hdfs", "abfs", "abfss")  # others are those of fsspec, where it has them


class Entry(NamedTuple):
    """A file below a store: its name there, its bytes, and when it was changed (ns)."""

    name: str
    size: int
    changed: int


@dataclass(frozen=True)
class Store:
    """A folder, on a disk or elsewhere. What cannot be read is an InputError, what cannot be written an OutputError."""

    place: str

    @cached_property
    def _there(self) -> tuple[FileSystem, str]:
        return _file_system(self.place)

    def entries(self) -> Iterator[Entry]:
        """All files below, in order of their names; none where the folder is not there."""
        from pyarrow.fs import FileSelector, FileType

        system, folder = self._there
        selector = FileSelector(folder, allow_not_found=True, recursive=True)
        found = patient(lambda: system.get_file_info(selector), self.place)
        inside = len(folder.rstrip("/")) + 1
        files = (info for info in found if info.type == FileType.File)
        yield from sorted(Entry(info.path[inside:], info.size, info.mtime_ns or 0) for info in files)

    def entry(self, name: str) -> Entry | None:
        """The size and the time of change of one file; None where it is not there. InputError where nobody can say."""
        from pyarrow.fs import FileType

        system, _ = self._there
        info = patient(lambda: system.get_file_info(self._path(name)), joined(self.place, name))
        known = info.type in (FileType.File, FileType.Unknown)  # a pipe, say
        return Entry(name, info.size or 0, info.mtime_ns or 0) if known else None

    def read(self, name: str) -> bytes:
        """All bytes of a file. InputError where it cannot be read."""
        system, path = self._there[0], self._path(name)

        def whole() -> bytes:
            with system.open_input_file(path) as file:
                return bytes(file.read())

        return patient(whole, joined(self.place, name))

    def ahead(self, name: str, size: int) -> Ahead:
        """A file of ``size`` bytes that is read piece by piece, before the pieces are asked for."""
        place = joined(self.place, name)
        file = patient(lambda: self._there[0].open_input_file(self._path(name)), place)
        return Ahead(lambda begin, length: bytes(file.read_at(length, begin)), size, place)

    def put(self, name: str, data: bytes) -> None:
        """Write a file: whole, or not at all; one that is there is replaced. OutputError where that fails."""
        if not is_url(self.place):
            _replace(Path(self.place, name), data)
            return

        def written() -> None:
            with self._there[0].open_output_stream(self._path(name)) as file:
                file.write(data)

        place = joined(self.place, name)
        patient(written, place, lambda reason: OutputError(f"Cannot write {place}: {reason}; choose another place."))

    def remove(self, name: str) -> None:
        """Take a file away; one that is gone is no mistake."""
        if self.entry(name):
            patient(lambda: self._there[0].delete_file(self._path(name)), joined(self.place, name))

    def _path(self, name: str) -> str:
        return f"{self._there[1].rstrip('/')}/{name}"


def _file_system(place: str) -> tuple[FileSystem, str]:
    from pyarrow import ArrowInvalid, fs

    if not is_url(place):
        return fs.LocalFileSystem(), place
    try:
        if place.split("://")[0].lower() in BY_ARROW:
            return fs.FileSystem.from_uri(_with_one_put(place))  # type: ignore[no-any-return]
        return _by_fsspec(place)
    except (ArrowInvalid, OSError, ValueError, ImportError) as exc:
        raise InputError(f"{place} cannot be reached ({exc}); check the address.") from exc


def _with_one_put(place: str) -> str:
    """A small file is one request, and not the beginning, one part and the end of an upload."""
    if not place.lower().startswith("s3://") or SETTING in place:
        return place
    return f"{place}{'&' if '?' in place else '?'}{SETTING}=true"


def _by_fsspec(place: str) -> tuple[Any, str]:
    import fsspec
    from pyarrow.fs import FSSpecHandler, PyFileSystem

    system, path = fsspec.url_to_fs(place)
    return PyFileSystem(FSSpecHandler(system)), path


def _replace(path: Path, data: bytes) -> None:
    """In one step; each attempt has a part of its own, for the machine of an earlier one may still be alive."""
    part = unfinished(path, f".{uuid4().hex[:8]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(data, path, part)
    except OSError as exc:
        reason = FAILURES.get(exc.errno or 0, f"{exc.strerror or exc}; choose another place")
        raise OutputError(f"Cannot write {str(path)!r}: {reason}.") from exc
