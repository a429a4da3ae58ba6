"""How the lines of one zone usually look: their size and place, in the video and on the strip of it."""

from __future__ import annotations

from subextract.bands import HIGHEST_BOX, LOWEST_BOX, takes
from subextract.boxes import covers, same_row
from subextract.tracking.strokes import seen_on, tight
from subextract.types import Box, Luma, Zone

LINE_HEIGHT = 24.0  # px of a line's box on the strip: letters of 14 to 18 px, the least that is found without loss
LONG_LINE = 3  # times its height; other shapes are too high because they are no text
WHOLE_LINE = 0.75  # of that height at the edge of the strip: less is a text that is cut off, or rolls in
SHORT_LINE = 2.0  # line heights; three letters, which shapes in the scene resemble more often than sentences


class ZoneLayout:
    """What is known of a zone's lines. The strip is ``scale`` times as large as the zone in the video."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.scale = min(1.0, LINE_HEIGHT / zone.text_height)
        self.logos = [self.on_strip(logo) for logo in zone.logos]

    def trimmed(self, box: Box, strip: Luma) -> Box:
        """The box of a line that is too high for one, as high as its ink is: a shape beside it was taken in."""
        too_high = box.height >= self._highest and box.width > LONG_LINE * box.height
        if not too_high:
            return box
        return tight(seen_on(strip, box), box).intersection(Box(0, 0, strip.shape[1], strip.shape[0]))

    @property
    def height(self) -> float:
        """The usual height in px of a line on the strip."""
        return self.scale * self.zone.text_height

    @property
    def _highest(self) -> float:
        """The height in px from which on a box on the strip is too high for a line."""
        return HIGHEST_BOX * self.scale * self.zone.largest_text

    def is_line(self, box: Box, strip: Luma) -> bool:
        """Whether a box is as high as a line; at the edge of the strip, as one that is not cut off.

        What another zone takes is none of this one.
        """
        if self.zone.others and any(takes(other, self.on_video(box), usual=True) for other in self.zone.others):
            return False
        on_edge = box.top <= 1 or box.bottom >= strip.shape[0] - 1
        lowest = (WHOLE_LINE if on_edge else LOWEST_BOX) * self.height
        return lowest < box.height < self._highest

    def beside_logos(self, box: Box) -> Box | None:
        """The box without a logo that it was joined with; None for a logo, and where nothing is beside it."""
        for logo in self.logos:
            if covers(logo, box):
                return None
            if same_row(logo, box):
                left, right = logo.left - box.left, box.right - logo.right
                if max(left, right) <= 0:
                    return None
                box = box._replace(right=logo.left) if left > right else box._replace(left=logo.right)
        return box

    def on_strip(self, box: Box) -> Box:
        return box.moved(-self.zone.box.left, -self.zone.box.top).scaled(self.scale, self.scale)

    def on_video(self, box: Box) -> Box:
        return box.scaled(1 / self.scale, 1 / self.scale).moved(self.zone.box.left, self.zone.box.top)
