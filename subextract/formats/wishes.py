"""The choices that formats leave to whoever has a file written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WRITING = "writing"
"""Where the wishes stand among the details of a run: ``{"writing": {"position_tags": True}}``."""


def wished(details: Mapping[str, Any] | None, name: str) -> bool:
    """Whether that is wished; nothing is unasked."""
    return bool((details or {}).get(WRITING, {}).get(name))
