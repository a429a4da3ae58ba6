"""How the results of a job get beside its video, whole, once, and over nobody else's file."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from subextract import formats
from subextract.errors import OutputError
from subextract.ledger import Job, Ledger, Stamp
from subextract.output import Result, naming
from subextract.unfinished import can_be_named
from subextract.watch.messages import Order

log = logging.getLogger(__name__)


def destination(order: Order) -> Path:
    """The folder for the results; OutputError where its disk is away, so that nothing is written below it."""
    if order.disk and not os.path.ismount(order.disk):
        raise OutputError(f"The disk of {order.out} is not mounted at {order.disk}; mount it again.")
    return Path(folder_for(order.video, order.folder, order.out))


def folder_for(video: str, folder: str, out: str | None) -> str:
    """Where the subtitles of a video go: beside it, or at the same place below ``out``."""
    own = os.path.dirname(video)
    return own if out is None else os.path.normpath(os.path.join(out, os.path.relpath(own, folder)))


def final(place: Path, result: Result, stem: str, language: str | None) -> Path:
    """Where a result goes: one whose name says no language gets that one, unless the name is too long for the disk."""
    if result.language:
        return place / result.path.name
    path = place / naming.name(stem, result.format, result.marks._replace(language=language))
    return path if can_be_named(path) else place / result.path.name


def mount_of(path: str) -> str:
    """Where the disk that holds ``path`` is mounted."""
    place = os.path.realpath(path)
    while not os.path.ismount(place):
        place = os.path.dirname(place)
    return place


def in_the_way(
    ledger: Ledger, job: Job, places: Sequence[Path], language: str | None, *, forced: bool = False
) -> Path | None:
    """A subtitle file of the video that is not this job's, or that somebody edited since; None where there is none.

    ``forced`` says whether files of forced subtitles are meant, else those of all others.
    """
    for place in places:
        try:
            names = os.listdir(place)
        except OSError:
            continue  # not made yet
        for name in naming.existing(Path(job.video).stem, names, language, forced=forced):
            if not _is_ours(ledger, job, place / name):
                return place / name
    return None


def without_forced_of_others(ledger: Ledger, job: Job, files: Mapping[Path, Result]) -> dict[Path, Result]:
    """The files, except those of forced cues where somebody else's are there, which keep nothing else out."""
    theirs = [
        path for path, result in files.items() if result.forced and path.exists() and not _is_ours(ledger, job, path)
    ]
    for path in theirs:
        log.info("%s is there already and stays as it is.", path)
    return {path: result for path, result in files.items() if path not in theirs}


def _is_ours(ledger: Ledger, job: Job, path: Path) -> bool:
    found = digest_of(path)
    writer = ledger.writer(str(path), found) if found else None
    # What was written for a video that is gone may be replaced: Film.mkv became Film.mp4.
    return writer is not None and (writer.id == job.id or not os.path.exists(writer.video))


def digest_of(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def write(order: Order, job: Job, texts: Mapping[Path, str]) -> None:
    """Each file in one step, and safe on the disk before this returns.

    Beside the video they come into the very folder that holds it: where that is moved or unmounted meanwhile, nothing
    is written into what is in its place. OutputError where the video is not there any more, or has changed.
    """
    for folder in {path.parent for path in texts}:
        with _opened(folder, make=order.out is not None) as descriptor:
            if order.out is None and not _holds(descriptor, job):
                raise OutputError(
                    f"{job.video} has gone or changed meanwhile; its subtitles wait until it keeps still."
                )
            for path in (path for path in texts if path.parent == folder):
                formats.write(texts[path], path, folder=descriptor)
            with contextlib.suppress(OSError):  # some network disks cannot
                os.fsync(descriptor)


def keep_review(made: Path, place: Path, files: Mapping[Path, Result]) -> None:
    """Put what was kept for a review beside the results, which have other names there than where it was made.

    A former one in which a person has changed something stays under another name. OutputError where that fails.
    """
    from subextract.review import Sidecar, set_aside  # not at the top: the daemon itself shows no pictures

    names = {result.path.name: path.name for path, result in files.items()}
    with Sidecar(made) as sidecar:
        results = sidecar.fact("results", [])
        sidecar.note(results=[{**each, "path": names.get(each["path"], each["path"])} for each in results])
    set_aside(place)
    try:
        os.replace(made, place)
    except OSError as exc:
        raise OutputError(f"{place} cannot be written ({exc.strerror}); check the disk and its permissions.") from exc


@contextlib.contextmanager
def _opened(folder: Path, *, make: bool) -> Iterator[int]:
    """The descriptor of a folder."""
    try:
        if make:
            folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as exc:
        raise OutputError(
            f"{folder} cannot be written to ({exc.strerror}); check the disk and its permissions."
        ) from exc
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _holds(folder: int, job: Job) -> bool:
    """Whether the video is in the folder as it was when it was taken."""
    try:
        status = os.stat(os.path.basename(job.video), dir_fd=folder)
    except OSError:
        return False
    return Stamp(status.st_size, status.st_mtime_ns) == job.stamp


def remove_former(ledger: Ledger, job: Job, kept: Mapping[Path, str]) -> None:
    """Take away what the job wrote for a video that has been replaced since, unless somebody edited it."""
    for name, digests in ledger.results(job).items():
        path = Path(name)
        if path not in kept and digest_of(path) in digests:
            log.info("%s was of an earlier video of that name; it is removed.", path)
            with contextlib.suppress(OSError):
                path.unlink()
