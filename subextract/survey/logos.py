"""Which text stays for so long that it is a logo."""

from __future__ import annotations

from collections.abc import Sequence

from subextract.boxes import covers, same_box, same_place
from subextract.durations import AWAITED
from subextract.survey.detections import Detection, same_pixels
from subextract.types import Box

NEARLY_ALL = 0.7  # of the stills between the first and the last that show exactly the same box
OFTEN_SHOWN = 0.35  # of the stills from first to last; a faint logo is found on half, a repeated line on fewer
CENTRAL = 0.06  # of the width, between the middles of a text and of the picture


def logos_of(seen: Sequence[Detection], times: Sequence[int], limit: Box) -> list[Box]:
    """Boxes of text that shows the same pixels at the same place for longer than anybody reads.

    They are not followed, because that would cost the whole film; what stays for less is for the verdict to judge.
    """
    logos: list[Box] = []
    for index, first in enumerate(seen):
        if any(covers(logo, first.box) for logo in logos):
            continue
        place = [other for other in seen[index:] if same_place(first.box, other.box)]
        twins = [other for other in place if same_pixels(first, other)]
        boxed = [other for other in place if same_box(first.box, other.box) and not central(first.box, limit)]
        if not _stays(twins, times, OFTEN_SHOWN) and not _stays(boxed, times, NEARLY_ALL):
            continue
        box = first.box
        for twin in twins + boxed:
            box = box.union(twin.box)
        logos.append(box)
    return logos


def central(box: Box, limit: Box) -> bool:
    """Whether it is centred, as most subtitles are: two of one width then have the same box by chance."""
    return abs(box.left + box.right - limit.left - limit.right) / 2 < CENTRAL * limit.width


def _stays(twins: Sequence[Detection], times: Sequence[int], share: float) -> bool:
    """Whether these detections span long, and at least a share of the stills between the first and the last."""
    shown = [twin.time for twin in twins]
    if len(set(shown)) < 3:
        return False
    span = shown[-1] - shown[0]
    between = sum(shown[0] <= time <= shown[-1] for time in times)
    return span > AWAITED and len(set(shown)) >= share * between
