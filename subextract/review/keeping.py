"""How what a run reads becomes the sidecar of its review: while it works the pictures, at its end the cues."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np

from subextract.errors import InputError
from subextract.output.resuming import stamp
from subextract.review.carrying import carried
from subextract.review.entries import Entry, entry_of
from subextract.review.matching import Album, Shown, others_of, pictures_of
from subextract.review.naming import former_of, part_of, stamp_of
from subextract.review.sidecar import Sidecar
from subextract.types import Box, Clip, Cue, Image, Line, Video

log = logging.getLogger(__name__)

MAX_KEPT_BYTES = 200 << 20  # of pictures a film; what comes later is cut out of the video again
QUALITY = 85  # of JPEG; below, the edges of small letters blur when they are enlarged
WIDEST_KEPT = 1280  # px; of wider ones every letter is large enough


class Keeper:
    """The sidecar of one run. Leaving it without ``finish`` keeps the pictures for the run that goes on from there."""

    def __init__(self, path: Path, *, goes_on: bool = False) -> None:
        self.path, self._goes_on = path, goes_on
        self._bytes = 0
        self._opened: Sidecar | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened:
            self._opened.close()

    @property
    def _sidecar(self) -> Sidecar:
        """Made when there is something to keep, so that a film that cannot be read leaves nothing."""
        if self._opened is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._opened = _opened(part_of(self.path), self._goes_on)
            self._bytes = self._opened.fact("bytes", 0)
        return self._opened

    def take(self, clips: Sequence[Clip], lines: Sequence[Sequence[Line]]) -> None:
        """Keep the pictures of some clips, and what was read of them."""
        with self._sidecar.together():
            for clip, read in zip(clips, lines, strict=True):
                texts = [line.text.strip() for line in read if line.text.strip()]
                if texts:
                    self._sidecar.add_picture(clip.start, clip.end, clip.box, texts, self._packed(clip.image))
            self._sidecar.note(bytes=self._bytes)

    def _packed(self, image: Image) -> bytes | None:
        if self._bytes >= MAX_KEPT_BYTES:
            return None
        data = jpeg_of(image, WIDEST_KEPT)
        self._bytes += len(data)
        return data

    def finish(
        self,
        video: Video,
        cues: Sequence[Cue],
        rejected: Sequence[Cue],
        results: Sequence[tuple[Path, str, str | None]],
        details: Mapping[str, Any],
    ) -> bool:
        """Put the cues into it and the sidecar under its final name; whether changes of a person are among them.

        ``results`` are the files that the cues were written into: path, format, and of which part of them (as in
        saving.py). Changes of a former sidecar are carried over where a person wanted that, and else stay in a file of
        another name.
        """
        shown = [Shown(n, start, end, Box(*box), tuple(said)) for n, start, end, box, said in self._sidecar.pictures()]
        every = [*((cue, False) for cue in cues), *((cue, True) for cue in rejected)]
        entries = list(_entries(every, Album(shown, (cue for cue, _ in every))))
        with _former(self.path) as former:
            keep = bool(former and former.fact("keep"))
            entries = carried(former.entries(), entries) if former and keep else entries
        self._sidecar.put(entries)
        self._sidecar.note(**about(self.path, video, results, details), keep=keep)
        self._sidecar.close()
        set_aside(self.path)
        os.replace(part_of(self.path), self.path)
        return keep

    def drop(self) -> None:
        """Leave nothing behind."""
        if self._opened:
            self._opened.close()
        part_of(self.path).unlink(missing_ok=True)


def about(
    sidecar: Path, video: Video, results: Sequence[tuple[Path, str, str | None]], details: Mapping[str, Any]
) -> dict[str, Any]:
    """The facts of a new sidecar."""
    return {
        "video": asdict(video) | {"metadata": {}},
        "results": [
            {"path": os.path.relpath(path, sidecar.parent), "format": form, "part": part, "stamp": stamp_of(path)}
            for path, form, part in results
        ],
        "details": dict(details),
        "video_stamp": stamp(Path(video.path)),
        "made": int(time.time()),
    }


def jpeg_of(image: Image, widest: int) -> bytes:
    """A picture as JPEG, made smaller where it is wider than ``widest`` (px)."""
    height, width = image.shape[:2]
    if width > widest:
        size = (widest, max(1, round(height * widest / width)))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(data)


def _opened(part: Path, goes_on: bool) -> Sidecar:
    """The unfinished sidecar of the run that was stopped, or a new one."""
    if goes_on and part.exists():
        try:
            return Sidecar(part)
        except InputError as error:
            log.info("%s", error)
    return Sidecar(part, fresh=True)


def set_aside(path: Path) -> None:
    """Keep a sidecar in which a person has changed something, under another name, before a new one takes its place."""
    with _former(path) as former:
        touched = bool(former and former.state()["undo"])
    if touched:
        os.replace(path, former_of(path))


def keeps_changes(path: Path) -> bool:
    """Whether a person wants the changes in a sidecar to win over what is read anew."""
    with _former(path) as former:
        return bool(former and former.fact("keep"))


def _former(path: Path) -> AbstractContextManager[Sidecar | None]:
    try:
        return Sidecar(path) if path.exists() else nullcontext()
    except InputError as error:
        log.info("%s", error)
        return nullcontext()


def _entries(found: Sequence[tuple[Cue, bool]], album: Album) -> Iterator[Entry]:
    for number, (cue, out) in enumerate(found, 1):
        shown = album.of(cue)
        yield entry_of(cue, number, out=out, pictures=pictures_of(shown), others=others_of(cue, shown))
