"""A line of a clip as a cue that may still turn out to be a part of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from subextract.text import is_wide, letters_of
from subextract.types import Box, Clip, Cue, Line

FEW_LETTERS = 3  # letters that chance does not give: equal ones at the beginning, and such as are read in a long shape
CERTAIN_READING = 0.97  # score from which a reading stands for itself, even if one letter differs
MIN_SCORE = 0.55  # score under which a reading is noise, not text
SURE_NON_SUBTITLE = 0.7  # the same for text that is no subtitle: shapes in the scene are read as letters, too
ANYWHERE = Box(0, 0, 0, 0)  # what columns are turned around; only how they lie to one another counts


@dataclass(frozen=True, slots=True)
class Draft:
    """One line's cue, which may still turn out to be a part of another.

    ``written`` when it came letter by letter; ``brief`` and ``fresh`` are those of Evidence. Where it is ``vertical``,
    ``box`` is that of the column on its side, so that columns are merged as lines are, the first one on top.
    """

    cue: Cue
    box: Box
    written: bool = False
    vertical: bool = False
    brief: bool = False
    fresh: bool = False

    @property
    def place(self) -> Box:
        """Where it stands in the video."""
        return self.box.turned_back(ANYWHERE) if self.vertical else self.box


def drafts_of(clip: Clip, lines: Sequence[Line], language: Callable[[Box], str | None]) -> Iterator[Draft]:
    """One draft for each line that says something; ``language`` is that of the text at a place."""
    known = clip.evidence if len(clip.evidence) == len(lines) else (None,) * len(lines)
    for line, seen in zip(lines, known, strict=True):
        box, letters = line.box or clip.box, letters_of(line.text)
        if letters and (line.score is None or line.score >= _min_score(clip, letters, box)):
            text = line.text.strip()
            cue = Cue(
                clip.start, clip.end, text, box, line.score, language(box), clip.kind, alternative=line.alternative
            )
            cue = replace(cue, unread=line.unread) if line.unread else cue
            place = box.turned(ANYWHERE) if clip.vertical else box
            brief, fresh = (seen.brief, seen.fresh) if seen else (False, False)
            yield Draft(cue, place, clip.written, clip.vertical, brief, fresh)


def _min_score(clip: Clip, letters: str, box: Box) -> float:
    """The score from which a reading is text: one or two letters in a shape, or lost in a long one, must be certain."""
    if not clip.kind:
        return MIN_SCORE
    filled = box.width <= FEW_LETTERS * box.height and is_wide(letters[0])
    return SURE_NON_SUBTITLE if len(letters) >= FEW_LETTERS or filled else CERTAIN_READING
