"""How cues, their pictures and every change are kept in one file.

Each change is a step: which entries it made, changed or took away, with what was there before. A step is in the file
before it is answered, so that a crash loses nothing, and undo is there after it, too.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

from subextract.errors import InputError, OutputError
from subextract.review.entries import Entry, Refused, changed, split_off

VERSION = 1
NUMBERS = range(1 << 62)  # of cues; SQLite knows no larger ones than twice as many
PATIENCE = 10.0  # s to wait for another process that writes
SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE pictures (
    id INTEGER PRIMARY KEY, start INTEGER NOT NULL, "end" INTEGER NOT NULL, box TEXT NOT NULL, texts TEXT NOT NULL,
    jpeg BLOB
);
CREATE TABLE cues (id INTEGER PRIMARY KEY, entry TEXT NOT NULL);
CREATE TABLE steps (id INTEGER PRIMARY KEY, name TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0);
CREATE TABLE changes (step INTEGER NOT NULL REFERENCES steps ON DELETE CASCADE, cue INTEGER NOT NULL,
    before TEXT, after TEXT, PRIMARY KEY (step, cue));
"""


class Conflict(Exception):
    """Somebody else has changed something since."""


class Answer(NamedTuple):
    """The result of a step: the entries as they are now (None: gone), and the state after it."""

    entries: dict[int, Entry | None]
    state: dict[str, Any]


class Sidecar:
    """An open file of a review; for several threads. InputError where it is none, OutputError where a write fails."""

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        self.path = path
        self._lock = threading.RLock()
        if fresh:
            path.unlink(missing_ok=True)
        elif not path.exists():
            raise InputError(f"{path} does not exist; make it with: subextract review VIDEO")
        try:
            self._connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            self._prepare(fresh)
        except sqlite3.Error as exc:
            if fresh:
                raise OutputError(f"Cannot write {str(path)!r} ({exc}); choose another folder with --output.") from exc
            raise InputError(f"{path} is no file of a review ({exc}); move it away and read the video again.") from exc

    def _prepare(self, fresh: bool) -> None:
        # One file, whatever happens: no WAL, which has others beside it. FULL: kept means kept, after a power cut, too.
        for setting in ("journal_mode = DELETE", "synchronous = FULL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {setting}")
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if fresh:
            self._connection.executescript(f"BEGIN; {SCHEMA}; PRAGMA user_version = {VERSION}; COMMIT;")
        elif version != VERSION:
            raise InputError(f"{self.path} is of another version of subextract; move it away and read the video again.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def together(self) -> Iterator[sqlite3.Connection]:
        """All or nothing."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                except BaseException:
                    self._connection.execute("ROLLBACK")
                    raise
                self._connection.execute("COMMIT")
            except sqlite3.Error as exc:
                raise OutputError(
                    f"Cannot write {str(self.path)!r} ({exc}); check the disk and its free space, then try again."
                ) from exc

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    # What is known of the film

    def fact(self, name: str, default: Any = None) -> Any:
        """One of the facts, as JSON value."""
        rows = self._rows("SELECT value FROM facts WHERE name = ?", (name,))
        return json.loads(rows[0][0]) if rows else default

    def note(self, **facts: Any) -> None:
        """Keep facts, in the place of former ones."""
        with self.together() as connection:
            for name, value in facts.items():
                connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, _dumps(value)))

    # Pictures

    def add_picture(self, start: int, end: int, box: Sequence[int], texts: Sequence[str], jpeg: bytes | None) -> int:
        """Keep what was read, and its picture, where there is room for it; the number by which it is known."""
        with self.together() as connection:
            values = (start, end, _dumps(box), _dumps(texts), jpeg)
            row = connection.execute('INSERT INTO pictures (start, "end", box, texts, jpeg) VALUES (?,?,?,?,?)', values)
            return int(row.lastrowid or 0)

    def pictures(self) -> list[tuple[int, int, int, list[int], list[str]]]:
        """Number, start, end, box and texts of each."""
        rows = self._rows('SELECT id, start, "end", box, texts FROM pictures')
        return [(number, start, end, json.loads(box), json.loads(texts)) for number, start, end, box, texts in rows]

    def picture(self, number: int) -> bytes | None:
        """A picture as JPEG; None where it was not kept."""
        rows = self._rows("SELECT jpeg FROM pictures WHERE id = ?", (number,))
        return rows[0][0] if rows else None

    # Cues

    def put(self, entries: Iterable[Entry]) -> None:
        """Keep these entries, in the place of all others and of every step."""
        with self.together() as connection:
            for table in ("changes", "steps", "cues"):
                connection.execute(f"DELETE FROM {table}")
            connection.executemany("INSERT INTO cues VALUES (?, ?)", ((one["id"], _dumps(one)) for one in entries))

    def entries(self) -> list[Entry]:
        """All entries, in order of time."""
        found = [json.loads(entry) for (entry,) in self._rows("SELECT entry FROM cues")]
        return sorted(found, key=lambda one: (one["start"], one["end"], one["id"]))

    def entry(self, number: int) -> Entry | None:
        """One entry; None where there is none of that number."""
        rows = self._rows("SELECT entry FROM cues WHERE id = ?", (number,))
        return json.loads(rows[0][0]) if rows else None

    # Steps

    def state(self) -> dict[str, Any]:
        """``revision`` counts every change; ``undo`` and ``redo`` name the steps that could be taken back or again."""
        with self._lock:
            undo = self._rows("SELECT name FROM steps WHERE NOT undone ORDER BY id DESC LIMIT 1")
            redo = self._rows("SELECT name FROM steps WHERE undone ORDER BY id LIMIT 1")
            return {
                "revision": self.fact("revision", 0),
                "saved": self.fact("saved", 0),
                "undo": undo[0][0] if undo else None,
                "redo": redo[0][0] if redo else None,
            }

    def step(self, name: str, changes: Sequence[Mapping[str, Any]], revision: int, join: bool = False) -> Answer:
        """Do all of some changes or none. Refused where one makes no sense, Conflict where ``revision`` is old.

        A change is {"id", "set": {...}}, {"id", "remove": true}, or {"from": id, "make": {...}} for a new entry with
        what is known of another one. ``join`` makes one step of this and the last one, where that was of the same cue
        alone.
        """
        with self.together() as connection:
            self._expect(revision)
            done = [self._change(one) for one in changes]
            connection.execute("DELETE FROM steps WHERE undone")
            number = self._last_of(name, done) if join else None
            if number is None:
                number = connection.execute("INSERT INTO steps (name) VALUES (?)", (name,)).lastrowid
            for cue, before, after in done:
                connection.execute(
                    "INSERT INTO changes VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET after = excluded.after",
                    (number, cue, before and _dumps(before), after and _dumps(after)),
                )
            self._advance()
            return Answer({cue: after for cue, _, after in done}, self.state())

    def undo(self, revision: int) -> Answer:
        """Take the last step back; no change where there is none."""
        return self._again("SELECT id FROM steps WHERE NOT undone ORDER BY id DESC LIMIT 1", "before", revision)

    def redo(self, revision: int) -> Answer:
        """Take the step again that was taken back last; no change where there is none."""
        return self._again("SELECT id FROM steps WHERE undone ORDER BY id LIMIT 1", "after", revision)

    def _again(self, which: str, side: str, revision: int) -> Answer:
        with self.together() as connection:
            self._expect(revision)
            found: dict[int, Entry | None] = {}
            for (number,) in self._rows(which):
                for cue, entry in self._rows(f"SELECT cue, {side} FROM changes WHERE step = ?", (number,)):
                    found[cue] = json.loads(entry) if entry else None
                    self._write(cue, found[cue])
                connection.execute("UPDATE steps SET undone = ? WHERE id = ?", (side == "before", number))
                self._advance()
            return Answer(found, self.state())

    def _change(self, change: Mapping[str, Any]) -> tuple[int, Entry | None, Entry | None]:
        """Do one change: the number of the entry, what it was, and what it is now."""
        number = change.get("id", change.get("from"))
        source = self.entry(number) if type(number) is int and number in NUMBERS else None
        if source is None:
            raise Refused("There is no such cue any more; load the page again.")
        if "make" in change:
            return self._made(source, change["make"])
        after = None if change.get("remove") else changed(source, change.get("set", {}))
        self._write(source["id"], after)
        return source["id"], source, after

    def _made(self, source: Entry, values: Mapping[str, Any]) -> tuple[int, Entry | None, Entry | None]:
        """A new entry of a number that none had before."""
        ((number,),) = self._rows("SELECT 1 + max(max(id), (SELECT ifnull(max(cue), 0) FROM changes)) FROM cues")
        made = split_off(source, number, values)
        self._write(number, made)
        return number, None, made

    def _write(self, number: int, entry: Entry | None) -> None:
        if entry is None:
            self._rows("DELETE FROM cues WHERE id = ?", (number,))
        else:
            self._rows("INSERT OR REPLACE INTO cues VALUES (?, ?)", (number, _dumps(entry)))

    def _last_of(self, name: str, done: Sequence[tuple[int, Entry | None, Entry | None]]) -> int | None:
        """The last step, where it has the same name and is about the same one cue."""
        rows = self._rows("SELECT id, name FROM steps ORDER BY id DESC LIMIT 1")
        if not rows or rows[0][1] != name or len(done) != 1:
            return None
        cues = self._rows("SELECT cue FROM changes WHERE step = ?", (rows[0][0],))
        return int(rows[0][0]) if cues == [(done[0][0],)] else None

    def _expect(self, revision: int) -> None:
        if revision != self.fact("revision", 0):
            raise Conflict

    def _advance(self) -> None:
        self.note(revision=self.fact("revision", 0) + 1)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
