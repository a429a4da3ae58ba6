"""Whether a line that left its place is over, or moved on from there."""

from __future__ import annotations

from collections.abc import Sequence

from subextract.tracking.constancy import STANDING
from subextract.tracking.lines import LiveLine
from subextract.tracking.moments import Moment
from subextract.tracking.motion import drifts, jumps, risen, slipped
from subextract.tracking.strokes import seen_on, strength

PALE = 0.7  # of the contrast of a line; of one that fades out less is seen, and the ground more
SLIPPING = 600  # ms; what moves is lost sooner, and letters that two lines share stand beside their place, too


def went_by(line: LiveLine, recent: Sequence[Moment], *, spoken: bool, rolling: bool) -> bool:
    """Whether a line that is up no more on the last of the recent moments moved on.

    Words that are ``spoken`` one after the other have each other's letters; text was ``rolling`` by a
    moment ago, or not.
    """
    shown = [each for each in recent if line.since <= each.time <= line.last_time]
    if not shown:
        return line.wandering.roams
    if line.wandering.restless or line.wandering.roams:
        return line.wandering.roams and not jumps(seen_on(shown[-1].strip, line.box), reversed(shown))
    moment = recent[-1]
    young = moment.time - line.first < SLIPPING and not spoken
    if young and slipped(line.strokes, moment):
        return not jumps(seen_on(shown[-1].strip, line.box), reversed(shown))
    if young and rolling and risen(seen_on(shown[0].strip, line.box), moment):
        return True
    clear = clear_moments(line, shown)
    return not line.is_firm and drifts(seen_on(clear[-1].strip, line.box), reversed(clear))


def clear_moments(line: LiveLine, shown: Sequence[Moment]) -> Sequence[Moment]:
    """The moments at which a line was up without the last ones, on which it is pale: those show the ground instead."""
    contrast = {sample.time: sample.contrast for sample in line.samples}
    least = PALE * max(contrast.values(), default=0.0)
    last = max((number for number, each in enumerate(shown) if contrast.get(each.time, 0.0) >= least), default=-1)
    return shown[: last + 1] or shown


def goes_on(line: LiveLine, recent: Sequence[Moment]) -> bool:
    """Whether a line that left its place sways on beside it, and did not fade away over a ground that moves."""
    shown = [moment.strip for moment in recent if line.since <= moment.time <= line.last_time]
    after = [moment for moment in recent if moment.time >= line.last_time]
    if len(after) < 2 or not shown:
        return False
    full = max(strength(shown[0], line.box), strength(shown[len(shown) // 2], line.box))
    if line.wandering.restless:
        return line.wandering.roams
    stands_out = strength(shown[-1], line.box) > STANDING * full
    return stands_out and drifts(seen_on(shown[-1], line.box), after)
