"""How cues become subtitle files, and subtitle files cues.

A format is a module with two functions, ``dumps(cues, video=None, details=None) -> str`` and ``loads(text) ->
list[Cue]``. ``video`` lends its size to the formats that can place text; ``details`` is what else is known about the
run, and only JSON has room for it, but for what stands there under WRITING: it says how files are to be written. The
text of a cue is plain: ``loads`` drops markup, ``dumps`` writes what looks like markup so that players show it. Times
move by no more than a format's own precision makes necessary: not at all, and in ASS down to a hundredth of a second,
so that the same pictures show the text. Italics, bold and underlined text are written so where the format can, and read
into ``Cue.styled``, beside the plain text; the times of words, into ``Cue.words``.
"""

from __future__ import annotations

import codecs
import errno
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from subextract.errors import InputError, OutputError, UsageError
from subextract.formats import ass, csv, fcpxml, json, srt, tsv, ttml, txt, vtt
from subextract.formats.wishes import WRITING as WRITING
from subextract.types import Cue, Video
from subextract.unfinished import unfinished, write_atomically

log = logging.getLogger(__name__)


class Format(Protocol):
    """The two functions that a module of this package offers."""

    def dumps(
        self, cues: Sequence[Cue], video: Video | None = None, details: Mapping[str, Any] | None = None
    ) -> str: ...

    def loads(self, text: str) -> list[Cue]: ...


FORMATS: dict[str, Format] = {
    "srt": srt,
    "vtt": vtt,
    "ass": ass,
    "json": json,
    "txt": txt,
    "csv": csv,
    "tsv": tsv,
    "ttml": ttml,
    "fcpxml": fcpxml,
}

PART = ".part"
"""Behind the name of a file that is not whole yet."""

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

WRITE_FAILURES = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "the disk quota is used up; free some space and try again",
    errno.EACCES: "writing there is not permitted; choose another folder or change its permissions",
    errno.EPERM: "writing there is not permitted; choose another folder or change its permissions",
    errno.EROFS: "that disk is read-only; choose another folder",
    errno.ENOENT: "its folder does not exist; create it first or choose another folder",
    errno.ENOTDIR: "a part of its path is a file, not a folder; choose another folder",
    errno.EISDIR: "a folder has that name; choose another name",
    errno.ENAMETOOLONG: "its name is too long for that disk; choose a shorter one",
}


def by_name(name: str) -> Format:
    """The format called ``name``, as in ``srt``; UsageError for an unknown one."""
    try:
        return FORMATS[name.lower()]
    except KeyError:
        raise UsageError(f"Unknown format {name!r}; choose one of {', '.join(FORMATS)}.") from None


def by_suffix(path: str | os.PathLike[str]) -> Format:
    """The format that the suffix of ``path`` names; UsageError for an unknown suffix or none."""
    suffix = Path(path).suffix.removeprefix(".").lower()
    if suffix not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise UsageError(f"The name {str(path)!r} names no subtitle format; let it end with one of {known}.")
    return FORMATS[suffix]


def save(
    cues: Sequence[Cue],
    path: str | os.PathLike[str],
    video: Video | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write cues to a file, in the format that its suffix names. The file appears complete or not at all.

    Args:
        cues: Cues in order of start.
        path: The file; one that exists is replaced.
        video: The video, whose size, frame rate and script some formats need.
        details: What else JSON is to say.

    Raises:
        UsageError: The suffix is unknown.
        OutputError: The file cannot be written.
    """
    write(by_suffix(path).dumps(cues, video, details), path)
    log.info("%d cues written to %s", len(cues), path)


def write(text: str, path: str | os.PathLike[str], *, folder: int | None = None) -> None:
    """Put ``text`` at ``path`` in one step, UTF-8 with line feeds; OutputError where that fails.

    Until the text is safe on the disk it is in ``PATH.part`` (shorter where that is too long: unfinished.py), which a
    failure takes away again. ``folder`` is a descriptor of the folder, for who must not write into another one that
    comes to be in its place.
    """
    # A link stays a link: the file that it points to is replaced.
    target = Path(os.path.realpath(path)) if folder is None else Path(Path(path).name)
    part = unfinished(target, PART, folder)
    try:
        write_atomically(text.encode("utf-8"), target, part, folder)
    except OSError as exc:
        reason = WRITE_FAILURES.get(exc.errno or 0, f"{exc.strerror or exc}; choose another place or try again")
        raise OutputError(f"Cannot write {str(path)!r}: {reason}.") from exc


def load(path: str | os.PathLike[str]) -> list[Cue]:
    """Read a subtitle file in the format that its suffix names.

    Args:
        path: The file, in UTF-8 with or without byte order mark, or in UTF-16 with one.

    Returns:
        Its cues, in the order of the file.

    Raises:
        UsageError: The suffix is unknown, or its format has no times.
        InputError: The file cannot be read, or is not what its suffix says.
    """
    kind = by_suffix(path)
    try:
        data = Path(path).read_bytes()
    except OSError as exc:
        raise InputError(
            f"Cannot read {str(path)!r}: {exc.strerror or exc}; check the name and its permissions."
        ) from exc
    text = _decoded(data, path)
    try:
        return kind.loads(text)
    except InputError as exc:
        raise InputError(f"Cannot read {str(path)!r}: {exc}") from exc


def _decoded(data: bytes, path: str | os.PathLike[str]) -> str:
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as exc:
        raise InputError(f"The text of {str(path)!r} is not UTF-8; convert the file to UTF-8 first.") from exc
    return text.replace("\r\n", "\n").replace("\r", "\n")
