"""How long each text stays up: frame-exact clips."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

import numpy as np

from subextract.durations import TOGETHER
from subextract.mishaps import Mishaps
from subextract.tracking.columns import both_ways, lying, standing
from subextract.tracking.following import Following
from subextract.tracking.scene import SceneTracker
from subextract.tracking.scout import RARELY, Elsewhere, Scout
from subextract.tracking.stays import Stay
from subextract.tracking.zones import UNFOLLOWED, Gate, ZoneTracker
from subextract.types import Box, Clip, Detect, Frame, Image, Zone

__all__ = ["Elsewhere", "Gate", "Sampling", "track"]

EVERYWHERE = Elsewhere()
EVERY_LOOK = 0  # ms; a text that moves with the scene has no strokes that stand still
WHOLE_CONTRAST = 0.85  # of the best contrast: less is a text that fades
STRIDE = 1000  # ms between two answers where nothing is found


class Cuts(Protocol):
    """What knows where shots begin (sampling.Cuts)."""

    def feed(self, frame: Frame) -> None: ...

    def near(self, time: int) -> bool: ...


class Sampling(NamedTuple):
    """What decides which frames deserve a look, made once per zone and for the whole picture, what knows where shots
    begin, and where text may be found that lies outside of the zones."""

    gate: Callable[..., Gate]
    cuts: Cuts
    elsewhere: Elsewhere = EVERYWHERE


def track(
    frames: Iterable[Frame],
    zones: Sequence[Zone],
    *,
    detect: Detect,
    sampling: Sampling,
    keep: frozenset[str] = frozenset(),
    leave_out: Callable[[str], None] = lambda kind: None,
) -> Generator[tuple[int, list[Clip]], None, None]:
    """Clips of the texts in the zones in order of start, each batch with the time before which no other one starts.

    What stands still in a zone becomes a clip with its evidence, subtitle or not. For text that appears outside of them
    a zone is opened, where ``sampling.elsewhere`` allows it. ``detect`` finds lines on RGB pictures. If any kind of
    other text (Cue.kind) is in ``keep``, text outside the zones, and what moves or never leaves in them, is looked for
    in the whole picture (with a gate whose ``heartbeat`` is 0), and becomes clips of those kinds. Else ``leave_out`` is
    told the kind of what moves in a zone. It is told UNFOLLOWED of each text for which the work fails. What stays for
    over a minute comes when it is gone, with the early start that it has.
    """
    gate, cuts, elsewhere = sampling

    def tracker(zone: Zone) -> ZoneTracker:
        return ZoneTracker(lying(zone), both_ways(detect) if zone.vertical else detect, gate(), keep, leave_out)

    scout = Scout(detect, gate(heartbeat=RARELY, sparing=True), leave_out, elsewhere)
    following = Following(zones, tracker, scout)
    scenes = [SceneTracker(zones, keep, detect, gate(heartbeat=EVERY_LOOK), leave_out)] if keep else []
    mishaps = Mishaps(leave_out, UNFOLLOWED)
    ready: list[Clip] = []
    answered = 0
    for frame in frames:
        cuts.feed(frame)
        for zone, stays in following.feed(frame):
            ready += _clips(zone, stays, cuts, mishaps)
        for scene in scenes:
            scene.zones = following.zones
            ready += scene.feed(frame)
        known = min([following.open_since, *(each.open_since for each in scenes)])
        if known - answered >= STRIDE:
            answered = known
            yield known, _before(known, ready)
    for zone, stays in following.finish():
        ready += _clips(zone, stays, cuts, mishaps)
    for scene in scenes:
        ready += scene.finish()
    yield max([answered, *(clip.end for clip in ready)]), sorted(ready, key=_order)


def _clips(zone: Zone, stays: Iterable[Stay], cuts: Cuts, mishaps: Mishaps) -> list[Clip]:
    """The clips of lines, as they stand in the video."""
    made: list[Clip] = []
    for group in _groups(stays):
        with mishaps.survived("the picture of a text", group[0].start):
            made.append(standing(_with_cuts(_clip(group), cuts), zone))
    return made


def _with_cuts(clip: Clip, cuts: Cuts) -> Clip:
    evidence = (replace(one, cut_in=cuts.near(one.start), cut_out=cuts.near(one.end)) for one in clip.evidence)
    return replace(clip, evidence=tuple(evidence))


def _before(time: int, ready: list[Clip]) -> list[Clip]:
    """Take out the clips that start before a time, in order."""
    early = sorted((clip for clip in ready if clip.start < time), key=_order)
    ready[:] = [clip for clip in ready if clip.start >= time]
    return early


def _order(clip: Clip) -> tuple[int, int]:
    return clip.start, clip.box.top


def _groups(stays: Iterable[Stay]) -> list[list[Stay]]:
    """Lines that come and go together are one clip."""
    groups: list[list[Stay]] = []
    for stay in sorted(stays, key=lambda stay: (stay.start, stay.box.top)):
        for group in groups:
            if _together(group[0], stay):
                group.append(stay)
                break
        else:
            groups.append([stay])
    return groups


def _together(one: Stay, other: Stay) -> bool:
    return abs(one.end - other.end) <= TOGETHER and abs(one.start - other.start) <= TOGETHER


def _clip(group: Sequence[Stay]) -> Clip:
    """One picture of the whole group, each line taken from where it shows best."""
    order = sorted(group, key=lambda stay: (stay.box.top, stay.box.left))
    box = order[0].pictures[0].box
    for stay in order:
        box = box.union(stay.pictures[0].box)
    whole = Box(0, 0, box.width, box.height)
    lines = tuple(stay.box.moved(-box.left, -box.top).intersection(whole) for stay in order)
    strongest = max(group, key=lambda stay: float(stay.strokes.energy.sum()))
    evidence = tuple(stay.evidence for stay in order)
    written = any(one.written for one in evidence)
    image, *frames = (_set(order, shown, box) for shown in (fused, first, last))
    return Clip(
        strongest.start, strongest.end, image, box, lines, written=written, frames=tuple(frames), evidence=evidence
    )


def _set(order: Sequence[Stay], shown: Callable[[Stay], Image], box: Box) -> Image:
    """What is shown of each line, at its place in the box."""
    canvas = np.zeros((box.height, box.width, 3), np.uint8)
    for stay in order:
        place = stay.pictures[0].box.moved(-box.left, -box.top)
        canvas[place.top : place.bottom, place.left : place.right] = shown(stay)
    return canvas


def fused(stay: Stay) -> Image:
    """The mean of the pictures on which the text is wholly there: the text stays, the background blurs."""
    return np.asarray(np.mean(_whole(stay), axis=0).round(), dtype=np.uint8)


def first(stay: Stay) -> Image:
    """The first of those pictures."""
    return _whole(stay)[0]


def last(stay: Stay) -> Image:
    """The last of those pictures."""
    return _whole(stay)[-1]


def _whole(stay: Stay) -> list[Image]:
    best = max(picture.contrast for picture in stay.pictures)
    return [picture.image for picture in stay.pictures if picture.contrast >= min(best, WHOLE_CONTRAST * best)]
