"""How one stage works ahead of the next, in a thread of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

Item = TypeVar("Item")

POLL = 0.05  # s after which a thread whose items nobody takes looks whether anybody still wants them


def prefetch(source: Generator[Item, None, None], limit: int) -> Generator[Item, None, None]:
    """The items of a generator, made in another thread, which is at most ``limit`` items ahead.

    What it raises is raised here, after the items before. Closing this generator ends the thread and closes ``source``
    there; an item that is being made is finished first.
    """
    made: Queue[tuple[Item] | BaseException | None] = Queue(limit)
    unwanted = Event()
    worker = Thread(target=_work, args=(source, made, unwanted), name=f"prefetch-{limit}", daemon=True)
    worker.start()
    try:
        while (item := made.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item[0]
    finally:
        unwanted.set()
        with contextlib.suppress(Empty):
            while True:
                made.get_nowait()
        worker.join()


def _work(
    source: Generator[Item, None, None], made: Queue[tuple[Item] | BaseException | None], unwanted: Event
) -> None:
    last: BaseException | None = None
    try:
        with contextlib.closing(source):
            for item in source:
                if not _put((item,), made, unwanted):
                    return
    except BaseException as error:  # whatever it is, it belongs to who takes the items
        last = error
    _put(last, made, unwanted)


def _put(
    item: tuple[Item] | BaseException | None, made: Queue[tuple[Item] | BaseException | None], unwanted: Event
) -> bool:
    """Whether the item was put before it became unwanted."""
    while not unwanted.is_set():
        with contextlib.suppress(Full):
            made.put(item, timeout=POLL)
            return True
    return False
