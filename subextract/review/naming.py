"""Where the sidecar of a review is, and by what its files are known again."""

from __future__ import annotations

import hashlib
from pathlib import Path

from subextract.formats import PART
from subextract.unfinished import unfinished

FORMER = ".review~"
"""What a sidecar with changes is called after a run that started over."""


def part_of(sidecar: Path) -> Path:
    """The name of a review until the run that makes it ends."""
    return unfinished(sidecar, PART)


def former_of(sidecar: Path) -> Path:
    return sidecar.with_suffix(FORMER)


def stamp_of(path: Path) -> str | None:
    """The digest of a result, by which a change of it by others is seen; None where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
