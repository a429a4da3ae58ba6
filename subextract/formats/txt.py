"""How cues become plain text, which keeps no times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from subextract.errors import UsageError
from subextract.formats.legal import legal_cues
from subextract.types import Cue, Video


def dumps(cues: Sequence[Cue], video: Video | None = None, details: Mapping[str, Any] | None = None) -> str:
    """The texts alone, an empty line between two cues and none inside one."""
    return "\n".join(_paragraph(cue.text) for cue in legal_cues(cues))


def _paragraph(text: str) -> str:
    return "".join(f"{line}\n" for line in text.split("\n") if line)


def loads(text: str) -> list[Cue]:
    """Always UsageError: there are no times to make cues of."""
    raise UsageError("Plain text holds no times and makes no cues; choose srt, vtt, ass, ttml, csv or json.")
