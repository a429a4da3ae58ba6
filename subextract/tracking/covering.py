"""How a line goes on while another text lies over it, or comes under it, and where the shot changes behind it."""

from __future__ import annotations

from collections.abc import Sequence

from subextract.luma import crop
from subextract.tracking.changes import old_ink, outlasts_cut, unchanged
from subextract.tracking.fades import first_frame
from subextract.tracking.history import OTHER_TEXT, history
from subextract.tracking.lines import PALE_VARYING, LineTrack
from subextract.tracking.own_pixels import OwnPixels
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import Mask, compare, high_pass, remember
from subextract.types import Box

LEFT_UNCOVERED = 0.25  # of the energy of a text must lie beside another one that lies over it


def cover(line: LineTrack, box: Box, recent: Sequence[StripFrame]) -> bool:
    """Count only what lies beside a box from now on, because another text lies over the line; False where too little of
    it is left, or is there no more."""
    mask, before = line.own.beside(line.box, box), (line.strokes, line.own.mask)
    strokes = remember(line.box, line.mean_high, mask)
    left = float(strokes.energy.sum()) >= LEFT_UNCOVERED * float(line.strokes.energy.sum())
    if not left or not line.goes_on_as(strokes, recent):
        return False
    line.own.mask, line.whole = mask, line.whole or before
    return True


def show_whole(line: LineTrack, frame: StripFrame) -> None:
    """Count all of a line again, if a moment shows that nothing lies over it any more."""
    if line.whole is not None and compare(line.whole[0], frame.strip).share > OTHER_TEXT:
        (strokes, line.own.mask), line.whole = line.whole, None
        line.learn_from(strokes, strokes.pattern.copy())


def learn_whole(line: LineTrack, frame: StripFrame) -> None:
    """Learn all of a line from a moment at which it is seen whole for the first time."""
    high = high_pass(crop(frame.strip, line.box))
    line.own.mask = line.whole = None
    line.learn_from(remember(line.box, high), high)


def stay_over(line: LineTrack, recent: Sequence[StripFrame]) -> bool:
    """Go on over another text that came under the line, with its strokes as they look now; False where they went."""
    return _go_on_with(line, line.strokes.inked > 0, recent)


def crosses_cut(line: LineTrack, recent: Sequence[StripFrame]) -> bool:
    """Whether a line that seems to have left is there as it was a frame ago, and what changed is around it: then it
    goes on with what is the same."""
    if len(recent) < 2 or recent[-2].time != line.last_time or line.moving:
        return False
    contrast = [sample.contrast for sample in line.samples[: line.seen + 1]]
    now, before = recent[-1].strip, recent[-2].strip
    if contrast[-1] < PALE_VARYING * max(contrast) or not outlasts_cut(line.strokes, now, before):
        return False
    same = unchanged(crop(now, line.box), crop(before, line.box))
    return _go_on_with(line, (line.strokes.inked > 0) & same, recent)


def _go_on_with(line: LineTrack, mask: Mask, recent: Sequence[StripFrame]) -> bool:
    """Go on with the strokes of the latest moment, in a mask (h, w); False where they are not there."""
    high = high_pass(crop(recent[-1].strip, line.box))
    strokes = remember(line.box, high, mask)
    if not line.goes_on_as(strokes, recent):
        return False
    line.own.mask = mask
    line.learn_from(strokes, high)
    return True


def lay_over(line: LineTrack, box: Box, last: StripFrame, recent: Sequence[StripFrame], *, bare: bool) -> None:
    """Turn out to be the text in a box alone: the rest of what the ``last`` moment with the line shows, the latest of
    the recent ones shows, too; that shows all that is behind it if nothing came in its place (``bare``)."""
    behind, high = recent[-1].strip, high_pass(crop(last.strip, box))
    line.layered, line.extent = True, box
    line.own = OwnPixels(mask=~old_ink(last.strip, behind, box), behind=behind if bare else None)
    line.learn_from(remember(box, high, line.own.mask), high)
    line.resample(history(line.strokes, [frame for frame in recent if frame.time >= line.samples[0].time]))
    line.since = first_frame(line.samples, line.seen) if line.begun is None else line.since
