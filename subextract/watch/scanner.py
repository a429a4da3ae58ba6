"""When the folders are looked at, and how what is found becomes jobs."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

import watchfiles

from subextract.errors import SubextractError
from subextract.ledger import Ledger
from subextract.watch.finding import Finder, Found, Search
from subextract.watch.settings import Watching

log = logging.getLogger(__name__)

LOOK_EVERY = 500  # ms between two looks whether the system has told of changes
DEBOUNCE = 2_000  # ms; changes of a file that is being copied come in hundreds
JOBS_AT_ONCE = 200  # jobs that are noted at once; others may write in between
BREATH = 0.2  # s; never look more often than that, however short the times are that are set


@dataclass(frozen=True, slots=True)
class Look:
    """The findings of the last look through the folders."""

    at: float = 0.0  # on the monotonic clock
    wall: float = 0.0  # s since 1970
    missing: tuple[str, ...] = ()


class Scanner:
    """Finds videos and offers them to the ledger, in a thread of its own, because a network disk that is away can
    block a scan for minutes.

    ``found`` is called when there is something new. With ``once`` it looks through the folders one time, waits for
    those that are being copied, and ends; those that changed meanwhile are left for another time.
    """

    def __init__(
        self, folders: Sequence[str], settings: Watching, ledger: Path, *, once: bool, found: Callable[[], None]
    ) -> None:
        self.look = Look()
        self._folders, self._settings, self._ledger, self._once, self._found = folders, settings, ledger, once, found
        self._finder = Finder(Search(folders, settings.recursive, settings.pattern, settings.extras), settings.settle)
        self._changes: SimpleQueue[set[str]] = SimpleQueue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lookout", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End soon; a network disk that does not answer is not waited for."""
        self._ended.set()
        self._changes.put(set())

    @property
    def finished(self) -> bool:
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            with Ledger(self._ledger) as ledger:
                self._look(ledger)
        except SubextractError as error:
            log.error("%s", error)
        self._found()

    def _look(self, ledger: Ledger) -> None:
        if self._settings.skip_existing:
            self._offer(ledger, self._finder.existing(), skipped="It was there before the watch began.")
        if self._once:
            self._look_once(ledger)
        else:
            threading.Thread(target=self._listen, name="changes", daemon=True).start()
            self._keep_looking(ledger)

    def _look_once(self, ledger: Ledger) -> None:
        self._offer(ledger, self._scan())
        given = time.monotonic() + self._settings.settle + 1
        while (patience := self._finder.patience) is not None and time.monotonic() < given:
            if self._ended.wait(max(BREATH, patience)):
                return
            self._offer(ledger, self._finder.recheck())
        for path in self._finder.waiting:
            log.info("%s is still being written; it is left for the next time.", path)

    def _keep_looking(self, ledger: Ledger) -> None:
        generation = ledger.generation()
        while not self._ended.is_set():
            try:
                if ledger.generation() != generation:
                    generation = ledger.generation()
                    self._finder.forget()
                    self._offer(ledger, self._scan())
                self._turn(ledger)
            except SubextractError as error:  # the ledger's disk is full, for one: the next turn may fare better
                log.warning("%s", error)
                self._finder.forget()
                self._ended.wait(self._settings.interval)

    def _turn(self, ledger: Ledger) -> None:
        """Wait for changes, for a file that may be whole, or for the time of the next scan; then look."""
        left = self.look.at + self._settings.interval - time.monotonic() if self.look.at else 0.0
        patience = self._finder.patience
        wait = max(BREATH, min(left, self._settings.interval if patience is None else patience))
        self._offer(ledger, self._scan() if left <= 0 else self._finder.look(self._told(wait)) + self._finder.recheck())

    def _told(self, wait: float) -> set[str]:
        try:
            return self._changes.get(timeout=wait)
        except Empty:
            return set()

    def _scan(self) -> list[Found]:
        missing = tuple(folder for folder in self._folders if not os.path.isdir(folder))
        for folder in sorted({*missing} - {*self.look.missing}):
            log.warning("%s is not there; its videos wait until it is back.", folder)
        for folder in sorted({*self.look.missing} - {*missing}):
            log.info("%s is back.", folder)
        found = self._finder.scan()
        self.look = Look(time.monotonic(), time.time(), missing)
        return found

    def _offer(self, ledger: Ledger, found: Sequence[Found], *, skipped: str | None = None) -> None:
        for batch in _batches(found):
            with ledger.together():
                words = [ledger.offer(one.folder, one.path, one.stamp, skipped=skipped) for one in batch]
            for one, word in zip(batch, words, strict=True):
                if word:
                    log.info("%s is %s and %s.", one.path, word, "left alone" if skipped else "queued")
            if any(words):
                self._found()

    def _listen(self) -> None:
        """Hand on what the system tells of changes; where it tells nothing, the scans find it."""
        while not self._ended.is_set():
            try:
                for paths in _changes(self._folders, self._settings, self._ended):
                    self._changes.put(paths)
            except (OSError, RuntimeError) as error:  # also where the system has no more watches to give
                log.warning(
                    "Changes are not told here (%s); the folders are looked through every %g seconds.",
                    error,
                    self._settings.interval,
                )
            self._ended.wait(self._settings.interval)


def _batches(found: Sequence[Found]) -> Iterator[Sequence[Found]]:
    for start in range(0, len(found), JOBS_AT_ONCE):
        yield found[start : start + JOBS_AT_ONCE]


def _changes(folders: Sequence[str], settings: Watching, stop: threading.Event) -> Iterator[set[str]]:
    """The paths that change, until one of the folders is another one than it was: unmounted, or mounted."""
    before = _identities(folders)
    for changes in watchfiles.watch(
        *(folder for folder, identity in zip(folders, before, strict=True) if identity),
        watch_filter=None,
        debounce=DEBOUNCE,
        step=LOOK_EVERY,
        stop_event=stop,
        rust_timeout=round(settings.interval * 1000),
        yield_on_timeout=True,
        raise_interrupt=False,
        recursive=settings.recursive,
        ignore_permission_denied=True,
    ):
        if changes:
            yield {path for change, path in changes if change != watchfiles.Change.deleted}
        if _identities(folders) != before:
            return


def _identities(folders: Sequence[str]) -> list[tuple[int, int] | None]:
    found: list[tuple[int, int] | None] = []
    for folder in folders:
        try:
            status = os.stat(folder)
            found.append((status.st_dev, status.st_ino))
        except OSError:
            found.append(None)
    return found
