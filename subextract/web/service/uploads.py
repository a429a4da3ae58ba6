"""How a video that is sent comes onto the disk, as it arrives and never whole in memory."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from subextract.errors import UsageError
from subextract.playlists import HEAD, is_playlist
from subextract.web.problems import Problem
from subextract.web.service.places import name_for

CHUNK = 1 << 20  # bytes that are written at once; each write costs a change of threads
MAX_FIELDS = 64 << 10  # bytes of all fields besides the file
DISK_RESERVE = 256 << 20  # bytes that stay free on the disk: the ledger and the results need some
PATIENCE = 30.0  # s in which ENOUGH_BYTES must come; a client that is slower keeps others out
ENOUGH_BYTES = 256 << 10  # bytes
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
FULL = "The disk of the server is full; try again later, or ask who runs it to free some space."


@dataclass(frozen=True, slots=True)
class Upload:
    """A video that has come: its folder, its path there, what the client calls it, and the digest of its content."""

    path: Path
    title: str
    digest: str
    options: str | None


@dataclass(frozen=True, slots=True)
class Room:
    """How many bytes a video may have: by what is set, and by what the disk has left."""

    max_bytes: int
    free: int

    def check(self, size: int) -> None:
        """Problem where ``size`` is too much."""
        if size > self.max_bytes:
            raise Problem(
                413, f"The video is larger than the {self.max_bytes >> 20} MiB that are taken; name a path instead."
            )
        if size > self.free - DISK_RESERVE:
            raise Problem(507, FULL)


class Form:
    """Takes a multipart body apart piece by piece: the part ``file`` goes into ``folder``, ``options`` into memory."""

    def __init__(self, boundary: bytes, folder: Path, room: Room) -> None:
        self._folder, self._room = folder, room
        self._headers: dict[str, bytes] = {}
        self._field, self._value = bytearray(), bytearray()
        self._fields: dict[str, bytearray] = {}
        self._into: Callable[[bytes], object] = self._nowhere
        self._file: IO[bytes] | None = None
        self._title, self._path = "", folder
        self._hash, self._size, self._is_whole = hashlib.sha256(), 0, False
        self._parser = MultipartParser(boundary, self._callbacks())

    def _callbacks(self) -> Any:
        return {
            "on_part_begin": self._headers.clear,
            "on_header_field": lambda data, start, end: self._field.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header,
            "on_headers_finished": self._part,
            "on_part_data": lambda data, start, end: self._into(data[start:end]),
            "on_end": self._end,
        }

    def feed(self, data: bytes) -> None:
        """Take the next piece; Problem where it makes no sense, is too much, or has no room."""
        try:
            self._parser.write(data)
        except FormParserError:
            raise Problem(400, "The body is no multipart/form-data; send the video as the field 'file'.") from None
        except OSError as error:
            raise _unwritten(error) from error

    def close(self) -> None:
        if self._file:
            with contextlib.suppress(OSError):  # what is left of a full disk's buffer
                self._file.close()

    def finish(self) -> Upload:
        """Make the upload safe on the disk, and hand it out. Raises Problem where it is not whole."""
        if not self._is_whole:
            raise Problem(400, "The upload ends before its end; send it again.")
        if self._file is None:
            raise Problem(422, "There is no field 'file'; send the video as that.")
        if not self._size:
            raise Problem(422, "The file is empty; send a video.")
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise _unwritten(error) from error
        options = self._fields.get("options")
        try:
            text = None if options is None else options.decode("utf-8")
        except UnicodeDecodeError:
            raise Problem(422, "The field 'options' is no UTF-8; send a JSON object.") from None
        return Upload(self._path, self._title, self._hash.hexdigest(), text)

    def _header(self) -> None:
        self._headers[self._field.decode("latin-1").lower()] = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _part(self) -> None:
        _, said = parse_options_header(self._headers.get("content-disposition", b""))
        name = said.get(b"name", b"").decode("utf-8", "replace")
        if name == "file":
            self._open(said.get(b"filename", b"").decode("utf-8", "replace"))
        elif name == "options" and name not in self._fields:
            self._into = self._keep_in(self._fields.setdefault(name, bytearray()))
        else:
            raise Problem(422, "The fields are 'file' and 'options', once each.")

    def _open(self, title: str) -> None:
        if self._file is not None:
            raise Problem(422, "There are two files; send each by itself.")
        title = title.replace("%22", '"')  # which ends the name in the header, so that browsers and curl write it so
        self._title = title.replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "") or "video"
        try:
            self._path = self._folder / name_for(self._title)
        except UsageError as error:
            raise Problem(415, str(error)) from None
        self._file = open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")  # noqa: SIM115
        self._into = self._write

    def _write(self, data: bytes) -> None:
        assert self._file
        if not self._size and is_playlist(data[:HEAD]):
            raise Problem(415, "This is a playlist; send the video itself.")
        self._size += len(data)
        self._room.check(self._size)
        self._hash.update(data)
        self._file.write(data)

    def _keep_in(self, field: bytearray) -> Callable[[bytes], object]:
        def keep(data: bytes) -> None:
            field.extend(data)
            if len(field) > MAX_FIELDS:
                raise Problem(413, "The options are too long.")

        return keep

    def _nowhere(self, data: bytes) -> None:
        """Data of no part does not come."""

    def _end(self) -> None:
        self._is_whole = True


async def received(request: Request, folder: Path, room: Room) -> Upload:
    """Write the upload of a request into ``folder``; Problem where that fails, ClientDisconnect where it was left."""
    form, size = Form(_boundary(request), folder, room), 0
    try:
        async for data in _pieces(request):
            size += len(data)
            room.check(size - MAX_FIELDS)  # also what belongs to no field
            await run_in_threadpool(form.feed, data)
        return await run_in_threadpool(form.finish)
    finally:
        await run_in_threadpool(form.close)


def check_length(request: Request, room: Room) -> None:
    """Refuse at once what is announced as too large, before any of it is read."""
    room.check(int(request.headers.get("content-length", 0)) - MAX_FIELDS)


def _boundary(request: Request) -> bytes:
    _, said = parse_options_header(request.headers.get("content-type"))
    boundary = said.get(b"boundary")
    if not boundary or len(boundary) > 70:  # RFC 2046, 5.1.1
        raise Problem(400, "The body says no boundary; send it as multipart/form-data.")
    return boundary


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body in pieces of some size; Problem where it comes too slowly."""
    stream, held = aiter(request.stream()), bytearray()
    window, seen = asyncio.get_running_loop().time() + PATIENCE, 0
    while True:
        try:
            async with asyncio.timeout_at(window):
                data = await anext(stream, None)
        except TimeoutError:
            raise Problem(408, "The upload came too slowly; send it again over a better connection.") from None
        if data is None:
            break
        held += data
        seen += len(data)
        if seen >= ENOUGH_BYTES:
            window, seen = asyncio.get_running_loop().time() + PATIENCE, 0
        if len(held) >= CHUNK:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _unwritten(error: OSError) -> Problem:
    if error.errno in NO_ROOM:
        return Problem(507, FULL)
    return Problem(500, f"The upload could not be written ({error.strerror}); ask who runs the server.")
