"""Limits for a process that reads a video."""

from __future__ import annotations

import contextlib
import resource
from pathlib import Path


def limit(memory: int) -> None:
    """No more than ``memory`` MiB, no core files, and the first to go when the machine has no memory left."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory:
        # Not the address space: libraries reserve much more of that than they use.
        resource.setrlimit(resource.RLIMIT_DATA, (memory << 20, memory << 20))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")
