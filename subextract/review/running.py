"""When a run keeps what a review needs, and how its files become those of the review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subextract.output import Plan, Result, Writer, details_of
from subextract.review.keeping import Keeper, keeps_changes
from subextract.review.saving import FORCED, save
from subextract.review.sidecar import Sidecar

if TYPE_CHECKING:
    from subextract.pipeline import Extraction


def keeper_of(plan: Plan) -> AbstractContextManager[Keeper | None]:
    """The keeper of what is seen, where that is asked for, or a person wants the changes of before to be kept."""
    if not plan.options.review and not keeps_changes(plan.sidecar):
        return nullcontext()
    return Keeper(plan.sidecar, goes_on=plan.checkpoint is not None)


def kept(keeper: Keeper, plan: Plan, writer: Writer, extraction: Extraction, report: Mapping[str, Any]) -> Path | None:
    """Put what was found into the sidecar, and say where that is; None where nothing was written.

    Where a person's changes are among the cues, the files are written once more with them.
    """
    if not writer.results:  # the video broke off before its first cue
        keeper.drop()
        return None
    found, details = originals(plan, writer.results), details_of(plan.options, report)
    if keeper.finish(extraction.video, writer.cues, extraction.rejected(), found, details):
        with Sidecar(keeper.path) as sidecar:
            save(sidecar, replace=True)
    return keeper.path


def originals(plan: Plan, results: Sequence[Result]) -> list[tuple[Path, str, str | None]]:
    """Path, format and part (as in saving.py) of the files that are written anew when cues are changed.

    Translations are none. Where only a translation was wanted, it is the file that would have been the original.
    """
    translated = {target.translated for target in plan.targets}
    forced = {path.with_name(f"{path.stem}.{FORCED}{path.suffix}") for path in translated if path}
    found = [
        (result.path, result.format, {"language": result.language, "forced": FORCED}.get(result.role))
        for result in results
        if result.role != "translation" and result.path not in forced
    ]
    return found or [(target.path, target.format, None) for target in plan.targets]
