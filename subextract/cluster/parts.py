"""How a long video is scanned in parts by several machines, and how these find together again.

What is found in a part waits in a file beside the index, named by the video as it is now and by the settings. So parts
that are there already are not scanned again by a run that goes on.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace

from subextract.cluster.clips import from_bytes, to_bytes
from subextract.cluster.messages import Order, Video
from subextract.cluster.stores import Store
from subextract.errors import DecodeError, SubextractError
from subextract.scan.scanning import Known, ScanJob, Scanned, Surveyed, known, scan_segment, segments_of
from subextract.scan.segments import Segment

FOLDER = "parts"  # below the index
LENGTH = 600_000  # ms; about: a machine that is lost costs no more than that, and a fiftieth is looked at twice


@dataclass(frozen=True, slots=True)
class Cut:
    """A long video after its survey, and its parts."""

    surveyed: Surveyed
    parts: Sequence[Segment]

    @classmethod
    def of(cls, surveyed: Surveyed, duration: int) -> Cut:
        """The parts of a video; one alone where it cannot be entered in the middle."""
        return cls(surveyed, segments_of(surveyed.task, max(2, duration // LENGTH)))

    def scanned(self, number: int, path: str) -> Iterator[bytes]:
        """Scan a part of the video.

        Args:
            number: The part, counted from 0.
            path: By which the video is opened here.

        Yields:
            The answers of the scan with their clips, pickled; at last the sentence of a part that breaks off.
        """
        try:
            for answer in scan_segment(self._task(path), self.parts[number]):
                clips = [to_bytes(clip, evidence=True) for clip in answer.batch.items]
                yield pickle.dumps((replace(answer, batch=answer.batch._replace(items=[])), clips))
        except DecodeError as error:
            yield pickle.dumps(str(error))

    def together(self, path: str, found: Sequence[bytes]) -> AbstractContextManager[None]:
        """Give whoever scans the video in this process what was ``found`` in its parts, as long as this lasts."""
        surveyed = replace(self.surveyed, task=self._task(path))
        return known(path, Known(surveyed, self.parts, [_answers(each) for each in found]))

    def _task(self, path: str) -> ScanJob:
        task = self.surveyed.task
        return replace(task, video=replace(task.video, path=path))


def _answers(found: bytes) -> Iterator[Scanned]:
    for data in pickle.loads(found):
        told = pickle.loads(data)
        if isinstance(told, str):
            raise DecodeError(told)
        answer, clips = told
        yield replace(answer, batch=answer.batch._replace(items=[from_bytes(clip) for clip in clips]))


class Kept:
    """The findings in the parts of one video, kept in files below the index until all parts are there."""

    def __init__(self, video: Video, order: Order) -> None:
        self._store = Store(order.index)
        self._stem = f"{FOLDER}/{video.id}-{order.settings}-{video.size}-{video.changed}"

    def has(self, number: int) -> bool:
        """Whether a part was scanned."""
        return self._store.entry(self._name(number)) is not None

    def put(self, number: int, found: bytes) -> None:
        """Keep the findings of a part. OutputError where they cannot be written."""
        self._store.put(self._name(number), found)

    def read(self, number: int) -> bytes:
        """The findings of a part, as they were put. InputError where they are not there."""
        return self._store.read(self._name(number))

    def clear(self, parts: int) -> None:
        """Take them away once the video is done."""
        for number in range(parts):
            with suppress(SubextractError):  # nobody looks at it again
                self._store.remove(self._name(number))

    def _name(self, number: int) -> str:
        return f"{self._stem}-{number:04}.pickle"
