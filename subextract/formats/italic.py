"""Where a text begins and ends to be set in italics."""

from __future__ import annotations

from collections.abc import Sequence


def tagged(text: str, italics: Sequence[int], begin: str, end: str) -> str:
    """The text with the marks around each run of lines whose numbers are given."""
    lines = text.split("\n")
    leaning = [number in italics for number in range(len(lines))]
    before, after = [False, *leaning], [*leaning[1:], False]
    return "\n".join(
        (begin if leans and not former else "") + line + (end if leans and not latter else "")
        for line, leans, former, latter in zip(lines, leaning, before, after, strict=False)
    )
