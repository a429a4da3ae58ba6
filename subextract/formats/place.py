"""Where on the screen a cue stands, unless it is where players put text anyway."""

from __future__ import annotations

from dataclasses import dataclass

from subextract.types import Box, Cue, Video

OFF_CENTRE = 1 / 16
"""Share of the width by which the middle of a centred line may miss the middle of the picture: the detector may leave
out a dash or a full stop at one end, and a letter is about 1/40 of the width."""


ORDINARY = 2
"""The key of the numeric keypad for the bottom centre, where players put text anyway."""


@dataclass(frozen=True, slots=True)
class Place:
    """A corner, an edge or the middle of a cue's box, in pixels of a picture of ``width`` by ``height``.

    ``across`` is 0 left, 1 centre, 2 right; ``up`` is 0 bottom, 1 middle, 2 top.
    """

    across: int
    up: int
    box: Box
    width: int
    height: int

    @property
    def numpad(self) -> int:
        """The alignment as a key of the numeric keypad: 2 is bottom centre, 8 top centre."""
        return 1 + self.across + 3 * self.up

    @property
    def point(self) -> tuple[int, int]:
        """The pixel that the alignment names: the middle of the top edge for 8, the bottom left corner for 1."""
        across = (self.box.left, (self.box.left + self.box.right) // 2, self.box.right)
        up = (self.box.bottom, (self.box.top + self.box.bottom) // 2, self.box.top)
        return across[self.across], up[self.up]


def place_of(cue: Cue, video: Video | None) -> Place | None:
    """The place of the cue; None where it is not known, and for subtitles in the ordinary one (bottom centre)."""
    if cue.box is None or video is None or video.width <= 0 or video.height <= 0:
        return None
    box = cue.box.intersection(Box(0, 0, video.width, video.height))
    if box.width <= 0 or box.height <= 0:
        return None
    across, up = _column(box, video.width), _row(box, video.height)
    ordinary = (across, up, cue.kind, cue.vertical) == (1, 0, None, False)
    return None if ordinary else Place(across, up, box, video.width, video.height)


def _column(box: Box, width: int) -> int:
    aside = (box.left + box.right) / 2 - width / 2
    if abs(aside) <= OFF_CENTRE * width:
        return 1
    return 0 if aside < 0 else 2


def _row(box: Box, height: int) -> int:
    down = (box.top + box.bottom) / 2 / height
    return 0 if down > 2 / 3 else 1 if down > 1 / 3 else 2
