"""Where a look shows text: each text by itself, without what else is beside it, behind it or over it."""

from __future__ import annotations

from collections.abc import Sequence

from subextract.boxes import inside, join_rows, same_row
from subextract.tracking.ages import OLDER, parts_beside, parts_by_age
from subextract.tracking.layers import Earlier, Known, Layer, layers
from subextract.tracking.layout import ZoneLayout
from subextract.tracking.lines import LineTrack
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import LITTLE, body_rows, compare, on_one_level, part_of, seen_on, strength
from subextract.tracking.tracks import Tracks
from subextract.tracking.views import View, seen
from subextract.types import Box, Detect, Luma

STILL_SEEN = 0.5  # of a line that goes on over a background that moves; under another text less of it is seen
FADING = 0.3  # of a text that fades, or changes its colour, is still seen; of one that gave way less


class Finder:
    """Finds lines on the strip of a zone, with what is known of its ``tracks``."""

    def __init__(self, tracks: Tracks, layout: ZoneLayout, detect: Detect) -> None:
        self._tracks, self._layout, self._detect = tracks, layout, detect

    def found(self, frame: StripFrame, view: View) -> list[Box]:
        """The lines that the detector sees in a view, without what is no part of them."""
        height, width = frame.strip.shape
        return inside([self._without_background(box, frame) for box in self._lines(frame.strip, view)], width, height)

    def lines_on(self, strip: Luma, place: Box) -> list[Box]:
        """The lines that the detector sees on a strip, in the rows of a box."""
        return self._lines(strip, seen(strip, (place.top, place.bottom)))

    def _lines(self, strip: Luma, view: View) -> list[Box]:
        height, width = strip.shape
        boxes = inside(view.lines(self._detect), width, height)
        parts = inside((part for box in boxes if (part := self._layout.beside_logos(box))), width, height)
        joined = join_rows(parts, lambda box: strength(strip, box))
        lines = [self._layout.trimmed(box, strip) for box in joined]
        return inside([box for box in lines if self._layout.is_line(box, strip)], width, height)

    def layers(self, found: Sequence[Box], frame: StripFrame) -> list[Layer]:
        """What has come over older text, or under it, among what was found."""
        shown = self._tracks.shown
        standing = [line.strokes for line in shown if compare(line.strokes, frame.strip).share > FADING]
        lately = [*shown, *self._tracks.gone]
        earlier = Earlier(self._tracks.recent, [Known(line.strokes, line.own.behind) for line in lately])

        height, width = frame.strip.shape
        around = [line.box.padded(0, line.box.height // 2, width, height) for line in self._tracks.live]
        new: list[Layer] = []
        for box in [*found, *around]:
            for layer in layers(box, earlier, standing, self.lines_on):
                if not any(same_row(layer.box, other.box) for other in new):
                    new.append(layer)
        return new

    def cut_apart(self, box: Box, frame: StripFrame, others: Sequence[Box]) -> list[Box]:
        """The part of a box that came last, and those that were there before; the box itself where it is one text.

        Where one of the ``others`` that were found reaches into that part, what came is that one.
        """
        for line in self._tracks.live:
            if len(parts := line.cut_off(box)) > 1:
                return parts
        if any(same_row(line.box, box) and _reaches(line.box, box) for line in self._tracks.live):
            return [box]
        parts = parts_by_age(box, self._tracks.recent)
        if len(parts) > 1 and not self._are_apart(parts, frame):
            return [box]
        if len(parts) == 1:
            parts = parts_beside(box, [line.strokes for line in self._known_on(box)], frame)
        return [box] if any(other.intersection(parts[0]).area > 0 for other in others) else parts

    def _known_on(self, box: Box) -> list[LineTrack]:
        """The lines on the row of a box that stood for so long that they do not belong to what has come."""
        known = self._tracks.known
        return [one for one in known if one.last_time - one.first >= OLDER and same_row(one.box, box)]

    def _are_apart(self, parts: list[Box], frame: StripFrame) -> bool:
        """Whether the youngest part is no more of a line that is being written, and shares no words with one before.

        A line with which it shares words reaches, or reached, into another part, and stands on the level of both, or
        its letters are still seen there: what is young is the background then.
        """
        young, *old = (seen_on(frame.strip, part) for part in parts)
        level = body_rows(young)
        return not any(
            _shares(line.box, part.box)
            and (line.written or (_shares(line.box, young.box) and _reaches_into(line, young.box, level, frame)))
            and on_one_level(body_rows(line.strokes), body_rows(part))
            for line in self._tracks.known
            for part in old
        )

    def _without_background(self, box: Box, frame: StripFrame) -> Box:
        for line in self._tracks.shown:
            if same_row(line.box, box):
                box = line.own.trimmed(line.box, box, frame.strip)
        return box


def _reaches_into(line: LineTrack, young: Box, level: tuple[int, int], frame: StripFrame) -> bool:
    """Whether a known line that reaches into a young part stands on its level, or is still seen in it."""
    if on_one_level(body_rows(line.strokes), level):
        return True
    common = line.box._replace(left=max(line.box.left, young.left), right=min(line.box.right, young.right))
    return compare(part_of(line.strokes, common), frame.strip).share > STILL_SEEN


def _reaches(line: Box, box: Box) -> bool:
    """Whether a known line has all columns of a box, but for what detectors differ by."""
    little = LITTLE * line.height
    return line.left - box.left < little and box.right - line.right < little


def _shares(line: Box, part: Box) -> bool:
    """Whether a line has more of a part's place than boxes of texts beside one another have in common."""
    return same_row(line, part) and line.intersection(part).width > LITTLE * line.height
