"""How requests ask the ledger: in one thread of its own, which holds it open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from subextract.ledger import Job, Ledger

Answer = TypeVar("Answer")

FRESH = 0.25  # s; within this time all who follow a job are told the same of it
MAX_KNOWN = 500  # jobs of which that is remembered


class Books:
    """The ledger of a service, for the loop that serves it."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1, "ledger")
        self._ledger = self._thread.submit(Ledger, path).result()
        self._seen: dict[int, tuple[float, asyncio.Task[Job | None]]] = {}

    def close(self) -> None:
        self._thread.submit(self._ledger.close).result()
        self._thread.shutdown()

    def at_once(self, work: Callable[[Ledger], Answer]) -> Answer:
        """The answer of ``work``, for who is in no loop."""
        return self._thread.submit(work, self._ledger).result()

    async def ask(self, work: Callable[[Ledger], Answer]) -> Answer:
        """The answer of ``work``, which is done in the thread of the ledger."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._ledger)

    async def look(self, number: int) -> Job | None:
        """A job as it was a moment ago: however many follow it, the ledger is asked once."""
        now = asyncio.get_running_loop().time()
        known = self._seen.get(number)
        if known is None or now - known[0] > FRESH:
            known = self._seen[number] = (now, asyncio.ensure_future(self.ask(lambda ledger: ledger.job(number))))
            if len(self._seen) > MAX_KNOWN:
                self._seen.pop(next(iter(self._seen)))
        return await asyncio.shield(known[1])

    def forget(self, number: int) -> None:
        """Ask anew of a job that has just been changed."""
        self._seen.pop(number, None)
