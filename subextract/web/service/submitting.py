"""How a request becomes a job: a video that is sent, or the path of one that is there."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from subextract.errors import SubextractError, UsageError
from subextract.ledger import Asked, Job, Ledger, Stamp
from subextract.web.problems import Problem
from subextract.web.service import asking
from subextract.web.service.desk import API, Desk
from subextract.web.service.places import drop, name_for
from subextract.web.service.uploads import MAX_FIELDS, Room, check_length, received

LONGEST_KEY = 255
SOON = {"Retry-After": "30"}  # s; a place in the queue is free when a video has been read


@dataclass(frozen=True, slots=True)
class Given:
    """A video in the folder that is to be that of its job, and what is wanted of it."""

    video: Path
    title: str
    content: str
    options: Mapping[str, Any]


class Submitting:
    """Takes jobs in. One of a service, because it counts those that are on their way."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._uploads, self._keys = desk, 0, set[str]()

    async def job(self, request: Request) -> Job:
        """The job of a request, made or known already; Problem where it makes none, and then nothing is left of it."""
        key = _key(request)
        await self._check_queue()
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in ("multipart/form-data", "application/json"):
            raise Problem(415, "Send a video as multipart/form-data, or its path as application/json.")
        with self._alone(key), self._folder() as folder:
            given = await (self._sent if kind.startswith("multipart") else self._named)(request, folder)
            self._check_options(given.options)
            return await self._put(given, folder, key)

    async def _check_queue(self) -> None:
        waiting = await self._desk.books.ask(lambda ledger: ledger.waiting(self._desk.folder))
        if waiting + self._uploads >= self._desk.settings.queue:
            raise Problem(429, "Too many jobs wait already; try again later.", headers=SOON)

    @contextmanager
    def _alone(self, key: str | None) -> Iterator[None]:
        """Nobody else asks with the same key meanwhile."""
        if key in self._keys:
            raise Problem(409, "A request with this Idempotency-Key is being answered; wait for its answer.")
        self._keys |= {key} if key else set()
        try:
            yield
        finally:
            self._keys -= {key} if key else set()

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        """A folder that is gone afterwards, unless it was made that of a job."""
        try:
            folder = self._desk.places.new()
        except OSError as exc:
            raise _unwritable(exc) from exc
        try:
            yield folder
        finally:
            drop(folder)

    async def _sent(self, request: Request, folder: Path) -> Given:
        if self._uploads >= self._desk.settings.uploads:
            raise Problem(503, "Too many videos are being sent at once; try again later.", headers=SOON)
        room = Room(self._desk.settings.largest << 20, self._desk.places.free())
        check_length(request, room)
        self._uploads += 1
        try:
            upload = await received(request, folder, room)
        except ClientDisconnect:
            raise Problem(400, "The upload was broken off.") from None
        finally:
            self._uploads -= 1
        return Given(upload.path, upload.title, upload.digest, asking.parsed(upload.options))

    async def _named(self, request: Request, folder: Path) -> Given:
        asked = await _json(request)
        unknown = sorted({*asked} - {"path", "options"})
        if unknown or not isinstance(asked.get("path"), str):
            raise Problem(422, 'A job needs {"path": "...", "options": {...}}, and nothing else.')
        options = asking.checked(asked.get("options", {}))
        return await run_in_threadpool(_linked, asked["path"], self._desk.settings.roots, folder, options)

    def _check_options(self, said: Mapping[str, Any]) -> None:
        try:
            self._desk.check(asking.options_of(self._desk.options, said))
        except SubextractError as error:
            raise asking.refusal_of(error) from None

    async def _put(self, given: Given, folder: Path, key: str | None) -> Job:
        said = json.dumps([given.content, given.options], sort_keys=True)
        asked = Asked(given.title, given.options, key, hashlib.sha256(said.encode()).hexdigest())
        try:
            job, is_new = await self._desk.books.ask(lambda ledger: self._noted(ledger, given, folder, asked))
        except OSError as exc:
            raise _unwritable(exc) from exc
        if is_new:
            self._desk.workers.wake()
        return job

    def _noted(self, ledger: Ledger, given: Given, folder: Path, asked: Asked) -> tuple[Job, bool]:
        """The job in the ledger, and whether it is new; all or nothing."""
        with ledger.together():
            if known := _known(ledger, self._desk.folder, asked):
                return known, False
            status = given.video.stat()
            place = self._desk.places.take_in(folder)
            try:
                stamp = Stamp(status.st_size, status.st_mtime_ns)
                return ledger.ask(self._desk.folder, str(place / given.video.name), stamp, asked), True
            except BaseException:
                drop(place)
                raise


def _known(ledger: Ledger, folder: str, asked: Asked) -> Job | None:
    """The job that the same request made before; Problem where it is another request, or somebody's job of the same."""
    if asked.key is not None and (job := ledger.asked_by(folder, key=asked.key)):
        if job.digest == asked.digest:
            return job
        raise Problem(
            422, f"This Idempotency-Key was used for another request, which made job {job.id}; take a new one."
        )
    job = ledger.asked_by(folder, digest=asked.digest)
    if job and job.state in ("queued", "running", "done"):
        raise Problem(
            409,
            f"The same video was given with the same options before, as job {job.id}; delete that one to have it anew.",
            job=f"{API}/{job.id}",
        )
    return None


def _unwritable(error: OSError) -> Problem:
    return Problem(507, f"Nothing can be written on the server ({error.strerror}); try again later.")


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable() and key.isascii()):
        raise Problem(422, f"An Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII letters.")
    return key


async def _json(request: Request) -> dict[str, Any]:
    body = bytearray()
    try:
        async for data in request.stream():
            body += data
            if len(body) > 2 * MAX_FIELDS:
                raise Problem(413, "This request is too large.")
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise Problem(400, "The body is no JSON.") from None
    except ClientDisconnect:
        raise Problem(400, "The request was broken off.") from None
    if not isinstance(asked, dict):
        raise Problem(422, "The body is no JSON object.")
    return asked


def _linked(path: str, roots: Sequence[Path], folder: Path, options: Mapping[str, Any]) -> Given:
    """A link in ``folder`` to the video at a path below the roots."""
    video = resolved(path, roots)
    title = os.fsencode(video.name).decode("utf-8", "replace")
    try:
        link = folder / name_for(title)
    except UsageError as error:
        raise Problem(415, str(error)) from None
    link.symlink_to(video)
    status = video.stat()
    return Given(
        link, title, f"{video}\n{status.st_size}\n{status.st_mtime_ns}".encode(errors="replace").hex(), options
    )


def resolved(path: str, roots: Sequence[Path]) -> Path:
    """The file at a path below one of the roots (absolute, or counted from one of them), with all links followed.

    Problem where there is none, or where a link leads out of the roots.
    """
    if not roots:
        raise Problem(403, "Paths are not taken here; send the video itself.")
    if not asking.is_text(path) or not path:
        raise Problem(422, "This path makes no sense.")
    places = [os.path.normpath(root / path) for root in roots]  # an absolute path stays as it is
    below = [place for place in places if _is_below(place, roots)]
    if not below:
        raise Problem(403, "This path is below none of the folders that videos are taken from.")
    place = next((each for each in below if os.path.lexists(each)), below[0])
    try:
        found = os.path.realpath(place, strict=True)
        is_file = stat.S_ISREG(os.stat(found).st_mode)
    except OSError:
        raise Problem(404, "There is no such file.") from None
    if not _is_below(found, roots):
        raise Problem(403, "This path leads out of the folders that videos are taken from.")
    if not is_file:
        raise Problem(422, "This path is no file.")
    return Path(found)


def _is_below(path: str, roots: Sequence[Path]) -> bool:
    return any(Path(path).is_relative_to(root) for root in roots)
