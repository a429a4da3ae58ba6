"""How a file appears whole or not at all: unfinished ones have its name and a suffix, shortened if that is too long."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import partial
from pathlib import Path

SAFE_NAME_BYTES = 143  # bytes of a name that every file system takes; eCryptfs takes no more, most take 255
USUAL_NAME_BYTES = 255  # bytes, where the file system does not say
DIGITS = 8  # hexadecimal ones of the name's hash: two of a million names share them once in a thousand folders


def unfinished(path: Path, suffix: str, folder: int | None = None) -> Path:
    """The path beside ``path`` for what is not whole yet: ``film.srt.part`` for ``.part``.

    Where that name is longer than names can be, the end of the film's name gives way to a hash of all of it, so that
    the name is always the same, no other file has it, and it still ends with ``suffix``. ``folder`` is a descriptor of
    the folder, for who has no path of it.
    """
    whole = path.name + suffix
    if _fits(whole, SAFE_NAME_BYTES) or _fits(
        whole, max_bytes := _max_bytes(path.parent if folder is None else folder)
    ):
        return path.with_name(whole)
    tail = f"~{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:DIGITS]}{suffix}"
    head = path.name
    while head and not _fits(head + tail, max_bytes):
        head = head[:-1]  # by letters: half of one is no text
    return path.with_name(head + tail)


def write_atomically(data: bytes, path: Path, part: Path, folder: int | None = None) -> None:
    """Write a file that appears whole or not at all, and replaces one that is there.

    Until the bytes are safe on the disk they are in ``part``, which a failure takes away again.

    Args:
        data: All bytes of the file.
        path: The file.
        part: The unfinished file, in the same folder.
        folder: A descriptor of the folder in which both names are meant, for who has no path of it.

    Raises:
        OSError: It cannot be written.
    """
    # Outside: what cannot be opened is not ours to take away.
    file = open(part, "wb", opener=partial(os.open, mode=0o666, dir_fd=folder))  # noqa: SIM115
    try:
        with file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(part, dir_fd=folder)
        raise


def can_be_named(path: Path) -> bool:
    """Whether the name is short enough for a file of its folder."""
    return _fits(path.name, SAFE_NAME_BYTES) or _fits(path.name, _max_bytes(path.parent))


def _fits(name: str, max_bytes: int) -> bool:
    return len(os.fsencode(name)) <= max_bytes


def _max_bytes(folder: Path | int) -> int:
    """How many bytes the name of a file in the folder may have; of one that is made later, those of its parent."""
    while isinstance(folder, Path) and not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return os.pathconf(folder, "PC_NAME_MAX")
    except (OSError, ValueError):
        return USUAL_NAME_BYTES
