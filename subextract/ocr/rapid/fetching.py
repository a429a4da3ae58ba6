"""How the file of a model is fetched: whole and with the right digest, or not at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from subextract.errors import EngineError, UsageError
from subextract.ocr.rapid.recognisers import Recogniser, place
from subextract.unfinished import unfinished

SILENCE = 30.0  # s without a byte, after which a server is given up
PIECE = 1 << 16  # bytes that are read at a time
MAX_FILE_BYTES = 256 << 20  # of a file; the largest recogniser that is listed has 20 MB
SCHEMES = ("https", "http", "file")

Progress = Callable[[int, int | None], None]


def fetch(
    wanted: Recogniser,
    folder: Path | None = None,
    *,
    mirror: str | None = None,
    on_progress: Progress = lambda done, total: None,
    silence: float = SILENCE,
) -> Path:
    """Where the file of a model lies once it is fetched; one that is there and right is not fetched again.

    ``mirror`` is an address (https, http, file) below which the file has its own name. Proxies are those of the
    environment. ``on_progress`` is told the bytes that are done and those to do (None: not known). EngineError where it
    cannot be had, and then nothing is left behind; UsageError where the address makes no sense.
    """
    path = place(wanted.name, folder)
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == wanted.digest:
        return path
    address = f"{mirror.rstrip('/')}/{wanted.file}" if mirror else wanted.address
    if urllib.parse.urlsplit(address).scheme not in SCHEMES:
        raise UsageError(f"{address!r} is no address; begin it with https://, http:// or file://.")
    part = unfinished(path, f".{os.getpid()}.part")  # two that fetch at once do not write into one file
    made = [each for each in (path.parent, *path.parent.parents) if not each.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            _copied(address, file, wanted, on_progress, silence)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise EngineError(f"{path} cannot be written ({error.strerror}); choose a folder by --models.") from error
    finally:
        with suppress(OSError):
            part.unlink()
        if not path.exists():
            _removed(made)
    return path


def _removed(folders: Iterable[Path]) -> None:
    """Take away folders that were made for nothing, the innermost one first."""
    with suppress(OSError):
        for each in folders:
            each.rmdir()


def _copied(address: str, file: IO[bytes], wanted: Recogniser, on_progress: Progress, silence: float) -> None:
    """Write what stands at an address, and compare its digest."""
    digest, done = hashlib.sha256(), 0
    for piece, total in _pieces(address, silence):
        digest.update(piece)
        done += len(piece)
        file.write(piece)
        on_progress(done, total)
        if done > MAX_FILE_BYTES:
            raise EngineError(
                f"{address} sends more than {MAX_FILE_BYTES >> 20} MB, which is no model; name a --mirror."
            )
    if digest.hexdigest() != wanted.digest:
        raise EngineError(
            f"What {address} sent ({done} bytes) is not the model {wanted.name!r}: its SHA-256 is another one; "
            "try again, or name a --mirror."
        )


def _pieces(address: str, silence: float) -> Iterator[tuple[bytes, int | None]]:
    """The pieces that an address sends, each with the announced number of all bytes; EngineError where it stops."""
    try:
        with urllib.request.build_opener().open(address, timeout=silence) as answer:
            said = answer.headers.get("Content-Length")
            total = int(said) if said and said.isdecimal() else None
            while piece := answer.read(PIECE):
                yield piece, total
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise EngineError(
            f"{address} cannot be fetched ({reason}); try again, name a --mirror, or copy the file into the folder "
            "that 'subextract models path' shows."
        ) from error
