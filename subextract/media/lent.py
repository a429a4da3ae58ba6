"""Which files do not lie on a disk, and through what they are read all the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol


class Lender(Protocol):
    """Holds a file that lies elsewhere."""

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    def stream(self) -> BinaryIO:
        """The file from its beginning; it can be sought. Several may be read at a time."""
        ...


# Kept for the process, because all stages name a video by its path and open it by that, in many places and by FFmpeg
# itself. Only what ``lent`` puts in stands in it, and only for as long as that lasts.
_lenders: dict[str, Lender] = {}


@contextmanager
def lent(path: str | os.PathLike[str], lender: Lender) -> Iterator[None]:
    """As long as this lasts, whoever opens ``path`` in this process reads what the lender holds."""
    _lenders[os.fspath(path)] = lender
    try:
        yield
    finally:
        del _lenders[os.fspath(path)]


def lender_of(path: str) -> Lender | None:
    """The lender of the file; None where it lies on a disk."""
    return _lenders.get(path)
