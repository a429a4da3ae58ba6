"""How generators run in other processes, several at once, and hand over what they yield."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from subextract.concurrency.cores import OPENCV_THREADS
from subextract.concurrency.processes import Died, Process, Tell, relay
from subextract.errors import WorkerDied

Item = TypeVar("Item")
Generating = Callable[[], Iterable[Item]]

DONE = 1  # jobs whose answers may wait, besides one for each process: they take memory


@contextmanager
def run_in_processes(
    jobs: Sequence[Generating[Item]], processes: int, *, threads: int, on_item: Callable[[int, Item], None]
) -> Iterator[list[Iterator[Item]]]:
    """Run generators in other processes.

    Args:
        jobs: They start in order. Jobs, items and errors must be picklable.
        processes: Number of processes.
        threads: Number of OpenCV's threads in each process.
        on_item: Called in other threads with the number of a job and each item, as soon as it is there.

    Yields:
        An iterator for each job, to be used in order. An iterator raises the error of its job after the items before,
        and WorkerDied if the process ended. Leaving the context ends all processes.
    """
    parts = [_Part(job, partial(on_item, number)) for number, job in enumerate(jobs)]
    pool = _Pool(parts, min(processes, len(jobs)), threads)
    try:
        yield [pool.items(each) for each in parts]
    finally:
        pool.end()


def tell_each(job: Generating[Any], tell: Tell) -> None:
    for item in job():
        tell(item)


@dataclass(slots=True)
class _Part:
    """A job, the callback for its items, and the answers that nobody has asked for yet.

    An answer is ("item", what the job yields), ("log", a record), and at last ("end", its error or None).
    """

    job: Generating[Any]
    on_item: Callable[[Any], None]
    answers: queue.SimpleQueue[tuple[str, Any]] = field(default_factory=queue.SimpleQueue)

    def do(self, process: Process) -> None:
        """Have it done; the last answer says how it ended."""
        error: Exception | None = None
        try:
            process.do(partial(tell_each, self.job), self._take, lambda record: self.answers.put(("log", record)))
        except Died as death:
            error = WorkerDied(
                f"A process that worked on a part of the video {death}, perhaps because memory ran out; "
                "run it again with fewer --processes."
            )
        except Exception as raised:  # whatever it is, it belongs to who waits for the answers
            error = raised
        self.answers.put(("end", error))

    def _take(self, item: Any) -> None:
        self.on_item(item)
        self.answers.put(("item", item))


class _Pool:
    """Some processes, each with a thread here that gives it jobs."""

    def __init__(self, parts: Sequence[_Part], processes: int, threads: int) -> None:
        self._waiting = iter(parts)
        self._taking = threading.Lock()
        self._room = threading.Semaphore(processes + DONE)
        self._ended = False
        self._processes = [Process(environment={OPENCV_THREADS: str(threads)}) for _ in range(processes)]
        self._threads = [threading.Thread(target=self._tend, args=(each,), daemon=True) for each in self._processes]
        for thread in self._threads:
            thread.start()

    def items(self, part: _Part) -> Iterator[Any]:
        """The items of a job, as they come."""
        while True:
            match part.answers.get():
                case "item", item:
                    yield item
                case "log", record:
                    relay(record)
                case _, error:
                    self._room.release()
                    if error:
                        raise error
                    return

    def end(self) -> None:
        self._ended = True
        for process in self._processes:
            process.kill()
            self._room.release()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            process.close()

    def _tend(self, process: Process) -> None:
        """Give it one job after the other."""
        while True:
            self._room.acquire()
            with self._taking:
                part = next(self._waiting, None)
            if self._ended or part is None:
                return
            part.do(process)
