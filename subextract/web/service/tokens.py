"""By what a service knows those who may use it: a token in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from subextract.errors import OutputError, UsageError

TOKEN_BYTES = 24
SHORTEST_TOKEN = 16  # letters; shorter ones can be guessed


def token_of(path: Path) -> tuple[str, bool]:
    """The token of a file, and whether it was made just now. UsageError where others can read it or it is too short."""
    try:
        return _new_token(path), True
    except FileExistsError:
        return _read(path), False
    except OSError as exc:
        raise OutputError(f"--token-file: {path} cannot be written ({exc.strerror}); choose another place.") from exc


def _new_token(path: Path) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{token}\n")
    return token


def _read(path: Path) -> str:
    try:
        with path.open() as file:
            is_open = os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO)
            token = file.read().strip()
    except (OSError, ValueError) as exc:
        raise UsageError(f"--token-file: {path} cannot be read ({exc}); delete it, and a new one is made.") from exc
    if is_open:
        raise UsageError(f"--token-file: others can read {path}; close it with: chmod 600 {path}")
    if len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError(
            f"--token-file: {path} holds no token of {SHORTEST_TOKEN} letters or more; "
            "delete it, and a new one is made."
        )
    return token
