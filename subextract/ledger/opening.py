"""How the database of the job table is opened, brought up to date, and asked."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from subextract.errors import OutputError, UsageError
from subextract.ledger import statements

BUSY_PAUSE = 0.05  # s, before the next attempt
PATIENCE = 30.0  # s to wait for another process that writes; its transactions take milliseconds


class Opened:
    """An open database, for one thread. OutputError where it cannot be read or written."""

    def __init__(self, path: str | os.PathLike[str], *, now: Callable[[], float] = time.time) -> None:
        self.path, self._now = Path(path), now
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise OutputError(f"{self.path.parent} cannot be made ({exc.strerror}); choose another --ledger.") from exc
        with self._translated():
            self._connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
            self._connection.row_factory = sqlite3.Row
            self._prepare()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def _prepare(self) -> None:
        self._log_ahead()
        # FULL: what is said to be done is still done after a power cut, also in WAL mode.
        self._connection.execute("PRAGMA synchronous = FULL")
        with self.together():
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version != statements.VERSION:
                self._lay_out(version)
        self._connection.execute("PRAGMA foreign_keys = ON")  # not before: a migration takes a table out and in

    def _lay_out(self, version: int) -> None:
        """Make the tables, or bring those of an older version to this one."""
        if version != 0 and version not in statements.MIGRATIONS:
            raise UsageError(f"{self.path} is of another version of subextract; move it away or name another.")
        while version != statements.VERSION:
            script = statements.SCHEMA if version == 0 else statements.MIGRATIONS[version]
            for statement in filter(str.strip, script.split(";")):
                self._connection.execute(statement)
            version = statements.VERSION if version == 0 else version + 1
        self._connection.execute(f"PRAGMA user_version = {statements.VERSION}")

    def _log_ahead(self) -> None:
        """Switch to WAL; for this alone SQLite does not wait while another process does the same to a new file."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(BUSY_PAUSE)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as exc:
            advice = "free some space" if "full" in str(exc) else "check the file and its disk, or choose another"
            raise OutputError(f"The ledger {self.path} cannot be used ({exc}); {advice}.") from exc

    @contextmanager
    def together(self) -> Iterator[None]:
        """All or nothing, and nobody else writes meanwhile; many changes cost one wait for the disk."""
        if self._connection.in_transaction:
            yield
            return
        with self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _rows(self, statement: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._translated():
            return self._connection.execute(statement, values).fetchall()

    def _changed(self, statement: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> bool:
        with self._translated():
            return self._connection.execute(statement, values).rowcount > 0
