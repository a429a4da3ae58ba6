"""How a file that lies far away is read: in blocks, of which the next ones come before they are asked for."""

from __future__ import annotations

import io
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import BinaryIO, TypeVar, cast

from subextract.concurrency.liveness import alive
from subextract.errors import InputError, SubextractError

log = logging.getLogger(__name__)

Result = TypeVar("Result")

BLOCK = 1 << 20  # bytes; a key frame of 1080p and what lies beside it. Each look at a still reads one or two
AHEAD = 8  # blocks on their way, once a file is read in order: 160 MB/s where each takes 50 ms to come
AT_ONCE = 4  # requests
KEPT = 32  # blocks; the head and the index of a file are looked at again and again
NO_HELP = (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError)  # to try again
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)  # s before each further try; stores ask for patience by 503


def patient(work: Callable[[], Result], place: str, failure: Callable[[str], SubextractError] | None = None) -> Result:
    """Do some work over the network, and again after each of PAUSES where the network or the store fails.

    Args:
        work: Raises OSError where it fails.
        place: Named in the error.
        failure: Makes the error of a reason; by default an InputError.

    Raises:
        SubextractError: It failed to the last, or nothing is there, or nobody may read it, which no pause mends.
    """
    for pause in (*PAUSES, None):
        try:
            return work()
        except NO_HELP as exc:
            raise _failure(exc, place, failure) from exc
        except OSError as exc:
            if pause is None:
                raise _failure(exc, place, failure) from exc
            log.info("%s: %s; once more in %.1f s", place, _said(exc), pause)
            time.sleep(pause)
    raise AssertionError("unreachable")


def _failure(exc: OSError, place: str, failure: Callable[[str], SubextractError] | None) -> SubextractError:
    reason = _said(exc)
    return failure(reason) if failure else InputError(f"{place} cannot be read ({reason}); check that it is there.")


def _said(error: OSError) -> str:
    return " ".join(str(error).split()) or type(error).__name__


class Ahead:
    """A file as blocks: those that were used last are kept, and the next ones fetched in other threads.

    ``read`` answers with the bytes from a place on, of a length; ``place`` names the file where that goes wrong.
    """

    def __init__(self, read: Callable[[int, int], bytes], size: int, place: str) -> None:
        self.size = size
        self._read, self._place = read, place
        self._blocks: OrderedDict[int, Future[bytes]] = OrderedDict()
        self._last = -1
        self._lock = Lock()
        self._fetching = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ahead")

    def stream(self) -> BinaryIO:
        """The file from its beginning."""
        return cast(BinaryIO, _Stream(self, self._place))

    def at(self, begin: int, length: int) -> bytes:
        """The bytes from ``begin`` on, at most ``length`` and at most to the end of a block."""
        number, inside = divmod(begin, BLOCK)
        return self._wanted(number).result()[inside : inside + length]

    def close(self) -> None:
        """Let go of what is kept, and fetch nothing more."""
        self._fetching.shutdown(wait=False, cancel_futures=True)
        self._blocks.clear()

    def _wanted(self, number: int) -> Future[bytes]:
        with self._lock:
            in_order = number in (self._last, self._last + 1)
            self._last = number
            wanted = self._fetched(number)
            for following in range(number + 1, number + 1 + AHEAD) if in_order else ():
                if following * BLOCK < self.size:
                    self._fetched(following)
            while len(self._blocks) > KEPT:
                self._blocks.popitem(last=False)[1].cancel()
            return wanted

    def _fetched(self, number: int) -> Future[bytes]:
        block = self._blocks.get(number)
        if block is None or block.cancelled() or (block.done() and block.exception()):
            block = self._blocks[number] = self._fetching.submit(self._fetch, number)
        self._blocks.move_to_end(number)
        return block

    def _fetch(self, number: int) -> bytes:
        begin = number * BLOCK
        length = min(BLOCK, self.size - begin)

        def whole() -> bytes:
            data = self._read(begin, length)
            if len(data) < length:
                raise OSError(f"{len(data)} of {length} bytes came")
            return data

        data = patient(whole, self._place)
        alive()
        return data


class _Stream(io.RawIOBase):
    """One way through the file; PyAV takes it for a file."""

    def __init__(self, source: Ahead, name: str) -> None:
        self.name = name.partition("?")[0]  # by whose end FFmpeg knows containers whose first bytes say little
        self._source, self._position = source, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._source.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """So many bytes, fewer only at the end of the file."""
        rest = max(0, self._source.size - self._position)
        wanted = rest if size is None or size < 0 else min(size, rest)
        pieces = []
        while wanted:
            piece = self._source.at(self._position, wanted)
            pieces.append(piece)
            self._position += len(piece)
            wanted -= len(piece)
        return b"".join(pieces)
