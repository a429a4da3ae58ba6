"""Which files a run makes, as values; nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from subextract.bilingual import UNDETERMINED, split
from subextract.options import Options
from subextract.output import naming
from subextract.output.naming import Marks
from subextract.output.plans import Plan, Target
from subextract.types import Cue

Role = Literal["original", "translation", "language", "forced"]


@dataclass(frozen=True, slots=True)
class Result:
    """One file: where it goes, which part of what was found it holds, what its name says, and its cues.

    ``role`` is "original" for the cues as they were read, "translation" for these in another language, "language" for
    those of one language of a bilingual video, and "forced" for the forced ones among others once more.
    """

    path: Path
    role: Role
    marks: Marks
    cues: Sequence[Cue]

    @property
    def format(self) -> str:
        return self.path.suffix.removeprefix(".").lower()

    @property
    def language(self) -> str | None:
        """The language of its cues, where the name says one."""
        return self.marks.language

    @property
    def forced(self) -> bool:
        """Whether its name says that all of its cues are forced."""
        return self.marks.forced


def results_of(plan: Plan, cues: Sequence[Cue], translation: Sequence[Cue] = ()) -> list[Result]:
    """The files of a run that found these cues, in the order in which they are told."""
    if plan.options.split_languages:
        return _of_languages(plan, cues)
    translations = [_translation(plan, target, target.translated, translation) for target in plan.targets]
    originals = [Result(target.path, "original", target.marks, cues) for target in plan.targets if target.kept]
    whole = [*filter(None, translations), *originals]
    return [*whole, *(part for target in plan.targets if target.parted for part in _forced(target, whole))]


def _translation(plan: Plan, target: Target, path: Path | None, cues: Sequence[Cue]) -> Result | None:
    marks = target.marks._replace(language=plan.options.translate)
    return Result(path, "translation", marks, cues) if path else None


def _forced(target: Target, whole: Sequence[Result]) -> list[Result]:
    """The forced cues once more by themselves, where a track holds other cues, too."""
    found = []
    for result in (each for path in target.names for each in whole if each.path == path):
        cues = [cue for cue in result.cues if cue.forced]
        if 0 < len(cues) < len(result.cues):
            path = naming.with_part(result.path, naming.FORCED)
            found.append(Result(path, "forced", result.marks._replace(forced=True), cues))
    return found


def _of_languages(plan: Plan, cues: Sequence[Cue]) -> list[Result]:
    parts = split(cues, plan.options.one_language, _told(plan.options)) or {UNDETERMINED: []}
    codes = naming.short_codes(parts)
    return [
        Result(naming.with_part(target.path, codes[language]), "language", Marks(language=language), part)
        for target in plan.targets
        for language, part in parts.items()
    ]


def _told(options: Options) -> list[str]:
    """The languages that the user said of parts of the picture."""
    return list(dict.fromkeys(region.language for region in options.regions if region.language))


def languages_of(results: Sequence[Result]) -> Mapping[str, Sequence[Cue]]:
    """The cues of each language, where they were split."""
    return {each.language: each.cues for each in results if each.role == "language" and each.language}
