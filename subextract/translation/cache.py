"""Which translations are known from earlier: a file in the user's cache folder, shared by all runs."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

from subextract import places

log = logging.getLogger(__name__)

WRITER_WAIT = 30.0  # s, for another run that writes at the same time
KEYS_AT_ONCE = 500  # keys in a question; SQLite takes 32,766, older ones 999

NAME = "translations.db"
_TABLE = "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID"


def digest(key: Iterable[object]) -> str:
    """A key as the cache has it: nothing of a film can be read from it."""
    return hashlib.sha256(json.dumps(list(key), ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()


class Cache:
    """Answers by the digests of their keys. Where the file cannot be used, there are none, and one warning says so."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or places.cache() / NAME
        self._file: sqlite3.Connection | None = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(self._path, timeout=WRITER_WAIT, isolation_level=None)
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = NORMAL")
            self._file.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def known(self, keys: Iterable[str]) -> dict[str, str]:
        """The answers that are there."""
        wanted = list(keys)
        found: dict[str, str] = {}
        for first in range(0, len(wanted), KEYS_AT_ONCE):
            some = wanted[first : first + KEYS_AT_ONCE]
            question = f"SELECT key, text FROM answers WHERE key IN ({','.join('?' * len(some))})"
            if self._file:
                try:
                    found |= dict(self._file.execute(question, some).fetchall())
                except sqlite3.Error as error:
                    self._give_up(error)
        return found

    def remember(self, answers: Mapping[str, str]) -> None:
        """Keep answers; they are safe when this returns, whatever happens to the process."""
        if self._file:
            try:
                self._file.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?)", answers.items())
            except sqlite3.Error as error:
                self._give_up(error)

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()
            self._file = None

    def _give_up(self, error: Exception) -> None:
        log.warning("Translations are not remembered, because %s cannot be used (%s).", self._path, error)
        with contextlib.suppress(sqlite3.Error):
            self.close()
