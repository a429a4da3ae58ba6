"""Messages about cues in a script that nothing here can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from subextract.errors import Unreadable
from subextract.types import Cue

MANY_UNREAD = 0.1  # of the cues, from which a result that lacks their text is no success


def unread(cues: Sequence[Cue]) -> str:
    """One sentence on each script that could not be read, with what to do; empty where all was read."""
    counted = Counter(cue.unread for cue in cues if cue.unread)
    return " ".join(_told(script, count) for script, count in counted.most_common())


def failure(cues: Sequence[Cue]) -> Unreadable | None:
    """The error of a run that lacks the text of many cues."""
    lacking = sum(cue.unread is not None for cue in cues)
    return (
        Unreadable(f"{unread(cues)} Then read it again with --overwrite.")
        if lacking > MANY_UNREAD * len(cues)
        else None
    )


def _told(script: str, count: int) -> str:
    from subextract.ocr import lacking

    name, remedy = lacking(script)
    cues = f"{count} cues are" if count > 1 else "1 cue is"
    what = f"{cues} in {name}, which the engines installed here cannot read"
    return f"{what}; run: {remedy}."
