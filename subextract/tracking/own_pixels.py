"""Which pixels in the box of a text are its own: not those of a background that stands still, nor of another text.

Edges of such a background would otherwise count as strokes, and would still be there when the text is not: background
subtraction with a frame from before the text came (Piccardi, "Background subtraction techniques: a review", 2004).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from subextract.luma import crop
from subextract.tracking.changes import unchanged
from subextract.tracking.strokes import LITTLE, STAYS_UP, Floats, Mask, Strokes, compare, high_pass, seen_on
from subextract.types import Box, Luma

DIFFERS = 0.5  # of the strength of a pixel, from which it came with the text
SHOW_BEHIND = 0.7  # of the middles of the strokes of a text that has gone; of one over another one a third, by chance
STRONG = 0.3  # of the strongest pixel of a text
AS_NOW, ABSENT, SOME = 0.8, 0.3, 0.12  # of the strength of a pixel; share of the strong ones that have it, or lack it
MIN_OWN = 0.3  # share of the box that must be left, or the background does not tell text from what was there


@dataclass(slots=True, eq=False)  # arrays have no single truth value
class OwnPixels:
    """What is known of the pixels of one text.

    ``mask`` (h, w) of its box is True where a pixel is its own (None: all are), ``background`` is the strip from before
    any text was at its place, ``behind`` the strip that shows the text over which it came.
    """

    mask: Mask | None = None
    background: Luma | None = None
    behind: Luma | None = None

    def clear(self, total: Floats, box: Box, background: Luma) -> None:
        """Keep only what differs between the text, whose high-passed pixels are ``total``, and the background. Nothing
        changes where too little would be left: the text was there all along."""
        self.background = background
        past = high_pass(crop(background, box))
        mask = np.asarray(np.abs(total - past) > DIFFERS * np.abs(total))
        mask = mask if self.mask is None else mask & self.mask
        if mask.mean() > MIN_OWN:
            self.mask = mask

    def stood_already(self, total: Floats, box: Box, strip: Luma) -> bool:
        """Whether some of the strokes of a text, whose high-passed pixels are ``total``, are on an earlier ``strip`` as
        they are now, and others not at all: what agreed there was the background. A text that was fainter has less of
        each of them."""
        past = high_pass(crop(strip, box))
        strong = np.abs(total) > STRONG * np.abs(total).max()
        part = (past[strong] / total[strong]).clip(-1, 2)
        return bool(np.mean(part > AS_NOW) > SOME and np.mean(part < ABSENT) > SOME)

    def lift(self, old: Mask, behind: Luma) -> None:
        """Keep only what is not of the ``old`` strokes (h, w), which lie behind the text, as that strip shows."""
        self.behind = behind
        self.mask = ~old if self.mask is None else self.mask & ~old

    def are_gone(self, strokes: Strokes, strip: Luma) -> bool:
        """Whether a strip shows at the middles of the strokes of a text what lies behind it, if that is known."""
        if self.behind is None or not strokes.core.any():
            return False
        same = unchanged(crop(strip, strokes.box), crop(self.behind, strokes.box))
        return float(same[strokes.core].mean()) > SHOW_BEHIND

    def beside(self, place: Box, other: Box) -> Mask:
        """The mask without the box of an ``other`` text that lies over it; ``place`` is its own box."""
        mask = np.ones((place.height, place.width), np.bool_) if self.mask is None else self.mask.copy()
        crop(mask, other.intersection(place).moved(-place.left, -place.top))[:] = False
        return mask

    def trimmed(self, place: Box, found: Box, strip: Luma) -> Box:
        """A box found at its place, without shapes beside it that were there before any text was."""
        little = LITTLE * place.height
        left = place._replace(left=found.left, right=place.left)
        right = place._replace(left=place.right, right=found.right)
        if left.width > little and self._was_there(left, strip):
            found = found._replace(left=place.left)
        if right.width > little and self._was_there(right, strip):
            found = found._replace(right=place.right)
        return found

    def _was_there(self, box: Box, strip: Luma) -> bool:
        return self.background is not None and compare(seen_on(strip, box), self.background).share > STAYS_UP
