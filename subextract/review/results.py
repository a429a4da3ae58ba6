"""Which files of a run are written anew when its cues are changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from subextract.output import Plan, Target
from subextract.review.saving import FORCED


def results_of(plan: Plan, paths: Sequence[Path]) -> list[tuple[Path, str, str | None]]:
    """Path, format and part of each result (as in saving.py) among the ``paths`` that a run wrote.

    Translations are none, nor is a copy of the video. Where only a translation was wanted, it is the file that would
    have been the original.
    """
    both = [(path, target) for path in paths for target in plan.targets]
    found = [(path, target.format, _part(path, target)) for path, target in both if _is_of(path, target)]
    return found or [(target.path, target.format, None) for target in plan.targets]


def _is_of(path: Path, target: Target) -> bool:
    """Whether it is the file of a target, or of a part of its cues."""
    part = _part(path, target)
    if part is None or path == target.translated:
        return path == target.path
    named = path.name == f"{target.path.stem}.{part}{target.path.suffix}"
    return named and (part == FORCED or target.split)


def _part(path: Path, target: Target) -> str | None:
    """What stands between the name of the film and the suffix: a language, or that it is forced."""
    return None if path == target.path else path.stem.removeprefix(f"{target.path.stem}.")
