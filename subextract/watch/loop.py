"""The loop of a watch: has what lands in its folders found and read, and ends well."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from subextract.concurrency.processes import COMMAND
from subextract.errors import SubextractError
from subextract.ledger import Job, Ledger
from subextract.watch import metrics, publishing, spool
from subextract.watch.crew import GRACE, LEASE, LEDGER_EVERY, Crew, Work
from subextract.watch.hooks import Teller
from subextract.watch.messages import Order
from subextract.watch.scanner import Scanner
from subextract.watch.settings import ledger_path
from subextract.watch.setup import Setup
from subextract.watch.wakeup import Wakeup

log = logging.getLogger(__name__)


class Daemon:
    """One watch over some folders. ``read_setup`` reads what is set; it may raise UsageError.

    With ``once`` it ends when everything that was there has had its turn.
    """

    def __init__(
        self,
        folders: Sequence[str],
        read_setup: Callable[[], Setup],
        *,
        once: bool = False,
        command: Sequence[str] = COMMAND,
        lease: float = LEASE,
    ) -> None:
        self._folders = [os.path.abspath(folder) for folder in folders]
        self._read_setup, self._once, self._command, self._lease = read_setup, once, command, lease
        self._setup = read_setup()
        self._path = ledger_path(self._setup.settings.ledger)
        self._disk = publishing.mount_of(str(out)) if (out := self._setup.settings.out) else None
        self._numbers = metrics.Numbers()
        self._wakeup = Wakeup()

    def run(self) -> int:
        """Watch until SIGTERM or SIGINT, or with ``once`` until all is done; 1 where a video went wrong, else 0."""
        with Ledger(self._path) as ledger, self._wakeup.noting_signals(), self._shown():
            spool.sweep(spool.folder(self._path), ledger.is_open)
            self._start_looking()
            teller = self._start_telling()
            crew = Crew(self._work(teller), self._wakeup, self._numbers)
            log.info("Watching %s; the ledger is %s.", ", ".join(self._folders), self._path)
            try:
                while not self._is_over(ledger, crew):
                    self._turn_safely(ledger, crew)
                    self._wakeup.wait(min(LEDGER_EVERY, self._lease / 4))
            finally:
                self._scanner.stop()
                crew.stop(ledger)
                if teller:
                    teller.stop(GRACE if self._once else 1.0)
        log.info("The watch has ended.")
        return int(self._once and crew.ended_badly)

    # Around the loop

    @contextmanager
    def _shown(self) -> Iterator[None]:
        address = self._setup.settings.metrics
        server = metrics.Server(address, self._metrics, self._health) if address else None
        try:
            yield
        finally:
            if server:
                server.close()

    def _start_looking(self) -> None:
        self._scanner = Scanner(
            self._folders,
            self._setup.settings,
            self._path,
            once=self._once,
            found=self._wakeup.ring,
        )
        self._scanner.start()
        self._looked_since = time.monotonic()

    def _start_telling(self) -> Teller | None:
        target = self._setup.settings.on_done
        return Teller(target, self._folders, self._path) if target else None

    def _work(self, teller: Teller | None) -> Work:
        return Work(
            self._path,
            self._folders,
            self._order,
            lambda: self._setup.settings,
            told=teller.news if teller else None,
            command=self._command,
            lease=self._lease,
        )

    def _order(self, job: Job) -> Order:
        return self._setup.order(job, self._path, self._folders, self._disk)

    def _is_over(self, ledger: Ledger, crew: Crew) -> bool:
        if self._wakeup.is_stopped:
            return True
        if not self._once or crew.running or not self._scanner.finished:
            return False
        return ledger.paused() or not any(self._is_due(ledger, folder) for folder in self._folders)

    def _is_due(self, ledger: Ledger, folder: str) -> bool:
        due = ledger.next_due(folder)
        return due is not None and due <= time.time()

    # The loop

    def _turn_safely(self, ledger: Ledger, crew: Crew) -> None:
        try:
            if self._wakeup.take_hangup():
                self._reload()
            crew.turn(ledger)
        except SubextractError as error:  # a ledger on a full disk, for one
            log.warning("%s", error)
        except Exception:  # whatever it is, the other videos still want their subtitles
            log.exception("Unexpected; the watch goes on.")
        self._numbers.turned = time.monotonic()

    def _reload(self) -> None:
        try:
            self._setup = self._read_setup().without_skipping()
        except SubextractError as error:
            log.error("The settings stay as they were: %s", error)
            return
        log.info("The settings were read again.")
        self._scanner.stop()
        self._start_looking()

    # What it shows

    def _metrics(self) -> str:
        look = self._scanner.look
        with Ledger(self._path) as ledger:
            counts = ledger.counts()
        folders = {folder: folder not in look.missing for folder in self._folders}
        return metrics.render(self._numbers, counts, folders, look.wall)

    def _health(self) -> dict[str, Any]:
        look = self._scanner.look
        age = time.monotonic() - max(look.at, self._looked_since)
        ok, status = metrics.health(self._numbers, age, self._setup.settings.interval)
        return {"ok": ok, "status": status, "running": self._numbers.running, "missing": list(look.missing)}
