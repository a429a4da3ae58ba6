"""Which languages a reader knows."""

from __future__ import annotations


def refuse_unreadable(engine: str, language: str | None) -> None:
    """Raise UsageError when the engine cannot read the language."""
