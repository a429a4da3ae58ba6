"""What is said of a video that is done: one line."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from subextract.bilingual import UNDETERMINED

if TYPE_CHECKING:
    from subextract.output import Plan, Writer
    from subextract.pipeline import Extraction
    from subextract.types import Cue

KINDS = {
    "sign": ("sign", "signs"),
    "credits": ("part of credits", "parts of credits"),
    "static": ("static text", "static texts"),
}
LOW_CONFIDENCE = 0.9  # one wrong line in three scores less, and one right line in 25


def summary(plan: Plan, writer: Writer, extraction: Extraction, seconds: float) -> str:
    names = ", ".join(map(str, writer.paths))
    doubtful = sum(cue.score is not None and cue.score < LOW_CONFIDENCE for cue in writer.cues)
    covered = (extraction.position - plan.remaining.start) / 1000
    facts = [
        writer.tally if writer.cues else "no subtitles found",
        _languages(writer.languages) if writer.cues else "",
        f"{doubtful} of low confidence" if doubtful else "",
        _left_out(extraction.left_out),
        f"{extraction.skipped} corrupt packets skipped" if extraction.skipped else "",
        f"{seconds:.1f} s",
        f"{covered / max(seconds, 0.001):.1f} times real time",
    ]
    hint = "" if writer.cues else f" To look closer: {_closer(plan.video)}"
    return f"{names}: {', '.join(filter(None, facts))}.{hint}"


def _languages(split: Mapping[str, Sequence[Cue]]) -> str:
    if len(split) == 1:
        (language,) = split
        return f"in one language only ({'unknown' if language.startswith(UNDETERMINED) else language})"
    return " and ".join(f"{len(cues)} in {language}" for language, cues in split.items())


def _left_out(numbers: Mapping[str, int]) -> str:
    kinds = [f"{number} {KINDS[kind][number > 1]}" for kind, number in numbers.items() if number]
    return f"{' and '.join(kinds)} left out (see --keep)" if kinds else ""


def _closer(video: Path) -> str:
    dashes = ["--"] if str(video).startswith("-") else []
    return shlex.join(["subextract", "--region", "full", "--overwrite", "-v", *dashes, str(video)])
