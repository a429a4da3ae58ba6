"""The one-line summary of a finished video."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from subextract.bilingual import UNDETERMINED
from subextract.options import KEPT, clock
from subextract.output.plans import tally

if TYPE_CHECKING:
    from subextract.output import Plan
    from subextract.runner import Outcome
    from subextract.types import Cue, Video

KINDS = {
    "sign": ("sign", "signs"),
    "credits": ("part of credits", "parts of credits"),
    "static": ("static text", "static texts"),
    "forced": ("forced cue", "forced cues"),
    "unforced": ("cue that is not forced", "cues that are not forced"),
    "ignored": ("text that a list drops", "texts that lists drop"),
    "illegible": ("illegible picture", "illegible pictures"),
}
MISHAPS = {
    "unfollowed": ("text could not be followed to the end", "texts could not be followed to the end"),
    "unread": ("text could not be read", "texts could not be read"),
}
LOW_CONFIDENCE = 0.9  # one wrong line in three scores less, and one right line in 25


def summary(outcome: Outcome, seconds: float) -> str:
    """The summary of a run that took ``seconds``: results, cues, doubts."""
    cues, left_out, translation = outcome.cues, outcome.left_out, outcome.translation
    names = ", ".join(map(str, outcome.paths))
    forced = sum(cue.forced for cue in cues)
    replaced = sum(cue.as_read is not None for cue in cues)
    doubtful = sum(cue.score is not None and cue.score < LOW_CONFIDENCE for cue in cues)
    lacking = sum(cue.unread is not None for cue in cues)
    covered = (outcome.position - outcome.plan.remaining.start) / 1000
    facts = [
        tally(len(cues) - lacking) if cues else "no subtitles found",
        _languages(outcome.languages) if cues else "",
        f"{forced} forced" if forced else "",
        f"{replaced} changed by lists" if replaced else "",
        f"{doubtful} of low confidence" if doubtful else "",
        f"{lacking} more in a script that cannot be read here" if lacking else "",
        f"{translation.failed} not translated" if translation and translation.failed else "",
        _left_out(left_out),
        _mishaps(left_out),
        _origin(outcome.video),
        f"{outcome.skipped} corrupt packets skipped" if outcome.skipped else "",
        f"{seconds:.1f} s",
        f"{covered / max(seconds, 0.001):.1f} times real time",
    ]
    unasked = any(left_out.get(kind) for kind in ("forced", "unforced", "ignored"))
    hint = "" if cues or unasked else f" To look closer: {_closer(outcome.plan)}"
    return f"{names}: {', '.join(filter(None, facts))}.{hint}"


def _languages(split: Mapping[str, Sequence[Cue]]) -> str:
    if len(split) == 1:
        (language,) = split
        return f"in one language only ({'unknown' if language.startswith(UNDETERMINED) else language})"
    return " and ".join(f"{len(cues)} in {language}" for language, cues in split.items())


def _left_out(numbers: Mapping[str, int]) -> str:
    kinds = [f"{number} {KINDS[kind][number > 1]}" for kind, number in numbers.items() if number and kind in KINDS]
    hint = " (see --keep)" if any(numbers[kind] for kind in numbers if kind in KEPT.values()) else ""
    return f"{' and '.join(kinds)} left out{hint}" if kinds else ""


def _mishaps(numbers: Mapping[str, int]) -> str:
    found = [f"{numbers[kind]} {said[numbers[kind] > 1]}" for kind, said in MISHAPS.items() if numbers.get(kind)]
    return f"{' and '.join(found)} (see -v)" if found else ""


def _origin(video: Video) -> str:
    """That the times are not those that the clock of the file has, or that players may not have them."""
    if video.origin >= 1000:
        return f"times count from the start, where the clock of the file is at {clock(video.origin)}"
    if video.late:
        return f"times are those of the file, which begins at {clock(video.late)}"
    return ""


def _closer(plan: Plan) -> str:
    dashes = ["--"] if str(plan.video).startswith("-") else []
    where = ["--track", "hard"] if plan.track else ["--region", "full"]
    return shlex.join(["subextract", *where, "--overwrite", "-v", *dashes, str(plan.video)])
