"""How a URL or a command is notified of finished videos, with retries until it accepts."""

from __future__ import annotations

import json
import logging
import os
import shlex
import subprocess
import threading
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from subextract.errors import SubextractError
from subextract.ledger import Job, Ledger

log = logging.getLogger(__name__)

PATIENCE = 30.0  # s for an answer
RETRY_AFTER = 60.0  # s until the next try where nobody heard; also until another daemon may try
REST = 5.0  # s between two looks whether there is something to tell


def message(job: Job, outputs: Sequence[str]) -> dict[str, Any]:
    """The notification for a job."""
    return {
        "job": job.id,
        "state": job.state,
        "file": job.video,
        "outputs": list(outputs),
        "cues": job.cues,
        "language": job.language,
        "seconds": job.seconds,
        "reason": job.reason,
    }


def tell(target: str, content: Mapping[str, Any]) -> None:
    """Tell once. OSError, ValueError or SubprocessError where nobody heard."""
    body = json.dumps(content).encode()
    if is_url(target):
        request = urllib.request.Request(target, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE):
            return
    quiet = subprocess.DEVNULL
    subprocess.run(shlex.split(target), input=body, stdout=quiet, stderr=quiet, timeout=PATIENCE, check=True)


def is_url(target: str) -> bool:
    return target.startswith(("http://", "https://"))


class Teller:
    """Tells of every finished job of the folders, at least once, in a thread of its own."""

    def __init__(self, target: str, folders: Sequence[str], ledger: Path) -> None:
        self._target, self._folders, self._path = target, folders, ledger
        self._ended, self._news = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="hooks", daemon=True)
        self._thread.start()

    def news(self) -> None:
        """There is something to tell."""
        self._news.set()

    def stop(self, patience: float = 0.0) -> None:
        """End, after telling what there is to tell if that takes no longer than ``patience`` seconds."""
        self._ended.set()
        self._news.set()
        self._thread.join(patience)

    def _run(self) -> None:
        with Ledger(self._path) as ledger:
            while True:
                ended = self._ended.is_set()
                self._news.clear()
                try:
                    self._tell_all(ledger)
                except SubextractError as error:
                    log.warning("%s", error)
                if ended:
                    return
                self._news.wait(REST)

    def _tell_all(self, ledger: Ledger) -> None:
        for folder in self._folders:
            while job := ledger.claim_telling(folder, RETRY_AFTER):
                try:
                    tell(self._target, message(job, list(ledger.results(job))))
                except (OSError, ValueError, subprocess.SubprocessError) as error:
                    log.warning("%s could not be told of %s (%s); it is tried again.", self._target, job.video, error)
                else:
                    ledger.told(job)


def check(target: str) -> str | None:
    """Why a target can hear nothing; None where it can."""
    if is_url(target):
        return None
    try:
        words = shlex.split(target)
    except ValueError as error:
        return f"{target!r} is no command ({error})"
    if not words or not any(os.access(path, os.X_OK) for path in _places(words[0])):
        return f"there is no command {(words[0] if words else target)!r}"
    return None


def _places(command: str) -> list[str]:
    if os.sep in command:
        return [command]
    return [os.path.join(folder, command) for folder in os.get_exec_path()]
