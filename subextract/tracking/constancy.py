"""Tells whether all letters of a line are still the same."""

from __future__ import annotations

from subextract.tracking.strokes import Floats, Match, Strokes, lost_ink

LETTER_LOST = 0.3  # correlation under which a block that agreed before shows something else
LETTER_HELD = 0.75  # correlation of a block that agrees
LETTER_DROP = 0.35  # of the correlation of a block from one frame to the next: t for l, and a shift by one pixel
AGREES_FROM = 0.4  # of the full contrast: text that fades agrees with itself until then
STANDING = 0.7  # of the full contrast: the line is neither fading in nor out
STROKE_PIECE = 7  # px of a stroke; b and p differ by 7 at this scale
OPAQUE = 0.93  # mean correlation over the blocks; text that the background shines through has less


class Constancy:
    """How each block of a line agreed until now (``held``, None: not known yet), and how much it varied by chance."""

    def __init__(self) -> None:
        self.held: Floats | None = None
        self._full = 0.0  # the highest contrast
        self._wobble = 0.0  # the largest drop of a block from one frame to the next
        self._noise = 0  # px of the largest piece of a stroke that was missing

    @property
    def mean(self) -> float | None:
        """How well all blocks agree, from 0 to 1."""
        return None if self.held is None else float(self.held.mean())

    @property
    def is_firm(self) -> bool:
        """Whether it looks the same on all frames: nothing shines through, and it does not sway."""
        mean = self.mean
        return mean is not None and mean >= OPAQUE

    def learn(self, match: Match) -> None:
        """Take how the blocks agree on a frame that shows the line."""
        self.held = match.agreement if self.held is None else 0.8 * self.held + 0.2 * match.agreement
        self._full = max(self._full, match.contrast)

    def forget_blocks(self) -> None:
        """The strokes are remembered anew, and so are the blocks."""
        self.held = None

    def start_again(self) -> None:
        """The line goes on with other strokes."""
        self.held, self._full = None, 0.0

    def is_broken(self, strokes: Strokes, high: Floats, match: Match, *, sharp: bool) -> bool:
        """Whether a block, or a piece of a stroke, that was there until now is not.

        Pieces are looked at where strokes are ``sharp``: the mean of several frames, and not between whole pixels.
        """
        if self.held is None:
            return False
        if bool(((self.held > LETTER_HELD) & (match.agreement < LETTER_LOST) & strokes.solid).any()):
            return True
        if not sharp or not self.is_firm:
            return False
        shown = match.contrast / max(self._full, 1e-3)
        drop = float((self.held - match.agreement)[strokes.solid].max())
        if shown > AGREES_FROM and drop > max(LETTER_DROP, 3 * self._wobble):
            return True
        self._wobble = max(self._wobble, drop)
        return shown >= STANDING and self._lacks_a_piece(strokes, high, min(1.0, shown))

    def _lacks_a_piece(self, strokes: Strokes, high: Floats, shown: float) -> bool:
        piece = lost_ink(strokes, high, shown)
        lacks = piece >= max(STROKE_PIECE, 3 * self._noise)
        self._noise = self._noise if lacks else max(self._noise, piece)
        return lacks
