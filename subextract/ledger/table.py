"""How jobs are found, claimed, kept and settled in a table that several processes share.

A job is claimable when it is ``queued`` or ``running`` and its ``due`` time has come: for a queued job that is the time
of its next attempt (0: at once, whatever the clock says), for a running one the end of its lease. So the job of a
process that died needs no recovery: its lease runs out. Each claim raises the job's ``token``, and only who holds the
newest token can renew, promise or settle.

Times are seconds since 1970. Paths are stored as the bytes that the file system knows, because names need not be text.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, Self

from subextract.errors import OutputError, UsageError
from subextract.ledger import statements
from subextract.ledger.jobs import STATES, Ending, Job, Lost, Stamp, Taken

PAUSE = 0.05  # s, before the next attempt
PATIENCE = 30.0  # s to wait for another process that writes; its transactions take milliseconds
FARTHEST = 86_400.0  # s; no pause or lease is longer: a due time beyond comes from a clock that has been put back since


class Ledger:
    """An open job table; for one thread, any number of processes. OutputError where it cannot be read or written."""

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
        for setting in ("synchronous = FULL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {setting}")
        with self.together():
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in filter(str.strip, statements.SCHEMA.split(";")):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {statements.VERSION}")
            elif version != statements.VERSION:
                raise UsageError(f"{self.path} is of another version of subextract; move it away or name another.")

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
                time.sleep(PAUSE)

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

    # Finding work

    def offer(self, folder: str, video: str, stamp: Stamp, *, skipped: str | None = None) -> str | None:
        """Make a job of a video: ``new`` or ``replaced`` says that there is one now, None that it was known.

        With ``skipped`` (the reason) a video that is not known yet is noted and not read.
        """
        values = {
            "video": os.fsencode(video),
            "folder": os.fsencode(folder),
            **stamp._asdict(),
            "state": "skipped" if skipped else "queued",
            "reason": skipped,
            "now": self._now(),
        }
        with self.together():
            if self._changed(statements.ADD, values):
                return "new"
            if skipped is None and self._changed(statements.REPLACE, values):
                return "replaced"
            self._changed("UPDATE jobs SET folder = :folder WHERE video = :video AND folder != :folder", values)
        return None

    # Doing work

    def claim(self, folder: str, lease: float) -> Job | None:
        """Take the job of ``folder`` that is due longest, for ``lease`` seconds; None where nothing is due."""
        now = self._now()
        times = {"now": now, "until": now + lease, "farthest": now + FARTHEST}
        return _job(self._rows(statements.CLAIM, {"folder": os.fsencode(folder), **times}))

    def renew(self, job: Job, lease: float, position: int = 0, duration: int | None = None) -> bool:
        """Go on holding a job; False: somebody else has it now, stop working on it."""
        now = self._now()
        return self._changed(
            "UPDATE jobs SET due = ?, position = ?, duration = ?, updated = ?"
            " WHERE id = ? AND token = ? AND state = 'running'",
            (now + lease, position, duration, now, job.id, job.token),
        )

    def promise(self, job: Job, outputs: Mapping[str, str]) -> None:
        """Note which files (path: digest) are about to be written, so that they are known as ours whatever happens.

        Raises Lost where the job is somebody else's now, Taken where another running job writes one of the files.
        """
        with self.together():
            if not self._rows("SELECT 1 FROM jobs WHERE id = ? AND token = ? AND state = 'running'", _key(job)):
                raise Lost
            for path, digest in outputs.items():
                values = (os.fsencode(path), digest, job.id)
                others = "SELECT 1 FROM results JOIN jobs ON id = job WHERE path = ? AND id != ? AND state = 'running'"
                if self._rows(others, (values[0], job.id)):
                    raise Taken
                # Where another job wrote exactly that, it stays the other one's.
                self._rows("INSERT OR IGNORE INTO results VALUES (?, ?, ?)", values)

    def settle(self, job: Job, ending: Ending, outputs: Mapping[str, str] | None = None) -> bool:
        """End an attempt; False: somebody else has the job now. ``outputs`` (path: digest) are all that it wrote."""
        values = {
            **{field.name: getattr(ending, field.name) for field in fields(ending)},
            "given_back": not ending.blamed,
            "id": job.id,
            "token": job.token,
            "now": self._now(),
        }
        with self.together():
            settled = self._changed(
                "UPDATE jobs SET state = :state, reason = :reason, due = :due, strikes = strikes - :given_back,"
                " cues = :cues, language = :language, seconds = :seconds, tell = :tell, updated = :now"
                " WHERE id = :id AND token = :token AND state = 'running'",
                values,
            )
            if settled and outputs is not None:
                self._keep_results(job, outputs)
            if settled and ending.state == "gone":
                self._forget_seen()
        return settled

    def _keep_results(self, job: Job, outputs: Mapping[str, str]) -> None:
        self._rows("DELETE FROM results WHERE job = ?", (job.id,))
        for path, digest in outputs.items():
            self._rows("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (os.fsencode(path), digest, job.id))

    def results(self, job: Job) -> dict[str, set[str]]:
        """The files that a job wrote or was about to write, with the digests that they may have."""
        found: dict[str, set[str]] = {}
        for row in self._rows("SELECT path, digest FROM results WHERE job = ? ORDER BY path", (job.id,)):
            found.setdefault(os.fsdecode(row["path"]), set()).add(row["digest"])
        return found

    def writer(self, path: str, digest: str) -> Job | None:
        """The job that wrote the file with this content; None: it is not ours, or was edited since."""
        condition = "id = (SELECT job FROM results WHERE path = ? AND digest = ?)"
        return _job(self._rows(f"SELECT * FROM jobs WHERE {condition}", (os.fsencode(path), digest)))

    # Telling others

    def claim_telling(self, folder: str, pause: float) -> Job | None:
        """A finished job of which somebody is to be told; it comes again after ``pause`` seconds until ``told``."""
        now = self._now()
        return _job(
            self._rows(statements.CLAIM_TELLING, {"folder": os.fsencode(folder), "now": now, "until": now + pause})
        )

    def told(self, job: Job) -> None:
        self._changed("UPDATE jobs SET tell = NULL WHERE id = ? AND token = ?", _key(job))

    # Looking and steering

    def job(self, number: int) -> Job | None:
        return _job(self._rows("SELECT * FROM jobs WHERE id = ?", (number,)))

    def jobs(self, state: str | None = None, limit: int = -1) -> list[Job]:
        """The newest jobs, of one state or of all; newest first."""
        condition = "WHERE state = :state" if state else ""
        rows = self._rows(
            f"SELECT * FROM jobs {condition} ORDER BY id DESC LIMIT :limit", {"state": state, "limit": limit}
        )
        return [_as_job(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many jobs there are in each state."""
        rows = self._rows("SELECT state, count(*) AS number FROM jobs GROUP BY state")
        return dict.fromkeys(STATES, 0) | {row["state"]: row["number"] for row in rows}

    def next_due(self, folder: str) -> float | None:
        """When the next job of ``folder`` can be claimed."""
        condition = "state IN ('queued', 'running') AND folder = ?"
        rows = self._rows(f"SELECT due FROM jobs WHERE {condition} ORDER BY due LIMIT 1", (os.fsencode(folder),))
        return rows[0]["due"] if rows else None

    def retry(self, number: int) -> bool:
        """Queue a job again, whatever became of it; False: there is none, or it is running."""
        return self._changed(
            "UPDATE jobs SET state = 'queued', due = 0, updated = :now, attempts = 0, strikes = 0, deaths = 0,"
            " reason = NULL, tell = NULL WHERE id = :id AND state != 'running'",
            {"id": number, "now": self._now()},
        )

    def forget(self, number: int) -> bool:
        """Drop a job and whose its files are; if the video is still there it will be found as a new one."""
        with self.together():
            known = self._changed("DELETE FROM jobs WHERE id = ?", (number,))
            self._forget_seen()
        return known

    def _forget_seen(self) -> None:
        self._rows("UPDATE switches SET value = value + 1 WHERE name = 'generation'")

    def generation(self) -> int:
        """Changes when what was offered before has to be offered again."""
        return int(self._switch("generation"))

    def pause(self, paused: bool) -> None:
        """Let nobody claim a job, or let them again; what is running goes on."""
        self._changed("UPDATE switches SET value = ? WHERE name = 'paused'", (paused,))

    def paused(self) -> bool:
        return bool(self._switch("paused"))

    def _switch(self, name: str) -> int:
        return int(self._rows("SELECT value FROM switches WHERE name = ?", (name,))[0]["value"])


def _key(job: Job) -> tuple[int, int]:
    return job.id, job.token


def _job(rows: Sequence[sqlite3.Row]) -> Job | None:
    return _as_job(rows[0]) if rows else None


def _as_job(row: sqlite3.Row) -> Job:
    values = dict(row)
    return Job(**values | {name: os.fsdecode(values[name]) for name in ("video", "folder")})
