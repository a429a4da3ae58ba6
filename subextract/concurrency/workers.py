"""How generators run in other processes, several at once, and hand over what they yield.

Such a process is this module, run as a program: jobs come on its standard input, answers go to its standard output.
Unlike one of ``multiprocessing`` it does not run the user's own script once more. When its input ends, with the process
that started it at the latest, it is gone.
"""

from __future__ import annotations

import logging
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from logging.handlers import QueueHandler
from typing import IO, Any, TypeVar, cast

from subextract.concurrency.cores import OPENCV_THREADS
from subextract.errors import WorkerDied

log = logging.getLogger(__name__)

Item = TypeVar("Item")
Job = Callable[[], Iterable[Item]]

COMMAND = (
    sys.executable,
    "-P",
    "-m",
    "subextract.concurrency.workers",
)  # -P: whatever lies in the user's folder is no module
DONE = 1  # jobs whose answers may wait, besides one for each process: they take memory


@contextmanager
def run_in_processes(
    jobs: Sequence[Job[Item]], processes: int, *, threads: int, on_item: Callable[[int, Item], None]
) -> Iterator[list[Iterator[Item]]]:
    """What each of the jobs yields; they are begun in order, in so many processes, and must be asked for in order.

    What a job raises is raised by its iterator after the items before, and WorkerDied where its process ends instead.
    Jobs, items and errors must be such as pickle takes. ``threads`` are OpenCV's in each process. ``on_item`` is told,
    in other threads, the number of a job and what it yielded as soon as that is there. Leaving ends all.
    """
    orders = [_Order(job, partial(on_item, number)) for number, job in enumerate(jobs)]
    crew = _Crew(orders, min(processes, len(jobs)), threads)
    try:
        yield [crew.items(each) for each in orders]
    finally:
        crew.end()


@dataclass(slots=True)
class _Order:
    """A job, who is told of its items, and the answers that nobody has asked for yet.

    An answer is ("item", what the job yields), ("said", a log record), at last ("end", None) or ("error", its error).
    """

    job: Job[Any]
    on_item: Callable[[Any], None]
    answers: queue.SimpleQueue[tuple[str, Any]] = field(default_factory=queue.SimpleQueue)

    def take(self, kind: str, value: Any) -> None:
        if kind == "item":
            self.on_item(value)
        self.answers.put((kind, value))


class _Crew:
    """Some processes, each with a thread here that gives it jobs."""

    def __init__(self, orders: Sequence[_Order], processes: int, threads: int) -> None:
        self._waiting = iter(orders)
        self._taking = threading.Lock()
        self._room = threading.Semaphore(processes + DONE)
        self._ended = False
        path = os.pathsep.join(folder or os.getcwd() for folder in sys.path)
        environment = {**os.environ, "PYTHONPATH": path, OPENCV_THREADS: str(threads)}
        command = (*COMMAND, str(log.getEffectiveLevel()))
        self._processes = [
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
                start_new_session=True,  # Ctrl-C at the terminal is for whoever waits for the answers
            )
            for _ in range(processes)
        ]
        self._threads = [threading.Thread(target=self._tend, args=(each,), daemon=True) for each in self._processes]
        for thread in self._threads:
            thread.start()

    def items(self, order: _Order) -> Iterator[Any]:
        """What a job yields."""
        while True:
            match order.answers.get():
                case "item", item:
                    yield item
                case "said", record:
                    logging.getLogger(record.name).handle(record)
                case kind, error:
                    self._room.release()
                    if kind == "error":
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
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # what it could not be told any more
                    cast("IO[bytes]", pipe).close()

    def _tend(self, process: subprocess.Popen[bytes]) -> None:
        """Give it one job after the other, and pass its answers on."""
        while True:
            self._room.acquire()
            with self._taking:
                order = next(self._waiting, None)
            if self._ended or order is None:
                return
            try:
                _ask(process, order)
            except (EOFError, OSError, pickle.UnpicklingError):
                order.answers.put(("error", _death(process)))
            except Exception as error:  # whatever it is, it belongs to who waits for the answers
                order.answers.put(("error", error))


def _ask(process: subprocess.Popen[bytes], order: _Order) -> None:
    asked, said = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    pickle.dump(order.job, asked)
    asked.flush()
    kind = ""
    while kind not in ("end", "error"):
        kind, value = pickle.load(said)
        order.take(kind, value)


def _death(process: subprocess.Popen[bytes]) -> WorkerDied:
    return WorkerDied(
        f"A process that worked on a part of the video died ({ending(process.wait())}), perhaps for want of memory; "
        "run it again with fewer --processes."
    )


def ending(code: int) -> str:
    """How a process ended that should not have: with a code, or by a signal, whose number is then negative."""
    return str(signal.strsignal(-code)) if code < 0 else f"code {code}"


class _Wire(QueueHandler):
    """What the answers of a process go through, one at a time; as a log handler also what is logged."""

    def __init__(self) -> None:
        super().__init__(queue.SimpleQueue())
        self._one_at_a_time = threading.Lock()
        self._pipe = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)  # whatever else is printed

    def enqueue(self, record: logging.LogRecord) -> None:
        self.send("said", record)

    def send(self, kind: str, value: object) -> None:
        """Write an answer; where nobody takes it, this process is not needed any more."""
        answer = pickle.dumps((kind, value), pickle.HIGHEST_PROTOCOL)
        try:
            with self._one_at_a_time:
                self._pipe.write(answer)
                self._pipe.flush()
        except OSError:
            os._exit(WorkerDied.exit_code)


def main(level: str) -> None:
    """Do the jobs that come, until no more can come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where a session of one's own does not keep it away
    wire = _Wire()
    logging.getLogger().addHandler(wire)
    logging.getLogger("subextract").setLevel(int(level))
    jobs: queue.SimpleQueue[Job[Any]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(jobs,), daemon=True).start()
    while True:
        _do(jobs.get(), wire)


def _receive(jobs: queue.SimpleQueue[Job[Any]]) -> None:
    """Take jobs; in a thread of its own, so that the end of them ends also what is being done."""
    try:
        while True:
            jobs.put(pickle.load(sys.stdin.buffer))
    except EOFError:
        os._exit(0)


def _do(job: Job[Any], wire: _Wire) -> None:
    try:
        for item in job():
            wire.send("item", item)
    except Exception as error:
        error.add_note(traceback.format_exc())  # the only part of a traceback that pickle takes along
        wire.send("error", error)
    else:
        wire.send("end", None)


if __name__ == "__main__":
    main(sys.argv[1])
