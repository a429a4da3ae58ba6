"""Where files of the user or the system lie: caches, state and data, as each system keeps them."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

NAME = "subextract"


def cache() -> Path:
    """The folder of what can be made again."""
    return _of_service("CACHE_DIRECTORY") or platformdirs.user_cache_path(NAME, appauthor=False)


def state() -> Path:
    """The folder of what is noted between runs."""
    return _of_service("STATE_DIRECTORY") or platformdirs.user_state_path(NAME, appauthor=False)


def data() -> Path:
    """The folder of what was fetched for good."""
    return platformdirs.user_data_path(NAME, appauthor=False)


def _of_service(variable: str) -> Path | None:
    """The folder that systemd gives a service (systemd.exec(5)), the first where there are several."""
    first = os.environ.get(variable, "").split(":")[0]
    return Path(first) if first else None
