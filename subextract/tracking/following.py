"""Which zones are open, and the trackers in them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from subextract.tracking.columns import turned
from subextract.tracking.scout import Scout
from subextract.tracking.stays import Stay
from subextract.tracking.zones import ZoneTracker
from subextract.types import Frame, Zone

log = logging.getLogger(__name__)

IDLE = 20_000  # ms without a line, after which a zone is given up
SURVEYED = 60_000  # the same for one of the survey
STANDING = 20_000  # ms; a line that is up for longer keeps no zone open


@dataclass(slots=True, eq=False)
class Open:
    """A zone that is open, its tracker, and when (ms) a line was last seen in it."""

    zone: Zone
    tracker: ZoneTracker
    busy: int
    patience: int
    barren: bool = True


class Following:
    """The zones of the survey, and those that the scout asks for: fed every frame, it answers with the lines whose stay
    is over, each batch with its zone. ``make`` makes the tracker of a zone."""

    def __init__(self, zones: Sequence[Zone], make: Callable[[Zone], ZoneTracker], scout: Scout) -> None:
        self._make, self._scout = make, scout
        self._open = [Open(zone, make(zone), -1, SURVEYED, barren=False) for zone in zones]

    @property
    def zones(self) -> list[Zone]:
        """Those that are open."""
        return [each.zone for each in self._open]

    @property
    def open_since(self) -> int:
        """The time (ms) before which no line can start that is not handed out yet."""
        return min([self._scout.open_since, *(each.tracker.open_since for each in self._open)])

    def feed(self, frame: Frame) -> Iterator[tuple[Zone, list[Stay]]]:
        """Take the next frame."""
        for zone in self._scout.feed(frame, self.zones):
            self._open.append(self._opened(zone, frame.time))
        for each in list(self._open):
            yield each.zone, each.tracker.feed(turned(frame, each.zone))
            yield from self._close_if_idle(each, frame.time)

    def finish(self) -> Iterator[tuple[Zone, list[Stay]]]:
        """The video is over."""
        for each in self._open:
            yield each.zone, each.tracker.finish()

    def _opened(self, zone: Zone, time: int) -> Open:
        tracker = self._make(zone)
        tracker.recall(self._scout.strips(zone.box, tracker.scale), self._scout.began)
        return Open(zone, tracker, time, IDLE)

    def _close_if_idle(self, each: Open, time: int) -> Iterator[tuple[Zone, list[Stay]]]:
        """Give up a zone in which nothing comes any more."""
        standing = each.tracker.standing if not each.zone.lasting else []
        if each.busy < 0 or each.zone.lasting or any(time - since < STANDING for since, _ in standing):
            each.barren &= not standing
            each.busy = time
        elif time - each.busy >= each.patience:
            log.debug("%d: the zone at %s is given up", time, tuple(each.zone.box))
            self._open.remove(each)
            self._scout.close(each.zone, [box for _, box in standing], barren=each.barren)
            yield each.zone, each.tracker.finish()
