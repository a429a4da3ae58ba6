"""How jobs are found, claimed, kept and settled in a table that several processes share.

A job is claimable when it is ``queued`` or ``running`` and its ``due`` time has come: for a queued job that is the time
of its next attempt (0: at once, whatever the clock says), for a running one the end of its lease. So the job of a
process that died needs no recovery: its lease runs out. Each claim raises the job's ``token``, and only who holds the
newest token can renew, promise or settle.

Times are seconds since 1970. Paths are stored as the bytes that the file system knows, because names need not be text.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import fields

from subextract.ledger import statements
from subextract.ledger.jobs import OPEN, STATES, Asked, Ending, Job, Lost, Stamp, Taken
from subextract.ledger.opening import Opened

FARTHEST = 86_400.0  # s; no pause or lease is longer: a due time beyond comes from a clock that has been put back since


class Ledger(Opened):
    """An open job table; for one thread, any number of processes. OutputError where it cannot be read or written."""

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

    def ask(self, folder: str, video: str, stamp: Stamp, asked: Asked) -> Job:
        """Make a job of one video that nobody else has; ``asked`` says how it is to be read."""
        values = {
            "video": os.fsencode(video),
            "folder": os.fsencode(folder),
            **stamp._asdict(),
            "title": asked.title,
            "options": json.dumps(asked.options),
            "key": asked.key,
            "digest": asked.digest,
            "now": self._now(),
        }
        return _as_job(self._rows(statements.ASK, values)[0])

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

    def is_open(self, number: int) -> bool:
        """Whether a job is still to be done, or being done."""
        job = self.job(number)
        return job is not None and job.state in OPEN

    def jobs(self, state: str | None = None, limit: int = -1) -> list[Job]:
        """The newest jobs, of one state or of all; newest first."""
        condition = "WHERE state = :state" if state else ""
        rows = self._rows(
            f"SELECT * FROM jobs {condition} ORDER BY id DESC LIMIT :limit", {"state": state, "limit": limit}
        )
        return [_as_job(row) for row in rows]

    def asked(self, folder: str, state: str | None = None, limit: int = -1, before: int | None = None) -> list[Job]:
        """The jobs that were asked for, newest first; with ``before`` only those of lower numbers."""
        conditions = ["folder = :folder", "options IS NOT NULL"]
        # The plus keeps SQLite from the index of states: by folder and number is the order that is wanted.
        conditions += ["+state = :state"] if state else []
        conditions += ["id < :before"] if before is not None else []
        values = {"folder": os.fsencode(folder), "state": state, "limit": limit, "before": before}
        where = " AND ".join(conditions)
        rows = self._rows(f"SELECT * FROM jobs WHERE {where} ORDER BY id DESC LIMIT :limit", values)
        return [_as_job(row) for row in rows]

    def asked_by(self, folder: str, *, key: str | None = None, digest: str | None = None) -> Job | None:
        """The newest job that was asked for with this key, or with this digest."""
        name, value = ("key", key) if key is not None else ("digest", digest)
        where = f"folder = ? AND {name} = ? ORDER BY id DESC LIMIT 1"
        return _job(self._rows(f"SELECT * FROM jobs WHERE {where}", (os.fsencode(folder), value)))

    def waiting(self, folder: str) -> int:
        """How many jobs of a folder are queued or running."""
        condition = "state IN ('queued', 'running') AND folder = ?"
        return int(self._rows(f"SELECT count(*) FROM jobs WHERE {condition}", (os.fsencode(folder),))[0][0])

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

    def cancel(self, number: int) -> bool:
        """End a job that is queued or running, whoever is at it; False: there is none."""
        return self._changed(statements.CANCEL, {"id": number, "now": self._now()})

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
    values |= {name: os.fsdecode(values[name]) for name in ("video", "folder")}
    options = values["options"]
    return Job(**values | {"options": None if options is None else json.loads(options)})
